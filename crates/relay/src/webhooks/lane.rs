//! The lane of one endpoint: tries what is due, in order for each subject, for as long as it takes.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::Id;
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::{Ask, Reply};
use dayshelf_store::{Delivery, DeliveryState, Store, StoreFault};
use futures_util::{StreamExt, stream};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::post::{Answer, Receiver};
use super::schedule::{Clock, Schedule};
use crate::office::Office;

/// Deliveries of different subjects that one endpoint is sent at once.
const AT_ONCE: usize = 4;
/// Deliveries taken up together; their outcomes are kept together.
const BATCH: usize = 16;
/// How long the log is kept.
const LOG_SPAN: Span = Span::hours(14 * 24);
/// Rounds between two looks at what the log may let go of.
const SWEEP_EVERY: u32 = 256;

/// What all lanes share.
pub(super) struct Shared {
    pub desk: Arc<dyn Office>,
    pub store: Store,
    pub receiver: Arc<dyn Receiver>,
    pub schedule: Schedule,
    pub clock: Clock,
    /// How long a lane sleeps at most.
    pub rest: Duration,
}

/// One endpoint's lane.
pub(super) struct Lane {
    pub shared: Arc<Shared>,
    pub endpoint: watch::Receiver<Arc<Endpoint>>,
    pub poke: Arc<Notify>,
    pub stop: CancellationToken,
}

impl Lane {
    /// Serves the endpoint until it is told to stop.
    pub async fn run(self) {
        let mut rounds = 0_u32;
        while !self.stop.is_cancelled() {
            let endpoint = Arc::clone(&self.endpoint.borrow());
            if endpoint.state == EndpointState::On {
                match self.round(&endpoint).await {
                    Ok(0) => {}
                    Ok(_) => {
                        rounds = rounds.wrapping_add(1);
                        if rounds.is_multiple_of(SWEEP_EVERY) {
                            self.sweep(&endpoint).await;
                        }
                        continue;
                    }
                    Err(fault) => {
                        tracing::warn!(endpoint = %endpoint.id, %fault, "deliveries can't be read or kept");
                    }
                }
            }
            self.wait(&endpoint).await;
        }
    }

    /// Tries what is due; says how much that was.
    pub async fn round(&self, endpoint: &Arc<Endpoint>) -> Result<usize, StoreFault> {
        let shared = &self.shared;
        let due = shared.store.deliveries_due(endpoint.id, shared.clock.now(), BATCH).await?;
        let count = due.len();
        if count == 0 {
            return Ok(0);
        }
        if dayshelf_core::planted!(DeliveredBeforeSent) {
            let sent = |one: &Delivery| Delivery { state: DeliveryState::Delivered, ..one.clone() };
            shared.store.settle_deliveries(endpoint.id.home().shard, due.iter().map(sent).collect()).await?;
        }
        let tries = due.into_iter().map(|delivery| self.attempt(endpoint, delivery));
        let tried: Vec<(Delivery, Answer)> = stream::iter(tries).buffer_unordered(AT_ONCE).collect().await;
        let over = tried
            .iter()
            .any(|(delivery, answer)| *answer == Answer::Gone || delivery.state == DeliveryState::GivenUp);
        // First the endpoint is switched off: what was given up at one that goes on would be missing among what it gets.
        if over && !self.disable(endpoint).await {
            tokio::time::sleep(shared.rest).await;
            return Ok(count);
        }
        let settled = tried.into_iter().map(|(delivery, _)| delivery).collect();
        shared.store.settle_deliveries(endpoint.id.home().shard, settled).await?;
        if over {
            self.learn(endpoint).await;
        }
        Ok(count)
    }

    async fn attempt(&self, endpoint: &Endpoint, delivery: Delivery) -> (Delivery, Answer) {
        let shared = &self.shared;
        let answer = shared.receiver.post(endpoint, &delivery, shared.clock.now()).await;
        let now = shared.clock.now();
        let chance = shared.desk.chance();
        (after(delivery, answer, &Try { now, schedule: &shared.schedule, chance }), answer)
    }

    /// Switches an endpoint off that is gone, or failed for three days. What waits for it stays. `false` when the desk
    /// could not be asked; an endpoint that somebody has changed meanwhile goes on as they wish.
    async fn disable(&self, endpoint: &Endpoint) -> bool {
        let changed = Endpoint { state: EndpointState::Disabled, ..endpoint.clone() };
        let expected = Expect::Version(endpoint.version);
        let command = Command::PutEndpoint { expected, endpoint: Box::new(changed) };
        let reply = self.shared.desk.submit(Ask { home: endpoint.id.home(), command, key: None }).await;
        match reply {
            Reply::Done(_) => tracing::info!(endpoint = %endpoint.id, "a webhook endpoint was disabled"),
            ref other => {
                tracing::info!(endpoint = %endpoint.id, ?other, "a webhook endpoint was not disabled")
            }
        }
        !matches!(reply, Reply::Fault(_))
    }

    /// Waits until the journal's reader brings the endpoint's change here; until then nothing is tried.
    async fn learn(&self, endpoint: &Endpoint) {
        if self.shared.rest.is_zero() {
            // Whoever steps the lane comes back after the reader.
            return;
        }
        let mut seen = self.endpoint.clone();
        let news = seen.wait_for(|known| known.version != endpoint.version);
        drop(tokio::time::timeout(self.shared.rest, news).await);
    }

    /// Waits until something is due, or somebody says that there is news.
    async fn wait(&self, endpoint: &Arc<Endpoint>) {
        let next = self.shared.store.delivery_next(endpoint.id).await.ok().flatten();
        let now = self.shared.clock.now();
        let rest = next.map(|next| Duration::from_millis(u64::try_from(next.since(now).0).unwrap_or(0)));
        // What is overdue and yet not to be tried waits behind an older one of its subject.
        let rest = rest.filter(|rest| !rest.is_zero()).unwrap_or(self.shared.rest);
        let mut seen = self.endpoint.clone();
        tokio::select! {
            () = self.stop.cancelled() => {}
            () = self.poke.notified() => {}
            () = tokio::time::sleep(rest.min(self.shared.rest)) => {}
            _ = seen.wait_for(|known| !Arc::ptr_eq(known, endpoint)) => {}
        }
    }

    async fn sweep(&self, endpoint: &Endpoint) {
        let before = self.shared.clock.now().0.saturating_sub(LOG_SPAN.0).max(0);
        // An id begins with the time of its making.
        let before = Id::mint(before, endpoint.id.home(), dayshelf_core::ids::Salt(0));
        if let Err(fault) = self.shared.store.forget_deliveries(endpoint.id, before).await {
            tracing::warn!(endpoint = %endpoint.id, %fault, "old deliveries were not let go");
        }
    }
}

/// When and by which schedule a try was made.
struct Try<'t> {
    now: Instant,
    schedule: &'t Schedule,
    chance: u64,
}

/// The delivery as it stands after a try.
fn after(delivery: Delivery, answer: Answer, made: &Try<'_>) -> Delivery {
    let tries = delivery.tries.saturating_add(1);
    let trouble = if let Answer::Silent(trouble) = answer { Some(trouble) } else { None };
    let delivery = Delivery { tries, trouble, ..delivery };
    let again = |status, asked| match made.schedule.next(made.now, tries, asked, made.chance) {
        Some(due) if dayshelf_core::planted!(RetryNeverDue) => {
            Delivery { due: due.plus(Span::hours(24 * 365)), ..delivery.clone() }
        }
        Some(due) => Delivery { due, last_status: status, ..delivery.clone() },
        None => Delivery { state: DeliveryState::GivenUp, last_status: status, ..delivery.clone() },
    };
    match answer {
        Answer::Taken(_) if dayshelf_core::planted!(TakenStaysWaiting) => delivery,
        Answer::Failed(status, _) if dayshelf_core::planted!(TriedIsDelivered) => {
            Delivery { state: DeliveryState::Delivered, last_status: status, ..delivery }
        }
        Answer::Taken(status) => {
            Delivery { state: DeliveryState::Delivered, last_status: status, ..delivery }
        }
        // What was not wanted waits no more; the endpoint is disabled.
        Answer::Gone => Delivery { state: DeliveryState::GivenUp, last_status: 410, ..delivery },
        Answer::Failed(status, asked) => again(status, asked),
        Answer::Silent(_) => again(0, None),
    }
}
