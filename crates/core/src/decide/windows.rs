//! Windows: made, changed, removed, with what they are lent.

use std::collections::BTreeMap;

use super::definitions::{free_name, room};
use super::{Decision, blocks, earliest, line, shift, slots, validate};
use crate::books::{Books, counts_buyers_anew};
use crate::command::Expect;
use crate::fact::Fact;
use crate::ids::{PoolId, WindowId};
use crate::limits::WINDOWS_MAX;
use crate::pool::{Account, Move, Pool, PoolRole, PoolSpec};
use crate::refusal::{Flaw, Lacking, Noun, Refusal};
use crate::text::BuyerKey;
use crate::time::Instant;
use crate::waitlist::LeftCause;
use crate::window::{Allotment, Audience, Phase, Unsold, Window, WindowSpec};

/// A window to make or change.
pub(super) struct Put<'a> {
    pub id: WindowId,
    pub expected: Expect,
    pub spec: &'a WindowSpec,
    /// Windows that are put or removed later in the same decision: their old times do not count.
    pub later: &'a [WindowId],
    /// Whether it is lent anew what counts or closings took away from what it was lent, as far as its pools go.
    pub fills: bool,
}

pub(super) fn put(books: &Books, now: Instant, ask: &Put<'_>) -> Decision {
    let Put { id, expected, spec, later, fills } = *ask;
    let known = books.windows.get(&id);
    if known.is_some_and(|known| known.spec.slot != spec.slot) {
        return Err(Refusal::Unknown(Noun::Window));
    }
    let touched = slots::touch(books, spec.slot, expected);
    let have = books.windows_of(spec.slot).count();
    earliest([
        touched.as_ref().map(drop).map_err(Clone::clone),
        slots::new_is_new(books, spec.slot, expected, known.is_some()),
        check_references(books, id, spec),
        check_lenders(books, spec),
        check_key(books, id, spec),
        validate::window(spec),
        check_overlaps(books, id, spec, later),
        if known.is_none() { room(have, WINDOWS_MAX, Noun::Window) } else { Ok(()) },
    ])?;
    let touched = touched?;
    let is_same = known.is_some_and(|known| known.spec == *spec);
    if is_same && !fills {
        return Ok(Vec::new());
    }
    let mut facts = vec![touched];
    let mut moves = Vec::new();
    // What a window that is over is lent would only go on from there.
    let fills = fills && now < spec.closes.at;
    let before = known.map(|known| known.spec.allotments.as_slice()).unwrap_or_default();
    for lent in &spec.allotments {
        facts.extend(allotment_pool(books, id, spec, lent)?);
        let units = before.iter().find(|old| old.pool == lent.pool).map_or(0, |old| old.units);
        moves.extend(lend(books, spec, lent, &Before { units, fills })?);
    }
    if is_same && moves.is_empty() {
        return Ok(Vec::new());
    }
    let is_lent = |old: &&Allotment| spec.allotments.iter().any(|lent| lent.pool == old.pool);
    let gone: Vec<Allotment> = before.iter().filter(|old| !is_lent(old)).copied().collect();
    for gone in &gone {
        let none = Allotment { units: 0, ..*gone };
        moves.extend(lend(books, spec, &none, &Before { units: gone.units, fills: false })?);
    }
    let gone = counting_nothing(books, &gone, &moves);
    let (phase, taken) = known.map_or((Phase::Ahead, 0), |known| (known.phase, known.taken));
    let lobby = known.map(|known| known.lobby.written(&known.spec, spec, now)).unwrap_or_default();
    let mut window = Window { id, phase, taken, told: now, lobby, spec: spec.clone() };
    window.phase = window.phase_anew(now);
    facts.push(Fact::WindowPut { window: Box::new(window), moves });
    facts.extend(gone);
    if counts_buyers_anew(books, id, spec.hold.buyer_limit) {
        facts.push(Fact::BuyersCounted { window: id, counts: buyers_of(books, id) });
    }
    Ok(facts)
}

/// Units that each buyer has in a window, by its live holds and its orders, which must have been fetched.
fn buyers_of(books: &Books, window: WindowId) -> Vec<(BuyerKey, u32)> {
    let held = books.holds.values().filter(|hold| hold.window == window && hold.taken);
    let held = held.filter_map(|hold| Some((hold.buyer()?, hold.units())));
    let bought = books.orders.values().filter(|order| order.window == window);
    let bought = bought.map(|order| (order.buyer.contact.key, order.units()));
    let mut counts: BTreeMap<BuyerKey, u32> = BTreeMap::new();
    for (buyer, units) in held.chain(bought).filter(|(_, units)| *units > 0) {
        let have = counts.entry(buyer).or_default();
        *have = have.saturating_add(units);
    }
    counts.into_iter().collect()
}

pub(super) fn remove(books: &Books, id: WindowId, expected: Expect) -> Decision {
    let known = books.windows.get(&id).ok_or(Refusal::Unknown(Noun::Window))?;
    let touched = slots::touch(books, known.spec.slot, expected);
    let rolls_here = books.windows_of(known.spec.slot).any(|other| other.spec.unsold == Unsold::Roll(id));
    let ruled = blocks::name_window(books, known.spec.slot, id).then_some(Noun::Block);
    let used_by = if rolls_here { Some(Noun::Window) } else { used(books, known).or(ruled) };
    earliest([
        touched.as_ref().map(drop).map_err(Clone::clone),
        used_by.map_or(Ok(()), |by| Err(Refusal::InUse { noun: Noun::Window, by })),
    ])?;
    let touched = touched?;
    let mut moves = Vec::new();
    for lent in &known.spec.allotments {
        let free = books.pools.get(&lent.lent).map_or(0, |pool| pool.balance.free);
        if free == 0 {
            continue;
        }
        moves.push(shift(lent.lent, Account::Free, Account::Outside, free));
        moves.push(shift(lent.pool, Account::Lent, Account::Free, free));
    }
    let stranded = line::stranded(books, known);
    let mut facts: Vec<Fact> =
        stranded.map(|entry| line::left(books, entry, LeftCause::WindowsOver)).collect();
    let lends = |pool: PoolId| known.spec.allotments.iter().find(|lent| lent.lent == pool);
    for one in facts.iter().flat_map(Fact::moves).filter(|one| one.to == Account::Free) {
        if let Some(lent) = lends(one.pool) {
            moves.push(shift(lent.lent, Account::Free, Account::Outside, one.units));
            moves.push(shift(lent.pool, Account::Lent, Account::Free, one.units));
        }
    }
    let gone = counting_nothing(books, &known.spec.allotments, &moves);
    facts.extend([touched, Fact::WindowRemoved { window: id, moves }]);
    facts.extend(gone);
    Ok(facts)
}

/// Pools of allotments that count nothing once they are not lent any more and what they had is given back.
fn counting_nothing(books: &Books, gone: &[Allotment], moves: &[Move]) -> Vec<Fact> {
    let given_back = |pool: PoolId| {
        let back = moves.iter().filter(|one| one.pool == pool && one.to == Account::Outside);
        back.map(|one| one.units).sum::<u32>()
    };
    let count_nothing = gone
        .iter()
        .map(|lent| lent.lent)
        .filter(|lent| books.pools.get(lent).is_some_and(|pool| pool.balance.supplied == given_back(*lent)));
    count_nothing.map(|pool| Fact::PoolRemoved { pool, moves: Vec::new() }).collect()
}

/// Who uses a window: holds and orders through it.
fn used(books: &Books, window: &Window) -> Option<Noun> {
    let parts = books.parts.get(&window.spec.slot)?;
    let mut holds = parts.holds.iter().filter_map(|hold| books.holds.get(hold));
    if holds.any(|hold| hold.window == window.id) {
        return Some(Noun::Hold);
    }
    (window.taken > 0 && !crate::planted!(UsedWindowRemoved)).then_some(Noun::Order)
}

/// The key is the window's own.
fn check_key(books: &Books, id: WindowId, spec: &WindowSpec) -> Result<(), Refusal> {
    let mut others = books.windows_of(spec.slot).filter(|other| other.id != id);
    free_name(!others.any(|other| other.spec.key == spec.key), || format!("windows[{}].key", spec.key))
}

/// The pools that lend are there.
fn check_lenders(books: &Books, spec: &WindowSpec) -> Result<(), Refusal> {
    let known =
        |lent: &Allotment| books.pools.get(&lent.pool).is_some_and(|pool| pool.role == PoolRole::Stock);
    if spec.allotments.iter().all(known) { Ok(()) } else { Err(Refusal::Unknown(Noun::Pool)) }
}

/// No window of the same audience overlaps it.
fn check_overlaps(books: &Books, id: WindowId, spec: &WindowSpec, later: &[WindowId]) -> Result<(), Refusal> {
    let others = books.windows_of(spec.slot).filter(|other| other.id != id);
    for other in others.filter(|other| !later.contains(&other.id)) {
        apart(spec, &other.spec)?;
    }
    Ok(())
}

/// Two windows of the same audience do not overlap.
pub(super) fn apart(spec: &WindowSpec, other: &WindowSpec) -> Result<(), Refusal> {
    let apart = spec.closes.at <= other.opens.at || other.closes.at <= spec.opens.at;
    if apart || other.audience != spec.audience {
        return Ok(());
    }
    let flaw = Flaw::Overlaps(other.key.clone());
    Err(Refusal::invalid(format!("windows[{}].opens", spec.key), flaw))
}

/// What the window names exists, and its unsold units go somewhere.
fn check_references(books: &Books, id: WindowId, spec: &WindowSpec) -> Result<(), Refusal> {
    for offer in &spec.offers {
        let known = books.offers.get(offer).filter(|offer| offer.spec.slot == spec.slot);
        known.ok_or(Refusal::Unknown(Noun::Offer))?;
    }
    if let Audience::List(list) = &spec.audience {
        books.lists.get(list).ok_or(Refusal::Unknown(Noun::List))?;
    }
    if let Audience::Code(group) = &spec.audience {
        validate::slug(&format!("windows[{}].audience.code", spec.key), group)?;
    }
    check_roll(books, id, spec)
}

fn check_roll(books: &Books, id: WindowId, spec: &WindowSpec) -> Result<(), Refusal> {
    let field = format!("windows[{}].unsold", spec.key);
    let mut unsold = spec.unsold;
    let mut closes = spec.closes.at;
    for _ in 0..WINDOWS_MAX {
        let Unsold::Roll(next) = unsold else { return Ok(()) };
        if next == id {
            return Err(Refusal::invalid(field, Flaw::Cycle));
        }
        let next = books.windows.get(&next).filter(|next| next.spec.slot == spec.slot);
        let next = next.ok_or(Refusal::Unknown(Noun::Window))?;
        if next.spec.closes.at <= closes {
            return Err(Refusal::invalid(field, Flaw::RollsNowhere));
        }
        closes = next.spec.closes.at;
        unsold = next.spec.unsold;
    }
    Err(Refusal::invalid(field, Flaw::Cycle))
}

/// The pool that counts an allotment, if it is not there yet.
fn allotment_pool(
    books: &Books,
    id: WindowId,
    spec: &WindowSpec,
    lent: &Allotment,
) -> Result<Option<Fact>, Refusal> {
    let lender = books.pools.get(&lent.pool).ok_or(Refusal::Unknown(Noun::Pool))?;
    if lender.role != PoolRole::Stock {
        return Err(Refusal::Unknown(Noun::Pool));
    }
    let role = PoolRole::Allotment { from: lent.pool, window: id };
    if let Some(known) = books.pools.get(&lent.lent) {
        return if known.role == role { Ok(None) } else { Err(Refusal::Unknown(Noun::Pool)) };
    }
    let lent_spec = PoolSpec {
        key: format!("{}.{}", lender.spec.key, lent.lent.0),
        title: format!("{}: {}", lender.spec.title, spec.title),
        units: 0,
        buffer: 0,
        borrows: Vec::new(),
        nights: None,
        place: String::new(),
        channel: String::new(),
    };
    Ok(Some(Fact::PoolPut {
        pool: lent.lent,
        role,
        version: 1,
        spec: Box::new(lent_spec),
        moves: Vec::new(),
    }))
}

/// The pool of which a window would have to give back more than is free: what [`Refusal::TooFewUnits`] is about.
pub fn short_of(books: &Books, id: WindowId, spec: &WindowSpec) -> Option<PoolId> {
    let before = &books.windows.get(&id)?.spec.allotments;
    let less = |old: &Allotment| {
        let kept = spec.allotments.iter().find(|lent| lent.pool == old.pool).map_or(0, |lent| lent.units);
        counted(books, old).saturating_sub(kept)
    };
    let free = |old: &Allotment| books.pools.get(&old.lent).map_or(0, |pool| pool.balance.free);
    before.iter().find(|old| less(old) > free(old)).map(|old| old.pool)
}

/// What is still there of an allotment: counts and closings take some away, and what rolls to it is no part of it.
fn counted(books: &Books, lent: &Allotment) -> u32 {
    books.pools.get(&lent.lent).map_or(0, |pool| pool.balance.supplied).min(lent.units)
}

/// What a window asked for before, and whether what it lacks of that is lent anew.
struct Before {
    units: u32,
    fills: bool,
}

/// The moves that bring what is lent from what the window asked for before to what it asks for now. A count or a
/// closing may have taken some of it away: that need not be given back, and is lent anew only as far as there is any.
fn lend(books: &Books, spec: &WindowSpec, lent: &Allotment, before: &Before) -> Result<Vec<Move>, Refusal> {
    let Before { units: before, fills } = *before;
    let available =
        |pool: &Pool| if crate::planted!(LendsBuffer) { pool.balance.free } else { pool.available() };
    let free = |pool: &PoolId| books.pools.get(pool).map_or(0, available);
    let above = |have: u32| {
        let place = spec.allotments.iter().position(|other| other.pool == lent.pool).unwrap_or_default();
        let field = format!("windows[{}].allotments[{place}].units", spec.key);
        let pool = books.pools.get(&lent.pool).map(|pool| pool.spec.key.clone()).unwrap_or_default();
        Refusal::invalid(field, Flaw::AbovePool(Lacking { pool, max: before.saturating_add(have) }))
    };
    let counted = counted(books, &Allotment { units: before, ..*lent });
    let less = counted.saturating_sub(lent.units);
    if less > 0 {
        let have = free(&lent.lent);
        return if less > have {
            Err(Refusal::TooFewUnits { have })
        } else {
            Ok(vec![
                shift(lent.lent, Account::Free, Account::Outside, less),
                shift(lent.pool, Account::Lent, Account::Free, less),
            ])
        };
    }
    let (more, have) = (lent.units.saturating_sub(before), free(&lent.pool));
    if more > have {
        return Err(above(have));
    }
    let lacking = if fills { lent.units.min(before).saturating_sub(counted) } else { 0 };
    let more = more + lacking.min(have - more);
    let to = [
        shift(lent.pool, Account::Free, Account::Lent, more),
        shift(lent.lent, Account::Outside, Account::Free, more),
    ];
    Ok(if more == 0 { Vec::new() } else { to.into() })
}
