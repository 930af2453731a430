//! What a slot gets in the way of at its new place: things of other slots that want the same place at the same
//! time; and nights of a partner's, which stay where they are. They are told, not refused: two pickups at one table may
//! well be meant, and a partner can be asked.
//!
//! Each kind of thing has a function of its own in [`all`]; whoever adds a kind of block that is in one place at a
//! time adds one beside it.

use std::collections::{BTreeMap, BTreeSet};

use crate::block::{Block, BlockKind, BlockState};
use crate::books::Books;
use crate::fact::Fact;
use crate::ids::{BlockId, FulfilmentId, OfferId, PoolId, SlotId};
use crate::limits::CONFLICTS_MAX;
use crate::nights::Nights;
use crate::offer::Offer;
use crate::pool::PoolSpec;
use crate::slot::{Fulfilment, FulfilmentKind, Slot};
use crate::time::Instant;

/// Two things that want the same at the same time, or one that wants what is not there then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What they are.
    pub kind: ConflictKind,
    /// The other slot; none where the slot is alone with it.
    pub other: Option<SlotId>,
    /// What is wanted: a place, a person, a night.
    pub wanted: String,
    /// From when it is wanted.
    pub from: Instant,
    /// Until when.
    pub until: Instant,
}

/// What two slots get in each other's way with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConflictKind {
    /// Two pickups at one place.
    Pickup {
        /// The block of the slot that is changed.
        block: FulfilmentId,
        /// The block of the other one.
        other: FulfilmentId,
    },
    /// Two shifts of one person.
    Shift {
        /// The block of the slot that is changed.
        block: BlockId,
        /// The block of the other one.
        other: BlockId,
    },
    /// An offer that draws on nights of a partner's which are not those of the slot.
    Night {
        /// The offer.
        offer: OfferId,
        /// The pool of these nights.
        pool: PoolId,
        /// The nights that the slot needs.
        needs: Nights,
        /// Those that there are.
        has: Nights,
    },
}

/// What a slot would get in the way of, by the facts of its change; the first ones of many.
pub(super) fn all(books: &Books, slot: &Slot, facts: &[Fact]) -> Vec<Conflict> {
    let kinds = [pickups(books, slot, facts), shifts(books, slot, facts), nights(books, slot, facts)];
    kinds.into_iter().flatten().take(CONFLICTS_MAX).collect()
}

fn pickups(books: &Books, slot: &Slot, facts: &[Fact]) -> Vec<Conflict> {
    let put = facts.iter().filter_map(|fact| match fact {
        Fact::FulfilmentPut(block) => Some(&**block),
        _ => None,
    });
    let mine: Vec<(&Fulfilment, &str)> =
        put.filter_map(|block| Some((block, place_of(block, slot)?))).collect();
    if mine.is_empty() {
        return Vec::new();
    }
    let others = books.fulfilments.values().filter(|other| other.spec.slot != slot.id);
    let mut all = Vec::new();
    for other in others {
        let Some(owner) = books.slots.get(&other.spec.slot) else { continue };
        if owner.state.is_off() {
            continue;
        }
        let Some(place) = place_of(other, owner) else { continue };
        for (block, _) in mine.iter().filter(|(_, mine)| *mine == place) {
            let from = block.spec.opens.at.max(other.spec.opens.at);
            let until = block.spec.closes.at.min(other.spec.closes.at);
            if from < until {
                let kind = ConflictKind::Pickup { block: block.id, other: other.id };
                all.push(Conflict { kind, other: Some(owner.id), wanted: place.to_owned(), from, until });
            }
        }
    }
    all
}

fn shifts(books: &Books, slot: &Slot, facts: &[Fact]) -> Vec<Conflict> {
    let put = facts.iter().filter_map(|fact| match fact {
        Fact::BlockPut { block, .. } => Some(&**block),
        _ => None,
    });
    let mine: Vec<(&Block, &str)> = put.filter_map(|block| Some((block, person_of(block)?))).collect();
    if mine.is_empty() {
        return Vec::new();
    }
    let mut all = Vec::new();
    for other in books.blocks.values().filter(|other| other.spec.slot != slot.id) {
        let owner = books.slots.get(&other.spec.slot).filter(|owner| !owner.state.is_off());
        let (Some(owner), Some(person)) = (owner, person_of(other)) else { continue };
        for (block, _) in mine.iter().filter(|(_, mine)| *mine == person) {
            let from = block.spec.when.at.max(other.spec.when.at);
            let until = end_of(block, slot).min(end_of(other, owner));
            if from < until {
                let kind = ConflictKind::Shift { block: block.id, other: other.id };
                all.push(Conflict { kind, other: Some(owner.id), wanted: person.to_owned(), from, until });
            }
        }
    }
    all
}

/// Nights that offers of the slot draw on and that are not the slot's. Whoever changes neither the slot's days, the recipe nor
/// the nights has moved nothing off anything.
fn nights(books: &Books, slot: &Slot, facts: &[Fact]) -> Vec<Conflict> {
    let times = &slot.spec.times;
    let needs = Nights::of(times);
    let was = books.slots.get(&slot.id).map(|before| Nights::of(&before.spec.times));
    let put = Put::of(facts);
    let mut all = Vec::new();
    for offer in offers_after(books, slot.id, &put) {
        let recipe = |offer: &Offer| (offer.spec.recipe.clone(), offer.spec.slots.clone());
        let before = books.offers.get(&offer.id).map(recipe);
        let is_elsewhere = was != Some(needs) || before != Some(recipe(offer));
        for pool in sources(books, offer) {
            let known = books.pools.get(&pool).map(|known| &known.spec);
            let Some(spec) = put.pools.get(&pool).copied().or(known) else { continue };
            let is_news = is_elsewhere || known.is_some_and(|known| known.nights != spec.nights);
            let Some(has) = spec.nights.filter(|has| is_news && !has.cover(needs)) else { continue };
            all.push(Conflict {
                kind: ConflictKind::Night { offer: offer.id, pool, needs, has },
                other: None,
                wanted: spec.title.clone(),
                from: times.start,
                until: times.end,
            });
        }
    }
    all
}

/// Offers and pools as facts leave them; none for an offer that goes.
struct Put<'f> {
    offers: BTreeMap<OfferId, Option<&'f Offer>>,
    pools: BTreeMap<PoolId, &'f PoolSpec>,
}

impl<'f> Put<'f> {
    fn of(facts: &'f [Fact]) -> Self {
        let mut put = Self { offers: BTreeMap::new(), pools: BTreeMap::new() };
        for fact in facts {
            match fact {
                Fact::OfferPut(offer) => drop(put.offers.insert(offer.id, Some(&**offer))),
                Fact::OfferRemoved(offer) => drop(put.offers.insert(*offer, None)),
                Fact::PoolPut { pool, spec, .. } => drop(put.pools.insert(*pool, &**spec)),
                _ => {}
            }
        }
        put
    }
}

/// The offers that admit to a slot: its own, and bundles of others.
fn offers_after<'a>(books: &'a Books, slot: SlotId, put: &Put<'a>) -> Vec<&'a Offer> {
    let admits = |offer: &&Offer| offer.spec.slot == slot || offer.spec.slots.contains(&slot);
    let stay = books.offers.values().filter(|offer| !put.offers.contains_key(&offer.id));
    stay.chain(put.offers.values().copied().flatten()).filter(admits).collect()
}

/// The pools that an offer draws on, with those that they borrow from.
fn sources(books: &Books, offer: &Offer) -> BTreeSet<PoolId> {
    let mut all: BTreeSet<PoolId> = offer.spec.recipe.iter().map(|part| part.pool).collect();
    let lenders = all.iter().filter_map(|pool| books.pools.get(pool)).flat_map(|pool| &pool.spec.borrows);
    let lenders: Vec<PoolId> = lenders.copied().collect();
    all.extend(lenders);
    all
}

/// Who works in a shift; nobody who has said that they do not come.
fn person_of(block: &Block) -> Option<&str> {
    let BlockKind::Shift(shift) = &block.spec.kind else { return None };
    let comes = !shift.person.is_empty() && block.state != BlockState::Declined;
    comes.then_some(shift.person.as_str())
}

/// When a shift ends: where it has no end of its own, with its slot.
fn end_of(block: &Block, slot: &Slot) -> Instant {
    block.spec.until.map_or(slot.spec.times.end, |until| until.at)
}

/// Where a pickup is: its own place, or else its slot's; none where nobody says.
fn place_of<'a>(block: &'a Fulfilment, slot: &'a Slot) -> Option<&'a str> {
    let own = Some(block.spec.place.trim()).filter(|place| !place.is_empty());
    let place = own.or(Some(slot.spec.place.trim()).filter(|place| !place.is_empty()));
    place.filter(|_| block.spec.kind == FulfilmentKind::Pickup)
}
