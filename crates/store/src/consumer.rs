//! Readers of the journal that remember how far they have come.
//!
//! A consumer's turn is had by one holder at a time, until an instant of the clock that decides: so one
//! node of several does the work, and another takes over when it stops. What a consumer leaves behind is
//! written in the transaction that moves it on. Start at [`Consumer::take`].

use dayshelf_core::planted;
use dayshelf_core::time::Span;

use crate::cell::Cell;
use crate::delivery::Delivery;
use crate::engine::Session;
use crate::fault::{FaultKind, StoreFault};
use crate::mail::Mail;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// The holder of a turn that nobody has taken yet.
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

    async fn advance(&self, session: &mut Session, mut seq: u64) -> Result<(), StoreFault> {
        if planted!(CursorPastGap) {
            let head = session.query(crate::statements::READ_HEAD, &[Cell::from(self.shard)]).await?;
            seq = head.first().map_or(Ok(seq), |row| row.count(0))?;
        }
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
        if planted!(CursorBesideWork) {
            let place = self.place.clone();
            self.store
                .aside(Box::new(move |session| Box::pin(async move { place.advance(session, seq).await })))
                .await?;
        }
        let mut rows = Rows::add(&tables::DELIVERY, self.place.shard);
        deliveries.iter().for_each(|delivery| delivery.cells(&mut rows.cells));
        self.advance_with(seq, rows).await
    }

    /// The same for mails.
    ///
    /// # Errors
    /// As [`Consumer::advance`].
    pub async fn advance_with_mails(&self, seq: u64, mails: &[Mail]) -> Result<(), StoreFault> {
        let mut rows = Rows::add(&tables::MAIL, self.place.shard);
        mails.iter().for_each(|mail| mail.cells(&mut rows.cells));
        self.advance_with(seq, rows).await
    }

    async fn advance_with(&self, seq: u64, rows: Rows) -> Result<(), StoreFault> {
        let place = self.place.clone();
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
}
