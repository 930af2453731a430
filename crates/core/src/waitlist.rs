//! The waitlist entry: someone in line for units that are not there yet.

use crate::ids::{CodeId, EntryId, HoldId, OfferId, OrderId, SlotId};
use crate::pool::Draw;
use crate::text::{Contact, Digest};
use crate::time::Instant;

/// Where an entry is in its life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryState {
    /// In line. `gathered` are units set aside for an entry too big to be served at once.
    Waiting {
        /// Offer units set aside so far.
        gathered: u32,
        /// Where they were drawn.
        draws: Vec<Draw>,
    },
    /// It is its turn: a ready-made hold.
    Turn(HoldId),
    /// Out of line.
    Left(LeftCause),
}

/// Why an entry is out of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftCause {
    /// It left.
    Withdrew,
    /// It declined its turn.
    Declined,
    /// Its turn lapsed for the second time.
    Missed,
    /// It bought: this order.
    Served(OrderId),
    /// No window is left that could serve it.
    WindowsOver,
    /// The slot was cancelled.
    SlotCancelled,
}

/// A waitlist entry as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id.
    pub id: EntryId,
    /// The slot.
    pub slot: SlotId,
    /// The offer it waits for.
    pub offer: OfferId,
    /// How many.
    pub quantity: u32,
    /// How to reach the waiter.
    pub contact: Contact,
    /// The code it was admitted with, if any.
    pub code: Option<CodeId>,
    /// When it joined.
    pub joined_at: Instant,
    /// Its place in the order of joining; requeued entries get a new one.
    pub place: u64,
    /// Its lot, drawn outside when it joined.
    pub lot: u64,
    /// How often it was passed over because it did not fit.
    pub passed: u8,
    /// Whether a turn of it lapsed before.
    pub requeued: bool,
    /// The digest of the bearer secret.
    pub secret: Digest,
    /// Where it is in its life.
    pub state: EntryState,
}

impl Entry {
    /// Whether the entry is in line or at its turn.
    pub fn is_live(&self) -> bool {
        !matches!(self.state, EntryState::Left(_))
    }

    /// The order that it bought, once it was served.
    pub fn order(&self) -> Option<OrderId> {
        match self.state {
            EntryState::Left(LeftCause::Served(order)) => Some(order),
            _ => None,
        }
    }

    /// Offer units already set aside for it.
    pub fn gathered(&self) -> u32 {
        match &self.state {
            EntryState::Waiting { gathered, .. } => *gathered,
            _ => 0,
        }
    }
}
