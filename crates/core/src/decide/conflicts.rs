//! What a slot gets in the way of at its new place: things of other slots that want the same place at the same
//! time. They are told, not refused: two pickups at one table may well be meant.
//!
//! Each kind of thing has a function of its own in [`all`]; whoever adds a kind of block that is in one place at a
//! time adds one beside it.

use crate::block::{Block, BlockKind, BlockState};
use crate::books::Books;
use crate::fact::Fact;
use crate::ids::{BlockId, FulfilmentId, SlotId};
use crate::limits::CONFLICTS_MAX;
use crate::slot::{Fulfilment, FulfilmentKind, Slot};
use crate::time::Instant;

/// Two things that want the same at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// What they are.
    pub kind: ConflictKind,
    /// The other slot.
    pub other: SlotId,
    /// What both want: a place, a person, a night.
    pub wanted: String,
    /// From when both want it.
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
}

/// What a slot would get in the way of, by the facts of its change; the first ones of many.
pub(super) fn all(books: &Books, slot: &Slot, facts: &[Fact]) -> Vec<Conflict> {
    let kinds = [pickups(books, slot, facts), shifts(books, slot, facts)];
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
                all.push(Conflict { kind, other: owner.id, wanted: place.to_owned(), from, until });
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
                all.push(Conflict { kind, other: owner.id, wanted: person.to_owned(), from, until });
            }
        }
    }
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
