//! `GET /v1/slots/{slot}/offers/{offer}`.

use axum::extract::State;
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_wire::name::{OfferRef, SlotRef};
use dayshelf_wire::whole::OfferWhole;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Named, Own, Read};
use crate::no::No;

/// An offer of a slot, whole.
#[utoipa::path(
    get, path = "/v1/slots/{slot}/offers/{offer}", operation_id = "offer_show", tag = "offers",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("offer" = OfferRef, Path, description = "An offer")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands; the ETag is the slot's", body = OfferWhole)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    own: Own<Read, SlotId>,
    Named(offer): Named<OfferId>,
) -> Result<Answer, No> {
    let (whole, version) = shown(&app, own.id, offer).await?;
    Ok(Answer::ok(&whole)?.version(version))
}
