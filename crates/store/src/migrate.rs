//! Migrations: numbered texts that bring the schema from any earlier state to this program's.
//!
//! One transaction each, in order, once; a checksum tells when a text that was run is not the text that
//! is here. A newer schema is accepted as long as it says that a program of our number may use it: a
//! migration that takes something away raises `oldest` in `meta`. Start at [`migrate`].

use sha2::{Digest as _, Sha256};

use crate::cell::Cell;
use crate::engine::{Purpose, Session};
use crate::fault::{CommitFault, FaultKind, StoreFault};
use crate::statements::{COUNT_HEADS, MAKE_HEAD, MIGRATION_TABLE, MIGRATIONS, NOTE_MIGRATION, READ_META};

/// A migration: its text for every engine.
#[derive(Clone, Copy, Debug)]
struct Migration {
    name: &'static str,
    text: &'static str,
}

/// All of them; a migration's number is its place, from 1.
const ALL: &[Migration] = &[
    Migration { name: "books", text: include_str!("../migrations/0001_books.sql") },
    Migration { name: "behind", text: include_str!("../migrations/0002_behind.sql") },
    Migration { name: "people", text: include_str!("../migrations/0003_people.sql") },
    Migration { name: "calendars", text: include_str!("../migrations/0004_calendars.sql") },
    Migration { name: "sign_in", text: include_str!("../migrations/0005_sign_in.sql") },
    Migration { name: "pictures", text: include_str!("../migrations/0006_pictures.sql") },
    Migration { name: "feeds", text: include_str!("../migrations/0007_feeds.sql") },
    Migration { name: "sources", text: include_str!("../migrations/0008_sources.sql") },
    Migration { name: "houses", text: include_str!("../migrations/0009_houses.sql") },
    Migration { name: "texts", text: include_str!("../migrations/0010_texts.sql") },
];

/// How many there are.
#[cfg(test)]
pub(crate) const COUNT: usize = ALL.len();

/// Runs what is missing, and makes the heads of new data's shards.
pub(crate) async fn migrate(session: &mut Session, shards: u16) -> Result<(), StoreFault> {
    session.migrating().await?;
    let done = migrate_locked(session, shards).await;
    // The lock goes with the connection, if it can't be given back.
    let freed = session.migrated().await;
    done.and(freed)
}

async fn migrate_locked(session: &mut Session, shards: u16) -> Result<(), StoreFault> {
    session.script(MIGRATION_TABLE).await?;
    let known = known(session).await?;
    for (place, migration) in ALL.iter().enumerate().skip(known) {
        session.begin(Purpose::Write).await?;
        if let Err(fault) = run(session, place + 1, migration).await {
            session.rollback().await;
            return Err(fault.while_doing(&format!("migration {} ({})", place + 1, migration.name)));
        }
        session.write_and_commit(&[]).await.map_err(CommitFault::into_fault)?;
    }
    make_heads(session, shards).await
}

async fn run(session: &mut Session, number: usize, migration: &Migration) -> Result<(), StoreFault> {
    session.script(migration.text).await?;
    let note =
        [Cell::from(number), Cell::Text(migration.name.to_owned()), Cell::Text(checksum(migration.text))];
    session.execute(NOTE_MIGRATION, &note).await.map(drop)
}

/// New data gets its shards; data that is there keeps those it has.
async fn make_heads(session: &mut Session, shards: u16) -> Result<(), StoreFault> {
    session.begin(Purpose::Write).await?;
    let there = session.query(COUNT_HEADS, &[]).await?;
    if there.first().map(|row| row.int(0)).transpose()? == Some(0) {
        for shard in 0..shards {
            session.execute(MAKE_HEAD, &[Cell::from(shard)]).await?;
        }
    }
    session.write_and_commit(&[]).await.map_err(CommitFault::into_fault)
}

/// Refuses data whose schema this program can't use as it is.
pub(crate) async fn check(session: &mut Session) -> Result<(), StoreFault> {
    if known(session).await? < ALL.len() {
        let advice = "the schema is older than this program: open the data to write first";
        return Err(StoreFault::new(FaultKind::Schema, advice));
    }
    Ok(())
}

/// How many of our migrations were run; refuses others in their places.
async fn known(session: &mut Session) -> Result<usize, StoreFault> {
    let rows = session.query(MIGRATIONS, &[]).await?;
    for (place, row) in rows.iter().enumerate() {
        let number = row.count(0)?;
        if number != place as u64 + 1 {
            return Err(StoreFault::new(FaultKind::Schema, format!("migration {} is missing", place + 1)));
        }
        let Some(ours) = ALL.get(place) else { continue };
        if row.text(2)? != checksum(ours.text) {
            let advice = format!("migration {number} ({}) was run with another text", row.text(1)?);
            return Err(StoreFault::new(FaultKind::Schema, advice));
        }
    }
    if rows.len() > ALL.len() {
        accept_newer(session).await?;
    }
    Ok(rows.len().min(ALL.len()))
}

/// Whether a newer schema lets programs of our number in.
async fn accept_newer(session: &mut Session) -> Result<(), StoreFault> {
    let rows = session.query(READ_META, &[Cell::Text("oldest".to_owned())]).await?;
    let oldest = rows.first().map(|row| row.text(0)).transpose()?.and_then(|text| text.parse::<usize>().ok());
    if oldest.is_some_and(|oldest| oldest <= ALL.len()) {
        return Ok(());
    }
    let advice = "the data was made by a newer program, and needs one";
    Err(StoreFault::new(FaultKind::Schema, advice))
}

fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
