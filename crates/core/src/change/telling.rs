//! What the customers of a slot are told, once, when it has been quiet.

use super::{Handover, Seen};
use crate::ids::SlotId;
use crate::order::Order;
use crate::slot::SlotTimes;
use crate::time::Instant;

/// Customers are told: one message each, from which every reader can say what changed for whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Telling {
    /// The slot.
    pub slot: SlotId,
    /// iCalendar's SEQUENCE of what is told.
    pub sequence: u32,
    /// What they saw before, oldest first.
    pub seen: Vec<Seen>,
    /// The title now.
    pub title: String,
    /// When it is now.
    pub times: SlotTimes,
    /// Where it is now.
    pub place: String,
    /// Pickups of the slot as they are now, whether or not somebody saw something else of them: whoever is told of the
    /// slot is told where and when to fetch too. At most [`crate::limits::NOTICE_PICKUPS_MAX`].
    pub handovers: Vec<Handover>,
}

impl Telling {
    /// What whoever bought at this instant saw before, if that is not so any more; nothing for those who need
    /// not be told.
    pub fn before(&self, confirmed_at: Instant) -> Option<&Seen> {
        let seen = self.seen.iter().find(|seen| confirmed_at < seen.until)?;
        (!seen.still(&self.times, &self.place)).then_some(seen)
    }

    /// What a buyer saw of their pickup before, if that is not so any more, and where and when it is now.
    pub fn handover(&self, order: &Order) -> Option<(&Handover, Option<&Handover>)> {
        let choice = order.fulfilment?;
        let mut seen = self.seen.iter().filter(|seen| order.confirmed_at < seen.until);
        let before = seen.find_map(|seen| seen.handovers.iter().find(|known| known.choice == choice))?;
        let now = self.handovers.iter().find(|known| known.choice == choice);
        (now != Some(before)).then_some((before, now))
    }

    /// Whether a buyer is told.
    pub fn concerns(&self, order: &Order) -> bool {
        self.before(order.confirmed_at).is_some() || self.handover(order).is_some()
    }
}
