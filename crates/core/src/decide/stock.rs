//! Stock that comes, goes and is counted. Each sender's own id for a movement makes it happen once.

use std::collections::BTreeMap;

use super::draw::give_back;
use super::{Decision, line, pools, shift};
use crate::books::{Books, PLACE_FIRST};
use crate::change::Reason;
use crate::command::{CountStock, Expect, MoveStock, Movement, Sourced};
use crate::fact::{Counted, Fact, HoldEnd};
use crate::hold::{Hold, HoldState, LapseCause};
use crate::ids::{CodeId, EntryId, PoolId, SlotId};
use crate::limits::POOL_UNITS_MAX;
use crate::pool::{Account, Move, Pool, PoolRole, PoolSpec};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::text::Digest;
use crate::time::Instant;
use crate::waitlist::{Entry, EntryState, LeftCause};
use crate::window::Audience;

pub(super) fn relocate(books: &Books, ask: &MoveStock) -> Decision {
    if is_repeated(books, ask.source, &Sourced::Moved(ask.clone()))? && !crate::planted!(SourceIgnored) {
        return Ok(Vec::new());
    }
    let pool = stock(books, ask.pool)?;
    if let Movement::Transfer(to) = ask.movement {
        stock(books, to)?;
    }
    if !(1..=POOL_UNITS_MAX).contains(&ask.units) {
        let flaw = if ask.units == 0 { Flaw::BelowMin(1) } else { Flaw::AboveMax(i64::from(POOL_UNITS_MAX)) };
        return Err(Refusal::invalid("units", flaw));
    }
    if let Movement::Transfer(to) = ask.movement {
        transferable(stock(books, to)?, ask)?;
    }
    let has = |have: u32| if have < ask.units { Err(Refusal::TooFewUnits { have }) } else { Ok(()) };
    let moves = match ask.movement {
        Movement::Add => {
            if u64::from(pool.balance.supplied) + u64::from(ask.units) > u64::from(POOL_UNITS_MAX) {
                return Err(Refusal::invalid(
                    "units",
                    Flaw::AboveMax(i64::from(POOL_UNITS_MAX - pool.balance.supplied.min(POOL_UNITS_MAX))),
                ));
            }
            vec![shift(ask.pool, Account::Outside, Account::Free, ask.units)]
        }
        Movement::Remove => {
            has(pool.balance.free)?;
            vec![shift(ask.pool, Account::Free, Account::Outside, ask.units)]
        }
        Movement::Lose => {
            has(pool.balance.free)?;
            vec![shift(ask.pool, Account::Free, Account::Lost, ask.units)]
        }
        Movement::Find => {
            has(pool.balance.lost)?;
            vec![shift(ask.pool, Account::Lost, Account::Free, ask.units)]
        }
        Movement::Transfer(to) => {
            has(pool.balance.free)?;
            vec![
                shift(ask.pool, Account::Free, Account::Outside, ask.units),
                shift(to, Account::Outside, Account::Free, ask.units),
            ]
        }
    };
    Ok(vec![Fact::StockMoved {
        pool: ask.pool,
        movement: ask.movement,
        units: ask.units,
        reason: ask.reason.clone(),
        source: ask.source,
        moves,
    }])
}

/// Whether this very movement or count was taken in before: then nothing happens again. Its source with anything
/// else is a mistake of the sender's, who would believe that both were done.
fn is_repeated(books: &Books, source: Digest, said: &Sourced) -> Result<bool, Refusal> {
    match books.sources.get(&source) {
        Some(Some(first)) if first != said && !crate::planted!(SourceSwallowed) => {
            Err(Refusal::SourceReused(Box::new(first.clone())))
        }
        known => Ok(known.is_some()),
    }
}

/// The pool that gets the units is another one and has room for them.
fn transferable(to: &Pool, ask: &MoveStock) -> Result<(), Refusal> {
    if to.id == ask.pool {
        return Err(Refusal::invalid("to", Flaw::Repeated));
    }
    let room = POOL_UNITS_MAX.saturating_sub(to.balance.supplied);
    if ask.units > room {
        return Err(Refusal::invalid("units", Flaw::AboveMax(i64::from(room))));
    }
    Ok(())
}

fn stock(books: &Books, id: PoolId) -> Result<&Pool, Refusal> {
    books.pools.get(&id).filter(|pool| pool.role == PoolRole::Stock).ok_or(Refusal::Unknown(Noun::Pool))
}

/// Reconciles a count. More than expected becomes free. A deficit eats what is free, then the newest
/// unpaid holds, and never what was bought: what is missing then is the shortfall, an incident.
pub(super) fn count(books: &Books, now: Instant, ask: &CountStock) -> Decision {
    if is_repeated(books, ask.source, &Sourced::Counted(ask.clone()))? {
        return Ok(Vec::new());
    }
    let pool = stock(books, ask.pool)?;
    if ask.units > POOL_UNITS_MAX {
        return Err(Refusal::invalid("units", Flaw::AboveMax(i64::from(POOL_UNITS_MAX))));
    }
    if ask.version <= pool.counted && !crate::planted!(StaleCountTaken) {
        return Err(Refusal::CountStale { newest: pool.counted });
    }
    let expected: u32 = if crate::planted!(CountOverwrites) {
        family(books, pool).iter().map(|pool| pool.balance.free).sum()
    } else {
        on_hand(books, &[pool.id]).values().sum()
    };
    let TakenOut { mut facts, mut gap } = take_out(books, now, pool, expected.saturating_sub(ask.units));
    if ask.units > expected {
        gap.moves.push(shift(ask.pool, Account::Outside, Account::Free, ask.units - expected));
    }
    let count = Counted {
        units: ask.units,
        expected,
        shortfall: gap.missing,
        version: ask.version,
        reason: ask.reason.clone(),
        source: ask.source,
    };
    facts.push(Fact::StockCounted { pool: ask.pool, count, moves: gap.moves });
    Ok(facts)
}

/// What another supply of a pool does.
pub(super) struct Supply {
    pub facts: Vec<Fact>,
    /// Why it needs a yes, if it does: units that are held or sold are missing.
    pub below: Option<Reason>,
}

/// Gives a pool that a slot sells from as many units as its new shape has. Fewer than are held and sold eat what a
/// deficit eats.
pub(super) fn resupply(
    books: &Books,
    now: Instant,
    (slot, expected): (SlotId, Expect),
    (id, spec): (PoolId, &PoolSpec),
) -> Result<Supply, Refusal> {
    let sold_here = books.offers_of(slot).any(|offer| offer.spec.recipe.iter().any(|part| part.pool == id));
    let pool = stock(books, id).ok().filter(|_| sold_here).ok_or(Refusal::Unknown(Noun::Pool))?;
    let less = pool.spec.units.saturating_sub(spec.units);
    if less <= pool.balance.free {
        return Ok(Supply { facts: pools::put(books, id, expected, spec)?, below: None });
    }
    pools::check(books, id, expected, spec)?;
    let out = take_out(books, now, pool, less);
    let (missing, short) = (less - pool.balance.free, out.gap.missing);
    let spec = PoolSpec { units: spec.units + short, ..spec.clone() };
    let mut facts = out.facts;
    facts.push(Fact::PoolPut {
        pool: id,
        role: pool.role,
        version: pool.version + 1,
        spec: Box::new(spec),
        moves: out.gap.moves,
    });
    Ok(Supply { facts, below: Some(Reason::BelowSold { pool: id, missing, short }) })
}

/// Units taken out of a pool and what it lent: free ones first, then those of the newest unpaid holds.
struct TakenOut {
    facts: Vec<Fact>,
    gap: Gap,
}

fn take_out(books: &Books, now: Instant, pool: &Pool, units: u32) -> TakenOut {
    let family = family(books, pool);
    let mut facts = Vec::new();
    let mut gap = Gap { missing: units, moves: Vec::new() };
    for pool in &family {
        gap.eat(pool, pool.balance.free);
    }
    let mut front = first_place(books);
    for hold in newest_unpaid(books, &family) {
        if gap.missing == 0 {
            break;
        }
        front = front.saturating_sub(1);
        facts.extend(end_for_deficit(books, now, hold, front));
        let back = give_back(books, hold.draws(), Account::Held);
        for pool in &family {
            let free: i64 = back.iter().filter(|one| one.pool == pool.id).map(free_change).sum();
            gap.eat(pool, u32::try_from(free).unwrap_or(0));
        }
    }
    TakenOut { facts, gap }
}

/// Units that a count found missing, and the moves that take them out.
struct Gap {
    missing: u32,
    moves: Vec<Move>,
}

impl Gap {
    fn eat(&mut self, pool: &Pool, free: u32) {
        let units = self.missing.min(free);
        if units == 0 {
            return;
        }
        self.missing -= units;
        self.moves.push(shift(pool.id, Account::Free, Account::Outside, units));
        if let PoolRole::Allotment { from, .. } = pool.role {
            self.moves.push(shift(from, Account::Lent, Account::Outside, units));
        }
    }
}

/// The pool and the allotments that it lent: the units that a person can count there.
fn family<'a>(books: &'a Books, pool: &'a Pool) -> Vec<&'a Pool> {
    let lent = books
        .pools
        .values()
        .filter(|other| matches!(other.role, PoolRole::Allotment { from, .. } if from == pool.id));
    std::iter::once(pool).chain(lent).collect()
}

/// What a count of each of these pools should find: what is free, held or sold and not yet handed over, there and in what
/// it lent to windows. All pools are looked at once, however many are asked for.
pub fn on_hand(books: &Books, of: &[PoolId]) -> BTreeMap<PoolId, u32> {
    let mut found: BTreeMap<PoolId, u32> = of.iter().map(|pool| (*pool, 0)).collect();
    for Pool { id, role, balance, .. } in books.pools.values() {
        let lender = if let PoolRole::Allotment { from, .. } = role { Some(*from) } else { None };
        for pool in [Some(*id), lender].into_iter().flatten() {
            if let Some(units) = found.get_mut(&pool) {
                *units += balance.free + balance.held + balance.sold;
            }
        }
    }
    found
}

fn free_change(one: &Move) -> i64 {
    i64::from(one.to == Account::Free) * i64::from(one.units)
        - i64::from(one.from == Account::Free) * i64::from(one.units)
}

/// Holds without a payment under way that draw on these pools, the newest first.
fn newest_unpaid<'a>(books: &'a Books, family: &[&Pool]) -> Vec<&'a Hold> {
    let draws_here = |hold: &&Hold| hold.draws().any(|draw| family.iter().any(|pool| pool.id == draw.pool));
    let unpaid = books.holds.values().map(|hold| &**hold).filter(|hold| {
        hold.state == HoldState::Held
            || (crate::planted!(DeficitEatsPaid) && hold.state == HoldState::Confirming)
    });
    let mut holds: Vec<&Hold> = unpaid.filter(draws_here).collect();
    holds.sort_by_key(|hold| std::cmp::Reverse((hold.made_at, hold.id)));
    if crate::planted!(DeficitOldestFirst) {
        holds.reverse();
    }
    holds
}

fn first_place(books: &Books) -> u64 {
    let places = books.entries.values().map(|entry| entry.place);
    places.min().unwrap_or(PLACE_FIRST).min(PLACE_FIRST)
}

/// The end of a hold whose units do not exist; whoever left an address is next in line for its first offer,
/// as long as a window is left that may serve them.
fn end_for_deficit(books: &Books, now: Instant, hold: &Hold, place: u64) -> Vec<Fact> {
    let moves = give_back(books, hold.draws(), Account::Held);
    let end = HoldEnd::Lapsed(LapseCause::Deficit);
    let mut facts = vec![Fact::HoldEnded { hold: hold.id, end, moves }];
    if let Some(entry) = hold.turn {
        let known = books.entries.get(&entry);
        let stays = known.is_some_and(|entry| line::may_be_served(books, entry, None));
        let out = Fact::EntryLeft { entry, cause: LeftCause::WindowsOver, moves: Vec::new() };
        facts.push(if stays { Fact::EntryRequeued { entry, place } } else { out });
    } else if let (Some(contact), Some(first)) = (&hold.contact, hold.lines.first()) {
        let entry = Entry {
            id: EntryId(hold.id.0),
            slot: hold.slot,
            offer: first.offer,
            quantity: first.quantity,
            contact: contact.clone(),
            code: code_of(books, hold),
            joined_at: now,
            place,
            lot: 0,
            passed: 0,
            requeued: false,
            secret: hold.secret,
            state: EntryState::Waiting { gathered: 0, draws: Vec::new() },
        };
        if line::may_be_served(books, &entry, None) {
            facts.push(Fact::EntryJoined(Box::new(entry)));
        }
    }
    facts
}

/// A code of the group that admitted a hold, which proves the same as the one that was shown.
fn code_of(books: &Books, hold: &Hold) -> Option<CodeId> {
    let Audience::Code(group) = &books.windows.get(&hold.window)?.spec.audience else { return None };
    books.codes.values().find(|code| code.group == *group).map(|code| code.id)
}
