//! All webhooks of this process: what is started with the server, and what organisers ask for by hand.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::{EndpointId, Id};
use dayshelf_core::organiser::Endpoint;
use dayshelf_desk::Desk;
use dayshelf_store::{Delivery, DeliveryState, Store, StoreFault};
use dayshelf_wire::webhook::Payload;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::guard::Guard;
use super::journal::{Message, Scribe};
use super::kinds::{PING, delivery_text};
use super::lane::Shared;
use super::lanes::Lanes;
use super::post::Poster;
use super::schedule::{Clock, Schedule};

/// The name of the reader in the store.
pub(super) const CONSUMER: &str = "webhooks";
/// The holder of the reader's turn where one process has the data: a new one after a crash need not wait.
const ALONE: u128 = 1;

/// How webhooks are sent.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where they may go.
    pub guard: Guard,
    /// The waits between tries.
    pub schedule: Schedule,
    /// The clock for what is due.
    pub clock: Clock,
    /// How long a lane sleeps at most.
    pub rest: Duration,
    /// The shortest time between two looks into a journal; stock changes within it become one.
    pub pace: Duration,
    /// How long a receiver may take, where it is not 15 seconds.
    pub try_span: Option<Duration>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            guard: Guard::default(),
            schedule: Schedule::default(),
            clock: Clock::default(),
            rest: Duration::from_secs(5),
            pace: Duration::from_millis(250),
            try_span: None,
        }
    }
}

/// Why webhooks can't be started.
#[derive(Debug, thiserror::Error)]
pub enum StartFault {
    /// The HTTP client.
    #[error("the HTTP client for webhooks can't be made")]
    Client(#[from] reqwest::Error),
    /// The store.
    #[error("the reader of webhooks can't be made")]
    Store(#[from] StoreFault),
}

/// The running readers and lanes.
pub struct Webhooks {
    lanes: Lanes,
    scribes: JoinSet<()>,
}

impl Webhooks {
    /// Starts a reader for every shard.
    ///
    /// # Errors
    /// When the HTTP client can't be made.
    pub fn start(
        desk: &Desk,
        store: &Store,
        config: Config,
        stop: &CancellationToken,
    ) -> Result<Self, StartFault> {
        let Config { guard, schedule, clock, rest, pace, try_span } = config;
        let poster = Poster::new(guard, try_span)?;
        let (desk_known, receiver) = (Arc::new(desk.clone()), Arc::new(poster));
        let shared = Shared { desk: desk_known, store: store.clone(), receiver, schedule, clock, rest };
        let lanes = Lanes::new(shared);
        let holder = if store.is_shared() { u128::from_le_bytes(dayshelf_desk::random()) } else { ALONE };
        let mut scribes = JoinSet::new();
        for shard in 0..desk.shards() {
            let Some(bell) = desk.bell(shard) else { continue };
            let consumer = store.consumer(shard, CONSUMER, holder)?;
            let (lanes, stop) = (lanes.clone(), stop.clone());
            scribes.spawn(Scribe { lanes, shard, consumer, bell, pace, turn: None, stop }.run());
        }
        Ok(Self { lanes, scribes })
    }

    /// What is asked for by hand, for whoever takes such requests.
    pub fn outbox(&self) -> Outbox {
        Outbox { lanes: self.lanes.clone() }
    }

    /// An endpoint's log, newest first, before an id.
    ///
    /// # Errors
    /// What the store says.
    pub async fn log(
        &self,
        endpoint: EndpointId,
        before: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreFault> {
        self.lanes.shared().store.delivery_log(endpoint, before, limit).await
    }

    /// Waits until the readers and their lanes have ended, after they were told to.
    pub async fn join(mut self) {
        while self.scribes.join_next().await.is_some() {}
    }
}

/// What is put into the lanes by hand. Cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    lanes: Lanes,
}

impl Outbox {
    /// Sends a test to an endpoint; gives the delivery's id. It waits while the endpoint is switched off.
    ///
    /// # Errors
    /// What the store says.
    pub async fn ping(&self, endpoint: &Endpoint) -> Result<Id, StoreFault> {
        let shared = self.lanes.shared();
        let now = shared.clock.now();
        let id = shared.desk.id(endpoint.id.home());
        let data = serde_json::json!({ "endpoint": endpoint.id.to_string(), "delivery": delivery_text(id) });
        let body = Payload::new(PING, now, data).body("");
        let message = Message { kind: PING, subject: id, sequence: 0, body };
        self.queue(endpoint, message.delivery(endpoint.id, id, now)).await?;
        Ok(id)
    }

    /// Sends an old delivery once more, under a new id, after what waits of its subject. `None` when there
    /// is no such delivery any more.
    ///
    /// # Errors
    /// What the store says.
    pub async fn replay(&self, endpoint: &Endpoint, old: Id) -> Result<Option<Id>, StoreFault> {
        let shared = self.lanes.shared();
        let Some(known) = shared.store.delivery(endpoint.id, old).await? else { return Ok(None) };
        let id = shared.desk.id(endpoint.id.home());
        let (state, due) = (DeliveryState::Waiting, shared.clock.now());
        self.queue(endpoint, Delivery { id, state, tries: 0, due, last_status: 0, trouble: None, ..known })
            .await?;
        Ok(Some(id))
    }

    async fn queue(&self, endpoint: &Endpoint, delivery: Delivery) -> Result<(), StoreFault> {
        let shard = endpoint.id.home().shard;
        self.lanes.shared().store.queue_deliveries(shard, vec![delivery]).await?;
        self.lanes.poke(&Arc::new(endpoint.clone()));
        Ok(())
    }
}
