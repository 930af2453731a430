//! One entry as a message to one person, by RFC 5546: asked to be there, and told that it is off.
//!
//! The same UID for life, a SEQUENCE that rises with every change of time or place, and a fresh DTSTAMP in every
//! message, so that a mail program shows the newest and drops what is older. How it is mailed is not here. Start at
//! [`Invitation::write`].

use crate::feed::vtimezone;
use crate::text::fold;
use crate::text::property::Property;
use crate::text::value::Time;
use crate::time::Moment;
use crate::zone::legend::Place;
use crate::zone::{WallTime, Zone};

/// A day on each side, so that the zone's rules cover the entry whole.
const MARGIN_SECONDS: i64 = 86_400;

/// What the message wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Put the entry into the calendar, or change it.
    Request,
    /// Take it out.
    Cancel,
}

impl Method {
    /// As it stands in the text and in the mail's content type.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }
}

/// Somebody with an address.
#[derive(Clone, Copy, Debug)]
pub struct Person<'i> {
    /// The name; left out when empty.
    pub name: &'i str,
    /// The mail address.
    pub address: &'i str,
}

/// One entry for one person.
#[derive(Clone, Debug)]
pub struct Invitation<'i> {
    /// What made it, as `-//Dayshelf//Dayshelf 0.1//EN`.
    pub made_by: &'i str,
    /// What it wants.
    pub method: Method,
    /// The entry's name for ever.
    pub uid: &'i str,
    /// Rises with every change of time or place.
    pub sequence: u32,
    /// When this message was made.
    pub stamp: Moment,
    /// Who sends it: the same address for the entry's whole life.
    pub organiser: Person<'i>,
    /// Who gets it.
    pub attendee: Person<'i>,
    /// When it starts, on the zone's wall.
    pub start: WallTime,
    /// When it ends, on the zone's wall.
    pub end: WallTime,
    /// The zone.
    pub zone: &'i Zone,
    /// The title.
    pub summary: &'i str,
    /// The text; left out when empty. It is no place for a secret: calendars are shared.
    pub description: &'i str,
    /// Where; left out when empty.
    pub location: &'i str,
    /// The page; left out when empty.
    pub url: &'i str,
}

impl Invitation<'_> {
    /// The whole text.
    pub fn write(&self) -> String {
        let mut out = String::new();
        let mut line = |text: &str| fold(&mut out, text, "\r\n");
        for text in ["BEGIN:VCALENDAR", "VERSION:2.0"] {
            line(text);
        }
        line(&Property::text("PRODID", self.made_by).to_string());
        line("CALSCALE:GREGORIAN");
        line(&format!("METHOD:{}", self.method.name()));
        if self.zone.name() != "UTC" {
            let from = self.zone.moment(self.start).plus_seconds(-MARGIN_SECONDS);
            let until = self.zone.moment(self.end).plus_seconds(MARGIN_SECONDS);
            vtimezone::lines(self.zone, from, until).iter().for_each(|text| line(text));
        }
        line("BEGIN:VEVENT");
        self.properties().iter().for_each(|property| line(&property.to_string()));
        line("END:VEVENT");
        line("END:VCALENDAR");
        out
    }

    fn properties(&self) -> Vec<Property> {
        let time = |name: &str, at: WallTime| Place::at(at, self.zone).time().property(name);
        let status = match self.method {
            Method::Request => "CONFIRMED",
            Method::Cancel => "CANCELLED",
        };
        let mut all = vec![
            Property::text("UID", self.uid),
            Time::Utc(self.stamp).property("DTSTAMP"),
            time("DTSTART", self.start),
            time("DTEND", self.end),
            Property::text("SUMMARY", self.summary),
            Property::plain("SEQUENCE", self.sequence.to_string()),
            Property::plain("STATUS", status),
            Property::plain("TRANSP", "OPAQUE"),
            address("ORGANIZER", self.organiser),
            // Whoever has bought does not have to be asked whether they come.
            address("ATTENDEE", self.attendee)
                .with("ROLE", "REQ-PARTICIPANT")
                .with("PARTSTAT", "ACCEPTED")
                .with("RSVP", "FALSE"),
        ];
        for (name, text) in [("DESCRIPTION", self.description), ("LOCATION", self.location)] {
            if !text.is_empty() {
                all.push(Property::text(name, text));
            }
        }
        if !self.url.is_empty() {
            all.push(Property::plain("URL", self.url));
        }
        all
    }
}

fn address(name: &str, person: Person<'_>) -> Property {
    let property = Property::plain(name, format!("mailto:{}", person.address));
    if person.name.is_empty() { property } else { property.with("CN", person.name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::time::Civil;
    use crate::zone::Zones;

    /// What mail programs look for is there, once, and can be read back.
    #[test]
    fn says_what_programs_look_for() {
        let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
        let invitation = Invitation {
            made_by: "-//Dayshelf//Test//EN",
            method: Method::Cancel,
            uid: "order_1@dayshelf",
            sequence: 3,
            stamp: Moment(1_764_000_000_000),
            organiser: Person { name: "Yard; \"Kiln\"", address: "shop@example.org" },
            attendee: Person { name: "", address: "ann@example.org" },
            start: Civil::parse("2026-12-04T18:00").unwrap().into(),
            end: Civil::parse("2026-12-04T19:05").unwrap().into(),
            zone: &zone,
            summary: "Kiln, open",
            description: "",
            location: "Yard",
            url: "https://example.org/\r\nATTENDEE:x",
        };
        let text = invitation.write();
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')));
        let document = Document::read(text).unwrap();
        assert_eq!(document.flaws(), []);
        let calendar = document.roots().next().unwrap();
        assert_eq!(calendar.text("METHOD").as_deref(), Some("CANCEL"));
        let entry = document.nodes("VEVENT").next().unwrap();
        for (name, value) in [
            ("UID", "order_1@dayshelf"),
            ("DTSTAMP", "20251124T160000Z"),
            ("DTSTART", "20261204T180000"),
            ("SEQUENCE", "3"),
            ("STATUS", "CANCELLED"),
            ("ORGANIZER", "mailto:shop@example.org"),
            ("ATTENDEE", "mailto:ann@example.org"),
            ("SUMMARY", "Kiln, open"),
        ] {
            assert_eq!(entry.text(name).as_deref(), Some(value), "{name}");
            assert_eq!(entry.named(name).count(), 1, "{name}");
        }
        assert_eq!(entry.property("ORGANIZER").unwrap().param("CN"), Some("Yard; \"Kiln\""));
        assert_eq!(document.nodes("VTIMEZONE").count(), 1);
    }
}
