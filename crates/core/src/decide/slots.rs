//! Slots and their fulfilment blocks: made, changed, moved in time, published, called off.

use super::admission::selling;
use super::definitions::{free_name, room};
use super::{Decision, blocks, earliest, expect, hang, holds, line, orders, pools, validate, windows};
use crate::books::Books;
use crate::command::{Expect, Resolutions};
use crate::fact::{BlockChange, Fact, HoldEnd, SlotChange};
use crate::hold::{HoldState, LapseCause};
use crate::ids::{FulfilmentId, PoolId, SlotId};
use crate::limits::{FULFILMENTS_MAX, SLOTS_KEPT_MAX, SLOTS_MAX};
use crate::order::LineState;
use crate::refusal::{Flaw, Noun, Refusal};
use crate::slot::{Fulfilment, FulfilmentSpec, Slot, SlotSpec, SlotState, TimeBox};
use crate::template::Applied;
use crate::time::{Instant, When};
use crate::waitlist::{EntryState, LeftCause};
use crate::window::WindowSpec;

pub(super) fn make(books: &Books, id: SlotId, spec: &SlotSpec) -> Decision {
    expect(Expect::New, books.slots.get(&id).map(|slot| slot.version), Noun::Slot)?;
    named(books, id, spec)?;
    // A draft that was thrown away has no name any more, and takes no room from those that have one.
    room(books.slugs.len(), SLOTS_MAX, Noun::Slot)?;
    room(books.slots.len(), SLOTS_KEPT_MAX, Noun::Slot)?;
    let slot = Slot {
        id,
        state: SlotState::Draft,
        version: 1,
        overlay: 0,
        template: None,
        paused: None,
        spec: spec.clone(),
    };
    Ok(vec![Fact::SlotPut { slot: Box::new(slot), change: SlotChange::Created }])
}

/// Nobody else has its name, and it can be.
fn named(books: &Books, id: SlotId, spec: &SlotSpec) -> Result<(), Refusal> {
    if books.slugs.get(&spec.slug).is_some_and(|taken| *taken != id) {
        return Err(Refusal::NameTaken { field: "slug".into() });
    }
    validate::slot(spec)
}

/// A slot's new shape, with its blocks at their new instants where its times are others.
pub(super) fn reshape(books: &Books, now: Instant, known: &Slot, shape: &Shape<'_>) -> Decision {
    let facts = reshape_before_blocks(books, now, known, shape)?;
    checked(books, hang::hang(books, now, known.id, facts)?)
}

/// A slot whose blocks are put next, as a plan does: where they stand meanwhile is not looked at.
pub(super) fn reshape_before_blocks(
    books: &Books,
    now: Instant,
    known: &Slot,
    shape: &Shape<'_>,
) -> Decision {
    named(books, known.id, shape.spec)?;
    if known.state.is_off() {
        return Err(Refusal::SlotCancelled);
    }
    change(books, now, known, shape)
}

/// Blocks that hang on different ends of a slot may cross when its length changes.
fn checked(books: &Books, facts: Vec<Fact>) -> Decision {
    let mut windows: Vec<&WindowSpec> = Vec::new();
    for fact in &facts {
        match fact {
            Fact::WindowPut { window, .. } => {
                validate::window(&window.spec)?;
                windows.iter().try_for_each(|other| windows::apart(&window.spec, other))?;
                windows.push(&window.spec);
            }
            Fact::FulfilmentPut(block) => validate::fulfilment(&block.spec)?,
            Fact::BlockPut { block, .. } => validate::block(&block.spec)?,
            Fact::OfferPut(offer) => validate::offer(&offer.spec, books.organiser.spec.currency)?,
            _ => {}
        }
    }
    Ok(facts)
}

/// What a slot shall be, and where its blocks are then.
pub(super) struct Shape<'a> {
    pub spec: &'a SlotSpec,
    pub resolved: &'a Resolutions,
}

/// The facts of a slot's new shape; with new times, its blocks' new instants come along.
fn change(books: &Books, now: Instant, known: &Slot, shape: &Shape<'_>) -> Decision {
    let Shape { spec, resolved } = *shape;
    if known.spec == *spec {
        return Ok(Vec::new());
    }
    let moves = known.spec.times != spec.times;
    let slot = Slot { version: known.version + 1, spec: spec.clone(), ..known.clone() };
    let kind = if moves { SlotChange::Moved } else { SlotChange::Changed };
    let mut facts = vec![Fact::SlotPut { slot: Box::new(slot), change: kind }];
    if moves {
        facts.extend(move_blocks(books, now, known, resolved)?);
    }
    Ok(facts)
}

/// Every block of the slot at the instant that its anchor stands for now. A window that was open or over
/// and lies ahead again opens again; what it had given away by then does not come back to it.
fn move_blocks(
    books: &Books,
    now: Instant,
    slot: &Slot,
    resolved: &Resolutions,
) -> Result<Vec<Fact>, Refusal> {
    let stale = Refusal::VersionStale { current: slot.version };
    let shift = |when: &mut When| match resolved.get(&when.anchor) {
        // What hangs on another part follows when all others are in their places.
        _ if when.anchor.hangs_on().is_some() => Ok(()),
        Some(at) => {
            when.at = *at;
            Ok(())
        }
        None => Err(stale.clone()),
    };
    let mut facts = Vec::new();
    for window in books.windows_of(slot.id) {
        let was = &window.spec;
        let mut window = window.clone();
        shift(&mut window.spec.opens)?;
        shift(&mut window.spec.closes)?;
        window.lobby = window.lobby.written(was, &window.spec, now);
        window.phase = window.phase_anew(now);
        window.told = now;
        facts.push(Fact::WindowPut { window: Box::new(window), moves: Vec::new() });
    }
    for block in books.fulfilments_of(slot.id) {
        let mut block = block.clone();
        shift(&mut block.spec.opens)?;
        shift(&mut block.spec.closes)?;
        for time_box in &mut block.spec.boxes {
            shift(&mut time_box.from)?;
            shift(&mut time_box.until)?;
        }
        facts.push(Fact::FulfilmentPut(Box::new(block)));
    }
    for offer in books.offers_of(slot.id).filter(|_| !crate::planted!(MoveLeavesSteps)) {
        let mut offer = offer.clone();
        offer.spec.ladder.iter_mut().filter_map(|step| step.from.as_mut()).try_for_each(shift)?;
        offer.told = now;
        facts.push(Fact::OfferPut(Box::new(offer)));
    }
    for block in books.blocks_of(slot.id) {
        let mut spec = block.spec.clone();
        shift(&mut spec.when)?;
        spec.until.as_mut().map_or(Ok(()), shift)?;
        let block = blocks::placed(now, block.id, Some(block), spec);
        facts.push(Fact::BlockPut { block: Box::new(block), change: BlockChange::Moved, moves: Vec::new() });
    }
    Ok(facts)
}

pub(super) fn publish(books: &Books, now: Instant, id: SlotId, expected: Expect) -> Decision {
    let known = books.slots.get(&id).ok_or(Refusal::Unknown(Noun::Slot))?;
    expect(expected, Some(known.version), Noun::Slot)?;
    match known.state {
        SlotState::Published => Ok(Vec::new()),
        SlotState::Cancelled | SlotState::Discarded => Err(Refusal::SlotCancelled),
        SlotState::Draft if known.spec.times.end <= now => Err(Refusal::SlotOver),
        SlotState::Draft => Ok(vec![in_state(known, SlotState::Published, SlotChange::Published)]),
    }
}

/// Nothing of a slot is sold from now on. Two who press at once have the same wish, so no version is asked for.
pub(super) fn pause(books: &Books, now: Instant, id: SlotId) -> Decision {
    let known = books.slots.get(&id).ok_or(Refusal::Unknown(Noun::Slot))?;
    selling(known)?;
    if known.paused.is_some() {
        return Ok(Vec::new());
    }
    Ok(vec![with_pause(known, Some(now))])
}

/// It is sold again. Its line is looked at by the same decision, as after every change of a slot.
pub(super) fn resume(books: &Books, id: SlotId) -> Decision {
    let known = books.slots.get(&id).ok_or(Refusal::Unknown(Noun::Slot))?;
    selling(known)?;
    if known.paused.is_none() {
        return Ok(Vec::new());
    }
    Ok(vec![with_pause(known, None)])
}

fn with_pause(slot: &Slot, paused: Option<Instant>) -> Fact {
    let slot = Slot { paused, version: slot.version + 1, ..slot.clone() };
    Fact::SlotPut { slot: Box::new(slot), change: SlotChange::Changed }
}

/// A slot is called off: holds end, waiters leave, orders are cancelled. Its orders must have been fetched.
pub(super) fn cancel(books: &Books, known: &Slot) -> Decision {
    let id = known.id;
    if known.state.is_off() {
        return Err(Refusal::SlotCancelled);
    }
    // Nobody was told of a draft, so nobody is to see that there was one.
    let state = if known.state == SlotState::Draft { SlotState::Discarded } else { SlotState::Cancelled };
    let mut facts = vec![in_state(known, state, SlotChange::Cancelled)];
    let parts = books.parts.get(&id);
    for hold in parts.into_iter().flat_map(|parts| &parts.holds).filter_map(|hold| books.holds.get(hold)) {
        if crate::planted!(CancelledSlotKeepsHolds) {
            continue;
        }
        if hold.state == HoldState::Confirming {
            let calling_off = hold.attempt.as_ref().is_some_and(|attempt| attempt.calling_off);
            facts.extend((!calling_off).then_some(Fact::ConfirmCallingOff { hold: hold.id }));
        } else {
            facts.extend(holds::end(books, hold, HoldEnd::Lapsed(LapseCause::SlotCancelled)));
        }
    }
    for entry in
        parts.into_iter().flat_map(|parts| parts.line.values()).filter_map(|entry| books.entries.get(entry))
    {
        if matches!(entry.state, EntryState::Waiting { .. }) && !crate::planted!(CancelledSlotKeepsLine) {
            facts.push(line::left(books, entry, LeftCause::SlotCancelled));
        }
    }
    for order in books.orders.values().filter(|order| order.slot == id) {
        let standing = order.lines.iter().enumerate().filter(|(_, line)| line.state == LineState::Confirmed);
        let lines: Vec<u16> = standing.map(|(place, _)| place as u16).collect();
        if !lines.is_empty() {
            facts.extend(orders::give_up(books, order, lines));
        }
    }
    Ok(facts)
}

/// Gives the overlay another address.
pub(super) fn renew_overlay(books: &Books, id: SlotId) -> Decision {
    let known = books.slots.get(&id).ok_or(Refusal::Unknown(Noun::Slot))?;
    if known.state == SlotState::Discarded {
        return Err(Refusal::SlotCancelled);
    }
    let overlay = known.overlay.wrapping_add(1);
    let slot = Slot { overlay, version: known.version + 1, ..known.clone() };
    Ok(vec![Fact::SlotPut { slot: Box::new(slot), change: SlotChange::Changed }])
}

fn in_state(slot: &Slot, state: SlotState, change: SlotChange) -> Fact {
    let slot = Slot { state, version: slot.version + 1, ..slot.clone() };
    Fact::SlotPut { slot: Box::new(slot), change }
}

/// What a slot remembers of the template that it has parts of.
pub(super) fn remember(books: &Books, id: SlotId, applied: Option<Applied>) -> Option<Fact> {
    let known = books.slots.get(&id).filter(|known| known.template.as_deref() != applied.as_ref())?;
    let slot = Slot { template: applied.map(Box::new), version: known.version + 1, ..known.clone() };
    Some(Fact::SlotPut { slot: Box::new(slot), change: SlotChange::Changed })
}

/// The fact that raises a slot's version because something that it owns changed.
pub(super) fn touch(books: &Books, slot: SlotId, expected: Expect) -> Result<Fact, Refusal> {
    let known = books.slots.get(&slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    if expected != Expect::New {
        expect(expected, Some(known.version), Noun::Slot)?;
    }
    if known.state.is_off() {
        return Err(Refusal::SlotCancelled);
    }
    Ok(in_state(known, known.state, SlotChange::Changed))
}

/// What is put as new is not there yet.
pub(super) fn new_is_new(
    books: &Books,
    slot: SlotId,
    expected: Expect,
    is_known: bool,
) -> Result<(), Refusal> {
    let current = books.slots.get(&slot).map_or(0, |slot| slot.version);
    if expected == Expect::New && is_known { Err(Refusal::VersionStale { current }) } else { Ok(()) }
}

/// The pools of a block's boxes count its own places, or are new.
fn own_places(books: &Books, known: Option<&Fulfilment>, spec: &FulfilmentSpec) -> Result<(), Refusal> {
    let before = known.map(|known| known.spec.boxes.as_slice()).unwrap_or_default();
    let is_own = |pool: PoolId| before.iter().any(|place| place.pool == pool);
    let foreign = |place: &TimeBox| books.pools.contains_key(&place.pool) && !is_own(place.pool);
    if spec.boxes.iter().any(foreign) { Err(Refusal::Unknown(Noun::Pool)) } else { Ok(()) }
}

pub(super) fn put_fulfilment(
    books: &Books,
    id: FulfilmentId,
    expected: Expect,
    spec: &FulfilmentSpec,
) -> Decision {
    let known = books.fulfilments.get(&id);
    if known.is_some_and(|known| known.spec.slot != spec.slot) {
        return Err(Refusal::Unknown(Noun::Fulfilment));
    }
    let touched = touch(books, spec.slot, expected);
    let mut others = books.fulfilments_of(spec.slot).filter(|other| other.id != id);
    let taken = others.any(|other| other.spec.key == spec.key);
    let have = books.fulfilments_of(spec.slot).count();
    earliest([
        touched.as_ref().map(drop).map_err(Clone::clone),
        new_is_new(books, spec.slot, expected, known.is_some()),
        own_places(books, known, spec),
        free_name(!taken, || format!("fulfilments[{}].key", spec.key)),
        validate::fulfilment(spec),
        if known.is_none() { room(have, FULFILMENTS_MAX, Noun::Fulfilment) } else { Ok(()) },
    ])?;
    let touched = touched?;
    if known.is_some_and(|known| known.spec == *spec) {
        return Ok(Vec::new());
    }
    let mut facts = vec![touched];
    for (place, time_box) in spec.boxes.iter().enumerate() {
        let supplied = pools::supply_places(books, spec, time_box);
        facts.extend(supplied.map_err(|refusal| {
            let field = format!("fulfilments[{}].boxes[{place}].places", spec.key);
            below_taken(books, time_box.pool, refusal, field)
        })?);
    }
    facts.push(Fact::FulfilmentPut(Box::new(Fulfilment { id, spec: spec.clone() })));
    let before = known.map(|known| known.spec.boxes.as_slice()).unwrap_or_default();
    for gone in before.iter().filter(|old| !spec.boxes.iter().any(|time_box| time_box.pool == old.pool)) {
        facts.push(pools::drain(books, gone.pool, Noun::Fulfilment)?);
    }
    Ok(facts)
}

/// Places that somebody has can't be taken away: there are at least as many.
fn below_taken(books: &Books, pool: PoolId, refusal: Refusal, field: String) -> Refusal {
    let Refusal::TooFewUnits { have } = refusal else { return refusal };
    let places = books.pools.get(&pool).map_or(0, |pool| pool.spec.units);
    Refusal::invalid(field, Flaw::BelowMin(i64::from(places.saturating_sub(have))))
}

pub(super) fn remove_fulfilment(books: &Books, id: FulfilmentId, expected: Expect) -> Decision {
    let known = books.fulfilments.get(&id).ok_or(Refusal::Unknown(Noun::Fulfilment))?;
    let touched = touch(books, known.spec.slot, expected);
    let parts = books.parts.get(&known.spec.slot);
    let mut holds = parts.into_iter().flat_map(|parts| &parts.holds).filter_map(|hold| books.holds.get(hold));
    let chosen = holds.any(|hold| hold.fulfilment.is_some_and(|choice| choice.block == id));
    let by = Refusal::InUse { noun: Noun::Fulfilment, by: Noun::Hold };
    let drained: Result<Vec<Fact>, Refusal> =
        known.spec.boxes.iter().map(|place| pools::drain(books, place.pool, Noun::Fulfilment)).collect();
    earliest([
        touched.as_ref().map(drop).map_err(Clone::clone),
        if chosen { Err(by) } else { Ok(()) },
        drained.as_ref().map(drop).map_err(Clone::clone),
    ])?;
    let mut facts = vec![touched?, Fact::FulfilmentRemoved(id)];
    facts.extend(drained?);
    Ok(facts)
}
