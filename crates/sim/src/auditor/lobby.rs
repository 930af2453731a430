//! Lobbies: which number somebody gets, and when it is let in, worked out from `docs/internals/lobby.md`.

use dayshelf_core::command::TakeNumber;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::WindowId;
use dayshelf_core::lobby::{Came, Lobby, Number};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::window::WindowSpec;

use super::{Answer, Auditor, Frame, unknown};

impl Auditor {
    pub(super) fn take_number(&mut self, now: Instant, ask: &TakeNumber) -> Answer {
        if !self.slots.contains_key(&ask.slot) {
            return Err(unknown(Noun::Slot));
        }
        self.on_calendar(now, ask.slot, &[])?;
        self.offered(now, ask.slot, &[])?;
        let welcome = self.welcome(now, ask.slot, (ask.code, ask.buyer.map(|buyer| buyer.0)))?;
        let closed_at = welcome.iter().map(|(_, spec)| spec.closes.at).max().unwrap_or(now);
        if closed_at <= now {
            return Err(Refusal::WindowClosed { closed_at }.into());
        }
        let mut first: Option<(Instant, WindowId, Instant)> = None;
        for (id, spec) in welcome {
            let Some(terms) = spec.lobby.filter(|_| now < spec.closes.at) else { continue };
            let doors = Instant(spec.opens.at.0 - terms.ahead.0);
            if first.is_none_or(|(opens, ..)| spec.opens.at < opens) {
                first = Some((spec.opens.at, id, doors));
            }
        }
        let (_, id, doors) = first.ok_or(Refusal::NoLobby)?;
        if now < doors {
            return Err(Refusal::LobbyNotOpen { opens_at: doors }.into());
        }
        let Some(frame) = self.windows.get_mut(&id) else { return Err(unknown(Noun::Window)) };
        let number = next_number(id, frame, now);
        let pace = pace(&frame.spec);
        let lobby = &mut frame.lobby;
        if let Came::After(after) = number.came {
            lobby.next = Span(after.0 + (60_000 + pace - 1) / pace);
            lobby.late += 1;
        } else {
            lobby.early += 1;
            lobby.seed = mixed(lobby.seed ^ ask.lot);
        }
        self.say(Fact::NumberTaken { number, lot: ask.lot });
        Ok(())
    }

    /// Whether a hold may be made in a window with this number.
    pub(super) fn through_lobby(&self, now: Instant, window: WindowId, number: Option<Number>) -> Answer {
        let Some(frame) = self.windows.get(&window).filter(|frame| frame.spec.lobby.is_some()) else {
            return Ok(());
        };
        let Some((number, (from, until))) =
            number.filter(|number| number.window == window).zip(number.and_then(|one| let_in(frame, one)))
        else {
            return Err(Refusal::NumberNeeded.into());
        };
        if now < from {
            return Err(Refusal::NumberWaits { lets_in_at: from }.into());
        }
        if until <= now {
            return Err(Refusal::NumberNeeded.into());
        }
        let used = self.holds.values().any(|hold| hold.number == Some(number));
        if used { Err(Refusal::NumberUsed.into()) } else { Ok(()) }
    }
}

fn pace(spec: &WindowSpec) -> i64 {
    spec.lobby.map_or(1, |terms| i64::from(terms.per_minute))
}

/// The number that whoever comes now gets.
pub(crate) fn next_number(id: WindowId, frame: &Frame, now: Instant) -> Number {
    let (lobby, opens) = (&frame.lobby, frame.spec.opens.at);
    if now < opens {
        return Number { window: id, index: lobby.early, came: Came::Ahead };
    }
    let turns = [now.0 - opens.0, i64::from(lobby.early) * 60_000 / pace(&frame.spec), lobby.next.0];
    let after = Span(turns.into_iter().max().unwrap_or(0));
    Number { window: id, index: lobby.late, came: Came::After(after) }
}

/// How many numbers come before this one and are let in later than now, counted one by one. Nobody keeps when those who
/// came late are let in, so of their numbers only the most that it can be is known.
pub(crate) fn before(frame: &Frame, number: Number, now: Instant) -> (u32, u32) {
    let Some((from, _)) = let_in(frame, number).filter(|(from, _)| now < *from) else { return (0, 0) };
    let Came::Ahead = number.came else { return (0, frame.lobby.early + number.index) };
    let others = (0..frame.lobby.early).map(|index| Number { index, ..number });
    let times = others.filter_map(|other| let_in(frame, other)).map(|(other, _)| other);
    // Several may be let in at one instant where a minute is shared by very many.
    let ahead = times.filter(|other| now < *other && *other < from).count() as u32;
    (ahead, lot_of(&frame.lobby, number.index))
}

/// From when to when a number is let in, if its window has a lobby.
pub(crate) fn let_in(frame: &Frame, number: Number) -> Option<(Instant, Instant)> {
    let terms = frame.spec.lobby?;
    let after = match number.came {
        Came::After(after) => after.0,
        Came::Ahead => i64::from(lot_of(&frame.lobby, number.index)) * 60_000 / i64::from(terms.per_minute),
    };
    let from = Instant(frame.spec.opens.at.0 + after);
    Some((from, Instant(from.0.max(frame.lobby.since.0) + terms.span.0)))
}

/// The place that was drawn: ninety times, the places stand in pairs that add up to a pivot, and the pair changes
/// places where a bit says so.
fn lot_of(lobby: &Lobby, index: u32) -> u32 {
    let all = u64::from(lobby.early);
    if u64::from(index) >= all {
        return index;
    }
    let mut place = u64::from(index);
    for turn in 0..90_u64 {
        let pivot = mixed(lobby.seed.wrapping_add(turn * 2)) % all;
        let other = if pivot >= place { pivot - place } else { pivot + all - place };
        let bit = mixed(mixed(lobby.seed.wrapping_add(turn * 2 + 1)) ^ place.max(other)) % 2;
        place = if bit == 1 { other } else { place };
    }
    place as u32
}

/// MurmurHash3's last step for 64 bits.
const fn mixed(mut bits: u64) -> u64 {
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xff51_afd7_ed55_8ccd);
    bits ^= bits >> 33;
    bits = bits.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    bits ^ (bits >> 33)
}
