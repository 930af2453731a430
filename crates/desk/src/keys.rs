//! Idempotency keys that were used: which record answers them.
//!
//! Keys of the last days are kept in memory, up to a bound. Beyond it the oldest are let go; a sieve
//! remembers that they were here, and only for what may have been in it the index is asked that a reader of
//! the journal writes. A new key, which is nearly every one, asks nobody.

use std::collections::{HashMap, VecDeque};

use dayshelf_core::time::{Instant, Span};

/// How long a key answers.
pub(crate) const KEY_SPAN: Span = Span::hours(7 * 24);
/// Keys in memory: about 100 bytes each.
pub(crate) const KEYS_MAX: usize = 500_000;

/// Bits of the sieve, 16 MiB: with ten million keys in it, one new key in two hundred is looked up in vain.
const SIEVE_BITS: usize = 1 << 27;

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
    /// Keys that still answered when they were let go for want of room.
    forgotten: Option<Sieve>,
}

/// A set that may say yes to what is not in it, and never no to what is.
#[derive(Debug)]
struct Sieve(Vec<u64>);

impl Sieve {
    fn new() -> Self {
        Self(vec![0; SIEVE_BITS / 64])
    }

    /// The word and the bit of each of four places. A fingerprint is a digest: all its bits are as good.
    fn places(fingerprint: u128) -> [(usize, u64); 4] {
        [0, 32, 64, 96].map(|shift| {
            let bit = (fingerprint >> shift) as usize % SIEVE_BITS;
            (bit / 64, 1 << (bit % 64))
        })
    }

    fn put(&mut self, fingerprint: u128) {
        for (word, bit) in Self::places(fingerprint) {
            self.0[word] |= bit;
        }
    }

    fn may_have(&self, fingerprint: u128) -> bool {
        Self::places(fingerprint).into_iter().all(|(word, bit)| self.0[word] & bit != 0)
    }
}

impl KeyBook {
    /// Remembers a key.
    pub fn learn(&mut self, fingerprint: u128, used: Used) {
        if self.used.insert(fingerprint, used).is_none() {
            self.order.push_back((fingerprint, used.at));
        }
        while self.order.len() > KEYS_MAX {
            if let Some((fingerprint, _)) = self.order.front() {
                self.forgotten.get_or_insert_with(Sieve::new).put(*fingerprint);
            }
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
    pub fn may_have_forgotten(&self, fingerprint: u128) -> bool {
        self.forgotten.as_ref().is_some_and(|forgotten| forgotten.may_have(fingerprint))
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
        assert!(!book.may_have_forgotten(9));
    }

    /// What was let go for want of room is known to have been there; of what never was, hardly any is.
    #[test]
    fn forgotten_keys_are_suspected() {
        let mut book = KeyBook::default();
        let fingerprint =
            |number: usize| (number as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        let used = Used { seq: 1, request: [7; 16], at: Instant(0) };
        let gone = 20_000;
        (0..KEYS_MAX + gone).for_each(|number| book.learn(fingerprint(number), used));
        assert!((0..gone).all(|number| book.may_have_forgotten(fingerprint(number))));
        assert!((0..gone).all(|number| book.find(fingerprint(number), Instant(0)).is_none()));
        let new = (0..gone).map(|number| fingerprint(KEYS_MAX + gone + number));
        assert!(new.filter(|new| book.may_have_forgotten(*new)).count() < 10);
    }
}
