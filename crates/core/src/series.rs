//! Series: a slot that recurs. Each occurrence is a slot of its own; here is what ties them together.
//!
//! The rule of recurrence is text to the core: it is walked outside, where the zones are, and what it makes comes in
//! with the command. Here is what is remembered of it: how far ahead it was walked, which slot stands for which
//! place of the rule, and what the rule gave that slot, so that one that was changed by hand is known as such.
//! What an occurrence gets, and what becomes of it when the rule changes, is `decide`'s. Start at [`Series`].

use crate::change::{Credential, Tell};
use crate::command::{Expect, Resolutions};
use crate::ids::{ConfirmationId, SeriesId, SlotId};
use crate::plan::{PlanApplied, PlanPool, PlanSlot};
use crate::slot::{Slot, SlotSpec};
use crate::time::{Instant, LocalTime};

/// What its author wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeriesSpec {
    /// Its name, unique for the organiser; the slugs of its slots begin with it.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// The IANA zone on whose wall its rule counts.
    pub zone: String,
    /// All of it: the first start, the rule, the template, the pools.
    pub text: String,
}

/// How far ahead a series has slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Every occurrence that starts before this has its slot.
    pub until: Instant,
    /// When the next one is to get its slot; none when the rule makes no more. Whoever walks the rule comes then.
    pub due: Option<Instant>,
}

/// A series as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Its id.
    pub id: SeriesId,
    /// Rises by one with every change, and whenever it gets more slots.
    pub version: u32,
    /// What its author wrote.
    pub spec: SeriesSpec,
    /// How far ahead it has slots.
    pub reach: Reach,
}

/// What a series gives one of its slots, as calendars show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The title.
    pub title: String,
    /// Where it happens.
    pub place: String,
    /// The start on the wall of the series' zone.
    pub start: LocalTime,
    /// The end on it.
    pub end: LocalTime,
}

/// Whether the rule still makes an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It does.
    Made,
    /// It did once: the slot was called off with it, or waits for somebody to say yes to that.
    Dropped,
}

/// A slot as an occurrence of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// The slot.
    pub slot: SlotId,
    /// The series.
    pub series: SeriesId,
    /// Where the rule has it, on the wall of the series' zone: iCalendar's RECURRENCE-ID.
    pub at: LocalTime,
    /// What the series gave it.
    pub given: Given,
    /// Whether the rule still makes it.
    pub standing: Standing,
}

impl Given {
    /// What a slot's shape is to the calendar.
    pub fn of(spec: &SlotSpec) -> Self {
        let SlotSpec { title, place, times, .. } = spec;
        Self { title: title.clone(), place: place.clone(), start: times.start_local, end: times.end_local }
    }
}

impl Occurrence {
    /// Whether its slot is otherwise than the series gave it: it was changed by itself, and stays so.
    pub fn is_overridden(&self, series: &Series, slot: &Slot) -> bool {
        slot.spec.times.zone != series.spec.zone || Given::of(&slot.spec) != self.given
    }
}

/// An occurrence as the rule makes it, with all that its slot gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Where the rule has it.
    pub at: LocalTime,
    /// The slot with its parts; its id counts when the slot is new.
    pub slot: PlanSlot,
    /// The pools that it has of its own.
    pub pools: Vec<PlanPool>,
    /// The template that its parts are from.
    pub applied: Option<PlanApplied>,
}

/// An occurrence that has its slot already, and what the rule makes of it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Where the rule had it.
    pub was: LocalTime,
    /// Where the rule has it, or would have it where it makes it no more: its place goes along with the others, so
    /// that none of them comes to stand there.
    pub at: LocalTime,
    /// What the rule gives the slot; none when it makes it no more.
    pub now: Option<SlotSpec>,
    /// What the anchors of the slot's blocks stand for then.
    pub resolved: Resolutions,
    /// The id under which its change waits, if it has to.
    pub waits_as: ConfirmationId,
}

/// The series from which another takes over the occurrences that it keeps: "this and all future".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parted {
    /// The series.
    pub series: SeriesId,
    /// What the sender has seen of it.
    pub expected: Expect,
    /// What is left of it. It makes no more.
    pub spec: SeriesSpec,
}

/// Makes or changes a series. See [`crate::command::Command::PutSeries`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutSeries {
    /// The series.
    pub id: SeriesId,
    /// What the sender has seen of it.
    pub expected: Expect,
    /// What its author wrote.
    pub spec: SeriesSpec,
    /// How far ahead it has slots then.
    pub reach: Reach,
    /// The series that it is parted from, if it is.
    pub parted: Option<Parted>,
    /// Occurrences that get a slot.
    pub planned: Vec<Planned>,
    /// Occurrences that have one. What is not named stays as it is.
    pub kept: Vec<Kept>,
    /// Whether and when customers hear of other times and places.
    pub tell: Tell,
    /// Whose credential it came with.
    pub by: Credential,
}

/// Gives a series the slots of its next occurrences. See [`crate::command::Command::GrowSeries`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrowSeries {
    /// The series.
    pub id: SeriesId,
    /// The version from which it was walked.
    pub version: u32,
    /// Its occurrences; those that have a slot already are passed over.
    pub planned: Vec<Planned>,
    /// How far ahead it has slots then.
    pub reach: Reach,
}

/// A series of a plan, whose slots are among the plan's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSeries {
    /// The id if the key is new.
    pub id: SeriesId,
    /// What its author wrote.
    pub spec: SeriesSpec,
    /// How far ahead the plan has its slots.
    pub reach: Reach,
    /// The slugs of its slots, and where the rule has each.
    pub slots: Vec<(String, LocalTime)>,
}
