//! `POST /v1/slots/{slot}/pause`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::whole::SlotWhole;

use super::edit::edited;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Manage, Nothing, Own};
use crate::no::No;

/// Sell nothing of a slot until it goes on. What is held stays held and can be bought; windows, prices and the line go by the
/// clock meanwhile, and nobody gets a turn. A slot that is paused stays so.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/pause", operation_id = "slot_pause", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot, paused", body = SlotWhole)),
    extensions(("x-problems" = json!(["unknown", "slot_not_published", "slot_cancelled"])))
)]
pub(super) async fn pause(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    edited(&app, own.id, Command::PauseSlot(own.id), Some(key)).await
}
