//! The thread of one shard: waits until there is something to do, and lets the shard do it.
//!
//! A thread of its own, because the embedded engine works on the caller's thread and a sync must not hold up
//! anybody else. Not here: what a round does (`shard`). Start at [`start`].

use std::sync::Arc;
use std::time::Duration;

use dayshelf_store::{Store, StoreFault};
use tokio::sync::{mpsc, oneshot, watch};

use crate::ask::Request;
use crate::board::Board;
use crate::probe::{Clock, Watch};
use crate::shard::{BATCH_MAX, Round, Shard};

/// How often a shard that other nodes may write is looked at while nothing is asked here.
const TAIL_EVERY: Duration = Duration::from_millis(100);
/// How long a shard without anything due sleeps at most.
const REST_MAX: Duration = Duration::from_secs(10);
/// The pause after a fault of the store.
const FAULT_PAUSE: Duration = Duration::from_millis(50);

/// Why a shard can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The store failed while the books were read.
    #[error("the books can't be read")]
    Store(#[from] StoreFault),
    /// The system gave no thread.
    #[error("the system gave no thread for a shard")]
    Thread,
}

/// What a shard is opened with.
pub(crate) struct Opening {
    pub store: Store,
    pub shard: u16,
    pub asks: mpsc::Receiver<Request>,
    pub board: Arc<Board>,
    pub ring: watch::Sender<u64>,
    /// Where those who ask run, so that a batch of them can be woken in one go.
    pub askers: Option<tokio::runtime::Handle>,
    /// Where this machine's time comes from.
    pub clock: Clock,
    /// Who is told of each step.
    pub watch: Watch,
}

/// Opens a shard on a thread of its own; returns when its books are loaded and published.
pub(crate) async fn start(opening: Opening) -> Result<(), OpenFault> {
    let (ready, opened) = oneshot::channel();
    let name = format!("desk-{}", opening.shard);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let spawned = std::thread::Builder::new().name(name).spawn(move || {
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(fault) => {
                tracing::error!(%fault, "no runtime for a shard");
                return;
            }
        };
        runtime.block_on(async move {
            match Shard::open(opening).await {
                Ok(mut shard) => {
                    drop(ready.send(Ok(())));
                    run(&mut shard).await;
                }
                Err(fault) => drop(ready.send(Err(OpenFault::Store(fault)))),
            }
        });
    });
    if let Err(fault) = spawned {
        tracing::error!(%fault, "no thread for a shard");
    }
    opened.await.unwrap_or(Err(OpenFault::Thread))
}

async fn run(shard: &mut Shard) {
    loop {
        if shard.is_idle() && !wait(shard).await {
            return;
        }
        match shard.round().await {
            Round::On => {}
            Round::Failed => tokio::time::sleep(FAULT_PAUSE).await,
            Round::Stopped => return,
        }
    }
}

/// Waits for requests, for what is due, or for the time to look at the journal; `false` at the end.
async fn wait(shard: &mut Shard) -> bool {
    let rest = rest(shard);
    tokio::select! {
        biased;
        count = shard.asks.recv_many(&mut shard.waiting, BATCH_MAX) => count > 0,
        () = tokio::time::sleep(rest) => true,
    }
}

/// How long there is nothing to do unless somebody asks.
fn rest(shard: &Shard) -> Duration {
    let due = shard.due_in().map(|span| Duration::from_millis(span.0.max(0) as u64));
    let most = if shard.store.is_shared() { TAIL_EVERY } else { REST_MAX };
    due.unwrap_or(most).min(most)
}
