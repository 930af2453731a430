//! `POST /v1/slots/{slot}/offers`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::change::{ChangeAnswer, TellShape};
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::doc::OfferDoc;
use dayshelf_wire::whole::OfferWhole;

use super::put;
use crate::answer::Answer;
use crate::api::author::Which;
use crate::api::single::Manner;
use crate::app::App;
use crate::extract::{Asked, Manage, Own, Told};
use crate::no::No;

/// Give a slot an offer.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/offers", operation_id = "offer_create", tag = "offers",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = OfferDoc,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "What would come of it", body = ChangeAnswer),
        (status = 201, description = "It is there; the ETag is the slot's", body = OfferWhole)
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "name_taken", "invalid", "limit_reached", "in_use", "slot_cancelled", "too_few_units", "time_in_gap", "zone_unknown", "currency_unknown", "plan_wrong"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    told: Told,
    asked: Asked<OfferDoc>,
) -> Result<Answer, No> {
    let key = asked.once.key(own.organiser.caller(), own.id.home());
    let manner = Manner::of(own.organiser.credential(), told);
    let put = put(&app, own.id, Which::New(key), manner, &asked.body).await;
    put.map_err(|no| no.map(|problem| problem.at_price(asked.body.price.as_ref())))
}
