//! Idempotency keys in runs: the index of the keys that the desk's memory lets go of.
//!
//! A run is keys that were used one after the other. It is cut into parts by the first byte of the fingerprints, and
//! written in slices of sorted parts, each in the transaction of a batch. So an index of random keys costs a
//! row for many keys in place of a random page for each; a look-up reads one part of each run, the newest
//! run first. A run counts when its last slice is written; what is left of one that never was is overwritten or
//! lapses. Start at [`KeyRun`].

use crate::cell::{Cell, Row};
use crate::engine::Session;
use crate::fault::{FaultKind, StoreFault};
use crate::statements;
use crate::tables::{self, Rows};

/// Bytes of one key in a part: its fingerprint and the place of its record.
const ENTRY: usize = 24;
/// Parts that are read at once while a key is looked for.
const PARTS_PAGE: usize = 16;
/// Parts that are read at once while all keys are listed.
const LIST_PAGE: usize = 256;
/// Parts in one slice: each is a page somewhere, and a batch without any writes a dozen or two.
const SLICE_PARTS: usize = 8;
/// The reader of the journal whose place says how far the runs have come.
const KEYS: &str = "keys";

/// Keys that were used one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyRun {
    /// The record up to which every key is in this run or in one before it.
    pub up_to: u64,
    /// The record up to which no key answers any more: what is in runs up to there goes.
    pub lapsed: u64,
    /// The keys' fingerprints and the places of their records, in the order of use.
    pub keys: Vec<(u128, u64)>,
}

/// Some parts of a run, which are written with one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySlice {
    /// As of the run.
    pub up_to: u64,
    /// As of the run.
    pub lapsed: u64,
    /// Whether it is the run's last one: with it, all keys of the run are in the store.
    pub last: bool,
    /// The keys of each part, in the order of use.
    parts: Vec<(u8, Vec<(u128, u64)>)>,
}

impl KeyRun {
    /// The run, cut into slices: one at a time is written so fast that nobody waits for it.
    pub fn slices(self) -> Vec<KeySlice> {
        let Self { up_to, lapsed, keys } = self;
        let mut parts: Vec<(u8, Vec<_>)> = (0..=u8::MAX).map(|part| (part, Vec::new())).collect();
        for key in keys {
            parts[usize::from(part_of(key.0))].1.push(key);
        }
        parts.retain(|(_, keys)| !keys.is_empty());
        let mut parts = parts.into_iter();
        let mut slices = Vec::new();
        loop {
            let parts: Vec<_> = parts.by_ref().take(SLICE_PARTS).collect();
            let last = parts.len() < SLICE_PARTS;
            slices.push(KeySlice { up_to, lapsed, last, parts });
            if last {
                return slices;
            }
        }
    }
}

impl KeySlice {
    /// The rows of the slice, and, with the last one, of how far the runs have come.
    pub(crate) fn rows(&self, shard: u16) -> Vec<Rows> {
        let mut rows = Vec::with_capacity(2);
        if !self.parts.is_empty() {
            let mut parts = Rows::put(&tables::KEY_RUN, shard);
            for (part, keys) in &self.parts {
                let (part, body) = (Cell::Int((*part).into()), Cell::Bytes(body(keys.clone())));
                parts.cells.extend([part, Cell::from(self.up_to), body]);
            }
            rows.push(parts);
        }
        if self.last {
            let mut come = Rows::put(&tables::CONSUMER, shard);
            let nobody = [0; 16];
            come.cells.extend([
                Cell::Text(KEYS.to_owned()),
                Cell::from(self.up_to),
                Cell::Id(nobody),
                Cell::Int(0),
            ]);
            rows.push(come);
        }
        rows
    }
}

/// The body of a part: its keys by fingerprint.
fn body(mut keys: Vec<(u128, u64)>) -> Vec<u8> {
    // A key that was let go and used anew stands for the newer record, which comes first here.
    keys.sort_unstable_by(|one, other| one.0.cmp(&other.0).then(other.1.cmp(&one.1)));
    keys.dedup_by_key(|(fingerprint, _)| *fingerprint);
    let mut body = Vec::with_capacity(keys.len() * ENTRY);
    for (fingerprint, seq) in keys {
        body.extend(fingerprint.to_be_bytes());
        body.extend(seq.to_be_bytes());
    }
    body
}

fn part_of(fingerprint: u128) -> u8 {
    fingerprint.to_be_bytes()[0]
}

/// The record up to which all keys are in runs.
pub(crate) async fn come(session: &mut Session, shard: u16) -> Result<u64, StoreFault> {
    let cells = [Cell::from(shard), Cell::Text(KEYS.to_owned())];
    let rows = session.query(statements::READ_CONSUMER, &cells).await?;
    rows.first().map(|row| row.count(0)).transpose().map(|come| come.unwrap_or(0))
}

/// The newest record that a key in the runs was used for.
pub(crate) async fn find(
    session: &mut Session,
    shard: u16,
    fingerprint: u128,
) -> Result<Option<u64>, StoreFault> {
    let mut before = u64::MAX >> 1;
    loop {
        let cells = [
            Cell::from(shard),
            Cell::Int(part_of(fingerprint).into()),
            Cell::from(before),
            Cell::from(PARTS_PAGE),
        ];
        let rows = session.query(statements::KEY_PARTS, &cells).await?;
        for row in &rows {
            if let Some(seq) = place_in(entries(row)?, fingerprint) {
                return Ok(Some(seq));
            }
            before = row.count(0)?;
        }
        if rows.len() < PARTS_PAGE {
            return Ok(None);
        }
    }
}

/// Calls `each` with every key that is in a run.
pub(crate) async fn list(
    session: &mut Session,
    shard: u16,
    each: &mut (dyn FnMut(u128) + Send),
) -> Result<(), StoreFault> {
    let mut after = [Cell::Int(-1), Cell::Int(0)];
    loop {
        let [part, seq] = after;
        let cells = [Cell::from(shard), part, seq, Cell::from(LIST_PAGE)];
        let rows = session.query(statements::ALL_KEY_PARTS, &cells).await?;
        for row in &rows {
            entries(row)?.iter().for_each(|entry| each(fingerprint_of(entry)));
        }
        match rows.last() {
            Some(last) if rows.len() == LIST_PAGE => {
                after = [Cell::Int(last.int(2)?), Cell::Int(last.int(0)?)]
            }
            _ => return Ok(()),
        }
    }
}

/// Lets the parts of a slice go that are in runs of which no key answers any more.
pub(crate) async fn forget(session: &mut Session, shard: u16, slice: &KeySlice) -> Result<(), StoreFault> {
    if slice.lapsed == 0 {
        return Ok(());
    }
    for (part, _) in &slice.parts {
        let cells = [Cell::from(shard), Cell::Int((*part).into()), Cell::from(slice.lapsed)];
        session.execute(statements::FORGET_KEYS, &cells).await?;
    }
    Ok(())
}

/// The entries of a part, by fingerprint.
fn entries(row: &Row) -> Result<&[[u8; ENTRY]], StoreFault> {
    match row.bytes(1)?.as_chunks() {
        (entries, []) => Ok(entries),
        _ => Err(StoreFault::new(FaultKind::Incoherent, "a part of a run of keys ends within a key")),
    }
}

fn fingerprint_of(entry: &[u8; ENTRY]) -> u128 {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&entry[..16]);
    u128::from_be_bytes(bytes)
}

fn place_in(entries: &[[u8; ENTRY]], fingerprint: u128) -> Option<u64> {
    let found = entries.binary_search_by_key(&fingerprint, fingerprint_of).ok()?;
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&entries[found][16..]);
    Some(u64::from_be_bytes(bytes))
}
