//! A broadcast as everyone sees it: when it is, and where it plays.

use dayshelf_core::block::{Block, BlockKind, Source, SourceKind};
use serde::Serialize;
use utoipa::ToSchema;

use crate::block::{BroadcastWhole, SourceShape};
use crate::time::WhenView;

/// A broadcast of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BroadcastShape {
    /// Its title.
    pub title: String,
    /// When it begins.
    pub when: WhenView,
    /// When it ends.
    pub until: Option<WhenView>,
    /// Where it plays: the first that does is shown, the others are its fallbacks in this order.
    pub sources: Vec<SourceShape>,
    /// Where it can be seen afterwards; empty for nowhere.
    pub replay: String,
}

impl BroadcastShape {
    /// The broadcast that a block is, if it is one.
    pub fn of(block: &Block) -> Option<Self> {
        let BlockKind::Broadcast(broadcast) = &block.spec.kind else { return None };
        let whole = BroadcastWhole::from(broadcast);
        Some(Self {
            title: block.spec.title.clone(),
            when: block.spec.when.into(),
            until: block.spec.until.map(WhenView::from),
            sources: whole.sources,
            replay: whole.replay,
        })
    }
}

/// Where a person can watch or listen to a broadcast: its first page, else its first stream.
pub fn watched_at(block: &Block) -> Option<&str> {
    let BlockKind::Broadcast(broadcast) = &block.spec.kind else { return None };
    let first = |is: fn(&Source) -> bool| broadcast.sources.iter().find(|source| is(source));
    let page = first(|source| source.kind == SourceKind::Embed);
    let stream = || first(|source| source.kind != SourceKind::Still);
    page.or_else(stream).map(|source| source.url.as_str())
}
