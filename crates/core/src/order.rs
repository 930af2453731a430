//! The order: a confirmed purchase, its lines, its passes and who took them, and the money that moved for it.

use crate::change::Credential;
use crate::command::PaymentMoved;
use crate::hold::{Buyer, FulfilmentChoice, Method};
use crate::ids::{HoldId, Id, OfferId, OrderId, PassId, PaymentId, SlotId, WindowId};
use crate::limits::HOLD_LINES_MAX;
use crate::money::{Currency, Money};
use crate::pool::Draw;
use crate::text::Digest;
use crate::time::Instant;

/// Where a line is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineState {
    /// Bought.
    Confirmed,
    /// Given back; its units are free again.
    Cancelled,
    /// Given to the buyer.
    Handed,
}

/// One line of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderLine {
    /// The offer.
    pub offer: OfferId,
    /// How many.
    pub quantity: u32,
    /// The price of one.
    pub unit_price: Money,
    /// The units drawn for it.
    pub draws: Vec<Draw>,
    /// Where it is in its life.
    pub state: LineState,
    /// The serial of its pass.
    pub pass: PassId,
    /// Each time that its pass was taken for its goods. The first one counts; more of them were taken by stalls
    /// without network, and were found when they told of it.
    pub redeemed: Vec<Redemption>,
}

/// One time that a pass was taken for its goods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redemption {
    /// When, by the clock of whoever took it.
    pub at: Instant,
    /// The credential that it was told with.
    pub by: Credential,
    /// What the stall calls itself; may be empty.
    pub stall: String,
}

/// What somebody wrote down about an order. Its buyer never reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When.
    pub at: Instant,
    /// Whose credential it came with.
    pub by: Credential,
    /// What, plain text.
    pub text: String,
}

/// The money of one order, in minor units of its currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payment {
    /// The attempt that succeeded.
    pub id: PaymentId,
    /// How it is paid.
    pub method: Method,
    /// The provider's name for it, empty where there is no provider.
    pub reference: String,
    /// Promised by the provider.
    pub authorised: i64,
    /// Taken.
    pub captured: i64,
    /// Promised but let go.
    pub voided: i64,
    /// Taken and given back.
    pub refunded: i64,
    /// Whether the provider refused to hand over what it had promised.
    pub failed: bool,
}

/// What a payment needs next, asked of the provider after commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentStep {
    /// Take this much.
    Capture(i64),
    /// Let go of the rest.
    Void(i64),
    /// Give back this much.
    Refund(i64),
}

/// An order as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The hold that it was.
    pub hold: HoldId,
    /// The slot.
    pub slot: SlotId,
    /// The window that admitted it.
    pub window: WindowId,
    /// Rises by one with every change.
    pub version: u32,
    /// Who bought.
    pub buyer: Buyer,
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// How the goods are received.
    pub fulfilment: Option<FulfilmentChoice>,
    /// Places drawn for that.
    pub places: Vec<Draw>,
    /// The currency of all prices.
    pub currency: Currency,
    /// When it was confirmed.
    pub confirmed_at: Instant,
    /// The digest of the bearer secret.
    pub secret: Digest,
    /// The money.
    pub payment: Payment,
    /// What the team wrote down about it, oldest first.
    pub notes: Vec<Note>,
}

impl OrderId {
    /// What people call an order, to be read aloud: the end of its id. It is random, and names nothing to a stranger.
    ///
    /// ```
    /// use dayshelf_core::ids::{Home, Id, OrderId, Salt};
    /// let order = OrderId(Id::mint(5, Home { shard: 0, number: 1 }, Salt(77)));
    /// assert_eq!((order.number(), order.pass_number(1)), ("000-02D".into(), "000-02D-2".into()));
    /// ```
    pub fn number(self) -> String {
        let text = self.0.to_string().to_ascii_uppercase();
        let end = text.get(text.len().saturating_sub(6)..).unwrap_or_default();
        let (first, second) = end.split_at(end.len() / 2);
        format!("{first}-{second}")
    }

    /// What people call the pass of one of its lines, which count from 0 here and from 1 there.
    pub fn pass_number(self, line: u16) -> String {
        format!("{}-{}", self.number(), u32::from(line) + 1)
    }
}

impl PassId {
    /// The serial of the pass of a line: the order's id with the line in bits that ids leave random.
    pub const fn of(order: OrderId, line: usize) -> Self {
        Self(Id(order.0.0 ^ (line as u128 + 1)))
    }

    /// The lines that it may be the pass of. Which one it is, its order says; first lines are the most.
    ///
    /// ```
    /// use dayshelf_core::ids::{Home, Id, OrderId, PassId, Salt};
    /// let order = OrderId(Id::mint(5, Home { shard: 0, number: 1 }, Salt(77)));
    /// assert!(PassId::of(order, 3).may_prove().any(|line| line == (order, 3)));
    /// ```
    pub fn may_prove(self) -> impl Iterator<Item = (OrderId, u16)> {
        let lines = (0_u16..).take(HOLD_LINES_MAX);
        lines.map(move |line| (OrderId(Id(self.0.0 ^ (u128::from(line) + 1))), line))
    }
}

impl Payment {
    /// How much of this kind has moved so far. A failed capture is counted among captures.
    pub fn so_far(&self, moved: PaymentMoved) -> i64 {
        match moved {
            PaymentMoved::Captured | PaymentMoved::Failed => self.captured,
            PaymentMoved::Voided => self.voided,
            PaymentMoved::Refunded => self.refunded,
        }
    }
}

impl Order {
    /// What the lines that stand cost.
    pub fn total(&self) -> Money {
        let standing = self.lines.iter().filter(|line| line.state != LineState::Cancelled);
        standing.fold(Money::zero(self.currency), |sum, line| sum.plus(line.unit_price.times(line.quantity)))
    }

    /// Offer units that stand, handed over or not.
    pub fn units(&self) -> u32 {
        let standing = self.lines.iter().filter(|line| line.state != LineState::Cancelled);
        standing.map(|line| line.quantity).sum()
    }

    /// Whether nothing of it stands any more.
    pub fn is_cancelled(&self) -> bool {
        self.lines.iter().all(|line| line.state == LineState::Cancelled)
    }

    /// What the provider must be asked for next, or `None` when the money is at rest.
    ///
    /// It follows from the order alone, so a worker that was killed asks for the same thing again.
    pub fn payment_step(&self) -> Option<PaymentStep> {
        let money = &self.payment;
        if money.authorised == 0 || money.failed {
            return None;
        }
        let owed = self.total().amount;
        let open = money.authorised - money.captured - money.voided;
        let kept = money.captured - money.refunded;
        if kept > owed {
            return Some(PaymentStep::Refund(kept - owed));
        }
        if open > 0 && money.captured == 0 && owed > 0 {
            return Some(PaymentStep::Capture(owed.min(open)));
        }
        (open > 0 && !crate::planted!(LostVoid)).then_some(PaymentStep::Void(open))
    }
}
