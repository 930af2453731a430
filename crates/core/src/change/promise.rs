//! What the buyer of one order is told of it.

use super::Handover;
use crate::ids::OrderId;
use crate::slot::{Slot, SlotTimes};

/// What an order is for, as it is when somebody is told of it: whatever becomes of the slot after is told in its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// The order.
    pub order: OrderId,
    /// What it is for.
    pub is: Shown,
    /// Where and when it is fetched; none where it is not.
    pub pickup: Option<Handover>,
    /// What it was for before, where it went to another slot.
    pub was: Option<Shown>,
}

/// A slot as buyers are told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Its title.
    pub title: String,
    /// When it is.
    pub times: SlotTimes,
    /// Where it is.
    pub place: String,
}

impl Shown {
    /// What is shown of a slot.
    pub fn of(slot: &Slot) -> Self {
        let spec = &slot.spec;
        Self { title: spec.title.clone(), times: spec.times.clone(), place: spec.place.clone() }
    }
}
