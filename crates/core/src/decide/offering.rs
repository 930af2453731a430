//! What a slot on the calendar does not sell all the same: paused, closed by a rule, past being fulfilled, or a partner's
//! nights that are not the slot's any more.

use crate::block::{Act, Block, Trigger};
use crate::books::Books;
use crate::ids::{BlockId, OfferId, PoolId, SlotId};
use crate::nights::Nights;
use crate::offer::{Offer, OfferKind};
use crate::pool::Pool;
use crate::refusal::{Refusal, Withheld};
use crate::slot::{Fulfilment, SlotState};
use crate::time::Instant;

/// Why a slot sells nothing at `now`, though it may be on the calendar.
pub fn withheld(books: &Books, slot: SlotId, now: Instant) -> Option<Withheld> {
    if is_unreachable(books.fulfilments_of(slot), now, |pool| has_places(books, pool)) {
        return Some(Withheld::Unfulfillable);
    }
    let mut mains = books.offers_of(slot).filter(|offer| offer.spec.kind == OfferKind::Main).peekable();
    if mains.peek().is_some() && mains.all(|offer| is_gone(books, offer.id)) {
        return Some(Withheld::Unfulfillable);
    }
    kept_back(books, slot)
}

/// Why a slot sells nothing for now: its sale is paused, or a rule keeps it closed. Both end, and then whoever waits
/// is served first.
pub(super) fn kept_back(books: &Books, slot: SlotId) -> Option<Withheld> {
    if books.slots.get(&slot).is_some_and(|slot| slot.paused.is_some()) {
        return Some(Withheld::Paused);
    }
    closed_by(books, slot).map(|_| Withheld::StockLow)
}

/// A slot that is paused, that a rule closed, or whose goods nobody could fetch any more, is not offered. Whether what is
/// wanted is gone is looked at where it is known: see [`is_gone`].
pub(super) fn offered(books: &Books, now: Instant, slot: SlotId) -> Result<(), Refusal> {
    if is_unreachable(books.fulfilments_of(slot), now, |pool| has_places(books, pool)) {
        return Err(Refusal::NotOffered(Withheld::Unfulfillable));
    }
    kept_back(books, slot).map_or(Ok(()), |why| Err(Refusal::NotOffered(why)))
}

/// Whether no way to receive the goods is left: all are over, or have no places, taken or free. What is taken
/// may come back.
pub fn is_unreachable<'a>(
    blocks: impl Iterator<Item = &'a Fulfilment>,
    now: Instant,
    has_places: impl Fn(PoolId) -> bool,
) -> bool {
    let mut blocks = blocks.peekable();
    let over = |block: &Fulfilment| {
        let boxes = &block.spec.boxes;
        match boxes.is_empty() {
            true => block.spec.closes.at <= now,
            false => boxes.iter().all(|place| place.until.at <= now || !has_places(place.pool)),
        }
    };
    blocks.peek().is_some() && blocks.all(over)
}

fn has_places(books: &Books, pool: PoolId) -> bool {
    books.pools.get(&pool).is_some_and(|pool| pool.balance.supplied > pool.balance.lost)
}

/// Whether an offer draws on something that nobody can get any more: it is lost, and what is not lost was handed over;
/// or it is there for other nights than those of the offer's slots.
pub fn is_gone(books: &Books, offer: OfferId) -> bool {
    let Some(offer) = books.offers.get(&offer) else { return false };
    offer.spec.recipe.iter().any(|part| {
        let Some(own) = books.pools.get(&part.pool) else { return false };
        let lenders = own.spec.borrows.iter().filter_map(|lender| books.pools.get(lender));
        let mut all = lenders.chain([own]).filter(|pool| is_of_its_nights(books, offer, pool)).peekable();
        let spent = |pool: &Pool| pool.balance.supplied == pool.balance.lost + pool.balance.handed;
        all.peek().is_none() || (own.balance.lost > 0 && all.all(spent))
    })
}

/// Whether a pool has units that are good for an offer: for any night, or for one at least of those of a slot that the
/// offer admits to. Units for a single night of several are sold as what they are; see
/// [`conflicts`](super::conflicts) for what the organiser is told.
pub(super) fn is_of_its_nights(books: &Books, offer: &Offer, pool: &Pool) -> bool {
    let Some(has) = pool.spec.nights.filter(|_| !crate::planted!(NightsElsewhereSold)) else { return true };
    let slots = std::iter::once(&offer.spec.slot).chain(&offer.spec.slots);
    let mut nights = slots.filter_map(|slot| books.slots.get(slot)).map(|slot| Nights::of(&slot.spec.times));
    nights.any(|needs| has.meet(needs))
}

/// The rule that keeps a slot closed, if one does.
pub fn closed_by(books: &Books, slot: SlotId) -> Option<BlockId> {
    let mut closing = books.closing.iter().filter_map(|rule| books.blocks.get(rule));
    closing.find(|rule| acts(books, rule) && closes(books, rule, slot)).map(|rule| rule.id)
}

/// The slots that a closing rule is about, closed or not.
pub fn slots_closed_by(books: &Books, rule: &Block) -> Vec<SlotId> {
    books.slots.keys().copied().filter(|slot| closes(books, rule, *slot)).collect()
}

fn acts(books: &Books, rule: &Block) -> bool {
    books.slots.get(&rule.spec.slot).is_some_and(|slot| slot.state == SlotState::Published)
}

fn closes(books: &Books, block: &Block, slot: SlotId) -> bool {
    let Some(rule) = block.rule() else { return false };
    match &rule.act {
        Act::Close(slots) if slots.is_empty() => {
            slot != block.spec.slot && draws(books, slot, |pool| is_trigger(books, &rule.trigger, pool))
        }
        Act::Close(slots) => slots.contains(&slot),
        Act::Shrink { .. } | Act::Open(_) | Act::Publish(_) => false,
    }
}

fn draws(books: &Books, slot: SlotId, on: impl Fn(PoolId) -> bool) -> bool {
    books.offers_of(slot).any(|offer| offer.spec.recipe.iter().any(|part| on(part.pool)))
}

/// Whether a rule is triggered by a pool, or by a window that draws on it.
fn is_trigger(books: &Books, trigger: &Trigger, pool: PoolId) -> bool {
    match trigger {
        Trigger::FreeBelow { pool: watched, .. } => *watched == pool,
        Trigger::SoldOut(id) => books.windows.get(id).is_some_and(|window| {
            let sold = books.offers_of(window.spec.slot).filter(|offer| window.sells(offer.id));
            sold.flat_map(|offer| &offer.spec.recipe).any(|part| part.pool == pool)
        }),
    }
}
