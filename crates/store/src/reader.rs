//! Short reads: single rows by id, pages of orders, pages of the journal.
//!
//! Every organiser's page is asked for with its home, and every id carries its own: a read can't reach
//! into another shard. Whether the caller may see what comes back is checked above. Start at [`Reader`].

use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{EntryId, HoldId, Home, Id, OrderId, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::Entry;

use crate::cell::Cell;
use crate::codec::{self, Codec};
use crate::engine::{Pool, Session};
use crate::fault::{FaultKind, StoreFault};
use crate::journal::{Head, KeyRecord, Record};
use crate::statements;

/// Where a page of orders ended; the next begins after it.
pub type Cursor = Option<OrderId>;

/// A payment that needs a next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Settling {
    /// A hold whose payment is under way.
    Hold(HoldId),
    /// An order whose money is not at rest.
    Order(OrderId),
}

/// Short reads on shared connections. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pool: Pool,
}

/// Everything here fails with what the engine says, or with [`FaultKind::Incoherent`] for a body that
/// can't be read.
impl Reader {
    pub(crate) fn new(pool: Pool) -> Self {
        Self { pool }
    }

    /// A hold, live or ended.
    pub async fn hold(&self, id: HoldId) -> Result<Option<Hold>, StoreFault> {
        self.either(statements::HOLD, statements::HOLD_ENDED, id.0).await
    }

    /// An order.
    pub async fn order(&self, id: OrderId) -> Result<Option<Order>, StoreFault> {
        self.either(statements::ORDER, statements::ORDER, id.0).await
    }

    /// A waiter, in line or gone.
    pub async fn entry(&self, id: EntryId) -> Result<Option<Entry>, StoreFault> {
        self.either(statements::ENTRY, statements::ENTRY_LEFT, id.0).await
    }

    /// Orders of a slot, oldest first.
    pub async fn orders_of_slot(
        &self,
        slot: SlotId,
        after: Cursor,
        limit: usize,
    ) -> Result<Vec<Order>, StoreFault> {
        self.pool.with(Box::new(move |session| Box::pin(orders_of_slot(session, slot, after, limit)))).await
    }

    /// Orders of an organiser, oldest first.
    pub async fn orders_of(&self, home: Home, after: Cursor, limit: usize) -> Result<Vec<Order>, StoreFault> {
        let whose = Cell::from(home.number);
        let pages = Pages { text: statements::ORDERS_OF, shard: home.shard, whose, after, limit };
        self.pool.with(Box::new(move |session| Box::pin(pages.read(session)))).await
    }

    /// The records of a shard after a place, oldest first.
    pub async fn journal(&self, shard: u16, after: u64, limit: usize) -> Result<Vec<Record>, StoreFault> {
        self.pool.with(Box::new(move |session| Box::pin(records(session, shard, after, limit)))).await
    }

    /// The records of an organiser after a place, oldest first.
    pub async fn journal_of(&self, home: Home, after: u64, limit: usize) -> Result<Vec<Record>, StoreFault> {
        let cells =
            vec![Cell::from(home.shard), Cell::from(after), Cell::from(home.number), Cell::from(limit)];
        let rows = self.rows(statements::RECORDS_OF, cells).await?;
        rows.iter().map(|row| Record::from_row(home.shard, row)).collect()
    }

    /// One record.
    pub async fn record(&self, shard: u16, seq: u64) -> Result<Option<Record>, StoreFault> {
        let found = self.journal(shard, seq.saturating_sub(1), 1).await?;
        Ok(found.into_iter().find(|record| record.seq == seq))
    }

    /// The record of the movement or count that a source stands for. Inner nothing: it was taken in before that was kept.
    pub async fn sourced(&self, home: Home, digest: Digest) -> Result<Option<Option<Record>>, StoreFault> {
        self.pool.with(Box::new(move |session| Box::pin(source(session, (home, digest))))).await
    }

    /// Where a shard's journal ends, and when its last batch was decided.
    pub async fn head(&self, shard: u16) -> Result<Head, StoreFault> {
        self.pool.with(Box::new(move |session| Box::pin(head(session, shard)))).await
    }

    /// Payments of a shard that need a next step, after an id.
    pub async fn settling(&self, shard: u16, after: Id, limit: usize) -> Result<Vec<Settling>, StoreFault> {
        let cells = vec![Cell::from(shard), Cell::from(after), Cell::from(limit)];
        let rows = self.rows(statements::SETTLING, cells).await?;
        let settling = |row: &crate::cell::Row| {
            let id = Id::from_bytes(row.id(0)?);
            Ok(if row.int(1)? == 0 { Settling::Hold(HoldId(id)) } else { Settling::Order(OrderId(id)) })
        };
        rows.iter().map(settling).collect()
    }

    pub(crate) async fn rows(
        &self,
        text: &'static str,
        cells: Vec<Cell>,
    ) -> Result<Vec<crate::cell::Row>, StoreFault> {
        self.pool
            .with(Box::new(move |session| Box::pin(async move { session.query(text, &cells).await })))
            .await
    }

    /// The value of an id in one table, else in the other.
    async fn either<T: Codec + Send + 'static>(
        &self,
        first: &'static str,
        second: &'static str,
        id: Id,
    ) -> Result<Option<T>, StoreFault> {
        for text in [first, second, first] {
            // A third look, because a row may go from the first to the second between two.
            let rows = self.rows(text, vec![Cell::from(id.home().shard), Cell::from(id)]).await?;
            if let Some(row) = rows.first() {
                return Ok(Some(codec::decode(row.bytes(0)?)?));
            }
            if first == second {
                break;
            }
        }
        Ok(None)
    }
}

/// The records of a shard after a place.
pub(crate) async fn records(
    session: &mut Session,
    shard: u16,
    after: u64,
    limit: usize,
) -> Result<Vec<Record>, StoreFault> {
    let cells = [Cell::from(shard), Cell::from(after), Cell::from(limit)];
    let rows = session.query(statements::RECORDS, &cells).await?;
    rows.iter().map(|row| Record::from_row(shard, row)).collect()
}

/// Orders of a slot after an id.
pub(crate) async fn orders_of_slot(
    session: &mut Session,
    slot: SlotId,
    after: Cursor,
    limit: usize,
) -> Result<Vec<Order>, StoreFault> {
    let (text, shard, whose) = (statements::ORDERS_OF_SLOT, slot.home().shard, Cell::from(slot.0));
    Pages { text, shard, whose, after, limit }.read(session).await
}

/// A page of orders of somebody.
struct Pages {
    text: &'static str,
    shard: u16,
    whose: Cell,
    after: Cursor,
    limit: usize,
}

impl Pages {
    async fn read(self, session: &mut Session) -> Result<Vec<Order>, StoreFault> {
        let after = self.after.map_or(Id(0), |order| order.0);
        let cells = [Cell::from(self.shard), self.whose, Cell::from(after), Cell::from(self.limit)];
        let rows = session.query(self.text, &cells).await?;
        rows.iter().map(|row| Ok(codec::decode(row.bytes(1)?)?)).collect()
    }
}

/// What is known of a source of an organiser's stock.
pub(crate) async fn source(
    session: &mut Session,
    (home, digest): (Home, Digest),
) -> Result<Option<Option<Record>>, StoreFault> {
    let cells = [Cell::from(home.shard), Cell::from(home.number), Cell::Bytes(digest.0.to_vec())];
    let rows = session.query(statements::SOURCE, &cells).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    if row.is_null(0) {
        return Ok(Some(None));
    }
    let seq = row.count(0)?;
    let found = records(session, home.shard, seq.saturating_sub(1), 1).await?;
    Ok(Some(found.into_iter().find(|record| record.seq == seq)))
}

async fn head(session: &mut Session, shard: u16) -> Result<Head, StoreFault> {
    let rows = session.query(statements::READ_HEAD, &[Cell::from(shard)]).await?;
    let none = || StoreFault::new(FaultKind::Incoherent, "the shard has no head");
    let row = rows.first().ok_or_else(none)?;
    Ok(Head { seq: row.count(0)?, now: Instant(row.int(1)?) })
}

/// The idempotency keys of a shard after a place, oldest first.
pub(crate) async fn keys(
    session: &mut Session,
    shard: u16,
    after: u64,
    limit: usize,
) -> Result<Vec<KeyRecord>, StoreFault> {
    let cells = [Cell::from(shard), Cell::from(after), Cell::from(limit)];
    let rows = session.query(statements::KEYS, &cells).await?;
    rows.iter().map(|row| KeyRecord::from_row(shard, row)).collect()
}

/// The last place of a shard's journal whose record was decided before an instant; 0 for none.
///
/// Instants never fall along the journal, so this needs no index: it halves what is left each time.
pub(crate) async fn place_before(session: &mut Session, shard: u16, at: Instant) -> Result<u64, StoreFault> {
    let mut low = 0;
    let mut high = head(session, shard).await?.seq;
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        let rows = session.query(statements::RECORD_AT, &[Cell::from(shard), Cell::from(middle)]).await?;
        let decided = rows.first().map(|row| row.int(1)).transpose()?;
        if decided.is_some_and(|decided| decided < at.0) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}
