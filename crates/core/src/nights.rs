//! Nights: what a partner has for given dates only, such as rooms for those who come from far.
//!
//! A night is the one that begins on its day, wherever it is spent, so it needs no zone. A pool that counts units of nights
//! stays where it is when a slot that sells them moves. A move that leaves one of the slot's nights behind is told by
//! `decide::preview`; what has none of them any more is not sold (`decide::offering`). Start at [`Nights`].

use crate::slot::SlotTimes;
use crate::time::{LocalDay, LocalTime};

/// Nights one after the other: whoever has a unit has it for all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Nights {
    /// The day on which the first of them begins.
    pub first: LocalDay,
    /// The day on which the last of them begins.
    pub last: LocalDay,
}

impl Nights {
    /// The nights that whoever comes for all of a slot spends there: those between its days. A slot of one day, or one that
    /// goes on past midnight, has the night of its first day.
    ///
    /// ```
    /// use dayshelf_core::nights::Nights;
    /// use dayshelf_core::slot::SlotTimes;
    /// use dayshelf_core::time::{Instant, LocalDay, LocalTime};
    ///
    /// let times = |start: i64, end: i64| SlotTimes {
    ///     zone: "Europe/Berlin".into(),
    ///     start_local: LocalTime(start * 3_600),
    ///     end_local: LocalTime(end * 3_600),
    ///     start: Instant(0),
    ///     end: Instant(0),
    ///     tzdb: String::new(),
    /// };
    /// let nights = |first, last| Nights { first: LocalDay(first), last: LocalDay(last) };
    /// assert_eq!(Nights::of(&times(18, 22)), nights(0, 0));
    /// assert_eq!(Nights::of(&times(18, 24 + 2)), nights(0, 0));
    /// assert_eq!(Nights::of(&times(10, 48 + 16)), nights(0, 1));
    /// assert_eq!(Nights::of(&times(10, 48)), nights(0, 0), "an end at midnight is the end of the day before");
    /// ```
    pub fn of(times: &SlotTimes) -> Self {
        let first = times.start_local.day();
        let end = LocalTime(times.end_local.0 - 1).day();
        Self { first, last: first.max(LocalDay(end.0 - 1)) }
    }

    /// Whether all of these are among them.
    pub fn cover(self, these: Self) -> bool {
        self.first <= these.first && these.last <= self.last
    }

    /// Whether one of these is among them.
    pub fn meet(self, these: Self) -> bool {
        self.first <= these.last && these.first <= self.last
    }
}
