//! What the chance of somebody in line hangs on: see [`crate::chance`].

use std::collections::BTreeSet;

use super::draw::reach;
use super::line::serves;
use crate::books::Books;
use crate::chance::Stake;
use crate::hold::{Hold, HoldState};
use crate::ids::PoolId;
use crate::offer::Offer;
use crate::waitlist::{Entry, EntryState};
use crate::window::{Phase, Window};

/// What has to come back until an entry is served, and what is held that may. `None` for what draws on several pools at
/// once, where units of one kind are no answer, and for whom no window will serve.
///
/// A hold counts if it is neither being paid nor lasts beyond the end of the last window that serves the entry. Whoever
/// is before counts whole, though one who asks for too much may be passed over.
pub fn stake(books: &Books, entry: &Entry) -> Option<Stake> {
    let offer = books.offers.get(&entry.offer)?;
    let [part] = offer.spec.recipe.as_slice() else { return None };
    let alive = books.windows_of(entry.slot).filter(|window| window.phase != Phase::Closed);
    let serving: Vec<&Window> = alive.filter(|window| serves(books, window, entry)).collect();
    let closes = serving.iter().map(|window| window.spec.closes.at).max()?;
    let pools: BTreeSet<PoolId> =
        serving.iter().flat_map(|window| reach(books, window, entry.offer)).collect();
    let parts = books.parts.get(&entry.slot)?;
    let waiting = parts.line.range(..entry.place).filter_map(|(_, id)| books.entries.get(id));
    let before = waiting.filter(|other| matches!(other.state, EntryState::Waiting { .. }));
    let before = before.fold(0, |sum: u32, other| sum.saturating_add(asks(books, other, &pools)));
    let open = entry.quantity.saturating_sub(entry.gathered());
    let ends = |hold: &&Hold| hold.state == HoldState::Held && hold.due < closes;
    let holds = parts.holds.iter().filter_map(|id| books.holds.get(id)).map(|hold| &**hold).filter(ends);
    let held = holds.map(|hold| units(hold, &pools)).filter(|units| *units > 0).collect();
    Some(Stake { needed: before.saturating_add(open.saturating_mul(part.units)), held })
}

/// Units of these pools that an entry still asks for.
fn asks(books: &Books, entry: &Entry, pools: &BTreeSet<PoolId>) -> u32 {
    let recipe = |offer: &Offer| {
        let parts = offer.spec.recipe.iter().filter(|part| pools.contains(&part.pool));
        parts.fold(0, |sum: u32, part| sum.saturating_add(part.units))
    };
    let each = books.offers.get(&entry.offer).map_or(0, recipe);
    entry.quantity.saturating_sub(entry.gathered()).saturating_mul(each)
}

/// Units of these pools that a hold holds.
fn units(hold: &Hold, pools: &BTreeSet<PoolId>) -> u32 {
    let draws = hold.lines.iter().flat_map(|line| &line.draws).filter(|draw| pools.contains(&draw.pool));
    draws.fold(0, |sum: u32, draw| sum.saturating_add(draw.units))
}
