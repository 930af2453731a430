//! What must be true of whole books after every command, said without the code that keeps it true.
//!
//! The books must still have every order and every ended hold: nothing was forgotten.

use std::collections::BTreeMap;

use dayshelf_core::books::Books;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::{OfferId, PoolId, WindowId};
use dayshelf_core::order::LineState;
use dayshelf_core::pool::{Draw, PoolRole};
use dayshelf_core::waitlist::EntryState;

/// Fails if the books contradict themselves.
pub fn audit(books: &Books) {
    conservation(books);
    who_has_what(books);
    counters(books);
    life(books);
    same_anew(books);
}

/// Books without what is only fetched, and without hints.
pub fn bare(books: &Books) -> Books {
    let mut books = books.clone();
    books.forget_fetched();
    books.announced.clear();
    books.stirred.clear();
    books
}

/// Books that are read anew from their rows are due for the same, and find the same by name.
fn same_anew(books: &Books) {
    let mut read = books.clone();
    read.reindex();
    assert_eq!(bare(&read), bare(books), "books read anew differ");
}

/// Units only move, and what is lent is counted once where it was lent to.
fn conservation(books: &Books) {
    let mut lent: BTreeMap<PoolId, u32> = BTreeMap::new();
    for (id, pool) in &books.pools {
        assert!(pool.balance.is_even(), "{id} is uneven: {:?}", pool.balance);
        if let PoolRole::Allotment { from, .. } = pool.role {
            *lent.entry(from).or_default() += pool.balance.supplied;
        }
    }
    for (id, pool) in &books.pools {
        let there = lent.get(id).copied().unwrap_or(0);
        assert_eq!(pool.balance.lent, there, "{id} lent what its allotments do not have");
    }
}

/// Every held unit is somebody's hold or set aside for a waiter, every sold one is on an order.
fn who_has_what(books: &Books) {
    let mut held: BTreeMap<PoolId, u32> = BTreeMap::new();
    let mut sold: BTreeMap<PoolId, u32> = BTreeMap::new();
    let mut handed: BTreeMap<PoolId, u32> = BTreeMap::new();
    let add = |to: &mut BTreeMap<PoolId, u32>, draw: Draw| *to.entry(draw.pool).or_default() += draw.units;
    for hold in books.holds.values().filter(|hold| hold.taken) {
        hold.draws().for_each(|draw| add(&mut held, draw));
    }
    for entry in books.entries.values() {
        if let EntryState::Waiting { draws, .. } = &entry.state {
            draws.iter().for_each(|draw| add(&mut held, *draw));
        }
    }
    for order in books.orders.values() {
        for line in &order.lines {
            match line.state {
                LineState::Confirmed => line.draws.iter().for_each(|draw| add(&mut sold, *draw)),
                LineState::Handed => line.draws.iter().for_each(|draw| add(&mut handed, *draw)),
                LineState::Cancelled => assert!(line.draws.is_empty(), "a cancelled line still draws"),
            }
        }
        order.places.iter().for_each(|draw| add(&mut sold, *draw));
    }
    for (id, pool) in &books.pools {
        let of = |from: &BTreeMap<PoolId, u32>| from.get(id).copied().unwrap_or(0);
        assert_eq!(pool.balance.held, of(&held), "{id}: held");
        assert_eq!(pool.balance.sold, of(&sold), "{id}: sold");
        assert_eq!(pool.balance.handed, of(&handed), "{id}: handed");
    }
}

/// What offers, windows and buyers have taken is what live holds and standing orders say.
fn counters(books: &Books) {
    let mut offers: BTreeMap<OfferId, u32> = BTreeMap::new();
    let mut windows: BTreeMap<WindowId, u32> = BTreeMap::new();
    let mut tallies = BTreeMap::new();
    let mut add = |window: WindowId, offer: OfferId, buyer, units: u32| {
        *offers.entry(offer).or_default() += units;
        *windows.entry(window).or_default() += units;
        let limited = books.windows.get(&window).is_some_and(|known| known.spec.hold.buyer_limit.is_some());
        if let Some(buyer) = buyer
            && limited
        {
            *tallies.entry((window, buyer)).or_default() += units;
        }
    };
    for hold in books.holds.values().filter(|hold| hold.taken) {
        for line in &hold.lines {
            add(hold.window, line.offer, hold.buyer(), line.quantity);
        }
    }
    for order in books.orders.values() {
        for line in order.lines.iter().filter(|line| line.state != LineState::Cancelled) {
            add(order.window, line.offer, Some(order.buyer.contact.key), line.quantity);
        }
    }
    for (id, offer) in &books.offers {
        assert_eq!(offer.taken, offers.get(id).copied().unwrap_or(0), "{id}: taken");
    }
    for (id, window) in &books.windows {
        assert_eq!(window.taken, windows.get(id).copied().unwrap_or(0), "{id}: taken");
    }
    assert_eq!(books.tallies, tallies, "tallies");
    for ((window, buyer), have) in &books.tallies {
        let limit = books.windows.get(window).and_then(|window| window.spec.hold.buyer_limit);
        assert!(limit.is_none_or(|limit| *have <= limit), "{buyer:?} has {have} of {limit:?} in {window}");
    }
}

/// A hold lives or has ended, never both; a turn and its entry know each other.
fn life(books: &Books) {
    for (id, hold) in &books.holds {
        assert!(hold.is_live(), "{id} is among the living: {:?}", hold.state);
        assert!(!books.ended.contains_key(id), "{id} lives and has ended");
        if let Some(entry) = hold.turn {
            let state = books.entries.get(&entry).map(|entry| entry.state.clone());
            assert_eq!(state, Some(EntryState::Turn(*id)), "{id} is nobody's turn");
        }
        if hold.state == HoldState::Held {
            assert!(hold.taken, "{id} is held without units");
        }
    }
    for (id, hold) in &books.ended {
        assert!(!hold.is_live(), "{id} is among the ended: {:?}", hold.state);
    }
    for (id, order) in &books.orders {
        let became = books.ended.get(&order.hold).map(|hold| hold.state);
        let named = matches!(
            became,
            Some(HoldState::Confirmed(of) | HoldState::LapsedPaid { order: of, .. } | HoldState::ReleasedPaid(of))
                if of == *id
        );
        assert!(named, "{} does not say that it became {id}: {became:?}", order.hold);
    }
    for (id, entry) in &books.entries {
        if let EntryState::Turn(hold) = entry.state {
            assert!(books.holds.contains_key(&hold), "{id} has a turn that is over");
        }
        let line = &books.parts[&entry.slot].line;
        assert_eq!(line.get(&entry.place), Some(id), "{id} is not at its place");
    }
}
