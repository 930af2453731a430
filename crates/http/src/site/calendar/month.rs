//! A month: its name in addresses, its neighbours, and the whole weeks that it is drawn in.

use std::fmt;

use dayshelf_core::time::Instant;
use dayshelf_ical::time::{Civil, Fields};

use super::super::wall::{Wall, month, short};

/// Years that a calendar shows; what is outside was mistyped.
const YEARS: std::ops::RangeInclusive<i16> = 1990..=2200;

/// A month of a year. Its text is `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// The month that an instant falls into.
    pub fn of(wall: &Wall, at: Instant) -> Self {
        let fields = wall.fields(at);
        Self { year: fields.year, month: fields.month }
    }

    /// Reads `2026-11`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if year.len() != 4 || month.len() != 2 || digits != 6 {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?)
    }

    fn new(year: i16, month: i8) -> Option<Self> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    pub fn next(self) -> Option<Self> {
        if self.month == 12 { Self::new(self.year + 1, 1) } else { Self::new(self.year, self.month + 1) }
    }

    pub fn previous(self) -> Option<Self> {
        if self.month == 1 { Self::new(self.year - 1, 12) } else { Self::new(self.year, self.month - 1) }
    }

    /// `November`.
    pub fn name(self) -> &'static str {
        month(self.first().fields())
    }

    /// `November 2026`.
    pub fn label(self) -> String {
        format!("{} {}", self.name(), self.year)
    }

    /// The first midnight.
    fn first(self) -> Civil {
        // Every month of these years has a first day.
        Civil::date(self.year, self.month, 1).unwrap_or(Civil(0))
    }

    /// The midnight after the last day.
    fn end(self) -> Civil {
        self.next().map_or_else(|| self.first().plus_days(31), Self::first)
    }

    pub fn begins(self, wall: &Wall) -> Instant {
        wall.instant(self.first())
    }

    pub fn ends(self, wall: &Wall) -> Instant {
        wall.instant(self.end())
    }

    /// The Monday before or at its beginning, and the Monday at or after its end.
    pub fn weeks(self) -> (Civil, Civil) {
        let (first, end) = (self.first(), self.end());
        let back = i32::from(first.fields().weekday);
        let on = (7 - i32::from(end.fields().weekday)) % 7;
        (first.plus_days(-back), end.plus_days(on))
    }

    pub fn has(self, fields: Fields) -> bool {
        (fields.year, fields.month) == (self.year, self.month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:04}-{:02}", self.year, self.month)
    }
}

/// The short names of the days, Monday first.
pub(super) fn weekdays() -> Vec<String> {
    let monday = Civil::date(2026, 11, 2).unwrap_or(Civil(0));
    let names = (0..7).map(|day| super::super::wall::weekday(monday.plus_days(day).fields()));
    names.map(|name| short(name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// November 2026 begins on a Sunday: its weeks begin with Monday 26 October and end with 6 December.
    #[test]
    fn whole_weeks() {
        let month = Month::parse("2026-11").unwrap();
        let (from, until) = month.weeks();
        assert_eq!((from, until), (Civil::date(2026, 10, 26).unwrap(), Civil::date(2026, 12, 7).unwrap()));
        assert_eq!((month.label(), month.to_string()), ("November 2026".into(), "2026-11".into()));
        let (next, before) = (month.next().unwrap().next().unwrap(), month.previous().unwrap());
        assert_eq!((next.to_string(), before.to_string()), ("2027-01".into(), "2026-10".into()));
        assert_eq!(weekdays(), ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]);
        // June 2026 begins on a Monday and February 2027 is four weeks sharp.
        let (from, until) = Month::parse("2027-02").unwrap().weeks();
        assert_eq!(until.0 - from.0, 28 * 86_400);
    }

    /// What is no month of a calendar is none.
    #[test]
    fn refuses_what_is_no_month() {
        for text in
            ["", "2026", "2026-13", "2026-00", "1026-01", "2026-1", "2026-011", "x-y", "-026-11", "2026-+1"]
        {
            assert_eq!(Month::parse(text), None, "{text}");
        }
    }
}
