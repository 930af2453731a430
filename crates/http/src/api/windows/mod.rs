//! A window of a slot, one by one. When who may buy, and what is set aside for them.
//!
//! The ETag is the slot's: a slot is edited as a whole.

mod change;
mod create;
mod list;
mod remove;
mod show;

use dayshelf_core::books::Books;
use dayshelf_core::change::Part;
use dayshelf_core::decide::{short_of, window_spec};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::window::WindowSpec;
use dayshelf_wire::plan::Blocks;
use dayshelf_wire::plan::doc::WindowDoc;
use dayshelf_wire::problem::Kind;
use dayshelf_wire::whole::WindowWhole;
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

/// A window of a slot as it stands, with the slot's version.
async fn shown(app: &App, slot: SlotId, id: WindowId) -> Result<(WindowWhole, u32), No> {
    look(app, slot.home(), move |books| {
        let version = slot_in(books, slot)?.version;
        known(books, slot, id).map(|window| (WindowWhole::from(window), version))
    })
    .await
}

fn known(books: &Books, slot: SlotId, id: WindowId) -> Result<&dayshelf_core::window::Window, Refusal> {
    let known = books.windows.get(&id).filter(|window| window.spec.slot == slot);
    known.ok_or(Refusal::Unknown(Noun::Window))
}

/// The path of the allotment that gives up more than is free.
async fn short_part(app: &App, id: WindowId, spec: WindowSpec) -> Result<String, No> {
    look(app, id.home(), move |books| {
        let short = short_of(books, id, &spec);
        let place = spec.allotments.iter().position(|lent| Some(lent.pool) == short);
        Ok(place.map_or_else(|| "allotments".to_owned(), |place| format!("allotments[{place}]")))
    })
    .await
}

/// Puts a window in the words of its author.
async fn put(
    app: &App,
    slot: SlotId,
    which: Which<WindowId>,
    manner: Manner,
    doc: &WindowDoc,
) -> Result<Answer, No> {
    let (home, id) = (slot.home(), which.id());
    let place = place_of(app, slot).await?;
    let plan = reading(app, home, |context| Blocks { context, place: &place }.window(doc))?;
    let fresh = plan.id;
    let spec = look(app, home, move |books| {
        let known = id.map(|id| known(books, slot, id).map(|known| known.id)).transpose()?;
        window_spec(books, slot, known, &plan)
    })
    .await?;
    let (expected, key) = which.terms();
    let id = id.unwrap_or(fresh);
    let single = Single { slot, expected, part: Part::Window(id, Some(spec.clone())) };
    let decided = match single.hand_in(app, manner, key).await {
        Ok(Came::Done(decided)) => decided,
        Ok(Came::Said(answer)) => return Ok(answer),
        Err(no) if no.problem().kind == Kind::TooFewUnits => {
            let place = short_part(app, id, spec).await?;
            return Err(no.map(|problem| problem.in_plan(&place)));
        }
        Err(no) => return Err(no),
    };
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::WindowPut { window, .. } => Some(WindowWhole::from(&**window)),
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
