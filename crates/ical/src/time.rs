//! Wall-clock times and moments as numbers, and their text forms.
//!
//! No zone rules live here; see [`crate::zone`]. Start at [`Civil`] and [`Moment`].

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

/// The first seconds of the years 1 and 9999: what is outside is pulled to the nearer end, so that arithmetic on
/// times that somebody typed can never leave the range of the zone database.
const SECONDS_MIN: i64 = -62_135_596_800;
const SECONDS_MAX: i64 = 253_370_764_800;
/// Seconds of a civil day.
pub(crate) const DAY_SECONDS: i64 = 86_400;

/// A wall-clock time without a zone: seconds since 1970-01-01T00:00:00 on that wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Civil(pub i64);

/// A wall-clock time as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The day of the month, from 1.
    pub day: i8,
    /// The day of the week, from 0 for Monday.
    pub weekday: i8,
    /// The hour, 0 to 23.
    pub hour: i8,
    /// The minute.
    pub minute: i8,
}

const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Fields {
    /// The day of the week in English: `Saturday`.
    pub fn weekday_name(self) -> &'static str {
        DAYS[usize::from(self.weekday.unsigned_abs()) % DAYS.len()]
    }

    /// The month in English: `November`.
    pub fn month_name(self) -> &'static str {
        MONTHS[usize::from(self.month.unsigned_abs()).saturating_sub(1) % MONTHS.len()]
    }
}

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(pub i64);

impl Civil {
    /// Reads `2026-12-04T18:00` or `2026-12-04 18:00:30`. `None` for a date alone, an offset or a zone.
    ///
    /// ```
    /// use dayshelf_ical::time::Civil;
    /// assert_eq!(Civil::parse("1970-01-02T00:01"), Some(Civil(86_460)));
    /// assert_eq!(Civil::parse("1970-01-02T00:01Z"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let has_time = text.len() > 10 && text.as_bytes().get(13) == Some(&b':');
        if !has_time || text.bytes().skip(10).any(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-' | b'[')) {
            return None;
        }
        let read: DateTime = text.parse().ok()?;
        (read.subsec_nanosecond() == 0).then(|| Self::of(read))
    }

    /// The same time of day so many days later, or earlier when negative.
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days as i64 * DAY_SECONDS))
    }

    /// So many seconds after midnight of the same day.
    pub const fn at_clock(self, seconds: u32) -> Self {
        Self(self.0 - self.0.rem_euclid(DAY_SECONDS) + seconds as i64)
    }

    /// Midnight of a day, `None` when the calendar has no such day.
    pub fn date(year: i16, month: i8, day: i8) -> Option<Self> {
        DateTime::new(year, month, day, 0, 0, 0, 0).ok().map(Self::of)
    }

    /// What stands on the calendar and the clock.
    pub fn fields(self) -> Fields {
        let time = self.datetime();
        Fields {
            year: time.year(),
            month: time.month(),
            day: time.day(),
            weekday: time.weekday().to_monday_zero_offset(),
            hour: time.hour(),
            minute: time.minute(),
        }
    }

    pub(crate) fn of(time: DateTime) -> Self {
        Self(Offset::UTC.to_timestamp(time).map_or(SECONDS_MAX, Timestamp::as_second))
    }

    pub(crate) fn datetime(self) -> DateTime {
        Offset::UTC.to_datetime(timestamp(self.0, 0))
    }
}

impl fmt::Display for Civil {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.datetime();
        write!(out, "{}T{:02}:{:02}:{:02}", time.date(), time.hour(), time.minute(), time.second())
    }
}

impl Moment {
    /// Reads RFC 3339: a date, a time and an offset. Fractions finer than a millisecond are cut off.
    ///
    /// ```
    /// use dayshelf_ical::time::Moment;
    /// assert_eq!(Moment::parse("1970-01-01T01:00:00.5+01:00"), Some(Moment(500)));
    /// assert_eq!(Moment::parse("1970-01-01T01:00:00"), None);
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let read: Timestamp = text.trim().parse().ok()?;
        let seconds = read.as_millisecond().div_euclid(1_000);
        (SECONDS_MIN..=SECONDS_MAX).contains(&seconds).then(|| Self(read.as_millisecond()))
    }

    /// This moment so many seconds later; saturates.
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1_000)))
    }

    pub(crate) fn timestamp(self) -> Timestamp {
        timestamp(self.0.div_euclid(1_000), self.0.rem_euclid(1_000))
    }
}

impl fmt::Display for Moment {
    /// RFC 3339 in UTC with milliseconds, as `2026-12-04T17:00:00.000Z`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = Offset::UTC.to_datetime(self.timestamp());
        // Every answer has several of these, and the formatter's padding costs more than all else about them.
        let mut text = *b"0000-00-00T00:00:00.000Z";
        digits(&mut text[0..4], time.year().unsigned_abs().into());
        digits(&mut text[5..7], time.month().unsigned_abs().into());
        digits(&mut text[8..10], time.day().unsigned_abs().into());
        digits(&mut text[11..13], time.hour().unsigned_abs().into());
        digits(&mut text[14..16], time.minute().unsigned_abs().into());
        digits(&mut text[17..19], time.second().unsigned_abs().into());
        digits(&mut text[20..23], time.subsec_nanosecond().unsigned_abs() / 1_000_000);
        out.write_str(str::from_utf8(&text).unwrap_or_default())
    }
}

/// Writes a number into its place, with leading zeros.
fn digits(place: &mut [u8], mut number: u32) {
    for digit in place.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

fn timestamp(seconds: i64, ms: i64) -> Timestamp {
    let nanoseconds = i32::try_from(ms * 1_000_000).unwrap_or(0);
    // The clamp keeps the value inside jiff's range, so the fallback is never taken.
    Timestamp::new(seconds.clamp(SECONDS_MIN, SECONDS_MAX), nanoseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is written can be read, and numbers beyond the calendar do not panic.
    #[test]
    fn text_round_trips_and_saturates() {
        for seconds in [0, 1, -1, 1_764_000_059, 4_102_444_800] {
            assert_eq!(Civil::parse(&Civil(seconds).to_string()), Some(Civil(seconds)));
            let moment = Moment(seconds * 1_000 + 7);
            assert_eq!(Moment::parse(&moment.to_string()), Some(moment));
        }
        assert_eq!(Moment(1_000).to_string(), "1970-01-01T00:00:01.000Z");
        assert!(Moment(i64::MAX).to_string().starts_with("9999-01-01"));
        assert!(Civil(i64::MIN).to_string().starts_with("0001"));
    }

    /// Days go both ways, and a day that is on no calendar is none.
    #[test]
    fn fields_and_days() {
        let day = Civil::date(2028, 2, 29).unwrap();
        let fields = day.at_clock(61 * 60).fields();
        assert_eq!((fields.year, fields.month, fields.day), (2028, 2, 29));
        assert_eq!((fields.weekday, fields.hour, fields.minute), (1, 1, 1));
        assert_eq!((fields.weekday_name(), fields.month_name()), ("Tuesday", "February"));
        assert_eq!(Civil::date(2027, 2, 29), None);
    }

    /// A wall-clock time names no zone and no half seconds.
    #[test]
    fn refuses_what_is_no_wall_clock_time() {
        for text in ["2026-12-04", "2026-12-04T25:00", "2026-02-30T10:00", "2026-12-04T10:00+01:00", "noon"] {
            assert_eq!(Civil::parse(text), None, "{text}");
        }
        assert_eq!(Civil::parse("2026-12-04T18:00:00.5"), None);
        assert_eq!(Civil::parse("2026-12-04T18:00"), Civil::parse("2026-12-04 18:00:00"));
    }
}
