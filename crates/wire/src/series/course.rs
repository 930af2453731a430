//! What an entry of a calendar says of a series, and a series as a plan writes it that says the same.
//!
//! Start at [`Course`].

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::limits::TITLE_CHARS_MAX;
use dayshelf_core::slot::Slot;
use dayshelf_core::text::is_unseen;
use dayshelf_ical::anchor::SpanText;
use dayshelf_ical::entry::{End, Entry};
use dayshelf_ical::recur::rule::Rule;
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::legend::Legend;
use dayshelf_ical::zone::{WallTime, Zone};

use crate::plan::series::{OccurrenceDoc, SeriesDoc};

/// How long something is whose entry has no end.
pub const OPEN_SECONDS: i64 = 3_600;
/// The title of an entry that has none.
pub const UNTITLED: &str = "Untitled";
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
    pub start: WallTime,
    /// When it ends.
    pub end: WallTime,
    /// Whether it is called off.
    pub is_cancelled: bool,
}

impl Course {
    /// What an entry and its overrides say; `None` when it recurs in a way that no series can. `titled` takes from a
    /// title what is not its author's. Who knows of an EXRULE, which is not read, does not ask.
    pub fn read(
        master: &Entry,
        overrides: &[Entry],
        legend: &Legend,
        titled: impl Fn(&str) -> &str,
    ) -> Option<Self> {
        if master.rules.len() > 1 || overrides.iter().any(|entry| entry.and_future) {
            return None;
        }
        let span = master.span(legend).ok()?;
        let whole_day = span.start.whole_day;
        let zone = &span.start.zone;
        let length = length_of(zone, span.start.wall_time(), zone.shown(span.end.moment()));
        let mut course = Self {
            zone: span.start.zone.clone(),
            title: title_of(master, &titled).unwrap_or_else(|| UNTITLED.to_owned()),
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
        for entry in overrides {
            let at = course.at(entry.recurrence_id.as_ref()?, (legend, whole_day))?;
            let own = course.own_of(entry, legend, &titled)?;
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
    pub fn own_of(&self, entry: &Entry, legend: &Legend, titled: impl Fn(&str) -> &str) -> Option<Own> {
        let (start, end) = entry.span(legend).ok()?.moments();
        let end = if end > start { end } else { end_of(&self.zone, self.zone.shown(start), self.length) };
        Some(Own {
            title: title_of(entry, titled).unwrap_or_else(|| self.title.clone()),
            place: shortened(entry.location.as_deref().unwrap_or_default()),
            start: self.zone.shown(start),
            end: self.zone.shown(end),
            is_cancelled: entry.status.as_deref() == Some("CANCELLED"),
        })
    }

    /// What an evening is of which nothing else is said.
    pub fn plain(&self, at: Civil) -> Own {
        let start = self.zone.moment(at);
        Own {
            title: self.title.clone(),
            place: self.place.clone(),
            start: self.zone.shown(start),
            end: self.zone.shown(end_of(&self.zone, self.zone.shown(start), self.length)),
            is_cancelled: false,
        }
    }

    /// Whether a rule says the same as this one's.
    pub fn has_rule(&self, rule: &str) -> bool {
        let read = |text: &str| Rule::parse(text).ok().map(|rule| rule.to_string());
        self.rule == rule || (!rule.is_empty() && !self.rule.is_empty() && read(&self.rule) == read(rule))
    }

    /// It as a plan writes it: drafts, under this name.
    pub fn doc(&self, key: String) -> SeriesDoc {
        let texts = |dates: &BTreeSet<Civil>| dates.iter().map(ToString::to_string).collect();
        let mut except: Vec<String> = texts(&self.except);
        let is_off = self.own.iter().filter(|(_, own)| own.is_cancelled);
        except.extend(is_off.map(|(at, _)| at.to_string()));
        SeriesDoc {
            key,
            slug: None,
            title: self.title.clone(),
            story: String::new(),
            image: String::new(),
            place: self.place.clone(),
            zone: Some(self.zone.name().to_owned()),
            start: self.start.to_string(),
            length: self.length_text(),
            rule: if self.rule.is_empty() { ONCE.to_owned() } else { self.rule.clone() },
            also: texts(&self.also),
            except,
            changes: self.own.iter().filter_map(|(at, own)| self.change(*at, own)).collect(),
            days_ahead: None,
            publish: false,
            template: None,
            with: BTreeMap::new(),
            pools: Vec::new(),
        }
    }

    /// An evening that is otherwise, as a plan writes it; `None` when it is not.
    pub fn change(&self, at: Civil, own: &Own) -> Option<OccurrenceDoc> {
        let plain = self.plain(at);
        let seconds = length_of(&self.zone, own.start, own.end);
        let length = SpanText(seconds.unsigned_abs()).to_string();
        let is_other = *own != plain && !own.is_cancelled;
        is_other.then(|| OccurrenceDoc {
            occurrence: at.to_string(),
            start: (own.start != plain.start).then(|| self.zone.text(own.start)),
            length: (seconds != self.length).then_some(length),
            title: (own.title != plain.title).then(|| own.title.clone()),
            place: (own.place != plain.place).then(|| own.place.clone()),
        })
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
            start: zone.shown(Moment(times.start.0)),
            end: zone.shown(Moment(times.end.0)),
            is_cancelled: slot.state.is_off(),
        }
    }
}

/// Whether something that begins then and lasts so many seconds is of whole days: they are days of the wall, also where
/// the clocks are moved. Every other length is exact.
pub fn is_of_days(start: Civil, length: i64) -> bool {
    start.0.rem_euclid(DAY) == 0 && length > 0 && length % DAY == 0
}

/// When something ends that begins then and lasts so many seconds.
pub fn end_of(zone: &Zone, start: WallTime, length: i64) -> Moment {
    match is_of_days(start.local, length) {
        true => zone.moment(Civil(start.local.0 + length)),
        false => zone.moment(start).plus_seconds(length),
    }
}

/// How long something is, in seconds, so that [`end_of`] finds its end.
pub fn length_of(zone: &Zone, start: WallTime, end: WallTime) -> i64 {
    let on_wall = end.local.0 - start.local.0;
    match is_of_days(start.local, on_wall) {
        true => on_wall,
        false => (zone.moment(end).0 - zone.moment(start).0) / 1_000,
    }
}

/// An entry's title; `None` when it has none.
fn title_of(entry: &Entry, titled: impl Fn(&str) -> &str) -> Option<String> {
    Some(shortened(titled(entry.summary.as_deref()?))).filter(|title| !title.is_empty())
}

/// A text as a slot may have it.
pub fn shortened(text: &str) -> String {
    let letters = text.trim().chars().filter(|letter| !is_unseen(*letter));
    let text: String = letters.take(TITLE_CHARS_MAX).collect();
    text.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_ical::zone::Zones;

    /// Whole days are days of the wall also where the clocks are moved; every other length is exact.
    #[test]
    fn lengths_over_a_clock_change() {
        let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
        let at = |text: &str| zone.read(text).unwrap();
        for (start, end, length) in [
            ("2027-03-28T00:00:00", "2027-03-29T00:00:00", DAY),
            ("2027-10-31T00:00:00", "2027-11-01T00:00:00", DAY),
            ("2027-03-27T18:00:00", "2027-03-28T18:00:00", 23 * 3_600),
            ("2027-03-28T00:00:00", "2027-03-28T04:00:00", 3 * 3_600),
            ("2027-10-31T01:00:00", "2027-10-31T04:00:00", 4 * 3_600),
            ("2027-10-31T01:30:00", "2027-10-31T02:30:00", 3_600),
            ("2027-10-31T01:30:00", "2027-10-31T02:30:00+01:00", 2 * 3_600),
            ("2027-10-31T02:30:00+01:00", "2027-10-31T03:30:00", 3_600),
            ("2027-03-27T00:00:00", "2027-03-29T00:00:00", 2 * DAY),
            ("2027-03-27T00:00:00", "2027-03-29T06:00:00", 53 * 3_600),
        ] {
            assert_eq!(length_of(&zone, at(start), at(end)), length, "{start} to {end}");
            assert_eq!(zone.shown(end_of(&zone, at(start), length)), at(end), "{start} to {end}");
        }
    }

    /// Every day of a whole-day series is plain, the one on which the clocks are moved too.
    #[test]
    fn whole_days_are_plain() {
        let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Market\nDTSTART;VALUE=DATE:20270328\n\
             DTEND;VALUE=DATE:20270329\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nEND:VCALENDAR\n";
        let object = dayshelf_ical::object::Object::read(text).unwrap();
        let legend = object.legend(&Zones::bundled(), &zone);
        let course = Course::read(object.master(), object.overrides(), &legend, |title| title).unwrap();
        assert_eq!(course.length_text(), "24h", "though it begins with a day of 23 hours");
        for week in 0..40 {
            let day = Civil(course.start.0 + week * 7 * DAY);
            let plain = course.plain(day);
            assert_eq!((plain.start, plain.end), (day.into(), Civil(day.0 + DAY).into()));
        }
    }
}
