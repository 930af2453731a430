//! When programs were last heard of, by their API keys: whether a till still talks to us is seen from that.
//!
//! Each node remembers it to the instant, and notes it in the store once a minute at most, since every request with a key
//! would else be a write: so it is the same on every node, and survives a restart, to the minute. Start at
//! [`Heard::note`].

use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{PoisonError, RwLock};

use dayshelf_core::ids::{Home, KeyId};
use dayshelf_core::time::{Instant, Span};

use crate::app::App;
use crate::no::No;

/// Keys remembered at once: about 60 bytes each. Those of many organisers are forgotten together, and heard again.
const KEYS_MAX: usize = 100_000;
/// Between two notes in the store about one key.
const NOTE_SPAN: Span = Span::minutes(1);

/// When keys were used.
#[derive(Default)]
pub(crate) struct Heard(RwLock<HashMap<KeyId, Last>>);

struct Last {
    at: AtomicI64,
    /// When the store was told, or is being told.
    noted: AtomicI64,
}

impl Heard {
    /// A request came with a key; says whether the store should be told. Of many at once one is told so.
    fn take(&self, key: KeyId, now: Instant) -> bool {
        if let Some(last) = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
            last.at.fetch_max(now.0, Ordering::Relaxed);
            let noted = last.noted.load(Ordering::Relaxed);
            let is_due = now.since(Instant(noted)).0 >= NOTE_SPAN.0;
            let swap = |to| last.noted.compare_exchange(noted, to, Ordering::Relaxed, Ordering::Relaxed);
            return is_due && swap(now.0).is_ok();
        }
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS_MAX {
            known.clear();
        }
        let last = Last { at: AtomicI64::new(now.0), noted: AtomicI64::new(now.0) };
        known.insert(key, last).is_none()
    }

    fn last(&self, key: KeyId) -> Option<Instant> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&key).map(|last| Instant(last.at.load(Ordering::Relaxed)))
    }

    /// Notes that a request came with a key. Nobody waits for the store: what fails is told with the next note.
    pub fn note(app: &App, key: KeyId) {
        let now = app.now();
        if !app.heard.take(key, now) {
            return;
        }
        let app = app.clone();
        tokio::spawn(async move {
            if let Err(fault) = app.store.note_heard(key, now).await {
                tracing::warn!(%fault, "it could not be noted that an API key was used");
            }
        });
    }

    /// When an organiser's keys were last heard of, on whatever node.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn all(app: &App, home: Home) -> Result<impl Fn(KeyId) -> Option<Instant> + use<'_>, No> {
        let noted: HashMap<KeyId, Instant> = app.store.heard(home).await?.into_iter().collect();
        Ok(move |key| app.heard.last(key).max(noted.get(&key).copied()))
    }
}

#[cfg(test)]
mod tests {
    use dayshelf_core::ids::Id;

    use super::*;

    /// The store is told at the first request and then once a minute, however many come.
    #[test]
    fn is_noted_once_a_minute() {
        let heard = Heard::default();
        let (till, other) = (KeyId(Id(1)), KeyId(Id(2)));
        let minute = NOTE_SPAN.0;
        let asked = [0, 1, minute - 1, minute, minute + 1, 3 * minute];
        let told: Vec<i64> = asked.into_iter().filter(|at| heard.take(till, Instant(*at))).collect();
        assert_eq!(told, [0, minute, 3 * minute]);
        assert_eq!((heard.last(till), heard.last(other)), (Some(Instant(3 * minute)), None));
        // What comes late takes nothing back.
        assert!(!heard.take(till, Instant(5)));
        assert_eq!(heard.last(till), Some(Instant(3 * minute)));
    }
}
