//! `PUT /v1/slots/{slot}/fulfilments/{fulfilment}`.

use axum::extract::State;
use dayshelf_core::ids::{FulfilmentId, SlotId};
use dayshelf_wire::change::{ChangeAnswer, PutOrDry, TellShape};
use dayshelf_wire::name::{FulfilmentRef, SlotRef};
use dayshelf_wire::plan::doc::FulfilmentDoc;
use dayshelf_wire::whole::FulfilmentWhole;
use serde_json::Value;

use super::{put, shown};
use crate::answer::Answer;
use crate::api::author::Which;
use crate::api::single::Manner;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Named, Own, Told};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "slot", "boxes.pool"]);

/// Change a fulfilment block: what is left out has its default again. Whoever bought for it hears of another time or
/// place after the quiet time; one that would not overlap with what they were promised waits for a yes.
#[utoipa::path(
    put, path = "/v1/slots/{slot}/fulfilments/{fulfilment}", operation_id = "fulfilment_change", tag = "fulfilments",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("fulfilment" = FulfilmentRef, Path, description = "A fulfilment block"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    request_body = FulfilmentDoc,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "As it stands now, or what would come of it; the ETag is the slot's", body = PutOrDry<FulfilmentWhole>),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "name_taken", "invalid", "limit_reached", "in_use", "slot_cancelled", "too_few_units", "time_in_gap", "zone_unknown", "plan_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(fulfilment): Named<FulfilmentId>,
    heeded: (IfMatch, Told),
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let (shown, _) = shown(&app, own.id, fulfilment).await?;
    let doc: FulfilmentDoc = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    let (IfMatch(expected), told) = heeded;
    let manner = Manner::of(own.organiser.credential(), told);
    put(&app, own.id, Which::Known(fulfilment, expected), manner, &doc).await
}
