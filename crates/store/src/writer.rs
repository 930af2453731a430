//! The desk's writer: one exclusive connection a shard, one transaction a batch.
//!
//! Used from a thread of its own, so that an engine which blocks may block. Begin, catch up, fetch,
//! decide, commit; or roll back. Start at [`Writer::begin`].

use dayshelf_core::books::{Books, Needs};
use dayshelf_core::command::Sourced;
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{Home, Id};
use dayshelf_core::order::Order;
use dayshelf_core::planted;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;

use crate::cell::Cell;
use crate::engine::{Purpose, Session};
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::journal::{Batch, Head, KeyRecord, Record};
use crate::rows::changed_rows;
use crate::runs::KeySlice;
use crate::tables::{self, Rows};
use crate::{codec, load, reader, runs, statements};

/// Orders of a slot that are read at once while all of them are fetched.
const PAGE: usize = 1_000;

/// The desk's exclusive connection for one shard.
pub struct Writer {
    session: Session,
    shard: u16,
    /// The head's batch number within the transaction.
    batch: i64,
    /// The head's last place and instant within the transaction.
    head: Option<Head>,
    /// The connection that the books in memory were read over.
    adopted: u64,
}

/// What was fetched for a command beside what is always in the books.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fetched {
    /// Orders.
    pub orders: Vec<Order>,
    /// Holds that have ended.
    pub ended: Vec<Hold>,
    /// Sources that are known, and what they stand for.
    pub sources: Vec<(Digest, Option<Sourced>)>,
}

impl Fetched {
    /// Lays it into the books. What the books have already is newer and stays.
    pub fn lay_into(self, books: &mut Books) {
        for order in self.orders {
            books.orders.entry(order.id).or_insert(order);
        }
        for hold in self.ended {
            if !books.holds.contains_key(&hold.id) {
                books.ended.entry(hold.id).or_insert(Box::new(hold));
            }
        }
        books.sources.extend(self.sources);
    }
}

impl Writer {
    pub(crate) fn new(session: Session, shard: u16) -> Self {
        Self { session, shard, batch: 0, head: None, adopted: 0 }
    }

    /// The shard.
    pub fn shard(&self) -> u16 {
        self.shard
    }

    /// The books are read over the connection as it is now.
    pub fn adopt(&mut self) {
        self.adopted = self.session.lines();
    }

    /// Whether the connection is another than the books were read over. It may lead to another server, which
    /// took over without the last facts of the one before: the books must be read anew, even if the journal is
    /// as long as they are.
    pub fn is_elsewhere(&self) -> bool {
        self.adopted != self.session.lines()
    }

    /// Begins a transaction, makes this the shard's only writer, and reads the clock after that.
    ///
    /// # Errors
    /// [`FaultKind::Retry`] when another writer took too long; [`FaultKind::Lost`] when the connection
    /// is gone: the next call makes a new one; [`FaultKind::Broken`] when the process must stop.
    pub async fn begin(&mut self) -> Result<Head, StoreFault> {
        self.head = None;
        let begun = self.session.begin_locked(statements::LOCK_HEAD, &[Cell::from(self.shard)]).await;
        let read = begun.and_then(|(rows, now)| {
            let none = || StoreFault::new(FaultKind::Incoherent, "the shard has no head");
            let row = rows.first().ok_or_else(none)?;
            let last = Instant(row.int(2)?);
            let now = if planted!(InstantFalls) { now } else { now.max(last) };
            Ok((row.int(1)?, Head { seq: row.count(0)?, now }))
        });
        match read {
            Ok((batch, head)) => {
                self.batch = batch;
                self.head = Some(head);
                Ok(head)
            }
            Err(fault) => {
                self.session.rollback().await;
                Err(fault)
            }
        }
    }

    /// The records after a place, oldest first, at most so many. Within a transaction or outside one.
    ///
    /// # Errors
    /// What the engine says; [`FaultKind::Incoherent`] for a body that can't be read.
    pub async fn records_after(&mut self, seq: u64, limit: usize) -> Result<Vec<Record>, StoreFault> {
        reader::records(&mut self.session, self.shard, seq, limit).await
    }

    /// The books of all organisers of the shard, with everything that is always in them.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn load_shard(&mut self) -> Result<Vec<Books>, StoreFault> {
        load::shard(&mut self.session, self.shard).await
    }

    /// What a command needs beside that, of the organiser that it is for: what belongs to another one is not
    /// found.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn fetch(&mut self, home: Home, needs: &Needs) -> Result<Fetched, StoreFault> {
        let mut fetched = Fetched::default();
        let Needs { order, hold, source, orders_of } = needs;
        let own = |id: &Id| id.home() == home || planted!(StrangersFetched);
        if let Some(id) = order.filter(|id| own(&id.0)) {
            let body = self.body(statements::ORDER, id.0.into()).await?;
            fetched.orders.extend(body.as_deref().map(codec::decode).transpose()?);
        }
        if let Some(id) = hold.filter(|id| own(&id.0)) {
            let body = self.body(statements::HOLD_ENDED, id.0.into()).await?;
            fetched.ended.extend(body.as_deref().map(codec::decode).transpose()?);
        }
        if let Some(digest) = source {
            let known = reader::source(&mut self.session, (home, *digest)).await?;
            fetched.sources.extend(known.map(|record| {
                let facts = record.iter().flat_map(Record::facts);
                (*digest, facts.filter_map(Fact::sourced).find(|said| said.source() == *digest))
            }));
        }
        for slot in orders_of.iter().copied().filter(|slot| own(&slot.0)) {
            let mut after = None;
            loop {
                let page = reader::orders_of_slot(&mut self.session, slot, after, PAGE).await?;
                let last = page.last().map(|order| order.id);
                let full = page.len() == PAGE;
                fetched.orders.extend(page);
                after = last;
                if !full {
                    break;
                }
            }
        }
        Ok(fetched)
    }

    /// The record of an idempotency key that is in the runs.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn find_key(&mut self, fingerprint: u128) -> Result<Option<u64>, StoreFault> {
        runs::find(&mut self.session, self.shard, fingerprint).await
    }

    /// The record up to which every idempotency key is in the runs.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn keys_come(&mut self) -> Result<u64, StoreFault> {
        runs::come(&mut self.session, self.shard).await
    }

    /// Calls `each` with the fingerprint of every idempotency key in the runs.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn list_keys(&mut self, each: &mut (dyn FnMut(u128) + Send)) -> Result<(), StoreFault> {
        runs::list(&mut self.session, self.shard, each).await
    }

    /// Lets the parts of a slice of keys go that no longer answer. Within a transaction.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn forget_keys(&mut self, slice: &KeySlice) -> Result<(), StoreFault> {
        runs::forget(&mut self.session, self.shard, slice).await
    }

    /// The last record that was decided before an instant, 0 when there is none.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn place_before(&mut self, at: Instant) -> Result<u64, StoreFault> {
        reader::place_before(&mut self.session, self.shard, at).await
    }

    /// The keys of records after a place, oldest first, at most so many records.
    ///
    /// # Errors
    /// As [`Writer::records_after`].
    pub async fn keys_after(&mut self, seq: u64, limit: usize) -> Result<Vec<KeyRecord>, StoreFault> {
        reader::keys(&mut self.session, self.shard, seq, limit).await
    }

    async fn body(&mut self, text: &str, id: Cell) -> Result<Option<Vec<u8>>, StoreFault> {
        let rows = self.session.query(text, &[Cell::from(self.shard), id]).await?;
        rows.first().map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()
    }

    /// Writes a batch and commits. Durable when this returns.
    ///
    /// The books must not have forgotten what the batch fetched: ended holds, waiters who left and
    /// tallies that changed are written from there.
    ///
    /// # Errors
    /// The three ways in which a commit fails; see [`CommitFault`]. In each, the books in memory are no
    /// longer true and must be dropped.
    pub async fn commit(&mut self, batch: &Batch<'_>) -> Result<(), CommitFault> {
        let rows = self.rows(batch);
        self.head = None;
        match rows {
            Ok(rows) if planted!(KeyBesideTransaction) => self.commit_keys_later(rows).await,
            Ok(rows) => self.session.write_and_commit(&rows).await,
            Err(fault) => {
                self.session.rollback().await;
                Err(CommitFault::before(fault))
            }
        }
    }

    /// A planted bug: the keys of a batch's records are written when its effects are durable.
    async fn commit_keys_later(&mut self, mut rows: Vec<Rows>) -> Result<(), CommitFault> {
        let mut later = Rows::put(&tables::JOURNAL, self.shard);
        for rows in rows.iter_mut().filter(|rows| rows.table == &tables::JOURNAL) {
            later.cells.clone_from(&rows.cells);
            for cells in rows.cells.chunks_exact_mut(rows.width) {
                cells[3..6].fill(Cell::Null);
            }
        }
        self.session.write_and_commit(&rows).await?;
        self.session.begin(Purpose::Write).await.map_err(CommitFault::before)?;
        self.session.write_and_commit(&[later]).await
    }

    /// All rows of a batch: its records, what changed, the new head.
    fn rows(&self, batch: &Batch<'_>) -> Result<Vec<Rows>, StoreFault> {
        let incoherent = |what: &str| StoreFault::new(FaultKind::Incoherent, what);
        let head = self.head.ok_or_else(|| incoherent("a batch was committed that had not begun"))?;
        let places = head.seq + 1..=batch.seq;
        if !places.eq(batch.records.iter().map(|record| record.seq)) {
            return Err(incoherent("the records of a batch do not follow the head without gaps"));
        }
        if batch.records.iter().any(|record| record.home.shard != self.shard) {
            return Err(incoherent("a record is of another shard"));
        }
        let mut rows = Vec::with_capacity(20);
        let mut journal = Rows::add(&tables::JOURNAL, self.shard);
        for record in batch.records {
            record.cells(&mut journal.cells);
        }
        if !journal.cells.is_empty() {
            rows.push(journal);
        }
        rows.extend(changed_rows(self.shard, batch.changes, batch.books)?);
        if let Some(slice) = batch.keys {
            rows.extend(slice.rows(self.shard));
        }
        let mut end = Rows::put(&tables::HEAD, self.shard);
        end.cells.extend([Cell::from(batch.seq), Cell::Int(self.batch), Cell::Int(batch.at.0)]);
        rows.push(end);
        Ok(rows)
    }

    /// Gives up the transaction, if there is one.
    pub async fn rollback(&mut self) {
        self.head = None;
        self.session.rollback().await;
    }
}
