//! The hold: the timed claim on units, and its ends.

use crate::ids::{EntryId, FulfilmentId, HoldId, OfferId, OrderId, PaymentId, PoolId, SlotId, WindowId};
use crate::lobby::Number;
use crate::money::Money;
use crate::pool::Draw;
use crate::text::{BuyerKey, Contact, Digest};
use crate::time::Instant;

/// Where a hold is in its life. Confirmed, released and lapsed are its ends; each hold reaches one of them
/// once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldState {
    /// A basket that holds no units yet, where the window holds later than at the cart.
    Basket,
    /// The units are the buyer's until `due`.
    Held,
    /// A payment is under way; only its outcome ends this.
    Confirming,
    /// It became this order.
    Confirmed(OrderId),
    /// The buyer gave it back.
    Released,
    /// Its time ran out, or its units turned out not to exist.
    Lapsed(LapseCause),
    /// It had lapsed, and its payment succeeded later: this order came of that, filled or not.
    LapsedPaid {
        /// The order.
        order: OrderId,
        /// Why it had lapsed.
        cause: LapseCause,
    },
    /// The buyer had given it back, and a payment of it succeeded later: this order came of that, filled or not.
    ReleasedPaid(OrderId),
}

/// Why a hold lapsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LapseCause {
    /// Its time ran out.
    Time,
    /// Its payment was called off or came to nothing.
    Payment,
    /// A count found fewer units than were held.
    Deficit,
    /// Its slot was cancelled.
    SlotCancelled,
}

/// One line of a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The offer.
    pub offer: OfferId,
    /// How many.
    pub quantity: u32,
    /// The price of one, fixed when the hold was made.
    pub unit_price: Money,
    /// The units drawn for it; empty while none are.
    pub draws: Vec<Draw>,
}

impl Line {
    /// What the line costs.
    pub fn total(&self) -> Money {
        self.unit_price.times(self.quantity)
    }
}

/// How the buyer wants to receive the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FulfilmentChoice {
    /// The block.
    pub block: FulfilmentId,
    /// The pool of the chosen time box, where the block has boxes.
    pub places: Option<PoolId>,
}

/// The buyer of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buyer {
    /// The name for the pass.
    pub name: String,
    /// How to reach them.
    pub contact: Contact,
    /// Where the goods are sent, where they are sent.
    pub address: Option<Box<Address>>,
    /// The zone that they read times in; empty when nobody knows. No rule looks at it.
    pub zone: String,
}

impl Buyer {
    /// What is left of a buyer who was erased: an order needs one, and this one tells nothing.
    pub fn erased(key: BuyerKey) -> Self {
        Self { name: String::new(), contact: Contact::erased(key), address: None, zone: String::new() }
    }
}

/// A postal address. Which parts an address needs differs from country to country: street, city and country
/// are always there, the others may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Street and number, or what stands for them.
    pub street: String,
    /// A second line: the floor, the company, the neighbour.
    pub extra: String,
    /// The postcode.
    pub postcode: String,
    /// The city, town or village.
    pub city: String,
    /// The state or province.
    pub region: String,
    /// The country's two letters in ISO 3166-1.
    pub country: String,
}

/// How an order is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// The provider that is built in, for rehearsals and tests.
    Sandbox,
    /// In cash or by card when the goods are fetched.
    AtPickup,
    /// Nothing is owed.
    Free,
}

/// A payment under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its id, from which the provider's idempotency keys are made.
    pub id: PaymentId,
    /// How.
    pub method: Method,
    /// The provider's token for the buyer's means of payment.
    pub token: String,
    /// How much.
    pub amount: Money,
    /// The order it is for.
    pub order: OrderId,
    /// Who pays.
    pub buyer: Buyer,
    /// When it is called off if it has not come to an end.
    pub until: Instant,
    /// Whether it is being called off.
    pub calling_off: bool,
}

/// A hold as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// The slot.
    pub slot: SlotId,
    /// The window that admitted it.
    pub window: WindowId,
    /// Where it is in its life.
    pub state: HoldState,
    /// When it was made: the instant whose price it has.
    pub made_at: Instant,
    /// When it lapses.
    pub due: Instant,
    /// How often it was extended.
    pub extended: u8,
    /// Its lines.
    pub lines: Vec<Line>,
    /// How the goods are received.
    pub fulfilment: Option<FulfilmentChoice>,
    /// Places drawn for that.
    pub places: Vec<Draw>,
    /// How to reach the buyer, if they said.
    pub contact: Option<Contact>,
    /// Whether its units are held or, under a payment, still are.
    pub taken: bool,
    /// The digest of the bearer secret.
    pub secret: Digest,
    /// The waitlist entry whose turn it is, if it is one.
    pub turn: Option<EntryId>,
    /// The number with which it came through a lobby.
    pub number: Option<Number>,
    /// The payment under way, or the last one that failed.
    pub attempt: Option<Box<Attempt>>,
}

impl Hold {
    /// What all lines cost, or `None` when there are no lines.
    pub fn total(&self) -> Option<Money> {
        self.lines.iter().map(Line::total).reduce(Money::plus)
    }

    /// All units that the hold has drawn, places included.
    pub fn draws(&self) -> impl Iterator<Item = Draw> + '_ {
        self.lines.iter().flat_map(|line| line.draws.iter()).chain(self.places.iter()).copied()
    }

    /// Offer units over all lines.
    pub fn units(&self) -> u32 {
        self.lines.iter().map(|line| line.quantity).sum()
    }

    /// The buyer for limits, if known.
    pub fn buyer(&self) -> Option<BuyerKey> {
        self.contact.as_ref().map(|contact| contact.key)
    }

    /// When something is due for it, if anything is.
    pub fn next_due(&self) -> Option<Instant> {
        if crate::planted!(SweepsConfirming) && self.is_live() {
            return Some(self.due);
        }
        match (self.state, &self.attempt) {
            (HoldState::Basket | HoldState::Held, _) => Some(self.due),
            (HoldState::Confirming, Some(attempt)) if !attempt.calling_off => Some(attempt.until),
            _ => None,
        }
    }

    /// Whether the hold has not ended.
    pub fn is_live(&self) -> bool {
        matches!(self.state, HoldState::Basket | HoldState::Held | HoldState::Confirming)
    }
}
