//! A program of the next version: while the others run, it widens the schema, as a release does that is rolled out
//! node by node. What runs on the old schema has to run on with the new one, and to start on it.
//!
//! A migration that widens adds columns that may be empty, tables and indexes; what takes something away comes one
//! release later. Start at [`widen`].

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::vfs::FILES;

/// What the next version adds.
const WIDER: &str = "alter table hold add column later bigint;
    alter table journal add column later bytea;
    alter table delivery add column later bigint;
    create table later (shard smallint not null, id bytea not null, primary key (shard, id));
    create index later_hold on hold (shard, later);
    insert into migration (number, name, checksum)
        select max(number) + 1, 'later', 'of a newer program' from migration;";

/// Widens the schema in one transaction; says whether it is done. Nothing is done while somebody writes, or where the
/// disk fails.
pub(super) fn widen(path: &Path) -> bool {
    widened(path).is_ok()
}

fn widened(path: &Path) -> rusqlite::Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags_and_vfs(path, flags, FILES)?;
    connection.busy_timeout(std::time::Duration::ZERO)?;
    connection.execute_batch(
        "pragma mmap_size = 0; pragma journal_mode = wal; pragma wal_autocheckpoint = 0; pragma synchronous = full;",
    )?;
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    change.execute_batch(WIDER)?;
    change.commit()
}
