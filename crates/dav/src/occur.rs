//! Occurrences of an entry in a time: for queries, expansion and busy times.
//!
//! What recurs and how is `ical`'s; here is what reports make of it. Start at [`any_in`].

use axum::http::StatusCode;
use dayshelf_ical::document::edit::Edit;
use dayshelf_ical::document::{ComponentAt, Document};
use dayshelf_ical::object::Object;
use dayshelf_ical::recur::{Asked, Occurrence, occurrences};
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::legend::Place;
use dayshelf_ical::zone::{Zone, Zones};

use crate::no::No;

/// Longest time that is expanded: what is open at one end would never end.
const SPAN_MS_MAX: i64 = 100 * 366 * 86_400_000;
/// How far a query looks that has no end of its own.
const OPEN_MS: i64 = 2 * 366 * 86_400_000;
/// The years 1 and 9999, between which there are times.
const EARLIEST: Moment = Moment(-62_135_596_800_000);
const LATEST: Moment = Moment(253_370_764_800_000);

/// From when to when, the end not inside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// From.
    pub from: Moment,
    /// Until.
    pub until: Moment,
}

impl Range {
    /// The range, if it has both ends.
    ///
    /// # Errors
    /// When one is missing.
    pub fn bounded(self) -> Result<Self, No> {
        let is_bounded = self.until.0.saturating_sub(self.from.0) <= SPAN_MS_MAX;
        if is_bounded { Ok(self) } else { Err(No::Plain(StatusCode::BAD_REQUEST)) }
    }

    /// What is asked for of one entry that begins at `start`: of a series without an end, two years are enough to
    /// see whether it goes on.
    fn asked(self, start: Moment) -> Asked {
        let until = if self.until.0 == i64::MAX {
            Moment(self.from.max(start).0.saturating_add(OPEN_MS))
        } else {
            self.until
        };
        Asked { from: self.from.clamp(EARLIEST, LATEST), until: until.clamp(EARLIEST, LATEST) }
    }
}

/// The occurrences of an object in a time; `None` when nobody knows when it is.
fn found(object: &Object, range: Range, zones: &Zones, own: &Zone) -> Option<Vec<Occurrence>> {
    let legend = object.legend(zones, own);
    let start = object.master().span(&legend).ok()?.start.moment();
    let found = occurrences(object.master(), object.overrides(), &legend, range.asked(start)).ok()?;
    Some(found.occurrences)
}

/// Whether anything of an entry is in a time. What nobody knows the time of is everywhere.
pub fn any_in(body: &[u8], range: Range, zones: &Zones, own: &Zone) -> bool {
    let Ok(object) = Object::read(body) else { return false };
    found(&object, range, zones, own).is_none_or(|found| !found.is_empty())
}

/// The text with each occurrence in a time as an entry of its own, in UTC; `None` when it can't be said.
pub fn expanded(body: &[u8], range: Range, zones: &Zones, own: &Zone) -> Option<Vec<u8>> {
    let object = Object::read(body).ok()?;
    let found = found(&object, range, zones, own)?;
    let is_series = object.master().is_series() || !object.overrides().is_empty();
    let mut out = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Dayshelf//Dayshelf//EN\r\n".to_vec();
    for one in &found {
        let mut edits: Vec<Edit> =
            ["RRULE", "RDATE", "EXDATE", "DURATION"].map(|name| Edit::Remove(name.to_owned())).into();
        edits.push(Edit::Set(utc(&one.span.start).property("DTSTART")));
        edits.push(Edit::Set(utc(&one.span.end).property("DTEND")));
        if is_series {
            edits.push(Edit::Set(utc(&one.original).property("RECURRENCE-ID")));
        }
        let document = object.document().edited(one.entry, &edits);
        let event = document.node(one.entry).map(|node| node.bytes().to_vec()).unwrap_or_default();
        out.extend_from_slice(&event);
        if !event.ends_with(b"\n") {
            out.extend_from_slice(b"\r\n");
        }
    }
    out.extend_from_slice(b"END:VCALENDAR\r\n");
    Some(out)
}

/// A place as a client that knows no zones reads it.
fn utc(place: &Place) -> Time {
    if place.whole_day { Time::Date(place.local) } else { Time::Utc(place.moment()) }
}

/// The text without the overrides that have nothing in a time; `None` when it can't be said.
pub fn limited(body: &[u8], range: Range, zones: &Zones, own: &Zone) -> Option<Vec<u8>> {
    let object = Object::read(body).ok()?;
    let legend = object.legend(zones, own);
    let is_near = |at: Option<Moment>| at.is_some_and(|at| range.from <= at && at < range.until);
    let far: Vec<ComponentAt> = object
        .overrides()
        .iter()
        .filter(|entry| {
            let original = entry.recurrence_id.as_ref().and_then(|time| legend.place(time).ok());
            let span = entry.span(&legend).ok().map(|span| span.moments());
            let touches = span
                .is_none_or(|(from, until)| from < range.until && range.from < until.max(Moment(from.0 + 1)));
            !entry.and_future && !touches && !is_near(original.map(|place| place.moment()))
        })
        .map(|entry| entry.at)
        .collect();
    // From the last to the first, so that the places of those before stay what they are.
    let mut document: Document = object.document().clone();
    for at in far.into_iter().rev() {
        document = document.without_component(at);
    }
    Some(document.into_bytes())
}

/// When an entry keeps somebody busy in a time.
pub fn busy(body: &[u8], range: Range, zones: &Zones, own: &Zone) -> Vec<(Moment, Moment)> {
    let Ok(object) = Object::read(body) else { return Vec::new() };
    let is_busy = |one: &&Occurrence| {
        let node = object.document().node(one.entry);
        let says = |name: &str, value: &str| {
            node.and_then(|node| node.text(name)).is_some_and(|text| text.trim().eq_ignore_ascii_case(value))
        };
        !says("STATUS", "CANCELLED") && !says("TRANSP", "TRANSPARENT")
    };
    let found = found(&object, range, zones, own).unwrap_or_default();
    found.iter().filter(is_busy).map(|one| one.span.moments()).filter(|(from, until)| from < until).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERIES: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART;TZID=Europe/Berlin:20261020T180000\r\nDTEND;TZID=Europe/Berlin:20261020T190000\r\nRRULE:FREQ=WEEKLY;COUNT=4\r\nSUMMARY:Kiln\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:1\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261027T180000\r\nDTSTART;TZID=Europe/Berlin:20261028T200000\r\nDTEND;TZID=Europe/Berlin:20261028T210000\r\nSUMMARY:Kiln, later\r\nSTATUS:CANCELLED\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn range(from: &str, until: &str) -> Range {
        Range { from: Moment::parse(from).unwrap(), until: Moment::parse(until).unwrap() }
    }

    fn berlin() -> (Zones, Zone) {
        let zones = Zones::bundled();
        let zone = zones.zone("Europe/Berlin").unwrap();
        (zones, zone)
    }

    /// Each occurrence stands alone, in UTC, with what its override says, across the change of the clocks.
    #[test]
    fn expands_to_utc() {
        let (zones, own) = berlin();
        let range = range("2026-10-21T00:00:00Z", "2026-11-04T00:00:00Z");
        let text = String::from_utf8(expanded(SERIES.as_bytes(), range, &zones, &own).unwrap()).unwrap();
        let starts: Vec<&str> = text.lines().filter(|line| line.starts_with("DTSTART")).collect();
        assert_eq!(starts, ["DTSTART:20261028T190000Z", "DTSTART:20261103T170000Z"]);
        let names: Vec<&str> = text.lines().filter(|line| line.starts_with("RECURRENCE-ID")).collect();
        assert_eq!(names, ["RECURRENCE-ID:20261027T170000Z", "RECURRENCE-ID:20261103T170000Z"]);
        assert!(
            !text.contains("RRULE") && text.contains("SUMMARY:Kiln\\, later") || text.contains("Kiln, later")
        );
        assert_eq!(busy(SERIES.as_bytes(), range, &zones, &own).len(), 1, "one of them is called off");
    }

    /// A series is in a time when one of it is, whether or not the first is; overrides far away can be left out.
    #[test]
    fn finds_and_limits() {
        let (zones, own) = berlin();
        let is_in = |from, until| any_in(SERIES.as_bytes(), range(from, until), &zones, &own);
        assert!(is_in("2026-11-10T00:00:00Z", "2026-11-11T00:00:00Z"));
        assert!(!is_in("2026-11-11T00:00:00Z", "2026-12-11T00:00:00Z"));
        assert!(!is_in("2026-10-27T00:00:00Z", "2026-10-28T00:00:00Z"), "that one was moved");
        let open = Range { from: Moment(i64::MIN), until: Moment(i64::MAX) };
        assert!(any_in(SERIES.as_bytes(), open, &zones, &own));
        let november = range("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
        let text = String::from_utf8(limited(SERIES.as_bytes(), november, &zones, &own).unwrap()).unwrap();
        assert!(text.contains("RRULE") && !text.contains("RECURRENCE-ID"));
        let october = range("2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z");
        assert_eq!(limited(SERIES.as_bytes(), october, &zones, &own).unwrap(), SERIES.as_bytes());
    }

    /// A rule of every second is answered at once, not walked.
    #[test]
    fn bombs_are_bounded() {
        let (zones, own) = berlin();
        let bomb = SERIES.replace("FREQ=WEEKLY;COUNT=4", "FREQ=SECONDLY");
        let open = Range { from: Moment(i64::MIN), until: Moment(i64::MAX) };
        assert!(any_in(bomb.as_bytes(), open, &zones, &own));
        let year = range("2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z");
        let text = expanded(bomb.as_bytes(), year, &zones, &own).unwrap();
        assert!(
            text.windows(12).filter(|some| *some == b"BEGIN:VEVENT").count() <= crate::props::OCCURRENCES_MAX
        );
    }
}
