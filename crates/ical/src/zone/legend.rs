//! What the zone names of one document mean: each to a zone of the database, or a question.
//!
//! A name is tried in this order: as it stands; behind a path, as global names have it; by the tables of
//! [`super::alias`]; by the place that its VTIMEZONE names; by the cities that it names, when they agree; by the rules
//! of its VTIMEZONE; by an offset, when it is nothing else. What is left is a question, never a guess. Start at [`Legend::of`] and [`Legend::place`].

use std::collections::BTreeMap;

use super::alias::alias;
use super::own::{fixed, zone_of_rules};
use super::{WallTime, Zone, Zones};
use crate::document::{Document, Node};
use crate::text::value::Time;
use crate::time::{Civil, Moment};

/// Names of one document that are looked at; more than these are questions.
const NAMES_MAX: usize = 200;
/// VTIMEZONEs of one document whose rules are looked at: each is compared with the zones of the world.
const RULES_MAX: usize = 20;

/// The zones of one document.
#[derive(Clone, Debug)]
pub struct Legend {
    zones: Zones,
    floating: Zone,
    found: BTreeMap<String, Result<Found, Question>>,
}

/// A zone and how its name led to it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The zone.
    pub zone: Zone,
    /// How.
    pub how: How,
}

/// How a name led to a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It is the zone's own name.
    Itself,
    /// The name is a known one of another program, or has the zone's own inside it.
    Alias,
    /// Its VTIMEZONE's rules are those of the zone, in the years in which it is used.
    Rules,
    /// Somebody was asked.
    Told,
}

/// Which zone is meant? Nothing says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name as written.
    pub tzid: String,
    /// Names that are near to it, best first.
    pub nearest: Vec<String>,
}

/// A time on a zone's wall.
#[derive(Clone, Debug)]
pub struct Place {
    /// What the wall shows; midnight for a whole day.
    pub local: Civil,
    /// Whether it is the second time that the wall shows it.
    pub is_second: bool,
    /// The zone.
    pub zone: Zone,
    /// Whether it is a day without a time.
    pub whole_day: bool,
}

impl Place {
    /// A time on the wall of a zone.
    pub fn at(time: impl Into<WallTime>, zone: &Zone) -> Self {
        let WallTime { local, is_second } = time.into();
        Self { local, is_second, zone: zone.clone(), whole_day: false }
    }

    /// Another time on the same wall.
    #[must_use]
    pub fn with(&self, time: impl Into<WallTime>) -> Self {
        Self { whole_day: self.whole_day, ..Self::at(time, &self.zone) }
    }

    /// What the wall shows, and which one it is where it shows it twice.
    pub const fn wall_time(&self) -> WallTime {
        WallTime { local: self.local, is_second: self.is_second }
    }

    /// It as a property's value. Beside the name of a zone a time is the first of those that the clocks show alike, so
    /// that the second is written in UTC.
    pub fn time(&self) -> Time {
        match self.zone.name() {
            _ if self.whole_day => Time::Date(self.local),
            name if name != "UTC" && !self.is_second => {
                Time::Zoned { tzid: name.to_owned(), local: self.local }
            }
            _ => Time::Utc(self.moment()),
        }
    }

    /// The moment by RFC 5545.
    pub fn moment(&self) -> Moment {
        self.zone.moment(self.wall_time())
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Self) -> bool {
        let parts = |place: &Self| (place.wall_time(), place.whole_day);
        parts(self) == parts(other) && self.zone.name() == other.zone.name()
    }
}

impl Eq for Place {}

impl Legend {
    /// The meaning of the names in a document; a time without a zone is read on the wall of `floating`.
    pub fn of(document: &Document, zones: &Zones, floating: Zone) -> Self {
        let mut legend = Self { zones: zones.clone(), floating, found: BTreeMap::new() };
        let events = document.nodes("VEVENT").flat_map(|node| node.properties());
        for tzid in events.filter_map(|property| property.param("TZID")) {
            if !legend.found.contains_key(tzid) && legend.found.len() < NAMES_MAX {
                let meaning = legend.read(tzid, document);
                legend.found.insert(tzid.to_owned(), meaning);
            }
        }
        legend
    }

    /// What a name means.
    ///
    /// # Errors
    /// The question, when nothing says so.
    pub fn meaning(&self, tzid: &str) -> Result<&Found, Question> {
        let known = self.found.get(tzid.trim());
        let unknown = || Question { tzid: tzid.to_owned(), nearest: Vec::new() };
        known.ok_or_else(unknown)?.as_ref().map_err(Clone::clone)
    }

    /// The same where each question is answered with one zone, by somebody who knows.
    #[must_use]
    pub fn answered(mut self, zone: &Zone) -> Self {
        for meaning in self.found.values_mut().filter(|meaning| meaning.is_err()) {
            *meaning = Ok(Found { zone: zone.clone(), how: How::Told });
        }
        self
    }

    /// All names of the document with their meaning, by name.
    pub fn names(&self) -> impl Iterator<Item = (&str, Result<&Found, &Question>)> {
        self.found.iter().map(|(name, meaning)| (name.as_str(), meaning.as_ref()))
    }

    /// Where a time is. UTC is a zone too; a whole day and a time without a zone are on the calendar's own wall.
    ///
    /// # Errors
    /// The question about its zone.
    pub fn place(&self, time: &Time) -> Result<Place, Question> {
        let zone = match time {
            Time::Date(_) | Time::Floating(_) => self.floating.clone(),
            Time::Utc(_) => self.utc(),
            Time::Zoned { tzid, .. } => self.meaning(tzid)?.zone.clone(),
        };
        Ok(Place { whole_day: time.is_date(), ..Place::at(time.local(), &zone) })
    }

    /// The zone of times that name none.
    pub const fn floating(&self) -> &Zone {
        &self.floating
    }

    fn utc(&self) -> Zone {
        self.zones.zone("UTC").unwrap_or_else(|_| self.floating.clone())
    }

    fn read(&self, tzid: &str, document: &Document) -> Result<Found, Question> {
        if let Ok(zone) = self.zones.zone(tzid) {
            return Ok(Found { zone, how: How::Itself });
        }
        let own = document.nodes("VTIMEZONE").find(|node| {
            let name = node.text("TZID");
            // A comma in a name is escaped there, and not in a parameter.
            name.is_some_and(|name| name.trim() == tzid)
        });
        let said = own.and_then(|node| node.text("X-LIC-LOCATION"));
        let known = self
            .behind_path(tzid)
            .or_else(|| self.zones.zone(alias(tzid).or_else(|| alias(behind_offset(tzid)))?).ok())
            .or_else(|| self.zones.zone(said?.trim()).ok())
            .or_else(|| self.by_cities(tzid));
        if let Some(zone) = known {
            return Ok(Found { zone, how: How::Alias });
        }
        let question = || Question { tzid: tzid.to_owned(), nearest: self.zones.nearest(tzid) };
        let by_rules = match own {
            Some(node) => self.by_rules(tzid, node, document),
            None => self.by_offset(tzid),
        };
        by_rules.map(|zone| Found { zone, how: How::Rules }).ok_or_else(question)
    }

    /// In the last year in which the name is used and the two after it the rules must be a zone's.
    fn by_rules(&self, tzid: &str, node: Node<'_>, document: &Document) -> Option<Zone> {
        let tried = self.found.values().flatten().filter(|found| found.how == How::Rules).count();
        if tried >= RULES_MAX {
            return None;
        }
        let events = document.nodes("VEVENT").flat_map(|node| node.properties());
        let used = events.filter(|property| property.param("TZID") == Some(tzid)).filter_map(Time::of);
        let year = used.map(|time| time.local().fields().year).max()?;
        let (from, until) = (Civil::date(year, 1, 1)?, Civil::date(year.checked_add(3)?, 1, 1)?);
        zone_of_rules(node, &self.zones, Moment(from.0 * 1_000), Moment(until.0 * 1_000))
    }

    /// `UTC+11` and `GMT +0200` say all there is to know.
    fn by_offset(&self, tzid: &str) -> Option<Zone> {
        let text = tzid.replace([' ', '(', ')'], "");
        let offset = text.strip_prefix("UTC").or_else(|| text.strip_prefix("GMT"))?;
        let (sign, digits) = match offset.split_at_checked(1)? {
            ("+", digits) => (1, digits.replace([':', '.'], "")),
            ("-", digits) => (-1, digits.replace([':', '.'], "")),
            _ => return None,
        };
        let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
        let hours: i64 = digits.get(..digits.len().min(2)).filter(|_| is_number)?.parse().ok()?;
        let minutes: i64 = if digits.len() == 4 { digits[2..].parse().ok()? } else { 0 };
        matches!(digits.len(), 1 | 2 | 4).then_some(())?;
        fixed(sign * (hours * 3_600 + minutes * 60), &self.zones)
    }

    /// Global names have a path before the zone's own: `/mozilla.org/20050126_1/Europe/Berlin`.
    fn behind_path(&self, tzid: &str) -> Option<Zone> {
        let is_global =
            tzid.starts_with('/') || ["posix/", "right/"].iter().any(|path| tzid.starts_with(path));
        let mut rest = is_global.then_some(tzid)?;
        // One segment alone would find `CET` in a path that means something else.
        while let Some((_, behind)) = rest.split_once('/').filter(|(_, behind)| behind.contains('/')) {
            if let Ok(zone) = self.zones.zone(behind) {
                return Some(zone);
            }
            rest = behind;
        }
        None
    }

    /// `(UTC+01:00) Amsterdam, Berlin, Bern`: the first city that the database knows, when all of those have the
    /// same time now and through the coming years.
    fn by_cities(&self, tzid: &str) -> Option<Zone> {
        let cities: Vec<Zone> = behind_offset(tzid)
            .split([',', ';', '/'])
            .take(12)
            .filter_map(|city| self.zones.city(city))
            .collect();
        let (first, others) = cities.split_first()?;
        others.iter().all(|other| agree(first, other)).then(|| first.clone())
    }
}

/// `(UTC-05:00) Eastern Time (US & Canada)` without its offset.
fn behind_offset(tzid: &str) -> &str {
    match tzid.split_once(')') {
        Some((offset, names)) if offset.starts_with('(') => names,
        _ => tzid,
    }
}

/// Whether two zones have the same offsets from 2024 to 2030.
fn agree(left: &Zone, right: &Zone) -> bool {
    let (from, until) = (Moment(1_704_067_200_000), Moment(1_893_456_000_000));
    let offsets = |zone: &Zone| {
        let changes = zone.changes(from, until, 100);
        (zone.offset_at(from).0, changes.into_iter().map(|change| (change.at, change.to)).collect::<Vec<_>>())
    };
    offsets(left) == offsets(right)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn legend(tzid: &str, zone: &str) -> Legend {
        let text = format!(
            "BEGIN:VCALENDAR\n{zone}BEGIN:VEVENT\nDTSTART;TZID=\"{tzid}\":20261204T180000\nEND:VEVENT\nEND:VCALENDAR\n"
        );
        let zones = Zones::bundled();
        let floating = zones.zone("Europe/Lisbon").unwrap();
        Legend::of(&Document::read(text).unwrap(), &zones, floating)
    }

    fn meaning(tzid: &str) -> Result<String, Question> {
        legend(tzid, "").meaning(tzid).map(|found| found.zone.name().to_owned())
    }

    /// Each way in which a name leads to a zone, as seen in calendars.
    #[test]
    fn names_lead_to_zones() {
        for (tzid, zone) in [
            ("Europe/Berlin ", "Europe/Berlin"),
            ("W. Europe Standard Time", "Europe/Berlin"),
            ("Pacific Time (US & Canada); Tijuana", "America/Los_Angeles"),
            ("/mozilla.org/20070129_1/America/New_York", "America/New_York"),
            ("/softwarestudio.org/Tzfile/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
            ("posix/Europe/Vaduz", "Europe/Vaduz"),
            ("(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "Europe/Amsterdam"),
            ("(GMT+10.00) Canberra / Melbourne / Sydney", "Australia/Canberra"),
            ("(UTC-05:00) Eastern Time (US & Canada)", "America/New_York"),
            ("Kuala Lumpur, Singapore", "Asia/Kuala_Lumpur"),
        ] {
            assert_eq!(meaning(tzid).as_deref(), Ok(zone), "{tzid}");
        }
    }

    /// Where only the VTIMEZONE knows, its rules are compared with those of the world's zones.
    #[test]
    fn rules_lead_to_zones() {
        let part = |kind: &str, rule: &str, from: &str, to: &str| {
            format!(
                "BEGIN:{kind}\nDTSTART:19700101T020000\nRRULE:FREQ=YEARLY;{rule}\nTZOFFSETFROM:{from}\nTZOFFSETTO:{to}\nEND:{kind}\n"
            )
        };
        let own = |day: &str| {
            let summer = part("DAYLIGHT", &format!("BYMONTH=3;BYDAY={day}"), "+0100", "+0200");
            let winter = part("STANDARD", "BYMONTH=10;BYDAY=-1SU;BYHOUR=3", "+0200", "+0100");
            format!("BEGIN:VTIMEZONE\nTZID:Customized\n{summer}{winter}END:VTIMEZONE\n")
        };
        let meaning = |own: &str| {
            let legend = legend("Customized", own);
            legend.meaning("Customized").map(|found| (found.zone.name().to_owned(), found.how))
        };
        assert_eq!(meaning(&own("-1SU")), Ok(("Europe/Berlin".to_owned(), How::Rules)));
        assert!(meaning(&own("-2SU")).is_err());
        let fixed = "BEGIN:VTIMEZONE\nTZID:Customized\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+1100\nTZOFFSETTO:+1100\nEND:STANDARD\nEND:VTIMEZONE\n";
        assert_eq!(meaning(fixed), Ok(("Etc/GMT-11".to_owned(), How::Rules)));
        assert_eq!(super::tests::meaning("UTC+11").as_deref(), Ok("Etc/GMT-11"));
        assert_eq!(super::tests::meaning("(GMT -03:00)").as_deref(), Ok("Etc/GMT+3"));
    }

    /// What says nothing certain is a question: unknown names, and cities that disagree.
    #[test]
    fn unclear_names_are_questions() {
        for tzid in ["Nowhere/Middle", "Customized Time Zone 1", "/Europe/CUSTOM", "Berlin, Lisbon", "x"] {
            assert_eq!(meaning(tzid).unwrap_err().tzid, tzid);
        }
    }

    /// The VTIMEZONE may name the place; a time without a zone is on the calendar's wall.
    #[test]
    fn the_document_helps() {
        let own = "BEGIN:VTIMEZONE\nTZID:A\\, b\nX-LIC-LOCATION:Asia/Tokyo\nEND:VTIMEZONE\n";
        let legend = legend("A, b", own);
        assert_eq!(legend.meaning("A, b").unwrap().zone.name(), "Asia/Tokyo");
        let floating = legend.place(&Time::parse("20261204T180000", None).unwrap()).unwrap();
        assert_eq!(floating.moment(), Moment::parse("2026-12-04T18:00:00Z").unwrap());
    }
}
