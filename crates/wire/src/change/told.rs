//! Changes that were carried out and what customers are told of them, as the journal has it.

use dayshelf_core::change::{Handover, Made, MadeKind, Promise, Seen, Shown, Telling};
use serde::Serialize;
use utoipa::ToSchema;

use super::{CredentialShape, ReasonShape, TellShape, TrailShape};
use crate::name::{FulfilmentRef, PoolRef, SlotRef};
use crate::time::At;

/// A change that was carried out, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MadeShape {
    /// The slot.
    pub slot: SlotRef,
    /// What kind: `edited`, `moved`, `cancelled`, `undone`, `part_removed`, or `planned` when a plan did it,
    /// `filled` when it got the parts of a template.
    #[schema(example = "moved")]
    pub change: &'static str,
    /// Whose credential it came with.
    pub by: CredentialShape,
    /// Who is told.
    pub tell: TellShape,
    /// What it had needed a yes for, and got it.
    pub granted: Vec<ReasonShape>,
    /// What it left behind.
    pub trail: TrailShape,
}

impl From<&Made> for MadeShape {
    fn from(made: &Made) -> Self {
        Self {
            slot: SlotRef(made.slot),
            change: match made.kind {
                MadeKind::Edited => "edited",
                MadeKind::Moved => "moved",
                MadeKind::Cancelled => "cancelled",
                MadeKind::Undone => "undone",
                MadeKind::Planned => "planned",
                MadeKind::PartRemoved(_) => "part_removed",
                MadeKind::Filled { .. } => "filled",
            },
            by: made.by.into(),
            tell: made.tell.into(),
            granted: made.granted.iter().map(ReasonShape::from).collect(),
            trail: TrailShape::of(Some(&made.trail)),
        }
    }
}

/// What customers saw of a slot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SeenShape {
    /// Whoever bought before this, and not before that of an older one, saw it.
    pub until: At,
    /// When it was to start.
    pub start: At,
    /// When it was to end.
    pub end: At,
    /// The zone.
    pub zone: String,
    /// Where it was to be.
    pub place: String,
    /// Pickups that stood elsewhere then.
    pub pickups: Vec<HandoverShape>,
}

/// Where and when somebody was to fetch what they bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HandoverShape {
    /// The pickup block.
    pub fulfilment: FulfilmentRef,
    /// The time box of it, where it has them.
    pub places: Option<PoolRef>,
    /// From when.
    pub from: At,
    /// Until when.
    pub until: At,
    /// The block's own place; empty where it is the slot's.
    pub place: String,
}

impl From<&Handover> for HandoverShape {
    fn from(handover: &Handover) -> Self {
        Self {
            fulfilment: FulfilmentRef(handover.choice.block),
            places: handover.choice.places.map(PoolRef),
            from: At(handover.from),
            until: At(handover.until),
            place: handover.place.clone(),
        }
    }
}

impl From<&Seen> for SeenShape {
    fn from(seen: &Seen) -> Self {
        Self {
            until: At(seen.until),
            start: At(seen.times.start),
            end: At(seen.times.end),
            zone: seen.times.zone.clone(),
            place: seen.place.clone(),
            pickups: seen.handovers.iter().map(HandoverShape::from).collect(),
        }
    }
}

/// Customers are told of a slot's time and place, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TellingShape {
    /// The slot.
    pub slot: SlotRef,
    /// iCalendar's SEQUENCE of what is told.
    pub sequence: u32,
    /// The title now.
    pub title: String,
    /// When it starts now.
    pub start: At,
    /// When it ends now.
    pub end: At,
    /// The zone.
    pub zone: String,
    /// Where it is now.
    pub place: String,
    /// What customers saw before, oldest first. Who saw what is so now is not told.
    pub seen: Vec<SeenShape>,
    /// Pickups of the slot as they are now.
    pub pickups: Vec<HandoverShape>,
}

impl From<&Telling> for TellingShape {
    fn from(telling: &Telling) -> Self {
        Self {
            slot: SlotRef(telling.slot),
            sequence: telling.sequence,
            title: telling.title.clone(),
            start: At(telling.times.start),
            end: At(telling.times.end),
            zone: telling.times.zone.clone(),
            place: telling.place.clone(),
            seen: telling.seen.iter().map(SeenShape::from).collect(),
            pickups: telling.handovers.iter().map(HandoverShape::from).collect(),
        }
    }
}

/// What the buyer of an order is told of it, as the journal has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PromiseShape {
    /// What the order is for.
    pub is: PromisedShape,
    /// Where and when it is fetched; null where it is not.
    pub pickup: Option<HandoverShape>,
    /// What it was for before, where it went to another slot.
    pub was: Option<PromisedShape>,
}

/// A slot as buyers are told of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PromisedShape {
    /// Its title.
    pub title: String,
    /// When it starts.
    pub start: At,
    /// When it ends.
    pub end: At,
    /// The zone.
    pub zone: String,
    /// Where it is.
    pub place: String,
}

impl From<&Promise> for PromiseShape {
    fn from(promise: &Promise) -> Self {
        Self {
            is: PromisedShape::from(&promise.is),
            pickup: promise.pickup.as_ref().map(HandoverShape::from),
            was: promise.was.as_ref().map(PromisedShape::from),
        }
    }
}

impl From<&Shown> for PromisedShape {
    fn from(shown: &Shown) -> Self {
        Self {
            title: shown.title.clone(),
            start: At(shown.times.start),
            end: At(shown.times.end),
            zone: shown.times.zone.clone(),
            place: shown.place.clone(),
        }
    }
}
