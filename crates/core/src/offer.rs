//! The offer: what is sold, the pools it draws from, and its price over time and over units taken.

use crate::ids::{OfferId, PoolId, SlotId};
use crate::money::Money;
use crate::time::{Instant, When};

/// One part of a recipe: so many units of a pool for each unit of the offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The pool.
    pub pool: PoolId,
    /// Units per unit of the offer.
    pub units: u32,
}

/// One step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its name for people: "early bird", "last call".
    pub title: String,
    /// The price of one unit.
    pub price: Money,
    /// When it begins by the clock, if it does.
    pub from: Option<When>,
    /// After how many units taken it begins, if it does.
    pub after_units: Option<u32>,
}

/// Whether an offer stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferKind {
    /// It does.
    Main,
    /// It is bought only together with one of these.
    AddOn(Vec<OfferId>),
}

/// What the organiser wrote about an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfferSpec {
    /// The slot that sells it.
    pub slot: SlotId,
    /// Further slots that it admits to: a bundle over several.
    pub slots: Vec<SlotId>,
    /// Its name within the slot, for plans and for moving an order between slots.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// What it is, in words.
    pub about: String,
    /// The picture's address, empty for none.
    pub image: String,
    /// What it draws on.
    pub recipe: Vec<Part>,
    /// The price, first step first. The first has no condition.
    pub ladder: Vec<Step>,
    /// Whether it stands alone.
    pub kind: OfferKind,
    /// Units in one hold at most.
    pub units_max: u32,
}

/// An offer as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Its id.
    pub id: OfferId,
    /// Units held or sold, which is what a ladder counts.
    pub taken: u32,
    /// Price steps up to this instant have been told, or came with the edit that laid them here.
    pub told: Instant,
    /// What the organiser wrote.
    pub spec: OfferSpec,
}

impl Step {
    /// Whether the step has begun at `now` with so many units taken: by time or by units, whichever
    /// comes first.
    pub fn has_begun(&self, now: Instant, taken: u32) -> bool {
        let by_time = self.from.is_some_and(|from| from.at <= now);
        let by_units = self
            .after_units
            .is_some_and(|units| units < taken || (units == taken && !crate::planted!(StepTooLate)));
        let from_start = self.from.is_none() && self.after_units.is_none();
        by_time || by_units || from_start
    }
}

impl Offer {
    /// The index of the step in force: the last one that has begun.
    pub fn step_at(&self, now: Instant) -> usize {
        if crate::planted!(FirstStepWins) {
            let later = self.spec.ladder.iter().skip(1).position(|step| step.has_begun(now, self.taken));
            return later.map_or(0, |place| place + 1);
        }
        self.spec.ladder.iter().rposition(|step| step.has_begun(now, self.taken)).unwrap_or(0)
    }

    /// The price of one unit at `now`. A line is charged at the step in force when its hold is made.
    pub fn price_at(&self, now: Instant) -> Option<Money> {
        self.spec.ladder.get(self.step_at(now)).map(|step| step.price)
    }

    /// The step after the one in force, if there is one.
    pub fn next_step(&self, now: Instant) -> Option<&Step> {
        self.spec.ladder.get(self.step_at(now) + 1)
    }
}
