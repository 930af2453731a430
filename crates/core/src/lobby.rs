//! The lobby: the line before a window to which many come at once.
//!
//! Whoever comes takes a number. The order of those who came before the opening is drawn at the opening; whoever
//! comes later queues behind them. Numbers are let in at the window's pace, each for a short time in which it may
//! hold once at a time. The books keep four figures for a window, however many wait: everything else about a
//! number is in the number. Start at [`Lobby::place`] and [`Window::lets_in`].

use crate::ids::WindowId;
use crate::time::{Instant, Span};
use crate::window::{Window, WindowSpec};

/// How a window lets in those who come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LobbyTerms {
    /// So long before the opening one can take a number.
    pub ahead: Span,
    /// How many numbers are let in a minute.
    pub per_minute: u32,
    /// How long a number that was let in may be used.
    pub span: Span,
}

/// When somebody came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Came {
    /// Before the opening: the place is drawn.
    Ahead,
    /// Later: let in so long after the opening.
    After(Span),
}

/// A place in a lobby. It is signed outside and kept by whoever took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Number {
    /// The window that it leads into.
    pub window: WindowId,
    /// How many had come before, of those who came ahead or of those who came after.
    pub index: u32,
    /// When its bearer came.
    pub came: Came,
}

/// What a window keeps of its lobby.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lobby {
    /// Numbers taken before the opening.
    pub early: u32,
    /// Numbers taken after it.
    pub late: u32,
    /// What the order is drawn with: the lots of all who came before the opening, stirred together.
    pub seed: u64,
    /// So long after the opening the next one who comes late is let in, at the earliest.
    pub next: Span,
    /// When the terms were last changed. Nobody's time runs out by it.
    pub since: Instant,
}

/// Rounds of the draw: several for each bit of the largest number of people, so that every order is about as likely
/// as any other.
const ROUNDS: u64 = 90;

impl LobbyTerms {
    /// How long so many places take.
    fn waits(&self, places: u32) -> Span {
        Span(i64::from(places) * 60_000 / i64::from(self.per_minute.max(1)))
    }

    /// The time between two who come late, at least: the pace is never exceeded by rounding.
    fn gap(&self) -> Span {
        Span(i64::from(60_000_u32.div_ceil(self.per_minute.max(1))))
    }
}

impl Lobby {
    /// The number that whoever comes now takes.
    pub fn number(&self, window: &Window, terms: &LobbyTerms, now: Instant) -> Number {
        let since = now.since(window.spec.opens.at);
        if since.0 < 0 {
            return Number { window: window.id, index: self.early, came: Came::Ahead };
        }
        let after = since.max(terms.waits(self.early)).max(self.next);
        Number { window: window.id, index: self.late, came: Came::After(after) }
    }

    /// The same after its window was written anew: nobody's time runs out because the terms or the opening are others.
    #[must_use]
    pub fn written(self, was: &WindowSpec, is: &WindowSpec, now: Instant) -> Self {
        let same = was.lobby == is.lobby && was.opens.at == is.opens.at;
        Self { since: if same { self.since } else { now }, ..self }
    }

    /// Notes that a number was taken.
    pub fn give(&mut self, number: Number, lot: u64, terms: &LobbyTerms) {
        match number.came {
            Came::Ahead => {
                self.early = self.early.saturating_add(1);
                self.seed = stirred(self.seed ^ lot);
            }
            Came::After(after) => {
                self.late = self.late.saturating_add(1);
                self.next = Span(after.0.saturating_add(terms.gap().0));
            }
        }
    }

    /// How many are let in before this number, once the order is drawn.
    pub fn place(&self, number: Number) -> u32 {
        match number.came {
            Came::Ahead => drawn(number.index, self.early, self.seed),
            Came::After(_) => self.early.saturating_add(number.index),
        }
    }
}

impl Window {
    /// From when to when a number may hold here, once the window has opened; none where the window has no lobby or
    /// the number is another window's.
    ///
    /// # Example
    ///
    /// Sixty a minute: whoever was drawn third comes in two seconds after the opening.
    pub fn lets_in(&self, number: Number) -> Option<(Instant, Instant)> {
        let terms = self.spec.lobby.filter(|_| number.window == self.id)?;
        let after = match number.came {
            Came::Ahead => terms.waits(self.lobby.place(number)),
            Came::After(after) => after,
        };
        let from = self.spec.opens.at.plus(after);
        Some((from, from.max(self.lobby.since).plus(terms.span)))
    }

    /// How many of those with a number come before this one and have not been let in.
    pub fn ahead_of(&self, number: Number, now: Instant) -> u32 {
        let (Some(terms), Some((from, _))) = (self.spec.lobby, self.lets_in(number)) else { return 0 };
        let wait = from.since(now.max(self.spec.opens.at)).0.max(0);
        let places = wait.saturating_mul(i64::from(terms.per_minute)) / 60_000;
        u32::try_from(places).unwrap_or(u32::MAX).min(self.lobby.place(number))
    }
}

/// A number from all of the bits of another one; distinct ones stay distinct.
const fn stirred(value: u64) -> u64 {
    let value = (value ^ (value >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let value = (value ^ (value >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    value ^ (value >> 33)
}

/// The place of the one who came as `index` among `all`, by a draw in which each gets another place.
///
/// It is the swap-or-not shuffle (Hoang, Morris, Rogaway, 2012): in each round the places are paired about a pivot, and
/// the two of a pair change or not by a bit that both see alike. So every place is worked out alone, with nothing kept.
fn drawn(index: u32, all: u32, seed: u64) -> u32 {
    if index >= all {
        return index;
    }
    let (mut at, all) = (u64::from(index), u64::from(all));
    for round in 0..ROUNDS {
        let pivot = stirred(seed.wrapping_add(2 * round)) % all;
        let mirror = (pivot + all - at) % all;
        let salt = stirred(seed.wrapping_add(2 * round + 1));
        if stirred(salt ^ at.max(mirror)) & 1 == 1 {
            at = mirror;
        }
    }
    // It is less than a number of 32 bits.
    u32::try_from(at).unwrap_or(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everybody gets a place, and nobody gets another's, however many they are.
    #[test]
    fn a_draw_is_an_order() {
        for all in (1..70).chain([255, 256, 257, 1_000, 4_097]) {
            let mut places: Vec<u32> = (0..all).map(|index| drawn(index, all, u64::from(all) * 77)).collect();
            places.sort_unstable();
            assert_eq!(places, (0..all).collect::<Vec<u32>>(), "{all}");
        }
        assert_eq!(drawn(7, 7, 1), 7, "whoever is not among them stays outside");
    }

    /// Over many draws each place comes as often to the first who came as to the last: within six deviations of
    /// what even chances give.
    #[test]
    fn a_draw_is_fair() {
        const ALL: u32 = 10;
        const DRAWS: u32 = 20_000;
        let mut counts = [[0_u32; ALL as usize]; ALL as usize];
        for draw in 0..DRAWS {
            let seed = stirred(u64::from(draw) + 1);
            for index in 0..ALL {
                counts[index as usize][drawn(index, ALL, seed) as usize] += 1;
            }
        }
        let even = DRAWS / ALL;
        let off = counts.iter().flatten().map(|count| count.abs_diff(even)).max();
        assert!(off < Some(255), "{off:?} off {even}");
    }

    /// One more lot makes another order, and so does another lot.
    #[test]
    fn every_lot_counts() {
        let order = |lots: &[u64]| -> Vec<u32> {
            let seed = lots.iter().fold(0, |seed, lot| stirred(seed ^ lot));
            (0..50).map(|index| drawn(index, 50, seed)).collect()
        };
        assert_ne!(order(&[1, 2, 3]), order(&[1, 2, 4]));
        assert_ne!(order(&[1, 2, 3]), order(&[9, 2, 3]));
        assert_ne!(order(&[1, 2, 3]), order(&[1, 2, 3, 0]));
    }
}
