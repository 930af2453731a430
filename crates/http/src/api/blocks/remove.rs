//! `DELETE /v1/blocks/{block}`.

use axum::extract::State;
use dayshelf_core::change::Part;
use dayshelf_core::ids::BlockId;
use dayshelf_wire::name::BlockRef;

use super::shown;
use crate::answer::Answer;
use crate::api::single::{Manner, Single};
use crate::app::App;
use crate::extract::{IfMatch, Manage, Own};
use crate::no::No;

/// Remove a block. What a rule did is undone.
#[utoipa::path(
    delete, path = "/v1/blocks/{block}", operation_id = "block_remove", tag = "blocks",
    params(
        ("block" = BlockRef, Path, description = "A block"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "credential_frozen", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, BlockId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    let (block, _) = shown(&app, own.id).await?;
    let single = Single { slot: block.spec.slot, expected, part: Part::Block(own.id, None) };
    single.remove(&app, Manner::usual(own.organiser.credential())).await
}
