//! New ids and new secrets: the clock and the randomness that `core` does without.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use dayshelf_core::ids::{Home, Id, Salt};
use dayshelf_core::time::Instant;

/// Low bits of the rising number that count ids within a millisecond.
const COUNTER_BITS: u32 = 12;
/// Random bits below the counter.
const RANDOM_BITS: u32 = 30;

/// Makes ids that rise: rows in the order of their ids are rows in the order of their making, which keeps
/// the store's inserts at the end of its tables.
#[derive(Debug, Default)]
pub struct Mint {
    /// Milliseconds and counter of the last id.
    last: AtomicU64,
}

impl Mint {
    /// A new mint.
    pub fn new() -> Self {
        Self::default()
    }

    /// A new id of an organiser.
    pub fn id(&self, home: Home) -> Id {
        let now = (self.now().0.max(0) as u64) << COUNTER_BITS;
        let step = |last: u64| Some(now.max(last + 1));
        let before = self.last.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).unwrap_or(now);
        let stamp = now.max(before + 1);
        let counter = stamp & ((1 << COUNTER_BITS) - 1);
        let noise = u64::from_le_bytes(random::<8>()) & ((1 << RANDOM_BITS) - 1);
        Id::mint((stamp >> COUNTER_BITS) as i64, home, Salt((counter << RANDOM_BITS) | noise))
    }

    /// The wall clock of this machine: for ids and for what is shown, never for decisions.
    pub fn now(&self) -> Instant {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Random bytes from the system.
///
/// A system without randomness can't keep secrets: the process ends rather than make guessable ones.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    if let Err(fault) = getrandom::fill(&mut bytes) {
        tracing::error!(%fault, "the system has no randomness");
        std::process::abort();
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ids of one process rise, even within a millisecond.
    #[test]
    fn ids_rise() {
        let mint = Mint::new();
        let home = Home { shard: 1, number: 2 };
        let ids: Vec<Id> = (0..20_000).map(|_| mint.id(home)).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(ids.iter().all(|id| id.home() == home));
    }
}
