//! One calendar entry as CalDAV stores it: a document with one VEVENT, or a series with its overrides.
//!
//! Here: what a document must be for that, its fields, and edits that keep every other byte. What changed between
//! two of them is in [`diff`]. Start at [`Object::read`].

use std::fmt;

use crate::document::edit::Edit;
use crate::document::{ComponentAt, DOCUMENT_BYTES_MAX, Document, Flaw};
use crate::entry::Entry;
use crate::feed::vtimezone;
use crate::text::property::Property;
use crate::text::value::Time;
use crate::time::Moment;
use crate::zone::legend::{Legend, Place};
use crate::zone::{Zone, Zones};

pub mod diff;

/// Bytes of one object at most: room for a long series and a small picture.
pub const OBJECT_BYTES_MAX: usize = 1024 * 1024;
/// Overrides of one object at most.
pub const OVERRIDES_MAX: usize = 1_000;
/// A zone that is written into an object covers so much before and behind its times: a series may grow.
const ZONE_BEFORE_SECONDS: i64 = 86_400;
const ZONE_BEHIND_SECONDS: i64 = 5 * 366 * 86_400;

const _: () = assert!(OBJECT_BYTES_MAX <= DOCUMENT_BYTES_MAX);

/// A document that CalDAV may store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    document: Document,
    uid: String,
    master: Entry,
    overrides: Vec<Entry>,
}

/// Why a document is no such object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// More bytes than [`OBJECT_BYTES_MAX`].
    TooBig,
    /// A line that makes no sense.
    Unreadable(Flaw),
    /// Not exactly one VCALENDAR.
    NotOneCalendar,
    /// A METHOD: that is a message, and not stored.
    Method,
    /// A component of this kind, which is not kept here.
    Component(String),
    /// No VEVENT.
    NoEntry,
    /// A VEVENT without a UID.
    NoUid,
    /// More than one UID.
    SeveralUids,
    /// Not exactly one VEVENT without a RECURRENCE-ID.
    NotOneMaster,
    /// More overrides than [`OVERRIDES_MAX`].
    TooManyOverrides,
    /// No DTSTART.
    NoStart,
    /// The value of a property can't be read.
    Value(String),
}

/// A change to a VEVENT of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Amend {
    /// It starts there.
    Start(Place),
    /// It ends there; a DURATION goes.
    End(Place),
    /// Its title.
    Summary(String),
    /// Where it is; empty for nowhere.
    Location(String),
    /// Its status, as `CONFIRMED`.
    Status(&'static str),
    /// How often it was changed.
    Sequence(u32),
    /// Another property, in place of the first of its name.
    Set(Property),
    /// Another property is not there.
    Remove(String),
}

impl Object {
    /// Reads what a client wants stored.
    ///
    /// ```
    /// use dayshelf_ical::object::{Object, Unfit};
    /// let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20261204\nEND:VEVENT\nEND:VCALENDAR\n";
    /// assert_eq!(Object::read(text).unwrap().uid(), "1");
    /// assert_eq!(Object::read(text.replace("VEVENT", "VTODO")), Err(Unfit::Component("VTODO".into())));
    /// ```
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn read(bytes: impl Into<Vec<u8>>) -> Result<Self, Unfit> {
        let bytes = bytes.into();
        if bytes.len() > OBJECT_BYTES_MAX {
            return Err(Unfit::TooBig);
        }
        Self::of(Document::read(bytes).map_err(|_| Unfit::TooBig)?)
    }

    /// The object that a document is.
    ///
    /// # Errors
    /// What is wrong with it first.
    pub fn of(document: Document) -> Result<Self, Unfit> {
        if let Some(flaw) = document.flaws().first() {
            return Err(Unfit::Unreadable(flaw.clone()));
        }
        check_components(&document)?;
        let mut entries: Vec<Entry> = document.nodes("VEVENT").map(Entry::read).collect();
        let uid = check_entries(&entries)?;
        let master = entries.iter().position(|entry| entry.recurrence_id.is_none());
        let master = entries.remove(master.ok_or(Unfit::NotOneMaster)?);
        if entries.iter().any(|entry| entry.recurrence_id.is_none()) {
            return Err(Unfit::NotOneMaster);
        }
        if entries.len() > OVERRIDES_MAX {
            return Err(Unfit::TooManyOverrides);
        }
        Ok(Self { document, uid, master, overrides: entries })
    }

    /// The bytes as they are stored.
    pub fn bytes(&self) -> &[u8] {
        self.document.bytes()
    }

    /// The document.
    pub const fn document(&self) -> &Document {
        &self.document
    }

    /// Its name for ever.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// The VEVENT, or the one that describes the series.
    pub const fn master(&self) -> &Entry {
        &self.master
    }

    /// Occurrences of the series that differ from it.
    pub fn overrides(&self) -> &[Entry] {
        &self.overrides
    }

    /// What its zones' names mean in a calendar of this zone.
    pub fn legend(&self, zones: &Zones, floating: &Zone) -> Legend {
        Legend::of(&self.document, zones, floating.clone())
    }

    /// The object after changes to one of its VEVENTs; every byte that they do not name stays.
    ///
    /// # Errors
    /// When it would be too big afterwards, or none of its VEVENTs is there.
    pub fn amended(&self, at: ComponentAt, changes: &[Amend], legend: &Legend) -> Result<Self, Unfit> {
        let entries = || std::iter::once(&self.master).chain(&self.overrides);
        let entry = entries().find(|entry| entry.at == at).ok_or(Unfit::NoEntry)?;
        let mut edits = Vec::new();
        let mut zones: Vec<(Zone, Moment)> = Vec::new();
        for change in changes {
            let place = match change {
                Amend::Start(place) | Amend::End(place) => Some(place),
                _ => None,
            };
            edits.extend(self.edits(entry, change, legend));
            zones.extend(place.map(|place| (place.zone.clone(), place.moment())));
        }
        let mut document = self.document.edited(at, &edits);
        for (zone, moment) in zones {
            document = with_zone(document, &zone, moment);
        }
        if document.bytes().len() > OBJECT_BYTES_MAX {
            return Err(Unfit::TooBig);
        }
        Self::of(document)
    }

    fn edits(&self, entry: &Entry, change: &Amend, legend: &Legend) -> Vec<Edit> {
        let time = |name: &str, place: &Place| {
            let there = self.document.node(entry.at).and_then(|node| node.property(name)).and_then(Time::of);
            Edit::Set(written(place, there.as_ref().or(entry.start.as_ref()), legend).property(name))
        };
        match change {
            Amend::Start(place) => vec![time("DTSTART", place)],
            Amend::End(place) => vec![Edit::Remove("DURATION".to_owned()), time("DTEND", place)],
            Amend::Summary(text) => vec![Edit::SetValue(Property::text("SUMMARY", text))],
            Amend::Location(text) if text.is_empty() => vec![Edit::Remove("LOCATION".to_owned())],
            Amend::Location(text) => vec![Edit::SetValue(Property::text("LOCATION", text))],
            Amend::Status(status) => vec![Edit::SetValue(Property::plain("STATUS", *status))],
            Amend::Sequence(count) => vec![Edit::SetValue(Property::plain("SEQUENCE", count.to_string()))],
            Amend::Set(property) => vec![Edit::Set(property.clone())],
            Amend::Remove(name) => vec![Edit::Remove(name.clone())],
        }
    }
}

/// A place as the line says that it replaces: with its name for the zone, if that means the same zone.
fn written(place: &Place, there: Option<&Time>, legend: &Legend) -> Time {
    let local = place.local;
    let name = place.zone.name();
    match there {
        _ if place.whole_day || place.is_second => place.time(),
        Some(Time::Zoned { tzid, .. })
            if legend.meaning(tzid).is_ok_and(|found| found.zone.name() == name) =>
        {
            Time::Zoned { tzid: tzid.clone(), local }
        }
        Some(Time::Floating(_)) if legend.floating().name() == name => Time::Floating(local),
        _ => place.time(),
    }
}

/// The document with the zone's rules, if a time in it names the zone and nothing says its rules.
fn with_zone(document: Document, zone: &Zone, moment: Moment) -> Document {
    let names = |property: &Property| property.param("TZID") == Some(zone.name());
    let is_used = document.nodes("VEVENT").any(|node| node.properties().any(names));
    let is_there = document.nodes("VTIMEZONE").any(|node| node.text("TZID").as_deref() == Some(zone.name()));
    let calendar = document.roots().next().map(|node| node.at());
    let Some(calendar) = calendar.filter(|_| is_used && !is_there) else { return document };
    let (from, until) = (moment.plus_seconds(-ZONE_BEFORE_SECONDS), moment.plus_seconds(ZONE_BEHIND_SECONDS));
    document.with_component_first(calendar, &vtimezone::lines(zone, from, until))
}

fn check_components(document: &Document) -> Result<(), Unfit> {
    let mut roots = document.roots();
    let calendar = roots.next().filter(|root| root.kind() == "VCALENDAR").ok_or(Unfit::NotOneCalendar)?;
    if roots.next().is_some() {
        return Err(Unfit::NotOneCalendar);
    }
    if calendar.property("METHOD").is_some() {
        return Err(Unfit::Method);
    }
    let kept = |kind: &str| matches!(kind, "VEVENT" | "VTIMEZONE");
    match calendar.children().find(|child| !kept(child.kind())) {
        Some(other) => Err(Unfit::Component(other.kind().to_owned())),
        None => Ok(()),
    }
}

/// The one UID of all entries.
fn check_entries(entries: &[Entry]) -> Result<String, Unfit> {
    let uid = entries.first().ok_or(Unfit::NoEntry)?.uid.clone().ok_or(Unfit::NoUid)?;
    for entry in entries {
        match &entry.uid {
            None => return Err(Unfit::NoUid),
            Some(other) if *other != uid => return Err(Unfit::SeveralUids),
            Some(_) => {}
        }
        if let Some(name) = entry.unread.first() {
            return Err(Unfit::Value(name.clone()));
        }
        if entry.start.is_none() {
            return Err(Unfit::NoStart);
        }
    }
    Ok(uid)
}

impl fmt::Display for Unfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooBig => write!(out, "more than {OBJECT_BYTES_MAX} bytes"),
            Self::Unreadable(flaw) => write!(out, "{flaw}"),
            Self::NotOneCalendar => out.write_str("not exactly one VCALENDAR"),
            Self::Method => out.write_str("a METHOD makes it a message, which is not stored"),
            Self::Component(kind) => write!(out, "a {kind}: only VEVENT is kept here"),
            Self::NoEntry => out.write_str("no VEVENT"),
            Self::NoUid => out.write_str("a VEVENT without a UID"),
            Self::SeveralUids => out.write_str("more than one UID"),
            Self::NotOneMaster => out.write_str("not exactly one VEVENT without a RECURRENCE-ID"),
            Self::TooManyOverrides => write!(out, "more than {OVERRIDES_MAX} overrides"),
            Self::NoStart => out.write_str("a VEVENT without a DTSTART"),
            Self::Value(name) => write!(out, "the value of {name} can't be read"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Civil;

    const TEXT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=W. Europe Standard Time:20261204T180000\r\nDURATION:PT1H\r\nSUMMARY;LANGUAGE=en:Kiln\r\nX-OWN:\u{e4}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    /// Each way to be unfit is told from the others.
    #[test]
    fn unfit_documents() {
        let second = "BEGIN:VEVENT\r\nUID:2\r\nDTSTART:20261204\r\nEND:VEVENT\r\n";
        let with = |text: &str| TEXT.replace("END:VCALENDAR", &format!("{text}END:VCALENDAR"));
        for (text, expected) in [
            (TEXT.repeat(2), Unfit::NotOneCalendar),
            (TEXT.replace("VERSION:2.0", "METHOD:REQUEST"), Unfit::Method),
            (TEXT.replace("UID:1\r\n", ""), Unfit::NoUid),
            (TEXT.replace("20261204T180000", "soon"), Unfit::Value("DTSTART".to_owned())),
            (TEXT.replace("DTSTART", "DTSTAMP"), Unfit::NoStart),
            (TEXT.replace("DURATION:PT1H", "RECURRENCE-ID:20261204"), Unfit::NotOneMaster),
            (with(second), Unfit::SeveralUids),
            (with(&second.replace("UID:2", "UID:1")), Unfit::NotOneMaster),
            (with(&second.replace("VEVENT", "VTODO")), Unfit::Component("VTODO".to_owned())),
            ("BEGIN:VCALENDAR\nEND:VCALENDAR\n".to_owned(), Unfit::NoEntry),
            ("A".repeat(OBJECT_BYTES_MAX + 1), Unfit::TooBig),
            (String::new(), Unfit::NotOneCalendar),
        ] {
            assert_eq!(Object::read(text.clone()), Err(expected), "{text}");
        }
        assert!(matches!(Object::read(TEXT.replace("END:VEVENT", "x")), Err(Unfit::Unreadable(_))));
        let override_too = with(&second.replace("UID:2", "UID:1\r\nRECURRENCE-ID:20261204"));
        assert_eq!(Object::read(override_too).unwrap().overrides().len(), 1);
    }

    /// A move keeps the name that the organiser's app has for the zone; another zone comes with its rules.
    #[test]
    fn moves_in_its_own_words() {
        let zones = Zones::bundled();
        let berlin = zones.zone("Europe/Berlin").unwrap();
        let object = Object::read(TEXT).unwrap();
        let legend = object.legend(&zones, &berlin);
        let at = |zone: &Zone, text: &str| Place::at(Civil::parse(text).unwrap(), zone);
        let changes =
            [Amend::Start(at(&berlin, "2026-12-04T19:00")), Amend::Status("CONFIRMED"), Amend::Sequence(1)];
        let moved = object.amended(object.master().at, &changes, &legend).unwrap();
        let expected = TEXT
            .replace("20261204T180000", "20261204T190000")
            .replace("END:VEVENT", "STATUS:CONFIRMED\r\nSEQUENCE:1\r\nEND:VEVENT");
        assert_eq!(std::str::from_utf8(moved.bytes()), Ok(expected.as_str()));

        let tokyo = zones.zone("Asia/Tokyo").unwrap();
        let changes = [
            Amend::Start(at(&tokyo, "2026-12-05T10:00")),
            Amend::End(at(&tokyo, "2026-12-05T11:00")),
            Amend::Summary("Kiln, far".to_owned()),
        ];
        let far = moved.amended(moved.master().at, &changes, &legend).unwrap();
        let text = std::str::from_utf8(far.bytes()).unwrap();
        for line in [
            "DTSTART;TZID=Asia/Tokyo:20261205T100000\r\nSUMMARY;LANGUAGE=en:Kiln\\, far\r\n",
            "DTEND;TZID=Asia/Tokyo:20261205T110000\r\n",
            "VERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        assert!(!text.contains("DURATION"));
        assert_eq!(far.document().nodes("VTIMEZONE").count(), 1);
    }
}
