//! Series in JSON: as they are kept, with their occurrences, and what came of a change.
//!
//! What an author writes is [`crate::plan::series::SeriesDoc`], the same as in a plan; how it is written over is in
//! `rewrite`, and how that becomes a command in `ask`. Start at [`SeriesHead`] and [`SeriesChangeRequest`].

pub mod ask;
pub mod course;
pub mod publish;
pub mod rewrite;

use std::collections::BTreeMap;

use dayshelf_core::change::Reason;
use dayshelf_core::series::{Occurrence, Series, Standing};
use dayshelf_core::slot::Slot;
use dayshelf_core::time::LocalTime;
use dayshelf_ical::time::Civil;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::change::{ReasonShape, TellShape};
use crate::name::{ConfirmationRef, SeriesRef, SlotRef};
use crate::page::Page;
use crate::plan::doc::PoolDoc;
use crate::plan::series::SeriesDoc;
use crate::plan::single::SlotClock;
use crate::plan::template::ScalarDoc;
use crate::slot::SlotStateShape;
use crate::time::At;

/// A series without what its author wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesHead {
    /// Its id.
    pub id: SeriesRef,
    /// Its name.
    pub key: String,
    /// The title of its slots.
    pub title: String,
    /// The IANA zone on whose wall its rule counts.
    pub zone: String,
    /// Rises by one with every change, and whenever it gets more slots.
    pub version: u32,
    /// Every occurrence that starts before this has its slot.
    pub until: At,
    /// When the next one gets its slot; null when the rule makes no more.
    pub due: Option<At>,
}

impl From<&Series> for SeriesHead {
    fn from(series: &Series) -> Self {
        let Series { id, version, spec, reach } = series;
        Self {
            id: SeriesRef(*id),
            key: spec.key.clone(),
            title: spec.title.clone(),
            zone: spec.zone.clone(),
            version: *version,
            until: At(reach.until),
            due: reach.due.map(At),
        }
    }
}

/// Which occurrence of which series a slot is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TieShape {
    /// The slot.
    pub slot: SlotRef,
    /// The series.
    pub series: SeriesRef,
    /// Where the rule has it, on the wall of the series' zone.
    #[schema(example = "2026-12-04T18:00:00")]
    pub occurrence: String,
    /// Whether the rule makes it no more.
    pub dropped: bool,
}

impl From<&Occurrence> for TieShape {
    fn from(one: &Occurrence) -> Self {
        Self {
            slot: SlotRef(one.slot),
            series: SeriesRef(one.series),
            occurrence: wall(one.at),
            dropped: one.standing == Standing::Dropped,
        }
    }
}

/// An occurrence and its slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OccurrenceShape {
    /// Which one.
    #[serde(flatten)]
    pub tie: TieShape,
    /// The slot's name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// Where it is in its life.
    pub state: SlotStateShape,
    /// When it starts.
    pub starts_at: At,
    /// When it ends.
    pub ends_at: At,
    /// Whether it was changed by itself: changes of the series leave it as it is.
    pub overridden: bool,
}

impl OccurrenceShape {
    /// An occurrence as it stands.
    pub fn of(series: &Series, one: &Occurrence, slot: &Slot) -> Self {
        Self {
            tie: one.into(),
            slug: slot.spec.slug.clone(),
            title: slot.spec.title.clone(),
            state: slot.state.into(),
            starts_at: At(slot.spec.times.start),
            ends_at: At(slot.spec.times.end),
            overridden: one.is_overridden(series, slot),
        }
    }
}

/// A series, whole.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct SeriesWhole {
    /// What it is called and how far it has slots.
    #[serde(flatten)]
    pub head: SeriesHead,
    /// What its author wrote, as it is by now.
    #[schema(value_type = SeriesDoc)]
    pub series: Value,
    /// Its occurrences that have slots, in the order of the rule.
    pub occurrences: Page<OccurrenceShape>,
}

impl SeriesWhole {
    /// A series with a page of its occurrences.
    pub fn of(series: &Series, occurrences: Page<OccurrenceShape>) -> Self {
        let text = serde_json::from_str(&series.spec.text).unwrap_or_default();
        Self { head: series.into(), series: text, occurrences }
    }
}

/// Changes a series from now on, or from an occurrence on. What is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesChangeRequest {
    /// Only say what would come of it.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether and when customers hear of other times and places.
    #[serde(default)]
    pub tell: TellShape,
    /// This one and all after it: where the rule has it. They become a series of their own, with their pools and
    /// orders.
    #[serde(default)]
    #[schema(example = "2026-12-11T18:00")]
    pub from: Option<String>,
    /// The name of that series; the old one and the date when left out.
    #[serde(default)]
    pub key: Option<String>,
    /// How far everything moves on the wall: `1h`, `-30m`, `1d`. The rule's weekdays go with it.
    #[serde(default, rename = "move")]
    #[schema(example = "1h")]
    pub shift: Option<String>,
    /// Another rule. Occurrences that it does not make are called off, and wait for a yes where people have bought.
    #[serde(default)]
    #[schema(example = "FREQ=WEEKLY;BYDAY=SA")]
    pub rule: Option<String>,
    /// Further starts that the rule does not make; the whole list.
    #[serde(default)]
    pub also: Option<Vec<String>>,
    /// Starts that are left out, each of which calls its slot off; the whole list.
    #[serde(default)]
    pub except: Option<Vec<String>>,
    /// The title.
    #[serde(default)]
    pub title: Option<String>,
    /// The story.
    #[serde(default)]
    pub story: Option<String>,
    /// The picture's address.
    #[serde(default)]
    pub image: Option<String>,
    /// Where it happens.
    #[serde(default)]
    pub place: Option<String>,
    /// How long each is.
    #[serde(default)]
    pub length: Option<String>,
    /// The template that further slots get; those that are there keep their parts.
    #[serde(default)]
    pub template: Option<String>,
    /// The values of its parameters for further slots.
    #[serde(default)]
    pub with: Option<BTreeMap<String, ScalarDoc>>,
    /// Pools that further slots get.
    #[serde(default)]
    pub pools: Option<Vec<PoolDoc>>,
}

/// Ends a series.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesEndRequest {
    /// Only say what would come of it.
    #[serde(default)]
    pub dry_run: bool,
    /// Whether customers hear of it.
    #[serde(default)]
    pub tell: TellShape,
}

/// What became of an occurrence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It got its slot.
    Made,
    /// Its slot was moved or changed.
    Changed,
    /// Its slot was called off.
    Cancelled,
    /// What it shall be waits for a yes.
    Waits,
    /// It stays as it is because it was changed by itself.
    Stays,
}

/// What became of one occurrence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutcomeShape {
    /// The slot.
    pub slot: SlotRef,
    /// What became of it.
    pub became: Became,
    /// Why it waits.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<ReasonShape>,
    /// The change that waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<ConfirmationRef>,
}

impl OutcomeShape {
    /// An outcome that needs no yes.
    pub const fn done(slot: SlotRef, became: Became) -> Self {
        Self { slot, became, reasons: Vec::new(), confirmation: None }
    }

    /// One that does.
    pub fn waits(slot: SlotRef, confirmation: ConfirmationRef, reasons: &[Reason]) -> Self {
        let reasons = reasons.iter().map(ReasonShape::from).collect();
        Self { slot, became: Became::Waits, reasons, confirmation: Some(confirmation) }
    }
}

/// What came of making, changing or ending a series.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeriesAnswer {
    /// Whether it was only asked what would come of it.
    pub dry_run: bool,
    /// The series; the later one where it was parted.
    pub series: SeriesHead,
    /// What became of its occurrences, where anything did.
    pub outcomes: Vec<OutcomeShape>,
    /// Times of its slots that the clocks show twice; the first hundred.
    pub clocks: Vec<SlotClock>,
}

/// A wall-clock time as it is written.
pub fn wall(at: LocalTime) -> String {
    Civil(at.0).to_string()
}
