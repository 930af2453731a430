//! What of a slot is booked, window by window and offer by offer: held, sold and waited for. For who runs the drop.

use std::collections::BTreeMap;

use dayshelf_core::books::Books;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{OfferId, SlotId, WindowId};
use dayshelf_core::time::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::calendar::CalendarUnits;
use crate::name::{OfferRef, SlotRef, WindowRef};
use crate::time::At;

/// What of a slot is booked, at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BookedShape {
    /// The slot.
    pub slot: SlotRef,
    /// The instant at which all of it is true.
    pub as_of: At,
    /// The slot as a whole.
    pub units: CalendarUnits,
    /// By the window that admitted the buyers, in the order of opening.
    pub windows: Vec<WindowBooked>,
    /// By what they bought.
    pub offers: Vec<OfferBooked>,
}

/// What was taken through a window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowBooked {
    /// The window.
    pub window: WindowRef,
    /// Offer units in holds.
    pub held: u32,
    /// How many holds these are.
    pub holds: u32,
    /// Offer units bought.
    pub sold: u32,
}

/// What was taken of an offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferBooked {
    /// The offer.
    pub offer: OfferRef,
    /// Units in holds.
    pub held: u32,
    /// How many holds these are.
    pub holds: u32,
    /// When the first of them runs out, if any is there.
    pub first_free: Option<At>,
    /// Units bought.
    pub sold: u32,
    /// Buyers who wait for it in line or have their turn.
    pub waiting: u32,
    /// Units that they wait for.
    pub waiting_units: u32,
}

/// What is held by some holds.
#[derive(Clone, Copy, Default)]
struct Tally {
    units: u32,
    holds: u32,
    first: Option<Instant>,
}

impl Tally {
    fn add(&mut self, units: u32, hold: &Hold) {
        self.units = self.units.saturating_add(units);
        self.holds += 1;
        self.first = Some(self.first.map_or(hold.due, |first| first.min(hold.due)));
    }
}

impl BookedShape {
    /// A slot as its books have it; nothing where there is no such slot.
    pub fn of(books: &Books, id: SlotId, now: Instant) -> Option<Self> {
        let slot = books.slots.get(&id)?;
        let mut by_window: BTreeMap<WindowId, Tally> = BTreeMap::new();
        let mut by_offer: BTreeMap<OfferId, Tally> = BTreeMap::new();
        let holds = books.parts.get(&id).into_iter().flat_map(|parts| &parts.holds);
        // A basket is a hold that has taken nothing yet.
        for hold in holds.filter_map(|id| books.holds.get(id)).filter(|hold| hold.taken) {
            by_window.entry(hold.window).or_default().add(hold.units(), hold);
            for line in &hold.lines {
                by_offer.entry(line.offer).or_default().add(line.quantity, hold);
            }
        }
        let mut waits: BTreeMap<OfferId, (u32, u32)> = BTreeMap::new();
        let line = books.parts.get(&id).into_iter().flat_map(|parts| &parts.line);
        for entry in line.filter_map(|(_, id)| books.entries.get(id)) {
            let (buyers, units) = waits.entry(entry.offer).or_default();
            *buyers += 1;
            *units = units.saturating_add(entry.quantity);
        }
        let mut windows: Vec<_> = books.windows_of(id).collect();
        windows.sort_by_key(|window| (window.spec.opens.at, window.id));
        let windows = windows.into_iter().map(|window| {
            let held = by_window.get(&window.id).copied().unwrap_or_default();
            WindowBooked {
                window: WindowRef(window.id),
                held: held.units,
                holds: held.holds,
                sold: window.taken.saturating_sub(held.units),
            }
        });
        let offers = books.offers_of(id).map(|offer| {
            let held = by_offer.get(&offer.id).copied().unwrap_or_default();
            let (waiting, waiting_units) = waits.get(&offer.id).copied().unwrap_or_default();
            OfferBooked {
                offer: OfferRef(offer.id),
                held: held.units,
                holds: held.holds,
                first_free: held.first.map(At),
                sold: offer.taken.saturating_sub(held.units),
                waiting,
                waiting_units,
            }
        });
        Some(Self {
            slot: SlotRef(id),
            as_of: At(now),
            units: CalendarUnits::of(books, slot),
            windows: windows.collect(),
            offers: offers.collect(),
        })
    }
}
