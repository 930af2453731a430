//! Mails to buyers: planned with the place of the reader that makes them, sent in order for each order.
//!
//! A mail is known by the fact that it tells and the order that it is about, so nothing is told twice. What was sent
//! stays as a log. Start at [`Store::mails_due`]; they are planned by `Consumer::advance_with_mails`.

use dayshelf_core::ids::{Home, Id};
use dayshelf_core::time::Instant;

use crate::cell::{Cell, Row};
use crate::delivery::DeliveryState;
use crate::fault::{FaultKind, StoreFault};
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// One mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// Whose customers it goes to.
    pub home: Home,
    /// The journal's sequence of the fact that it tells.
    pub seq: u64,
    /// The order that it is about: mails of one order stay in order.
    pub subject: Id,
    /// What it is, as `order.confirmed`.
    pub kind: String,
    /// iCalendar's SEQUENCE in it.
    pub sequence: u32,
    /// The address that it goes to.
    pub recipient: String,
    /// Its subject line.
    pub title: String,
    /// The message as it is sent.
    pub body: Vec<u8>,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// When the next try is due.
    pub due: Instant,
}

impl Mail {
    /// The cells of the row, without the shard.
    pub(crate) fn cells(&self, out: &mut Vec<Cell>) {
        let Self { home, seq, subject, kind, sequence, recipient, title, body, state, tries, due } = self;
        out.extend([
            Cell::from(home.number),
            Cell::from(*seq),
            Cell::from(*subject),
            Cell::Text(kind.clone()),
            Cell::from(*sequence),
            Cell::Text(recipient.clone()),
            Cell::Text(title.clone()),
            Cell::Bytes(body.clone()),
            Cell::Int(*state as i64),
            Cell::from(*tries),
            Cell::Int(due.0),
        ]);
    }

    fn from_row(shard: u16, row: &Row) -> Result<Self, StoreFault> {
        let unknown = || StoreFault::new(FaultKind::Incoherent, "a mail is in no known state");
        let state = match row.int(8)? {
            0 => DeliveryState::Waiting,
            1 => DeliveryState::Delivered,
            2 => DeliveryState::GivenUp,
            _ => return Err(unknown()),
        };
        Ok(Self {
            home: Home { shard, number: row.units(0)? },
            seq: row.count(1)?,
            subject: Id::from_bytes(row.id(2)?),
            kind: row.text(3)?.to_owned(),
            sequence: row.units(4)?,
            recipient: row.text(5)?.to_owned(),
            title: row.text(6)?.to_owned(),
            body: row.bytes(7)?.to_vec(),
            state,
            tries: row.units(9)?,
            due: Instant(row.int(10)?),
        })
    }
}

/// Everything here fails with what the engine says.
impl Store {
    /// What may be sent now: of each order only the oldest that waits.
    pub async fn mails_due(&self, shard: u16, now: Instant, limit: usize) -> Result<Vec<Mail>, StoreFault> {
        let cells = vec![Cell::from(shard), Cell::Int(now.0), Cell::from(limit)];
        let rows = self.reader().rows(statements::MAILS_DUE, cells).await?;
        rows.iter().map(|row| Mail::from_row(shard, row)).collect()
    }

    /// When mails have to be looked at next, if any waits.
    pub async fn mail_next(&self, shard: u16) -> Result<Option<Instant>, StoreFault> {
        let rows = self.reader().rows(statements::MAIL_NEXT, vec![Cell::from(shard)]).await?;
        rows.first().map(|row| row.int(0).map(Instant)).transpose()
    }

    /// The journal's sequence of the newest mail about an order and iCalendar's SEQUENCE in it, if there is one.
    pub async fn mail_last(&self, shard: u16, subject: Id) -> Result<Option<(u64, u32)>, StoreFault> {
        let cells = vec![Cell::from(shard), Cell::from(subject)];
        let rows = self.reader().rows(statements::MAIL_LAST, cells).await?;
        rows.first().map(|row| Ok((row.count(0)?, row.units(1)?))).transpose()
    }

    /// Keeps mails ahead of the reader's place, where one fact tells more of them than a short transaction holds. Should
    /// the reader come back to that fact, [`Store::mail_last`] says which are there.
    pub async fn keep_mails(&self, shard: u16, mails: &[Mail]) -> Result<(), StoreFault> {
        let mut rows = Rows::add(&tables::MAIL, shard);
        mails.iter().for_each(|mail| mail.cells(&mut rows.cells));
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// An organiser's mails, newest first, before one.
    pub async fn mails(
        &self,
        home: Home,
        before: Option<(u64, Id)>,
        limit: usize,
    ) -> Result<Vec<Mail>, StoreFault> {
        let (seq, subject) = before.unwrap_or((i64::MAX.unsigned_abs(), Id(u128::MAX)));
        let cells = vec![
            Cell::from(home.shard),
            Cell::from(home.number),
            Cell::from(seq),
            Cell::from(subject),
            Cell::from(limit),
        ];
        let rows = self.reader().rows(statements::MAILS, cells).await?;
        rows.iter().map(|row| Mail::from_row(home.shard, row)).collect()
    }

    /// Keeps how mails of one shard stand after a try. What they say stays as it was.
    pub async fn settle_mails(&self, shard: u16, mails: &[Mail]) -> Result<(), StoreFault> {
        let settle = |mail: &Mail| {
            [
                Cell::Int(mail.state as i64),
                Cell::from(mail.tries),
                Cell::Int(mail.due.0),
                Cell::from(shard),
                Cell::from(mail.home.number),
                Cell::from(mail.seq),
                Cell::from(mail.subject),
            ]
        };
        let all: Vec<_> = mails.iter().map(settle).collect();
        self.aside(Box::new(move |session| {
            Box::pin(async move {
                for cells in &all {
                    session.execute(statements::SETTLE_MAIL, cells).await?;
                }
                Ok(())
            })
        }))
        .await
    }
}
