//! `PUT /v1/slots/{slot}`: a slot as a whole, by the way of every change.

use axum::extract::State;
use dayshelf_core::change::{Edit, Wish};
use dayshelf_core::ids::SlotId;
use dayshelf_wire::change::{ChangeAnswer, TellShape};
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::single::SlotRequest;
use serde_json::Value;

use super::pipeline::{Wanted, carried_out, rehearsed};
use super::written;
use crate::answer::Answer;
use crate::api::author::reading;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own, Told};
use crate::no::No;

/// Change a slot: what is left out has its default again. It goes the way of every change; see there. So do `tell` and
/// `dry_run`.
#[utoipa::path(
    put, path = "/v1/slots/{slot}", operation_id = "slot_put", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("dry_run" = Option<bool>, Query, description = "Say what would come of it, and change nothing"),
        ("tell" = Option<TellShape>, Query, description = "Whether and when customers hear of other times and places"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    request_body = SlotRequest,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "It is done, or what would come of it", body = ChangeAnswer),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "credential_frozen", "invalid", "limit_reached", "name_taken", "slot_cancelled", "time_in_gap", "zone_unknown", "plan_wrong"])))
)]
pub(super) async fn put(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    told: Told,
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let id = own.id;
    let request = written::request(&app, id, sent).await?;
    let (spec, place) = reading(&app, id.home(), |context| request.spec(context))?;
    let wish = Wish::Edit(Box::new(Edit::whole(spec)));
    let wanted = Wanted { slot: id, expected, wish, tell: told.tell, place: Some(place) };
    let ask = wanted.ask(&app, own.organiser.credential()).await?;
    if told.dry_run {
        return rehearsed(&app, ask).await;
    }
    carried_out(&app, ask, None).await
}
