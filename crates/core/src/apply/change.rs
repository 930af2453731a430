//! Facts about changes of slots: what they leave behind, what waits for a yes, whose credential is watched.

use crate::books::{Books, Due};
use crate::change::{Credential, Guard, MadeKind, Pending, Telling};
use crate::fact::Fact;
use crate::ids::Id;
use crate::limits::BREAKER_SPAN;
use crate::time::Instant;

pub(super) fn apply(books: &mut Books, fact: &Fact) {
    match fact {
        Fact::ChangeMade(made) => {
            match made.kind {
                MadeKind::Moved | MadeKind::Cancelled | MadeKind::Filled { removes: true } => {
                    watch(books, made.by, made.slot.0, made.at);
                }
                MadeKind::PartRemoved(part) => watch(books, made.by, part, made.at),
                MadeKind::Edited
                | MadeKind::Undone
                | MadeKind::Planned
                | MadeKind::Filled { removes: false } => {}
            }
            books.put_trail(made.trail.clone());
        }
        Fact::ConfirmationAsked(pending) => asked(books, pending),
        Fact::ConfirmationEnded { confirmation, .. } => {
            if let Some(known) = books.pendings.remove(confirmation) {
                books.agenda.remove(&(known.expires, Due::Confirmation(known.id)));
            }
        }
        Fact::CustomersTold(telling) => told(books, telling),
        Fact::CredentialFrozen { credential, at } => {
            guard(books, *credential).frozen = Some(*at);
        }
        Fact::CredentialFreed { credential } => drop(books.guards.remove(credential)),
        _ => {}
    }
}

fn asked(books: &mut Books, pending: &Pending) {
    if let Some(touched) = pending.wish.touches(pending.slot) {
        watch(books, pending.by, touched, pending.asked_at);
    }
    books.agenda.insert((pending.expires, Due::Confirmation(pending.id)));
    books.pendings.insert(pending.id, pending.clone());
}

fn told(books: &mut Books, telling: &Telling) {
    let Some(mut trail) = books.trails.get(&telling.slot).cloned() else { return };
    trail.sequence = telling.sequence;
    trail.seen.clear();
    trail.notice = None;
    books.put_trail(trail);
}

/// Notes that a credential moved a slot or called it off, or removed a part of one, or asked to. What is long ago does
/// not count.
fn watch(books: &mut Books, by: Credential, touched: Id, at: Instant) {
    if by.watched().is_none() {
        return;
    }
    let guard = guard(books, by);
    guard.recent.retain(|(then, known)| at.since(*then) < BREAKER_SPAN && *known != touched);
    guard.recent.push((at, touched));
}

fn guard(books: &mut Books, credential: Credential) -> &mut Guard {
    let new = Guard { credential, recent: Vec::new(), frozen: None };
    books.guards.entry(credential).or_insert(new)
}
