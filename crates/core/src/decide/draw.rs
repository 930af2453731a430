//! Which units a demand draws, and how many are left.
//!
//! Demand is summed per pool over all lines. A part draws on what its window was lent from the pool, if
//! it was lent any; else on the pool itself and then on the pools that it borrows from, in their order. Units for nights
//! that are not the offer's are passed over.

use std::collections::BTreeMap;

use super::{holds, offering};
use crate::books::Books;
use crate::command::Want;
use crate::ids::{OfferId, PoolId};
use crate::offer::{Offer, Part};
use crate::pool::{Account, Draw, Move, Pool, PoolRole};
use crate::time::Instant;
use crate::waitlist::Entry;
use crate::window::{Phase, Unsold, Window};

/// What is still there while a demand is being drawn.
pub(super) struct Shelf<'a> {
    books: &'a Books,
    window: &'a Window,
    left: BTreeMap<PoolId, u32>,
    drip: Option<u32>,
}

/// The line that could not be served.
pub(super) struct Short(pub OfferId);

impl<'a> Shelf<'a> {
    /// What a window has to sell at `now`.
    pub fn new(books: &'a Books, window: &'a Window, now: Instant) -> Self {
        Self { books, window, left: BTreeMap::new(), drip: drip_left(books, window, now) }
    }

    /// Counts what these moves leave free as there: they will be done by the time the demand is met.
    pub fn credit(&mut self, moves: &[Move]) {
        for one in moves {
            let left = self.left_of(one.pool);
            match (one.from, one.to) {
                (Account::Free, _) => *left = left.saturating_sub(one.units),
                (_, Account::Free) => *left += one.units,
                _ => {}
            }
        }
    }

    /// Forgets what was drawn, as no demand may: for a planted bug.
    pub fn forget(&mut self) {
        self.left.clear();
    }

    /// Draws one line, all of it.
    pub fn draw(&mut self, want: Want) -> Result<Vec<Draw>, Short> {
        let offer = self.books.offers.get(&want.offer).ok_or(Short(want.offer))?;
        if let Some(drip) = &mut self.drip {
            *drip = drip.checked_sub(want.quantity).ok_or(Short(want.offer))?;
        }
        let mut draws = Vec::new();
        for part in &offer.spec.recipe {
            let need = part.units.saturating_mul(want.quantity);
            self.draw_part(offer, (part.pool, need), &mut draws).ok_or(Short(want.offer))?;
        }
        Ok(draws)
    }

    /// Draws one place of a time box.
    pub fn draw_place(&mut self, places: PoolId) -> Option<Draw> {
        let left = self.left_of(places);
        *left = left.checked_sub(1)?;
        Some(Draw { pool: places, units: 1 })
    }

    fn draw_part(
        &mut self,
        offer: &Offer,
        (pool, mut need): (PoolId, u32),
        draws: &mut Vec<Draw>,
    ) -> Option<()> {
        for source in sources(self.books, self.window, offer, pool) {
            let left = self.left_of(source);
            let units = need.min(*left);
            *left -= units;
            need -= units;
            if units > 0 {
                draws.push(Draw { pool: source, units });
            }
        }
        (need == 0 || (crate::planted!(BundlePartlyTaken) && !draws.is_empty())).then_some(())
    }

    fn left_of(&mut self, pool: PoolId) -> &mut u32 {
        let books = self.books;
        self.left.entry(pool).or_insert_with(|| books.pools.get(&pool).map_or(0, |pool| pool.available()))
    }
}

/// What a drip still lets out: what is gathered for waiters has left it already.
fn drip_left(books: &Books, window: &Window, now: Instant) -> Option<u32> {
    let left = window.drip_left(now)?;
    let line = books.parts.get(&window.spec.slot).map(|parts| &parts.line);
    let waiting = line.into_iter().flat_map(BTreeMap::values).filter_map(|id| books.entries.get(id));
    let served = waiting.filter(|entry| window.sells(entry.offer));
    let gathered = served.map(Entry::gathered).fold(0, u32::saturating_add);
    let gathered = if crate::planted!(GatheredSoldByDrip) { 0 } else { gathered };
    Some(left.saturating_sub(gathered))
}

/// The pools that a part of an offer draws on, in order.
fn sources(books: &Books, window: &Window, offer: &Offer, pool: PoolId) -> Vec<PoolId> {
    let Some(own) = books.pools.get(&pool) else { return Vec::new() };
    let is_good = |pool: &Pool| offering::is_of_its_nights(books, offer, pool);
    if let Some(lent) = window.lent_from(pool) {
        let bypassed = crate::planted!(AllotmentBypassed).then_some(pool);
        return std::iter::once(lent).filter(|_| is_good(own)).chain(bypassed).collect();
    }
    let lenders = own.spec.borrows.iter().filter_map(|lender| books.pools.get(lender));
    std::iter::once(own).chain(lenders).filter(|pool| is_good(pool)).map(|pool| pool.id).collect()
}

/// The pools that an offer draws on in a window. For a part that the window was lent, the pool that lent
/// counts too: what a drip or an opening lets out is named by it.
pub(super) fn reach(books: &Books, window: &Window, offer: OfferId) -> Vec<PoolId> {
    let Some(offer) = books.offers.get(&offer) else { return Vec::new() };
    let pools = |pool: PoolId| sources(books, window, offer, pool).into_iter().chain([pool]);
    offer.spec.recipe.iter().flat_map(|part| pools(part.pool)).collect()
}

/// Units of an offer that this window could sell at `now`, if it were asked for this offer alone: none when no way to
/// receive them has room.
pub fn left(books: &Books, window: &Window, offer: OfferId, now: Instant) -> u32 {
    if can_receive(books, window, now) { left_in_stock(books, window, offer, now) } else { 0 }
}

/// Whether some way to receive what a slot sells is not over and has room.
fn can_receive(books: &Books, window: &Window, now: Instant) -> bool {
    crate::planted!(TurnWithoutPlace) || holds::choose(books, now, window.spec.slot, None).is_ok()
}

fn left_in_stock(books: &Books, window: &Window, offer: OfferId, now: Instant) -> u32 {
    let Some(known) = books.offers.get(&offer) else { return 0 };
    let ceiling = known.spec.recipe.iter().map(|part| {
        let pools = sources(books, window, known, part.pool);
        let there: u32 =
            pools.iter().filter_map(|pool| books.pools.get(pool)).map(|pool| pool.available()).sum();
        there / part.units.max(1)
    });
    let ceiling = ceiling.min().unwrap_or(0).min(drip_left(books, window, now).unwrap_or(u32::MAX));
    let fits = |quantity: u32| Shelf::new(books, window, now).draw(Want { offer, quantity }).is_ok();
    if fits(ceiling) {
        return ceiling;
    }
    // Parts that share a pool: the largest quantity that fits lies below the ceiling.
    let (mut fit, mut over) = (0, ceiling);
    while fit + 1 < over {
        let middle = fit + (over - fit) / 2;
        if fits(middle) { fit = middle } else { over = middle }
    }
    fit
}

/// Whether a window has nothing left of anything that it sells, what a drip will still let out aside.
pub(super) fn has_nothing(books: &Books, window: &Window) -> bool {
    let available = |pool: PoolId| books.pools.get(&pool).map_or(0, Pool::available);
    let short = |offer: &Offer, part: &Part| {
        let there = sources(books, window, offer, part.pool).into_iter().map(available);
        there.fold(0, u32::saturating_add) < part.units
    };
    let mut sold = books.offers_of(window.spec.slot).filter(|offer| window.sells(offer.id)).peekable();
    sold.peek().is_some() && sold.all(|offer| offer.spec.recipe.iter().any(|part| short(offer, part)))
}

/// [`left`] of every offer that the window sells.
pub fn left_for_all(books: &Books, window: &Window, now: Instant) -> Vec<(OfferId, u32)> {
    let can_receive = can_receive(books, window, now);
    let units = |offer| if can_receive { left_in_stock(books, window, offer, now) } else { 0 };
    let offers = books.offers_of(window.spec.slot).filter(|offer| window.sells(offer.id));
    offers.map(|offer| (offer.id, units(offer.id))).collect()
}

/// The moves that give drawn units back, and that send on what comes back to a closed window.
pub(super) fn give_back(books: &Books, draws: impl IntoIterator<Item = Draw>, from: Account) -> Vec<Move> {
    let mut moves = super::moves(draws, from, Account::Free);
    let back: Vec<Draw> = moves.iter().map(|one| Draw { pool: one.pool, units: one.units }).collect();
    for draw in back {
        if is_over(books, draw.pool) && !crate::planted!(ClosedKeepsReturns) {
            moves.extend(send_on(books, draw));
        }
    }
    moves
}

/// Whether a pool is the allotment of a window that has closed.
fn is_over(books: &Books, pool: PoolId) -> bool {
    let Some(PoolRole::Allotment { window, .. }) = books.pools.get(&pool).map(|pool| pool.role) else {
        return false;
    };
    books.windows.get(&window).is_none_or(|window| window.phase == Phase::Closed)
}

/// The moves that take free units of an allotment where its window says that the unsold go.
pub(super) fn send_on(books: &Books, unsold: Draw) -> Vec<Move> {
    let Some(PoolRole::Allotment { from, window }) = books.pools.get(&unsold.pool).map(|pool| pool.role)
    else {
        return Vec::new();
    };
    let units = unsold.units;
    if units == 0 {
        return Vec::new();
    }
    let leave = super::shift(unsold.pool, Account::Free, Account::Outside, units);
    match heir(books, window, from) {
        Heir::Nobody => Vec::new(),
        Heir::Lender => vec![leave, super::shift(from, Account::Lent, Account::Free, units)],
        Heir::Allotment(_) if crate::planted!(RollLosesUnits) => vec![leave],
        Heir::Allotment(next) if crate::planted!(RollsTwice) => {
            vec![leave, super::shift(next, Account::Outside, Account::Free, units * 2)]
        }
        Heir::Allotment(next) => vec![leave, super::shift(next, Account::Outside, Account::Free, units)],
    }
}

/// Where a closed window's unsold units go.
enum Heir {
    Nobody,
    Lender,
    Allotment(PoolId),
}

fn heir(books: &Books, closed: crate::ids::WindowId, lender: PoolId) -> Heir {
    let mut at = closed;
    for _ in 0..crate::limits::WINDOWS_MAX {
        let Some(window) = books.windows.get(&at) else { return Heir::Lender };
        if at != closed && window.phase != Phase::Closed {
            // A window without an allotment of its own sells from the pool itself.
            let next = window.lent_from(lender).filter(|_| !crate::planted!(RollsToLender));
            return next.map_or(Heir::Lender, Heir::Allotment);
        }
        match window.spec.unsold {
            Unsold::Return => return Heir::Lender,
            Unsold::Stay if crate::planted!(StaysUnsaid) => return Heir::Lender,
            Unsold::Stay => return Heir::Nobody,
            Unsold::Roll(next) => at = next,
        }
    }
    Heir::Lender
}
