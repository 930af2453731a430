//! A series in the books, and what its entry shall say of it.
//!
//! An evening is shown as long as its slot stands, whatever the rule makes of it: one that waits for a yes to be
//! called off stays where it is, marked. Start at [`Known::of`] and [`Wanted::of`].

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::books::Books;
use dayshelf_core::ids::{SeriesId, SlotId};
use dayshelf_core::series::{Series, Standing};
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_ical::anchor::parse_span;
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::{Zone, Zones};
use dayshelf_wire::plan::series::{OccurrenceDoc, SeriesDoc};
use dayshelf_wire::series::course::end_of;

use super::{Course, ONCE, Own};
use crate::entry::Marked;

/// A series with its slots.
#[derive(Clone, Debug)]
pub struct Known {
    /// The series.
    pub series: Series,
    /// Its evenings that have slots, by where the rule has them.
    pub evenings: BTreeMap<Civil, Evening>,
    /// Rises with every change of the series and of its slots.
    pub stamp: u64,
}

/// An evening that has its slot.
#[derive(Clone, Debug)]
pub struct Evening {
    /// The slot.
    pub slot: Slot,
    /// Whether the rule still makes it.
    pub standing: Standing,
}

/// How far a series is, and which slots are its.
#[derive(Clone, Debug)]
pub struct Run {
    /// As [`Known::stamp`].
    pub stamp: u64,
    /// Its slots.
    pub slots: BTreeSet<SlotId>,
}

/// What the entry of a series shall say.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it says of the series.
    pub course: Course,
    /// Evenings of which a change waits for a yes.
    pub marks: BTreeMap<Civil, Marked>,
    /// Evenings that are not shown any more, and that no rule has to leave out.
    pub gone: BTreeSet<Civil>,
    /// Whether anything of it is on sale.
    pub state: SlotState,
    /// Whether there is nothing to show.
    pub is_over: bool,
    doc: SeriesDoc,
    zones: Zones,
    slots: BTreeSet<Civil>,
}

/// All series that an entry can show.
pub fn runs(books: &Books, zones: &Zones) -> BTreeMap<SeriesId, Run> {
    let shown = books.series.values().filter(|series| base(series, zones).is_some());
    let run = |series: &Series| {
        let slots = books.runs.get(&series.id).into_iter().flatten().map(|(_, slot)| *slot).collect();
        (series.id, Run { stamp: stamp(books, series), slots })
    };
    shown.map(run).collect()
}

/// The series' version first: slots that leave a series or come into it raise it, so that the sum of theirs need
/// only rise in between.
fn stamp(books: &Books, series: &Series) -> u64 {
    let slots =
        books.runs.get(&series.id).into_iter().flatten().filter_map(|(_, slot)| books.slots.get(slot));
    let sum: u32 = slots.fold(0, |sum, slot| sum.saturating_add(slot.version));
    (u64::from(series.version) << u32::BITS) + u64::from(sum)
}

/// The series' own text, and its zone; `None` when another version of the program wrote what nobody reads here.
fn base(series: &Series, zones: &Zones) -> Option<(SeriesDoc, Zone)> {
    let doc = SeriesDoc::kept(&series.spec.text).ok()?;
    let zone = zones.zone(&series.spec.zone).ok()?;
    let reads = Civil::parse(&doc.start).is_some() && parse_span(&doc.length).is_ok();
    reads.then_some((doc, zone))
}

impl Known {
    /// A series as it stands.
    pub fn of(books: &Books, id: SeriesId) -> Option<Self> {
        let series = books.series.get(&id)?;
        let run = books.runs.get(&id).into_iter().flatten();
        let evenings = run.filter_map(|(at, slot)| {
            let standing = books.occurrences.get(slot)?.standing;
            Some((Civil(at.0), Evening { slot: books.slots.get(slot)?.clone(), standing }))
        });
        Some(Self { evenings: evenings.collect(), stamp: stamp(books, series), series: series.clone() })
    }

    /// Its own text, and its zone.
    pub fn doc(&self, zones: &Zones) -> Option<(SeriesDoc, Zone)> {
        base(&self.series, zones)
    }
}

impl Wanted {
    /// What the entry of a series shall say. `marked` tells of the changes that wait.
    pub fn of(known: &Known, zones: &Zones, marked: impl Fn(SlotId) -> Option<Marked>) -> Option<Self> {
        let (doc, zone) = known.doc(zones)?;
        let dates = |list: &[String]| list.iter().filter_map(|text| Civil::parse(text)).collect();
        let course = Course {
            title: doc.title.clone(),
            place: doc.place.clone(),
            start: Civil::parse(&doc.start)?,
            length: parse_span(&doc.length).ok()?,
            rule: if doc.rule == ONCE { String::new() } else { doc.rule.clone() },
            also: dates(&doc.also),
            except: dates(&doc.except),
            own: BTreeMap::new(),
            zone: zone.clone(),
        };
        let is_published = |evening: &Evening| evening.slot.state == SlotState::Published;
        let is_sold = known.evenings.values().any(is_published);
        let state = if is_sold { SlotState::Published } else { SlotState::Draft };
        let mut wanted = Self {
            course,
            marks: BTreeMap::new(),
            gone: BTreeSet::new(),
            state,
            is_over: false,
            doc: doc.clone(),
            zones: zones.clone(),
            slots: known.evenings.keys().copied().collect(),
        };
        for own in &doc.changes {
            let at = Civil::parse(&own.occurrence).filter(|at| !known.evenings.contains_key(at));
            if let Some(at) = at {
                let is = changed(&wanted.course, at, own);
                wanted.course.own.insert(at, is);
            }
        }
        let mut is_shown = known.series.reach.due.is_some();
        for (at, evening) in &known.evenings {
            let is_made = evening.standing == Standing::Made || doc.makes(*at, &zone, zones);
            is_shown |= wanted.evening(*at, evening, is_made);
            wanted.marks.extend(marked(evening.slot.id).map(|marked| (*at, marked)));
        }
        wanted.is_over = !is_shown;
        Some(wanted)
    }

    /// Whether there is an evening, or will be: one that is another series' by now is none.
    pub fn has(&self, at: Civil) -> bool {
        let is_out = self.gone.contains(&at) || self.course.except.contains(&at);
        !is_out && (self.slots.contains(&at) || self.doc.makes(at, &self.course.zone, &self.zones))
    }

    /// Brings in an evening; whether it is shown.
    fn evening(&mut self, at: Civil, evening: &Evening, is_made: bool) -> bool {
        let course = &mut self.course;
        let is = Own::of(&evening.slot, &course.zone);
        let was_called_off = evening.slot.state == SlotState::Cancelled && evening.standing == Standing::Made;
        if evening.slot.state.is_off() && !was_called_off {
            if evening.standing == Standing::Made && !course.also.remove(&at) {
                course.except.insert(at);
            }
            self.gone.insert(at);
            return false;
        }
        course.except.remove(&at);
        if !is_made {
            course.also.insert(at);
        }
        if is != course.plain(at) {
            course.own.insert(at, is);
        }
        true
    }
}

/// An evening that has no slot yet, as the series' text has it.
fn changed(course: &Course, at: Civil, own: &OccurrenceDoc) -> Own {
    let plain = course.plain(at);
    let start = own.start.as_deref().and_then(|text| course.zone.read(text)).unwrap_or(plain.start);
    let length = own.length.as_deref().and_then(|text| parse_span(text).ok()).unwrap_or(course.length);
    let end = course.zone.shown(end_of(&course.zone, start, length));
    Own {
        title: own.title.clone().unwrap_or(plain.title),
        place: own.place.clone().unwrap_or(plain.place),
        start,
        end,
        is_cancelled: false,
    }
}
