//! What is drawn for a demand, how much is left, and where units go when they come back.

use std::collections::BTreeMap;

use dayshelf_core::command::Want;
use dayshelf_core::hold::FulfilmentChoice;
use dayshelf_core::ids::{OfferId, PoolId, WindowId};
use dayshelf_core::money::Money;
use dayshelf_core::offer::OfferSpec;
use dayshelf_core::pool::{Account, Draw, Move, PoolRole};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::EntryState;
use dayshelf_core::window::{Phase, Unsold, WindowSpec};

use super::admit::sells;
use super::{Auditor, No, is_inside};

/// Offers of a window and how many of each it could sell now.
pub type Shown = Vec<(OfferId, u32)>;

/// What is drawn for a demand: for each line, and for the place.
pub(super) struct Basket {
    pub lines: Vec<Vec<Draw>>,
    pub places: Vec<Draw>,
}

impl Basket {
    pub(super) fn all(&self) -> Vec<Draw> {
        self.lines.iter().flatten().chain(&self.places).copied().collect()
    }
}

/// A demand, on a window, at an instant.
pub(super) struct Demand<'a> {
    pub window: WindowId,
    pub wants: &'a [Want],
    pub choice: Option<FulfilmentChoice>,
    /// Units that will be free again by then.
    pub back: &'a BTreeMap<PoolId, i64>,
    /// Whether the buyer was in time and the payment was not: a window that is over has nothing of its own.
    pub is_late: bool,
}

/// A window, and whether what it was lent and its drip still count.
#[derive(Clone, Copy)]
struct Counter<'a> {
    spec: &'a WindowSpec,
    is_own: bool,
}

impl Auditor {
    /// Free units of a pool that may be sold: all but the buffer.
    pub(crate) fn sellable(&self, pool: PoolId) -> u32 {
        self.pools.get(&pool).map_or(0, |pool| pool.has.free.saturating_sub(pool.spec.buffer))
    }

    /// What was lent, if anything was; else the pool, then those that it borrows from. Nights that are not the offer's
    /// are of no use to it.
    fn sources(&self, at: Counter<'_>, offer: &OfferSpec, pool: PoolId) -> Vec<PoolId> {
        let lent = at.spec.allotments.iter().find(|lent| lent.pool == pool);
        if let Some(lent) = lent.filter(|_| at.is_own) {
            return if self.is_on_nights_of(offer, pool) { vec![lent.lent] } else { Vec::new() };
        }
        let mut from = vec![pool];
        from.extend(self.pools.get(&pool).map(|pool| pool.spec.borrows.clone()).unwrap_or_default());
        from.retain(|pool| self.is_on_nights_of(offer, *pool));
        from
    }

    /// Whether units of a pool are of use to an offer: for any night, or for a night of one of its slots.
    pub(super) fn is_on_nights_of(&self, offer: &OfferSpec, pool: PoolId) -> bool {
        let Some(nights) = self.pools.get(&pool).and_then(|pool| pool.spec.nights) else { return true };
        let mut slots = offer.slots.iter().chain([&offer.slot]).filter_map(|slot| self.slots.get(slot));
        slots.any(|slot| {
            let times = &slot.spec.times;
            let evening = times.start_local.0.div_euclid(86_400);
            // Whoever leaves on a day does not sleep there; a slot of one day has the night after it.
            let morning = (times.end_local.0 - 1).div_euclid(86_400).max(evening + 1);
            nights.first.0 < morning && evening <= nights.last.0
        })
    }

    /// What a window draws on for a part while it is not over.
    pub(super) fn own_sources(&self, spec: &WindowSpec, offer: &OfferSpec, pool: PoolId) -> Vec<PoolId> {
        self.sources(Counter { spec, is_own: true }, offer, pool)
    }

    /// Offer units that a drip still lets out to whoever is not in line.
    fn drip_room(&self, window: WindowId, spec: &WindowSpec, now: Instant) -> Option<u32> {
        let out = self.drip_left(window, spec, now)?;
        let waiting = self.line.iter().filter(|entry| entry.slot == spec.slot && sells(spec, entry.offer));
        let set_aside: u32 = waiting.map(|entry| gathered(&entry.state)).sum();
        Some(out.saturating_sub(set_aside))
    }

    /// Offer units that a drip has let out and nobody has taken.
    pub(crate) fn drip_left(&self, window: WindowId, spec: &WindowSpec, now: Instant) -> Option<u32> {
        let drip = spec.drip?;
        let portions = 1 + (now.0 - spec.opens.at.0).max(0) / drip.every.0;
        let out = i64::from(drip.units) * portions;
        let claims = self.claims_of(spec.slot).iter().filter(|claim| claim.window == window);
        let taken: i64 = claims.map(|claim| i64::from(claim.units)).sum();
        Some(u32::try_from((out - taken).max(0)).unwrap_or(u32::MAX))
    }

    /// Draws a whole demand, or says what is short.
    pub(super) fn draw(&self, now: Instant, demand: &Demand<'_>) -> Result<Basket, No> {
        let Some(frame) = self.windows.get(&demand.window) else { return Err(No::Code("unknown")) };
        let spec = &frame.spec;
        let mut used: BTreeMap<PoolId, i64> =
            demand.back.iter().map(|(pool, units)| (*pool, -units)).collect();
        let mut basket = Basket { lines: Vec::new(), places: Vec::new() };
        if let Some(pool) = demand.choice.and_then(|choice| choice.places) {
            if self.rest_of(&used, pool) == 0 {
                return Err(Refusal::PlacesFull.into());
            }
            *used.entry(pool).or_default() += 1;
            basket.places.push(Draw { pool, units: 1 });
        }
        let at = Counter { spec, is_own: !demand.is_late || is_inside(spec, now) };
        let mut drip = self.drip_room(demand.window, spec, now).filter(|_| at.is_own);
        for want in demand.wants {
            let fits = drip.is_none_or(|left| want.quantity <= left);
            let line = if fits { self.draw_line(at, want, &mut used) } else { None };
            let Some(line) = line else {
                let left = self.left(now, demand.window, want.offer);
                return Err(Refusal::TooFewLeft { offer: want.offer, left, window: demand.window }.into());
            };
            drip = drip.map(|left| left - want.quantity);
            basket.lines.push(line);
        }
        Ok(basket)
    }

    fn rest_of(&self, used: &BTreeMap<PoolId, i64>, pool: PoolId) -> u32 {
        let Some(known) = self.pools.get(&pool) else { return 0 };
        let used = used.get(&pool).copied().unwrap_or(0);
        // What comes back is the first to be drawn again, the buffer stays.
        let free = i64::from(known.has.free.saturating_sub(known.spec.buffer)) - used;
        u32::try_from(free.max(0)).unwrap_or(0)
    }

    fn draw_line(&self, at: Counter<'_>, want: &Want, used: &mut BTreeMap<PoolId, i64>) -> Option<Vec<Draw>> {
        let offer = self.offers.get(&want.offer)?;
        let mut draws = Vec::new();
        for part in &offer.recipe {
            let mut need = part.units * want.quantity;
            for pool in self.sources(at, offer, part.pool) {
                let units = need.min(self.rest_of(used, pool));
                if units > 0 {
                    *used.entry(pool).or_default() += i64::from(units);
                    draws.push(Draw { pool, units });
                    need -= units;
                }
            }
            if need > 0 {
                return None;
            }
        }
        Some(draws)
    }

    /// How many of an offer a window could sell now, if it sold nothing else.
    pub(crate) fn left(&self, now: Instant, window: WindowId, offer: OfferId) -> u32 {
        let (Some(frame), Some(known)) = (self.windows.get(&window), self.offers.get(&offer)) else {
            return 0;
        };
        // What nobody could receive is not left to anybody.
        if self.way(now, frame.spec.slot, None).is_err() {
            return 0;
        }
        let at = Counter { spec: &frame.spec, is_own: true };
        let mut most = self.drip_room(window, &frame.spec, now).unwrap_or(u32::MAX);
        for part in &known.recipe {
            let there = self.sources(at, known, part.pool).into_iter().map(|pool| self.sellable(pool));
            most = most.min(there.sum::<u32>() / part.units);
        }
        // Parts that share a pool fit fewer times than each alone.
        let fits = |quantity| {
            let want = Want { offer, quantity };
            self.draw_line(at, &want, &mut BTreeMap::new()).is_some()
        };
        while most > 0 && !fits(most) {
            most -= 1;
        }
        most
    }

    /// What a window shows: each offer that it sells, and how many are left.
    pub(crate) fn shown(&self, now: Instant, window: WindowId) -> Shown {
        let Some(frame) = self.windows.get(&window) else { return Vec::new() };
        let offers = self.offers_of(frame.spec.slot).filter(|(id, _)| sells(&frame.spec, *id));
        offers.map(|(id, _)| (id, self.left(now, window, id))).collect()
    }

    /// The price of one now: the last step that has begun, by the clock or by units taken.
    pub(crate) fn price(&self, now: Instant, offer: OfferId) -> Option<(usize, Money)> {
        let spec = self.offers.get(&offer)?;
        let claims = self.claims_of(spec.slot).iter().filter(|claim| claim.offer == offer);
        let taken: u32 = claims.map(|claim| claim.units).sum();
        let mut best = None;
        for (place, step) in spec.ladder.iter().enumerate() {
            let by_time = step.from.is_some_and(|from| from.at <= now);
            let by_units = step.after_units.is_some_and(|units| taken >= units);
            if place == 0 || by_time || by_units {
                best = Some((place, step.price));
            }
        }
        best
    }

    /// Gives units back: free where they were drawn, and on from there if that window is over.
    pub(super) fn give_back(&mut self, draws: &[Draw], from: Account) -> Vec<Move> {
        let mut moves = Vec::new();
        for draw in draws {
            self.shift(&mut moves, Move { pool: draw.pool, from, to: Account::Free, units: draw.units });
        }
        for draw in draws {
            if self.is_over(draw.pool) {
                self.send_on(&mut moves, *draw);
            }
        }
        moves
    }

    fn is_over(&self, pool: PoolId) -> bool {
        match self.pools.get(&pool).map(|pool| pool.role) {
            Some(PoolRole::Allotment { window, .. }) => {
                self.windows.get(&window).is_none_or(|frame| frame.phase == Phase::Closed)
            }
            _ => false,
        }
    }

    /// Sends unsold units of a closed window where it says: to the lender, to the next window, nowhere.
    pub(super) fn send_on(&mut self, moves: &mut Vec<Move>, unsold: Draw) {
        let Some(PoolRole::Allotment { from: lender, window }) =
            self.pools.get(&unsold.pool).map(|pool| pool.role)
        else {
            return;
        };
        let mut heir = Some(lender);
        let mut at = window;
        while let Some(frame) = self.windows.get(&at) {
            if at != window && frame.phase != Phase::Closed {
                let lent = frame.spec.allotments.iter().find(|lent| lent.pool == lender);
                heir = lent.map_or(Some(lender), |lent| Some(lent.lent));
                break;
            }
            match frame.spec.unsold {
                Unsold::Return => break,
                Unsold::Stay => {
                    heir = None;
                    break;
                }
                Unsold::Roll(next) => at = next,
            }
        }
        let Some(heir) = heir else { return };
        let Draw { pool, units } = unsold;
        self.shift(moves, Move { pool, from: Account::Free, to: Account::Outside, units });
        let from = if heir == lender { Account::Lent } else { Account::Outside };
        self.shift(moves, Move { pool: heir, from, to: Account::Free, units });
    }
}

/// Units set aside for a waiter.
pub(super) fn gathered(state: &EntryState) -> u32 {
    if let EntryState::Waiting { gathered, .. } = state { *gathered } else { 0 }
}
