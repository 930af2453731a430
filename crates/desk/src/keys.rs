//! Idempotency keys that were used: which record answers them.
//!
//! The newest keys are kept in memory. From time to time a run of them goes into the store, a slice with each
//! batch; only what is in a whole run may be let go here. A sieve remembers what went, and only for what may have been in
//! it the runs are read. A new key, which is nearly every one, asks nobody. Start at [`KeyBook`].

use std::collections::VecDeque;
use std::hash::BuildHasher as _;

use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{KeyRun, KeySlice};
use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// How long a key answers.
pub(crate) const KEY_SPAN: Span = Span::hours(7 * 24);
/// Keys in memory: about 60 bytes each. A retry mostly comes within a minute, so mostly finds its key here.
const KEYS_MAX: usize = 1 << 17;
/// Keys of one run: 64 for each of its rows, and some thirty slices, each a fraction of a millisecond of its batch.
const RUN: usize = 1 << 14;
const _: () = assert!(2 * RUN < KEYS_MAX, "keys wait for their run in memory");

/// With so many keys there is room for all at once. A table that grows puts every key in its new place, which would take
/// 5 ms of one batch, then 10 of another; books that never have more keys need none of that room.
const FEW: usize = 1 << 10;

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
    /// Where each key stands among all that ever came, counted round and round. Four bytes each, so that whether a key
    /// is new is mostly seen without a look at the keys themselves.
    numbers: HashTable<u32>,
    // Fingerprints are digests: a quick hash with a seed of the process is enough for them.
    seed: RandomState,
    /// By age, oldest first.
    order: VecDeque<Place>,
    /// The number of the oldest one.
    first: u32,
    /// How many at the end of `order` are in no run yet.
    loose: usize,
    /// What is still to be written of a run.
    writing: VecDeque<KeySlice>,
    /// Keys that are in runs and no longer here.
    forgotten: Option<Sieve>,
}

/// Which key was used, and how.
#[derive(Clone, Copy, Debug)]
struct Place {
    fingerprint: u128,
    used: Used,
}

/// A set that may say yes to what is not in it, and never no to what is. Its pages are made as keys come to them: all at
/// once would take 9 ms of one batch.
#[derive(Debug)]
struct Sieve(Vec<Option<Box<Page>>>);

/// Words of a page of the sieve, which is a page of the machine's memory.
const PAGE_WORDS: usize = 512;
/// Words in which one key is looked for: a line of the processor's cache, so that it is fetched from memory once.
const LINE_WORDS: usize = 8;

type Page = [u64; PAGE_WORDS];

impl Sieve {
    fn new() -> Self {
        Self(vec![None; SIEVE_BITS / 64 / PAGE_WORDS])
    }

    /// The page of a key, and the first word of its line there. A fingerprint is a digest: all its bits are as good.
    fn line(fingerprint: u128) -> (usize, usize) {
        let line = fingerprint as usize % (SIEVE_BITS / 64 / LINE_WORDS);
        let lines = PAGE_WORDS / LINE_WORDS;
        (line / lines, line % lines * LINE_WORDS)
    }

    /// The word and the bit of each of its four places in the line.
    fn places(fingerprint: u128) -> [(usize, u64); 4] {
        [64, 80, 96, 112].map(|shift| {
            let bit = (fingerprint >> shift) as usize % (64 * LINE_WORDS);
            (bit / 64, 1 << (bit % 64))
        })
    }

    fn put(&mut self, fingerprint: u128) {
        let (page, line) = Self::line(fingerprint);
        let words = self.0[page].get_or_insert_with(|| Box::new([0; PAGE_WORDS]));
        for (word, bit) in Self::places(fingerprint) {
            words[line + word] |= bit;
        }
    }

    fn may_have(&self, fingerprint: u128) -> bool {
        let (page, line) = Self::line(fingerprint);
        let has = |words: &Page| {
            Self::places(fingerprint).into_iter().all(|(word, bit)| words[line + word] & bit != 0)
        };
        self.0[page].as_deref().is_some_and(has)
    }
}

impl KeyBook {
    /// Remembers a key, and lets old ones go for which there is no room.
    pub fn learn(&mut self, fingerprint: u128, used: Used) {
        let Self { numbers, seed, order, first, .. } = self;
        let number = first.wrapping_add(order.len() as u32);
        order.push_back(Place { fingerprint, used });
        let is_room_due = order.len() == FEW;
        if is_room_due {
            order.reserve(KEYS_MAX + RUN);
        }
        self.loose += 1;
        let at = |number: u32| order[number.wrapping_sub(*first) as usize].fingerprint;
        let hash_of = |number: &u32| seed.hash_one(at(*number));
        if is_room_due {
            numbers.reserve(KEYS_MAX + RUN, hash_of);
        }
        let hash = seed.hash_one(fingerprint);
        match numbers.find_mut(hash, |number| at(*number) == fingerprint) {
            Some(known) => *known = number,
            None => drop(numbers.insert_unique(hash, number, hash_of)),
        }
        while self.order.len() > KEYS_MAX.max(self.loose) {
            if let Some(place) = self.order.front() {
                self.suspect(place.fingerprint);
            }
            self.let_oldest_go();
        }
    }

    /// Remembers that a key is in a run.
    pub fn suspect(&mut self, fingerprint: u128) {
        self.forgotten.get_or_insert_with(Sieve::new).put(fingerprint);
    }

    /// Whether a slice of a run is to be written with the next batch, or a run to be begun.
    pub fn is_due(&self) -> bool {
        !self.writing.is_empty() || self.is_run_due()
    }

    /// Whether there are keys enough for a run and none is being written.
    pub fn is_run_due(&self) -> bool {
        self.writing.is_empty() && self.loose >= RUN
    }

    /// Begins the next run. No key of a record up to `lapsed` answers any more.
    pub fn begin(&mut self, lapsed: u64) {
        let first = self.order.len() - self.loose;
        let Some(last) = self.order.get(first + RUN - 1) else { return };
        let keys = self.order.range(first..first + RUN).map(|place| (place.fingerprint, place.used.seq));
        self.writing = KeyRun { up_to: last.used.seq, lapsed, keys: keys.collect() }.slices().into();
    }

    /// The slice that is next.
    pub fn slice(&self) -> Option<&KeySlice> {
        self.writing.front()
    }

    /// Notes that the next slice is in the store.
    pub fn written(&mut self) {
        if let Some(slice) = self.writing.pop_front().filter(|slice| slice.last) {
            self.covered(slice.up_to);
        }
    }

    /// Notes that all keys up to a record are in runs, whoever wrote them.
    pub fn covered(&mut self, up_to: u64) {
        let first = self.order.len() - self.loose;
        self.loose -= self.order.range(first..).take_while(|place| place.used.seq <= up_to).count();
        self.writing.retain(|slice| up_to < slice.up_to);
    }

    /// What is known of a key at `now`.
    pub fn find(&mut self, fingerprint: u128, now: Instant) -> Option<Used> {
        while self.order.front().is_some_and(|place| place.used.at.plus(KEY_SPAN) < now) {
            self.let_oldest_go();
        }
        let at = |number: u32| &self.order[number.wrapping_sub(self.first) as usize];
        let number = self
            .numbers
            .find(self.seed.hash_one(fingerprint), |number| at(*number).fingerprint == fingerprint);
        number.map(|number| at(*number).used)
    }

    /// Whether a key that is not here may have been used all the same.
    pub fn may_have_forgotten(&self, fingerprint: u128) -> bool {
        self.forgotten.as_ref().is_some_and(|forgotten| forgotten.may_have(fingerprint))
    }

    fn let_oldest_go(&mut self) {
        if let Some(place) = self.order.pop_front() {
            let (oldest, hash) = (self.first, self.seed.hash_one(place.fingerprint));
            // One that was used anew has another number by now.
            if let Ok(known) = self.numbers.find_entry(hash, |number| *number == oldest) {
                known.remove();
            }
            self.first = oldest.wrapping_add(1);
            self.loose = self.loose.min(self.order.len());
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

    /// A key that is used anew is known by its last use, and is not let go with its first; numbers begin again.
    #[test]
    fn keys_used_anew() {
        let mut book = KeyBook { first: u32::MAX - 1, ..KeyBook::default() };
        let used = |at: i64| Used { seq: at as u64, request: [7; 16], at: Instant(at) };
        for (at, fingerprint) in [(1, 9), (2, 8), (3, 9), (4, 7)] {
            book.learn(fingerprint, used(at));
        }
        let mut found = |fingerprint, after: i64| book.find(fingerprint, Instant(KEY_SPAN.0 + after));
        assert_eq!([found(9, 1), found(8, 1), found(7, 1)], [Some(used(3)), Some(used(2)), Some(used(4))]);
        assert_eq!([found(9, 3), found(8, 3), found(7, 3)], [Some(used(3)), None, Some(used(4))]);
        assert_eq!([found(9, 4), found(8, 4), found(7, 4)], [None, None, Some(used(4))]);
    }

    fn fingerprint(number: u64) -> u128 {
        (u128::from(number) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }

    fn used(seq: u64) -> Used {
        Used { seq, request: [7; 16], at: Instant(0) }
    }

    /// Without a run nothing is let go, however much there is.
    #[test]
    fn keys_in_no_run_are_kept() {
        let mut book = KeyBook::default();
        let many = KEYS_MAX as u64 + 100;
        (0..many).for_each(|number| book.learn(fingerprint(number), used(number)));
        assert!((0..many).all(|number| book.find(fingerprint(number), Instant(0)).is_some()));
    }

    /// Beyond a few keys nothing grows any more, however many come and go.
    #[test]
    fn room_is_made_once() {
        let mut book = KeyBook::default();
        let mut room = |many: std::ops::Range<u64>| {
            for number in many {
                book.learn(fingerprint(number), used(number));
                book.covered(number);
            }
            (book.numbers.capacity(), book.order.capacity())
        };
        let few = FEW as u64;
        let (numbers, order) = room(0..few);
        let later = room(few..3 * KEYS_MAX as u64);
        // A place in the table that is free again is not always counted as one.
        assert!(later.0 <= numbers && later.1 == order, "{numbers}, {order} became {later:?}");
    }

    /// Runs follow each other without a gap, and what is in them may go; it is suspected then, and of what
    /// never was here hardly any is.
    #[test]
    fn runs_make_room() {
        let mut book = KeyBook::default();
        let many = KEYS_MAX as u64 + 5 * RUN as u64;
        let mut in_runs = Vec::new();
        for number in 0..many {
            book.learn(fingerprint(number), used(number));
            if book.is_run_due() {
                book.begin(0);
            }
            if let Some(slice) = book.slice() {
                in_runs.extend(slice.last.then_some(slice.up_to));
                book.written();
            }
        }
        let runs = many / RUN as u64 - 1;
        let ends: Vec<u64> = (1..=runs).map(|run| run * RUN as u64 - 1).collect();
        assert_eq!(in_runs, ends, "the last one has only begun");
        let gone = many - KEYS_MAX as u64;
        assert!((0..gone).all(|number| book.may_have_forgotten(fingerprint(number))));
        assert!((0..gone).all(|number| book.find(fingerprint(number), Instant(0)).is_none()));
        assert!((gone..many).all(|number| book.find(fingerprint(number), Instant(0)).is_some()));
        let new = (many..many + 20_000).map(fingerprint);
        assert!(new.filter(|new| book.may_have_forgotten(*new)).count() < 10);
    }

    /// Another node's run counts, also when it ends within ours; one that ends where ours does takes its place.
    #[test]
    fn a_run_of_another_node_counts() {
        let mut book = KeyBook::default();
        let learn = |book: &mut KeyBook, numbers: std::ops::Range<u64>| {
            numbers.for_each(|number| book.learn(fingerprint(number), used(number)));
        };
        let run = RUN as u64;
        learn(&mut book, 0..run + 5);
        book.covered(9);
        assert!(!book.is_due());
        learn(&mut book, run + 5..run + 10);
        book.begin(0);
        assert_eq!(book.slice().map(|slice| slice.up_to), Some(run + 9));
        book.written();
        book.covered(run);
        assert!(book.slice().is_some(), "the other run ends within this one");
        book.covered(run + 9);
        assert!(!book.is_due());
    }
}
