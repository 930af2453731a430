//! Blocks beside windows, offers and fulfilment: made, changed, removed, begun; shifts answered.
//!
//! What rules do when stock crosses their threshold is in `rules`.

use super::definitions::{free_name, room};
use super::{Decision, earliest, rules, slots, validate};
use crate::block::{Act, Block, BlockKind, BlockSpec, BlockState, Rule, Trigger};
use crate::books::Books;
use crate::command::{Expect, ShiftAnswer};
use crate::fact::{BlockChange, Fact};
use crate::ids::{BlockId, OfferId, PoolId, SlotId, WindowId};
use crate::limits::{BLOCKS_MAX, RULES_MAX};
use crate::pool::PoolRole;
use crate::refusal::{Flaw, Noun, Refusal};
use crate::time::Instant;

pub(super) fn put(
    books: &Books,
    now: Instant,
    id: BlockId,
    (expected, spec): (Expect, &BlockSpec),
) -> Decision {
    let known = books.blocks.get(&id);
    if known.is_some_and(|known| known.spec.slot != spec.slot) {
        return Err(Refusal::Unknown(Noun::Block));
    }
    let touched = slots::touch(books, spec.slot, expected);
    let mut others = books.blocks_of(spec.slot).filter(|other| other.id != id);
    let taken = others.any(|other| other.spec.key == spec.key);
    earliest([
        touched.as_ref().map(drop).map_err(Clone::clone),
        slots::new_is_new(books, spec.slot, expected, known.is_some()),
        check_references(books, spec),
        free_name(!taken, || format!("blocks[{}].key", spec.key)),
        validate::block(spec),
        check_room(books, id, spec),
    ])?;
    let touched = touched?;
    if known.is_some_and(|known| known.spec == *spec) {
        return Ok(Vec::new());
    }
    let block = placed(now, id, known, spec.clone());
    let mut facts = vec![touched];
    // A rule that goes on as it is keeps what it did; another one begins anew.
    let undone = known.filter(|known| known.has_fired() && !block.has_fired());
    facts.extend(undone.map(rules::rearm));
    facts.push(Fact::BlockPut { block: Box::new(block), change: BlockChange::Put, moves: Vec::new() });
    Ok(facts)
}

/// A block at this place in time. What is past by then never begins; a shift at another time, or of another
/// person, is asked for anew.
pub(super) fn placed(now: Instant, id: BlockId, known: Option<&Block>, spec: BlockSpec) -> Block {
    let kept = known.filter(|known| match (&known.spec.kind, &spec.kind) {
        (BlockKind::Shift(before), BlockKind::Shift(after)) => {
            before.person == after.person && known.spec.when == spec.when && known.spec.until == spec.until
        }
        (before, after) => before == after,
    });
    let state = kept.map_or_else(|| spec.kind.first_state(), |known| known.state);
    Block { id, begun: spec.when.at <= now, state, spec }
}

pub(super) fn remove(books: &Books, id: BlockId, expected: Expect) -> Decision {
    let known = books.blocks.get(&id).ok_or(Refusal::Unknown(Noun::Block))?;
    let touched = slots::touch(books, known.spec.slot, expected)?;
    let undone = Some(known).filter(|known| known.has_fired()).map(rules::rearm);
    Ok([Some(touched), undone, Some(Fact::BlockRemoved(id))].into_iter().flatten().collect())
}

/// The time of a block has come.
pub(super) fn begin(books: &Books, id: BlockId) -> Vec<Fact> {
    let Some(block) = books.blocks.get(&id) else { return Vec::new() };
    let block = Block { begun: true, ..block.clone() };
    vec![Fact::BlockPut { block: Box::new(block), change: BlockChange::Began, moves: Vec::new() }]
}

pub(super) fn answer(books: &Books, id: BlockId, answer: ShiftAnswer) -> Decision {
    let known = books.blocks.get(&id).ok_or(Refusal::Unknown(Noun::Block))?;
    // The slot's version stays: who comes is not what the organiser wrote.
    slots::touch(books, known.spec.slot, Expect::Any)?;
    let (state, change) = match answer {
        ShiftAnswer::Accept => (BlockState::Accepted, BlockChange::Accepted),
        ShiftAnswer::Decline => (BlockState::Declined, BlockChange::Declined),
    };
    match known.state {
        BlockState::Assigned | BlockState::Accepted | BlockState::Declined => {}
        BlockState::Set | BlockState::Armed | BlockState::Fired { .. } => {
            return Err(Refusal::NobodyAssigned);
        }
    }
    if known.state == state {
        return Ok(Vec::new());
    }
    let block = Block { state, ..known.clone() };
    Ok(vec![Fact::BlockPut { block: Box::new(block), change, moves: Vec::new() }])
}

fn check_room(books: &Books, id: BlockId, spec: &BlockSpec) -> Result<(), Refusal> {
    let others = || books.blocks_of(spec.slot).filter(|other| other.id != id);
    room(others().count(), BLOCKS_MAX, Noun::Block)?;
    match &spec.kind {
        BlockKind::Rule(_) => {
            room(others().filter(|other| other.rule().is_some()).count(), RULES_MAX, Noun::Block)
        }
        _ => Ok(()),
    }
}

/// What the block names is there.
fn check_references(books: &Books, spec: &BlockSpec) -> Result<(), Refusal> {
    match &spec.kind {
        BlockKind::Cue(cue) => match cue.offer {
            Some(offer) => known_offer(books, spec, offer),
            None => Ok(()),
        },
        BlockKind::Rule(rule) => check_rule(books, spec, rule),
        BlockKind::Broadcast(_)
        | BlockKind::Reminder(_)
        | BlockKind::Announcement(_)
        | BlockKind::Shift(_) => Ok(()),
    }
}

fn check_rule(books: &Books, spec: &BlockSpec, rule: &Rule) -> Result<(), Refusal> {
    match rule.trigger {
        Trigger::FreeBelow { pool, .. } => known_pool(books, pool)?,
        Trigger::SoldOut(window) => known_window(books, spec, window)?,
    }
    let itself = match &rule.act {
        Act::Shrink { pool, .. } => return known_pool(books, *pool),
        Act::Open(window) => {
            known_window(books, spec, *window)?;
            rule.trigger == Trigger::SoldOut(*window)
        }
        Act::Close(slots) => {
            slots.iter().try_for_each(|slot| known_slot(books, *slot))?;
            slots.contains(&spec.slot)
        }
        Act::Publish(slot) => {
            known_slot(books, *slot)?;
            *slot == spec.slot
        }
    };
    let cycle = || Refusal::invalid(format!("blocks[{}].rule.then", spec.key), Flaw::Cycle);
    if itself { Err(cycle()) } else { Ok(()) }
}

fn known_slot(books: &Books, slot: SlotId) -> Result<(), Refusal> {
    if books.slots.contains_key(&slot) { Ok(()) } else { Err(Refusal::Unknown(Noun::Slot)) }
}

fn known_offer(books: &Books, spec: &BlockSpec, offer: OfferId) -> Result<(), Refusal> {
    let known = books.offers.get(&offer).filter(|offer| offer.spec.slot == spec.slot);
    known.map(drop).ok_or(Refusal::Unknown(Noun::Offer))
}

fn known_window(books: &Books, spec: &BlockSpec, window: WindowId) -> Result<(), Refusal> {
    let known = books.windows.get(&window).filter(|window| window.spec.slot == spec.slot);
    known.map(drop).ok_or(Refusal::Unknown(Noun::Window))
}

fn known_pool(books: &Books, pool: PoolId) -> Result<(), Refusal> {
    let known = books.pools.get(&pool).filter(|pool| pool.role == PoolRole::Stock);
    known.map(drop).ok_or(Refusal::Unknown(Noun::Pool))
}

/// Whether a rule of the organiser names a pool.
pub(super) fn name_pool(books: &Books, pool: PoolId) -> bool {
    let mut rules = books.rules.iter().filter_map(|(_, rule)| books.blocks.get(rule)?.rule());
    rules.any(|rule| {
        let shrinks = matches!(rule.act, Act::Shrink { pool: shrunk, .. } if shrunk == pool);
        shrinks || matches!(rule.trigger, Trigger::FreeBelow { pool: watched, .. } if watched == pool)
    })
}

/// Whether a rule of the slot names a window.
pub(super) fn name_window(books: &Books, slot: SlotId, window: WindowId) -> bool {
    books
        .blocks_of(slot)
        .filter_map(Block::rule)
        .any(|rule| rule.act == Act::Open(window) || rule.trigger == Trigger::SoldOut(window))
}

/// Whether a cue of the slot shows an offer.
pub(super) fn show_offer(books: &Books, slot: SlotId, offer: OfferId) -> bool {
    books
        .blocks_of(slot)
        .any(|block| matches!(&block.spec.kind, BlockKind::Cue(cue) if cue.offer == Some(offer)))
}
