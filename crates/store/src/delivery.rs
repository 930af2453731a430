//! The log of what is sent to endpoints: a lane for each, in order for each subject.
//!
//! Of the deliveries that wait for one endpoint, those of one subject are tried in the order of their
//! ids; other subjects go on meanwhile. What was settled stays as a log that can be replayed. Deliveries
//! are made by a consumer (`consumer`). Start at [`Store::deliveries_due`].

use dayshelf_core::ids::{EndpointId, Id};
use dayshelf_core::time::Instant;

use crate::cell::{Cell, Row};
use crate::fault::{FaultKind, StoreFault};
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Where a delivery is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It waits for its first or next try.
    Waiting = 0,
    /// The endpoint took it.
    Delivered = 1,
    /// It is not tried any more.
    GivenUp = 2,
}

/// Why a try got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The address is none that is posted to.
    NotAllowed = 1,
    /// No public address is known by its name.
    NameUnknown = 2,
    /// Nobody listens there.
    Refused = 3,
    /// It took too long.
    TimedOut = 4,
    /// Its certificate is not trusted.
    NotTrusted = 5,
    /// Something else broke off.
    BrokenOff = 6,
}

impl Trouble {
    /// Each of them.
    const ALL: [Self; 6] = [
        Self::NotAllowed,
        Self::NameUnknown,
        Self::Refused,
        Self::TimedOut,
        Self::NotTrusted,
        Self::BrokenOff,
    ];
}

/// One thing that is sent to one endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The endpoint, whose home says which shard it belongs to.
    pub endpoint: EndpointId,
    /// Its stable id, rising along the journal; the receiver sees the same on every try.
    pub id: Id,
    /// What it is about: deliveries of one subject stay in order.
    pub subject: Id,
    /// The journal's sequence that it is true at.
    pub sequence: u64,
    /// Its type, as `hold.made`.
    pub kind: String,
    /// The body, as it is signed and sent.
    pub body: Vec<u8>,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// When the next try is due.
    pub due: Instant,
    /// The HTTP status of the last answer; 0 before the first, and when there was no answer.
    pub last_status: u16,
    /// Why the last try got no answer, where it got none.
    pub trouble: Option<Trouble>,
}

impl Delivery {
    /// The cells of the row, without the shard.
    pub(crate) fn cells(&self, out: &mut Vec<Cell>) {
        let Self { endpoint, id, subject, sequence, kind, body, state, tries, due, last_status, trouble } =
            self;
        out.extend([
            Cell::from(endpoint.0),
            Cell::from(*id),
            Cell::from(*subject),
            Cell::from(*sequence),
            Cell::Text(kind.clone()),
            Cell::Bytes(body.clone()),
            Cell::Int(*state as i64),
            Cell::from(*tries),
            Cell::Int(due.0),
            Cell::from(*last_status),
            trouble_cell(*trouble),
        ]);
    }

    fn from_row(endpoint: EndpointId, row: &Row) -> Result<Self, StoreFault> {
        let unknown = || StoreFault::new(FaultKind::Incoherent, "a delivery is in no known state");
        let state = match row.int(5)? {
            0 => DeliveryState::Waiting,
            1 => DeliveryState::Delivered,
            2 => DeliveryState::GivenUp,
            _ => return Err(unknown()),
        };
        Ok(Self {
            endpoint,
            id: Id::from_bytes(row.id(0)?),
            subject: Id::from_bytes(row.id(1)?),
            sequence: row.count(2)?,
            kind: row.text(3)?.to_owned(),
            body: row.bytes(4)?.to_vec(),
            state,
            tries: row.units(6)?,
            due: Instant(row.int(7)?),
            last_status: u16::try_from(row.int(8)?).map_err(|_| unknown())?,
            trouble: match row.int(9)? {
                0 => None,
                known => Some(
                    Trouble::ALL.into_iter().find(|trouble| *trouble as i64 == known).ok_or_else(unknown)?,
                ),
            },
        })
    }
}

/// 0 stands for none.
fn trouble_cell(trouble: Option<Trouble>) -> Cell {
    Cell::Int(trouble.map_or(0, |trouble| trouble as i64))
}

/// Everything here fails with what the engine says.
impl Store {
    /// What an endpoint's lane may try now: of each subject only the oldest that waits.
    pub async fn deliveries_due(
        &self,
        endpoint: EndpointId,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreFault> {
        self.deliveries(statements::DELIVERIES_DUE, endpoint, Cell::Int(now.0), limit).await
    }

    /// When the lane has to be looked at next, if anything waits in it.
    pub async fn delivery_next(&self, endpoint: EndpointId) -> Result<Option<Instant>, StoreFault> {
        let cells = vec![Cell::from(endpoint.home().shard), Cell::from(endpoint.0)];
        let rows = self.reader().rows(statements::DELIVERY_NEXT, cells).await?;
        rows.first().map(|row| row.int(0).map(Instant)).transpose()
    }

    /// An endpoint's log, newest first, before an id.
    pub async fn delivery_log(
        &self,
        endpoint: EndpointId,
        before: Option<Id>,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreFault> {
        let before = before.unwrap_or(Id(u128::MAX));
        self.deliveries(statements::DELIVERIES, endpoint, Cell::from(before), limit).await
    }

    /// One delivery.
    pub async fn delivery(&self, endpoint: EndpointId, id: Id) -> Result<Option<Delivery>, StoreFault> {
        let cells = vec![Cell::from(endpoint.home().shard), Cell::from(endpoint.0), Cell::from(id)];
        let rows = self.reader().rows(statements::DELIVERY, cells).await?;
        rows.first().map(|row| Delivery::from_row(endpoint, row)).transpose()
    }

    /// Keeps how deliveries of any endpoints of one shard stand now, after a try or when nobody wants them any more.
    /// What they say stays as it was. What is at rest stays so, whoever comes first: only what was taken after all is
    /// noted as taken.
    pub async fn settle_deliveries(&self, shard: u16, deliveries: Vec<Delivery>) -> Result<(), StoreFault> {
        let settle = |delivery: Delivery| {
            let Delivery { endpoint, id, state, tries, due, last_status, trouble, .. } = delivery;
            [
                Cell::Int(state as i64),
                Cell::from(tries),
                Cell::Int(due.0),
                Cell::from(last_status),
                trouble_cell(trouble),
                Cell::from(shard),
                Cell::from(endpoint.0),
                Cell::from(id),
            ]
        };
        let all: Vec<_> = deliveries.into_iter().map(settle).collect();
        self.aside(Box::new(move |session| {
            Box::pin(async move {
                for cells in &all {
                    session.execute(statements::SETTLE_DELIVERY, cells).await?;
                }
                Ok(())
            })
        }))
        .await
    }

    /// Keeps new deliveries that no record of the journal asks for: tests of an endpoint, and old ones that
    /// are sent once more under a new id.
    pub async fn queue_deliveries(&self, shard: u16, deliveries: Vec<Delivery>) -> Result<(), StoreFault> {
        let mut rows = Rows::add(&tables::DELIVERY, shard);
        deliveries.iter().for_each(|delivery| delivery.cells(&mut rows.cells));
        if rows.cells.is_empty() {
            return Ok(());
        }
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// Lets go of an endpoint's deliveries before an id that do not wait.
    pub async fn forget_deliveries(&self, endpoint: EndpointId, before: Id) -> Result<u64, StoreFault> {
        let cells = [Cell::from(endpoint.home().shard), Cell::from(endpoint.0), Cell::from(before)];
        self.aside(Box::new(move |session| {
            Box::pin(async move { session.execute(statements::FORGET_DELIVERIES, &cells).await })
        }))
        .await
    }

    async fn deliveries(
        &self,
        text: &'static str,
        endpoint: EndpointId,
        bound: Cell,
        limit: usize,
    ) -> Result<Vec<Delivery>, StoreFault> {
        let shard = Cell::from(endpoint.home().shard);
        let rows =
            self.reader().rows(text, vec![shard, Cell::from(endpoint.0), bound, Cell::from(limit)]).await?;
        rows.iter().map(|row| Delivery::from_row(endpoint, row)).collect()
    }
}
