//! Offsets that hang on the start or end of a calendar entry, their words, and what they stand for.
//!
//! Days are civil, hours to seconds are exact, and a time of day may be named: the reading of RFC 5545
//! durations with a time of day beside them. Start at [`Anchor::resolve`]; the words are `start - 20m`,
//! `end + 1d`, `start + 1d at 10:00`.

use std::fmt;

use crate::time::Moment;
use crate::zone::{Resolution, WallTime, Zone};

/// The longest offset, in days either way: ten years.
const DAYS_MAX: i64 = 3_660;
/// The longest exact part, in seconds either way.
const SECONDS_MAX: i64 = DAYS_MAX * 86_400;

/// Which end of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// Its start.
    Start,
    /// Its end.
    End,
}

/// A place on an entry's time axis that moves with the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The end that counts.
    pub edge: Edge,
    /// Civil days from it, negative for before.
    pub days: i32,
    /// Seconds after midnight of that day, when the time of day is named.
    pub clock: Option<u32>,
    /// Exact seconds, added last; negative for before.
    pub seconds: i64,
}

/// An entry's place in time, as its own wall shows it.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'z> {
    /// When it starts.
    pub start: WallTime,
    /// When it ends.
    pub end: WallTime,
    /// Where.
    pub zone: &'z Zone,
}

/// What an anchor stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// The instant.
    pub at: Moment,
    /// How its wall-clock part was read, to warn of gaps and folds.
    pub reading: Resolution,
}

impl Anchor {
    /// The end itself.
    pub const fn at(edge: Edge) -> Self {
        Self { edge, days: 0, clock: None, seconds: 0 }
    }

    /// What the anchor stands for: days first, then the time of day, then the zone, then the exact part.
    pub fn resolve(self, entry: &Entry<'_>) -> Anchored {
        let edge = match self.edge {
            Edge::Start => entry.start,
            Edge::End => entry.end,
        };
        if self.days == 0 && self.clock.is_none() && edge.is_second {
            let at = entry.zone.moment(edge);
            return Anchored { at: at.plus_seconds(self.seconds), reading: Resolution::Exact(at) };
        }
        let day = edge.local.plus_days(self.days);
        let reading = entry.zone.resolve(self.clock.map_or(day, |clock| day.at_clock(clock)));
        Anchored { at: reading.moment().plus_seconds(self.seconds), reading }
    }

    /// Reads the words: `start` or `end`, then `+` or `-` with weeks, days, hours, minutes or seconds,
    /// then perhaps `at 10:00`, then perhaps an exact rest.
    ///
    /// ```
    /// use dayshelf_ical::anchor::{Anchor, Edge};
    /// let evening = Anchor { edge: Edge::Start, days: -1, clock: Some(64_800), seconds: 0 };
    /// assert_eq!(Anchor::parse("start - 1d at 18:00"), Ok(evening));
    /// assert_eq!(evening.to_string(), "start - 1d at 18:00");
    /// ```
    ///
    /// # Errors
    /// A sentence that says what was expected where.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut words = Words { rest: text.trim() };
        let edge = match words.name() {
            "start" => Edge::Start,
            "end" => Edge::End,
            other => return Err(format!("begin with \"start\" or \"end\", not {other:?}")),
        };
        let (mut days, mut seconds) = words.offsets()?;
        let mut clock = None;
        if words.rest.starts_with("at") {
            words.name();
            if seconds != 0 {
                return Err(
                    "put hours and minutes behind the time of day: \"start + 1d at 10:00 + 30m\"".into()
                );
            }
            clock = Some(words.clock()?);
            let (more_days, more_seconds) = words.offsets()?;
            days += more_days;
            seconds += more_seconds;
        }
        if !words.rest.is_empty() {
            return Err(format!(
                "{:?} is left over; write \"start - 20m\" or \"start + 1d at 10:00\"",
                words.rest
            ));
        }
        if days.abs() > DAYS_MAX || seconds.abs() > SECONDS_MAX {
            return Err("at most ten years away".into());
        }
        Ok(Self { edge, days: i32::try_from(days).unwrap_or(0), clock, seconds })
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self.edge {
            Edge::Start => "start",
            Edge::End => "end",
        })?;
        let sign = |negative| if negative { '-' } else { '+' };
        if self.days != 0 {
            write!(out, " {} {}d", sign(self.days < 0), self.days.unsigned_abs())?;
        }
        if let Some(clock) = self.clock {
            let (hour, minute, second) = (clock / 3_600, clock / 60 % 60, clock % 60);
            write!(out, " at {hour:02}:{minute:02}")?;
            if second != 0 {
                write!(out, ":{second:02}")?;
            }
        }
        if self.seconds != 0 {
            write!(out, " {} {}", sign(self.seconds < 0), SpanText(self.seconds.unsigned_abs()))?;
        }
        Ok(())
    }
}

/// A length in seconds as `1h30m`; days are never used, because 24 hours are not always one.
#[derive(Clone, Copy, Debug)]
pub struct SpanText(pub u64);

impl fmt::Display for SpanText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [(self.0 / 3_600, 'h'), (self.0 / 60 % 60, 'm'), (self.0 % 60, 's')];
        if self.0 == 0 {
            return out.write_str("0s");
        }
        parts
            .iter()
            .filter(|(count, _)| *count > 0)
            .try_for_each(|(count, unit)| write!(out, "{count}{unit}"))
    }
}

/// Reads an exact length: `90s`, `8m`, `1h30m`. Days are refused, because they are not exact.
///
/// # Errors
/// A sentence that says what to write.
pub fn parse_span(text: &str) -> Result<i64, String> {
    const EXAMPLES: &str = "write \"90s\", \"8m\" or \"1h30m\"";
    let mut words = Words { rest: text.trim() };
    if !words.rest.starts_with(|letter: char| letter.is_ascii_digit()) {
        return Err(format!("{:?} is no length: {EXAMPLES}", words.rest));
    }
    let (days, seconds) = words.length()?;
    if days != 0 {
        return Err("a length is exact: write hours, minutes or seconds, as \"24h\" or \"8m\"".into());
    }
    if !words.rest.is_empty() {
        return Err(format!("{:?} is left over; {EXAMPLES}", words.rest));
    }
    Ok(seconds)
}

/// Text that is read from its front.
struct Words<'t> {
    rest: &'t str,
}

impl<'t> Words<'t> {
    fn take(&mut self, fits: impl Fn(char) -> bool) -> &'t str {
        let end = self.rest.find(|letter: char| !fits(letter)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn blank(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn name(&mut self) -> &'t str {
        let name = self.take(|letter| letter.is_ascii_alphabetic());
        self.blank();
        name
    }

    /// Signed lengths in a row, as civil days and exact seconds.
    fn offsets(&mut self) -> Result<(i64, i64), String> {
        let (mut days, mut seconds) = (0, 0);
        while let Some(sign) = self.rest.chars().next().filter(|sign| matches!(sign, '+' | '-')) {
            self.rest = self.rest[1..].trim_start();
            let (more_days, more_seconds) = self.length()?;
            let factor = if sign == '-' { -1 } else { 1 };
            days += factor * more_days;
            seconds += factor * more_seconds;
        }
        Ok((days, seconds))
    }

    /// One unsigned length, as `1d2h30m`.
    fn length(&mut self) -> Result<(i64, i64), String> {
        let (mut days, mut seconds, mut parts) = (0_i64, 0_i64, 0);
        while self.rest.starts_with(|letter: char| letter.is_ascii_digit()) {
            let digits = self.take(|letter| letter.is_ascii_digit());
            let count: i64 = digits.parse().ok().filter(|count| *count <= SECONDS_MAX).ok_or("too long")?;
            self.blank();
            match self.name() {
                "w" | "week" | "weeks" => days += count * 7,
                "d" | "day" | "days" => days += count,
                "h" | "hour" | "hours" => seconds += count * 3_600,
                "m" | "min" | "minute" | "minutes" => seconds += count * 60,
                "s" | "second" | "seconds" => seconds += count,
                other => return Err(format!("{digits}{other} has no unit: use w, d, h, m or s")),
            }
            parts += 1;
            if parts > 5 {
                return Err("too many parts".into());
            }
        }
        if parts == 0 {
            return Err(format!(
                "a length is missing at {:?}: write \"20m\", \"1h30m\" or \"1d\"",
                self.rest
            ));
        }
        Ok((days, seconds))
    }

    /// A time of day, as seconds after midnight.
    fn clock(&mut self) -> Result<u32, String> {
        let text = self.take(|letter| letter.is_ascii_digit() || letter == ':');
        self.blank();
        clock_seconds(text).ok_or_else(|| format!("{text:?} is no time of day: write \"10:00\""))
    }
}

/// Seconds after midnight of `10:00` or `10:00:30`.
fn clock_seconds(text: &str) -> Option<u32> {
    let mut parts = text.split(':');
    let mut part = |max: u32, default: Option<u32>| match parts.next() {
        Some(digits) if digits.len() == 2 => digits.parse::<u32>().ok().filter(|value| *value <= max),
        Some(_) => None,
        None => default,
    };
    let (hour, minute, second) = (part(23, None)?, part(59, None)?, part(59, Some(0))?);
    parts.next().is_none().then_some(hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words survive a round trip, in their canonical spelling.
    #[test]
    fn words_round_trip() {
        let table = [
            ("start", "start"),
            ("start-20m", "start - 20m"),
            ("start - 20 minutes", "start - 20m"),
            ("end + 15h", "end + 15h"),
            ("start + 1d at 10:00", "start + 1d at 10:00"),
            ("start at 09:30:15", "start at 09:30:15"),
            ("start - 1w", "start - 7d"),
            ("end + 1d2h30m", "end + 1d + 2h30m"),
            ("start + 1d at 10:00 - 90s", "start + 1d at 10:00 - 1m30s"),
            ("start + 2h - 30m", "start + 1h30m"),
        ];
        for (text, canonical) in table {
            let anchor = Anchor::parse(text).unwrap();
            assert_eq!(anchor.to_string(), canonical);
            assert_eq!(Anchor::parse(canonical), Ok(anchor));
        }
    }

    /// What can't be read says what to write.
    #[test]
    fn refuses_what_is_no_anchor() {
        for text in [
            "",
            "begin",
            "start +",
            "start + 5",
            "start + 5 parsecs",
            "start at 25:00",
            "start at 9:00",
            "start - 1h at 10:00",
            "start 20m",
            "start + 99999999999999999999h",
            "start + 20y",
            "end + 9999d",
        ] {
            assert!(Anchor::parse(text).is_err(), "{text}");
        }
        assert_eq!(parse_span("1h30m"), Ok(5_400));
        for text in ["1d", "", "8", "soon", "-8m", "8m x"] {
            let sentence = parse_span(text).unwrap_err();
            assert!(!sentence.contains("\"1d\""), "{text} is told to write what is refused: {sentence}");
        }
    }
}
