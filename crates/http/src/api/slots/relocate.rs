//! `POST /v1/slots/{slot}/move`.

use axum::extract::State;
use dayshelf_core::command::{Command, MoveSlot};
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::single::MoveSlotRequest;
use dayshelf_wire::whole::SlotWhole;

use super::edit::{edited, resolved};
use crate::answer::Answer;
use crate::api::author::{place_of, read_with};
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Own};
use crate::no::No;

/// Move a slot in time, and every window, price step and time box with it.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/move", operation_id = "slot_move", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("If-Match" = String, Header, description = "The slot's ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = MoveSlotRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot at its new place", body = SlotWhole)),
    extensions(("x-problems" = json!(["unknown", "invalid", "name_taken", "slot_cancelled", "time_in_gap", "zone_unknown", "plan_wrong"])))
)]
pub(super) async fn relocate(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    asked: Asked<MoveSlotRequest>,
) -> Result<Answer, No> {
    let slot = own.id;
    let before = place_of(&app, slot).await?;
    let zone = Some(before.zone.name());
    let place = read_with(&app, slot.home(), (zone, None), |context| asked.body.place(context))?;
    let resolved = resolved(&app, slot, &place).await?;
    let moved = MoveSlot { slot, expected, times: place.times(), resolved };
    let key = asked.once.key(own.organiser.caller(), slot.home());
    edited(&app, slot, Command::MoveSlot(Box::new(moved)), Some(key)).await
}
