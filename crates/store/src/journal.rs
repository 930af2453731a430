//! The journal's values: what one recorded command left behind, and what a batch of them is.
//!
//! Here: records, idempotency keys, the head, the batch. Not here: how they are written (`writer`) and
//! read (`reader`). Start at [`Record`].

use dayshelf_core::books::Books;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::Instant;

use crate::cell::{Cell, Row};
use crate::changes::Changes;
use crate::codec;
use crate::fault::{FaultKind, StoreFault};
use crate::runs::KeySlice;

/// What a command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// What it decided.
    Facts(Vec<Fact>),
    /// Why it was turned down. Kept where an idempotency key asks for the same answer again.
    Refused(Refusal),
}

/// The use of an idempotency key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUse {
    /// The fingerprint of the principal and its key.
    pub fingerprint: u128,
    /// The hash of method, path and body.
    pub request: [u8; 16],
    /// What the answer's secret is derived from, with the client's key.
    pub salt: [u8; 16],
}

/// One recorded command: one row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its place in the shard's journal, from 1, without gaps.
    pub seq: u64,
    /// When it was decided.
    pub at: Instant,
    /// Whose it is.
    pub home: Home,
    /// The idempotency key that came with it.
    pub key: Option<KeyUse>,
    /// What it came to.
    pub outcome: Outcome,
}

impl Record {
    /// What was decided, where it was not turned down.
    pub fn facts(&self) -> &[Fact] {
        match &self.outcome {
            Outcome::Facts(facts) => facts,
            Outcome::Refused(_) => &[],
        }
    }
}

/// An idempotency key as the journal has it, without the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The record that answers it.
    pub seq: u64,
    /// When it was used.
    pub at: Instant,
    /// Whose it is.
    pub home: Home,
    /// The key.
    pub key: KeyUse,
}

/// Where a shard's journal ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last record's place; 0 when there is none.
    pub seq: u64,
    /// The instant to decide at: read after the lock was had, never earlier than the last batch's.
    pub now: Instant,
}

/// What one commit stores.
pub struct Batch<'a> {
    /// The place of its last record.
    pub seq: u64,
    /// When it was decided.
    pub at: Instant,
    /// Its records, in order, from the place after the head's.
    pub records: &'a [Record],
    /// What its facts changed.
    pub changes: &'a Changes,
    /// Idempotency keys of batches before it that go into the index now.
    pub keys: Option<&'a KeySlice>,
    /// The books as they are after it.
    pub books: &'a dyn Fn(Home) -> Option<&'a Books>,
}

/// Columns of a journal row, as every statement that reads one names them.
pub(crate) const RECORD_COLUMNS: usize = 7;

impl Record {
    /// The cells of the row, without the shard.
    pub(crate) fn cells(&self, out: &mut Vec<Cell>) {
        out.push(Cell::from(self.seq));
        out.push(Cell::Int(self.at.0));
        out.push(Cell::from(self.home.number));
        match &self.key {
            Some(key) => {
                out.push(Cell::Id(key.fingerprint.to_be_bytes()));
                out.push(Cell::Id(key.request));
                out.push(Cell::Id(key.salt));
            }
            None => out.extend([Cell::Null, Cell::Null, Cell::Null]),
        }
        out.push(Cell::Bytes(codec::encode(&self.outcome)));
    }

    /// The record of a row.
    pub(crate) fn from_row(shard: u16, row: &Row) -> Result<Self, StoreFault> {
        Ok(Self {
            seq: row.count(0)?,
            at: Instant(row.int(1)?),
            home: home(shard, row)?,
            key: key(row)?,
            outcome: codec::decode(row.bytes(RECORD_COLUMNS - 1)?)?,
        })
    }
}

impl KeyRecord {
    /// The key of a row that has one.
    pub(crate) fn from_row(shard: u16, row: &Row) -> Result<Self, StoreFault> {
        let missing = || StoreFault::new(FaultKind::Incoherent, "a journal row has a part of a key");
        Ok(Self {
            seq: row.count(0)?,
            at: Instant(row.int(1)?),
            home: home(shard, row)?,
            key: key(row)?.ok_or_else(missing)?,
        })
    }
}

fn home(shard: u16, row: &Row) -> Result<Home, StoreFault> {
    let number = u32::try_from(row.int(2)?)
        .map_err(|cause| StoreFault::caused(FaultKind::Incoherent, "an organiser's number", cause))?;
    Ok(Home { shard, number })
}

fn key(row: &Row) -> Result<Option<KeyUse>, StoreFault> {
    if row.is_null(3) {
        return Ok(None);
    }
    Ok(Some(KeyUse { fingerprint: u128::from_be_bytes(row.id(3)?), request: row.id(4)?, salt: row.id(5)? }))
}
