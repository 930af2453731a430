//! Series: made with a few slots, moved as a whole, shortened, given more slots; from an older version too.

use std::collections::BTreeMap;

use dayshelf_core::change::Tell;
use dayshelf_core::command::{Command, Resolutions};
use dayshelf_core::ids::{ConfirmationId, SeriesId, SlotId};
use dayshelf_core::series::{
    GrowSeries, Kept, Occurrence, Planned, PutSeries, Reach, Series, SeriesSpec, Standing,
};
use dayshelf_core::slot::{Slot, SlotSpec};
use dayshelf_core::time::{Instant, LocalTime, Span};

use super::Crowd;
use crate::auditor::Auditor;
use crate::scene::{plan, slot};

/// How far ahead a series of a life has slots.
const AHEAD: Span = Span::hours(10 * 24);

impl Crowd {
    /// A series is made, changed, or given more slots.
    pub(super) fn edits_series(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let old = self.chance.pick(known.series.values()).cloned();
        match (self.chance.between(0, 5), old) {
            (0..3, Some(old)) => self.changes_series(now, known, &old),
            (3, Some(old)) => {
                let version = if self.chance.percent(50) { old.version + 1 } else { old.version };
                let reach = Reach { until: old.reach.until.plus(AHEAD), due: Some(old.reach.until) };
                let planned = self.occurrences(now, known, 3)?;
                Some(Command::GrowSeries(Box::new(GrowSeries { id: old.id, version, planned, reach })))
            }
            _ => {
                let key = format!("series-{}", self.chance.between(0, 3));
                let key = if self.chance.percent(5) { "No Slug".into() } else { key };
                let spec = SeriesSpec {
                    key,
                    title: "Series".into(),
                    zone: "Europe/Berlin".into(),
                    text: "FREQ=DAILY".into(),
                };
                let id = SeriesId(self.ids.next());
                let planned = self.occurrences(now, known, 4)?;
                Some(self.puts(now, known, PutOf { id, version: 0, spec, planned, kept: Vec::new() }))
            }
        }
    }

    /// All slots of a series move, those that nobody has bought of are perhaps called off, and there are more.
    fn changes_series(&mut self, now: Instant, known: &Auditor, old: &Series) -> Option<Command> {
        let shift = Span::minutes(self.chance.between(0, 600) as i64 - 200);
        let ties: Vec<Occurrence> = known
            .ties
            .values()
            .filter(|tie| tie.series == old.id && tie.standing == Standing::Made)
            .cloned()
            .collect();
        let mut kept = Vec::new();
        for tie in &ties {
            let of = known.slots.get(&tie.slot)?.clone();
            let is_free = !known.is_wanted(of.id);
            let goes = is_free && self.chance.percent(25);
            kept.push(self.kept(known, tie, (&of, (!goes).then_some(shift))));
        }
        let mut spec = old.spec.clone();
        spec.text = format!("text {}", self.made);
        let planned = if self.chance.percent(40) { self.occurrences(now, known, 2)? } else { Vec::new() };
        Some(self.puts(now, known, PutOf { id: old.id, version: old.version, spec, planned, kept }))
    }

    fn kept(&mut self, known: &Auditor, tie: &Occurrence, (of, shift): (&Slot, Option<Span>)) -> Kept {
        let waits_as = ConfirmationId(self.ids.next());
        let Some(shift) = shift else {
            return Kept { was: tie.at, at: tie.at, now: None, resolved: Resolutions::new(), waits_as };
        };
        let seconds = shift.0 / 1_000;
        let start = Instant(tie.given.start.0 * 1_000).plus(shift);
        let length = Span((tie.given.end.0 - tie.given.start.0) * 1_000);
        let times = slot::times(start, length);
        let resolved = Self::resolved(known, of.id, &times);
        let spec = SlotSpec { times, ..of.spec.clone() };
        Kept { was: tie.at, at: LocalTime(tie.at.0 + seconds), now: Some(spec), resolved, waits_as }
    }

    fn puts(&mut self, now: Instant, known: &Auditor, put: PutOf) -> Command {
        let PutOf { id, version, spec, planned, kept } = put;
        let expected = if version == 0 { dayshelf_core::command::Expect::New } else { self.expects(version) };
        let until = now.plus(AHEAD);
        Command::PutSeries(Box::new(PutSeries {
            id,
            expected,
            spec,
            reach: Reach { until, due: Some(until) },
            parted: None,
            planned,
            kept,
            tell: if self.chance.percent(20) { Tell::Nobody } else { Tell::AfterQuiet },
            by: self.credential(known),
        }))
    }

    /// A few slots like one that is there, a day after the other.
    fn occurrences(&mut self, now: Instant, known: &Auditor, max: u64) -> Option<Vec<Planned>> {
        let like = self.some_slot(known)?.id;
        let plan = plan::of_slot(known, like)?.slots.pop()?;
        let length = plan.spec.times.end.since(plan.spec.times.start);
        let first = now.plus(Span::minutes(self.chance.between(60, 4_000) as i64));
        let count = self.chance.between(1, max);
        let mut all = BTreeMap::new();
        for number in 0..count {
            let start = first.plus(Span::hours(number as i64 * 24));
            let mut slot = plan.clone();
            plan::anew(&mut slot, &mut self.ids);
            slot.spec.slug = format!("turn-{}", self.made * 10 + number);
            plan::take_to(&mut slot, slot::times(start, length));
            let at = LocalTime(start.0 / 1_000);
            all.insert(at, Planned { at, slot, pools: Vec::new(), applied: None });
        }
        Some(all.into_values().collect())
    }
}

struct PutOf {
    id: SeriesId,
    version: u32,
    spec: SeriesSpec,
    planned: Vec<Planned>,
    kept: Vec<Kept>,
}

impl Auditor {
    /// Whether somebody holds, has bought or waits for something of a slot.
    pub(crate) fn is_wanted(&self, slot: SlotId) -> bool {
        self.holds.values().any(|hold| hold.slot == slot)
            || self.orders.values().any(|order| order.slot == slot)
            || self.line.iter().any(|entry| entry.slot == slot)
    }
}
