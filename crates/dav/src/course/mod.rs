//! A series as one entry: what an entry says of it, what it is in the books, and the text that shows it.
//!
//! An evening of a series is a slot; here all of them are one resource with a rule, further dates, dates that are
//! left out and overrides. Not here: what becomes of a change (`write`), and when texts are written (`shelf`).
//! Start at [`Course`], then at [`Wanted`] and [`written`].

mod wanted;
mod written;

pub use wanted::{Known, Run, Wanted, runs};
pub use written::{Fresh, written};

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::slot::Slot;
use dayshelf_ical::anchor::SpanText;
use dayshelf_ical::entry::{End, Entry};
use dayshelf_ical::object::Object;
use dayshelf_ical::recur::rule::Rule;
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zone;
use dayshelf_ical::zone::legend::Legend;

use crate::entry::{Mark, OPEN_SECONDS, UNTITLED, shortened};

/// A day in seconds.
pub const DAY: i64 = 86_400;
/// A rule that makes the first start and nothing more: what a series has whose entry only lists dates.
pub const ONCE: &str = "FREQ=DAILY;COUNT=1";

/// What is said of a series, on the wall of its zone.
#[derive(Clone, Debug)]
pub struct Course {
    /// Its zone.
    pub zone: Zone,
    /// The title of its evenings.
    pub title: String,
    /// Where they are.
    pub place: String,
    /// The first start.
    pub start: Civil,
    /// How long each is, in seconds.
    pub length: i64,
    /// The rule; empty where only dates are listed.
    pub rule: String,
    /// Further starts.
    pub also: BTreeSet<Civil>,
    /// Starts that are left out.
    pub except: BTreeSet<Civil>,
    /// Evenings that are otherwise, by where the rule has them.
    pub own: BTreeMap<Civil, Own>,
}

/// What one evening is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// Its title.
    pub title: String,
    /// Where it is.
    pub place: String,
    /// When it starts.
    pub start: Civil,
    /// When it ends.
    pub end: Civil,
    /// Whether it is called off.
    pub is_cancelled: bool,
}

impl Course {
    /// What a text says; `None` when it recurs in a way that no series can.
    pub fn read(object: &Object, legend: &Legend) -> Option<Self> {
        let master = object.master();
        let node = object.document().node(master.at)?;
        let is_plain = master.rules.len() <= 1 && node.property("EXRULE").is_none();
        if !is_plain || object.overrides().iter().any(|entry| entry.and_future) {
            return None;
        }
        let span = master.span(legend).ok()?;
        let whole_day = span.start.whole_day;
        let length = (span.end.moment().0 - span.start.moment().0) / 1_000;
        let mut course = Self {
            zone: span.start.zone.clone(),
            title: title_of(master).unwrap_or_else(|| UNTITLED.to_owned()),
            place: shortened(master.location.as_deref().unwrap_or_default()),
            start: span.start.local,
            length: if length > 0 { length } else { OPEN_SECONDS },
            rule: master.rules.first().cloned().unwrap_or_default(),
            also: BTreeSet::new(),
            except: BTreeSet::new(),
            own: BTreeMap::new(),
        };
        if !course.rule.is_empty() && Rule::parse(&course.rule).is_err() {
            return None;
        }
        for (time, end) in &master.added {
            let end_is_its_own = *end != End::Open;
            course.also.insert(course.at(time, (legend, whole_day)).filter(|_| !end_is_its_own)?);
        }
        for time in &master.excepted {
            course.except.insert(course.at(time, (legend, whole_day))?);
        }
        for entry in object.overrides() {
            let at = course.at(entry.recurrence_id.as_ref()?, (legend, whole_day))?;
            let own = course.own_of(entry, legend)?;
            course.own.insert(at, own);
        }
        Some(course)
    }

    /// Where a time names an evening. Apps name one by its day alone, or on the wall of another zone, too.
    pub fn at(&self, time: &Time, (legend, whole_day): (&Legend, bool)) -> Option<Civil> {
        let place = legend.place(time).ok()?;
        let day = |local: Civil| local.0 - local.0.rem_euclid(DAY);
        Some(match (place.whole_day, whole_day) {
            (true, false) => Civil(place.local.0 + self.start.0.rem_euclid(DAY)),
            (false, true) => Civil(day(place.local)),
            _ if place.whole_day || place.zone.name() == self.zone.name() => place.local,
            _ => self.zone.local(place.moment()),
        })
    }

    /// What an override says.
    pub fn own_of(&self, entry: &Entry, legend: &Legend) -> Option<Own> {
        let (start, end) = entry.span(legend).ok()?.moments();
        let end = if end > start { end } else { start.plus_seconds(self.length) };
        Some(Own {
            title: title_of(entry).unwrap_or_else(|| self.title.clone()),
            place: shortened(entry.location.as_deref().unwrap_or_default()),
            start: self.zone.local(start),
            end: self.zone.local(end),
            is_cancelled: entry.status.as_deref() == Some("CANCELLED"),
        })
    }

    /// What an evening is of which nothing else is said.
    pub fn plain(&self, at: Civil) -> Own {
        let start = self.zone.moment(at);
        Own {
            title: self.title.clone(),
            place: self.place.clone(),
            start: self.zone.local(start),
            end: self.zone.local(start.plus_seconds(self.length)),
            is_cancelled: false,
        }
    }

    /// Whether a rule says the same as this one's.
    pub fn has_rule(&self, rule: &str) -> bool {
        let read = |text: &str| Rule::parse(text).ok().map(|rule| rule.to_string());
        self.rule == rule || (!rule.is_empty() && !self.rule.is_empty() && read(&self.rule) == read(rule))
    }

    /// How long each evening is, as a plan writes it.
    pub fn length_text(&self) -> String {
        SpanText(self.length.unsigned_abs()).to_string()
    }
}

impl Own {
    /// What a slot is, on the wall of a zone.
    pub fn of(slot: &Slot, zone: &Zone) -> Self {
        let times = &slot.spec.times;
        Self {
            title: slot.spec.title.clone(),
            place: slot.spec.place.clone(),
            start: zone.local(Moment(times.start.0)),
            end: zone.local(Moment(times.end.0)),
            is_cancelled: slot.state.is_off(),
        }
    }
}

/// An entry's title without marks; `None` when it has none.
fn title_of(entry: &Entry) -> Option<String> {
    let (_, title) = Mark::of(entry.summary.as_deref()?);
    Some(shortened(title)).filter(|title| !title.is_empty())
}
