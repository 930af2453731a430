//! When programs were last heard of, by their API keys: whether a till still speaks is seen from that.
//!
//! Whoever notes it does so once a minute at most, so what stands here is true to the minute, on every node and after a
//! restart. Start at [`Store::note_heard`].

use dayshelf_core::ids::{Home, Id, KeyId};
use dayshelf_core::time::Instant;

use crate::calendars::key;
use crate::cell::Cell;
use crate::fault::StoreFault;
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// Everything here fails with what the engine says.
impl Store {
    /// When each of an organiser's keys was last heard of; those that never were are not among them.
    pub async fn heard(&self, home: Home) -> Result<Vec<(KeyId, Instant)>, StoreFault> {
        let rows = self.reader().rows(statements::HEARD, key(home)).await?;
        rows.iter().map(|row| Ok((KeyId(Id::from_bytes(row.id(0)?)), Instant(row.int(1)?)))).collect()
    }

    /// Notes that a request came with a key.
    pub async fn note_heard(&self, id: KeyId, at: Instant) -> Result<(), StoreFault> {
        let home = id.home();
        let mut rows = Rows::put(&tables::HEARD, home.shard);
        rows.cells.extend([Cell::from(home.number), Cell::from(id.0), Cell::Int(at.0)]);
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// Forgets a key that opens nothing any more.
    pub async fn forget_heard(&self, id: KeyId) -> Result<(), StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        let work = self.aside(Box::new(move |session| {
            Box::pin(async move { session.execute(statements::FORGET_HEARD, &cells).await })
        }));
        work.await.map(drop)
    }
}
