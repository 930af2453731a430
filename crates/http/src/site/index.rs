//! `/`: who sells here; with one organiser, straight to its calendar.

use std::sync::Arc;

use axum::extract::State;
use dayshelf_desk::{OrganiserCard, SlotCard};
use dayshelf_pages::{EmptyState, Frame, Href, IndexPage, OrganiserEntry, Still};
use dayshelf_relay::live::Viewer;

use super::page::{Shown, found, on_to};
use super::shelf::{Shelf, is_public};
use crate::app::App;
use crate::no::No;

/// Organisers on the page; whoever has more has pages of their own to lead to them.
const ORGANISERS_MAX: usize = 200;
/// Slots that are looked through for an organiser's next one.
const LOOK_MAX: usize = 50;

pub(super) async fn show(State(app): State<App>) -> Shown {
    let mut organisers = app.board().organisers();
    if let [only] = organisers.as_slice() {
        return on_to(&format!("/{}", only.organiser.spec.slug));
    }
    organisers.sort_by(|one, other| one.organiser.spec.name.cmp(&other.organiser.spec.name));
    let mut frame = Frame::new("On the shelf", app.now().0);
    frame.description = "Limited things, sold at a set time by those who make them.".into();
    frame.canonical = format!("{}/", app.config.public_url);
    frame.listed = true;
    let entries: Result<Vec<_>, No> =
        organisers.iter().take(ORGANISERS_MAX).map(|card| entry(&app, card)).collect();
    found(&IndexPage {
        frame,
        organisers: entries?,
        empty: EmptyState {
            title: "Nothing is on the shelf yet".into(),
            text: "Apply a plan to put the first slot on it: dayshelf apply examples/first-drop.toml".into(),
            link: None,
        },
    })
}

fn entry(app: &App, card: &OrganiserCard) -> Result<OrganiserEntry, No> {
    let spec = &card.organiser.spec;
    Ok(OrganiserEntry {
        name: spec.name.clone(),
        path: Href::new(format!("/{}", spec.slug)),
        about: spec.about.clone(),
        next: next(app, card)?.unwrap_or_default(),
        still: Still::of(&spec.slug),
    })
}

/// Whether the public may see the slot, and come to it.
fn goes_on(slot: &Arc<SlotCard>) -> bool {
    is_public(slot) && !slot.sheet.slot.state.is_off()
}

/// `Next: Harbour mugs, Sat 21 Nov, 18:00 WET`.
fn next(app: &App, card: &OrganiserCard) -> Result<Option<String>, No> {
    let now = app.now();
    let first = card.slots.partition_point(|(start, _)| *start < now);
    let ahead = card.slots.iter().skip(first).take(LOOK_MAX).filter_map(|(_, id)| app.board().slot(*id));
    let Some(slot) = ahead.into_iter().find(goes_on) else { return Ok(None) };
    let shelf = Shelf::of(app, slot, Viewer::Public)?;
    let (title, start) = (&shelf.card.sheet.slot.spec.title, shelf.card.sheet.slot.spec.times.start);
    Ok(Some(format!("Next: {title}, {}, {}", shelf.wall.day(start), shelf.wall.clock_zone(start))))
}
