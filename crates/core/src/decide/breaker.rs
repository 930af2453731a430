//! The breaker: a credential that moves or calls off many slots within minutes, or takes many apart, is frozen,
//! because a program that has gone wild does so, and a person does not.

use super::Decision;
use crate::books::Books;
use crate::change::{Credential, MadeKind};
use crate::command::ChangeSlot;
use crate::fact::Fact;
use crate::ids::{Id, SlotId};
use crate::limits::{BREAKER_SPAN, PARTS_PER_SLOT};
use crate::refusal::{Noun, Refusal};
use crate::slot::SlotState;
use crate::time::Instant;

/// A frozen credential changes nothing.
pub(super) fn let_through(books: &Books, by: Credential) -> Result<(), Refusal> {
    let frozen =
        books.guards.get(&by).and_then(|guard| guard.frozen).filter(|_| !crate::planted!(FrozenChanges));
    frozen.map_or(Ok(()), |since| Err(Refusal::CredentialFrozen { since }))
}

/// Whether a change is one slot too many for its credential, or one part of a slot. Another change of a slot that it
/// has changed already is not: whoever drags an entry about has one slot in hand. Nor is a draft, which is nobody's
/// promise, though it counts when it moves.
pub(super) fn trips(books: &Books, now: Instant, ask: &ChangeSlot, effect: &[Fact]) -> bool {
    let moves = |fact: &Fact| match fact {
        Fact::ChangeMade(made) => {
            matches!(
                made.kind,
                MadeKind::Moved
                    | MadeKind::Cancelled
                    | MadeKind::PartRemoved(_)
                    | MadeKind::Filled { removes: true }
            )
        }
        _ => false,
    };
    if books.slots.get(&ask.slot).is_none_or(|slot| slot.state == SlotState::Draft) {
        return false;
    }
    let Some(guard) = books.guards.get(&ask.by).filter(|_| effect.iter().any(moves)) else { return false };
    let mine = ask.wish.touches(ask.slot).filter(|_| !crate::planted!(BreakerCountsTwice));
    let others = guard.recent.iter().filter(|(at, id)| now.since(*at) < BREAKER_SPAN && Some(*id) != mine);
    let weight = |id: Id| if books.slots.contains_key(&SlotId(id)) { u64::from(PARTS_PER_SLOT) } else { 1 };
    let load: u64 = others.map(|(_, id)| weight(*id)).sum();
    load >= u64::from(books.organiser.spec.changes.burst) * u64::from(PARTS_PER_SLOT)
}

/// Lets a frozen credential make changes again. It can't do so itself, nor can another frozen one. Of a calendar app's
/// password the books know only what was done with it, so one that they do not know was never frozen.
pub(super) fn unfreeze(books: &Books, credential: Credential, by: Credential) -> Decision {
    let known = match credential {
        Credential::Key(key) => books.keys.contains_key(&key),
        Credential::Password(_) => true,
        Credential::House | Credential::Person(_) | Credential::Link(_) => false,
    };
    if !known {
        return Err(Refusal::Unknown(Noun::Key));
    }
    let_through(books, by)?;
    let frozen = books.guards.get(&credential).is_some_and(|guard| guard.frozen.is_some());
    Ok(frozen.then_some(Fact::CredentialFreed { credential }).into_iter().collect())
}
