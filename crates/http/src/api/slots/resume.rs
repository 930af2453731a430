//! `POST /v1/slots/{slot}/resume`.

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

/// Go on selling after a pause. Whoever is in line is served first. A slot that is not paused stays so.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/resume", operation_id = "slot_resume", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot, on sale again", body = SlotWhole)),
    extensions(("x-problems" = json!(["unknown", "slot_not_published", "slot_cancelled"])))
)]
pub(super) async fn resume(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    edited(&app, own.id, Command::ResumeSlot(own.id), Some(key)).await
}
