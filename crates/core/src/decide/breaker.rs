//! The breaker: a credential that moves or calls off many slots within minutes is frozen, because a program
//! that has gone wild does so, and a person does not.

use super::Decision;
use crate::books::Books;
use crate::change::{Credential, MadeKind};
use crate::command::ChangeSlot;
use crate::fact::Fact;
use crate::limits::BREAKER_SPAN;
use crate::refusal::{Noun, Refusal};
use crate::slot::SlotState;
use crate::time::Instant;

/// A frozen credential changes nothing.
pub(super) fn let_through(books: &Books, by: Credential) -> Result<(), Refusal> {
    let frozen =
        books.guards.get(&by).and_then(|guard| guard.frozen).filter(|_| !crate::planted!(FrozenChanges));
    frozen.map_or(Ok(()), |since| Err(Refusal::CredentialFrozen { since }))
}

/// Whether a change is one slot too many for its credential. Another change of a slot that it has changed already
/// is not: whoever drags an entry about has one slot in hand. Nor is a draft, which is nobody's promise, though it
/// counts.
pub(super) fn trips(books: &Books, now: Instant, ask: &ChangeSlot, effect: &[Fact]) -> bool {
    let moves = |fact: &Fact| match fact {
        Fact::ChangeMade(made) => matches!(made.kind, MadeKind::Moved | MadeKind::Cancelled),
        _ => false,
    };
    if books.slots.get(&ask.slot).is_none_or(|slot| slot.state == SlotState::Draft) {
        return false;
    }
    let Some(guard) = books.guards.get(&ask.by).filter(|_| effect.iter().any(moves)) else { return false };
    let recent = guard.recent.iter().filter(|(at, slot)| {
        let is_recent = now.since(*at) < BREAKER_SPAN;
        is_recent && (*slot != ask.slot || crate::planted!(BreakerCountsTwice))
    });
    recent.count() as u64 >= u64::from(books.organiser.spec.changes.burst)
}

/// Lets a frozen credential make changes again. It can't do so itself, nor can another frozen one.
pub(super) fn unfreeze(books: &Books, credential: Credential, by: Credential) -> Decision {
    let known = match credential {
        Credential::Key(key) => books.keys.contains_key(&key),
        Credential::Password(_) => books.guards.contains_key(&credential),
        Credential::House | Credential::Person(_) | Credential::Link(_) => false,
    };
    if !known {
        return Err(Refusal::Unknown(Noun::Key));
    }
    let_through(books, by)?;
    let frozen = books.guards.get(&credential).is_some_and(|guard| guard.frozen.is_some());
    Ok(frozen.then_some(Fact::CredentialFreed { credential }).into_iter().collect())
}
