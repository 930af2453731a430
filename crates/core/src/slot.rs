//! The slot: a calendar entry that sells, its place in time, and its fulfilment blocks.

use crate::ids::{FulfilmentId, PoolId, SlotId};
use crate::product::Faq;
use crate::template::Applied;
use crate::time::{Instant, LocalTime, When};

/// What the organiser wrote into the entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotSpec {
    /// The name in addresses, unique for the organiser.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The story, plain text in paragraphs.
    pub story: String,
    /// The picture's address, empty for none.
    pub image: String,
    /// Where it happens, in words; empty for nowhere in particular.
    pub place: String,
    /// When it is.
    pub times: SlotTimes,
    /// What comes with every confirmed order.
    pub extras: Vec<Extra>,
    /// What people ask about this date, beside what they ask about its products.
    pub faqs: Vec<Faq>,
}

/// Where a slot stands in time: the wall-clock truth and the instants derived from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotTimes {
    /// The IANA zone.
    pub zone: String,
    /// The start on that zone's wall.
    pub start_local: LocalTime,
    /// The end on that zone's wall.
    pub end_local: LocalTime,
    /// The derived start.
    pub start: Instant,
    /// The derived end.
    pub end: Instant,
    /// The version of the zone database that derived them.
    pub tzdb: String,
}

impl SlotTimes {
    /// Whether it is the same time for whoever reads it; which zone database derived it does not matter.
    pub fn same_as(&self, other: &Self) -> bool {
        let all = |times: &Self| (times.start, times.end, times.start_local, times.end_local);
        all(self) == all(other) && self.zone == other.zone
    }
}

/// A digital extra that comes with every confirmed order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    /// What it is.
    pub title: String,
    /// Where it is; shown to buyers with a confirmed order only.
    pub url: String,
}

/// Where a slot is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotState {
    /// Seen by the organiser only.
    Draft,
    /// On the calendar.
    Published,
    /// Called off; it stays on the calendar as such.
    Cancelled,
    /// A draft that was thrown away: nobody ever saw it, so it is on no calendar, and its name is free.
    Discarded,
}

impl SlotState {
    /// Whether it takes place no more, or never will.
    pub const fn is_off(self) -> bool {
        matches!(self, Self::Cancelled | Self::Discarded)
    }

    /// Whether everyone may see it.
    pub const fn is_public(self) -> bool {
        matches!(self, Self::Published | Self::Cancelled)
    }
}

/// A slot as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its id.
    pub id: SlotId,
    /// Where it is in its life.
    pub state: SlotState,
    /// Rises by one with every change of the slot, its blocks or its offers.
    pub version: u32,
    /// How often the overlay's address was changed: each time the old one leads nowhere any more.
    pub overlay: u32,
    /// The template that it has parts of.
    pub template: Option<Box<Applied>>,
    /// Since when its sale is paused: nothing of it is sold until it goes on. Time goes on meanwhile.
    pub paused: Option<Instant>,
    /// What the organiser wrote.
    pub spec: SlotSpec,
}

/// How the buyer receives the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FulfilmentKind {
    /// Fetched at a place within a time box.
    Pickup,
    /// Sent.
    Delivery,
    /// Nothing to hand over.
    Digital,
}

/// A fulfilment block: one way to receive what a slot sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FulfilmentSpec {
    /// The slot it belongs to.
    pub slot: SlotId,
    /// Its name within the slot, for plans and addresses.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// Which way.
    pub kind: FulfilmentKind,
    /// Where, in words.
    pub place: String,
    /// When it begins.
    pub opens: When,
    /// When it ends.
    pub closes: When,
    /// The time boxes with places; empty means without limit.
    pub boxes: Vec<TimeBox>,
}

/// A part of a pickup block with so many places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeBox {
    /// When it begins.
    pub from: When,
    /// When it ends.
    pub until: When,
    /// The pool that counts its places.
    pub pool: PoolId,
    /// How many places it has.
    pub places: u32,
}

/// A fulfilment block as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fulfilment {
    /// Its id.
    pub id: FulfilmentId,
    /// What the organiser wrote.
    pub spec: FulfilmentSpec,
}
