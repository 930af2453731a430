//! An offer of a slot, one by one. What is sold, what it draws on, and its price.
//!
//! The ETag is the slot's: a slot is edited as a whole.

mod change;
mod create;
mod list;
mod remove;
mod show;

use dayshelf_core::books::Books;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::decide::offer_spec;
use dayshelf_core::ids::{OfferId, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_wire::plan::Blocks;
use dayshelf_wire::plan::doc::OfferDoc;
use dayshelf_wire::whole::OfferWhole;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{look, place_of, reading, slot_in};
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list, create::create)).routes(routes!(
        show::show,
        change::change,
        remove::remove
    ))
}

/// An offer of a slot as it stands, with the slot's version.
async fn shown(app: &App, slot: SlotId, id: OfferId) -> Result<(OfferWhole, u32), No> {
    look(app, slot.home(), move |books| {
        let version = slot_in(books, slot)?.version;
        known(books, slot, id).map(|offer| (OfferWhole::from(offer), version))
    })
    .await
}

fn known(books: &Books, slot: SlotId, id: OfferId) -> Result<&dayshelf_core::offer::Offer, Refusal> {
    let known = books.offers.get(&id).filter(|offer| offer.spec.slot == slot);
    known.ok_or(Refusal::Unknown(Noun::Offer))
}

/// Puts an offer in the words of its author.
async fn put(
    app: &App,
    slot: SlotId,
    id: Option<OfferId>,
    expected: Expect,
    doc: &OfferDoc,
) -> Result<OfferId, No> {
    let home = slot.home();
    let place = place_of(app, slot).await?;
    let plan = reading(app, home, |context| Blocks { context, place: &place }.offer(doc))?;
    let fresh = plan.id;
    let spec = look(app, home, move |books| {
        id.map(|id| known(books, slot, id)).transpose()?;
        offer_spec(books, slot, &plan)
    })
    .await?;
    let id = id.unwrap_or(fresh);
    let command = Command::PutOffer { id, expected, spec: Box::new(spec) };
    app.submit(home, command, None).await.map_err(No::alone)?;
    Ok(id)
}
