//! `POST /v1/slots/{slot}/publish`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::whole::SlotWhole;

use super::edit::edited;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Nothing, Own};
use crate::no::No;

/// Put a draft on the calendar.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/publish", operation_id = "slot_publish", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("If-Match" = String, Header, description = "The slot's ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot, published", body = SlotWhole)),
    extensions(("x-problems" = json!(["unknown", "slot_cancelled", "slot_over"])))
)]
pub(super) async fn publish(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    edited(&app, own.id, Command::PublishSlot { slot: own.id, expected }, Some(key)).await
}
