//! Pools and offers: what there is, and what is sold of it.

use super::definitions::{free_name, room};
use super::slots::new_is_new;
use super::{Decision, blocks, earliest, expect, shift, slots, validate};
use crate::books::Books;
use crate::command::Expect;
use crate::fact::Fact;
use crate::ids::{OfferId, PoolId};
use crate::limits::{LENDERS_MAX, OFFERS_MAX, POOLS_MAX};
use crate::offer::{Offer, OfferKind, OfferSpec};
use crate::pool::{Account, Balance, Move, PoolRole, PoolSpec};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::slot::{FulfilmentSpec, TimeBox};
use crate::time::Instant;

/// Whether a pool may be so, apart from its units.
pub(super) fn check(books: &Books, id: PoolId, expected: Expect, spec: &PoolSpec) -> Result<(), Refusal> {
    let known = books.pools.get(&id);
    if known.is_some_and(|pool| pool.role != PoolRole::Stock) {
        return Err(Refusal::Unknown(Noun::Pool));
    }
    let taken = books.pool_keys.get(&spec.key).is_some_and(|taken| *taken != id);
    earliest([
        expect(expected, known.map(|pool| pool.version), Noun::Pool),
        free_name(!taken, || format!("pools[{}].key", spec.key)),
        validate::pool(spec),
        if known.is_none() { room(books.pools.len(), POOLS_MAX, Noun::Pool) } else { Ok(()) },
        check_lenders(books, id, spec),
    ])
}

pub(super) fn put(books: &Books, id: PoolId, expected: Expect, spec: &PoolSpec) -> Decision {
    check(books, id, expected, spec)?;
    let known = books.pools.get(&id);
    if known.is_some_and(|known| known.spec == *spec) {
        return Ok(Vec::new());
    }
    Ok(vec![resupplied(books, id, PoolRole::Stock, spec)?])
}

/// The fact of a pool's new spec, with its supply changed by as much as the organiser changed it.
fn resupplied(books: &Books, id: PoolId, role: PoolRole, spec: &PoolSpec) -> Result<Fact, Refusal> {
    let known = books.pools.get(&id);
    let (before, have, version) =
        known.map_or((0, 0, 0), |known| (known.spec.units, known.balance.free, known.version));
    let moves = if spec.units >= before {
        moved(id, Account::Outside, Account::Free, spec.units - before)
    } else if before - spec.units <= have {
        moved(id, Account::Free, Account::Outside, before - spec.units)
    } else {
        return Err(Refusal::TooFewUnits { have });
    };
    Ok(Fact::PoolPut { pool: id, role, version: version + 1, spec: Box::new(spec.clone()), moves })
}

fn moved(pool: PoolId, from: Account, to: Account, units: u32) -> Vec<Move> {
    if units == 0 { Vec::new() } else { vec![shift(pool, from, to, units)] }
}

/// Lenders exist, and lending does not lead back.
fn check_lenders(books: &Books, id: PoolId, spec: &PoolSpec) -> Result<(), Refusal> {
    let field = || format!("pools[{}].borrows", spec.key);
    let mut ahead = spec.borrows.clone();
    for _ in 0..LENDERS_MAX * LENDERS_MAX {
        let Some(lender) = ahead.pop() else { return Ok(()) };
        if lender == id {
            return Err(Refusal::invalid(field(), Flaw::Cycle));
        }
        let known = books.pools.get(&lender).filter(|pool| pool.role == PoolRole::Stock);
        ahead.extend(known.ok_or(Refusal::Unknown(Noun::Pool))?.spec.borrows.iter().copied());
    }
    Err(Refusal::invalid(field(), Flaw::Cycle))
}

pub(super) fn remove(books: &Books, id: PoolId) -> Decision {
    let known = books
        .pools
        .get(&id)
        .filter(|pool| pool.role == PoolRole::Stock)
        .ok_or(Refusal::Unknown(Noun::Pool))?;
    if books.offers.values().any(|offer| offer.spec.recipe.iter().any(|part| part.pool == id)) {
        return Err(Refusal::InUse { noun: Noun::Pool, by: Noun::Offer });
    }
    if books.pools.values().any(|pool| pool.spec.borrows.contains(&id)) {
        return Err(Refusal::InUse { noun: Noun::Pool, by: Noun::Pool });
    }
    let mut lent = books.windows.values().flat_map(|window| &window.spec.allotments);
    if known.balance.lent > 0 || lent.any(|lent| lent.pool == id) {
        return Err(Refusal::InUse { noun: Noun::Pool, by: Noun::Window });
    }
    if blocks::name_pool(books, id) {
        return Err(Refusal::InUse { noun: Noun::Pool, by: Noun::Block });
    }
    Ok(vec![drain(books, id, Noun::Pool)?])
}

/// The fact that removes a pool whose units are all free.
pub(super) fn drain(books: &Books, id: PoolId, noun: Noun) -> Result<Fact, Refusal> {
    let balance = books.pools.get(&id).map(|pool| pool.balance).unwrap_or_default();
    let idle = Balance { supplied: balance.free, free: balance.free, ..Balance::default() };
    if balance != idle {
        return Err(Refusal::InUse { noun, by: Noun::Order });
    }
    Ok(Fact::PoolRemoved { pool: id, moves: moved(id, Account::Free, Account::Outside, balance.free) })
}

/// The fact that gives a time box its places, if they are not what they should be.
pub(super) fn supply_places(
    books: &Books,
    spec: &FulfilmentSpec,
    time_box: &TimeBox,
) -> Result<Option<Fact>, Refusal> {
    let known = books.pools.get(&time_box.pool);
    let places = PoolSpec {
        key: format!("{}.{}", spec.key, time_box.pool.0),
        title: spec.title.clone(),
        units: time_box.places,
        buffer: 0,
        borrows: Vec::new(),
        nights: None,
        place: String::new(),
        channel: String::new(),
    };
    if known.is_some_and(|known| known.spec == places) {
        return Ok(None);
    }
    resupplied(books, time_box.pool, PoolRole::Places, &places).map(Some)
}

pub(super) fn put_offer(
    books: &Books,
    now: Instant,
    id: OfferId,
    expected: Expect,
    spec: &OfferSpec,
) -> Decision {
    let known = books.offers.get(&id);
    if known.is_some_and(|known| known.spec.slot != spec.slot) {
        return Err(Refusal::Unknown(Noun::Offer));
    }
    let touched = slots::touch(books, spec.slot, expected);
    let mut others = books.offers_of(spec.slot).filter(|other| other.id != id);
    let taken = others.any(|other| other.spec.key == spec.key);
    let have = books.offers_of(spec.slot).count();
    earliest([
        touched.as_ref().map(drop).map_err(Clone::clone),
        new_is_new(books, spec.slot, expected, known.is_some()),
        free_name(!taken, || format!("offers[{}].key", spec.key)),
        validate::offer(spec, books.organiser.spec.currency),
        if known.is_none() { room(have, OFFERS_MAX, Noun::Offer) } else { Ok(()) },
        check_offer_references(books, id, spec),
    ])?;
    let touched = touched?;
    if known.is_some_and(|known| known.spec == *spec) {
        return Ok(Vec::new());
    }
    let taken = known.map_or(0, |known| known.taken);
    Ok(vec![touched, Fact::OfferPut(Box::new(Offer { id, taken, told: now, spec: spec.clone() }))])
}

/// What the offer names exists; an add-on belongs to offers that stand alone.
fn check_offer_references(books: &Books, id: OfferId, spec: &OfferSpec) -> Result<(), Refusal> {
    for part in &spec.recipe {
        let pool =
            books.pools.get(&part.pool).filter(|pool| !matches!(pool.role, PoolRole::Allotment { .. }));
        pool.ok_or(Refusal::Unknown(Noun::Pool))?;
    }
    for slot in &spec.slots {
        books.slots.get(slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    }
    if let OfferKind::AddOn(with) = &spec.kind {
        let field = || format!("offers[{}].with", spec.key);
        for main in with {
            let known = books.offers.get(main).filter(|offer| offer.spec.slot == spec.slot && *main != id);
            let known = known.ok_or(Refusal::Unknown(Noun::Offer))?;
            if known.spec.kind != OfferKind::Main {
                return Err(Refusal::invalid(field(), Flaw::AddOnToAddOn));
            }
        }
        let mut others = books.offers_of(spec.slot).filter(|other| other.id != id);
        if others.any(|other| matches!(&other.spec.kind, OfferKind::AddOn(with) if with.contains(&id))) {
            return Err(Refusal::invalid(field(), Flaw::AddOnToAddOn));
        }
    }
    Ok(())
}

pub(super) fn remove_offer(books: &Books, id: OfferId, expected: Expect) -> Decision {
    let known = books.offers.get(&id).ok_or(Refusal::Unknown(Noun::Offer))?;
    let touched = slots::touch(books, known.spec.slot, expected);
    earliest([touched.as_ref().map(drop).map_err(Clone::clone), offer_unused(books, known)])?;
    Ok(vec![touched?, Fact::OfferRemoved(id)])
}

/// Nobody has bought, holds, awaits or names an offer.
fn offer_unused(books: &Books, known: &Offer) -> Result<(), Refusal> {
    let id = known.id;
    let parts = books.parts.get(&known.spec.slot);
    let mut holds = parts.into_iter().flat_map(|parts| &parts.holds).filter_map(|hold| books.holds.get(hold));
    if known.taken > 0 || holds.any(|hold| hold.lines.iter().any(|line| line.offer == id)) {
        return Err(Refusal::InUse { noun: Noun::Offer, by: Noun::Order });
    }
    if books.entries.values().any(|entry| entry.offer == id) {
        return Err(Refusal::InUse { noun: Noun::Offer, by: Noun::Entry });
    }
    if books.windows_of(known.spec.slot).any(|window| window.spec.offers.contains(&id)) {
        return Err(Refusal::InUse { noun: Noun::Offer, by: Noun::Window });
    }
    let belongs = |offer: &Offer| matches!(&offer.spec.kind, OfferKind::AddOn(with) if with.contains(&id));
    if books.offers_of(known.spec.slot).any(belongs) {
        return Err(Refusal::InUse { noun: Noun::Offer, by: Noun::Offer });
    }
    if blocks::show_offer(books, known.spec.slot, id) {
        return Err(Refusal::InUse { noun: Noun::Offer, by: Noun::Block });
    }
    Ok(())
}
