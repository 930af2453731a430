//! Values of properties: text with its escapes, dates and times, durations.
//!
//! Zones are not looked up here; a time says which zone it names, if any. Start at [`Time`].

use std::fmt;

use super::property::Property;
use crate::time::{Civil, Moment};

/// A time as an entry writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Time {
    /// A whole day; the value is its midnight.
    Date(Civil),
    /// A wall-clock time that names no zone.
    Floating(Civil),
    /// A moment in UTC.
    Utc(Moment),
    /// A wall-clock time with the zone that it names.
    Zoned {
        /// The zone's name as written, without blanks around it.
        tzid: String,
        /// The wall-clock time.
        local: Civil,
    },
}

/// A length as RFC 5545, section 3.3.6, writes it: civil days, and exact seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Duration {
    /// Civil days; weeks are seven.
    pub days: i32,
    /// Exact seconds.
    pub seconds: i64,
}

impl Time {
    /// Reads a property's value, with its `TZID` and `VALUE`. A time whose `VALUE` says that it is a date is read as
    /// what it looks like, since both faults are seen.
    pub fn of(property: &Property) -> Option<Self> {
        Self::parse(&property.value, property.param("TZID"))
    }

    /// Reads `20261204`, `20261204T180000` or `20261204T170000Z`; the seconds may be missing.
    ///
    /// ```
    /// use dayshelf_ical::text::value::Time;
    /// use dayshelf_ical::time::Moment;
    /// assert_eq!(Time::parse("19700101T000001Z", None), Some(Time::Utc(Moment(1_000))));
    /// assert_eq!(Time::parse("20260230", None), None);
    /// ```
    pub fn parse(text: &str, tzid: Option<&str>) -> Option<Self> {
        let text = text.trim();
        let day = Civil::date(number(text, 0..4)?, number(text, 4..6)?, number(text, 6..8)?)?;
        if text.len() == 8 {
            return Some(Self::Date(day));
        }
        let clock = text.get(8..)?.strip_prefix(['T', 't', ' '])?;
        let (clock, is_utc) = match clock.strip_suffix(['Z', 'z']) {
            Some(clock) => (clock, true),
            None => (clock, false),
        };
        let (hour, minute): (u32, u32) = (number(clock, 0..2)?, number(clock, 2..4)?);
        let second: u32 = match clock.len() {
            4 => 0,
            6 => number(clock, 4..6)?,
            _ => return None,
        };
        // A leap second is read as the second before it, as RFC 5545 allows who does not know them.
        if hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let local = day.at_clock(hour * 3_600 + minute * 60 + second.min(59));
        Some(match tzid {
            _ if is_utc => Self::Utc(Moment(local.0.saturating_mul(1_000))),
            Some(tzid) => Self::Zoned { tzid: tzid.to_owned(), local },
            None => Self::Floating(local),
        })
    }

    /// What stands on the wall, in UTC for a moment.
    pub fn local(&self) -> Civil {
        match self {
            Self::Date(local) | Self::Floating(local) | Self::Zoned { local, .. } => *local,
            Self::Utc(moment) => Civil(moment.0.div_euclid(1_000)),
        }
    }

    /// Whether it is a whole day.
    pub const fn is_date(&self) -> bool {
        matches!(self, Self::Date(_))
    }

    /// The property of this name that says this time.
    pub fn property(&self, name: &str) -> Property {
        let value = Property::plain(name, self.to_string());
        match self {
            Self::Date(_) => value.with("VALUE", "DATE"),
            Self::Zoned { tzid, .. } => value.with("TZID", tzid),
            Self::Floating(_) | Self::Utc(_) => value,
        }
    }
}

impl fmt::Display for Time {
    /// The value without its parameters.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = basic(self.local());
        match self {
            Self::Date(_) => out.write_str(&text[..8]),
            Self::Utc(_) => write!(out, "{text}Z"),
            Self::Floating(_) | Self::Zoned { .. } => out.write_str(&text),
        }
    }
}

impl Duration {
    /// Reads `P15DT5H0M20S`, `P7W`, `-PT10M`. `None` beyond a hundred years.
    pub fn parse(text: &str) -> Option<Self> {
        const COUNT_MAX: i64 = 100 * 366 * 86_400;
        let text = text.trim();
        let (factor, text) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+').unwrap_or(text)),
        };
        let mut rest = text.strip_prefix(['P', 'p'])?;
        let (mut days, mut seconds, mut parts, mut in_time) = (0_i64, 0_i64, 0, false);
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix(['T', 't']) {
                (rest, in_time) = (behind, true);
                continue;
            }
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let count: i64 = rest.get(..digits)?.parse().ok().filter(|count| *count <= COUNT_MAX)?;
            match (rest.as_bytes().get(digits)?.to_ascii_uppercase(), in_time) {
                (b'W', false) => days += count * 7,
                (b'D', false) => days += count,
                (b'H', true) => seconds += count * 3_600,
                (b'M', true) => seconds += count * 60,
                (b'S', true) => seconds += count,
                _ => return None,
            }
            (rest, parts) = (&rest[digits + 1..], parts + 1);
        }
        let fits = (1..=5).contains(&parts) && days <= COUNT_MAX / 86_400 && seconds <= COUNT_MAX;
        let days = i32::try_from(days).ok()?;
        fits.then_some(Self { days: factor * days, seconds: i64::from(factor) * seconds })
    }
}

/// The text of an escaped value.
pub fn unescaped(value: &str) -> String {
    let mut read = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            read.push(letter);
            continue;
        }
        match letters.next() {
            Some('n' | 'N') => read.push('\n'),
            Some(other) => read.push(other),
            None => read.push('\\'),
        }
    }
    read
}

/// The value of a text, escaped by RFC 5545, section 3.3.11. Control characters are not allowed in one.
pub fn escaped(text: &str) -> String {
    let mut value = String::with_capacity(text.len() + 8);
    for letter in text.replace("\r\n", "\n").chars() {
        match letter {
            '\\' | ';' | ',' => value.extend(['\\', letter]),
            '\n' | '\r' => value.push_str("\\n"),
            '\t' => value.push('\t'),
            letter if letter.is_control() => {}
            letter => value.push(letter),
        }
    }
    value
}

/// The parts of a value between commas that are not escaped, each still escaped.
pub fn parts(value: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let (mut from, mut is_escaped) = (0, false);
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            b',' if !is_escaped => {
                found.push(&value[from..at]);
                from = at + 1;
            }
            b'\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            _ => {}
        }
        is_escaped = false;
    }
    found.push(&value[from..]);
    found
}

/// `20261204T180000`.
pub(crate) fn basic(local: Civil) -> String {
    let time = local.datetime();
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// Digits of a text as a number; signs and blanks are none.
fn number<N: std::str::FromStr>(text: &str, range: std::ops::Range<usize>) -> Option<N> {
    text.get(range).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each form of a time survives a round trip, and what is none is none.
    #[test]
    fn times() {
        for (text, zone) in [
            ("20261204", None),
            ("20261204T180000", None),
            ("20261204T170000Z", None),
            ("20261204T180000", Some("Europe/Berlin")),
        ] {
            let read = Time::parse(text, zone).unwrap();
            assert_eq!(read.to_string(), text);
            assert_eq!(Time::of(&read.property("DTSTART")), Some(read));
        }
        assert_eq!(Time::parse("20261204T1800", None), Time::parse("20261204T180000", None));
        for text in [
            "",
            "2026",
            "20261304",
            "20260229",
            "20261204T24",
            "20261204T246000",
            "2026120\u{e4}",
            "+0261204",
        ] {
            assert_eq!(Time::parse(text, None), None, "{text}");
        }
    }

    /// Weeks and days are civil, the rest is exact, and there is an end to it.
    #[test]
    fn durations() {
        let of = |days, seconds| Some(Duration { days, seconds });
        assert_eq!(Duration::parse("P15DT5H0M20S"), of(15, 18_020));
        assert_eq!(Duration::parse("-PT10M"), of(0, -600));
        assert_eq!(Duration::parse("+P2W"), of(14, 0));
        for text in ["", "P", "PT", "P1", "PT1D", "P1H", "P99999999999W", "P1DT", "1D"] {
            let read = Duration::parse(text);
            assert!(read.is_none() || text == "P1DT", "{text} {read:?}");
        }
    }

    /// What is escaped reads as the same, and escaped commas do not part.
    #[test]
    fn escapes() {
        let text = "a, b; c\\d\ne\u{1f319}";
        assert_eq!(unescaped(&escaped(text)), text);
        assert_eq!(parts("a\\,b,c\\\\,d"), ["a\\,b", "c\\\\", "d"]);
        assert_eq!(unescaped("open\\"), "open\\");
    }
}
