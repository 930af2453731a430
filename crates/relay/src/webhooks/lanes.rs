//! The lanes that are served: one for each endpoint that something was made for.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use dayshelf_core::ids::EndpointId;
use dayshelf_core::organiser::Endpoint;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::lane::{Lane, Shared};

/// How long a try may go on when the process ends; one that is cut off is made again.
const END_SPAN: Duration = Duration::from_secs(2);

/// All lanes of this process. Cheap to clone.
#[derive(Clone)]
pub(super) struct Lanes {
    shared: Arc<Shared>,
    open: Arc<Mutex<Open>>,
    serving: Serving,
}

/// Who serves the lanes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Serving {
    /// A task for each.
    Tasks,
    /// Whoever steps the workers.
    ByHand,
}

#[derive(Default)]
struct Open {
    /// Shards whose turn this node has; nothing of others is sent from here.
    shards: HashSet<u16>,
    lanes: HashMap<EndpointId, Served>,
}

/// A lane that is served.
struct Served {
    endpoint: watch::Sender<Arc<Endpoint>>,
    poke: Arc<Notify>,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Drop for Served {
    fn drop(&mut self) {
        // A try that is cut off is made again by whoever serves the endpoint next.
        self.task.abort();
    }
}

impl Lanes {
    pub fn new(shared: Shared) -> Self {
        Self { shared: Arc::new(shared), open: Arc::default(), serving: Serving::Tasks }
    }

    /// Lanes that nobody serves but who steps the workers.
    pub fn by_hand(shared: Shared) -> Self {
        Self { serving: Serving::ByHand, ..Self::new(shared) }
    }

    /// A lane that somebody steps.
    pub fn lane_by_hand(&self, endpoint: &Arc<Endpoint>) -> Lane {
        let (_, told) = watch::channel(Arc::clone(endpoint));
        let (poke, stop) = (Arc::new(Notify::new()), CancellationToken::new());
        Lane { shared: Arc::clone(&self.shared), endpoint: told, poke, stop }
    }

    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Serves a shard from now on.
    pub fn enter(&self, shard: u16) {
        if self.serving == Serving::Tasks {
            self.open().shards.insert(shard);
        }
    }

    /// Ends all lanes of a shard, whose turn has gone or may have gone to another node.
    pub fn leave(&self, shard: u16) {
        let mut open = self.open();
        open.shards.remove(&shard);
        open.lanes.retain(|endpoint, _| endpoint.home().shard != shard);
    }

    /// Ends all lanes of a shard when they have kept what they are at, or after a while.
    pub async fn end(&self, shard: u16) {
        let mut ending = Vec::new();
        {
            let mut open = self.open();
            open.shards.remove(&shard);
            ending.extend(open.lanes.extract_if(|endpoint, _| endpoint.home().shard == shard));
        }
        ending.iter().for_each(|(_, served)| served.stop.cancel());
        let ended = ending.iter_mut().map(|(_, served)| &mut served.task);
        drop(tokio::time::timeout(END_SPAN, futures_util::future::join_all(ended)).await);
    }

    /// Wakes the lane of an endpoint, which is served from now on if its shard is.
    pub fn poke(&self, endpoint: &Arc<Endpoint>) {
        let mut open = self.open();
        if open.shards.contains(&endpoint.id.home().shard) {
            let served = open.lanes.entry(endpoint.id).or_insert_with(|| self.lane(endpoint));
            served.poke.notify_one();
        }
    }

    /// Tells a lane that is served how its endpoint stands now.
    pub fn change(&self, endpoint: &Arc<Endpoint>) {
        if let Some(served) = self.open().lanes.get(&endpoint.id) {
            served.endpoint.send_replace(Arc::clone(endpoint));
        }
    }

    /// Ends the lane of an endpoint that is no more.
    pub fn remove(&self, endpoint: EndpointId) {
        self.open().lanes.remove(&endpoint);
    }

    fn lane(&self, endpoint: &Arc<Endpoint>) -> Served {
        let (tell, told) = watch::channel(Arc::clone(endpoint));
        let poke = Arc::new(Notify::new());
        let stop = CancellationToken::new();
        let shared = Arc::clone(&self.shared);
        let lane = Lane { shared, endpoint: told, poke: Arc::clone(&poke), stop: stop.clone() };
        Served { endpoint: tell, poke, stop, task: tokio::spawn(lane.run()) }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
