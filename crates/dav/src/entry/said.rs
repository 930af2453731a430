//! What an entry's text says about its slot.
//!
//! Title, place and time are the slot's; descriptions, alarms, colours, categories and whoever else was invited
//! are the organiser's own and go nowhere, but for the words by which nobody is told. Start at [`Said::read`].

use dayshelf_core::change::Tell;
use dayshelf_core::slot::Slot;
use dayshelf_ical::entry::{Entry, NoSpan};
use dayshelf_ical::object::{Object, Unfit};
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::legend::Legend;
use dayshelf_ical::zone::{WallTime, Zone, Zones};
use dayshelf_wire::series::course::{OPEN_SECONDS, UNTITLED, shortened};
use dayshelf_wire::time::Place;

use super::mark::Mark;

/// An entry as it was read.
#[derive(Clone, Debug)]
pub struct Said {
    /// The text.
    pub object: Object,
    /// What its zones mean.
    pub legend: Legend,
    /// Its title, without a mark.
    pub title: String,
    /// The mark in front of it.
    pub mark: Option<Mark>,
    /// Where it is.
    pub place: String,
    /// When it is; `None` when nobody knows its zone.
    pub times: Option<Place>,
    /// What has to be asked about it.
    pub note: Option<Note>,
    /// Whether it is called off.
    pub is_cancelled: bool,
    /// Who is told of what it changes.
    pub tell: Tell,
}

/// As a category, or as a line of its own in the notes: nobody is told. Not every app has categories.
const TELL_NOBODY: &str = "tell nobody";

/// Who is told of what an entry changes.
fn tell_of(entry: &Entry) -> Tell {
    let notes = entry.description.as_deref().unwrap_or_default().lines();
    let mut words = entry.categories.iter().map(String::as_str).chain(notes);
    let is_quiet = words.any(|one| one.trim().trim_end_matches('.').eq_ignore_ascii_case(TELL_NOBODY));
    if is_quiet { Tell::Nobody } else { Tell::AfterQuiet }
}

/// What has to be asked about an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Which zone this name means.
    Zone(String),
    /// It recurs in a way that no series can, and a slot is one date.
    Series,
    /// It has no end.
    Open,
    /// It names a template of this key, which can't be used.
    Template(String),
}

impl Note {
    /// The sentence that it is kept and told as.
    pub fn sentence(&self) -> String {
        match self {
            Self::Zone(tzid) => format!(
                "Which time zone is {tzid:?}? The draft stands at this time on your own wall until the entry says it."
            ),
            Self::Series => {
                "The entry repeats in a way that no series of slots can. The slot is its first date; publishing it takes \
                 the rule out of the entry, so that it shows what is sold."
                    .to_owned()
            }
            Self::Template(key) => format!(
                "The entry names the template {key:?}, which can't be used as it is: it draws on something that there \
                 is not, or its defaults do not fit. The draft is made without it."
            ),
            Self::Open => "The entry has no end. The slot lasts an hour until the entry says it.".to_owned(),
        }
    }
}

impl Said {
    /// Reads a text in a calendar of this zone.
    ///
    /// # Errors
    /// When it is no entry that can be kept.
    pub fn read(bytes: impl Into<Vec<u8>>, zones: &Zones, own: &Zone) -> Result<Self, Unfit> {
        let object = Object::read(bytes)?;
        let legend = object.legend(zones, own);
        let entry = object.master();
        let (mark, title) = Mark::of(entry.summary.as_deref().unwrap_or_default());
        let (times, mut note) = match entry.span(&legend) {
            Ok(span) => {
                let is_open = span.end.moment() <= span.start.moment();
                let zone =
                    if span.start.zone.name() == "UTC" { own.clone() } else { span.start.zone.clone() };
                let (start, end) = span.moments();
                let end = if is_open { start.plus_seconds(OPEN_SECONDS) } else { end };
                let (start, end) = (zone.shown(start), zone.shown(end));
                (Some(Place::new(zone, start, end)), is_open.then_some(Note::Open))
            }
            Err(NoSpan::Zone(question)) => (None, Some(Note::Zone(question.tzid))),
            Err(NoSpan::NoStart) => return Err(Unfit::NoStart),
        };
        if note.is_none() && (entry.is_series() || !object.overrides().is_empty()) {
            note = Some(Note::Series);
        }
        let title = match shortened(title) {
            text if text.is_empty() => UNTITLED.to_owned(),
            text => text,
        };
        let place = shortened(entry.location.as_deref().unwrap_or_default());
        let is_cancelled = entry.status.as_deref() == Some("CANCELLED");
        let tell = tell_of(object.master());
        Ok(Self { title, mark, place, times, note, is_cancelled, tell, legend, object })
    }

    /// Whether the text says the times that the slot has: the same moments, whatever their zone is called.
    pub fn is_at(&self, slot: &Slot) -> bool {
        let Some(times) = &self.times else {
            // Of a draft whose zone is a question nobody was promised anything.
            return slot.state == dayshelf_core::slot::SlotState::Draft;
        };
        let (start, end) = (times.zone.moment(times.start).0, times.zone.moment(times.end).0);
        (start, end) == (slot.spec.times.start.0, slot.spec.times.end.0)
    }

    /// When it is, for a slot that stands in a zone already: what is written in UTC says nothing about zones.
    pub fn times_in(&self, zone: Option<&Zone>) -> Option<Place> {
        let times = self.times.clone()?;
        let is_utc = matches!(self.object.master().start, Some(dayshelf_ical::text::value::Time::Utc(_)));
        match zone.filter(|zone| is_utc && zone.name() != times.zone.name()) {
            Some(zone) => {
                let shown = |time: WallTime| zone.shown(times.zone.moment(time));
                Some(Place::new(zone.clone(), shown(times.start), shown(times.end)))
            }
            None => Some(times),
        }
    }

    /// The wall-clock times of a text whose zone is a question, on the organiser's own wall.
    pub fn times_on(&self, own: &Zone) -> Place {
        let entry = self.object.master();
        let start = entry.start.as_ref().map_or(Civil(0), dayshelf_ical::text::value::Time::local);
        let end = match &entry.end {
            dayshelf_ical::entry::End::At(time) if time.local() > start => time.local(),
            _ => Civil(start.0 + OPEN_SECONDS),
        };
        Place::new(own.clone(), start, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nobody is told where a category or a line of the notes says just that.
    #[test]
    fn tells_nobody() {
        let own = Zones::bundled().zone("Europe/Berlin").unwrap();
        let tell = |line: &str| {
            let text = format!(
                "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261126T100000Z\r\n\
                 DTSTART:20261204T170000Z\r\n{line}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
            );
            Said::read(text.into_bytes(), &Zones::bundled(), &own).unwrap().tell
        };
        for line in ["CATEGORIES:Work,Tell Nobody", "DESCRIPTION:Bring ladders.\\ntell nobody.\\nAnn"] {
            assert_eq!(tell(line), Tell::Nobody, "{line}");
        }
        for line in ["CATEGORIES:Work", "DESCRIPTION:We tell nobody", "SUMMARY:Tell nobody"] {
            assert_eq!(tell(line), Tell::AfterQuiet, "{line}");
        }
    }
}
