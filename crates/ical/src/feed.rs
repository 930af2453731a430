//! Calendars as text by RFC 5545 and RFC 7986, for feeds and downloads. Writing only.
//!
//! Lines are folded at 75 octets on UTF-8 borders and end in CRLF; every zone that an entry names comes
//! with a VTIMEZONE made from the zone's own changes. Start at [`Calendar`].

use std::collections::BTreeMap;

use crate::text::fold;
use crate::text::value::{basic, escaped};
use crate::time::{Civil, Moment};
use crate::zone::legend::Place;
use crate::zone::{WallTime, Zone};

pub(crate) mod vtimezone;

/// A day on each side, so that a zone's rules cover every entry whole.
const MARGIN_SECONDS: i64 = 86_400;

/// A calendar to write.
#[derive(Clone, Debug)]
pub struct Calendar<'c> {
    /// What made it, as `-//Dayshelf//Dayshelf 0.1//EN`.
    pub made_by: &'c str,
    /// Its name for people.
    pub name: &'c str,
    /// Where a reader should look again, and after how long; none for a single download.
    pub feed: Option<Feed<'c>>,
    /// Its entries.
    pub entries: Vec<Entry<'c>>,
}

/// What a calendar says about itself when somebody subscribes to it.
#[derive(Clone, Copy, Debug)]
pub struct Feed<'c> {
    /// Its own address; empty for one that nobody else may learn.
    pub source: &'c str,
    /// Seconds after which a reader should look again.
    pub refresh_seconds: u64,
    /// A colour by its name in CSS.
    pub color: &'c str,
}

/// Whether an entry takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not certain.
    Tentative,
    /// It does.
    Confirmed,
    /// It was called off.
    Cancelled,
}

/// An entry of a calendar.
#[derive(Clone, Debug)]
pub struct Entry<'c> {
    /// Its name for ever, unique in the world.
    pub uid: String,
    /// When this text was made.
    pub stamp: Moment,
    /// When it starts, on its zone's wall.
    pub start: WallTime,
    /// When it ends, on its zone's wall.
    pub end: WallTime,
    /// Its zone.
    pub zone: &'c Zone,
    /// Its title.
    pub summary: &'c str,
    /// Its text; left out when empty.
    pub description: &'c str,
    /// Where it is; left out when empty.
    pub location: &'c str,
    /// Its page; left out when empty.
    pub url: &'c str,
    /// The address of its picture; left out when empty.
    pub image: &'c str,
    /// Where it can be watched or listened to while it is on; left out when empty.
    pub conference: &'c str,
    /// Whether it takes place.
    pub status: Status,
    /// Rises with every change of time or place.
    pub sequence: u32,
}

impl Calendar<'_> {
    /// The whole text.
    pub fn write(&self) -> String {
        let mut lines = Lines::default();
        lines.plain("BEGIN:VCALENDAR");
        lines.plain("VERSION:2.0");
        lines.text("PRODID", self.made_by);
        lines.plain("CALSCALE:GREGORIAN");
        lines.plain("METHOD:PUBLISH");
        if !self.name.is_empty() {
            lines.text("NAME", self.name);
            // Older readers know only the name that came before RFC 7986.
            lines.text("X-WR-CALNAME", self.name);
        }
        if let Some(Feed { source, refresh_seconds, color }) = self.feed {
            lines.plain(&format!("REFRESH-INTERVAL;VALUE=DURATION:PT{refresh_seconds}S"));
            lines.plain(&format!("X-PUBLISHED-TTL:PT{refresh_seconds}S"));
            if !source.is_empty() {
                lines.address("SOURCE;VALUE=URI", source);
            }
            lines.text("COLOR", color);
        }
        for (zone, from, until) in self.zones() {
            for line in vtimezone::lines(zone, from, until) {
                lines.plain(&line);
            }
        }
        for entry in &self.entries {
            entry.write(&mut lines);
        }
        lines.plain("END:VCALENDAR");
        lines.out
    }

    /// Each zone once, with the time that its entries cover.
    fn zones(&self) -> impl Iterator<Item = (&Zone, Moment, Moment)> {
        let mut spans: BTreeMap<&str, (&Zone, Moment, Moment)> = BTreeMap::new();
        for entry in self.entries.iter().filter(|entry| entry.zone.name() != "UTC") {
            let from = entry.zone.moment(entry.start).plus_seconds(-MARGIN_SECONDS);
            let until = entry.zone.moment(entry.end).plus_seconds(MARGIN_SECONDS);
            let span = spans.entry(entry.zone.name()).or_insert((entry.zone, from, until));
            *span = (span.0, span.1.min(from), span.2.max(until));
        }
        spans.into_values()
    }
}

impl Entry<'_> {
    fn write(&self, lines: &mut Lines) {
        lines.plain("BEGIN:VEVENT");
        lines.text("UID", &self.uid);
        lines.plain(&format!("DTSTAMP:{}", utc(self.stamp)));
        lines.plain(&self.time("DTSTART", self.start));
        lines.plain(&self.time("DTEND", self.end));
        lines.text("SUMMARY", self.summary);
        for (name, text) in [("DESCRIPTION", self.description), ("LOCATION", self.location)] {
            if !text.is_empty() {
                lines.text(name, text);
            }
        }
        for (name, address) in [
            ("URL", self.url),
            ("IMAGE;VALUE=URI;DISPLAY=FULLSIZE", self.image),
            ("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO", self.conference),
        ] {
            if !address.is_empty() {
                lines.address(name, address);
            }
        }
        lines.plain(match self.status {
            Status::Tentative => "STATUS:TENTATIVE",
            Status::Confirmed => "STATUS:CONFIRMED",
            Status::Cancelled => "STATUS:CANCELLED",
        });
        lines.plain(&format!("SEQUENCE:{}", self.sequence));
        lines.plain("END:VEVENT");
    }

    fn time(&self, name: &str, at: WallTime) -> String {
        Place::at(at, self.zone).time().property(name).to_string()
    }
}

/// Lines of iCalendar text, folded.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    out: String,
}

impl Lines {
    /// A property whose value is text.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.plain(&format!("{name}:{}", escaped(value)));
    }

    /// A property whose value is an address: nothing in it is escaped, and a line end would end the property.
    fn address(&mut self, name: &str, address: &str) {
        let address: String = address.chars().filter(|letter| !letter.is_control()).collect();
        self.plain(&format!("{name}:{address}"));
    }

    /// A line as it is, folded.
    pub(crate) fn plain(&mut self, line: &str) {
        fold(&mut self.out, line, "\r\n");
    }
}

/// `20261204T170000Z`.
fn utc(moment: Moment) -> String {
    format!("{}Z", basic(Civil(moment.0.div_euclid(1_000))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::Zones;

    fn entry<'z>(zone: &'z Zone, summary: &'z str) -> Entry<'z> {
        Entry {
            uid: "slot_1@dayshelf".to_owned(),
            stamp: Moment(1_764_000_000_000),
            start: Civil::parse("2026-12-04T18:00").unwrap().into(),
            end: Civil::parse("2026-12-04T19:05").unwrap().into(),
            zone,
            summary,
            description: "",
            location: "",
            url: "",
            image: "",
            conference: "",
            status: Status::Confirmed,
            sequence: 0,
        }
    }

    fn calendar<'c>(entries: Vec<Entry<'c>>) -> String {
        let made_by = "-//Dayshelf//Test//EN";
        let feed = Feed { source: "https://example.org/feed.ics", refresh_seconds: 900, color: "tomato" };
        Calendar { made_by, name: "Shelf", feed: Some(feed), entries }.write()
    }

    /// No line is longer than 75 octets, no letter is cut, and unfolding gives the text back.
    #[test]
    fn folds_on_letters() {
        let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
        let title = "Krüge, Schalen; «Mond»\\ und 🌙🌙🌙 ".repeat(6);
        let text = calendar(vec![entry(&zone, &title)]);
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
        let unfolded = text.replace("\r\n ", "");
        let line = unfolded.lines().find(|line| line.starts_with("SUMMARY:")).unwrap();
        let read = line["SUMMARY:".len()..].replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\");
        assert_eq!(read, title);
    }

    /// A text can't break out of its property, and an address can't either.
    #[test]
    fn escapes_line_ends() {
        let zone = Zones::bundled().zone("Asia/Tokyo").unwrap();
        let mut sly = entry(&zone, "One\r\nEND:VEVENT\nTwo\u{7}");
        sly.url = "https://example.org/\r\nATTENDEE:x";
        sly.image = "https://example.org/a.png\nATTENDEE:y";
        let text = calendar(vec![sly]);
        assert!(text.contains("SUMMARY:One\\nEND:VEVENT\\nTwo\r\n"));
        assert_eq!(text.matches("\r\nEND:VEVENT").count(), 1);
        assert!(!text.contains("\r\nATTENDEE"));
    }

    /// The zone's change inside the entries' time is there, with the offsets before and after.
    #[test]
    fn writes_the_zone() {
        let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
        let mut late = entry(&zone, "Late");
        (late.start, late.end) = (Civil(1_774_000_000).into(), Civil(1_780_000_000).into());
        let text = calendar(vec![late]);
        let daylight = "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT";
        assert!(text.contains(daylight), "{text}");
        assert!(text.contains("BEGIN:STANDARD"), "{text}");
        assert!(text.contains("DTSTART;TZID=Europe/Berlin:20260320T"), "{text}");
        assert_eq!(text.matches("BEGIN:VTIMEZONE").count(), 1);
    }

    /// Subscribers hear where from, how often, under which name and colour.
    #[test]
    fn says_what_subscribers_need() {
        let text = calendar(Vec::new());
        for line in [
            "NAME:Shelf",
            "X-WR-CALNAME:Shelf",
            "REFRESH-INTERVAL;VALUE=DURATION:PT900S",
            "X-PUBLISHED-TTL:PT900S",
            "SOURCE;VALUE=URI:https://example.org/feed.ics",
            "COLOR:tomato",
        ] {
            assert!(text.contains(&format!("\r\n{line}\r\n")), "{line}");
        }
    }

    /// A time in UTC needs no zone.
    #[test]
    fn utc_needs_no_zone() {
        let zone = Zones::bundled().zone("UTC").unwrap();
        let text = calendar(vec![entry(&zone, "Plain")]);
        assert!(text.contains("DTSTART:20261204T180000Z") && !text.contains("VTIMEZONE"));
    }
}
