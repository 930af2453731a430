//! What would come of a change, in JSON: each thing's old and new time in the slot's zone and in UTC, whom it
//! touches, what it gets in the way of, and which wall-clock times the clocks jump over or show twice.

use dayshelf_core::decide::{Conflict, ConflictKind, Moved, MovedPart, Preview, Shift};
use dayshelf_core::time::{Instant, When};
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::{Resolution, Zone, Zones};
use serde::Serialize;
use utoipa::ToSchema;

use crate::name::{HoldRef, OrderRef, SlotRef};
use crate::nights::NightsDoc;
use crate::time::{At, Place, anchor_text};

/// Holds, orders and customers that are named; beyond it only their number is said.
pub const NAMED_MAX: usize = 100;

/// A time in the slot's zone and in UTC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeShape {
    /// In UTC.
    pub utc: At,
    /// On the slot's wall, with the offset in force.
    #[schema(example = "2026-12-04T18:00:00+01:00")]
    pub local: String,
}

impl TimeShape {
    fn of(at: Instant, zone: &Zone) -> Self {
        let wall = zone.wall(Moment(at.0));
        let (sign, offset) =
            (if wall.offset_seconds < 0 { '-' } else { '+' }, wall.offset_seconds.unsigned_abs());
        let (hours, minutes) = (offset / 3_600, offset / 60 % 60);
        Self { utc: At(at), local: format!("{}{sign}{hours:02}:{minutes:02}", wall.local) }
    }
}

/// A time before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TimeChange {
    /// Before.
    pub before: TimeShape,
    /// After.
    pub after: TimeShape,
    /// What it hangs on; null for the slot itself.
    #[schema(example = "start - 20m")]
    pub anchor: Option<String>,
}

/// A thing on the time axis that stands elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MovedShape {
    /// What it is: `slot`, `window`, `fulfilment`, `box`, `step` or `block`.
    #[serde(rename = "type")]
    #[schema(example = "window")]
    pub kind: &'static str,
    /// Its id; of a price step, its offer's.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// Its beginning.
    pub from: TimeChange,
    /// Its end, where it has one.
    pub until: Option<TimeChange>,
}

/// Two things that want the same at the same time, or one that wants nights which are not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ConflictShape {
    /// What they are: `pickup`, `shift` or `night`.
    #[serde(rename = "type")]
    #[schema(example = "pickup")]
    pub kind: &'static str,
    /// The thing of this slot: a block, or the offer that draws on the nights.
    pub id: String,
    /// The thing of the other one; of nights their pool.
    pub other: String,
    /// The other slot; null for nights.
    pub other_slot: Option<SlotRef>,
    /// What is wanted.
    pub wanted: String,
    /// From when it is wanted.
    pub from: TimeShape,
    /// Until when.
    pub until: TimeShape,
    /// The nights that the slot needs; null for other conflicts.
    pub needs: Option<NightsDoc>,
    /// The nights that there are; null for other conflicts.
    pub has: Option<NightsDoc>,
}

/// A wall-clock time that the clocks jump over or show twice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ClockShape {
    /// What stands there: `start`, `end`, or the words of an anchor.
    #[schema(example = "start + 1d at 02:30")]
    pub what: String,
    /// `gap` when the clocks jump over it, `fold` when they show it twice.
    #[schema(example = "fold")]
    pub reading: &'static str,
    /// The reading that is taken.
    pub taken: TimeShape,
    /// The other one.
    pub other: TimeShape,
}

impl ClockShape {
    /// The same where the other reading is taken.
    fn turned(self) -> Self {
        Self { taken: self.other, other: self.taken, ..self }
    }
}

/// How many, and the first of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CountedShape<T> {
    /// How many there are.
    pub count: usize,
    /// The first hundred of them.
    pub first: Vec<T>,
}

impl<T> CountedShape<T> {
    fn of<S>(all: &[S], shape: impl Fn(&S) -> T) -> Self {
        Self { count: all.len(), first: all.iter().take(NAMED_MAX).map(shape).collect() }
    }
}

/// All that would come of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EffectShape {
    /// The zone of the local times.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// Everything that would stand elsewhere in time.
    pub moved: Vec<MovedShape>,
    /// Holds that it touches.
    pub holds: CountedShape<HoldRef>,
    /// Orders that it touches.
    pub orders: CountedShape<OrderRef>,
    /// Mail addresses of those who would be told.
    pub customers: CountedShape<String>,
    /// When they would be told; null when nobody would be.
    pub told_at: Option<At>,
    /// What it would get in the way of.
    pub conflicts: Vec<ConflictShape>,
    /// Wall-clock times that the clocks jump over or show twice.
    pub clocks: Vec<ClockShape>,
}

impl EffectShape {
    /// The shape of a preview; `anchored` is all that hangs on the slot.
    ///
    /// # Errors
    /// When the database no longer knows the slot's zone.
    pub fn of(
        preview: &Preview,
        anchored: &[When],
        zones: &Zones,
    ) -> Result<Self, dayshelf_ical::zone::UnknownZone> {
        let place = Place::of(&preview.after.spec.times, zones)?;
        let zone = &place.zone;
        let shift = |shift: &Shift| TimeChange {
            before: TimeShape::of(shift.before, zone),
            after: TimeShape::of(shift.after, zone),
            anchor: shift.anchor.map(anchor_text),
        };
        let moved = |moved: &Moved| {
            let (kind, id) = part(moved.part);
            let until = moved.until.as_ref().map(shift);
            MovedShape { kind, id, title: moved.title.clone(), from: shift(&moved.from), until }
        };
        let moves = !preview.before.spec.times.same_as(&preview.after.spec.times);
        Ok(Self {
            zone: zone.name().to_owned(),
            moved: preview.moved.iter().map(moved).collect(),
            holds: CountedShape::of(&preview.holds, |hold| HoldRef(*hold)),
            orders: CountedShape::of(&preview.orders, |order| OrderRef(*order)),
            customers: CountedShape::of(&preview.customers, |contact| contact.email.clone()),
            told_at: preview.told_at.map(At),
            conflicts: preview.conflicts.iter().map(|one| conflict(one, zone)).collect(),
            clocks: if moves { clocks(&place, anchored) } else { Vec::new() },
        })
    }
}

fn part(part: MovedPart) -> (&'static str, String) {
    match part {
        MovedPart::Slot(id) => ("slot", id.to_string()),
        MovedPart::Window(id) => ("window", id.to_string()),
        MovedPart::Fulfilment(id) => ("fulfilment", id.to_string()),
        MovedPart::Box(_, places) => ("box", places.to_string()),
        MovedPart::Step(offer, _) => ("step", offer.to_string()),
        MovedPart::Block(id) => ("block", id.to_string()),
    }
}

fn conflict(conflict: &Conflict, zone: &Zone) -> ConflictShape {
    let (kind, id, other) = match conflict.kind {
        ConflictKind::Pickup { block, other } => ("pickup", block.to_string(), other.to_string()),
        ConflictKind::Shift { block, other } => ("shift", block.to_string(), other.to_string()),
        ConflictKind::Night { offer, pool, .. } => ("night", offer.to_string(), pool.to_string()),
    };
    let (needs, has) = match conflict.kind {
        ConflictKind::Night { needs, has, .. } => (Some(needs.into()), Some(has.into())),
        _ => (None, None),
    };
    ConflictShape {
        kind,
        id,
        other,
        other_slot: conflict.other.map(SlotRef),
        wanted: conflict.wanted.clone(),
        from: TimeShape::of(conflict.from, zone),
        until: TimeShape::of(conflict.until, zone),
        needs,
        has,
    }
}

/// The edges and anchors at a place whose wall-clock part happens twice or not at all, with both readings.
pub fn clocks(place: &Place, anchored: &[When]) -> Vec<ClockShape> {
    let edges = [("start", place.start), ("end", place.end)];
    let mut all: Vec<ClockShape> = edges
        .into_iter()
        .filter_map(|(what, time)| {
            let shape = clock(what.to_owned(), place.zone.resolve(time.local), 0, &place.zone)?;
            Some(if time.is_second { shape.turned() } else { shape })
        })
        .collect();
    for anchor in anchored.iter().map(|when| when.anchor) {
        // A bare edge and exact offsets are read from an instant that was said above.
        if anchor.days == 0 && anchor.clock.is_none() {
            continue;
        }
        let what = anchor_text(anchor);
        if all.iter().all(|known| known.what != what) {
            all.extend(clock(what, place.reading(anchor), anchor.seconds, &place.zone));
        }
    }
    all
}

fn clock(what: String, reading: Resolution, seconds: i64, zone: &Zone) -> Option<ClockShape> {
    let (kind, taken, other) = match reading {
        Resolution::Exact(_) => return None,
        Resolution::Gap { before, after } => ("gap", before, after),
        Resolution::Fold { earlier, later } => ("fold", earlier, later),
    };
    let shape = |moment: Moment| TimeShape::of(Instant(moment.plus_seconds(seconds).0), zone);
    Some(ClockShape { what, reading: kind, taken: shape(taken), other: shape(other) })
}
