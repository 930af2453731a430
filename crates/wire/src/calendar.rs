//! The organiser's own calendar in JSON: slots with their windows, and how much of each is sold.

use dayshelf_core::books::Books;
use dayshelf_core::ids::PoolId;
use dayshelf_core::pool::PoolRole;
use dayshelf_core::slot::Slot;
use dayshelf_core::time::Instant;
use dayshelf_core::window::Window;
use serde::Serialize;
use utoipa::ToSchema;

use crate::name::WindowRef;
use crate::slot::{AudienceKind, PhaseShape};
use crate::time::At;
use crate::whole::SlotWhole;

/// A slot on its organiser's calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarSlot {
    /// The slot.
    pub slot: SlotWhole,
    /// Its windows, by opening.
    pub windows: Vec<CalendarWindow>,
    /// How much of it is sold.
    pub units: CalendarUnits,
}

/// A window on the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarWindow {
    /// Its id.
    pub id: WindowRef,
    /// Its name within the slot.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// Who it admits.
    pub audience: AudienceKind,
    /// Where it is in its life.
    pub phase: PhaseShape,
    /// When it opens.
    pub opens: At,
    /// When it closes.
    pub closes: At,
    /// Offer units held or sold through it.
    pub taken: u32,
}

/// How much of a slot is sold. Pools may be shared with other slots: what is free here may be free there too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CalendarUnits {
    /// Units free in the pools that its offers draw on, allotments to its windows included.
    pub free: u32,
    /// Offer units in holds.
    pub held: u32,
    /// Offer units bought.
    pub sold: u32,
    /// Buyers who wait in line or have their turn.
    pub waiting: u32,
}

impl CalendarSlot {
    /// A slot as its books have it.
    pub fn of(books: &Books, slot: &Slot, now: Instant) -> Self {
        let mut windows: Vec<&Window> = books.windows_of(slot.id).collect();
        windows.sort_by_key(|window| (window.spec.opens.at, window.id));
        Self {
            slot: SlotWhole::from(slot),
            windows: windows.into_iter().map(|window| CalendarWindow::of(window, now)).collect(),
            units: CalendarUnits::of(books, slot),
        }
    }
}

impl CalendarWindow {
    fn of(window: &Window, now: Instant) -> Self {
        let spec = &window.spec;
        Self {
            id: WindowRef(window.id),
            key: spec.key.clone(),
            title: spec.title.clone(),
            audience: AudienceKind::from(&spec.audience),
            phase: window.phase_at(now).into(),
            opens: At(spec.opens.at),
            closes: At(spec.closes.at),
            taken: window.taken,
        }
    }
}

impl CalendarUnits {
    pub(crate) fn of(books: &Books, slot: &Slot) -> Self {
        let offers = || books.offers_of(slot.id);
        let mut drawn: Vec<PoolId> =
            offers().flat_map(|offer| &offer.spec.recipe).map(|part| part.pool).collect();
        drawn.sort_unstable();
        drawn.dedup();
        let lent = books.windows_of(slot.id).flat_map(|window| &window.spec.allotments);
        let lent: Vec<PoolId> = lent.map(|allotment| allotment.lent).collect();
        let pools = drawn.iter().chain(&lent).filter_map(|id| books.pools.get(id));
        let free = pools.filter(|pool| pool.role != PoolRole::Places).map(|pool| pool.balance.free).sum();
        let parts = books.parts.get(&slot.id);
        let holds = parts.into_iter().flat_map(|parts| &parts.holds).filter_map(|id| books.holds.get(id));
        // A basket is a hold that has taken nothing yet.
        let held = holds.filter(|hold| hold.taken).map(|hold| hold.units()).sum();
        let taken: u32 = offers().map(|offer| offer.taken).sum();
        let waiting = parts.map_or(0, |parts| parts.line.len());
        Self {
            free,
            held,
            sold: taken.saturating_sub(held),
            waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        }
    }
}
