//! The text that shows a series: the organiser's bytes, with the lines written anew that say something else.
//!
//! Overrides that nobody needs any more go, those that are missing come; an override that says what the series says is
//! the organiser's own, and stays. Start at [`written`].

use std::collections::BTreeSet;

use dayshelf_core::slot::SlotState;
use dayshelf_ical::document::edit::Edit;
use dayshelf_ical::document::{Document, Node};
use dayshelf_ical::entry::Entry;
use dayshelf_ical::feed::Status;
use dayshelf_ical::object::{Amend, OBJECT_BYTES_MAX, Object};
use dayshelf_ical::text::property::Property;
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::legend::{Legend, Place};
use dayshelf_ical::zone::{WallTime, Zone, Zones};

use super::{Course, DAY, Own, Wanted, own_of, read};
use crate::entry::{Made, Mark, Marked, made};

/// Properties that an override of ours has, or that say nothing of their own.
const PLAIN: [&str; 13] = [
    "UID",
    "DTSTAMP",
    "CREATED",
    "LAST-MODIFIED",
    "RECURRENCE-ID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "SUMMARY",
    "LOCATION",
    "STATUS",
    "SEQUENCE",
    "URL",
];
/// Properties of the series' own VEVENT that its overrides do not take over.
const OWN: [&str; 11] = [
    "RRULE", "RDATE", "EXDATE", "EXRULE", "DTSTART", "DTEND", "DURATION", "SUMMARY", "LOCATION", "STATUS",
    "SEQUENCE",
];

/// What a text is made of that nobody has written yet.
#[derive(Clone, Debug)]
pub struct Fresh {
    /// Its UID.
    pub uid: String,
    /// When the series was made.
    pub stamp: Moment,
    /// Where it is looked at.
    pub url: String,
}

/// The zones that a text is read with.
type Legends<'l> = (&'l Zones, &'l Zone);

/// A text with what it says, read once.
struct Page {
    object: Object,
    legend: Legend,
    said: Course,
}

/// The text that shows a series. `kept` is what the organiser has written, if anything.
pub fn written(kept: Option<&[u8]>, wanted: &Wanted, fresh: &Fresh, zones: Legends<'_>) -> Vec<u8> {
    let kept = kept.and_then(|kept| Object::read(kept).ok()).and_then(|object| Page::of(object, zones));
    let Some(mut page) = kept.or_else(|| begun(wanted, fresh, zones)) else { return Vec::new() };
    // What would be too big with a line more stays as it was, and says so by its ETag.
    let put = |page: &mut Page, object: Option<Object>| {
        let fits = object.filter(|object| object.bytes().len() <= OBJECT_BYTES_MAX);
        if let Some(next) = fits.and_then(|object| Page::of(object, zones)) {
            *page = next;
        }
    };
    let wanted = &as_called_off(wanted, &page.said);
    let object = page.of_series(wanted);
    put(&mut page, object);
    let own = page.said.own.keys().chain(wanted.course.own.keys()).chain(wanted.marks.keys());
    let evenings: BTreeSet<Civil> = own.copied().collect();
    for at in evenings {
        let object = page.of_evening(at, wanted);
        put(&mut page, object);
    }
    page.object.bytes().to_vec()
}

/// An evening that is left out may be said to be by an override that calls it off, as some apps do.
fn as_called_off(wanted: &Wanted, said: &Course) -> Wanted {
    let mut wanted = wanted.clone();
    for (at, own) in said.own.iter().filter(|(_, own)| own.is_cancelled) {
        if wanted.course.except.remove(at) {
            wanted.course.own.insert(*at, own.clone());
        }
    }
    wanted
}

/// A text with the series' first start. The rules of its zone reach some years ahead, as they do for moved entries.
fn begun(wanted: &Wanted, fresh: &Fresh, zones: Legends<'_>) -> Option<Page> {
    let course = &wanted.course;
    let first = course.plain(course.start);
    let text = made(&Made {
        uid: fresh.uid.clone(),
        stamp: fresh.stamp,
        times: (first.start, first.end),
        zone: &course.zone,
        title: &course.title,
        about: "",
        place: &course.place,
        url: &fresh.url,
        conference: "",
        status: if wanted.state == SlotState::Draft { Status::Tentative } else { Status::Confirmed },
        sequence: 0,
    });
    let mut document = Document::read(text).ok()?;
    let zone = document.nodes("VTIMEZONE").next().map(|node| node.at());
    if let Some(zone) = zone {
        document = document.without_component(zone);
    }
    let object = Object::of(document).ok()?;
    let legend = object.legend(zones.0, zones.1);
    let changes = ends(&object, (course.start.into(), first.end), &course.zone);
    Page::of(object.amended(object.master().at, &changes, &legend).ok()?, zones)
}

impl Page {
    fn of(object: Object, (zones, own): Legends<'_>) -> Option<Self> {
        let legend = object.legend(zones, own);
        let said = read(&object, &legend)?;
        Some(Self { object, legend, said })
    }

    /// The text whose own VEVENT says what the series is; `None` when it does.
    fn of_series(&self, wanted: &Wanted) -> Option<Object> {
        let (course, said, entry) = (&wanted.course, &self.said, self.object.master());
        let mut changes = Vec::new();
        let first = course.plain(course.start);
        if (said.start, said.length, said.zone.name()) != (course.start, course.length, course.zone.name()) {
            changes.extend(ends(&self.object, (course.start.into(), first.end), &course.zone));
        }
        let (mark, _) = Mark::of(entry.summary.as_deref().unwrap_or_default());
        if said.title != course.title || mark.is_some() {
            changes.push(Amend::Summary(course.title.clone()));
        }
        if said.place != course.place {
            changes.push(Amend::Location(course.place.clone()));
        }
        changes.extend(status(entry, wanted.state).map(Amend::Status));
        if !course.has_rule(&said.rule) {
            changes.push(match course.rule.as_str() {
                "" => Amend::Remove("RRULE".to_owned()),
                rule => Amend::Set(Property::plain("RRULE", rule)),
            });
        }
        let is_dated = said.also != course.also || said.except != course.except;
        if changes.is_empty() && !is_dated {
            return None;
        }
        changes.push(Amend::Sequence(entry.sequence.saturating_add(1)));
        let object = self.object.amended(entry.at, &changes, &self.legend).ok()?;
        let mut edits = Vec::new();
        for (name, said, wanted) in
            [("RDATE", &said.also, &course.also), ("EXDATE", &said.except, &course.except)]
        {
            if said != wanted {
                edits.push(Edit::Remove(name.to_owned()));
                edits.extend(
                    wanted.iter().map(|at| Edit::Add(time(&object, *at, &course.zone).property(name))),
                );
            }
        }
        Object::of(object.document().edited(object.master().at, &edits)).ok()
    }

    /// The text with one evening as it shall be; `None` when it says so.
    fn of_evening(&self, at: Civil, wanted: &Wanted) -> Option<Object> {
        let course = &wanted.course;
        let (own, marked) = (course.own.get(&at), wanted.marks.get(&at));
        let there = self.override_at(at);
        let without = |entry: &Entry| Object::of(self.object.document().without_component(entry.at)).ok();
        if own.is_none() && !wanted.has(at) {
            return there.and_then(without);
        }
        let is = own.cloned().unwrap_or_else(|| course.plain(at));
        let is_plain = own.is_none() && marked.is_none();
        let Some(entry) = there else {
            return if is_plain { None } else { self.with_override((at, &is, marked), wanted) };
        };
        let changes = self.differences(entry, (&is, marked), wanted);
        if changes.is_empty() {
            return None;
        }
        let node = self.object.document().node(entry.at)?;
        if is_plain && says_nothing_else(node) {
            return without(entry);
        }
        self.object.amended(entry.at, &changes, &self.legend).ok()
    }

    fn override_at(&self, at: Civil) -> Option<&Entry> {
        let whole_day = is_whole_day(&self.object);
        self.object.overrides().iter().find(|entry| {
            let names = entry.recurrence_id.as_ref();
            names.and_then(|time| self.said.at(time, (&self.legend, whole_day))) == Some(at)
        })
    }

    /// What an override says otherwise than its evening is.
    fn differences(
        &self,
        entry: &Entry,
        (is, marked): (&Own, Option<&Marked>),
        wanted: &Wanted,
    ) -> Vec<Amend> {
        let mut changes = Vec::new();
        let Some(said) = own_of(&self.said, entry, &self.legend) else { return changes };
        if (said.start, said.end) != (is.start, is.end) {
            changes.extend(ends(&self.object, (is.start, is.end), &wanted.course.zone));
        }
        let word = marked.map(|marked| marked.mark);
        let (mark, _) = Mark::of(entry.summary.as_deref().unwrap_or_default());
        if said.title != is.title || mark != word {
            changes.push(Amend::Summary(Mark::on(word, &is.title)));
        }
        let described = entry.description.as_deref().unwrap_or_default();
        let text = Marked::described(marked, described);
        if text != described {
            changes.push(match text.as_str() {
                "" => Amend::Remove("DESCRIPTION".to_owned()),
                text => Amend::Set(Property::text("DESCRIPTION", text)),
            });
        }
        if said.place != is.place {
            changes.push(Amend::Location(is.place.clone()));
        }
        let state = if is.is_cancelled { SlotState::Cancelled } else { wanted.state };
        changes.extend(status(entry, state).map(Amend::Status));
        if !changes.is_empty() {
            changes.push(Amend::Sequence(entry.sequence.saturating_add(1)));
        }
        changes
    }

    /// The text with an override more: what the series' own VEVENT says, but for what is otherwise.
    fn with_override(
        &self,
        (at, is, marked): (Civil, &Own, Option<&Marked>),
        wanted: &Wanted,
    ) -> Option<Object> {
        let (object, zone) = (&self.object, &wanted.course.zone);
        let master = object.document().node(object.master().at)?;
        let taken = master.properties().filter(|property| {
            let is_ours = OWN.contains(&property.name.as_str());
            !is_ours && (marked.is_none() || property.name != "DESCRIPTION")
        });
        let mut properties: Vec<Property> = taken.cloned().collect();
        properties.push(time(object, at, zone).property("RECURRENCE-ID"));
        properties.push(time_of(object, is.start, (zone, is)).property("DTSTART"));
        properties.push(time_of(object, is.end, (zone, is)).property("DTEND"));
        let word = marked.map(|marked| marked.mark);
        properties.push(Property::text("SUMMARY", &Mark::on(word, &is.title)));
        if !is.place.is_empty() {
            properties.push(Property::text("LOCATION", &is.place));
        }
        let about = object.master().description.as_deref().unwrap_or_default();
        let about = Marked::described(marked, about);
        properties
            .extend((marked.is_some() && !about.is_empty()).then(|| Property::text("DESCRIPTION", &about)));
        match is.is_cancelled {
            true => properties.push(Property::plain("STATUS", "CANCELLED")),
            false => properties.extend(master.property("STATUS").cloned()),
        }
        let lines = properties.iter().map(ToString::to_string);
        let begin = std::iter::once("BEGIN:VEVENT".to_owned());
        let lines: Vec<String> = begin.chain(lines).chain(["END:VEVENT".to_owned()]).collect();
        let calendar = object.document().roots().next()?.at();
        Object::of(object.document().with_component(calendar, &lines)).ok()
    }
}

/// What the organiser is told by an entry's status, if it says something else.
fn status(entry: &Entry, state: SlotState) -> Option<&'static str> {
    let said = entry.status.as_deref();
    match state {
        // Nobody was promised anything: what stands there is the organiser's own.
        SlotState::Draft => (said == Some("CANCELLED")).then_some("TENTATIVE"),
        SlotState::Published => said.is_some_and(|said| said != "CONFIRMED").then_some("CONFIRMED"),
        SlotState::Cancelled | SlotState::Discarded => (said != Some("CANCELLED")).then_some("CANCELLED"),
    }
}

/// Whether an override has only what ours have.
fn says_nothing_else(node: Node<'_>) -> bool {
    node.children().next().is_none()
        && node.properties().all(|property| PLAIN.contains(&property.name.as_str()))
}

fn is_whole_day(object: &Object) -> bool {
    matches!(object.master().start, Some(Time::Date(_)))
}

/// Both ends of an entry; whole days stay such where they can.
fn ends(object: &Object, (start, end): (WallTime, WallTime), zone: &Zone) -> [Amend; 2] {
    let whole_day = is_whole_day(object) && is_midnight(start.local) && is_midnight(end.local);
    let place = |time: WallTime| Place { whole_day, ..Place::at(time, zone) };
    [Amend::Start(place(start)), Amend::End(place(end))]
}

fn is_midnight(local: Civil) -> bool {
    local.0.rem_euclid(DAY) == 0
}

/// A time on the series' wall in the words in which the entry says its start.
fn time(object: &Object, local: Civil, zone: &Zone) -> Time {
    match &object.master().start {
        Some(Time::Date(_)) => Time::Date(local),
        Some(Time::Floating(_)) => Time::Floating(local),
        Some(Time::Utc(_)) => Time::Utc(zone.moment(local)),
        Some(Time::Zoned { tzid, .. }) => Time::Zoned { tzid: tzid.clone(), local },
        None => Time::Zoned { tzid: zone.name().to_owned(), local },
    }
}

/// The same of an evening's end: a series of whole days may have one that begins at six.
fn time_of(object: &Object, at: WallTime, (zone, is): (&Zone, &Own)) -> Time {
    match time(object, at.local, zone) {
        Time::Date(_) if !is_midnight(is.start.local) || !is_midnight(is.end.local) => {
            Place::at(at, zone).time()
        }
        Time::Zoned { .. } | Time::Utc(_) if at.is_second => Place::at(at, zone).time(),
        time => time,
    }
}
