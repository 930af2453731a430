//! Idempotency keys that were used: which record answers them.
//!
//! Keys of the last days are kept in memory, up to a bound. Beyond it the oldest are let go and the index
//! that a reader of the journal writes is asked for keys that are not here.

use std::collections::{HashMap, VecDeque};

use dayshelf_core::time::{Instant, Span};

/// How long a key answers.
pub(crate) const KEY_SPAN: Span = Span::hours(7 * 24);
/// Keys in memory: about 100 bytes each.
pub(crate) const KEYS_MAX: usize = 500_000;

/// What is known of a used key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    /// The record that answers it.
    pub seq: u64,
    /// The hash of the request that it came with.
    pub request: [u8; 16],
    /// When it was used.
    pub at: Instant,
}

/// The keys of one shard.
#[derive(Debug, Default)]
pub(crate) struct KeyBook {
    used: HashMap<u128, Used>,
    order: VecDeque<(u128, Instant)>,
    /// Whether keys that still answer were let go for want of room.
    overflowed: bool,
}

impl KeyBook {
    /// Remembers a key.
    pub fn learn(&mut self, fingerprint: u128, used: Used) {
        if self.used.insert(fingerprint, used).is_none() {
            self.order.push_back((fingerprint, used.at));
        }
        while self.order.len() > KEYS_MAX {
            self.overflowed = true;
            self.let_oldest_go();
        }
    }

    /// What is known of a key at `now`.
    pub fn find(&mut self, fingerprint: u128, now: Instant) -> Option<Used> {
        while self.order.front().is_some_and(|(_, at)| at.plus(KEY_SPAN) < now) {
            self.let_oldest_go();
        }
        self.used.get(&fingerprint).copied()
    }

    /// Whether a key that is not here may have been used all the same.
    pub fn may_have_forgotten(&self) -> bool {
        self.overflowed
    }

    fn let_oldest_go(&mut self) {
        if let Some((fingerprint, _)) = self.order.pop_front() {
            self.used.remove(&fingerprint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key answers for seven days and not longer.
    #[test]
    fn keys_age() {
        let mut book = KeyBook::default();
        let used = Used { seq: 1, request: [7; 16], at: Instant(0) };
        book.learn(9, used);
        assert_eq!(book.find(9, Instant(KEY_SPAN.0)), Some(used));
        assert_eq!(book.find(9, Instant(KEY_SPAN.0 + 1)), None);
        assert!(!book.may_have_forgotten());
    }
}
