//! Times as pages show them: on a slot's wall, with the zone's abbreviation and offset.

use dayshelf_core::time::Instant;
use dayshelf_ical::time::{Civil, Fields, Moment};
use dayshelf_ical::zone::Zone;
use dayshelf_pages as pages;

use crate::app::App;
use crate::no::No;

/// A zone's wall.
#[derive(Clone, Debug)]
pub(super) struct Wall {
    pub zone: Zone,
}

/// How much of the zone a time names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ZoneWords {
    /// `CET`.
    Short,
    /// `CET (UTC+1)`.
    Long,
}

impl Wall {
    /// The wall of a zone that the books have.
    ///
    /// # Errors
    /// A fault when the database does not know it any more.
    pub fn of(app: &App, zone: &str) -> Result<Self, No> {
        let known = app.zones.zone(zone);
        known.map(|zone| Self { zone }).map_err(|unknown| No::fault("a zone is gone", &Gone(unknown.name)))
    }

    /// An instant on this wall.
    pub fn moment(&self, at: Instant) -> pages::Moment {
        self.moment_in(at, ZoneWords::Short)
    }

    /// From one instant to another, with the offset from UTC beside the abbreviation.
    pub fn long_span(&self, from: Instant, until: Instant) -> pages::TimeSpan {
        pages::TimeSpan {
            start: self.moment_in(from, ZoneWords::Long),
            end: self.moment_in(until, ZoneWords::Long),
        }
    }

    /// From one instant to another.
    pub fn span(&self, from: Instant, until: Instant) -> pages::TimeSpan {
        pages::TimeSpan { start: self.moment(from), end: self.moment(until) }
    }

    fn moment_in(&self, at: Instant, words: ZoneWords) -> pages::Moment {
        let wall = self.zone.wall(Moment(at.0));
        let offset = offset_words(wall.offset_seconds);
        let named = wall.abbreviation.starts_with(char::is_alphabetic);
        let abbreviation = match (words, named) {
            (_, false) => offset,
            (ZoneWords::Short, true) => wall.abbreviation,
            (ZoneWords::Long, true) if wall.abbreviation == "UTC" => wall.abbreviation,
            (ZoneWords::Long, true) => format!("{} ({offset})", wall.abbreviation),
        };
        pages::Moment {
            instant: instant_text(wall.local, wall.offset_seconds),
            zone: self.zone.name().to_owned(),
            day: self.day(at),
            clock: self.clock(at),
            abbreviation,
        }
    }

    /// `18:00`.
    pub fn clock(&self, at: Instant) -> String {
        let fields = self.fields(at);
        format!("{:02}:{:02}", fields.hour, fields.minute)
    }

    /// `18:00 CET`.
    pub fn clock_zone(&self, at: Instant) -> String {
        let moment = self.moment(at);
        format!("{} {}", moment.clock, moment.abbreviation)
    }

    /// `Sat 21 Nov`.
    pub fn day(&self, at: Instant) -> String {
        let fields = self.fields(at);
        format!("{} {} {}", short(weekday(fields)), fields.day, short(month(fields)))
    }

    /// `18:00` on the day of `beside`, else `Sat 21 Nov, 18:00`.
    pub fn when(&self, at: Instant, beside: Instant) -> String {
        if self.midnight(at) == self.midnight(beside) {
            return self.clock(at);
        }
        format!("{}, {}", self.day(at), self.clock(at))
    }

    /// `on Sat 21 Nov`, `between Sat 21 Nov and Tue 24 Nov`.
    pub fn days(&self, from: Instant, until: Instant) -> String {
        let (from, until) = (self.day(from), self.day(until));
        if from == until { format!("on {from}") } else { format!("between {from} and {until}") }
    }

    /// `Sat 21 Nov, 18:00–18:45 CET`.
    pub fn span_words(&self, from: Instant, until: Instant) -> String {
        let until_words = self.when(until, from);
        format!("{}, {}–{until_words} {}", self.day(from), self.clock(from), self.moment(from).abbreviation)
    }

    /// `Europe/Lisbon (WET, UTC+0)`.
    pub fn zone_words(&self, at: Instant) -> String {
        let wall = self.zone.wall(Moment(at.0));
        let offset = offset_words(wall.offset_seconds);
        let named = wall.abbreviation.starts_with(char::is_alphabetic) && wall.abbreviation != "UTC";
        let short = if named { format!("{}, {offset}", wall.abbreviation) } else { offset };
        format!("{} ({short})", self.zone.name())
    }

    /// The last midnight on this wall.
    pub fn midnight(&self, at: Instant) -> Civil {
        self.zone.local(Moment(at.0)).at_clock(0)
    }

    /// The instant of a time on this wall.
    pub fn instant(&self, local: Civil) -> Instant {
        Instant(self.zone.moment(local).0)
    }

    /// What stands on the calendar and the clock.
    pub fn fields(&self, at: Instant) -> Fields {
        self.zone.local(Moment(at.0)).fields()
    }
}

/// A zone of the books that is in no database.
#[derive(Debug)]
struct Gone(String);

impl std::fmt::Display for Gone {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "no zone {}", self.0)
    }
}

impl std::error::Error for Gone {}

/// `Saturday`.
pub(super) fn weekday(fields: Fields) -> &'static str {
    fields.weekday_name()
}

/// `November`.
pub(super) fn month(fields: Fields) -> &'static str {
    fields.month_name()
}

/// The first three letters.
pub(super) fn short(name: &str) -> &str {
    name.get(..3).unwrap_or(name)
}

/// `UTC+1`, `UTC+5:30`.
fn offset_words(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.unsigned_abs() / 3_600, seconds.unsigned_abs() / 60 % 60);
    if minutes == 0 { format!("UTC{sign}{hours}") } else { format!("UTC{sign}{hours}:{minutes:02}") }
}

/// RFC 3339 with the wall's offset.
fn instant_text(local: Civil, offset_seconds: i32) -> String {
    let sign = if offset_seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_seconds.unsigned_abs() / 3_600, offset_seconds.unsigned_abs() / 60 % 60);
    format!("{local}{sign}{hours:02}:{minutes:02}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_ical::zone::Zones;

    fn wall(zone: &str) -> Wall {
        Wall { zone: Zones::bundled().zone(zone).unwrap() }
    }

    /// A time names its zone and its offset; where a zone has no letters, the offset stands for them.
    #[test]
    fn names_zones() {
        // 2026-12-04T17:00:00Z.
        let at = Instant(1_796_403_600_000);
        let later = Instant(at.0 + 45 * 60_000);
        let berlin = wall("Europe/Berlin");
        let span = berlin.long_span(at, later);
        assert_eq!(span.start.instant, "2026-12-04T18:00:00+01:00");
        assert_eq!(span.start.abbreviation, "CET (UTC+1)");
        assert_eq!(berlin.span_words(at, later), "Fri 4 Dec, 18:00–18:45 CET");
        assert_eq!(wall("Asia/Kolkata").zone_words(at), "Asia/Kolkata (IST, UTC+5:30)");
        assert_eq!(wall("America/Sao_Paulo").clock_zone(at), "14:00 UTC-3");
        assert_eq!(wall("UTC").zone_words(at), "UTC (UTC+0)");
        assert_eq!(berlin.when(Instant(at.0 + 86_400_000), at), "Sat 5 Dec, 18:00");
    }
}
