//! `DELETE /v1/blocks/{block}`.

use axum::extract::State;
use dayshelf_core::change::Part;
use dayshelf_core::ids::BlockId;
use dayshelf_wire::change::{ChangeAnswer, TellShape};
use dayshelf_wire::name::BlockRef;

use super::shown;
use crate::answer::Answer;
use crate::api::single::{Manner, Single};
use crate::app::App;
use crate::extract::{IfMatch, Manage, Own, Told};
use crate::no::No;

/// Remove a block. What a rule did is undone.
#[utoipa::path(
    delete, path = "/v1/blocks/{block}", operation_id = "block_remove", tag = "blocks",
    params(
        ("block" = BlockRef, Path, description = "A block"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "What would come of it", body = ChangeAnswer),
        (status = 204, description = "It is gone")
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, BlockId>,
    heeded: (IfMatch, Told),
) -> Result<Answer, No> {
    let (IfMatch(expected), told) = heeded;
    let (block, _) = shown(&app, own.id).await?;
    let single = Single { slot: block.spec.slot, expected, part: Part::Block(own.id, None) };
    single.remove(&app, Manner::of(own.organiser.credential(), told)).await
}
