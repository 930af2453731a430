//! The bells of all shards as one: which journals have grown by something for a payment since somebody looked.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use dayshelf_desk::Desk;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// A shard is listened to no more often: what rings meanwhile is seen together.
const PACE: Duration = Duration::from_millis(2);

/// The shards that rang.
#[derive(Clone)]
pub(crate) struct Bells {
    inner: Arc<Inner>,
}

struct Inner {
    rung: Mutex<Vec<u16>>,
    one: Notify,
}

impl Bells {
    /// Listens to every shard until `stop`. Every shard counts as rung at first.
    pub fn hang(desk: &Desk, stop: &CancellationToken) -> Self {
        let inner = Arc::new(Inner { rung: Mutex::default(), one: Notify::new() });
        for shard in 0..desk.shards() {
            let Some(mut bell) = desk.bell(shard) else { continue };
            let (inner, stop, board) = (Arc::clone(&inner), stop.clone(), Arc::clone(desk.board()));
            tokio::spawn(async move {
                inner.ring(shard);
                let mut seen = 0;
                loop {
                    let grown = tokio::select! {
                        () = stop.cancelled() => return,
                        grown = bell.changed() => grown,
                    };
                    if grown.is_err() {
                        return;
                    }
                    // Holds ring all the time, and nobody pays for most of them yet.
                    let until = board.payments_until(shard);
                    if seen != until {
                        seen = until;
                        inner.ring(shard);
                    }
                    tokio::time::sleep(PACE).await;
                }
            });
        }
        Self { inner }
    }

    /// Comes back when something rang that was not taken.
    pub async fn rung(&self) {
        self.inner.one.notified().await;
    }

    /// The shards that rang since the last time.
    pub fn take(&self) -> Vec<u16> {
        std::mem::take(&mut *self.inner.rung.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Inner {
    fn ring(&self, shard: u16) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        if !rung.contains(&shard) {
            rung.push(shard);
        }
        drop(rung);
        self.one.notify_one();
    }
}
