//! `PUT /v1/slots/{slot}`.

use axum::extract::State;
use dayshelf_core::command::{Command, PutSlot};
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::single::SlotRequest;
use dayshelf_wire::whole::SlotWhole;

use super::edit::{edited, resolved};
use crate::answer::Answer;
use crate::api::author::reading;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// Change a slot: what is left out has its default again. At new times, everything that hangs on it moves.
#[utoipa::path(
    put, path = "/v1/slots/{slot}", operation_id = "slot_change", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    request_body = SlotRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot as it stands now", body = SlotWhole)),
    extensions(("x-problems" = json!(["unknown", "invalid", "name_taken", "slot_cancelled", "time_in_gap", "zone_unknown", "plan_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    Body(request): Body<SlotRequest>,
) -> Result<Answer, No> {
    let id = own.id;
    let (spec, place) = reading(&app, id.home(), |context| request.spec(context))?;
    let resolved = resolved(&app, id, &place).await?;
    let put = PutSlot { id, expected, spec, resolved };
    edited(&app, id, Command::PutSlot(Box::new(put)), None).await
}
