//! The waitlist: joining, leaving, and whose turn it is.
//!
//! Units that come back go to the first in line whom they serve. One who wants more than came back is
//! passed over at most [`PASSES_MAX`] times; after that, units are gathered for them as they come.

use std::collections::{BTreeMap, BTreeSet};

use super::admission::{Proof, admit, admits};
use super::draw::{self, Shelf};
use super::{Decision, authorise, holds, moves, offering};
use crate::access::Code;
use crate::books::Books;
use crate::command::{By, JoinWaitlist, Want};
use crate::fact::{Fact, HoldEnd};
use crate::hold::{Hold, HoldState, LapseCause};
use crate::ids::{EntryId, HoldId, Id, OfferId, Salt, SlotId, WindowId};
use crate::limits::{ENTRIES_MAX, PASSES_MAX};
use crate::pool::Account;
use crate::refusal::{Noun, Refusal};
use crate::slot::SlotState;
use crate::time::Instant;
use crate::waitlist::{Entry, EntryState, LeftCause};
use crate::window::{Fairness, Phase, Window};

pub(super) fn join(books: &Books, now: Instant, join: &JoinWaitlist) -> Decision {
    holds::named(books, join.slot, &[join.want], None)?;
    holds::bounded(books, &[join.want])?;
    let line = books.parts.get(&join.slot).map(|parts| &parts.line);
    if line.is_some_and(|line| line.len() >= ENTRIES_MAX) {
        return Err(Refusal::LimitReached { noun: Noun::Entry, max: ENTRIES_MAX as u32 });
    }
    holds::runs(books, now, join.slot, &[join.want])?;
    let proof = Proof { code: join.code, buyer: Some(join.contact.key) };
    let open = admit(books, join.slot, now, proof)?;
    let selling: Vec<&Window> = open.into_iter().filter(|window| window.sells(join.want.offer)).collect();
    let first = selling.first().ok_or(Refusal::OfferNotInWindow { offer: join.want.offer })?;
    let limit =
        |window: &Window| holds::check_limit(books, window, Some(join.contact.key), join.want.quantity);
    if selling.iter().all(|window| limit(window).is_err()) {
        limit(first)?;
    }
    let within = selling.iter().filter(|window| limit(window).is_ok());
    let left = within.map(|window| draw::left(books, window, join.want.offer, now)).max().unwrap_or(0);
    // Where every pickup place is gone, units that are there can't be held: they are worth waiting for.
    if left >= join.want.quantity
        && !crate::planted!(JoinsWhileFree)
        && holds::choose(books, now, join.slot, None).is_ok()
    {
        return Err(Refusal::UnitsFree { left });
    }
    let mut waiting = line.into_iter().flat_map(BTreeMap::values).filter_map(|id| books.entries.get(id));
    if waiting.any(|entry| entry.offer == join.want.offer && entry.contact.key == join.contact.key)
        && !crate::planted!(JoinsTwice)
    {
        return Err(Refusal::AlreadyWaiting);
    }
    let max = most(books, join.want.offer);
    if join.want.quantity > max {
        return Err(Refusal::NeverEnough { max });
    }
    let code = join.code.and_then(|digest| books.code_digests.get(&digest)).copied();
    Ok(vec![Fact::EntryJoined(Box::new(Entry {
        id: join.id,
        slot: join.slot,
        offer: join.want.offer,
        quantity: join.want.quantity,
        contact: join.contact.clone(),
        code,
        joined_at: now,
        place: books.next_place,
        lot: join.lot,
        passed: 0,
        requeued: false,
        secret: join.secret,
        state: EntryState::Waiting { gathered: 0, draws: Vec::new() },
    }))])
}

pub(super) fn leave(books: &Books, id: EntryId, by: By) -> Decision {
    let entry = live(books, id, by)?;
    match entry.state {
        EntryState::Turn(hold) => end_turn(books, hold),
        _ => Ok(vec![left(books, entry, LeftCause::Withdrew)]),
    }
}

pub(super) fn decline(books: &Books, id: EntryId, by: By) -> Decision {
    match live(books, id, by)?.state {
        EntryState::Turn(hold) => end_turn(books, hold),
        _ => Err(Refusal::NoTurn),
    }
}

fn live(books: &Books, id: EntryId, by: By) -> Result<&Entry, Refusal> {
    let entry = books.entries.get(&id).ok_or(Refusal::EntryLeft)?;
    authorise(by, entry.secret)?;
    Ok(entry)
}

fn end_turn(books: &Books, hold: HoldId) -> Decision {
    let hold = books.holds.get(&hold).ok_or(Refusal::NoTurn)?;
    match hold.state {
        HoldState::Confirming => Err(Refusal::HoldConfirming),
        _ => Ok(holds::end(books, hold, HoldEnd::Released)),
    }
}

/// The fact that takes an entry out of line, with what was set aside for it.
pub(super) fn left(books: &Books, entry: &Entry, cause: LeftCause) -> Fact {
    let moves = match &entry.state {
        EntryState::Waiting { .. } if crate::planted!(LeaverKeepsUnits) => Vec::new(),
        EntryState::Waiting { draws, .. } => draw::give_back(books, draws.iter().copied(), Account::Held),
        _ => Vec::new(),
    };
    Fact::EntryLeft { entry: entry.id, cause, moves }
}

/// What becomes of an entry whose turn ended without an order.
pub(super) fn after_turn(books: &Books, id: EntryId, how: HoldEnd) -> Option<Fact> {
    let entry = books.entries.get(&id)?;
    let out = |cause| Some(Fact::EntryLeft { entry: id, cause, moves: Vec::new() });
    match how {
        HoldEnd::Released => out(LeftCause::Declined),
        HoldEnd::Lapsed(LapseCause::SlotCancelled) => out(LeftCause::SlotCancelled),
        HoldEnd::Lapsed(_) if crate::planted!(NeverRequeued) => out(LeftCause::Missed),
        HoldEnd::Lapsed(_) if entry.requeued && !crate::planted!(RequeuedForEver) => out(LeftCause::Missed),
        HoldEnd::Lapsed(_) if called_off(books, entry.slot) => out(LeftCause::SlotCancelled),
        HoldEnd::Lapsed(_) if !may_be_served(books, entry, None) => out(LeftCause::WindowsOver),
        HoldEnd::Lapsed(_) => Some(Fact::EntryRequeued { entry: id, place: books.next_place }),
    }
}

/// The entries of a slot that no window can serve any more once `closing` is over.
pub(super) fn stranded<'a>(books: &'a Books, closing: &'a Window) -> impl Iterator<Item = &'a Entry> {
    let line = books.parts.get(&closing.spec.slot).map(|parts| &parts.line);
    let entries = line.into_iter().flat_map(BTreeMap::values).filter_map(|id| books.entries.get(id));
    entries.filter(move |entry| {
        let waits = matches!(entry.state, EntryState::Waiting { .. });
        waits && !may_be_served(books, entry, Some(closing.id))
    })
}

/// Whether a window that is not over, other than this one, could serve an entry.
pub(super) fn may_be_served(books: &Books, entry: &Entry, but: Option<WindowId>) -> bool {
    let ahead = books.windows_of(entry.slot).filter(|window| window.phase != Phase::Closed);
    ahead.filter(|window| Some(window.id) != but).any(|window| serves(books, window, entry))
}

fn called_off(books: &Books, slot: SlotId) -> bool {
    books.slots.get(&slot).is_none_or(|slot| slot.state.is_off())
}

/// The next step for the waiters of a slot; nothing when nobody can be served by what is free.
pub(super) fn serve(books: &Books, now: Instant, slot: SlotId) -> Vec<Fact> {
    let published = books.slots.get(&slot).is_some_and(|slot| slot.state == SlotState::Published);
    let open = books.windows_of(slot).filter(|window| window.phase_at(now) == Phase::Open);
    let open: Vec<&Window> = open.filter(|window| window.phase == Phase::Open).collect();
    if !published || offering::kept_back(books, slot).is_some() {
        return Vec::new();
    }
    let mut told = Vec::new();
    for window in &open {
        let mut left: BTreeMap<OfferId, u32> = draw::left_for_all(books, window, now).into_iter().collect();
        // A bundle with an evening that is over or called off is nobody's turn.
        let runs = |offer: OfferId| holds::runs(books, now, slot, &[Want { offer, quantity: 1 }]).is_ok();
        left.retain(|offer, _| runs(*offer) || crate::planted!(TurnOverPast));
        if left.values().all(|units| *units == 0) {
            continue;
        }
        let step = match window.spec.turn.fairness {
            Fairness::Announce => announce(books, window, &left),
            fairness => serve_one(books, now, window, &Offered { left, fairness }),
        };
        match step {
            Step::Served(facts) => return facts,
            Step::Told(facts) => told.extend(facts),
        }
    }
    // An entry that is too big for two windows was passed over once.
    let mut passed = BTreeSet::new();
    told.retain(|fact| !matches!(fact, Fact::EntryPassed(entry) if !passed.insert(*entry)));
    told
}

/// Whether a fact follows only when units come back, not from what there is: a waiter was passed over, units
/// are first set aside for one who was passed over often enough, all were told of free units.
pub(super) fn asks_for_more(books: &Books, fact: &Fact) -> bool {
    match fact {
        Fact::EntryPassed(_) | Fact::UnitsAnnounced { .. } => true,
        Fact::EntryGathered { entry, .. } => {
            books.entries.get(entry).is_some_and(|entry| entry.gathered() == 0)
        }
        _ => false,
    }
}

/// Remembers what waiters must have been told already.
pub(super) fn recall(books: &mut Books, said: &[Fact]) {
    books.announced.extend(said.iter().filter_map(|fact| match fact {
        Fact::UnitsAnnounced { offer, free, .. } => Some((*offer, *free)),
        _ => None,
    }));
}

/// What one window can do for its waiters.
enum Step {
    /// Units went to one of them; look again.
    Served(Vec<Fact>),
    /// Nobody got any; this is all there is to say.
    Told(Vec<Fact>),
}

/// What a window has for its waiters, and in which order they come.
struct Offered {
    left: BTreeMap<OfferId, u32>,
    fairness: Fairness,
}

/// The waiters that a window serves, in its order.
fn in_line<'a>(books: &'a Books, window: &'a Window) -> Vec<&'a Entry> {
    let line = books.parts.get(&window.spec.slot).map(|parts| &parts.line);
    let entries = line.into_iter().flat_map(BTreeMap::values).filter_map(|id| books.entries.get(id));
    let waiting = entries.filter(|entry| matches!(entry.state, EntryState::Waiting { .. }));
    waiting.filter(|entry| serves(books, window, entry)).collect()
}

fn serve_one(books: &Books, now: Instant, window: &Window, offered: &Offered) -> Step {
    let mut waiting = in_line(books, window);
    if crate::planted!(LaterWaiterFirst) {
        waiting.reverse();
    }
    if offered.fairness == Fairness::Lottery && !crate::planted!(LotIgnored) {
        waiting.sort_by_key(|entry| (entry.requeued, entry.lot, entry.place));
    }
    let none = BTreeSet::new();
    let back = books.stirred.get(&window.spec.slot).unwrap_or(&none);
    let mut too_big: Vec<&Entry> = Vec::new();
    for entry in waiting {
        let left = offered.left.get(&entry.offer).copied().unwrap_or(0);
        let need = entry.quantity - entry.gathered().min(entry.quantity);
        let in_limit = holds::check_limit(books, window, Some(entry.contact.key), entry.quantity).is_ok();
        if left == 0 || !(in_limit || crate::planted!(TurnSkipsLimit)) {
            continue;
        }
        if left >= need {
            let Some(turn) = turn(books, now, window, entry) else { continue };
            let passed = too_big.iter().map(|entry| Fact::EntryPassed(entry.id));
            return Step::Served(passed.chain([turn]).collect());
        }
        if (entry.passed >= PASSES_MAX || entry.gathered() > 0) && !crate::planted!(NeverGathers) {
            return Step::Served(gather(books, now, window, &Gathering { entry, quantity: left }));
        }
        if crate::planted!(BigWaiterBlocks) {
            break;
        }
        // What came back for others is no chance that passed this one.
        let any = crate::planted!(PassedForOthers);
        if any || draw::reach(books, window, entry.offer).iter().any(|pool| back.contains(pool)) {
            too_big.push(entry);
        }
    }
    Step::Told(too_big.first().map(|entry| Fact::EntryPassed(entry.id)).into_iter().collect())
}

/// An entry that units are set aside for.
struct Gathering<'a> {
    entry: &'a Entry,
    quantity: u32,
}

fn gather(books: &Books, now: Instant, window: &Window, what: &Gathering<'_>) -> Vec<Fact> {
    let want = Want { offer: what.entry.offer, quantity: what.quantity };
    let Ok(draws) = Shelf::new(books, window, now).draw(want) else { return Vec::new() };
    let moves = moves(draws.iter().copied(), Account::Free, Account::Held);
    vec![Fact::EntryGathered { entry: what.entry.id, quantity: what.quantity, draws, moves }]
}

/// The ready-made hold of an entry whose turn it is.
fn turn(books: &Books, now: Instant, window: &Window, entry: &Entry) -> Option<Fact> {
    let EntryState::Waiting { gathered, draws } = &entry.state else { return None };
    let mut shelf = Shelf::new(books, window, now);
    let rest = Want { offer: entry.offer, quantity: entry.quantity.saturating_sub(*gathered) };
    let mut fresh = shelf.draw(rest).ok()?;
    let choice = holds::choose(books, now, entry.slot, None).ok().flatten();
    let places: Vec<_> =
        choice.and_then(|choice| choice.places).and_then(|pool| shelf.draw_place(pool)).into_iter().collect();
    let moves = moves(fresh.iter().chain(&places).copied(), Account::Free, Account::Held);
    fresh.extend(draws.iter().copied());
    let want = Want { offer: entry.offer, quantity: entry.quantity };
    let hold = Hold {
        id: turn_id(books, now, entry),
        slot: entry.slot,
        window: window.id,
        state: HoldState::Held,
        made_at: now,
        due: if crate::planted!(TurnOutlivesWindow) {
            now.plus(window.spec.turn.span)
        } else {
            now.plus(window.spec.turn.span).min(window.spec.closes.at)
        },
        extended: 0,
        lines: holds::priced(books, now, &[want], vec![fresh]),
        fulfilment: choice,
        places,
        contact: Some(entry.contact.clone()),
        taken: true,
        secret: entry.secret,
        turn: Some(entry.id),
        number: None,
        attempt: None,
    };
    Some(Fact::TurnGiven { entry: entry.id, hold: Box::new(hold), moves })
}

/// An id for a turn: the instant with the entry's own random bits and its place, which is another one each
/// time it is requeued, so that two turns of one instant differ; moved on if it is taken.
fn turn_id(books: &Books, now: Instant, entry: &Entry) -> HoldId {
    let counter = ((entry.id.0.0 >> 64) as u64 ^ entry.place) & 0xfff;
    let salt = Salt((counter << 30) | (entry.id.0.0 as u64 & 0x3fff_ffff));
    let mut at = now.0;
    loop {
        let id = HoldId(Id::mint(at, books.home(), salt));
        if !books.holds.contains_key(&id) {
            return id;
        }
        at += 1;
    }
}

fn announce(books: &Books, window: &Window, left: &BTreeMap<OfferId, u32>) -> Step {
    let waiting = in_line(books, window);
    let news = left.iter().filter(|(offer, free)| {
        let told = books.announced.get(offer).copied().unwrap_or(0);
        (**free > told || crate::planted!(ToldAgain)) && waiting.iter().any(|entry| entry.offer == **offer)
    });
    let slot = window.spec.slot;
    Step::Told(news.map(|(offer, free)| Fact::UnitsAnnounced { slot, offer: *offer, free: *free }).collect())
}

/// Whether a window admits an entry and sells what it waits for.
pub(super) fn serves(books: &Books, window: &Window, entry: &Entry) -> bool {
    let code: Option<&Code> = entry.code.and_then(|code| books.codes.get(&code));
    window.sells(entry.offer) && admits(books, window, code, Some(entry.contact.key))
}

/// The most units of an offer that there could ever be, with what its pools have now.
fn most(books: &Books, offer: OfferId) -> u32 {
    let Some(offer) = books.offers.get(&offer) else { return 0 };
    let parts = offer.spec.recipe.iter().map(|part| {
        let pool = books.pools.get(&part.pool);
        let lenders =
            pool.into_iter().flat_map(|pool| pool.spec.borrows.iter()).filter_map(|id| books.pools.get(id));
        let there: u64 = pool
            .into_iter()
            .chain(lenders)
            .filter(|pool| offering::is_of_its_nights(books, offer, pool))
            .map(|pool| pool.balance)
            .map(|balance| u64::from(balance.supplied - balance.lost - balance.handed))
            .sum();
        u32::try_from(there / u64::from(part.units.max(1))).unwrap_or(u32::MAX)
    });
    parts.min().unwrap_or(0)
}
