//! What the policy says: whether a change may be done at once, or waits for a yes because it destroys what people
//! have or were promised.
//!
//! It looks at the books before and at the facts of the change, so it is the same for every way in. Start at
//! [`reasons`].

use std::collections::BTreeMap;

use super::{change, notice};
use crate::books::Books;
use crate::change::Reason;
use crate::fact::Fact;
use crate::ids::{FulfilmentId, PoolId, SlotId, WindowId};
use crate::slot::{Fulfilment, FulfilmentKind, FulfilmentSpec, Slot, SlotState};
use crate::time::Instant;
use crate::window::{Phase, Window};

/// Why the change that these facts are needs a yes; nothing when it does not. The slot's orders must have been
/// fetched. `below` says that it would take away units that are held or sold.
pub(super) fn reasons(
    books: &Books,
    now: Instant,
    slot: &Slot,
    facts: &[Fact],
    below: Option<Reason>,
) -> Vec<Reason> {
    let mut all: Vec<Reason> = Vec::new();
    let after = change::slot_after(facts, slot).unwrap_or(slot);
    if slot.state == SlotState::Published {
        if after.state == SlotState::Cancelled {
            all.extend(bought(books, slot.id));
            return all;
        }
        all.extend(into_past(now, slot, after).then_some(Reason::IntoPast));
        all.extend(across_windows(books, now, slot, facts));
        if !crate::planted!(PromisesUnasked) {
            all.extend(beyond_promises(books, slot.id, facts));
        }
    }
    all.extend(below);
    all
}

/// The slot that a fact is about, by itself or by what it owns.
pub(super) fn slot_of(books: &Books, fact: &Fact) -> Option<SlotId> {
    match fact {
        Fact::SlotPut { slot, .. } => Some(slot.id),
        Fact::WindowPut { window, .. } => Some(window.spec.slot),
        Fact::FulfilmentPut(block) => Some(block.spec.slot),
        Fact::OfferPut(offer) => Some(offer.spec.slot),
        Fact::BlockPut { block, .. } => Some(block.spec.slot),
        Fact::WindowRemoved { window, .. } => books.windows.get(window).map(|window| window.spec.slot),
        Fact::FulfilmentRemoved(block) => books.fulfilments.get(block).map(|block| block.spec.slot),
        _ => None,
    }
}

/// What people would lose with the slot.
fn bought(books: &Books, slot: SlotId) -> Option<Reason> {
    let holds = books.parts.get(&slot).map_or(0, |parts| parts.holds.len() as u32);
    let holds = if crate::planted!(CallOffUnasked) { 0 } else { holds };
    let orders = notice::bought(books, slot).count() as u32;
    (holds + orders > 0).then_some(Reason::Bought { holds, orders })
}

/// A start or an end that lies ahead must not be behind us at once.
fn into_past(now: Instant, before: &Slot, after: &Slot) -> bool {
    let (was, is) = (&before.spec.times, &after.spec.times);
    let passed = |was: Instant, is: Instant| now < was && is.at_or_before(now);
    !crate::planted!(IntoPastUnasked) && (passed(was.start, is.start) || passed(was.end, is.end))
}

/// Windows that would be elsewhere in their life at once. Whoever moves a slot may not have thought of them; whoever
/// edits a window itself means it, and is asked only where it closes on people who hold in it.
fn across_windows<'a>(
    books: &'a Books,
    now: Instant,
    slot: &'a Slot,
    facts: &'a [Fact],
) -> impl Iterator<Item = Reason> + 'a {
    let moves = change::slot_after(facts, slot).is_some_and(|after| after.spec.times != slot.spec.times);
    let mut put: BTreeMap<WindowId, Option<&Window>> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::WindowPut { window, .. } => drop(put.insert(window.id, Some(&**window))),
            Fact::WindowRemoved { window, .. } => drop(put.insert(*window, None)),
            _ => {}
        }
    }
    put.into_iter().filter_map(move |(id, after)| {
        let (before, after) = (books.windows.get(&id)?.phase_at(now), after?.phase_at(now));
        let crosses = before != after && (moves || before == Phase::Open && is_held_in(books, slot.id, id));
        (crosses && !crate::planted!(AcrossWindowsUnasked)).then_some(Reason::AcrossWindow {
            window: id,
            before,
            after,
        })
    })
}

/// Whether somebody holds something in a window.
fn is_held_in(books: &Books, slot: SlotId, window: WindowId) -> bool {
    let holds = books.parts.get(&slot).into_iter().flat_map(|parts| &parts.holds);
    holds.filter_map(|hold| books.holds.get(hold)).any(|hold| hold.window == window)
}

/// Pickups that somebody was promised and that would not overlap with what was promised any more: whoever comes
/// then finds nobody there.
fn beyond_promises(books: &Books, slot: SlotId, facts: &[Fact]) -> Vec<Reason> {
    let mut all = Vec::new();
    for (id, after) in fulfilments_after(facts) {
        let before = books.fulfilments.get(&id).filter(|before| before.spec.kind == FulfilmentKind::Pickup);
        let Some(before) = before else { continue };
        match after.filter(|after| after.spec.kind == FulfilmentKind::Pickup) {
            Some(after) => all.extend(broken(books, slot, before, &after.spec)),
            None if is_chosen(books, slot, id, None) => {
                all.push(Reason::BeyondPromise { block: id, places: None });
            }
            None => {}
        }
    }
    all
}

/// Fulfilment blocks as facts leave them; none for one that goes.
pub(super) fn fulfilments_after(facts: &[Fact]) -> BTreeMap<FulfilmentId, Option<&Fulfilment>> {
    let mut put: BTreeMap<FulfilmentId, Option<&Fulfilment>> = BTreeMap::new();
    for fact in facts {
        match fact {
            Fact::FulfilmentPut(block) => drop(put.insert(block.id, Some(&**block))),
            Fact::FulfilmentRemoved(block) => drop(put.insert(*block, None)),
            _ => {}
        }
    }
    put
}

/// The promises of one block that would be broken.
fn broken(books: &Books, slot: SlotId, before: &Fulfilment, after: &FulfilmentSpec) -> Vec<Reason> {
    let meet = |was: (Instant, Instant), is: (Instant, Instant)| was.0 < is.1 && is.0 < was.1;
    let spec = &before.spec;
    if spec.boxes.is_empty() {
        let apart = !meet((spec.opens.at, spec.closes.at), (after.opens.at, after.closes.at));
        let chosen = apart && is_chosen(books, slot, before.id, None);
        return chosen
            .then_some(Reason::BeyondPromise { block: before.id, places: None })
            .into_iter()
            .collect();
    }
    let boxes = spec.boxes.iter().filter(|was| {
        let is = after.boxes.iter().find(|is| is.pool == was.pool);
        is.is_some_and(|is| !meet((was.from.at, was.until.at), (is.from.at, is.until.at)))
    });
    let chosen = boxes.filter(|was| is_chosen(books, slot, before.id, Some(was.pool)));
    chosen.map(|was| Reason::BeyondPromise { block: before.id, places: Some(was.pool) }).collect()
}

/// Whether somebody who holds or has bought comes to this block, in this box of it.
fn is_chosen(books: &Books, slot: SlotId, block: FulfilmentId, places: Option<PoolId>) -> bool {
    let fits = |choice: Option<crate::hold::FulfilmentChoice>| {
        choice.is_some_and(|choice| choice.block == block && (places.is_none() || choice.places == places))
    };
    let holds = books.parts.get(&slot).into_iter().flat_map(|parts| &parts.holds);
    let mut holds = holds.filter_map(|hold| books.holds.get(hold));
    let mut orders = books.orders.values().filter(|order| order.slot == slot && !order.is_cancelled());
    holds.any(|hold| fits(hold.fulfilment)) || orders.any(|order| fits(order.fulfilment))
}
