//! A calendar of somebody else as draft slots: what is made of which entry, and what has to be asked first.
//!
//! Nothing is guessed. An entry that is clear becomes a draft, one that recurs a draft series; where no series can be
//! what it says, a draft for each occurrence of the coming half year. What is over, called off or unclear is not made.
//! The draft's name follows from the entry, so that the same calendar again makes nothing twice. Start at [`drafts`].

mod names;
mod reading;

use std::collections::BTreeSet;

use dayshelf_core::limits::{OCCURRENCES_MAX, STORY_CHARS_MAX, TITLE_CHARS_MAX};
use dayshelf_core::slot::SlotSpec;
use dayshelf_core::time::{Instant, Span};
use dayshelf_ical::entry::Entry;
use dayshelf_ical::import::{Import, Imported, Unclear};
use dayshelf_ical::recur::{Asked, Expansion, Occurrence, Stopped, occurrences};
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::{SeriesRef, SlotRef};
use crate::plan::series::SeriesDoc;
use crate::series::course::{Course, shortened};
use crate::time::{At, Place};

use names::{cut, entry_name, occurrence_name, series_key, slug};
pub use reading::{ReadAs, read};

/// How far ahead a series becomes drafts.
const AHEAD: Span = Span::hours(180 * 24);
/// New drafts of one import at most; what is there already takes no room, so that the same calendar again goes on.
pub const DRAFTS_MAX: usize = 500;
/// Questions of one import at most.
const QUESTIONS_MAX: usize = 500;
/// The zone that says when and not where.
const UTC: &str = "UTC";
/// How far ahead the first of a series is looked for.
const FAR_AHEAD: Span = Span::hours(10 * 366 * 24);

/// A calendar to make drafts of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportRequest {
    /// The calendar, as its file says it.
    #[schema(example = "BEGIN:VCALENDAR…")]
    pub calendar: String,
    /// The zone of times that name none; the organiser's if left out.
    #[serde(default)]
    pub zone: Option<String>,
    /// The answer to the question which zone is meant, for all that ask it.
    #[serde(default)]
    pub unknown_zone: Option<String>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportAnswer {
    /// Whether nothing was made, since it was only asked.
    pub dry_run: bool,
    /// The drafts that were made, or would be.
    pub drafts: Vec<DraftShape>,
    /// The draft series that were made, or would be.
    pub series: Vec<SeriesDraftShape>,
    /// What has to be answered before something is made of an entry.
    pub questions: Vec<QuestionShape>,
    /// Entries, or occurrences of them, that are slots already.
    pub already: usize,
    /// Entries that are over.
    pub over: usize,
    /// Entries that are called off.
    pub cancelled: usize,
    /// Entries beyond what one import makes: the same calendar again makes them.
    pub left_out: usize,
    /// Lines that make no sense, and are left out.
    pub flaws: Vec<String>,
}

/// A draft of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DraftShape {
    /// The slot; null while it is not made.
    pub slot: Option<SlotRef>,
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// When it starts.
    pub start: At,
    /// When it ends.
    pub end: At,
    /// Its zone.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// What is odd about it, to look at.
    pub notes: Vec<String>,
}

/// A draft series of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesDraftShape {
    /// The series; null while it is not made.
    pub series: Option<SeriesRef>,
    /// Its name, with which the slugs of its slots begin.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Its first start, on the zone's wall.
    #[schema(example = "2026-12-04T18:00:00")]
    pub start: String,
    /// Its zone.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// Its rule.
    #[schema(example = "FREQ=WEEKLY;BYDAY=FR")]
    pub rule: String,
    /// How many slots it has at once, one for each occurrence of the coming 180 days.
    pub slots: usize,
    /// What is odd about it, to look at.
    pub notes: Vec<String>,
}

/// Something that has to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionShape {
    /// The entry's own name.
    pub uid: Option<String>,
    /// Its title.
    pub title: String,
    /// The question.
    #[schema(example = "which zone is \"Customized Time Zone\"?")]
    pub question: String,
}

/// A draft to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// By what the entry's date is known again when its title or time is another.
    pub name: String,
    /// What the slot shall be.
    pub spec: SlotSpec,
    /// What is odd about it.
    pub notes: Vec<String>,
}

/// A draft series to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct SeriesDraft {
    /// By what the entry is known again when its title or time is another.
    pub name: String,
    /// What its author wrote.
    pub doc: SeriesDoc,
    /// How many slots it has at once.
    pub slots: usize,
    /// What is odd about it.
    pub notes: Vec<String>,
}

/// What is made of a calendar.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drafts {
    /// Drafts of one date each.
    pub slots: Vec<Draft>,
    /// Draft series.
    pub series: Vec<SeriesDraft>,
    /// Names of entries that are there though nothing is made of them now: something has to be asked first, or they are
    /// over.
    pub idle: BTreeSet<String>,
    /// Entries that recur and can be no series: their dates are made one by one, as far ahead as slots are made.
    pub by_date: usize,
}

/// For whom, and when.
#[derive(Clone, Copy, Debug)]
pub struct Terms<'t> {
    /// The zone of single entries in UTC, which say when and not where.
    pub zone: &'t Zone,
    /// Now.
    pub now: Instant,
    /// What is there already: slugs of slots and keys of series, or names of entries.
    pub known: &'t BTreeSet<String>,
}

/// What is made of a calendar. Counts of what is not made are in the answer.
pub fn drafts(import: &Import, terms: Terms<'_>) -> (Drafts, ImportAnswer) {
    let (drafts, slugs, answer) = (Drafts::default(), BTreeSet::new(), ImportAnswer::default());
    let mut made = Made { import, terms, drafts, slugs, slots: 0, answer };
    made.answer.left_out = import.left_out;
    for imported in &import.entries {
        made.entry(imported);
    }
    (made.drafts, made.answer)
}

impl SeriesDraftShape {
    /// A draft series, and the series if it was made.
    pub fn of(draft: &SeriesDraft, series: Option<SeriesRef>) -> Self {
        let doc = &draft.doc;
        Self {
            series,
            key: doc.key.clone(),
            title: doc.title.clone(),
            start: doc.start.clone(),
            zone: doc.zone.clone().unwrap_or_default(),
            rule: doc.rule.clone(),
            slots: draft.slots,
            notes: draft.notes.clone(),
        }
    }
}

impl DraftShape {
    /// A draft, and the slot if it was made.
    pub fn of(draft: &Draft, slot: Option<SlotRef>) -> Self {
        let spec = &draft.spec;
        Self {
            slot,
            slug: spec.slug.clone(),
            title: spec.title.clone(),
            start: At(spec.times.start),
            end: At(spec.times.end),
            zone: spec.times.zone.clone(),
            notes: draft.notes.clone(),
        }
    }
}

/// The state while drafts are made.
struct Made<'m> {
    import: &'m Import,
    terms: Terms<'m>,
    drafts: Drafts,
    slugs: BTreeSet<String>,
    /// Slots that come of it.
    slots: usize,
    answer: ImportAnswer,
}

impl Made<'_> {
    fn entry(&mut self, imported: &Imported) {
        let entry = &imported.entry;
        if !imported.is_clear() {
            return imported
                .unclear
                .iter()
                .filter(|one| one.is_in_the_way())
                .for_each(|one| self.ask(entry, one.to_string()));
        }
        let until = Moment(self.terms.now.plus(AHEAD).0);
        let until = if entry.is_series() { until } else { Moment(i64::MAX) };
        let asked = Asked { from: Moment(self.terms.now.0), until };
        let Ok(found) = occurrences(entry, &imported.overrides, &self.import.legend, asked) else { return };
        if found.stopped == Some(Stopped::Steps) {
            return self.ask(entry, "how does it recur? Its rule takes too long to follow.".to_owned());
        }
        if found.occurrences.is_empty() && !self.is_ahead(imported) {
            self.answer.over += 1;
            self.drafts.idle.insert(entry_name(entry));
        } else if let Some(draft) = self.series(imported, &found) {
            return self.put_series(draft);
        } else if entry.is_series() {
            self.drafts.by_date += 1;
        }
        for one in &found.occurrences {
            let own = imported.overrides.iter().find(|change| change.at == one.entry).unwrap_or(entry);
            self.occurrence(entry, own, one);
        }
    }

    /// Whether what recurs begins later than slots are made for.
    fn is_ahead(&self, imported: &Imported) -> bool {
        let now = self.terms.now;
        let begins = imported.entry.span(&self.import.legend).ok().map(|span| span.start.moment());
        if imported.entry.is_series() && begins.is_some_and(|begins| begins.0 > now.0) {
            return true;
        }
        let asked = Asked { from: Moment(now.0), until: Moment(now.plus(FAR_AHEAD).0) };
        let found = || occurrences(&imported.entry, &imported.overrides, &self.import.legend, asked).ok();
        imported.entry.is_series() && found().is_some_and(|found| !found.occurrences.is_empty())
    }

    /// The series that an entry is, if it can be one.
    fn series(&self, imported: &Imported, found: &Expansion) -> Option<SeriesDraft> {
        let entry = &imported.entry;
        let span =
            entry.span(&self.import.legend).ok().filter(|span| span.start.moment() < span.end.moment())?;
        let is_clear = entry.is_series() && found.stopped.is_none();
        let is_off = entry.status.as_deref() == Some("CANCELLED");
        let fits = is_clear && !is_off && found.occurrences.len() <= OCCURRENCES_MAX;
        let course =
            fits.then(|| Course::read(entry, &imported.overrides, &self.import.legend, |title| title));
        let course = course??;
        let mut notes: Vec<String> =
            entry.uid.is_none().then(|| Unclear::NoUid.to_string()).into_iter().collect();
        // Its rule counts there, and on no other wall would it make the same.
        if span.start.zone.name() == UTC && self.terms.zone.name() != UTC {
            notes.push(format!(
                "it recurs in UTC, so on the wall of {} it is at another time in summer than in winter",
                self.terms.zone.name()
            ));
        }
        let is_cancelled = |one: &&Occurrence| {
            let own = imported.overrides.iter().find(|change| change.at == one.entry);
            own.is_some_and(|own| own.status.as_deref() == Some("CANCELLED"))
        };
        let slots = found.occurrences.len() - found.occurrences.iter().filter(is_cancelled).count();
        let story = cut(entry.description.as_deref().unwrap_or_default(), STORY_CHARS_MAX);
        let doc = SeriesDoc { story, ..course.doc(series_key(&course.title, entry)) };
        Some(SeriesDraft { name: entry_name(entry), doc, slots, notes })
    }

    fn put_series(&mut self, draft: SeriesDraft) {
        let new = if self.is_known(&draft.name, &draft.doc.key) { 0 } else { draft.slots };
        if self.slots > 0 && self.slots + new > DRAFTS_MAX {
            self.answer.left_out += draft.slots;
        } else if self.slugs.insert(draft.doc.key.clone()) {
            self.slots += new;
            self.drafts.series.push(draft);
        }
    }

    fn occurrence(&mut self, series: &Entry, own: &Entry, one: &Occurrence) {
        let (start, end) = one.span.moments();
        if own.status.as_deref() == Some("CANCELLED") {
            self.answer.cancelled += 1;
        } else if end.0 <= self.terms.now.0 {
            self.answer.over += 1;
            self.drafts.idle.insert(occurrence_name(series, one));
        } else if end <= start {
            self.ask(own, "how long does it take? It has no end.".to_owned());
        } else {
            self.put(self.draft(series, own, one));
        }
    }

    fn put(&mut self, draft: Draft) {
        let new = usize::from(!self.is_known(&draft.name, &draft.spec.slug));
        if self.slots + new > DRAFTS_MAX {
            self.answer.left_out += 1;
        } else if self.slugs.insert(draft.spec.slug.clone()) {
            // Two entries of one name at one time are one.
            self.slots += new;
            self.drafts.slots.push(draft);
        }
    }

    /// Whether something has come of it before.
    fn is_known(&self, name: &str, slug: &str) -> bool {
        self.terms.known.contains(name) || self.terms.known.contains(slug)
    }

    fn draft(&self, series: &Entry, own: &Entry, one: &Occurrence) -> Draft {
        let (start, end) = one.span.moments();
        let zone = match one.span.start.zone.name() {
            UTC => self.terms.zone,
            _ => &one.span.start.zone,
        };
        // From the moments, since a start in a gap is another time on the wall.
        let place = Place::new(zone.clone(), zone.shown(start), zone.shown(end));
        let said = |own: &Option<String>, series: &Option<String>| own.clone().or_else(|| series.clone());
        let title = said(&own.summary, &series.summary).map(|title| shortened(&title));
        let title = title.filter(|title| !title.is_empty()).unwrap_or_else(|| "Untitled".to_owned());
        let mut notes = Vec::new();
        if one.is_shifted {
            notes.push("the clocks jump over its start, so it starts later by that".to_owned());
        }
        if series.uid.is_none() {
            notes.push(Unclear::NoUid.to_string());
        }
        let spec = SlotSpec {
            slug: slug(&title, series, one),
            title,
            story: cut(&said(&own.description, &series.description).unwrap_or_default(), STORY_CHARS_MAX),
            image: String::new(),
            place: shortened(&said(&own.location, &series.location).unwrap_or_default()),
            times: place.times(),
            extras: Vec::new(),
            faqs: Vec::new(),
        };
        Draft { name: occurrence_name(series, one), spec, notes }
    }

    fn ask(&mut self, entry: &Entry, question: String) {
        self.drafts.idle.insert(entry_name(entry));
        if self.answer.questions.len() >= QUESTIONS_MAX {
            self.answer.left_out += 1;
            return;
        }
        let title = cut(entry.summary.as_deref().unwrap_or("Untitled").trim(), TITLE_CHARS_MAX);
        let uid = entry.uid.as_deref().map(|uid| cut(uid, TITLE_CHARS_MAX));
        self.answer.questions.push(QuestionShape { uid, title, question });
    }
}

#[cfg(test)]
mod tests;
