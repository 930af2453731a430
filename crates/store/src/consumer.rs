//! Readers of the journal that remember how far they have come, and the index of idempotency keys.
//!
//! A consumer's turn is had by one holder at a time, until an instant of the clock that decides: so one
//! node of several does the work, and another takes over when it stops. What a consumer leaves behind is
//! written in the transaction that moves it on. Start at [`Consumer::take`].

use std::collections::BTreeMap;

use dayshelf_core::planted;
use dayshelf_core::time::Span;

use crate::cell::Cell;
use crate::delivery::Delivery;
use crate::engine::Session;
use crate::fault::{FaultKind, StoreFault};
use crate::journal::KeyRecord;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// The consumer that fills the index of idempotency keys.
const KEYS: &str = "keys";
/// Its holder: anyone may do this at any time, for doing it twice does nothing.
const NOBODY: [u8; 16] = [0; 16];

/// A reader of one shard's journal.
#[derive(Clone)]
pub struct Consumer {
    store: Store,
    place: Place,
}

/// Which consumer, and for whom.
#[derive(Clone)]
struct Place {
    shard: u16,
    name: &'static str,
    holder: [u8; 16],
}

impl Place {
    fn key(&self) -> [Cell; 2] {
        [Cell::from(self.shard), Cell::Text(self.name.to_owned())]
    }

    async fn make(&self, session: &mut Session) -> Result<(), StoreFault> {
        let [shard, name] = self.key();
        let cells = [shard, name, Cell::Int(0), Cell::Id(NOBODY)];
        session.execute(statements::MAKE_CONSUMER, &cells).await.map(drop)
    }

    async fn take(&self, session: &mut Session, span: Span) -> Result<Option<u64>, StoreFault> {
        self.make(session).await?;
        let now = session.clock().await?;
        let [shard, name] = self.key();
        let until = Cell::Int(now.plus(span).0);
        let cells = [Cell::Id(self.holder), until, shard, name, Cell::Int(now.0)];
        let rows = session.query(statements::TAKE_CONSUMER, &cells).await?;
        rows.first().map(|row| row.count(0)).transpose()
    }

    async fn advance(&self, session: &mut Session, seq: u64) -> Result<(), StoreFault> {
        let [shard, name] = self.key();
        let cells = [Cell::from(seq), shard, name, Cell::Id(self.holder)];
        if session.execute(statements::MOVE_CONSUMER, &cells).await? == 1 {
            return Ok(());
        }
        let advice = format!("the turn of {} went to another holder, or it has come further", self.name);
        Err(StoreFault::new(FaultKind::Retry, advice))
    }
}

impl Consumer {
    /// Takes the turn, or keeps it, for so long from now. Says how far the consumer has come, or `None`
    /// when another holder has the turn.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn take(&self, span: Span) -> Result<Option<u64>, StoreFault> {
        let place = self.place.clone();
        self.store
            .aside(Box::new(move |session| Box::pin(async move { place.take(session, span).await })))
            .await
    }

    /// Moves on to a place of the journal and keeps what came of the records up to there, in one
    /// transaction.
    ///
    /// # Errors
    /// [`FaultKind::Retry`] when the turn went to another holder meanwhile, or the consumer is there or
    /// further: nothing was kept, and [`Consumer::take`] says how things are.
    pub async fn advance(&self, seq: u64, deliveries: Vec<Delivery>) -> Result<(), StoreFault> {
        let place = self.place.clone();
        if planted!(CursorBesideWork) {
            let place = self.place.clone();
            self.store
                .aside(Box::new(move |session| Box::pin(async move { place.advance(session, seq).await })))
                .await?;
        }
        let mut rows = Rows::add(&tables::DELIVERY, place.shard);
        deliveries.iter().for_each(|delivery| delivery.cells(&mut rows.cells));
        self.store
            .aside(Box::new(move |session| {
                Box::pin(async move {
                    if !planted!(CursorBesideWork) {
                        place.advance(session, seq).await?;
                    }
                    if rows.cells.is_empty() { Ok(()) } else { session.write(&[rows]).await }
                })
            }))
            .await
    }
}

impl Store {
    /// A reader of a shard's journal by its name. The holder is random for each process.
    ///
    /// # Errors
    /// [`FaultKind::Config`] when the shard does not exist.
    pub fn consumer(&self, shard: u16, name: &'static str, holder: u128) -> Result<Consumer, StoreFault> {
        self.check(shard)?;
        let place = Place { shard, name, holder: holder.to_be_bytes() };
        Ok(Consumer { store: self.clone(), place })
    }

    /// Brings the index of idempotency keys up to the journal's end, at most so many keys. Says up to
    /// which place it is complete.
    ///
    /// # Errors
    /// What the engine says.
    pub async fn index_keys(&self, shard: u16, limit: usize) -> Result<u64, StoreFault> {
        self.check(shard)?;
        self.aside(Box::new(move |session| Box::pin(index_keys(session, shard, limit)))).await
    }

    /// Lets go of the index's keys before a place; see [`crate::Reader::place_before`].
    ///
    /// # Errors
    /// What the engine says.
    pub async fn forget_keys(&self, shard: u16, before: u64) -> Result<u64, StoreFault> {
        let cells = [Cell::from(shard), Cell::from(before)];
        self.aside(Box::new(move |session| {
            Box::pin(async move { session.execute(statements::FORGET_KEYS, &cells).await })
        }))
        .await
    }
}

async fn index_keys(session: &mut Session, shard: u16, limit: usize) -> Result<u64, StoreFault> {
    let place = Place { shard, name: KEYS, holder: NOBODY };
    place.make(session).await?;
    let come = session.query(statements::READ_CONSUMER, &place.key()).await?;
    let come = come.first().map(|row| row.count(0)).transpose()?.unwrap_or(0);
    // The head is read before the keys: what is committed between the two is for the next time.
    let head = session.query(statements::READ_HEAD, &[Cell::from(shard)]).await?;
    let head = head.first().map(|row| row.count(0)).transpose()?.unwrap_or(0);
    let cells = [Cell::from(shard), Cell::from(come), Cell::from(limit)];
    let found = session.query(statements::KEYS, &cells).await?;
    let full = found.len() == limit && !planted!(CursorPastGap);
    let mut up_to = come.max(head);
    let mut keys = BTreeMap::new();
    for row in &found {
        let record = KeyRecord::from_row(shard, row)?;
        // A key that was let go and used anew stands for the newer record.
        keys.insert(record.key.fingerprint, record.seq);
        up_to = if full { record.seq } else { up_to.max(record.seq) };
    }
    let mut rows = Rows::put(&tables::KEY_INDEX, shard);
    for (fingerprint, seq) in keys {
        rows.cells.extend([Cell::Id(fingerprint.to_be_bytes()), Cell::from(seq)]);
    }
    if !rows.cells.is_empty() {
        session.write(&[rows]).await?;
    }
    if up_to > come {
        place.advance(session, up_to).await?;
    }
    Ok(up_to)
}
