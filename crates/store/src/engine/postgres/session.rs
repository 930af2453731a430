//! One connection to the server: transactions, statements, rows, and what a commit that failed means.
//!
//! Statements of one step are sent together and answered together. Start at [`Session`].

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use dayshelf_core::time::Instant;
use futures_util::future::{join, join_all, join3};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Statement};

use super::cells::{Column, columns, row};
use super::{Line, Server, fault, kind};
use crate::cell::{Cell, Row};
use crate::engine::Purpose;
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::tables::{Act, Kind, Rows, Table};

const BEGIN: &str = "begin isolation level read committed";
const BEGIN_SNAPSHOT: &str = "begin isolation level repeatable read read only; \
    set local idle_in_transaction_session_timeout = 0";
/// `now()` would be the transaction's start, which may lie well before the lock was had.
const CLOCK: &str = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
/// Every program that migrates this schema takes this lock: "dayshelf" in ASCII.
const MIGRATION_LOCK: i64 = 0x6461_7973_6865_6c66;

/// One connection, made at the first use and again after it was lost.
pub(crate) struct Session {
    server: Arc<Server>,
    line: Option<Line>,
    /// Connections made so far.
    lines: u64,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
}

type Parameters<'a> = Vec<&'a (dyn ToSql + Sync)>;

impl Session {
    pub(in crate::engine) fn new(server: Arc<Server>) -> Self {
        Self { server, line: None, lines: 0, statements: HashMap::new(), in_transaction: false }
    }

    /// The connection; within a transaction never a new one.
    async fn client(&mut self) -> Result<&Client, StoreFault> {
        if self.line.as_ref().is_none_or(|line| line.client.is_closed()) {
            if std::mem::take(&mut self.in_transaction) {
                return Err(StoreFault::new(FaultKind::Lost, "the connection was lost within a transaction"));
            }
            self.statements.clear();
            self.line = Some(self.server.connect().await?);
            self.lines += 1;
        }
        let line = self.line.as_ref().ok_or_else(|| StoreFault::new(FaultKind::Lost, "no connection"))?;
        Ok(&line.client)
    }

    pub(in crate::engine) fn lines(&self) -> u64 {
        self.lines
    }

    async fn statement(&mut self, text: &str) -> Result<Statement, StoreFault> {
        let client = self.client().await?;
        let _ = client;
        if let Some(statement) = self.statements.get(text) {
            return Ok(statement.clone());
        }
        let prepared = self.client().await?.prepare(text).await;
        let statement = prepared.map_err(|cause| fault(text, cause))?;
        self.statements.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    async fn run(&mut self, text: &str) -> Result<(), StoreFault> {
        self.client().await?.batch_execute(text).await.map_err(|cause| fault(text, cause))
    }

    pub(in crate::engine) async fn begin(&mut self, purpose: Purpose) -> Result<(), StoreFault> {
        self.rollback().await;
        let text = match purpose {
            Purpose::Write => BEGIN,
            Purpose::Snapshot => BEGIN_SNAPSHOT,
        };
        self.run(text).await?;
        self.in_transaction = true;
        Ok(())
    }

    pub(in crate::engine) async fn begin_locked(
        &mut self,
        text: &str,
        cells: &[Cell],
    ) -> Result<(Vec<Row>, Instant), StoreFault> {
        self.rollback().await;
        let lock = self.statement(text).await?;
        let clock = self.statement(CLOCK).await?;
        let parameters = parameters(cells);
        self.in_transaction = true;
        let line = self.line.as_ref().ok_or_else(|| StoreFault::new(FaultKind::Lost, "no connection"))?;
        // Sent in one go; the server answers one after the other, so the clock is read after the lock.
        let client = &line.client;
        let answers =
            join3(client.batch_execute(BEGIN), client.query(&lock, &parameters), client.query(&clock, &[]));
        let (begun, locked, now) = answers.await;
        begun.map_err(|cause| fault(BEGIN, cause))?;
        let rows = locked.map_err(|cause| fault(text, cause))?;
        let now = now.map_err(|cause| fault(CLOCK, cause))?;
        let now = self.server.ground.clock().map_or_else(|| instant(&now), Ok)?;
        Ok((rows.iter().map(row).collect::<Result<_, _>>()?, now))
    }

    pub(in crate::engine) async fn clock(&mut self) -> Result<Instant, StoreFault> {
        if let Some(now) = self.server.ground.clock() {
            return Ok(now);
        }
        let statement = self.statement(CLOCK).await?;
        let rows = self.client().await?.query(&statement, &[]).await;
        instant(&rows.map_err(|cause| fault(CLOCK, cause))?)
    }

    pub(in crate::engine) async fn query(
        &mut self,
        text: &str,
        cells: &[Cell],
    ) -> Result<Vec<Row>, StoreFault> {
        let statement = self.statement(text).await?;
        let rows = self.client().await?.query(&statement, &parameters(cells)).await;
        rows.map_err(|cause| fault(text, cause))?.iter().map(row).collect()
    }

    pub(in crate::engine) async fn execute(&mut self, text: &str, cells: &[Cell]) -> Result<u64, StoreFault> {
        let statement = self.statement(text).await?;
        let touched = self.client().await?.execute(&statement, &parameters(cells)).await;
        touched.map_err(|cause| fault(text, cause))
    }

    pub(in crate::engine) async fn write(&mut self, all: &[Rows]) -> Result<(), StoreFault> {
        for rows in all {
            let statement = self.statement(&text_of(rows)).await?;
            let (shard, columns) = (Cell::from(rows.shard), columns(rows));
            let written = self.client().await?.execute(&statement, &beside(&shard, &columns)).await;
            written.map_err(|cause| fault(rows.table.name, cause))?;
        }
        Ok(())
    }

    pub(in crate::engine) async fn write_and_commit(&mut self, all: &[Rows]) -> Result<(), CommitFault> {
        let mut statements = Vec::with_capacity(all.len());
        for rows in all {
            let statement = self.statement(&text_of(rows)).await.map_err(CommitFault::NotCommitted)?;
            statements.push((statement, rows));
        }
        let no_line = || CommitFault::NotCommitted(StoreFault::new(FaultKind::Lost, "no connection"));
        let line = self.line.as_ref().ok_or_else(no_line)?;
        if !std::mem::take(&mut self.in_transaction) {
            let advice = "there is no transaction to commit";
            return Err(CommitFault::NotCommitted(StoreFault::new(FaultKind::Lost, advice)));
        }
        line.doubtful.store(false, Ordering::Release);
        // Sent in one go. If one of the writes fails, the server turns the commit into a rollback.
        let writes =
            join_all(statements.iter().map(|(statement, rows)| write(&line.client, statement, rows)));
        let (written, committed) = join(writes, line.client.batch_execute("commit")).await;
        let outcome = outcome(written, committed, line.doubtful.load(Ordering::Acquire));
        if outcome.is_err() {
            // Whatever state the connection is in, the next batch begins on a new one.
            self.line = None;
        }
        outcome
    }

    pub(in crate::engine) async fn rollback(&mut self) {
        if !std::mem::take(&mut self.in_transaction) {
            return;
        }
        if let Some(line) = &self.line
            && line.client.batch_execute("rollback").await.is_err()
        {
            self.line = None;
        }
    }

    pub(in crate::engine) async fn script(&mut self, text: &str) -> Result<(), StoreFault> {
        self.run(text).await
    }

    pub(in crate::engine) async fn migrating(&mut self) -> Result<(), StoreFault> {
        // Whoever is migrating may take longer than a lock may.
        self.run(&format!(
            "set lock_timeout = 0; select pg_advisory_lock({MIGRATION_LOCK}); set lock_timeout = '2s'"
        ))
        .await
    }

    pub(in crate::engine) async fn migrated(&mut self) -> Result<(), StoreFault> {
        self.run(&format!("select pg_advisory_unlock({MIGRATION_LOCK})")).await
    }

    #[cfg(test)]
    pub(in crate::engine) async fn prepare(&mut self, text: &str) -> Result<(), StoreFault> {
        self.statement(text).await.map(drop)
    }

    #[cfg(test)]
    pub(in crate::engine) async fn prepare_rows(&mut self, rows: &Rows) -> Result<(), StoreFault> {
        self.statement(&text_of(rows)).await.map(drop)
    }
}

async fn write(client: &Client, statement: &Statement, rows: &Rows) -> Result<u64, tokio_postgres::Error> {
    let (shard, columns) = (Cell::from(rows.shard), columns(rows));
    client.execute(statement, &beside(&shard, &columns)).await
}

/// What became of a commit, by the answers to all that was sent with it.
fn outcome(
    written: Vec<Result<u64, tokio_postgres::Error>>,
    committed: Result<(), tokio_postgres::Error>,
    doubtful: bool,
) -> Result<(), CommitFault> {
    if let Some(cause) = written.into_iter().find_map(Result::err) {
        let said = cause.as_db_error().is_some();
        let fault = fault("writing the batch", cause);
        // Without the server's word the commit behind it may have been carried out.
        return Err(if said { CommitFault::NotCommitted(fault) } else { CommitFault::Unknown(fault) });
    }
    if let Err(cause) = committed {
        let sure = matches!(kind(&cause), FaultKind::Retry | FaultKind::Constraint);
        let fault = fault("committing the batch", cause);
        return Err(if sure { CommitFault::NotCommitted(fault) } else { CommitFault::Unknown(fault) });
    }
    if doubtful {
        let advice = "the wait for the standby was given up: a failover may lose the batch";
        return Err(CommitFault::Unknown(StoreFault::new(FaultKind::Other, advice)));
    }
    Ok(())
}

fn parameters(cells: &[Cell]) -> Parameters<'_> {
    cells.iter().map(|cell| cell as _).collect()
}

fn beside<'a>(shard: &'a Cell, columns: &'a [Column<'a>]) -> Parameters<'a> {
    std::iter::once(shard as _).chain(columns.iter().map(Column::as_parameter)).collect()
}

fn instant(rows: &[tokio_postgres::Row]) -> Result<Instant, StoreFault> {
    let first = rows.first().map(row).transpose()?;
    let none = || StoreFault::new(FaultKind::Other, "the database did not say what time it is");
    first.ok_or_else(none)?.int(0).map(Instant)
}

/// The statement that writes many rows.
fn text_of(rows: &Rows) -> String {
    let Table { name, columns, key } = *rows.table;
    let columns = &columns[..rows.width];
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let array = |(place, (_, kind)): (usize, &(&str, Kind))| {
        let ty = match kind {
            Kind::Int => "bigint",
            Kind::Bytes => "bytea",
            Kind::Text => "text",
        };
        format!("${}::{ty}[]", place + 2)
    };
    let arrays: Vec<String> = columns.iter().enumerate().map(array).collect();
    let arrays = arrays.join(", ");
    let listed = names.join(", ");
    let insert = format!("insert into {name} (shard, {listed}) select $1::smallint, * from unnest({arrays})");
    match rows.act {
        Act::Add => insert,
        Act::Put => format!("{insert} {}", crate::engine::on_conflict(&names, key)),
        Act::Remove if names.len() == 1 => {
            format!("delete from {name} where shard = $1 and {listed} = any({arrays})")
        }
        Act::Remove => {
            let same: String = names.iter().map(|name| format!(" and kept.{name} = gone.{name}")).collect();
            format!(
                "delete from {name} kept using unnest({arrays}) as gone({listed}) where kept.shard = $1{same}"
            )
        }
    }
}
