//! The lobby: numbers taken, and who may hold with one. What a number is worth is in [`crate::lobby`].

use super::admission::{Proof, admitting};
use super::{Decision, holds};
use crate::books::Books;
use crate::command::TakeNumber;
use crate::fact::Fact;
use crate::limits::LOBBY_NUMBERS_MAX;
use crate::lobby::Number;
use crate::refusal::{Noun, Refusal};
use crate::time::{Instant, Span};
use crate::window::{Phase, Window};

pub(super) fn take(books: &Books, now: Instant, ask: &TakeNumber) -> Decision {
    holds::runs(books, now, ask.slot, &[])?;
    let proof = Proof { code: ask.code, buyer: ask.buyer };
    let mut windows = admitting(books, ask.slot, now, proof)?;
    let closed_at = windows.iter().map(|window| window.spec.closes.at).max();
    windows.retain(|window| window.phase_at(now) != Phase::Closed);
    if windows.is_empty() {
        return Err(Refusal::WindowClosed { closed_at: closed_at.unwrap_or(now) });
    }
    // Of several lobbies it is the one that opens first: there is one number for it and later one for the next.
    let first = windows.iter().filter_map(|window| Some((*window, window.spec.lobby?)));
    let (window, terms) = first.min_by_key(|(window, _)| window.spec.opens.at).ok_or(Refusal::NoLobby)?;
    let opens_at = window.spec.opens.at.plus(Span(-terms.ahead.0));
    if now < opens_at {
        return Err(Refusal::LobbyNotOpen { opens_at });
    }
    if window.lobby.early.max(window.lobby.late) >= LOBBY_NUMBERS_MAX {
        return Err(Refusal::LimitReached { noun: Noun::Number, max: LOBBY_NUMBERS_MAX });
    }
    // Nothing below may refuse.
    let number = window.lobby.number(window, &terms, now);
    Ok(vec![Fact::NumberTaken { number, lot: ask.lot }])
}

/// Whether a hold may be made in a window with this number: always, where it has no lobby.
pub(super) fn check(
    books: &Books,
    now: Instant,
    window: &Window,
    number: Option<Number>,
) -> Result<(), Refusal> {
    if window.spec.lobby.is_none() {
        return Ok(());
    }
    let number = number.ok_or(Refusal::NumberNeeded)?;
    let (from, until) = window.lets_in(number).ok_or(Refusal::NumberNeeded)?;
    if now < from {
        return Err(Refusal::NumberWaits { lets_in_at: from });
    }
    if until <= now {
        return Err(Refusal::NumberNeeded);
    }
    if books.numbers.contains(&number) { Err(Refusal::NumberUsed) } else { Ok(()) }
}
