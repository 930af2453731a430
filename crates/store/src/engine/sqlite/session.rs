//! One connection to the file: transactions, statements, rows.
//!
//! Everything here blocks; only the wait for the turn to write does not. Start at [`Session`].

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use dayshelf_core::planted;
use dayshelf_core::time::Instant;
use rusqlite::types::{ToSql, ToSqlOutput, Value, ValueRef};
use rusqlite::{CachedStatement, Connection};
use tokio::sync::OwnedMutexGuard;

use super::File;
use crate::cell::{Cell, Row};
use crate::engine::Purpose;
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::tables::{Act, Rows, Table};

/// What planted bugs read instead of taking the head.
const HEAD_UNLOCKED: &str = "select seq, batch + 1, at_ms from journal_head where shard = $1";

/// One connection, made at the first use.
pub(crate) struct Session {
    // Declared before the file: the connection closes before the lock goes.
    connection: Option<Connection>,
    /// Texts of bulk writes, derived once.
    texts: HashMap<(&'static str, Act, usize), String>,
    turn: Option<OwnedMutexGuard<()>>,
    file: Arc<File>,
}

impl Session {
    pub(in crate::engine) fn new(file: Arc<File>) -> Self {
        Self { connection: None, texts: HashMap::new(), turn: None, file }
    }

    fn connection(&mut self) -> Result<&Connection, StoreFault> {
        if self.connection.is_none() {
            self.connection = Some(self.file.connect()?);
        }
        self.connection.as_ref().ok_or_else(|| StoreFault::new(FaultKind::Lost, "no connection"))
    }

    /// Runs a statement that only begins or ends a transaction. It is prepared once: it comes with every batch.
    fn run(&mut self, text: &str) -> Result<(), StoreFault> {
        self.execute(text, &[]).map(drop)
    }

    pub(in crate::engine) async fn begin(&mut self, purpose: Purpose) -> Result<(), StoreFault> {
        self.file.check()?;
        self.rollback();
        match purpose {
            Purpose::Write => {
                self.turn = Some(Arc::clone(&self.file.turn).lock_owned().await);
                let begun = self.run("begin immediate");
                if begun.is_err() {
                    self.turn = None;
                }
                begun
            }
            // The first read fixes the state that is seen.
            Purpose::Snapshot => self.run("begin"),
        }
    }

    pub(in crate::engine) async fn begin_locked(
        &mut self,
        text: &str,
        cells: &[Cell],
    ) -> Result<(Vec<Row>, Instant), StoreFault> {
        let early = if planted!(ClockBeforeLock) { Some(self.clock()?) } else { None };
        let stale = if planted!(SeqOutsideLock) { Some(self.query(HEAD_UNLOCKED, cells)?) } else { None };
        if planted!(HeadNotLocked) {
            self.begin(Purpose::Snapshot).await?;
            let rows = self.query(HEAD_UNLOCKED, cells)?;
            return Ok((rows, self.clock()?));
        }
        self.begin(Purpose::Write).await?;
        let rows = self.query(text, cells)?;
        Ok((stale.unwrap_or(rows), early.map_or_else(|| self.clock(), Ok)?))
    }

    pub(in crate::engine) fn clock(&mut self) -> Result<Instant, StoreFault> {
        if let Some(now) = self.file.ground.clock() {
            return Ok(now);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let since =
            since.map_err(|cause| StoreFault::caused(FaultKind::Other, "the clock is before 1970", cause))?;
        Ok(Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX)))
    }

    pub(in crate::engine) fn query(&mut self, text: &str, cells: &[Cell]) -> Result<Vec<Row>, StoreFault> {
        let found = query(self.connection()?, text, cells);
        found.map_err(|cause| self.file.fault(text, cause))
    }

    pub(in crate::engine) fn execute(&mut self, text: &str, cells: &[Cell]) -> Result<u64, StoreFault> {
        let done = execute(self.connection()?, text, cells);
        done.map_err(|cause| self.file.fault(text, cause))
    }

    pub(in crate::engine) fn write(&mut self, all: &[Rows]) -> Result<(), StoreFault> {
        self.connection()?;
        let (Some(connection), texts) = (&self.connection, &mut self.texts) else { return Ok(()) };
        for rows in all {
            let key = (rows.table.name, rows.act, rows.width);
            let text = texts.entry(key).or_insert_with(|| text_of(rows));
            write(connection, text, rows).map_err(|cause| self.file.fault(text, cause))?;
        }
        Ok(())
    }

    pub(in crate::engine) fn write_and_commit(&mut self, all: &[Rows]) -> Result<(), CommitFault> {
        let done = self.file.check().and_then(|()| self.write(all)).and_then(|()| self.run("commit"));
        if done.is_err() {
            self.rollback();
        }
        if planted!(FailedSyncBelieved) && done.as_ref().is_err_and(|fault| fault.to_string() == "commit") {
            self.turn = None;
            return Ok(());
        }
        self.turn = None;
        done.map_err(CommitFault::before)
    }

    pub(in crate::engine) fn rollback(&mut self) {
        if let Some(connection) = &self.connection
            && !connection.is_autocommit()
            && let Err(cause) = connection.execute_batch("rollback")
        {
            tracing::warn!(cause = %cause, "a transaction was not rolled back; its connection goes");
            self.connection = None;
        }
        self.turn = None;
    }

    pub(in crate::engine) fn script(&mut self, text: &str) -> Result<(), StoreFault> {
        let text = text.replace("/*clustered*/", " without rowid");
        let done = self.connection()?.execute_batch(&text);
        done.map_err(|cause| self.file.fault("a migration", cause))
    }

    pub(in crate::engine) fn copy_file(&mut self, path: &Path) -> Result<(), StoreFault> {
        let to = Cell::Text(path.display().to_string());
        self.execute("vacuum into $1", &[to]).map(drop)
    }

    #[cfg(test)]
    pub(in crate::engine) fn prepare(&mut self, text: &str) -> Result<(), StoreFault> {
        let prepared = self.connection()?.prepare(text).map(drop);
        prepared.map_err(|cause| self.file.fault(text, cause))
    }

    #[cfg(test)]
    pub(in crate::engine) fn prepare_rows(&mut self, rows: &Rows) -> Result<(), StoreFault> {
        self.prepare(&text_of(rows))
    }
}

impl ToSql for Cell {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(Value::Null),
            Self::Int(value) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Id(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn bind(statement: &mut CachedStatement<'_>, cells: &[Cell]) -> rusqlite::Result<()> {
    for (place, cell) in cells.iter().enumerate() {
        statement.raw_bind_parameter(place + 1, cell)?;
    }
    Ok(())
}

fn query(connection: &Connection, text: &str, cells: &[Cell]) -> rusqlite::Result<Vec<Row>> {
    let mut statement = connection.prepare_cached(text)?;
    bind(&mut statement, cells)?;
    let columns = statement.column_count();
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let cells: rusqlite::Result<Vec<Cell>> = (0..columns).map(|column| read(row, column)).collect();
        found.push(Row(cells?));
    }
    Ok(found)
}

fn read(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<Cell> {
    Ok(match row.get_ref(column)? {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(value) => Cell::Int(value),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        other @ ValueRef::Real(_) => {
            return Err(rusqlite::Error::InvalidColumnType(column, String::new(), other.data_type()));
        }
    })
}

fn execute(connection: &Connection, text: &str, cells: &[Cell]) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(text)?;
    bind(&mut statement, cells)?;
    Ok(statement.raw_execute()? as u64)
}

fn write(connection: &Connection, text: &str, rows: &Rows) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(text)?;
    let shard = Cell::from(rows.shard);
    for cells in rows.rows() {
        statement.raw_bind_parameter(1, &shard)?;
        for (place, cell) in cells.iter().enumerate() {
            statement.raw_bind_parameter(place + 2, cell)?;
        }
        statement.raw_execute()?;
    }
    Ok(())
}

/// The statement that writes one row.
fn text_of(rows: &Rows) -> String {
    let Table { name, columns, key } = *rows.table;
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    if rows.act == Act::Remove {
        let these = names.iter().take(rows.width).enumerate();
        let these: String = these.map(|(place, name)| format!(" and {name} = ${}", place + 2)).collect();
        return format!("delete from {name} where shard = $1{these}");
    }
    let places: String = (0..names.len()).map(|place| format!(", ${}", place + 2)).collect();
    let insert = format!("insert into {name} (shard, {}) values ($1{places})", names.join(", "));
    match rows.act {
        Act::Put => format!("{insert} {}", crate::engine::on_conflict(&names, key)),
        _ => insert,
    }
}
