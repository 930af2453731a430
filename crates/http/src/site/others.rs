//! What else an organiser has on the shelf: for whoever comes to something that is gone.

use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::SlotCard;
use dayshelf_pages::{Href, OtherSlot};
use dayshelf_relay::live::Viewer;

use super::shelf::{Shelf, Standing, is_public};
use crate::app::App;

/// Slots that are shown.
const SHOWN_MAX: usize = 3;
/// Slots that are looked through.
const LOOK_MAX: usize = 50;
/// Slots that began up to so long ago may still sell.
const BEGUN: Span = Span::hours(24);

/// Slots of the same organiser in which everybody can buy something now, by start.
pub(super) fn others(app: &App, card: &SlotCard, now: Instant) -> Vec<OtherSlot> {
    let own = card.sheet.slot.id;
    let Some(organiser) = app.board().organiser(own.home()) else { return Vec::new() };
    let from = Instant(now.0.saturating_sub(BEGUN.0));
    let first = organiser.slots.partition_point(|(start, _)| *start < from);
    let ahead = organiser.slots.iter().skip(first).take(LOOK_MAX).filter(|(_, id)| *id != own);
    let cards = ahead.filter_map(|(_, id)| app.board().slot(*id)).filter(|card| is_public(card));
    // A zone that is gone is told of where the slot's own page is asked for.
    let shelves = cards.filter_map(|card| Shelf::at(app, card, Viewer::Public, now).ok());
    let open = shelves.filter(|shelf| matches!(shelf.standing(), Standing::Open));
    let other = |shelf: Shelf| {
        let spec = &shelf.card.sheet.slot.spec;
        OtherSlot {
            path: Href::new(shelf.path()),
            title: spec.title.clone(),
            time: shelf.wall.span(spec.times.start, spec.times.end),
            badge: dayshelf_pages::Badge { offer: None, ..shelf.badge() },
        }
    };
    open.map(other).take(SHOWN_MAX).collect()
}
