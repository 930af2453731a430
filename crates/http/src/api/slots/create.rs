//! `POST /v1/slots`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::plan::single::SlotRequest;
use dayshelf_wire::whole::SlotWhole;

use crate::answer::Answer;
use crate::api::author::reading;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make a slot. It is a draft, which nobody else sees, until it is published.
#[utoipa::path(
    post, path = "/v1/slots", operation_id = "slot_create", tag = "slots",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = SlotRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The draft", body = SlotWhole)),
    extensions(("x-problems" = json!([
        "unknown", "invalid", "name_taken", "limit_reached", "time_in_gap", "zone_unknown", "plan_wrong"
    ])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<SlotRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let (spec, place) = reading(&app, home, |context| asked.body.spec(context))?;
    let key = asked.once.key(organiser.caller(), home);
    let id = SlotId(app.desk.mint().id(home));
    let decided = app.submit(home, Command::MakeSlot { id, spec: Box::new(spec) }, Some(key)).await?;
    let slot = find(&decided, |fact| match fact {
        Fact::SlotPut { slot, .. } => Some(slot),
        _ => None,
    })?;
    Ok(Answer::created(&SlotWhole::from(&**slot).told(&place))?
        .version(slot.version)
        .replayed(decided.replayed))
}
