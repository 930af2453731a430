//! The worker: looks for payments that need a step, and has a bounded number of them made at once.
//!
//! It is woken by shards in which a payment may have its next step and by call-backs, and comes by itself every second; a
//! wake-up carries no data. Start at [`Payments::start`].

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::{Id, PaymentId};
use dayshelf_desk::Desk;
use dayshelf_store::{Reader, Settling, Store, StoreFault};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::provider::{Callback, Provider};
use super::settle::{Progress, Teller, Trouble};
use crate::bells::Bells;

/// Payments that are worked on at once; each is a call to the provider that may take seconds.
const RUNNING_MAX: usize = 256;
/// Payments read from a shard at once.
const PAGE: usize = 500;
/// How often the worker comes by itself.
const ROUND: Duration = Duration::from_secs(1);
/// Shards looked at in one round without having been rung for.
const ROUND_SHARDS_MAX: usize = 64;
/// Payments found and not yet begun at most; the rest is found again when these are under way.
const FOUND_MAX: usize = 10_000;
/// The shortest time between two looks: what rings meanwhile is seen together.
const PACE: Duration = Duration::from_millis(2);
/// A look that took long is followed by a rest of so many times that.
const REST_TIMES: u32 = 4;
/// Waits between asking again, doubled each time.
const WAIT_MIN: Duration = Duration::from_millis(500);
const WAIT_MAX: Duration = Duration::from_secs(15);

/// The running worker.
pub struct Payments {
    door: mpsc::Sender<Callback>,
    task: JoinHandle<()>,
}

/// Where call-backs come in: as many as may wait for the worker, and its two ends.
pub(crate) const CALLBACKS_MAX: usize = 4_096;

impl Payments {
    /// Starts the worker. `callbacks` is what the provider's call-backs come through.
    pub fn start(
        desk: &Desk,
        store: &Store,
        provider: Arc<dyn Provider>,
        callbacks: (mpsc::Sender<Callback>, mpsc::Receiver<Callback>),
        stop: CancellationToken,
    ) -> Self {
        let (door, callbacks) = callbacks;
        let worker = Worker {
            teller: Teller::new(Arc::new(desk.clone()), store, provider),
            reader: store.reader(),
            bells: Bells::hang(desk, &stop),
            shards: desk.shards(),
            callbacks,
            waiting: HashMap::new(),
            at_work: HashMap::new(),
            found: VecDeque::new(),
            running: JoinSet::new(),
            rung: BTreeSet::new(),
            next_look: Instant::now(),
            next_shard: 0,
            stop,
        };
        Self { door, task: tokio::spawn(worker.run()) }
    }

    /// The channel for call-backs of the provider.
    pub fn channel() -> (mpsc::Sender<Callback>, mpsc::Receiver<Callback>) {
        mpsc::channel(CALLBACKS_MAX)
    }

    /// Hands in a call-back, unread. `false` when too many wait: the provider will send it again.
    pub fn hear(&self, callback: Callback) -> bool {
        self.door.try_send(callback).is_ok()
    }

    /// Waits until the worker has ended, after it was told to.
    pub async fn join(self) {
        drop(self.task.await);
    }
}

/// Why the worker wakes.
enum Wake {
    /// A shard's journal has grown.
    Bell,
    /// The provider called back.
    Callback(Callback),
    /// A step is done.
    Step(Step),
    /// A step panicked, which was reported; its payment is looked at again.
    Broken(tokio::task::Id),
    /// A shard that rang may be looked at.
    Look,
    /// The worker comes by itself.
    Round,
    /// The process ends.
    Stop,
}

impl From<Result<(tokio::task::Id, Step), tokio::task::JoinError>> for Wake {
    fn from(done: Result<(tokio::task::Id, Step), tokio::task::JoinError>) -> Self {
        match done {
            Ok((_, step)) => Self::Step(step),
            Err(broken) => Self::Broken(broken.id()),
        }
    }
}

/// A payment that waits to be asked about again.
struct Waiting {
    /// The attempt that the provider was asked for.
    asked: Option<PaymentId>,
    tries: u32,
    until: Instant,
    shard: u16,
}

/// How a step went; call-backs have no row of their own.
struct Step {
    item: Option<Settling>,
    outcome: Result<Progress, Trouble>,
}

/// A payment that is due.
struct Found {
    item: Settling,
    asked: Option<PaymentId>,
}

struct Worker {
    teller: Teller,
    reader: Reader,
    bells: Bells,
    shards: u16,
    callbacks: mpsc::Receiver<Callback>,
    waiting: HashMap<Id, Waiting>,
    /// Payments that are under way, and those found and not yet begun, which have no task.
    at_work: HashMap<Id, Option<tokio::task::Id>>,
    found: VecDeque<Found>,
    running: JoinSet<Step>,
    /// Shards to look at, and when that may be.
    rung: BTreeSet<u16>,
    next_look: Instant,
    next_shard: u16,
    stop: CancellationToken,
}

impl Worker {
    async fn run(mut self) {
        let mut round = tokio::time::interval(ROUND);
        round.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            let stop = self.stop.clone();
            let wake = tokio::select! {
                () = stop.cancelled() => Wake::Stop,
                Some(done) = self.running.join_next_with_id() => done.into(),
                Some(callback) = self.callbacks.recv(), if self.running.len() < RUNNING_MAX => Wake::Callback(callback),
                () = self.bells.rung() => Wake::Bell,
                () = tokio::time::sleep_until(self.next_look), if self.may_look() => Wake::Look,
                _ = round.tick() => Wake::Round,
            };
            match wake {
                Wake::Stop => break,
                Wake::Bell => self.rung.extend(self.bells.take()),
                Wake::Callback(callback) => self.hear(callback),
                Wake::Step(step) => self.note(step),
                Wake::Broken(task) => self.at_work.retain(|_, known| *known != Some(task)),
                Wake::Look => self.look_at_all().await,
                Wake::Round => self.round(),
            }
            self.begin();
        }
        // What is under way ends within the provider's time or is asked for again by the next worker.
        self.running.abort_all();
    }

    /// Adds the shards that a round looks at: those with something due, and the next few of the others.
    fn round(&mut self) {
        let now = Instant::now();
        let due = self.waiting.values().filter(|waiting| waiting.until <= now).map(|waiting| waiting.shard);
        self.rung.extend(due);
        for _ in 0..ROUND_SHARDS_MAX.min(usize::from(self.shards)) {
            self.rung.insert(self.next_shard);
            self.next_shard = (self.next_shard + 1) % self.shards.max(1);
        }
    }

    /// Whether there is something to look at, and not enough at hand already.
    fn may_look(&self) -> bool {
        !self.rung.is_empty() && self.found.len() < RUNNING_MAX
    }

    async fn look_at_all(&mut self) {
        let began = Instant::now();
        for shard in std::mem::take(&mut self.rung) {
            if let Err(fault) = self.look(shard).await {
                tracing::warn!(shard, fault = %fault, "payments of a shard can't be read");
            }
        }
        self.next_look = Instant::now() + PACE.max(began.elapsed().saturating_mul(REST_TIMES));
    }

    /// Finds the payments of a shard that are due.
    async fn look(&mut self, shard: u16) -> Result<(), StoreFault> {
        let mut after = Id(0);
        let mut seen = HashSet::new();
        loop {
            let page = self.reader.settling(shard, after, PAGE).await?;
            for item in &page {
                after = id_of(*item);
                seen.insert(after);
                if self.found.len() >= FOUND_MAX {
                    self.rung.insert(shard);
                    return Ok(());
                }
                self.find(shard, *item);
            }
            if page.len() < PAGE {
                break;
            }
        }
        let at_work = &self.at_work;
        // What somebody else has settled is not waited for.
        self.waiting
            .retain(|id, waiting| waiting.shard != shard || seen.contains(id) || at_work.contains_key(id));
        Ok(())
    }

    fn find(&mut self, shard: u16, item: Settling) {
        let id = id_of(item);
        let waiting = self.waiting.get(&id);
        if self.at_work.contains_key(&id) || waiting.is_some_and(|waiting| Instant::now() < waiting.until) {
            return;
        }
        let asked = waiting.and_then(|waiting| waiting.asked);
        let entry = Waiting { asked: None, tries: 0, until: Instant::now(), shard };
        self.waiting.entry(id).or_insert(entry);
        self.at_work.insert(id, None);
        self.found.push_back(Found { item, asked });
    }

    /// Begins what was found, as far as there is room.
    fn begin(&mut self) {
        while self.running.len() < RUNNING_MAX {
            let Some(Found { item, asked }) = self.found.pop_front() else { return };
            let teller = self.teller.clone();
            let step = async move { Step { item: Some(item), outcome: teller.settle(item, asked).await } };
            let task = self.running.spawn(step).id();
            self.at_work.insert(id_of(item), Some(task));
        }
    }

    fn hear(&mut self, callback: Callback) {
        let teller = self.teller.clone();
        self.running.spawn(async move {
            let mut outcome = teller.hear(&callback).await;
            // A call-back has no row to be found by again, so it is not let go while the desk is busy.
            for tries in 0..6 {
                if !matches!(outcome, Err(_) | Ok(Progress::Again)) {
                    break;
                }
                tokio::time::sleep(wait(tries)).await;
                outcome = teller.hear(&callback).await;
            }
            Step { item: None, outcome }
        });
    }

    fn note(&mut self, step: Step) {
        let asked = match step.outcome {
            Ok(Progress::Pending(payment)) => Some(Some(payment)),
            Ok(Progress::Again) => Some(None),
            Ok(Progress::Settled) => None,
            Err(trouble) => {
                tracing::warn!(item = ?step.item, trouble = %trouble, cause = ?trouble, "a payment was not settled yet");
                Some(None)
            }
        };
        let Some(item) = step.item else { return };
        let id = id_of(item);
        self.at_work.remove(&id);
        let Some(asked) = asked else {
            self.waiting.remove(&id);
            return;
        };
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.asked = asked;
            waiting.until = Instant::now() + wait(waiting.tries);
            waiting.tries += 1;
        }
    }
}

fn wait(tries: u32) -> Duration {
    WAIT_MIN.saturating_mul(1 << tries.min(10)).min(WAIT_MAX)
}

fn id_of(item: Settling) -> Id {
    match item {
        Settling::Hold(hold) => hold.0,
        Settling::Order(order) => order.0,
    }
}
