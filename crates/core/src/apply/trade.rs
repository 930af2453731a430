//! Facts about what buyers do: holds, orders, waiters, and stock that comes and goes.

use super::Broken;
use crate::books::Books;
use crate::fact::{Fact, HoldEnd};
use crate::hold::{Hold, HoldState, Line};
use crate::ids::{HoldId, OfferId, SlotId, WindowId};
use crate::order::Order;
use crate::pool::Draw;
use crate::text::BuyerKey;
use crate::time::Instant;
use crate::waitlist::EntryState;

/// Whether counts of taken units rise or fall.
#[derive(Clone, Copy)]
enum Count {
    Up,
    Down,
}

pub(super) fn apply(books: &mut Books, fact: &Fact) -> Result<(), Broken> {
    match fact {
        Fact::HoldMade { hold, .. } => {
            hold_made(books, hold);
            Ok(())
        }
        Fact::HoldTaken { hold, lines, places, due, .. } => {
            let taken = Taken { lines, places, due: *due };
            hold_taken(books, *hold, &taken)
        }
        Fact::HoldExtended { hold, due, extended } => change_hold(books, *hold, |hold| {
            hold.due = *due;
            hold.extended = *extended;
        }),
        Fact::HoldEnded { hold, end, .. } => hold_ended(books, *hold, *end),
        Fact::ConfirmBegun { hold, attempt } => {
            let key = attempt.buyer.contact.key;
            recount_buyer(books, *hold, key)?;
            change_hold(books, *hold, |hold| {
                hold.state = HoldState::Confirming;
                hold.contact = Some(attempt.buyer.contact.clone());
                hold.attempt = Some(attempt.clone());
            })
        }
        Fact::ConfirmCallingOff { hold } => change_hold(books, *hold, |hold| {
            if let Some(attempt) = &mut hold.attempt {
                attempt.calling_off = true;
            }
        }),
        Fact::ConfirmFailed { hold, due } => change_hold(books, *hold, |hold| {
            hold.state = if hold.taken { HoldState::Held } else { HoldState::Basket };
            hold.due = *due;
        }),
        _ => apply_to_orders(books, fact),
    }
}

fn apply_to_orders(books: &mut Books, fact: &Fact) -> Result<(), Broken> {
    match fact {
        Fact::OrderConfirmed { order, .. } => order_confirmed(books, order),
        Fact::LatePaymentUnfilled { order } => {
            paid_late(books, order);
            keep_order(books, order);
        }
        Fact::OrderCancelled { order, lines, .. } => {
            let gone: Vec<(OfferId, u32)> = lines
                .iter()
                .filter_map(|line| order.lines.get(usize::from(*line)))
                .map(|line| (line.offer, line.quantity))
                .collect();
            count(books, order.window, &gone, Count::Down);
            tally(books, order.window, Some(order.buyer.contact.key), units(&gone), Count::Down);
            keep_order(books, order);
        }
        Fact::OrderMoved { order, from, .. } => {
            let key = Some(order.buyer.contact.key);
            let come: Vec<(OfferId, u32)> = standing(order);
            count(books, from.window, &from.lines, Count::Down);
            tally(books, from.window, key, units(&from.lines), Count::Down);
            count(books, order.window, &come, Count::Up);
            tally(books, order.window, key, units(&come), Count::Up);
            keep_order(books, order);
        }
        Fact::OrderEdited { order, was } => {
            let (key, units) = (order.buyer.contact.key, units(&standing(order)));
            if key != *was {
                tally(books, order.window, Some(*was), units, Count::Down);
                tally(books, order.window, Some(key), units, Count::Up);
                changes_hands(books, order.slot, Some(*was), Some(key));
            }
            keep_order(books, order);
        }
        Fact::OrderHanded { order, .. }
        | Fact::RedeemedAgain { order, .. }
        | Fact::HandOverUndone { order, .. }
        | Fact::PaymentMoved { order, .. }
        | Fact::OrderNoted(order)
        | Fact::OrderResent(order) => keep_order(books, order),
        _ => return apply_to_line(books, fact),
    }
    Ok(())
}

fn apply_to_line(books: &mut Books, fact: &Fact) -> Result<(), Broken> {
    match fact {
        // Whoever joins gets what comes back from now on, not what others may still buy: no stir.
        Fact::EntryJoined(entry) => books.put_entry((**entry).clone()),
        Fact::EntryPassed(entry) => {
            let entry = books.entries.get_mut(entry).ok_or_else(|| unknown(entry))?;
            entry.passed = entry.passed.saturating_add(1);
        }
        Fact::UnitsAnnounced { offer, free, .. } => drop(books.announced.insert(*offer, *free)),
        Fact::EntryGathered { entry, quantity, draws: more, .. } => {
            let entry = books.entries.get_mut(entry).ok_or_else(|| unknown(entry))?;
            if let EntryState::Waiting { gathered, draws } = &mut entry.state {
                *gathered += quantity;
                draws.extend(more.iter().copied());
            }
            let slot = entry.slot;
            books.stir(slot);
        }
        Fact::TurnGiven { entry, hold, .. } => {
            let entry = books.entries.get_mut(entry).ok_or_else(|| unknown(entry))?;
            entry.state = EntryState::Turn(hold.id);
            let slot = entry.slot;
            books.stir(slot);
            hold_made(books, hold);
        }
        Fact::EntryRequeued { entry, place } => {
            let mut entry = books.pull_entry(*entry).ok_or_else(|| unknown(entry))?;
            entry.place = *place;
            entry.requeued = true;
            entry.passed = 0;
            entry.state = EntryState::Waiting { gathered: 0, draws: Vec::new() };
            let slot = entry.slot;
            books.stir(slot);
            books.put_entry(entry);
        }
        Fact::EntryLeft { entry, cause, .. } => {
            let mut entry = books.pull_entry(*entry).ok_or_else(|| unknown(entry))?;
            entry.state = EntryState::Left(*cause);
            books.left.insert(entry.id, entry);
        }
        Fact::StockMoved { source, .. } => drop(books.sources.insert(*source, fact.sourced())),
        Fact::StockCounted { pool, count, .. } => {
            books.sources.insert(count.source, fact.sourced());
            if let Some(pool) = books.pools.get_mut(pool) {
                pool.counted = count.version;
            }
            // Whoever lost a hold to it may fit into what was left over.
            books.stir_all(&std::collections::BTreeSet::new());
        }
        _ => {}
    }
    Ok(())
}

fn hold_made(books: &mut Books, hold: &Hold) {
    if hold.taken {
        let lines = wanted(&hold.lines);
        if !crate::planted!(LadderIgnoresHeld) {
            count(books, hold.window, &lines, Count::Up);
        }
        tally(books, hold.window, hold.buyer(), units(&lines), Count::Up);
    }
    books.put_hold(Box::new(hold.clone()));
}

/// What a basket becomes when its units are held.
struct Taken<'a> {
    lines: &'a [Line],
    places: &'a [Draw],
    due: Instant,
}

fn hold_taken(books: &mut Books, id: HoldId, taken: &Taken<'_>) -> Result<(), Broken> {
    let mut hold = books.pull_hold(id).ok_or_else(|| unknown(&id))?;
    hold.lines = taken.lines.to_vec();
    hold.places = taken.places.to_vec();
    hold.due = taken.due;
    hold.taken = true;
    hold.state = HoldState::Held;
    hold_made(books, &hold);
    Ok(())
}

fn hold_ended(books: &mut Books, id: HoldId, end: HoldEnd) -> Result<(), Broken> {
    let mut hold = books.pull_hold(id).ok_or_else(|| unknown(&id))?;
    if hold.taken {
        let lines = wanted(&hold.lines);
        if !crate::planted!(DriftedCounter) {
            count(books, hold.window, &lines, Count::Down);
        }
        tally(books, hold.window, hold.buyer(), units(&lines), Count::Down);
    }
    hold.taken = false;
    hold.state = match end {
        HoldEnd::Released => HoldState::Released,
        HoldEnd::Lapsed(cause) => HoldState::Lapsed(cause),
    };
    books.ended.insert(id, hold);
    Ok(())
}

fn order_confirmed(books: &mut Books, order: &Order) {
    let lines = standing(order);
    let key = Some(order.buyer.contact.key);
    match books.pull_hold(order.hold) {
        Some(mut hold) => {
            if hold.taken {
                tally(books, hold.window, hold.buyer(), units(&lines), Count::Down);
                changes_hands(books, order.slot, hold.buyer(), key);
            } else {
                count(books, order.window, &lines, Count::Up);
            }
            hold.taken = false;
            hold.state = HoldState::Confirmed(order.id);
            books.ended.insert(hold.id, hold);
        }
        None => {
            count(books, order.window, &lines, Count::Up);
            paid_late(books, order);
        }
    }
    tally(books, order.window, key, units(&lines), Count::Up);
    keep_order(books, order);
}

/// A hold that had ended says what its payment made of it, and waits for no other. On a node that only reads
/// along, the hold is not in the books.
fn paid_late(books: &mut Books, order: &Order) {
    let Some(hold) = books.ended.get_mut(&order.hold) else { return };
    hold.attempt = None;
    hold.state = match hold.state {
        HoldState::Lapsed(cause) => HoldState::LapsedPaid { order: order.id, cause },
        HoldState::Released => HoldState::ReleasedPaid(order.id),
        other => other,
    };
}

/// A hold's units count for whoever confirms it, not for whoever put their address in before.
fn recount_buyer(books: &mut Books, id: HoldId, key: BuyerKey) -> Result<(), Broken> {
    let hold = books.holds.get(&id).ok_or_else(|| unknown(&id))?;
    if hold.taken && !crate::planted!(LimitStaysWithFirst) {
        let (slot, window, before, units) = (hold.slot, hold.window, hold.buyer(), hold.units());
        tally(books, window, before, units, Count::Down);
        tally(books, window, Some(key), units, Count::Up);
        changes_hands(books, slot, before, Some(key));
    }
    Ok(())
}

/// Whoever asked first and does not pay may have more again, and may be in line for it.
fn changes_hands(books: &mut Books, slot: SlotId, before: Option<BuyerKey>, payer: Option<BuyerKey>) {
    if before != payer {
        books.stir(slot);
    }
}

fn change_hold(books: &mut Books, id: HoldId, change: impl FnOnce(&mut Hold)) -> Result<(), Broken> {
    let mut hold = books.pull_hold(id).ok_or_else(|| unknown(&id))?;
    change(&mut hold);
    books.put_hold(hold);
    Ok(())
}

fn keep_order(books: &mut Books, order: &Order) {
    books.orders.insert(order.id, order.clone());
}

fn count(books: &mut Books, window: WindowId, lines: &[(OfferId, u32)], way: Count) {
    let step = |counter: &mut u32, units: u32| match way {
        Count::Up => *counter = counter.saturating_add(units),
        Count::Down => *counter = counter.saturating_sub(units),
    };
    for (offer, units) in lines {
        if let Some(offer) = books.offers.get_mut(offer) {
            step(&mut offer.taken, *units);
        }
        if let Some(window) = books.windows.get_mut(&window) {
            step(&mut window.taken, *units);
        }
    }
}

fn tally(books: &mut Books, window: WindowId, buyer: Option<BuyerKey>, units: u32, way: Count) {
    let limited = books.windows.get(&window).is_some_and(|window| window.spec.hold.buyer_limit.is_some());
    let Some(buyer) = buyer.filter(|_| limited) else { return };
    let have = books.tallies.get(&(window, buyer)).copied().unwrap_or(0);
    let now = match way {
        Count::Up => have.saturating_add(units),
        Count::Down if crate::planted!(LimitForgotten) => 0,
        Count::Down => have.saturating_sub(units),
    };
    books.tallied.insert((window, buyer));
    if now == 0 {
        books.tallies.remove(&(window, buyer));
    } else {
        books.tallies.insert((window, buyer), now);
    }
}

fn wanted(lines: &[Line]) -> Vec<(OfferId, u32)> {
    lines.iter().map(|line| (line.offer, line.quantity)).collect()
}

fn standing(order: &Order) -> Vec<(OfferId, u32)> {
    let lines = order.lines.iter().filter(|line| line.state != crate::order::LineState::Cancelled);
    lines.map(|line| (line.offer, line.quantity)).collect()
}

fn units(lines: &[(OfferId, u32)]) -> u32 {
    lines.iter().map(|(_, units)| units).sum()
}

fn unknown(id: &impl std::fmt::Display) -> Broken {
    Broken(format!("{id} is not in the books"))
}
