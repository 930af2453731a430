//! `/display/{organiser}`: a screen in the shop or in a hotel's lobby. What is on today, what is left, and a code to
//! book it. Public, read only; start at [`show`].

use std::sync::Arc;

use axum::extract::{Path, State};
use dayshelf_core::refusal::Noun;
use dayshelf_core::time::Instant;
use dayshelf_desk::{OrganiserCard, SlotCard};
use dayshelf_ical::time::Civil;
use dayshelf_pages::{DisplayPage, DisplaySlot, Href, Still, Svg};
use dayshelf_relay::live::Viewer;
use dayshelf_wire::pass::qr_svg;

use super::here::canonical;
use super::page::{self, Shown, found};
use super::pictures;
use super::shelf::{Shelf, is_public};
use super::wall::{Wall, month, weekday};
use crate::app::App;
use crate::no::No;

/// Slots on one screen, one after the other.
const SLOTS_MAX: usize = 12;
/// Slots that are looked through for the next ones, where none is today.
const LOOK_MAX: usize = 100;
/// Slots that are shown of days to come.
const NEXT_MAX: usize = 3;

pub(super) async fn show(State(app): State<App>, Path(organiser): Path<String>) -> Shown {
    let card = app.board().organiser_by_slug(&organiser).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let wall = Wall::of(&app, &card.organiser.spec.zone)?;
    let now = app.now();
    let today = today(&app, &card, &wall, now);
    let next = if today.is_empty() { next(&app, &card, now) } else { Vec::new() };
    let (heading, cards) = if next.is_empty() { ("Today", today) } else { ("Next", next) };
    let day = cards.first().map_or(now, |card| card.sheet.slot.spec.times.start).max(now);
    let slots: Result<Vec<DisplaySlot>, No> = cards.into_iter().map(|card| slot(&app, card, now)).collect();
    found(&DisplayPage {
        frame: page::frame("On today", &card.organiser, now),
        name: card.organiser.spec.name.clone(),
        heading: heading.to_owned(),
        day: day_words(wall.midnight(day)),
        as_of: wall.clock_zone(now),
        slots: slots?,
        keep: Href::new("/display/keep.js"),
    })
}

/// The slots that are on today and not over, by start: one that began last night too.
fn today(app: &App, card: &OrganiserCard, wall: &Wall, now: Instant) -> Vec<Arc<SlotCard>> {
    let midnight = wall.midnight(now);
    let (from, until) = (wall.instant(midnight.plus_days(-1)), wall.instant(midnight.plus_days(1)));
    let cards = app.board().slots_between(card.organiser.id.home(), from, until);
    cards.into_iter().filter(|card| is_shown(card, now)).take(SLOTS_MAX).collect()
}

/// The next slots, where none is today.
fn next(app: &App, card: &OrganiserCard, now: Instant) -> Vec<Arc<SlotCard>> {
    let first = card.slots.partition_point(|(start, _)| *start < now);
    let ahead = card.slots.iter().skip(first).take(LOOK_MAX).filter_map(|(_, id)| app.board().slot(*id));
    ahead.filter(|card| is_shown(card, now)).take(NEXT_MAX).collect()
}

/// What is over or called off is no use to who stands before a screen.
fn is_shown(card: &SlotCard, now: Instant) -> bool {
    let slot = &card.sheet.slot;
    is_public(card) && !slot.state.is_off() && now < slot.spec.times.end
}

fn slot(app: &App, card: Arc<SlotCard>, now: Instant) -> Result<DisplaySlot, No> {
    let shelf = Shelf::at(app, card, Viewer::Public, now)?;
    let spec = &shelf.card.sheet.slot.spec;
    let address = canonical(app, shelf.card.sheet.organiser.id.home()).slot(&shelf.card);
    let typed = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest).to_owned();
    Ok(DisplaySlot {
        title: spec.title.clone(),
        time: shelf.wall.span(spec.times.start, spec.times.end),
        place: spec.place.clone(),
        badge: shelf.badge(),
        price: shelf.price().map(|price| price.now),
        qr: qr_svg(&address).and_then(Svg::new),
        address: typed,
        picture: pictures::first(app, &shelf.card.sheet),
        still: Still::of(&shelf.card.sheet.slot.id.to_string()),
    })
}

/// `Thursday 26 November`.
fn day_words(day: Civil) -> String {
    let fields = day.fields();
    format!("{} {} {}", weekday(fields), fields.day, month(fields))
}
