//! Calendar data in an answer: the whole text, its occurrences in a time, or some of its properties.
//!
//! Start at [`Data::of`].

use dayshelf_ical::document::Document;
use dayshelf_ical::zone::{Zone, Zones};
use dayshelf_store::StoredEntry;

use crate::no::No;
use crate::occur::{self, Range};
use crate::report::filter::range_of;
use crate::xml::{CALDAV, DAV, Element, Name, escaped};

/// What of an entry's text is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Data {
    shape: Shape,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Shape {
    /// As it is.
    Whole,
    /// Each occurrence in a time as an entry of its own.
    Expanded(Range),
    /// The series, and of its overrides those that matter in a time.
    Limited(Range),
    /// Only these properties of each event.
    Some(Vec<String>),
}

/// The name of the property that carries it.
pub fn name() -> Name {
    Name::new(CALDAV, "calendar-data")
}

impl Data {
    /// What a report asks for; `None` when it asks for no data.
    ///
    /// # Errors
    /// When a time in it can't be read, or another format is wanted.
    pub fn of(body: &Element) -> Result<Option<Self>, No> {
        let asked = body.child(DAV, "prop").and_then(|prop| prop.child(CALDAV, "calendar-data"));
        let Some(asked) = asked else { return Ok(None) };
        let kind = asked.attribute("content-type").unwrap_or("text/calendar");
        if !kind.eq_ignore_ascii_case("text/calendar") {
            return Err(No::caldav("supported-calendar-data"));
        }
        let shape = if let Some(expand) = asked.child(CALDAV, "expand") {
            Shape::Expanded(range_of(expand)?.bounded()?)
        } else if let Some(limit) = asked.child(CALDAV, "limit-recurrence-set") {
            Shape::Limited(range_of(limit)?)
        } else {
            properties(asked).map_or(Shape::Whole, Shape::Some)
        };
        Ok(Some(Self { shape }))
    }

    /// The value of an entry's calendar data, as XML.
    pub fn value(&self, entry: &StoredEntry, zones: &Zones, own: &Zone) -> String {
        let text = match &self.shape {
            Shape::Whole => return escaped(&String::from_utf8_lossy(&entry.body)),
            Shape::Expanded(range) => occur::expanded(&entry.body, *range, zones, own),
            Shape::Limited(range) => occur::limited(&entry.body, *range, zones, own),
            Shape::Some(names) => some(&entry.body, names),
        };
        escaped(&String::from_utf8_lossy(text.as_deref().unwrap_or(&entry.body)))
    }
}

/// The properties that are wanted of events, when not all of them are.
fn properties(asked: &Element) -> Option<Vec<String>> {
    let calendar = asked.child(CALDAV, "comp")?;
    let event = calendar.all(CALDAV, "comp").find(|comp| comp.attribute("name") == Some("VEVENT"))?;
    if event.child(CALDAV, "allprop").is_some() {
        return None;
    }
    let names: Vec<String> = event
        .all(CALDAV, "prop")
        .filter_map(|prop| prop.attribute("name"))
        .map(str::to_ascii_uppercase)
        .collect();
    (!names.is_empty()).then_some(names)
}

/// The text with some properties of its events only. What makes it a text that can be read stays.
fn some(body: &[u8], names: &[String]) -> Option<Vec<u8>> {
    use dayshelf_ical::document::edit::Edit;
    let mut document = Document::read(body).ok()?;
    let count = document.nodes("VEVENT").count();
    for place in 0..count {
        let node = document.nodes("VEVENT").nth(place)?;
        let kept = |name: &str| matches!(name, "UID" | "RECURRENCE-ID" | "DTSTART");
        let gone: Vec<Edit> = node
            .properties()
            .filter(|property| !kept(&property.name) && !names.contains(&property.name))
            .map(|property| Edit::Remove(property.name.clone()))
            .collect();
        let at = node.at();
        document = document.edited(at, &gone);
    }
    Some(document.into_bytes())
}
