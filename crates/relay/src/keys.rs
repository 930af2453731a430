//! The reader of the journal that fills the index of idempotency keys behind it, and lets old keys go.
//!
//! The desk answers retries from memory; what memory has let go of is found through this index. Doing it
//! twice, on two nodes, does nothing. Start at [`start`].

use std::time::Duration;

use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::Desk;
use dayshelf_store::{Store, StoreFault};
use tokio::task::JoinHandle;
use tokio::time::Instant as Tick;
use tokio_util::sync::CancellationToken;

use crate::bells::Bells;

/// How long keys answer: seven days, as the desk has it, and a day more so that none is let go early.
const KEPT: Span = Span::hours(8 * 24);
/// Keys indexed in one transaction.
const PAGE: usize = 2_000;
/// The shortest time between two looks, unless it is set: the desk's memory is long, and every write here is
/// one that the desk waits for.
pub(crate) const PACE: Duration = Duration::from_secs(5);
/// How often old keys are let go of.
const SWEEP: Duration = Duration::from_secs(3_600);

/// Starts the reader for all shards.
pub(crate) fn start(desk: &Desk, store: &Store, pace: Duration, stop: CancellationToken) -> JoinHandle<()> {
    let bells = Bells::hang(desk, &stop);
    let indexer = Indexer { store: store.clone(), shards: desk.shards(), pace, swept: Tick::now() };
    tokio::spawn(async move {
        tokio::select! {
            () = stop.cancelled() => {}
            () = indexer.run(bells) => {}
        }
    })
}

struct Indexer {
    store: Store,
    shards: u16,
    pace: Duration,
    swept: Tick,
}

impl Indexer {
    async fn run(mut self, bells: Bells) {
        loop {
            bells.rung().await;
            for shard in bells.take() {
                if let Err(fault) = self.index(shard).await {
                    tracing::warn!(shard, %fault, "idempotency keys were not indexed yet");
                }
            }
            if self.swept.elapsed() >= SWEEP {
                self.swept = Tick::now();
                self.sweep().await;
            }
            tokio::time::sleep(self.pace).await;
        }
    }

    /// Brings the index of a shard to the journal's end.
    async fn index(&self, shard: u16) -> Result<(), StoreFault> {
        loop {
            let end = self.store.reader().head(shard).await?.seq;
            if self.store.index_keys(shard, PAGE).await? >= end {
                return Ok(());
            }
        }
    }

    async fn sweep(&self) {
        for shard in 0..self.shards {
            if let Err(fault) = self.forget(shard).await {
                tracing::warn!(shard, %fault, "old idempotency keys were not let go");
            }
        }
    }

    async fn forget(&self, shard: u16) -> Result<(), StoreFault> {
        let now = self.store.clock().await?;
        let before = Instant(now.0.saturating_sub(KEPT.0));
        let place = self.store.reader().place_before(shard, before).await?;
        if place > 0 {
            self.store.forget_keys(shard, place).await?;
        }
        Ok(())
    }
}
