//! `PUT /v1/slots/{slot}/offers/{offer}`.

use axum::extract::State;
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_wire::change::{ChangeAnswer, PutOrDry, TellShape};
use dayshelf_wire::name::{OfferRef, SlotRef};
use dayshelf_wire::plan::doc::OfferDoc;
use dayshelf_wire::whole::OfferWhole;
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
const FORM: Form = Form::plain(&["id", "slot", "taken"]);

/// Change an offer: what is left out has its default again.
#[utoipa::path(
    put, path = "/v1/slots/{slot}/offers/{offer}", operation_id = "offer_change", tag = "offers",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("offer" = OfferRef, Path, description = "An offer"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    request_body = OfferDoc,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "As it stands now, or what would come of it; the ETag is the slot's", body = PutOrDry<OfferWhole>),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "name_taken", "invalid", "limit_reached", "in_use", "slot_cancelled", "too_few_units", "time_in_gap", "zone_unknown", "currency_unknown", "plan_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(offer): Named<OfferId>,
    heeded: (IfMatch, Told),
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let (shown, _) = shown(&app, own.id, offer).await?;
    let doc: OfferDoc = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    let (IfMatch(expected), told) = heeded;
    let manner = Manner::of(own.organiser.credential(), told);
    let put = put(&app, own.id, Which::Known(offer, expected), manner, &doc).await;
    put.map_err(|no| no.map(|problem| problem.at_price(doc.price.as_ref())))
}
