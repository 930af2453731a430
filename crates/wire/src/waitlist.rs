//! The waitlist entry in JSON: joining, and what a waiter sees while in line and at a turn.

use dayshelf_core::chance::{Ends, Stake, chance};
use dayshelf_core::command::{JoinWaitlist, Want};
use dayshelf_core::ids::{EntryId, SlotId};
use dayshelf_core::text::Digest;
use dayshelf_core::waitlist::{Entry, EntryState, LeftCause};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::buyer::ContactShape;
use crate::hold::HoldShape;
use crate::name::{EntryRef, OfferRef, OrderRef, SlotRef};
use crate::problem::Problem;
use crate::range::LineUnits;
use crate::time::At;

/// Asks for a place in line.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinRequest {
    /// The offer.
    pub offer: OfferRef,
    /// How many.
    #[serde(deserialize_with = "LineUnits::read")]
    #[schema(example = 1, minimum = 1, maximum = 1000)]
    pub quantity: u32,
    /// How to reach the waiter.
    pub contact: ContactShape,
    /// The waiter's code, where a window needs one.
    #[serde(default)]
    #[schema(max_length = 100)]
    pub code: Option<String>,
}

/// What joining needs beside the request.
#[derive(Clone, Copy, Debug)]
pub struct JoinBeside {
    /// The entry's id.
    pub id: EntryId,
    /// The slot, from the address.
    pub slot: SlotId,
    /// The digest of the bearer secret.
    pub secret: Digest,
    /// The entry's lot.
    pub lot: u64,
}

impl JoinRequest {
    /// The command.
    ///
    /// # Errors
    /// When a text in it can't be.
    pub fn command(&self, beside: JoinBeside) -> Result<JoinWaitlist, Problem> {
        let home = beside.slot.home();
        Ok(JoinWaitlist {
            id: beside.id,
            slot: beside.slot,
            want: Want { offer: self.offer.0, quantity: self.quantity },
            contact: self.contact.contact(home, "contact")?,
            code: crate::hold::code(self.code.as_deref(), home)?,
            secret: beside.secret,
            lot: beside.lot,
        })
    }
}

/// Where an entry is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EntryStateShape {
    /// In line.
    Waiting,
    /// It is its turn.
    Turn,
    /// Out of line.
    Left,
}

/// Why an entry is out of line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeftShape {
    /// It left.
    Withdrew,
    /// It declined its turn.
    Declined,
    /// Its turn lapsed for the second time.
    Missed,
    /// It bought.
    Served,
    /// No window is left that could serve it.
    WindowsOver,
    /// The slot was cancelled.
    SlotCancelled,
}

impl From<LeftCause> for LeftShape {
    fn from(cause: LeftCause) -> Self {
        match cause {
            LeftCause::Withdrew => Self::Withdrew,
            LeftCause::Declined => Self::Declined,
            LeftCause::Missed => Self::Missed,
            LeftCause::Served(_) => Self::Served,
            LeftCause::WindowsOver => Self::WindowsOver,
            LeftCause::SlotCancelled => Self::SlotCancelled,
        }
    }
}

/// A waitlist entry as its bearer sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntryShape {
    /// Its id.
    pub id: EntryRef,
    /// The bearer secret; answered when the entry is made, and to a retry of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Where it is in its life.
    pub state: EntryStateShape,
    /// The slot.
    pub slot: SlotRef,
    /// The offer.
    pub offer: OfferRef,
    /// How many.
    pub quantity: u32,
    /// When it joined.
    pub joined_at: At,
    /// How many entries are before it now; null when it is not in line, and in the answer to joining, which a retry gets
    /// again as it was: read the entry.
    pub ahead: Option<u32>,
    /// Units already set aside for it.
    pub gathered: u32,
    /// How likely it is served by what is held now; where the line is served in the order of joining.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlook: Option<OutlookShape>,
    /// The ready-made hold, while it is its turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hold: Option<HoldShape>,
    /// Why it is out of line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<LeftShape>,
    /// The order it bought, once it was served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderRef>,
}

/// How likely an entry is served by what others hold at this moment, and what that was worked out from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OutlookShape {
    /// Units that have to come back until it is served: its own and those of all who are before.
    pub needed: u32,
    /// Units that are held now and may come back.
    pub held: u32,
    /// Holds of this slot that have ended, as far as the server has seen them since it started.
    pub holds_ended: u32,
    /// How many of those ended without an order.
    pub holds_back: u32,
    /// The chance in hundredths, if all holds end as those did; left out where too few have ended to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(maximum = 100)]
    pub chance_percent: Option<u32>,
}

impl OutlookShape {
    /// The outlook of what is at stake, with how holds ended so far.
    pub fn of(stake: &Stake, ends: Ends) -> Self {
        Self {
            needed: stake.needed,
            held: stake.held_units(),
            holds_ended: ends.all(),
            holds_back: ends.back,
            chance_percent: chance(stake, ends),
        }
    }
}

/// A waitlist entry as the organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WaiterShape {
    /// The entry.
    #[serde(flatten)]
    pub entry: EntryShape,
    /// How to reach the waiter.
    pub contact: ContactShape,
}

impl WaiterShape {
    /// An entry with so many before it.
    pub fn of(entry: &Entry, ahead: Option<u32>) -> Self {
        let contact = ContactShape { email: entry.contact.email.clone() };
        Self { entry: EntryShape::of(entry, EntryBeside { ahead, ..EntryBeside::default() }), contact }
    }
}

/// What an entry's shape needs beside the entry.
#[derive(Clone, Debug, Default)]
pub struct EntryBeside {
    /// The text form of the secret, where the answer carries it.
    pub secret: Option<String>,
    /// How many entries are before it.
    pub ahead: Option<u32>,
    /// How likely it is served.
    pub outlook: Option<OutlookShape>,
    /// The hold of its turn.
    pub hold: Option<HoldShape>,
}

impl EntryShape {
    /// The entry as it stands.
    pub fn of(entry: &Entry, beside: EntryBeside) -> Self {
        let (state, cause) = match &entry.state {
            EntryState::Waiting { .. } => (EntryStateShape::Waiting, None),
            EntryState::Turn(_) => (EntryStateShape::Turn, None),
            EntryState::Left(cause) => (EntryStateShape::Left, Some(LeftShape::from(*cause))),
        };
        Self {
            id: EntryRef(entry.id),
            secret: beside.secret,
            state,
            slot: SlotRef(entry.slot),
            offer: OfferRef(entry.offer),
            quantity: entry.quantity,
            joined_at: At(entry.joined_at),
            ahead: beside.ahead.filter(|_| state == EntryStateShape::Waiting),
            gathered: entry.gathered(),
            outlook: beside.outlook.filter(|_| state == EntryStateShape::Waiting),
            hold: beside.hold.filter(|_| state == EntryStateShape::Turn),
            cause,
            order: entry.order().map(OrderRef),
        }
    }
}
