//! The two engines, and the one place that knows which is in use.
//!
//! `sqlite:/path/file.db` names a file of the embedded engine, `postgres://user@host/name` a database of
//! the other. Everything above hands statements and cells to a [`Session`] and does not ask. Start at
//! [`Data`]. Not here: what the statements say.

mod pool;
mod postgres;
mod sqlite;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use dayshelf_core::time::Instant;

use crate::cell::{Cell, Row};
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::ground::Ground;
use crate::tables::Rows;

pub(crate) use pool::{Pool, Work};

/// How the data is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// To write, as the one process that may where the engine allows only one.
    Write,
    /// To look at, beside whoever writes.
    Look,
}

/// Where the data is.
#[derive(Clone)]
pub(crate) enum Data {
    Sqlite(Arc<sqlite::File>),
    Postgres(Arc<postgres::Server>),
}

/// The address of a file of the embedded engine.
pub(crate) fn file_url(path: &std::path::Path) -> String {
    format!("sqlite:{}", path.display())
}

/// Makes a file of the embedded engine complete in itself and durable; nobody may have it open.
pub(crate) fn seal_file(path: &std::path::Path) -> Result<(), StoreFault> {
    sqlite::seal(path)
}

impl Data {
    /// Finds the data that an address names.
    pub(crate) fn open(url: &str, access: Access, ground: Ground) -> Result<Self, StoreFault> {
        if let Some(path) = url.strip_prefix("sqlite:") {
            let file = sqlite::File::open(std::path::Path::new(path), access, ground)?;
            return Ok(Self::Sqlite(Arc::new(file)));
        }
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(Arc::new(postgres::Server::at(url, ground)?)));
        }
        let advice = "a database address begins with sqlite: or postgres://";
        Err(StoreFault::new(FaultKind::Config, advice))
    }

    /// How many shards new data has when nobody says.
    pub(crate) fn shards_by_default(&self) -> u16 {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => 8,
        }
    }

    /// A session of its own. Its connection is made at the first use.
    pub(crate) fn session(&self) -> Session {
        match self {
            Self::Sqlite(file) => Session::Sqlite(Box::new(sqlite::Session::new(Arc::clone(file)))),
            Self::Postgres(server) => Session::Postgres(Box::new(postgres::Session::new(Arc::clone(server)))),
        }
    }

    /// How many sessions may read at once.
    pub(crate) fn readers(&self) -> usize {
        match self {
            Self::Sqlite(_) => 4,
            Self::Postgres(_) => 8,
        }
    }

    /// Whether a session holds up the calling thread rather than wait for a server.
    pub(crate) fn blocks(&self) -> bool {
        match self {
            Self::Sqlite(file) => !file.is_simulated(),
            Self::Postgres(_) => false,
        }
    }

    /// Whether other nodes may write.
    pub(crate) fn is_shared(&self) -> bool {
        match self {
            Self::Sqlite(file) => file.is_simulated(),
            Self::Postgres(_) => true,
        }
    }

    /// Moves the log into the file, where there is one and no thread does.
    pub(crate) fn checkpoint(&self) -> Result<(), StoreFault> {
        match self {
            Self::Sqlite(file) => file.checkpoint(),
            Self::Postgres(_) => Ok(()),
        }
    }
}

/// What a transaction is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To write.
    Write,
    /// To read one state of everything, however long that takes.
    Snapshot,
}

/// An exclusive connection.
pub(crate) enum Session {
    Sqlite(Box<sqlite::Session>),
    Postgres(Box<postgres::Session>),
}

/// Calls the same method of whichever session it is; only one of them waits.
macro_rules! each {
    ($session:expr, $inner:ident => $call:expr) => {
        match $session {
            Session::Sqlite($inner) => $call,
            Session::Postgres($inner) => $call.await,
        }
    };
}

impl Session {
    /// Begins a transaction.
    pub(crate) async fn begin(&mut self, purpose: Purpose) -> Result<(), StoreFault> {
        match self {
            Self::Sqlite(inner) => inner.begin(purpose).await,
            Self::Postgres(inner) => inner.begin(purpose).await,
        }
    }

    /// Begins a transaction to write, runs the statement that takes its lock, and reads the clock after
    /// that: milliseconds since 1970.
    pub(crate) async fn begin_locked(
        &mut self,
        text: &str,
        cells: &[Cell],
    ) -> Result<(Vec<Row>, Instant), StoreFault> {
        match self {
            Self::Sqlite(inner) => inner.begin_locked(text, cells).await,
            Self::Postgres(inner) => inner.begin_locked(text, cells).await,
        }
    }

    /// Reads the clock that decides.
    pub(crate) async fn clock(&mut self) -> Result<Instant, StoreFault> {
        each!(self, inner => inner.clock())
    }

    /// Runs a statement that answers with rows.
    pub(crate) async fn query(&mut self, text: &str, cells: &[Cell]) -> Result<Vec<Row>, StoreFault> {
        each!(self, inner => inner.query(text, cells))
    }

    /// Runs a statement; says how many rows it touched.
    pub(crate) async fn execute(&mut self, text: &str, cells: &[Cell]) -> Result<u64, StoreFault> {
        each!(self, inner => inner.execute(text, cells))
    }

    /// Writes rows within the transaction.
    pub(crate) async fn write(&mut self, all: &[Rows]) -> Result<(), StoreFault> {
        each!(self, inner => inner.write(all))
    }

    /// Writes rows and commits, in as few round trips as the engine allows.
    pub(crate) async fn write_and_commit(&mut self, all: &[Rows]) -> Result<(), CommitFault> {
        each!(self, inner => inner.write_and_commit(all))
    }

    /// Connections made so far. With each, the data may be another server's.
    pub(crate) fn lines(&self) -> u64 {
        match self {
            Self::Sqlite(_) => 0,
            Self::Postgres(inner) => inner.lines(),
        }
    }

    /// Gives up the transaction, if there is one.
    pub(crate) async fn rollback(&mut self) {
        each!(self, inner => inner.rollback());
    }

    /// Runs the text of a migration within the transaction.
    pub(crate) async fn script(&mut self, text: &str) -> Result<(), StoreFault> {
        each!(self, inner => inner.script(text))
    }

    /// Keeps every other process from migrating until the session ends or [`Session::migrated`].
    pub(crate) async fn migrating(&mut self) -> Result<(), StoreFault> {
        match self {
            // The lock file has kept them out already.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(inner) => inner.migrating().await,
        }
    }

    /// Lets other processes migrate again.
    pub(crate) async fn migrated(&mut self) -> Result<(), StoreFault> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(inner) => inner.migrated().await,
        }
    }

    /// Copies the whole data into a new file, where the engine can do so by itself.
    pub(crate) async fn copy_file(&mut self, path: &std::path::Path) -> Option<Result<(), StoreFault>> {
        match self {
            Self::Sqlite(inner) => Some(inner.copy_file(path)),
            Self::Postgres(_) => None,
        }
    }

    /// Whether a statement is understood; for the test that prepares them all.
    #[cfg(test)]
    pub(crate) async fn prepare(&mut self, text: &str) -> Result<(), StoreFault> {
        each!(self, inner => inner.prepare(text))
    }

    /// Whether a bulk write is understood; for the same test.
    #[cfg(test)]
    pub(crate) async fn prepare_rows(&mut self, rows: &Rows) -> Result<(), StoreFault> {
        each!(self, inner => inner.prepare_rows(rows))
    }
}

/// The end of an upsert, which both engines read alike.
fn on_conflict(names: &[&str], key: usize) -> String {
    let keys: String = names[..key].iter().map(|name| format!(", {name}")).collect();
    let rest: Vec<String> = names[key..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let act = if rest.is_empty() { "nothing".to_owned() } else { format!("update set {}", rest.join(", ")) };
    format!("on conflict (shard{keys}) do {act}")
}
