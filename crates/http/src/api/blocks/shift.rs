//! `POST /v1/blocks/{block}/accept` and `/decline`: whoever is assigned to a shift comes, or does not.

use axum::extract::State;
use dayshelf_core::command::ShiftAnswer;
use dayshelf_core::ids::BlockId;
use dayshelf_wire::block::BlockWhole;
use dayshelf_wire::name::BlockRef;

use super::answer;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Nothing, Own, Sell};
use crate::no::No;

/// The person of a shift comes. The last answer counts; the same one again changes nothing.
#[utoipa::path(
    post, path = "/v1/blocks/{block}/accept", operation_id = "block_accept", tag = "blocks",
    params(
        ("block" = BlockRef, Path, description = "A shift"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "As it stands now", body = BlockWhole)),
    extensions(("x-problems" = json!(["unknown", "slot_cancelled", "nobody_assigned"])))
)]
pub(super) async fn accept(
    State(app): State<App>,
    own: Own<Sell, BlockId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    answer(&app, own.id, ShiftAnswer::Accept, key).await
}

/// The person of a shift does not come. The last answer counts; the same one again changes nothing.
#[utoipa::path(
    post, path = "/v1/blocks/{block}/decline", operation_id = "block_decline", tag = "blocks",
    params(
        ("block" = BlockRef, Path, description = "A shift"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "As it stands now", body = BlockWhole)),
    extensions(("x-problems" = json!(["unknown", "slot_cancelled", "nobody_assigned"])))
)]
pub(super) async fn decline(
    State(app): State<App>,
    own: Own<Sell, BlockId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    answer(&app, own.id, ShiftAnswer::Decline, key).await
}
