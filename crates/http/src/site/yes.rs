//! `/yes/{secret}`: a change of a slot that waits, and the organiser's yes or no to it.
//!
//! Reading it does nothing; only the form does, which works without script.

use axum::extract::{Path, State};
use dayshelf_core::books::Books;
use dayshelf_core::change::{Answer, Credential, Part, Pending, Tell, Wish};
use dayshelf_core::command::{ChangeSlot, Expect, Resolutions};
use dayshelf_core::ids::ConfirmationId;
use dayshelf_core::organiser::Organiser;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{Slot, SlotTimes};
use dayshelf_pages::{ConfirmationPage, ConfirmationState, Href};
use dayshelf_wire::change::link::{opens_confirmation, read_confirmation};
use dayshelf_wire::change::{PartShape, ReasonShape};
use dayshelf_wire::problem::Problem;
use dayshelf_wire::time::Place;

use super::page::{self, Lost, Shown, found, fresh_key};
use super::wall::Wall;
use crate::api::author::look;
use crate::api::confirmations::answer::Given;
use crate::api::slots::edit::resolved;
use crate::api::slots::pipeline::{no_zone, studied};
use crate::api::templates::comes_to;
use crate::app::App;
use crate::extract::Form;
use crate::no::No;

/// The change that a secret leads to, whether it still waits or not.
fn named(app: &App, text: &str) -> Result<ConfirmationId, No> {
    let (id, secret) = read_confirmation(text).ok_or_else(|| No::unknown(Noun::Confirmation))?;
    let card = app.board().organiser(id.home());
    let opens = card.is_some_and(|card| opens_confirmation(&card.organiser, id, &secret));
    if opens { Ok(id) } else { Err(No::unknown(Noun::Confirmation)) }
}

/// A change that waits, with the slot as it is.
struct Opened {
    pending: Pending,
    slot: Slot,
    /// The present title of the part or the template that it is about.
    part: Option<String>,
    organiser: Organiser,
}

async fn open(app: &App, id: ConfirmationId) -> Result<Opened, No> {
    look(app, id.home(), move |books| {
        let pending = books.pendings.get(&id).cloned().ok_or(Refusal::Unknown(Noun::Confirmation))?;
        let slot = books.slots.get(&pending.slot).cloned().ok_or(Refusal::Unknown(Noun::Slot))?;
        let part = match &pending.wish {
            Wish::Part(part) => title_in(books, part),
            Wish::Template(filling) => {
                books.templates.get(&filling.template).map(|known| known.title.clone())
            }
            Wish::Edit(_) | Wish::Cancel => None,
        };
        Ok(Opened { pending, slot, part, organiser: books.organiser.clone() })
    })
    .await
}

fn title_in(books: &Books, part: &Part) -> Option<String> {
    let title = match part {
        Part::Window(id, _) => &books.windows.get(id)?.spec.title,
        Part::Fulfilment(id, _) => &books.fulfilments.get(id)?.spec.title,
        Part::Offer(id, _) => &books.offers.get(id)?.spec.title,
        Part::Block(id, _) => &books.blocks.get(id)?.spec.title,
        Part::Pool(id, _) => &books.pools.get(id)?.spec.title,
    };
    Some(title.clone())
}

pub(super) async fn show(State(app): State<App>, Path(text): Path<String>) -> Shown {
    let id = named(&app, &text)?;
    let opened = open(&app, id).await?;
    let page = fill(&app, &text, &opened, ConfirmationState::Waits).await?;
    found(&page)
}

/// Takes the answer, and says what came of it.
pub(super) async fn answer(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    let form = form?;
    let id = named(&app, &text)?;
    let (answer, state) = match form.text("answer") {
        "yes" => (Answer::Yes, ConfirmationState::Done),
        "no" => (Answer::No, ConfirmationState::Left),
        _ => return Err(No::from(Problem::value_wrong("answer", "choose `yes` or `no`")).into()),
    };
    let opened = open(&app, id).await?;
    let page = fill(&app, &text, &opened, state).await?;
    let key = form.once.key(crate::extract::Caller::Buyer, id.home());
    let given = Given { confirmation: id, answer, by: Credential::Link(id) };
    given.hand_in(&app, key).await?;
    found(&page)
}

async fn fill(
    app: &App,
    text: &str,
    opened: &Opened,
    state: ConfirmationState,
) -> Result<ConfirmationPage, Lost> {
    let Opened { pending, slot, organiser, .. } = opened;
    let times = pending.wish.times();
    // What would follow now; it may be more than when it was asked for.
    let preview = studied(app, again(app, pending, times).await?).await?.preview;
    let wall = Wall::of(app, &slot.spec.times.zone)?;
    let cancels = pending.wish == Wish::Cancel;
    let title = match &pending.wish {
        Wish::Part(part) => format!("{}: {}", slot.spec.title, part_title(opened, part)),
        Wish::Template(_) => {
            format!("{}: {}", slot.spec.title, opened.part.as_deref().unwrap_or("template"))
        }
        Wish::Edit(_) | Wish::Cancel => slot.spec.title.clone(),
    };
    let question = if cancels { "Call it off?" } else { "Change it?" };
    let now = app.now();
    let told = match (cancels, pending.tell) {
        (_, Tell::Nobody) => "Nobody is told.".to_owned(),
        (true, _) => format!("People who are told at once: {}.", preview.customers.len()),
        (false, _) => format!("People who are told of the new time or place: {}.", preview.customers.len()),
    };
    Ok(ConfirmationPage {
        frame: page::frame(question, organiser, now),
        path: Href::new(format!("/yes/{text}")),
        title,
        question: question.to_owned(),
        before: times.map(|_| span(&wall, &slot.spec.times)),
        after: match times {
            Some(times) => Some(span(&Wall::of(app, &times.zone)?, times)),
            None => None,
        },
        reasons: preview.reasons.iter().map(|reason| ReasonShape::from(reason).sentence).collect(),
        told,
        act: if cancels { "Yes, call it off" } else { "Yes, change it" }.to_owned(),
        until: wall.when(pending.expires, now),
        state,
        key: fresh_key(),
    })
}

/// What people call the part of a slot that a change is about.
fn part_title(opened: &Opened, part: &Part) -> String {
    let title = opened.part.clone().or_else(|| PartShape::from(part).title);
    title.filter(|title| !title.is_empty()).unwrap_or_else(|| PartShape::from(part).kind.to_owned())
}

/// The change that waits as the request that it was, for the slot as it is now.
async fn again(app: &App, pending: &Pending, times: Option<&SlotTimes>) -> Result<ChangeSlot, No> {
    let resolved = match times {
        Some(times) => {
            let place = Place::of(times, &app.zones).map_err(no_zone)?;
            resolved(app, pending.slot, &place).await?
        }
        None => Resolutions::new(),
    };
    let parts = match &pending.wish {
        Wish::Template(filling) => comes_to(app, pending.slot, filling).await?,
        _ => None,
    };
    Ok(ChangeSlot {
        slot: pending.slot,
        expected: Expect::Any,
        wish: pending.wish.with_parts(parts.as_ref()),
        tell: pending.tell,
        by: Credential::Link(pending.id),
        resolved,
        waits_as: pending.id,
    })
}

/// `Fri 4 Dec, 18:00–19:05 CET`.
fn span(wall: &Wall, times: &SlotTimes) -> String {
    format!("{}, {}–{}", wall.day(times.start), wall.clock(times.start), wall.clock_zone(times.end))
}
