//! A broadcast as everyone sees it: when it is, and where it plays.

use dayshelf_core::block::{Block, BlockKind};
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
