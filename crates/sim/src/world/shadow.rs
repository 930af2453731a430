//! The shadow: the journal as it was seen, and the books that follow from it alone.
//!
//! Whatever was seen once is there for ever; whatever a node says must agree with it.

use std::collections::BTreeMap;

use dayshelf_core::apply::apply;
use dayshelf_core::books::Books;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_store::{Outcome, Record};

/// See the module.
#[derive(Default)]
pub(super) struct Shadow {
    records: Vec<Record>,
    books: BTreeMap<u32, Books>,
    keys: BTreeMap<u128, u64>,
}

impl Shadow {
    /// The last place that was seen.
    pub(super) fn place(&self) -> u64 {
        self.records.len() as u64
    }

    /// The record at a place.
    pub(super) fn record(&self, seq: u64) -> Option<&Record> {
        self.records.get(usize::try_from(seq).ok()?.checked_sub(1)?)
    }

    /// The records after a place.
    pub(super) fn after(&self, seq: u64) -> &[Record] {
        self.records.get(seq as usize..).unwrap_or_default()
    }

    /// All keys with their records.
    pub(super) fn keys(&self) -> &BTreeMap<u128, u64> {
        &self.keys
    }

    /// The books of an organiser.
    pub(super) fn books(&self, home: Home) -> Option<&Books> {
        self.books.get(&home.number)
    }

    /// Takes in a record that was not seen before.
    ///
    /// # Errors
    /// It does not follow from what is there.
    pub(super) fn learn(&mut self, record: Record) -> Result<(), String> {
        if record.seq != self.place() + 1 {
            return Err(format!("I15: after record {} comes record {}", self.place(), record.seq));
        }
        if let Some(before) = self.records.last().filter(|before| before.at > record.at) {
            return Err(format!(
                "I7: time falls: record {} is earlier than the one before, {:?}",
                record.seq, before.at
            ));
        }
        if let Some(key) = &record.key
            && let Some(first) = self.keys.insert(key.fingerprint, record.seq)
        {
            let one = self.record(first);
            return Err(format!("I10: one key has two records: {one:?} and {record:?}"));
        }
        if let Outcome::Facts(facts) = &record.outcome {
            self.apply(record.home, facts).map_err(|cause| format!("record {}: {cause}", record.seq))?;
        }
        self.records.push(record);
        Ok(())
    }

    fn apply(&mut self, home: Home, facts: &[Fact]) -> Result<(), String> {
        for fact in facts {
            if let Fact::OrganiserFounded(organiser) = fact {
                self.books.insert(home.number, Books::open((**organiser).clone()));
            }
            let none = || format!("I14: a fact is of nobody's books: {fact:?}");
            let books = self.books.get_mut(&home.number).ok_or_else(none)?;
            apply(books, fact).map_err(|broken| format!("I2: {broken}"))?;
        }
        // Whoever wrote them has served the waiters and let the rules act.
        if let Some(books) = self.books.get_mut(&home.number) {
            books.stirred.clear();
            books.alert.clear();
        }
        Ok(())
    }

    /// Compares a record that is read again with what was seen.
    ///
    /// # Errors
    /// It is another one.
    pub(super) fn compare(&self, record: &Record) -> Result<(), String> {
        match self.record(record.seq) {
            Some(seen) if seen == record => Ok(()),
            seen => Err(format!("I4: record {} was {seen:?} and is now {record:?}", record.seq)),
        }
    }

    /// Compares a node's books with those of the journal.
    ///
    /// # Errors
    /// They differ.
    pub(super) fn compare_books(&self, home: Home, books: Option<&Books>) -> Result<(), String> {
        let (mine, theirs) = (self.books(home).map(plain), books.map(plain));
        if mine == theirs {
            return Ok(());
        }
        let (Some(mine), Some(theirs)) = (mine, theirs) else {
            return Err(format!("I14: the books of {home:?} are there on one side only"));
        };
        let differing = [
            ("pools", mine.pools != theirs.pools),
            ("holds", mine.holds != theirs.holds),
            ("windows", mine.windows != theirs.windows),
            ("offers", mine.offers != theirs.offers),
            ("waiters", mine.entries != theirs.entries),
            ("tallies", mine.tallies != theirs.tallies),
            ("agenda", mine.agenda != theirs.agenda),
            ("blocks", mine.blocks != theirs.blocks),
            ("closing rules", mine.closing != theirs.closing),
        ];
        let named: Vec<&str> =
            differing.iter().filter(|(_, differs)| *differs).map(|(name, _)| *name).collect();
        Err(format!("I2: the books of {home:?} are not those of the journal: {named:?}"))
    }
}

/// Books without what was only fetched, and without hints that live in memory.
pub(super) fn plain(books: &Books) -> Books {
    let mut books = books.clone();
    books.forget_fetched();
    books.announced.clear();
    books.stirred.clear();
    books.alert.clear();
    books
}
