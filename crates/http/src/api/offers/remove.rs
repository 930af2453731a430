//! `DELETE /v1/slots/{slot}/offers/{offer}`.

use axum::extract::State;
use dayshelf_core::change::Part;
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_wire::change::{ChangeAnswer, TellShape};
use dayshelf_wire::name::{OfferRef, SlotRef};

use super::shown;
use crate::answer::Answer;
use crate::api::single::{Manner, Single};
use crate::app::App;
use crate::extract::{IfMatch, Manage, Named, Own, Told};
use crate::no::No;

/// Remove an offer that nobody has bought.
#[utoipa::path(
    delete, path = "/v1/slots/{slot}/offers/{offer}", operation_id = "offer_remove", tag = "offers",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("offer" = OfferRef, Path, description = "An offer"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "What would come of it", body = ChangeAnswer),
        (status = 204, description = "It is gone")
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "in_use", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(offer): Named<OfferId>,
    heeded: (IfMatch, Told),
) -> Result<Answer, No> {
    let (IfMatch(expected), told) = heeded;
    shown(&app, own.id, offer).await?;
    let single = Single { slot: own.id, expected, part: Part::Offer(offer, None) };
    single.remove(&app, Manner::of(own.organiser.credential(), told)).await
}
