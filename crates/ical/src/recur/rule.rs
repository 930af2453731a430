//! A recurrence rule as RFC 5545, section 3.3.10, writes it.
//!
//! Reading is tolerant of case, blanks and empty parts, and strict about values: a rule that is half read would make
//! other occurrences than the one who wrote it sees. Start at [`Rule::parse`].

use std::fmt;

use crate::text::value::Time;

/// Bytes of a rule at most: all parts with all their values are shorter.
const RULE_BYTES_MAX: usize = 8_192;

/// When something recurs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// How often.
    pub frequency: Frequency,
    /// Every so many years, months and so on; at least 1.
    pub interval: i64,
    /// How many occurrences at most, the start counted.
    pub count: Option<u32>,
    /// The last time at which one may be.
    pub until: Option<Time>,
    /// Seconds of the minute.
    pub by_second: Vec<i64>,
    /// Minutes of the hour.
    pub by_minute: Vec<i64>,
    /// Hours of the day.
    pub by_hour: Vec<i64>,
    /// Days of the week.
    pub by_day: Vec<DayOfWeek>,
    /// Days of the month, from its end when negative.
    pub by_month_day: Vec<i64>,
    /// Days of the year, from its end when negative.
    pub by_year_day: Vec<i64>,
    /// Weeks of the year, from its end when negative.
    pub by_week: Vec<i64>,
    /// Months, from 1.
    pub by_month: Vec<i64>,
    /// Places in the period's list, from its end when negative.
    pub by_place: Vec<i64>,
    /// The first day of a week, 0 for Monday.
    pub week_start: i64,
}

/// The period of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frequency {
    /// Every second.
    Secondly,
    /// Every minute.
    Minutely,
    /// Every hour.
    Hourly,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every year.
    Yearly,
}

/// A day of the week, perhaps the n-th of its month or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfWeek {
    /// Which one, from the end when negative; all when none.
    pub nth: Option<i64>,
    /// 0 for Monday.
    pub weekday: i64,
}

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoRule {
    /// It is too long.
    TooLong,
    /// It has no FREQ that is known.
    Frequency,
    /// This part is unknown, is there twice, or has a value that it can't have.
    Part(String),
}

const FREQUENCIES: [(&str, Frequency); 7] = [
    ("SECONDLY", Frequency::Secondly),
    ("MINUTELY", Frequency::Minutely),
    ("HOURLY", Frequency::Hourly),
    ("DAILY", Frequency::Daily),
    ("WEEKLY", Frequency::Weekly),
    ("MONTHLY", Frequency::Monthly),
    ("YEARLY", Frequency::Yearly),
];
const WEEKDAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

impl Rule {
    /// A rule of nothing but its frequency.
    pub const fn every(frequency: Frequency) -> Self {
        Self {
            frequency,
            interval: 1,
            count: None,
            until: None,
            by_second: Vec::new(),
            by_minute: Vec::new(),
            by_hour: Vec::new(),
            by_day: Vec::new(),
            by_month_day: Vec::new(),
            by_year_day: Vec::new(),
            by_week: Vec::new(),
            by_month: Vec::new(),
            by_place: Vec::new(),
            week_start: 0,
        }
    }

    /// Reads the value of an RRULE.
    ///
    /// ```
    /// use dayshelf_ical::recur::rule::{Frequency, Rule};
    /// let rule = Rule::parse("freq=monthly;byday=-1FR;").unwrap();
    /// assert_eq!((rule.frequency, rule.by_day[0].nth), (Frequency::Monthly, Some(-1)));
    /// assert_eq!(rule.to_string(), "FREQ=MONTHLY;BYDAY=-1FR");
    /// ```
    ///
    /// # Errors
    /// The first part that can't be read.
    pub fn parse(text: &str) -> Result<Self, NoRule> {
        if text.len() > RULE_BYTES_MAX {
            return Err(NoRule::TooLong);
        }
        let upper = text.to_ascii_uppercase();
        let parts = upper.split(';').map(str::trim).filter(|part| !part.is_empty());
        let parts: Vec<(&str, &str)> = parts
            .map(|part| part.split_once('=').map(|(name, value)| (name.trim(), value.trim())))
            .map(|part| part.ok_or_else(|| NoRule::Part(upper.chars().take(20).collect())))
            .collect::<Result<_, _>>()?;
        let wanted = parts.iter().find(|(name, _)| *name == "FREQ").map(|(_, value)| *value);
        let frequency = FREQUENCIES.iter().find(|(name, _)| Some(*name) == wanted);
        let mut rule = Self::every(frequency.ok_or(NoRule::Frequency)?.1);
        for (place, (name, value)) in parts.iter().enumerate() {
            let is_twice = parts[..place].iter().any(|(other, _)| other == name);
            if is_twice || rule.part(name, value).is_none() {
                return Err(NoRule::Part((*name).to_owned()));
            }
        }
        Ok(rule)
    }

    fn part(&mut self, name: &str, value: &str) -> Option<()> {
        match name {
            "FREQ" => {}
            "RSCALE" => return (value == "GREGORIAN").then_some(()),
            "INTERVAL" => self.interval = value.parse().ok().filter(|count| (1..=100_000).contains(count))?,
            "COUNT" => self.count = Some(value.parse().ok().filter(|count| *count > 0)?),
            "UNTIL" => self.until = Some(Time::parse(value, None)?),
            "WKST" => self.week_start = weekday(value)?,
            "BYSECOND" => self.by_second = numbers(value, 0..=60, Zero::Fits)?,
            "BYMINUTE" => self.by_minute = numbers(value, 0..=59, Zero::Fits)?,
            "BYHOUR" => self.by_hour = numbers(value, 0..=23, Zero::Fits)?,
            "BYMONTHDAY" => self.by_month_day = numbers(value, -31..=31, Zero::IsNone)?,
            "BYYEARDAY" => self.by_year_day = numbers(value, -366..=366, Zero::IsNone)?,
            "BYWEEKNO" => self.by_week = numbers(value, -53..=53, Zero::IsNone)?,
            "BYMONTH" => self.by_month = numbers(value, 1..=12, Zero::IsNone)?,
            "BYSETPOS" => self.by_place = numbers(value, -366..=366, Zero::IsNone)?,
            "BYDAY" => self.by_day = value.split(',').map(day_of_week).collect::<Option<_>>()?,
            _ => return None,
        }
        Some(())
    }
}

/// Whether 0 is a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Zero {
    Fits,
    IsNone,
}

/// A list of numbers, sorted, each once.
fn numbers(text: &str, range: std::ops::RangeInclusive<i64>, zero: Zero) -> Option<Vec<i64>> {
    let read = |text: &str| {
        let number: i64 = text.trim().parse().ok()?;
        (range.contains(&number) && (number != 0 || zero == Zero::Fits)).then_some(number)
    };
    let mut found: Vec<i64> = text.split(',').map(read).collect::<Option<_>>()?;
    found.sort_unstable();
    found.dedup();
    Some(found)
}

fn weekday(text: &str) -> Option<i64> {
    let place = WEEKDAYS.iter().position(|day| *day == text)?;
    i64::try_from(place).ok()
}

fn day_of_week(text: &str) -> Option<DayOfWeek> {
    let text = text.trim();
    let (nth, day) = text.split_at_checked(text.len().checked_sub(2)?)?;
    let nth = match nth.trim() {
        "" => None,
        nth => Some(nth.parse().ok().filter(|nth| *nth != 0 && (-53..=53).contains(nth))?),
    };
    Some(DayOfWeek { nth, weekday: weekday(day)? })
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let frequency = FREQUENCIES.iter().find(|(_, frequency)| *frequency == self.frequency);
        write!(out, "FREQ={}", frequency.map_or("", |(name, _)| name))?;
        if self.interval != 1 {
            write!(out, ";INTERVAL={}", self.interval)?;
        }
        if let Some(count) = self.count {
            write!(out, ";COUNT={count}")?;
        }
        if let Some(until) = &self.until {
            write!(out, ";UNTIL={until}")?;
        }
        for (name, numbers) in [
            ("BYMONTH", &self.by_month),
            ("BYWEEKNO", &self.by_week),
            ("BYYEARDAY", &self.by_year_day),
            ("BYMONTHDAY", &self.by_month_day),
        ] {
            list(out, name, numbers)?;
        }
        list(out, "BYDAY", &self.by_day)?;
        for (name, numbers) in [
            ("BYHOUR", &self.by_hour),
            ("BYMINUTE", &self.by_minute),
            ("BYSECOND", &self.by_second),
            ("BYSETPOS", &self.by_place),
        ] {
            list(out, name, numbers)?;
        }
        if self.week_start != 0 {
            write!(out, ";WKST={}", weekday_name(self.week_start))?;
        }
        Ok(())
    }
}

impl fmt::Display for DayOfWeek {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(nth) = self.nth {
            write!(out, "{nth}")?;
        }
        out.write_str(weekday_name(self.weekday))
    }
}

impl fmt::Display for NoRule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(out, "the rule is longer than {RULE_BYTES_MAX} bytes"),
            Self::Frequency => out.write_str("the rule has no FREQ that is known"),
            Self::Part(name) => write!(out, "the rule's part {name:?} can't be read"),
        }
    }
}

fn weekday_name(weekday: i64) -> &'static str {
    usize::try_from(weekday).ok().and_then(|place| WEEKDAYS.get(place)).copied().unwrap_or_default()
}

fn list<T: fmt::Display>(out: &mut fmt::Formatter<'_>, name: &str, values: &[T]) -> fmt::Result {
    for (place, value) in values.iter().enumerate() {
        if place == 0 {
            write!(out, ";{name}={value}")?;
        } else {
            write!(out, ",{value}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rules survive a round trip; their parts have one order.
    #[test]
    fn round_trips() {
        for (text, canonical) in [
            ("FREQ=DAILY", "FREQ=DAILY"),
            (
                "byday=mo, +2TU ,-1FR;freq=yearly;bymonth=3,1,3;wkst=su",
                "FREQ=YEARLY;BYMONTH=1,3;BYDAY=MO,2TU,-1FR;WKST=SU",
            ),
            (
                "FREQ=WEEKLY;INTERVAL=2;UNTIL=20271224T000000Z;COUNT=3",
                "FREQ=WEEKLY;INTERVAL=2;COUNT=3;UNTIL=20271224T000000Z",
            ),
            ("FREQ=MONTHLY;BYSETPOS=-1;BYHOUR=0;RSCALE=GREGORIAN", "FREQ=MONTHLY;BYHOUR=0;BYSETPOS=-1"),
        ] {
            let rule = Rule::parse(text).unwrap();
            assert_eq!(rule.to_string(), canonical);
            assert_eq!(Rule::parse(canonical), Ok(rule));
        }
    }

    /// A rule that is half understood is no rule.
    #[test]
    fn refuses_what_it_does_not_know() {
        for text in [
            "",
            "DAILY",
            "FREQ=FORTNIGHTLY",
            "FREQ=DAILY;INTERVAL=0",
            "FREQ=DAILY;COUNT=0",
            "FREQ=DAILY;COUNT=-1",
            "FREQ=DAILY;UNTIL=tomorrow",
            "FREQ=DAILY;BYHOUR=24",
            "FREQ=DAILY;BYMONTHDAY=0",
            "FREQ=DAILY;BYDAY=XX",
            "FREQ=DAILY;BYDAY=0MO",
            "FREQ=DAILY;BYDAY=\u{e4}",
            "FREQ=DAILY;FREQ=DAILY",
            "FREQ=DAILY;BYEASTER=1",
            "FREQ=DAILY;RSCALE=CHINESE",
            "FREQ=DAILY;BYHOUR=",
        ] {
            assert!(Rule::parse(text).is_err(), "{text}");
        }
        assert_eq!(Rule::parse(&"A".repeat(RULE_BYTES_MAX + 1)), Err(NoRule::TooLong));
    }
}
