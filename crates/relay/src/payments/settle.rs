//! One payment, one step further: the same path for the happy case, for a retry and after a crash.
//!
//! What to do follows from the rows alone. Start at [`Teller::settle`].

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::command::{Command, PaymentMoved};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::{HoldId, Home, OrderId, PaymentId};
use dayshelf_core::order::{Order, PaymentStep};
use dayshelf_desk::{Ask, Decided, Reply};
use dayshelf_store::{Reader, Settling, Store, StoreFault};

use super::provider::{Callback, MoneyReply, MoneyStep, Notice, Promise, Provider, Standing};
use crate::office::Office;

/// How long a provider may take to answer.
const CALL_SPAN: Duration = Duration::from_secs(30);
/// Steps of one order in a row: take, let the rest go, give back, and room for lines cancelled meanwhile.
const STEPS_MAX: usize = 16;

/// How far a payment got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// There is nothing left to do for now.
    Settled,
    /// The provider waits for somebody else.
    Pending(PaymentId),
    /// Something is not known, or could not be told to the desk.
    Again,
}

/// Why a step could not be made.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The rows could not be read.
    #[error("the rows of a payment can't be read")]
    Store(#[from] StoreFault),
    /// The desk did not take it.
    #[error("the desk did not take what the provider said")]
    Desk(#[from] dayshelf_desk::DeskFault),
}

/// Whoever makes the steps. Cheap to clone.
#[derive(Clone)]
pub(super) struct Teller {
    desk: Arc<dyn Office>,
    reader: Reader,
    provider: Arc<dyn Provider>,
}

impl Teller {
    pub fn new(desk: Arc<dyn Office>, store: &Store, provider: Arc<dyn Provider>) -> Self {
        Self { desk, reader: store.reader(), provider }
    }

    /// Brings one payment as far as it goes. `asked` is the attempt that this process has asked for.
    pub async fn settle(&self, item: Settling, asked: Option<PaymentId>) -> Result<Progress, Trouble> {
        match item {
            Settling::Hold(hold) => self.settle_hold(hold, asked).await,
            Settling::Order(order) => match self.reader.order(order).await? {
                Some(order) => self.settle_order(order).await,
                None => Ok(Progress::Settled),
            },
        }
    }

    async fn settle_hold(&self, id: HoldId, asked: Option<PaymentId>) -> Result<Progress, Trouble> {
        let hold = self.reader.hold(id).await?.filter(|hold| hold.state == HoldState::Confirming);
        let Some((hold, attempt)) = hold.as_ref().and_then(|hold| Some((hold, hold.attempt.as_ref()?)))
        else {
            return Ok(Progress::Settled);
        };
        let promise = Promise::of(hold, attempt);
        let call = if attempt.calling_off && !dayshelf_core::planted!(CallingOffForgotten) {
            self.provider.cancel(promise)
        } else if asked == Some(attempt.id) {
            self.provider.fetch(attempt.id)
        } else {
            self.provider.authorise(promise)
        };
        let standing = tokio::time::timeout(CALL_SPAN, call).await.unwrap_or(Standing::Unknown);
        match &standing {
            Standing::Pending => Ok(Progress::Pending(attempt.id)),
            Standing::Unknown => Ok(Progress::Again),
            _ => self.tell(Notice { payment: attempt.id, hold: id }, standing).await,
        }
    }

    /// What a call-back is about: fetched, whatever it says, and told to the desk even when the hold is over.
    pub async fn hear(&self, callback: &Callback) -> Result<Progress, Trouble> {
        let notice = match self.provider.read(callback) {
            Ok(notice) => notice,
            Err(unread) => {
                tracing::warn!(%unread, "a payment call-back was not accepted");
                return Ok(Progress::Settled);
            }
        };
        let call = self.provider.fetch(notice.payment);
        let standing = tokio::time::timeout(CALL_SPAN, call).await.unwrap_or(Standing::Unknown);
        match standing {
            // The provider calls back once more when that has come to an end.
            Standing::Pending => Ok(Progress::Settled),
            Standing::Unknown if dayshelf_core::planted!(CallBackLetGo) => Ok(Progress::Settled),
            // The hold may be over, so that no row says that somebody has to ask again.
            Standing::Unknown => Ok(Progress::Again),
            known => self.tell(notice, known).await,
        }
    }

    /// Tells the desk how a payment came out, and goes on with the order if one came of it.
    async fn tell(&self, notice: Notice, standing: Standing) -> Result<Progress, Trouble> {
        let Notice { payment, hold } = notice;
        let command = match standing {
            Standing::Authorised(reference) => {
                let command = Command::PaymentAuthorised { hold, payment, reference: reference.clone() };
                let Some(decided) = self.ask(hold.home(), command).await? else {
                    return Ok(Progress::Settled);
                };
                return match order_of(&decided, hold) {
                    Some(order) => self.settle_order(order).await,
                    None => self.return_stray(notice, reference).await,
                };
            }
            Standing::Declined => Command::PaymentDeclined { hold, payment },
            Standing::CalledOff => Command::PaymentCalledOff { hold, payment },
            Standing::Pending | Standing::Unknown => return Ok(Progress::Again),
        };
        self.ask(hold.home(), command).await?;
        Ok(Progress::Settled)
    }

    /// A promise that nothing came of: either the desk knew it already, or the buyer paid by another
    /// attempt meanwhile. Then the money is let go, or it would stay promised for days.
    async fn return_stray(&self, notice: Notice, reference: String) -> Result<Progress, Trouble> {
        let Some(hold) = self.reader.hold(notice.hold).await? else { return Ok(Progress::Settled) };
        let known = match (hold.state, &hold.attempt) {
            (
                HoldState::Confirmed(order)
                | HoldState::LapsedPaid { order, .. }
                | HoldState::ReleasedPaid(order),
                _,
            ) => self.reader.order(order).await?.is_none_or(|order| order.payment.id == notice.payment),
            (_, Some(attempt)) => attempt.id == notice.payment,
            (_, None) => true,
        };
        let known = known || dayshelf_core::planted!(StrayKept);
        let Some(amount) = hold.total().filter(|_| !known) else { return Ok(Progress::Settled) };
        let step = MoneyStep {
            payment: notice.payment,
            reference,
            amount,
            key: format!("{}-stray", notice.payment),
        };
        match tokio::time::timeout(CALL_SPAN, self.provider.void(step)).await.unwrap_or(MoneyReply::Unknown) {
            MoneyReply::Done => Ok(Progress::Settled),
            MoneyReply::Refused | MoneyReply::Instead(..) => {
                tracing::warn!(payment = %notice.payment, "the provider won't let go of a promise that nothing came of");
                Ok(Progress::Settled)
            }
            MoneyReply::Unknown => Ok(Progress::Again),
        }
    }

    /// Moves an order's money until it is at rest.
    async fn settle_order(&self, mut order: Order) -> Result<Progress, Trouble> {
        for _ in 0..STEPS_MAX {
            let Some(step) = order.payment_step() else { return Ok(Progress::Settled) };
            let mut call = MoneyStep::of(&order, step);
            if dayshelf_core::planted!(NewKeyPerTry) {
                call.key = format!("{}-{}", call.key, self.desk.chance());
            }
            let (reply, moved, amount) = match step {
                PaymentStep::Capture(amount) => (self.provider.capture(call), PaymentMoved::Captured, amount),
                PaymentStep::Void(amount) => (self.provider.void(call), PaymentMoved::Voided, amount),
                PaymentStep::Refund(amount) => (self.provider.refund(call), PaymentMoved::Refunded, amount),
            };
            let reply = tokio::time::timeout(CALL_SPAN, reply).await.unwrap_or(MoneyReply::Unknown);
            let (moved, amount) = match reply {
                MoneyReply::Done => (moved, amount),
                MoneyReply::Unknown if dayshelf_core::planted!(UnknownIsDone) => (moved, amount),
                // An earlier answer was lost, or another node was quicker, and the order has changed since: what
                // happened is noted first, and the next step follows from that.
                MoneyReply::Instead(moved, amount) => (moved, amount),
                MoneyReply::Unknown => return Ok(Progress::Again),
                MoneyReply::Refused => {
                    tracing::warn!(order = %order.id, ?step, "the provider won't move money of an order");
                    (PaymentMoved::Failed, amount)
                }
            };
            let before = order.payment.so_far(moved);
            let command = Command::PaymentMoved { order: order.id, moved, amount, before };
            let decided = self.ask(order.id.home(), command).await?;
            match self.after(order.id, decided.as_ref()).await? {
                Some(next) => order = next,
                None => return Ok(Progress::Settled),
            }
        }
        Ok(Progress::Again)
    }

    /// The order as it is after its money moved; read again where someone else has moved it.
    async fn after(&self, id: OrderId, decided: Option<&Decided>) -> Result<Option<Order>, Trouble> {
        let facts = decided.into_iter().flat_map(|decided| decided.facts.iter());
        let told = facts.filter_map(|fact| match fact {
            Fact::PaymentMoved { order, .. } if order.id == id => Some((**order).clone()),
            _ => None,
        });
        match told.into_iter().next_back() {
            Some(order) => Ok(Some(order)),
            None => Ok(self.reader.order(id).await?),
        }
    }

    /// Asks the desk; nothing when it refuses, which is final.
    async fn ask(&self, home: Home, command: Command) -> Result<Option<Decided>, Trouble> {
        match self.desk.submit(Ask { home, command, key: None }).await {
            Reply::Done(decided) => Ok(Some(decided)),
            Reply::Refused { refusal, .. } => {
                tracing::warn!(?refusal, "the desk refused what a provider said");
                Ok(None)
            }
            Reply::Fault(fault) => Err(fault.into()),
        }
    }
}

/// The order that came of a hold.
fn order_of(decided: &Decided, hold: HoldId) -> Option<Order> {
    decided.facts.iter().find_map(|fact| match fact {
        Fact::OrderConfirmed { order, .. } | Fact::LatePaymentUnfilled { order } if order.hold == hold => {
            Some((**order).clone())
        }
        _ => None,
    })
}
