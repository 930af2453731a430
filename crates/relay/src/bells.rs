//! The bells of all shards as one: which journals have grown since somebody looked.

use std::sync::{Arc, Mutex, PoisonError};

use dayshelf_desk::Desk;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

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
            let (inner, stop) = (Arc::clone(&inner), stop.clone());
            tokio::spawn(async move {
                loop {
                    inner.ring(shard);
                    let grown = tokio::select! {
                        () = stop.cancelled() => return,
                        grown = bell.changed() => grown,
                    };
                    if grown.is_err() {
                        return;
                    }
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
