//! What changed between two versions of an object, and whether it means something.
//!
//! Compared is what is said, not how: the same moment under another name of its zone, an end as a length, a rule
//! with its parts in another order are no change. A status that is left out is no change either: nothing is ever
//! inferred from absence. Start at [`Object::changes`].

use std::collections::BTreeMap;

use super::Object;
use crate::entry::{End, Entry};
use crate::text::value::Time;
use crate::time::{Civil, Moment};
use crate::zone::legend::{Legend, Place};

/// A field that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Whose.
    pub whose: Whose,
    /// Which.
    pub field: Field,
}

/// Which VEVENT of an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    /// The entry itself, or the series.
    Master,
    /// One occurrence of it.
    Occurrence(Which),
}

/// Which occurrence, by what its RECURRENCE-ID says.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Which {
    /// The one on a day.
    Day(Civil),
    /// The one that starts at a moment.
    At(Moment),
    /// One in a zone that nobody knows, as written.
    Unknown(Time),
}

/// The fields that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// DTSTART.
    Start,
    /// DTEND or DURATION.
    End,
    /// RRULE.
    Rule,
    /// RDATE.
    Added,
    /// EXDATE.
    Excepted,
    /// RECURRENCE-ID: an override came or went.
    Occurrence,
    /// LOCATION.
    Location,
    /// SUMMARY.
    Summary,
    /// STATUS.
    Status,
    /// DESCRIPTION.
    Description,
    /// CATEGORIES.
    Categories,
}

impl Field {
    /// Whether customers may have been promised what it says. The rest is the organiser's own.
    pub const fn is_semantic(self) -> bool {
        !matches!(self, Self::Description | Self::Categories)
    }
}

impl Object {
    /// The fields that say something else in `newer`, the master's first, in a calendar of this zone.
    ///
    /// Both versions name their zones by their own text, so each comes with its legend.
    pub fn changes(&self, legend: &Legend, newer: &Self, newer_legend: &Legend) -> Vec<Changed> {
        let (before, after) = (by_whose(self, legend), by_whose(newer, newer_legend));
        let mut found = Vec::new();
        for (whose, new) in &after {
            match before.get(whose) {
                Some(old) => {
                    let fields = changed_fields(&Said::of(old, legend), &Said::of(new, newer_legend));
                    found.extend(fields.map(|field| Changed { whose: whose.clone(), field }));
                }
                None => found.push(Changed { whose: whose.clone(), field: Field::Occurrence }),
            }
        }
        let gone = before.keys().filter(|whose| !after.contains_key(whose));
        found.extend(gone.map(|whose| Changed { whose: whose.clone(), field: Field::Occurrence }));
        found
    }
}

fn by_whose<'o>(object: &'o Object, legend: &Legend) -> BTreeMap<Whose, &'o Entry> {
    let overrides = object.overrides.iter().filter_map(|entry| {
        let which = which(entry.recurrence_id.as_ref()?, legend);
        Some((Whose::Occurrence(which), entry))
    });
    std::iter::once((Whose::Master, &object.master)).chain(overrides).collect()
}

/// Which occurrence a time names.
pub fn which(time: &Time, legend: &Legend) -> Which {
    match legend.place(time) {
        Ok(place) if place.whole_day => Which::Day(place.local),
        Ok(place) => Which::At(place.moment()),
        Err(_) => Which::Unknown(time.clone()),
    }
}

/// What a time says: the same for two ways to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum When {
    Known(Place),
    /// Its zone is unknown, so only its text can be compared.
    Unknown(Option<Time>),
}

/// What an entry says, in a form to compare.
struct Said<'e> {
    entry: &'e Entry,
    start: When,
    end: When,
    rules: Vec<Vec<String>>,
    added: Vec<Which>,
    excepted: Vec<Which>,
}

impl<'e> Said<'e> {
    fn of(entry: &'e Entry, legend: &Legend) -> Self {
        let (start, end) = match entry.span(legend) {
            Ok(span) => (When::Known(span.start), When::Known(span.end)),
            Err(_) => {
                let end = match &entry.end {
                    End::At(time) => Some(time.clone()),
                    End::After(_) | End::Open => None,
                };
                (When::Unknown(entry.start.clone()), When::Unknown(end))
            }
        };
        let sorted = |times: Vec<&Time>| {
            let mut found: Vec<Which> = times.into_iter().map(|time| which(time, legend)).collect();
            found.sort();
            found.dedup();
            found
        };
        Self {
            entry,
            start,
            end,
            rules: entry.rules.iter().map(|rule| rule_parts(rule)).collect(),
            added: sorted(entry.added.iter().map(|(start, _)| start).collect()),
            excepted: sorted(entry.excepted.iter().collect()),
        }
    }
}

/// A rule's parts in one order and one case.
fn rule_parts(rule: &str) -> Vec<String> {
    let parts = rule.split(';').map(|part| part.trim().to_ascii_uppercase());
    // These two say what is so without them.
    let mut parts: Vec<String> =
        parts.filter(|part| !matches!(part.as_str(), "" | "INTERVAL=1" | "WKST=MO")).collect();
    parts.sort();
    parts
}

fn changed_fields(old: &Said<'_>, new: &Said<'_>) -> impl Iterator<Item = Field> + use<> {
    let (before, after) = (old.entry, new.entry);
    let status_changed = after.status.is_some() && after.status != before.status;
    let compared = [
        (Field::Start, old.start != new.start),
        (Field::End, !same_end(&old.end, &new.end)),
        (Field::Rule, old.rules != new.rules),
        (Field::Added, old.added != new.added),
        (Field::Excepted, old.excepted != new.excepted),
        (Field::Location, before.location != after.location),
        (Field::Summary, before.summary != after.summary),
        (Field::Status, status_changed),
        (Field::Description, before.description != after.description),
        (Field::Categories, before.categories != after.categories),
    ];
    compared.into_iter().filter(|(_, is_changed)| *is_changed).map(|(field, _)| field)
}

/// An end may be written in another zone than it was; what counts is its moment.
fn same_end(old: &When, new: &When) -> bool {
    match (old, new) {
        (When::Known(old), When::Known(new)) => {
            old.moment() == new.moment() && old.whole_day == new.whole_day
        }
        _ => old == new,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zone::Zones;

    const TEXT: &str = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20261204T180000\nDTEND;TZID=Europe/Berlin:20261204T190000\nSUMMARY:Kiln\nRRULE:FREQ=WEEKLY;COUNT=4\nEXDATE;TZID=Europe/Berlin:20261211T180000\nLOCATION:Yard\nSTATUS:TENTATIVE\nDESCRIPTION:x\nEND:VEVENT\nEND:VCALENDAR\n";

    fn fields(newer: &str) -> Vec<Field> {
        let zones = Zones::bundled();
        let berlin = zones.zone("Europe/Berlin").unwrap();
        let (older, newer) = (Object::read(TEXT).unwrap(), Object::read(newer).unwrap());
        older
            .changes(&older.legend(&zones, &berlin), &newer, &newer.legend(&zones, &berlin))
            .into_iter()
            .map(|changed| changed.field)
            .collect()
    }

    /// Each field is seen when it changes, and alone.
    #[test]
    fn sees_each_field() {
        for (from, to, expected) in [
            (
                "DTSTART;TZID=Europe/Berlin:20261204T180000",
                "DTSTART;TZID=Europe/Berlin:20261204T183000",
                Field::Start,
            ),
            ("20261204T190000", "20261204T193000", Field::End),
            ("COUNT=4", "COUNT=5", Field::Rule),
            ("STATUS:TENTATIVE", "STATUS:CONFIRMED", Field::Status),
            ("LOCATION:Yard\n", "", Field::Location),
            ("SUMMARY:Kiln", "SUMMARY:Oven", Field::Summary),
            ("20261211T180000", "20261218T180000", Field::Excepted),
            ("DESCRIPTION:x", "DESCRIPTION:y", Field::Description),
            ("LOCATION:Yard", "LOCATION:Yard\nRDATE:20270101T100000Z", Field::Added),
            ("LOCATION:Yard", "LOCATION:Yard\nCATEGORIES:drop", Field::Categories),
        ] {
            assert_eq!(fields(&TEXT.replace(from, to)), [expected], "{to}");
        }
        let added = "END:VEVENT\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261218T170000Z\nDTSTART:20261218T170000Z\nEND:VEVENT\n";
        assert_eq!(fields(&TEXT.replace("END:VEVENT\n", added)), [Field::Occurrence]);
    }

    /// Other words for the same are no change, and neither is a status that is left out.
    #[test]
    fn other_words_are_no_change() {
        for (from, to) in [
            ("TZID=Europe/Berlin", "TZID=W. Europe Standard Time"),
            ("DTEND;TZID=Europe/Berlin:20261204T190000", "DURATION:PT1H"),
            ("DTEND;TZID=Europe/Berlin:20261204T190000", "DTEND:20261204T180000Z"),
            ("FREQ=WEEKLY;COUNT=4", "COUNT=4;INTERVAL=1;FREQ=weekly"),
            ("EXDATE;TZID=Europe/Berlin:20261211T180000", "EXDATE:20261211T170000Z"),
            ("STATUS:TENTATIVE\n", ""),
            ("END:VEVENT", "X-APPLE-COLOR:red\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT"),
        ] {
            assert_eq!(fields(&TEXT.replace(from, to)), [], "{to}");
        }
    }

    /// The same moment in another zone is a change: the wall that customers were promised is another.
    #[test]
    fn another_zone_is_a_change() {
        let newer = TEXT.replace("Europe/Berlin:20261204T180000", "Europe/Paris:20261204T180000");
        assert_eq!(fields(&newer), [Field::Start]);
        let newer = TEXT.replace("Europe/Berlin", "Nowhere/Middle");
        assert!(fields(&newer).contains(&Field::Start));
    }
}
