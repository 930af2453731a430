//! The provider that is built in: for rehearsals, for tests, and for a first drop without an account.
//!
//! The token says how a payment behaves. What it knows is in memory only; after a restart it says what the
//! token and the reference imply, so that a worker that asks again gets a sane answer. Start at [`Sandbox`].

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dayshelf_core::command::PaymentMoved;
use dayshelf_core::ids::{HoldId, PaymentId};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::mpsc;

use super::provider::{Callback, MoneyReply, MoneyStep, Notice, Promise, Provider, Standing, Unread};

/// Payments remembered at most; the oldest are forgotten first.
const ACCOUNTS_MAX: usize = 100_000;

/// The sandbox's delays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SandboxConfig {
    /// How long `tok_slow` takes to answer.
    pub slow: Duration,
    /// How long after its cancellation `tok_late` succeeds.
    pub late: Duration,
    /// How long `tok_double` and `tok_reorder` take to call back.
    pub callback: Duration,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            slow: Duration::from_secs(2),
            late: Duration::from_secs(5),
            callback: Duration::from_millis(200),
        }
    }
}

/// What the buyer's bank decides about a `tok_3ds` payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The buyer is who they say.
    Approve,
    /// They are not.
    Deny,
}

/// How a payment behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Script {
    Success,
    Decline,
    Slow,
    Challenge,
    Late,
    Double,
    Reorder,
    CaptureDecline,
}

impl Script {
    const ALL: [(&'static str, Self); 8] = [
        ("tok_success", Self::Success),
        ("tok_decline", Self::Decline),
        ("tok_slow", Self::Slow),
        ("tok_3ds", Self::Challenge),
        ("tok_late", Self::Late),
        ("tok_double", Self::Double),
        ("tok_reorder", Self::Reorder),
        ("tok_capture_decline", Self::CaptureDecline),
    ];

    /// What is no token of ours is a card that is declined.
    fn of(token: &str) -> Self {
        Self::ALL.iter().find(|(name, _)| *name == token).map_or(Self::Decline, |(_, script)| *script)
    }

    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, script)| *script == self).map_or("", |(name, _)| name)
    }

    /// The script that a reference was made by.
    fn of_reference(reference: &str) -> Option<Self> {
        let token = reference.strip_prefix("sandbox:")?.split(':').next()?;
        Self::ALL.iter().find(|(name, _)| *name == token).map(|(_, script)| *script)
    }

    fn reference(self, payment: PaymentId) -> String {
        format!("sandbox:{}:{payment}", self.name())
    }
}

/// Where a payment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Pending,
    Authorised,
    Declined,
    CalledOff,
}

/// One payment.
struct Account {
    script: Script,
    state: State,
    hold: Option<HoldId>,
    /// Promised, in minor units; 0 while it is known by its reference only.
    authorised: i64,
    captured: i64,
    voided: i64,
    refunded: i64,
    /// Keys of the steps that were done, with how much moved.
    done: HashMap<String, i64>,
}

impl Account {
    fn new(script: Script, state: State) -> Self {
        let (authorised, captured, voided, refunded) = (0, 0, 0, 0);
        Self { script, state, hold: None, authorised, captured, voided, refunded, done: HashMap::new() }
    }

    fn standing(&self, payment: PaymentId) -> Standing {
        match self.state {
            State::Pending => Standing::Pending,
            State::Authorised => Standing::Authorised(self.script.reference(payment)),
            State::Declined => Standing::Declined,
            State::CalledOff => Standing::CalledOff,
        }
    }
}

#[derive(Default)]
struct Accounts {
    by_payment: HashMap<PaymentId, Account>,
    order: VecDeque<PaymentId>,
}

impl Accounts {
    fn put(&mut self, payment: PaymentId, account: Account) -> &mut Account {
        if !self.by_payment.contains_key(&payment) {
            self.order.push_back(payment);
        }
        while self.order.len() > ACCOUNTS_MAX {
            if let Some(oldest) = self.order.pop_front() {
                self.by_payment.remove(&oldest);
            }
        }
        self.by_payment.entry(payment).or_insert(account)
    }
}

/// The provider that is built in. Cheap to clone.
#[derive(Clone)]
pub struct Sandbox {
    inner: Arc<Inner>,
}

struct Inner {
    config: SandboxConfig,
    accounts: Mutex<Accounts>,
    door: mpsc::Sender<Callback>,
    /// What call-backs are signed with; of this process alone.
    key: [u8; 32],
}

/// A step on money.
#[derive(Clone, Copy)]
enum Step {
    Capture,
    Void,
    Refund,
}

impl Step {
    const fn moved(self) -> PaymentMoved {
        match self {
            Self::Capture => PaymentMoved::Captured,
            Self::Void => PaymentMoved::Voided,
            Self::Refund => PaymentMoved::Refunded,
        }
    }
}

impl Sandbox {
    /// A sandbox that calls back through `door`.
    pub fn new(config: SandboxConfig, door: mpsc::Sender<Callback>) -> Self {
        let key = dayshelf_desk::random();
        Self { inner: Arc::new(Inner { config, accounts: Mutex::default(), door, key }) }
    }

    /// Whether a payment with this token is one that the buyer's bank asks the buyer about.
    pub fn asks_the_buyer(token: &str) -> bool {
        Script::of(token) == Script::Challenge
    }

    /// Takes note of a payment that the buyer has come about, which another node may have asked for, or this one
    /// before it was started again.
    pub fn meet(&self, promise: &Promise) {
        if Self::asks_the_buyer(&promise.token) {
            self.inner.note(promise, State::Pending);
        }
    }

    /// Answers for the buyer's bank, also when the payment was called off meanwhile: a bank knows nothing of that.
    /// `false` when no payment of this name waits for an answer.
    pub fn answer(&self, payment: PaymentId, verdict: Verdict) -> bool {
        let moved = match verdict {
            Verdict::Approve => {
                self.inner.turn(payment, State::Pending, State::Authorised)
                    || (self.is_challenge(payment)
                        && self.inner.turn(payment, State::CalledOff, State::Authorised))
            }
            Verdict::Deny => self.inner.turn(payment, State::Pending, State::Declined),
        };
        if moved {
            let inner = Arc::clone(&self.inner);
            tokio::spawn(async move { inner.call_back(payment, "answered").await });
        }
        moved
    }

    fn is_challenge(&self, payment: PaymentId) -> bool {
        let accounts = self.inner.accounts();
        accounts.by_payment.get(&payment).is_some_and(|account| account.script == Script::Challenge)
    }

    /// Whether a payment waits for the buyer's bank.
    pub fn waits(&self, payment: PaymentId) -> bool {
        let accounts = self.inner.accounts();
        let account = accounts.by_payment.get(&payment);
        account.is_some_and(|account| account.script == Script::Challenge && account.state == State::Pending)
    }

    /// What was promised, taken, let go of and given back, in minor units.
    pub fn balance(&self, payment: PaymentId) -> Option<[i64; 4]> {
        let accounts = self.inner.accounts();
        let account = accounts.by_payment.get(&payment)?;
        Some([account.authorised, account.captured, account.voided, account.refunded])
    }
}

impl Inner {
    fn accounts(&self) -> MutexGuard<'_, Accounts> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a payment from one state to another, if it is there.
    fn turn(&self, payment: PaymentId, from: State, to: State) -> bool {
        let mut accounts = self.accounts();
        let account = accounts.by_payment.get_mut(&payment).filter(|account| account.state == from);
        account.map(|account| account.state = to).is_some()
    }

    fn standing(&self, payment: PaymentId) -> Standing {
        let accounts = self.accounts();
        accounts.by_payment.get(&payment).map_or(Standing::Unknown, |account| account.standing(payment))
    }

    /// Notes a payment, in this state if it is new; says whether it is.
    fn note(&self, promise: &Promise, state: State) -> (Script, bool) {
        let mut accounts = self.accounts();
        let fresh = !accounts.by_payment.contains_key(&promise.payment);
        let account = accounts.put(promise.payment, Account::new(Script::of(&promise.token), state));
        account.hold = Some(promise.hold);
        account.authorised = promise.amount.amount;
        (account.script, fresh)
    }

    async fn authorise(self: Arc<Self>, promise: Promise) -> Standing {
        let payment = promise.payment;
        let (script, fresh) = self.note(&promise, State::Pending);
        match script {
            Script::Success | Script::CaptureDecline => {
                self.turn(payment, State::Pending, State::Authorised);
            }
            Script::Decline => drop(self.turn(payment, State::Pending, State::Declined)),
            Script::Slow => {
                tokio::time::sleep(self.config.slow).await;
                self.turn(payment, State::Pending, State::Authorised);
            }
            Script::Double | Script::Reorder if fresh => {
                tokio::spawn(Arc::clone(&self).succeed_aside(payment, script));
            }
            Script::Double | Script::Reorder | Script::Challenge | Script::Late => {}
        }
        self.standing(payment)
    }

    /// Succeeds a moment later and calls back about it, twice or in the wrong order.
    async fn succeed_aside(self: Arc<Self>, payment: PaymentId, script: Script) {
        tokio::time::sleep(self.config.callback).await;
        if script == Script::Reorder {
            self.call_back(payment, "captured").await;
        }
        self.turn(payment, State::Pending, State::Authorised);
        self.call_back(payment, "authorised").await;
        let again = if script == Script::Reorder { "pending" } else { "authorised" };
        self.call_back(payment, again).await;
    }

    fn cancel(self: Arc<Self>, promise: &Promise) -> Standing {
        let payment = promise.payment;
        // Unknown after a restart: it was asked for before, and came to what its script says.
        let implied = match Script::of(&promise.token) {
            Script::Challenge | Script::Late => State::Pending,
            Script::Decline => State::Declined,
            _ => State::Authorised,
        };
        let (script, _) = self.note(promise, implied);
        let called_off = self.turn(payment, State::Pending, State::CalledOff);
        let standing = self.standing(payment);
        if called_off && script == Script::Late {
            tokio::spawn(async move {
                tokio::time::sleep(self.config.late).await;
                self.turn(payment, State::CalledOff, State::Authorised);
                self.call_back(payment, "authorised").await;
            });
        }
        standing
    }

    fn step(&self, kind: Step, step: &MoneyStep) -> MoneyReply {
        let Some(script) = Script::of_reference(&step.reference) else { return MoneyReply::Refused };
        let mut accounts = self.accounts();
        let account = accounts.put(step.payment, Account::new(script, State::Authorised));
        account.state = State::Authorised;
        let amount = step.amount.amount;
        match account.done.get(&step.key) {
            Some(before) if *before == amount => return MoneyReply::Done,
            Some(before) => return MoneyReply::Instead(kind.moved(), *before),
            None => {}
        }
        let open = account.authorised - account.captured - account.voided;
        let known = account.authorised > 0;
        let (room, total) = match kind {
            Step::Capture if script == Script::CaptureDecline => return MoneyReply::Refused,
            Step::Void if known && amount > open && account.captured > 0 => {
                return MoneyReply::Instead(PaymentMoved::Captured, account.captured);
            }
            Step::Capture if known && amount > open && account.voided > 0 => {
                return MoneyReply::Instead(PaymentMoved::Voided, account.voided);
            }
            Step::Capture => (open, &mut account.captured),
            Step::Void => (open, &mut account.voided),
            Step::Refund => (account.captured - account.refunded, &mut account.refunded),
        };
        if known && amount > room {
            return MoneyReply::Refused;
        }
        *total += amount;
        account.done.insert(step.key.clone(), amount);
        MoneyReply::Done
    }

    async fn call_back(&self, payment: PaymentId, kind: &str) {
        let hold = self.accounts().by_payment.get(&payment).and_then(|account| account.hold);
        let Some(hold) = hold else { return };
        let json =
            serde_json::json!({ "kind": kind, "payment": payment.to_string(), "hold": hold.to_string() });
        let body = json.to_string().into_bytes();
        let signature = hex(&self.mac(&body).finalize().into_bytes());
        // Nobody listens any more when the process is ending.
        drop(self.door.send(Callback { body: body.into(), signature }).await);
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        // HMAC takes keys of every length.
        let made = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.key);
        let mut mac = made.unwrap_or_else(|_| <Hmac<Sha256> as KeyInit>::new(&Default::default()));
        mac.update(body);
        mac
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

impl Provider for Sandbox {
    fn authorise(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        Arc::clone(&self.inner).authorise(promise).boxed()
    }

    fn fetch(&self, payment: PaymentId) -> BoxFuture<'static, Standing> {
        std::future::ready(self.inner.standing(payment)).boxed()
    }

    fn cancel(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        std::future::ready(Arc::clone(&self.inner).cancel(&promise)).boxed()
    }

    fn capture(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        std::future::ready(self.inner.step(Step::Capture, &step)).boxed()
    }

    fn void(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        std::future::ready(self.inner.step(Step::Void, &step)).boxed()
    }

    fn refund(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        std::future::ready(self.inner.step(Step::Refund, &step)).boxed()
    }

    fn read(&self, callback: &Callback) -> Result<Notice, Unread> {
        let signature = unhex(&callback.signature).ok_or(Unread::Forged)?;
        self.inner.mac(&callback.body).verify_slice(&signature).map_err(|_| Unread::Forged)?;
        let json: serde_json::Value =
            serde_json::from_slice(&callback.body).map_err(|_| Unread::Unreadable)?;
        let payment = json["payment"].as_str().and_then(PaymentId::parse).ok_or(Unread::Unreadable)?;
        let hold = json["hold"].as_str().and_then(HoldId::parse).ok_or(Unread::Unreadable)?;
        Ok(Notice { payment, hold })
    }
}

#[cfg(test)]
mod tests {
    use dayshelf_core::ids::{Home, Id, Salt};
    use dayshelf_core::money::{Currency, Money};

    use super::*;

    /// Of two nodes at one order, the one that had read it before it was called off wants to take what the other has
    /// let go: the provider says so, and moves nothing.
    #[tokio::test]
    async fn what_was_let_go_is_not_taken() {
        let id = Id::mint(1, Home { shard: 0, number: 1 }, Salt(1));
        let (payment, hold) = (PaymentId(id), HoldId(id));
        let amount = Money { amount: 2_800, currency: Currency(*b"EUR") };
        let sandbox = Sandbox::new(SandboxConfig::default(), mpsc::channel(1).0);
        let promise = Promise { payment, hold, token: "tok_success".into(), amount };
        let Standing::Authorised(reference) = sandbox.authorise(promise).await else {
            panic!("the money is not promised")
        };
        let step = |key: &str| MoneyStep { payment, reference: reference.clone(), amount, key: key.into() };
        assert_eq!(sandbox.void(step("void")).await, MoneyReply::Done);
        assert_eq!(sandbox.capture(step("capture")).await, MoneyReply::Instead(PaymentMoved::Voided, 2_800));
        assert_eq!(sandbox.balance(payment), Some([2_800, 0, 2_800, 0]));
    }
}
