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
use crate::series::course::Course;
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
        let place = Place::new(zone.clone(), zone.local(start), zone.local(end));
        let said = |own: &Option<String>, series: &Option<String>| own.clone().or_else(|| series.clone());
        let title = said(&own.summary, &series.summary).map(|title| cut(title.trim(), TITLE_CHARS_MAX));
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
            place: cut(said(&own.location, &series.location).unwrap_or_default().trim(), TITLE_CHARS_MAX),
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
mod tests {
    use super::*;
    use dayshelf_core::text::is_slug;
    use dayshelf_ical::document::Document;
    use dayshelf_ical::import;
    use dayshelf_ical::zone::Zones;

    fn made_beside(text: &str, known: &BTreeSet<String>) -> (Drafts, ImportAnswer) {
        let zones = Zones::bundled();
        let zone = zones.zone("Europe/Berlin").unwrap();
        let import = import::read(&Document::read(text).unwrap(), &zones, &zone);
        // 2026-11-26.
        drafts(&import, Terms { zone: &zone, now: Instant(1_795_651_200_000), known })
    }

    fn made(text: &str) -> (Drafts, ImportAnswer) {
        made_beside(text, &BTreeSet::new())
    }

    /// A calendar of more than one import makes is made by the next: what is there takes no room.
    #[test]
    fn the_same_again_goes_on() {
        let entry = |number: usize| {
            format!(
                "BEGIN:VEVENT\nUID:{number}\nSUMMARY:Kiln\nDTSTART:20261204T{:02}{:02}00Z\nDURATION:PT1H\nEND:VEVENT\n",
                number / 60,
                number % 60
            )
        };
        let weekly = "BEGIN:VEVENT\nUID:w\nSUMMARY:Weekly\nDTSTART;TZID=Europe/Berlin:20261204T180000\nDURATION:PT1H\n\
             RRULE:FREQ=WEEKLY\nEND:VEVENT\n";
        let all: String = (0..DRAFTS_MAX + 20).map(entry).collect();
        let text = format!("BEGIN:VCALENDAR\n{all}{weekly}END:VCALENDAR\n");
        let (first, answer) = made(&text);
        let (slots, left) = (first.slots.len(), answer.left_out);
        assert_eq!((slots, first.series.len(), left), (DRAFTS_MAX, 0, 20 + 25));
        let by_slug = first.slots.iter().map(|draft| draft.spec.slug.clone()).collect();
        let by_name = first.slots.iter().map(|draft| draft.name.clone()).collect();
        for known in [by_slug, by_name] {
            let (second, answer) = made_beside(&text, &known);
            assert_eq!((second.slots.len(), second.series.len()), (DRAFTS_MAX + 20, 1));
            assert_eq!(answer.left_out, 0);
        }
    }

    /// Each kind of entry ends where it belongs, and the same calendar again makes the same names.
    #[test]
    fn entries_to_drafts() {
        let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Kiln & Öfen!\nDTSTART:20261204T170000Z\nDURATION:PT1H\nLOCATION:Yard\nEND:VEVENT\nBEGIN:VEVENT\nUID:2\nSUMMARY:Weekly\nDTSTART;TZID=America/New_York:20200101T180000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nEND:VEVENT\nBEGIN:VEVENT\nUID:3\nDTSTART;TZID=Own:20261204T170000\nDURATION:PT1H\nEND:VEVENT\nBEGIN:VEVENT\nUID:4\nDTSTART:20200101T170000Z\nDURATION:PT1H\nEND:VEVENT\nBEGIN:VEVENT\nUID:5\nDTSTART:20261204T170000Z\nDURATION:PT1H\nSTATUS:CANCELLED\nEND:VEVENT\nBEGIN:VEVENT\nUID:6\nDTSTART:20261204T170000Z\nEND:VEVENT\nEND:VCALENDAR\n";
        let (drafts, answer) = made(text);
        assert_eq!((answer.over, answer.cancelled, answer.questions.len()), (1, 1, 2), "{answer:?}");
        assert!(answer.questions[0].question.starts_with("which zone is \"Own\"?"));
        let first = &drafts.slots[0].spec;
        assert!(first.slug.starts_with("kiln-fen-2026-12-04-"), "{}", first.slug);
        assert_eq!((first.times.zone.as_str(), first.place.as_str()), ("Europe/Berlin", "Yard"));
        assert_eq!(first.times.start_local.0 % 86_400, 18 * 3_600);
        assert_eq!((drafts.slots.len(), drafts.series.len()), (1, 1));
        let weekly = &drafts.series[0];
        // The Wednesdays from 2 December to 19 May.
        assert_eq!(weekly.slots, 25, "half a year of weeks");
        assert!(is_slug(&weekly.doc.key) && weekly.doc.key.starts_with("weekly-"), "{}", weekly.doc.key);
        assert_eq!((weekly.doc.rule.as_str(), weekly.doc.length.as_str()), ("FREQ=WEEKLY", "1h"));
        assert_eq!(weekly.doc.zone.as_deref(), Some("America/New_York"));
        assert!(!weekly.doc.publish);
        assert_eq!(made(text).0, drafts);
    }

    /// A series has what its overrides and its left-out dates say, in UTC too, where its rule counts. What recurs as no
    /// series can is read date by date, as far as that goes; what begins in some years is a series all the same.
    #[test]
    fn series_and_what_is_none() {
        let entry = |more: &str| {
            format!(
                "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:Evening\nDTSTART;TZID=Europe/Berlin:20261204T180000\n\
                 DURATION:PT90M\n{more}END:VCALENDAR\n"
            )
        };
        let moved = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261218T180000\nSUMMARY:Late\n\
             DTSTART;TZID=Europe/Berlin:20261218T190000\nDURATION:PT90M\nEND:VEVENT\n";
        let off = "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID;TZID=Europe/Berlin:20261225T180000\nSTATUS:CANCELLED\n\
             DTSTART;TZID=Europe/Berlin:20261225T180000\nDURATION:PT90M\nEND:VEVENT\n";
        let dates = "RRULE:FREQ=WEEKLY;COUNT=5\nEXDATE;TZID=Europe/Berlin:20261211T180000\nEND:VEVENT\n";
        let (drafts, _) = made(&entry(&[dates, moved, off].concat()));
        let [series] = drafts.series.as_slice() else { panic!("{drafts:?}") };
        assert_eq!(series.slots, 3, "one is left out, one called off");
        assert_eq!(series.doc.except, ["2026-12-11T18:00:00", "2026-12-25T18:00:00"]);
        let [change] = series.doc.changes.as_slice() else { panic!("{series:?}") };
        assert_eq!(
            (change.occurrence.as_str(), change.title.as_deref()),
            ("2026-12-18T18:00:00", Some("Late"))
        );
        assert_eq!((change.start.as_deref(), change.length.as_deref()), (Some("2026-12-18T19:00:00"), None));
        let daily = "RRULE:FREQ=DAILY;COUNT=3\nEND:VEVENT\n";
        let utc = entry(daily).replace(";TZID=Europe/Berlin:20261204T180000", ":20261204T170000Z");
        let two = entry(&format!("RRULE:FREQ=WEEKLY;COUNT=3\n{daily}"));
        let (drafts, _) = made(&two);
        assert_eq!((drafts.slots.len(), drafts.series.len(), drafts.by_date), (5, 0, 1));
        let (drafts, _) = made(&utc);
        let [series] = drafts.series.as_slice() else { panic!("{drafts:?}") };
        assert_eq!((series.slots, drafts.slots.len(), drafts.by_date), (3, 0, 0));
        assert_eq!((series.doc.zone.as_deref(), series.doc.start.as_str()), (Some("UTC"), "2026-12-04T17:00:00"));
        assert!(series.notes[0].contains("another time in summer"), "{:?}", series.notes);
        let (drafts, answer) = made(&entry(daily).replace("20261204", "20301204"));
        assert_eq!((drafts.series.len(), drafts.series[0].slots, answer.over), (1, 0, 0));
        let (drafts, answer) = made(&entry(daily).replace("20261204", "20201204"));
        assert_eq!((drafts.slots.len(), drafts.series.len(), answer.over), (0, 0, 1));
        assert_eq!(drafts.idle.len(), 1, "it is there all the same");
    }
}
