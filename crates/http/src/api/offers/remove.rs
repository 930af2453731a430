//! `DELETE /v1/slots/{slot}/offers/{offer}`.

use axum::extract::State;
use dayshelf_core::change::Part;
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_wire::name::{OfferRef, SlotRef};

use super::shown;
use crate::answer::Answer;
use crate::api::single::{Manner, Single};
use crate::app::App;
use crate::extract::{IfMatch, Manage, Named, Own};
use crate::no::No;

/// Remove an offer that nobody has bought.
#[utoipa::path(
    delete, path = "/v1/slots/{slot}/offers/{offer}", operation_id = "offer_remove", tag = "offers",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("offer" = OfferRef, Path, description = "An offer"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "credential_frozen", "in_use", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(offer): Named<OfferId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    shown(&app, own.id, offer).await?;
    let single = Single { slot: own.id, expected, part: Part::Offer(offer, None) };
    single.remove(&app, Manner::usual(own.organiser.credential())).await
}
