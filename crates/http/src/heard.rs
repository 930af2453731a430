//! When programs were last heard of, by their API keys: whether a till still talks to us is seen from that.
//!
//! Kept in memory alone and by each node for itself, since every request with a key would else be a write. Start at
//! [`Heard::note`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};

use dayshelf_core::ids::KeyId;
use dayshelf_core::time::Instant;

/// Keys remembered at once: about 60 bytes each. Those of many organisers are forgotten together, and heard again.
const KEYS_MAX: usize = 100_000;

/// When keys were used.
#[derive(Default)]
pub(crate) struct Heard(RwLock<HashMap<KeyId, AtomicI64>>);

impl Heard {
    /// A request came with a key.
    pub fn note(&self, key: KeyId, now: Instant) {
        if let Some(last) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            last.fetch_max(now.0, Ordering::Relaxed);
            return;
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            known.clear();
        }
        known.insert(key, AtomicI64::new(now.0));
    }

    /// When the last one came.
    pub fn last(&self, key: KeyId) -> Option<Instant> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).map(|last| Instant(last.load(Ordering::Relaxed)))
    }
}
