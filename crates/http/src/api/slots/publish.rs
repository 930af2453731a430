//! `POST /v1/slots/{slot}/publish`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::whole::SlotWhole;

use super::edit::edited;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Nothing, Own};
use crate::no::No;

/// Put a draft on the calendar.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/publish", operation_id = "slot_publish", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot, published", body = SlotWhole)),
    extensions(("x-problems" = json!([
        "unknown", "slot_cancelled", "slot_over", "body_not_json", "unknown_field", "wrong_type",
        "media_type_wrong", "too_large", "timed_out"
    ])))
)]
pub(super) async fn publish(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    Body(Nothing {}): Body<Nothing>,
) -> Result<Answer, No> {
    edited(&app, own.id, Command::PublishSlot { slot: own.id, expected }).await
}
