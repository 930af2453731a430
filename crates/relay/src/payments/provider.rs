//! What a payment provider can be asked, and what it may say.
//!
//! Every call carries a key made from our own ids: a provider that is asked twice does it once. Start at
//! [`Provider`].

use bytes::Bytes;
use dayshelf_core::command::PaymentMoved;
use dayshelf_core::hold::{Attempt, Hold};
use dayshelf_core::ids::{HoldId, PaymentId};
use dayshelf_core::money::Money;
use dayshelf_core::order::{Order, PaymentStep};
use futures_util::future::BoxFuture;

/// What the provider shall promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promise {
    /// Our name for the payment; its text is the idempotency key.
    pub payment: PaymentId,
    /// The hold that is bought; providers carry it along and give it back in their call-backs.
    pub hold: HoldId,
    /// The provider's token for the buyer's means of payment.
    pub token: String,
    /// How much.
    pub amount: Money,
}

impl Promise {
    /// What an attempt asks for.
    pub fn of(hold: &Hold, attempt: &Attempt) -> Self {
        Self { payment: attempt.id, hold: hold.id, token: attempt.token.clone(), amount: attempt.amount }
    }

    /// The idempotency key.
    pub fn key(&self) -> String {
        self.payment.to_string()
    }
}

/// How a payment stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The money is promised; the reference is the provider's name for it.
    Authorised(String),
    /// The provider said no.
    Declined,
    /// Someone else has to act first: the buyer, or the buyer's bank.
    Pending,
    /// It was called off, and the provider confirms that no money is promised.
    CalledOff,
    /// No answer that says how it stands: it is asked again.
    Unknown,
}

/// Money that shall move.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyStep {
    /// Our name for the payment.
    pub payment: PaymentId,
    /// The provider's name for it.
    pub reference: String,
    /// How much, in the currency of the promise.
    pub amount: Money,
    /// The idempotency key: the same step of the same order always has the same.
    pub key: String,
}

impl MoneyStep {
    /// A step of an order. What had moved before is part of the key, so that two refunds of one order are
    /// two, and one that is asked for twice is one.
    pub fn of(order: &Order, step: PaymentStep) -> Self {
        let money = &order.payment;
        let (name, before, amount) = match step {
            PaymentStep::Capture(amount) => ("capture", money.captured, amount),
            PaymentStep::Void(amount) => ("void", money.voided, amount),
            PaymentStep::Refund(amount) => ("refund", money.refunded, amount),
        };
        Self {
            payment: money.id,
            reference: money.reference.clone(),
            amount: Money { amount, currency: order.currency },
            key: format!("{}-{name}-{before}", money.id),
        }
    }
}

/// Whether money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyReply {
    /// It did.
    Done,
    /// Something else had happened before: money was taken that is to be let go, or let go that is to be taken, or
    /// under this key another amount moved, of which nobody had heard. So much moved so.
    Instead(PaymentMoved, i64),
    /// The provider won't.
    Refused,
    /// No answer that says so: it is asked again.
    Unknown,
}

/// A call-back as it came in, byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// The body.
    pub body: Bytes,
    /// The signature that came beside it.
    pub signature: String,
}

/// What a call-back is about. It is a doorbell: what happened is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Our name for the payment.
    pub payment: PaymentId,
    /// The hold that it was for.
    pub hold: HoldId,
}

/// Why a call-back is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// Its signature does not fit.
    #[error("the call-back's signature does not fit")]
    Forged,
    /// It is signed but says nothing that we know.
    #[error("the call-back can't be read")]
    Unreadable,
}

/// A payment provider. Every call may be made any number of times.
pub trait Provider: Send + Sync + 'static {
    /// Asks for the promise of money. A second time it says how the payment stands.
    fn authorise(&self, promise: Promise) -> BoxFuture<'static, Standing>;
    /// Says how a payment stands, by our name for it.
    fn fetch(&self, payment: PaymentId) -> BoxFuture<'static, Standing>;
    /// Calls a payment off that has not come to an end. Where it has succeeded, it says so instead.
    fn cancel(&self, promise: Promise) -> BoxFuture<'static, Standing>;
    /// Takes promised money. Where it has been let go, it says so instead.
    fn capture(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply>;
    /// Lets promised money go. Where it has been taken, it says so instead.
    fn void(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply>;
    /// Gives taken money back.
    fn refund(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply>;
    /// Checks a call-back's raw bytes and says what it is about.
    ///
    /// # Errors
    /// When it is not the provider's.
    fn read(&self, callback: &Callback) -> Result<Notice, Unread>;
}
