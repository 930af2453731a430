//! New ids and new secrets: the clock and the randomness that `core` does without.

use std::cell::RefCell;
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
        machine_time()
    }
}

/// The wall clock of this machine.
pub(crate) fn machine_time() -> Instant {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Bytes drawn from the system at once: a hold needs three draws, and each call costs a microsecond.
const WELL_BYTES: usize = 1_024;

/// Random bytes that were drawn ahead, for one thread.
struct Well {
    bytes: [u8; WELL_BYTES],
    used: usize,
}

thread_local! {
    static WELL: RefCell<Well> = const { RefCell::new(Well { bytes: [0; WELL_BYTES], used: WELL_BYTES }) };
}

impl Well {
    fn draw(&mut self, out: &mut [u8]) {
        if self.used + out.len() > WELL_BYTES {
            fill(&mut self.bytes);
            self.used = 0;
        }
        let drawn = &mut self.bytes[self.used..self.used + out.len()];
        out.copy_from_slice(drawn);
        // What was given out is somebody's secret: it does not stay here.
        drawn.fill(0);
        self.used += out.len();
    }
}

/// Random bytes from the system.
///
/// A system without randomness can't keep secrets: the process ends rather than make guessable ones.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    let drawn = N <= WELL_BYTES && WELL.try_with(|well| well.borrow_mut().draw(&mut bytes)).is_ok();
    if !drawn {
        fill(&mut bytes);
    }
    bytes
}

fn fill(bytes: &mut [u8]) {
    if let Err(fault) = getrandom::fill(bytes) {
        tracing::error!(%fault, "the system has no randomness");
        std::process::abort();
    }
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

    /// Draws never repeat, across the end of what was drawn ahead and on other threads.
    #[test]
    fn draws_differ() {
        let draw = || (0..1_000).map(|_| random::<16>()).collect::<Vec<_>>();
        let other = std::thread::spawn(draw);
        let mut all = draw();
        all.extend(other.join().unwrap());
        all.push(random());
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_ne!(random::<2_000>(), [0; 2_000]);
    }
}
