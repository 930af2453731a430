//! The life of every token of the sandbox, and what a crash, a lost answer or a second node may do.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dayshelf_core::command::{By, Command, JoinWaitlist, PaymentMoved, Want};
use dayshelf_core::hold::{Hold, HoldState, LapseCause};
use dayshelf_core::ids::{EntryId, HoldId, OrderId, PaymentId};
use dayshelf_core::order::Order;
use dayshelf_core::text::Digest;
use dayshelf_relay::payments::{
    Callback, MoneyReply, MoneyStep, Notice, Payments, Promise, Provider, Sandbox, SandboxConfig, Standing,
    Unread, Verdict,
};
use dayshelf_testkit::shop::{Shop, contact};
use dayshelf_testkit::site::Site;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::stand::{Stand, done, until};

/// A desk with a worker and a sandbox that is quick.
struct Counter {
    stand: Stand,
    sandbox: Sandbox,
    stop: CancellationToken,
    _site: Site,
}

pub(crate) fn quick() -> SandboxConfig {
    let short = Duration::from_millis(60);
    // What is late has to be later than the desk hears of its end, on the slowest machine.
    SandboxConfig { slow: short, late: Duration::from_secs(3), callback: short }
}

impl Counter {
    async fn new(units: u32) -> Self {
        let site = Site::file();
        let stand = Stand::new(&site.open().await, &Shop { units, ..Shop::default() }).await;
        let (sandbox, stop) = start(&stand);
        Self { stand, sandbox, stop, _site: site }
    }

    async fn hold(&self, id: HoldId) -> Hold {
        self.stand.store.reader().hold(id).await.unwrap().unwrap()
    }

    /// The order, when its money is at rest.
    async fn settled(&self, order: OrderId) -> Order {
        settled(&self.stand, order).await
    }

    /// Confirms one unit with a token and waits for the order.
    async fn bought(&self, token: &str) -> Order {
        let hold = self.stand.held(1).await;
        let (_, order) = self.stand.confirm(&hold, token).await;
        self.settled(order).await
    }

    /// The provider's accounts agree with ours, and nothing is left open.
    fn agrees(&self, order: &Order) {
        let money = &order.payment;
        assert_eq!(money.authorised, money.captured + money.voided, "at rest nothing is open");
        let theirs = self.sandbox.balance(money.id).unwrap();
        assert_eq!(theirs, [money.authorised, money.captured, money.voided, money.refunded]);
    }
}

impl Drop for Counter {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

fn start(stand: &Stand) -> (Sandbox, CancellationToken) {
    let channel = Payments::channel();
    let sandbox = Sandbox::new(quick(), channel.0.clone());
    let stop = CancellationToken::new();
    Payments::start(&stand.desk, &stand.store, Arc::new(sandbox.clone()), channel, stop.clone());
    (sandbox, stop)
}

pub(crate) async fn settled(stand: &Stand, order: OrderId) -> Order {
    until("the order's money is at rest", async || {
        let order = stand.store.reader().order(order).await.unwrap();
        order.filter(|order| order.payment_step().is_none())
    })
    .await
}

/// Success at once, slowly, told twice, told out of order: one order each, captured once.
#[tokio::test(flavor = "multi_thread")]
async fn successes() {
    let counter = Counter::new(10).await;
    for token in ["tok_success", "tok_slow", "tok_double", "tok_reorder"] {
        let order = counter.bought(token).await;
        assert_eq!((order.payment.authorised, order.payment.captured), (2_800, 2_800), "{token}");
        counter.agrees(&order);
    }
    assert_eq!(counter.stand.left(), 6);
}

/// A decline gives the hold back as it was, for another try; a token that nobody knows is a decline.
#[tokio::test(flavor = "multi_thread")]
async fn declines() {
    let counter = Counter::new(10).await;
    let hold = counter.stand.held(2).await;
    for token in ["tok_decline", "nonsense"] {
        counter.stand.confirm(&hold, token).await;
        until("the hold goes on", async || {
            (counter.hold(hold.id).await.state == HoldState::Held).then_some(())
        })
        .await;
        assert_eq!(counter.hold(hold.id).await.due, hold.due);
    }
    let (_, order) = counter.stand.confirm(&hold, "tok_success").await;
    counter.agrees(&counter.settled(order).await);
    assert_eq!(counter.stand.left(), 8);
}

/// A challenge waits until it is answered, either way.
#[tokio::test(flavor = "multi_thread")]
async fn challenges() {
    let counter = Counter::new(10).await;
    for verdict in [Verdict::Deny, Verdict::Approve] {
        let hold = counter.stand.held(1).await;
        let (payment, order) = counter.stand.confirm(&hold, "tok_3ds").await;
        until("the bank waits", async || counter.sandbox.waits(payment).then_some(())).await;
        assert_eq!(counter.hold(hold.id).await.state, HoldState::Confirming);
        assert!(counter.sandbox.answer(payment, verdict));
        assert!(!counter.sandbox.answer(payment, verdict), "there is one answer");
        match verdict {
            Verdict::Deny => {
                until("the hold goes on", async || {
                    (counter.hold(hold.id).await.state == HoldState::Held).then_some(())
                })
                .await;
            }
            Verdict::Approve => counter.agrees(&counter.settled(order).await),
        }
    }
}

/// What can't be captured is an order whose payment has failed, which the organiser sees.
#[tokio::test(flavor = "multi_thread")]
async fn capture_declined() {
    let counter = Counter::new(10).await;
    let order = counter.bought("tok_capture_decline").await;
    assert!(order.payment.failed && order.payment.captured == 0);
}

/// A payment that succeeds after it was called off gets units again while there are some.
#[tokio::test(flavor = "multi_thread")]
async fn late_with_stock() {
    let counter = Counter::new(2).await;
    let late = Late::begun(&counter).await;
    let (hold, order) = late.called_off(&counter).await;
    let order = counter.settled(order).await;
    assert!(!order.is_cancelled());
    counter.agrees(&order);
    // The hold has ended once, by the cancellation; the order came late.
    let cause = LapseCause::Payment;
    assert_eq!(counter.hold(hold).await.state, HoldState::LapsedPaid { order: order.id, cause });
    assert_eq!(counter.stand.left(), 1);
}

/// With nothing left, it is an order that is cancelled from the start, and the promise is let go.
#[tokio::test(flavor = "multi_thread")]
async fn late_without_stock() {
    let counter = Counter::new(2).await;
    counter.agrees(&counter.bought("tok_success").await);
    let late = Late::begun(&counter).await;
    // Somebody waits, so what comes back is theirs in the same decision: however late, the payment finds nothing.
    let join = JoinWaitlist {
        id: EntryId(counter.stand.home_id()),
        slot: counter.stand.put.slot,
        want: Want { offer: counter.stand.put.offer, quantity: 1 },
        contact: contact(2),
        code: None,
        secret: Digest([8; 32]),
        lot: 1,
    };
    done(counter.stand.ask(Command::JoinWaitlist(Box::new(join))).await);
    let order = counter.settled(late.called_off(&counter).await.1).await;
    assert!(order.is_cancelled());
    assert_eq!((order.payment.captured, order.payment.voided), (0, order.payment.authorised));
    counter.agrees(&order);
}

/// A payment of one unit that succeeds late.
struct Late {
    hold: Hold,
    payment: PaymentId,
    order: OrderId,
}

impl Late {
    async fn begun(counter: &Counter) -> Self {
        let hold = counter.stand.held(1).await;
        let (payment, order) = counter.stand.confirm(&hold, "tok_late").await;
        Self { hold, payment, order }
    }

    /// Has it called off, as the clock would after a while.
    async fn called_off(self, counter: &Counter) -> (HoldId, OrderId) {
        self.called_off_at(&counter.stand, &counter.sandbox).await
    }

    async fn called_off_at(self, stand: &Stand, sandbox: &Sandbox) -> (HoldId, OrderId) {
        let Self { hold, payment, order } = self;
        let promise = until("the provider was asked", async || {
            let known = sandbox.balance(payment).is_some();
            let hold = stand.store.reader().hold(hold.id).await.unwrap().unwrap();
            hold.attempt.as_ref().filter(|_| known).map(|attempt| Promise::of(&hold, attempt))
        })
        .await;
        assert_eq!(sandbox.cancel(promise).await, Standing::CalledOff);
        done(stand.ask(Command::PaymentCalledOff { hold: hold.id, payment }).await);
        (hold.id, order)
    }
}

/// When a slot is called off, a payment under way is called off, and one that has succeeded is paid back.
#[tokio::test(flavor = "multi_thread")]
async fn slot_called_off() {
    let counter = Counter::new(10).await;
    let bought = counter.bought("tok_success").await;
    let hold = counter.stand.held(1).await;
    let (payment, _) = counter.stand.confirm(&hold, "tok_3ds").await;
    until("the bank waits", async || counter.sandbox.waits(payment).then_some(())).await;
    for command in dayshelf_testkit::shop::call_off(counter.stand.put.slot) {
        done(counter.stand.ask(command).await);
    }
    until("the hold ends", async || {
        let state = counter.hold(hold.id).await.state;
        matches!(state, HoldState::Lapsed(LapseCause::Payment | LapseCause::SlotCancelled)).then_some(())
    })
    .await;
    let back = until("the money is back", async || {
        let order = counter.stand.store.reader().order(bought.id).await.unwrap();
        order.filter(|order| order.payment.refunded == 2_800)
    })
    .await;
    counter.agrees(&back);
}

/// Lines given back one by one are refunded one by one, each once.
#[tokio::test(flavor = "multi_thread")]
async fn refunds() {
    let counter = Counter::new(10).await;
    let order = counter.bought("tok_success").await;
    let by = By::Bearer(Digest([7; 32]));
    done(counter.stand.ask(Command::CancelOrder { order: order.id, by, lines: Some(vec![0]) }).await);
    let order = until("the refund", async || {
        let order = counter.stand.store.reader().order(order.id).await.unwrap();
        order.filter(|order| order.payment.refunded > 0)
    })
    .await;
    assert_eq!((order.payment.refunded, order.payment_step()), (2_800, None));
    counter.agrees(&order);
    assert_eq!(counter.stand.left(), 10);
}

/// A call-back that is not the sandbox's own changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn forged_callbacks() {
    let counter = Counter::new(10).await;
    let body = format!(r#"{{"kind":"authorised","payment":"{}","hold":"x"}}"#, "pay_1");
    for signature in ["", "00", "zz", "ää"] {
        let callback = Callback { body: body.clone().into(), signature: signature.into() };
        assert_eq!(counter.sandbox.read(&callback), Err(Unread::Forged));
    }
}

/// A provider that can be made to stop answering after it has done what was asked, and that counts.
#[derive(Clone)]
struct Flaky {
    sandbox: Sandbox,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Default)]
struct Seen {
    hangs: bool,
    lost: u32,
    /// Captures are carried out, and nobody ever hears so.
    captures_lost: bool,
    /// So many questions how a payment stands have no answer.
    fetches_lost: u32,
    calls: HashMap<String, u32>,
}

impl Flaky {
    fn new(hangs: bool, lost: u32) -> (Self, Channel) {
        let channel = Payments::channel();
        let sandbox = Sandbox::new(quick(), channel.0.clone());
        let seen = Seen { hangs, lost, captures_lost: false, fetches_lost: 0, calls: HashMap::new() };
        (Self { sandbox, seen: Arc::new(Mutex::new(seen)) }, channel)
    }

    fn calls(&self, key: &str) -> u32 {
        self.seen.lock().unwrap().calls.get(key).copied().unwrap_or(0)
    }

    /// Counts, and says what becomes of the answer.
    fn fate<T: Send + 'static>(
        &self,
        key: String,
        reply: BoxFuture<'static, T>,
        lost: T,
    ) -> BoxFuture<'static, T> {
        let seen = Arc::clone(&self.seen);
        async move {
            let reply = reply.await;
            let (hangs, loses) = {
                let mut seen = seen.lock().unwrap();
                let calls = seen.calls.entry(key).or_insert(0);
                *calls += 1;
                let calls = *calls;
                (seen.hangs, calls <= seen.lost)
            };
            if hangs {
                std::future::pending::<()>().await;
            }
            if loses { lost } else { reply }
        }
        .boxed()
    }
}

type Channel = (tokio::sync::mpsc::Sender<Callback>, tokio::sync::mpsc::Receiver<Callback>);

impl Provider for Flaky {
    fn authorise(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        self.fate(promise.key(), self.sandbox.authorise(promise), Standing::Unknown)
    }
    fn fetch(&self, payment: PaymentId) -> BoxFuture<'static, Standing> {
        let mut seen = self.seen.lock().unwrap();
        if let Some(fewer) = seen.fetches_lost.checked_sub(1) {
            seen.fetches_lost = fewer;
            return std::future::ready(Standing::Unknown).boxed();
        }
        self.sandbox.fetch(payment)
    }
    fn cancel(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        self.sandbox.cancel(promise)
    }
    fn capture(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        let reply = self.fate(step.key.clone(), self.sandbox.capture(step), MoneyReply::Unknown);
        let lost = self.seen.lock().unwrap().captures_lost;
        if lost { reply.map(|_| MoneyReply::Unknown).boxed() } else { reply }
    }
    fn void(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        self.sandbox.void(step)
    }
    fn refund(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        self.sandbox.refund(step)
    }
    fn read(&self, callback: &Callback) -> Result<Notice, Unread> {
        self.sandbox.read(callback)
    }
}

/// A worker that dies after the provider promised and before the desk heard of it: the next one asks
/// again with the same key, and there is one order and one capture. The next one knows nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_crash_between_promise_and_commit() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop::default()).await;
    let (first, channel) = Flaky::new(true, 0);
    let stop = CancellationToken::new();
    let worker = Payments::start(&stand.desk, &stand.store, Arc::new(first.clone()), channel, stop.clone());
    let hold = stand.held(1).await;
    let (payment, order) = stand.confirm(&hold, "tok_success").await;
    until("the provider promised", async || (first.calls(&payment.to_string()) > 0).then_some(())).await;
    stop.cancel();
    worker.join().await;
    assert_eq!(stand.store.reader().order(order).await.unwrap(), None);
    let (sandbox, stop) = start(&stand);
    let order = settled(&stand, order).await;
    assert_eq!((order.payment.id, order.payment.captured), (payment, 2_800));
    assert_eq!(sandbox.balance(payment), Some([2_800, 2_800, 0, 0]));
    stop.cancel();
}

/// Answers that are lost are asked for again with the same key, until they are known.
#[tokio::test(flavor = "multi_thread")]
async fn lost_answers() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop::default()).await;
    let (flaky, channel) = Flaky::new(false, 2);
    let stop = CancellationToken::new();
    Payments::start(&stand.desk, &stand.store, Arc::new(flaky.clone()), channel, stop.clone());
    let hold = stand.held(1).await;
    let (payment, order) = stand.confirm(&hold, "tok_success").await;
    let order = settled(&stand, order).await;
    assert_eq!(order.payment.captured, 2_800);
    assert_eq!(flaky.sandbox.balance(payment), Some([2_800, 2_800, 0, 0]));
    assert_eq!((flaky.calls(&payment.to_string()), flaky.calls(&format!("{payment}-capture-0"))), (3, 3));
    stop.cancel();
}

/// The answer to a capture is lost, and the order is called off before it is asked for again: the promise can't be let
/// go any more, since the money was taken, so it is given back.
#[tokio::test(flavor = "multi_thread")]
async fn called_off_while_a_capture_is_unknown() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop::default()).await;
    let (flaky, channel) = Flaky::new(false, 0);
    flaky.seen.lock().unwrap().captures_lost = true;
    let stop = CancellationToken::new();
    Payments::start(&stand.desk, &stand.store, Arc::new(flaky.clone()), channel, stop.clone());
    let hold = stand.held(1).await;
    let (payment, order) = stand.confirm(&hold, "tok_success").await;
    let key = format!("{payment}-capture-0");
    until("the capture was asked for", async || (flaky.calls(&key) > 0).then_some(())).await;
    done(stand.ask(Command::CancelOrder { order, by: By::Organiser, lines: None }).await);
    let order = settled(&stand, order).await;
    let money = &order.payment;
    assert_eq!([money.captured, money.voided, money.refunded], [2_800, 0, 2_800]);
    assert_eq!(flaky.sandbox.balance(payment), Some([2_800, 2_800, 0, 2_800]));
    stop.cancel();
}

/// One key stands for one movement: asked for with another amount, the provider says what moved.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_movement() {
    let counter = Counter::new(10).await;
    let order = counter.bought("tok_success").await;
    let step = |amount: i64| MoneyStep {
        payment: order.payment.id,
        reference: order.payment.reference.clone(),
        amount: dayshelf_core::money::Money { amount, currency: order.currency },
        key: "refund".into(),
    };
    assert_eq!(counter.sandbox.refund(step(800)).await, MoneyReply::Done);
    assert_eq!(counter.sandbox.refund(step(800)).await, MoneyReply::Done);
    let instead = MoneyReply::Instead(PaymentMoved::Refunded, 800);
    assert_eq!(counter.sandbox.refund(step(2_800)).await, instead);
    assert_eq!(counter.sandbox.balance(order.payment.id), Some([2_800, 2_800, 0, 800]));
}

/// A buyer who paid by a second attempt does not leave the first one's money promised for days.
#[tokio::test(flavor = "multi_thread")]
async fn strays_are_let_go() {
    let counter = Counter::new(10).await;
    let hold = counter.stand.held(1).await;
    let (first, _) = counter.stand.confirm(&hold, "tok_late").await;
    until("the provider was asked", async || counter.sandbox.balance(first)).await;
    let attempt = counter.hold(hold.id).await.attempt.unwrap();
    done(counter.stand.ask(Command::PaymentDeclined { hold: hold.id, payment: first }).await);
    let (_, order) = counter.stand.confirm(&hold, "tok_success").await;
    counter.agrees(&counter.settled(order).await);
    counter.sandbox.cancel(Promise::of(&hold, &attempt)).await;
    let balance = until("the stray is let go", async || {
        counter.sandbox.balance(first).filter(|[_, _, voided, _]| *voided > 0)
    })
    .await;
    assert_eq!(balance, [2_800, 0, 2_800, 0]);
}

/// A provider calls back when the hold is over, and then does not say how the payment stands: it is asked again, since
/// no row says that money is promised.
#[tokio::test(flavor = "multi_thread")]
async fn a_call_back_without_an_answer() {
    let site = Site::file();
    let stand = Stand::new(&site.open().await, &Shop::default()).await;
    let (flaky, channel) = Flaky::new(false, 0);
    let stop = CancellationToken::new();
    Payments::start(&stand.desk, &stand.store, Arc::new(flaky.clone()), channel, stop.clone());
    let hold = stand.held(1).await;
    let (payment, order) = stand.confirm(&hold, "tok_late").await;
    let late = Late { hold, payment, order };
    let (_, order) = late.called_off_at(&stand, &flaky.sandbox).await;
    flaky.seen.lock().unwrap().fetches_lost = 2;
    let order = settled(&stand, order).await;
    assert_eq!(flaky.seen.lock().unwrap().fetches_lost, 0, "it was never asked");
    assert_eq!((order.payment.id, order.payment.captured), (payment, 2_800));
    assert_eq!(flaky.sandbox.balance(payment), Some([2_800, 2_800, 0, 0]));
    stop.cancel();
}

/// Two workers with a provider each do what one does.
#[tokio::test(flavor = "multi_thread")]
async fn two_workers() {
    let counter = Counter::new(20).await;
    let (_, stop) = start(&counter.stand);
    for token in ["tok_success", "tok_double", "tok_slow", "tok_capture_decline"] {
        let order = counter.bought(token).await;
        assert_eq!(order.payment.captured > 0, token != "tok_capture_decline");
    }
    assert_eq!(counter.stand.left(), 16);
    stop.cancel();
}
