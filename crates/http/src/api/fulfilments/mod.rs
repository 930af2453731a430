//! A fulfilment block of a slot, one by one. How, where and when the goods are received.
//!
//! The ETag is the slot's: a slot is edited as a whole.

mod change;
mod create;
mod list;
mod remove;
mod show;

use dayshelf_core::books::Books;
use dayshelf_core::change::Part;
use dayshelf_core::decide::fulfilment_spec;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{FulfilmentId, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_wire::plan::Blocks;
use dayshelf_wire::plan::doc::FulfilmentDoc;
use dayshelf_wire::whole::FulfilmentWhole;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{Which, look, place_of, reading, slot_in};
use super::facts::slot_version;
use super::single::{Came, Manner, Single};
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list, create::create)).routes(routes!(
        show::show,
        change::change,
        remove::remove
    ))
}

/// A fulfilment block of a slot as it stands, with the slot's version.
async fn shown(app: &App, slot: SlotId, id: FulfilmentId) -> Result<(FulfilmentWhole, u32), No> {
    look(app, slot.home(), move |books| {
        let version = slot_in(books, slot)?.version;
        known(books, slot, id).map(|fulfilment| (FulfilmentWhole::from(fulfilment), version))
    })
    .await
}

fn known(books: &Books, slot: SlotId, id: FulfilmentId) -> Result<&dayshelf_core::slot::Fulfilment, Refusal> {
    let known = books.fulfilments.get(&id).filter(|fulfilment| fulfilment.spec.slot == slot);
    known.ok_or(Refusal::Unknown(Noun::Fulfilment))
}

/// Puts a fulfilment block in the words of its author.
async fn put(
    app: &App,
    slot: SlotId,
    which: Which<FulfilmentId>,
    manner: Manner,
    doc: &FulfilmentDoc,
) -> Result<Answer, No> {
    let (home, id) = (slot.home(), which.id());
    let place = place_of(app, slot).await?;
    let plan = reading(app, home, |context| Blocks { context, place: &place }.fulfilment(doc))?;
    let fresh = plan.id;
    let spec = look(app, home, move |books| {
        let known = id.map(|id| known(books, slot, id).map(|known| known.id)).transpose()?;
        Ok(fulfilment_spec(books, slot, known, &plan))
    })
    .await?;
    let (expected, key) = which.terms();
    let id = id.unwrap_or(fresh);
    let single = Single { slot, expected, part: Part::Fulfilment(id, Some(spec)) };
    let decided = match single.hand_in(app, manner, key).await? {
        Came::Done(decided) => decided,
        Came::Said(answer) => return Ok(answer),
    };
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::FulfilmentPut(fulfilment) => Some(FulfilmentWhole::from(&**fulfilment)),
        _ => None,
    });
    let (whole, version) = match put.zip(slot_version(&decided)) {
        Some(put) => put,
        // Nothing was to be changed.
        None => shown(app, slot, id).await?,
    };
    let answer = if key.is_some() { Answer::created(&whole) } else { Answer::ok(&whole) };
    Ok(answer?.version(version).replayed(decided.replayed))
}
