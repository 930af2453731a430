//! Single edits: one part of a slot made, changed or removed.
//!
//! What such an edit does to the part is the part's own file's to say. Whether it may be done at once is the policy's,
//! as for a change of the slot itself: see [`super::change`]. Start at [`put`].

use std::cell::RefCell;

use super::change::{self, Done};
use super::{Decision, blocks, pools, rules, slots, stock, windows};
use crate::books::Books;
use crate::change::{Credential, Part, Tell, Wish};
use crate::command::{ChangeSlot, Command, Expect, Resolutions};
use crate::ids::{ConfirmationId, PoolId, SlotId};
use crate::refusal::{Noun, Refusal};
use crate::slot::SlotState;
use crate::time::Instant;

/// What putting a part into its slot does, before anybody is asked or told.
pub(super) fn put(
    books: &Books,
    now: Instant,
    (slot, expected): (SlotId, Expect),
    part: &Part,
) -> Result<Done, Refusal> {
    of_slot(books, slot, part)?;
    if let Part::Pool(id, spec) = part {
        let below = RefCell::new(None);
        let facts = rules::on_whole(books, *id, |books| {
            let supply = stock::resupply(books, now, (slot, expected), (*id, spec))?;
            below.replace(supply.below);
            Ok(supply.facts)
        })?;
        return Ok(Done { facts, below: below.into_inner() });
    }
    let facts = match part {
        Part::Window(id, Some(spec)) => {
            windows::put(books, now, &windows::Put { id: *id, expected, spec, later: &[], fills: true })
        }
        Part::Window(id, None) => windows::remove(books, *id, expected),
        Part::Fulfilment(id, Some(spec)) => slots::put_fulfilment(books, *id, expected, spec),
        Part::Fulfilment(id, None) => slots::remove_fulfilment(books, *id, expected),
        Part::Offer(id, Some(spec)) => pools::put_offer(books, now, *id, expected, spec),
        Part::Offer(id, None) => pools::remove_offer(books, *id, expected),
        Part::Block(id, Some(spec)) => blocks::put(books, now, *id, (expected, spec)),
        Part::Block(id, None) => blocks::remove(books, *id, expected),
        Part::Pool(id, spec) => pools::put(books, *id, expected, spec),
    };
    Ok(Done { facts: facts?, below: None })
}

/// The slot whose change it is when a pool has fewer units: the first on the calendar that sells from it, or else the
/// first at all. None has it where nothing draws on it.
pub fn selling(books: &Books, pool: PoolId) -> Option<SlotId> {
    let sell = books.offers.values().filter(|offer| offer.spec.recipe.iter().any(|part| part.pool == pool));
    let slots = sell.filter_map(|offer| books.slots.get(&offer.spec.slot));
    let open = slots.filter(|slot| !slot.state.is_off());
    open.min_by_key(|slot| (slot.state != SlotState::Published, slot.id)).map(|slot| slot.id)
}

/// A command that puts one part and can't wait for a yes: what needs one is refused.
pub(super) fn at_once(books: &Books, now: Instant, command: &Command) -> Decision {
    let Some((expected, part)) = named(command) else { return Ok(Vec::new()) };
    let slot = slot_of(books, &part)?;
    let ask = ChangeSlot {
        slot,
        expected,
        wish: Wish::Part(Box::new(part)),
        tell: Tell::AfterQuiet,
        by: Credential::House,
        resolved: Resolutions::new(),
        waits_as: ConfirmationId(slot.0),
    };
    let weighed = change::weigh(books, now, &ask)?;
    if weighed.reasons.is_empty() { Ok(weighed.facts) } else { Err(Refusal::NeedsYes(weighed.reasons)) }
}

/// What a plan puts: its policy looks at the whole of it.
pub(super) fn unweighed(books: &Books, now: Instant, command: &Command) -> Option<Decision> {
    let (expected, part) = named(command)?;
    let put = slot_of(books, &part).and_then(|slot| put(books, now, (slot, expected), &part));
    Some(put.map(|done| done.facts))
}

/// The part that a command is about.
fn named(command: &Command) -> Option<(Expect, Part)> {
    let (expected, part) = match command {
        Command::PutWindow { id, expected, spec } => (*expected, Part::Window(*id, Some((**spec).clone()))),
        Command::RemoveWindow { id, expected } => (*expected, Part::Window(*id, None)),
        Command::PutFulfilment { id, expected, spec } => {
            (*expected, Part::Fulfilment(*id, Some((**spec).clone())))
        }
        Command::RemoveFulfilment { id, expected } => (*expected, Part::Fulfilment(*id, None)),
        Command::PutOffer { id, expected, spec } => (*expected, Part::Offer(*id, Some((**spec).clone()))),
        Command::RemoveOffer { id, expected } => (*expected, Part::Offer(*id, None)),
        Command::PutBlock { id, expected, spec } => (*expected, Part::Block(*id, Some((**spec).clone()))),
        Command::RemoveBlock { id, expected } => (*expected, Part::Block(*id, None)),
        _ => return None,
    };
    Some((expected, part))
}

/// The slot that a part is to be in, or is in.
fn slot_of(books: &Books, part: &Part) -> Result<SlotId, Refusal> {
    match part {
        Part::Window(_, Some(spec)) => Ok(spec.slot),
        Part::Fulfilment(_, Some(spec)) => Ok(spec.slot),
        Part::Offer(_, Some(spec)) => Ok(spec.slot),
        Part::Block(_, Some(spec)) => Ok(spec.slot),
        _ => known_in(books, part),
    }
}

/// The slot that a part is in.
pub(super) fn known_in(books: &Books, part: &Part) -> Result<SlotId, Refusal> {
    let (slot, noun) = match part {
        Part::Window(id, _) => (books.windows.get(id).map(|known| known.spec.slot), Noun::Window),
        Part::Fulfilment(id, _) => (books.fulfilments.get(id).map(|known| known.spec.slot), Noun::Fulfilment),
        Part::Offer(id, _) => (books.offers.get(id).map(|known| known.spec.slot), Noun::Offer),
        Part::Block(id, _) => (books.blocks.get(id).map(|known| known.spec.slot), Noun::Block),
        // A pool is nobody's own; which slots draw on it is looked at where its units are.
        Part::Pool(..) => (None, Noun::Pool),
    };
    slot.ok_or(Refusal::Unknown(noun))
}

/// The part is to be in this slot, or is in it.
fn of_slot(books: &Books, slot: SlotId, part: &Part) -> Result<(), Refusal> {
    if matches!(part, Part::Pool(..)) || slot_of(books, part)? == slot {
        return Ok(());
    }
    Err(Refusal::Unknown(match part {
        Part::Window(..) => Noun::Window,
        Part::Fulfilment(..) => Noun::Fulfilment,
        Part::Offer(..) => Noun::Offer,
        Part::Block(..) => Noun::Block,
        Part::Pool(..) => Noun::Pool,
    }))
}
