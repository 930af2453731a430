//! What each engine does when things go wrong: full disks, lost connections, locks, standbys that are away.

use std::time::{Duration, Instant};

use dayshelf_testkit::cluster::{Cluster, Database, Durability};

use super::Folder;
use crate::cell::Cell;
use crate::engine::{Purpose, Session};
use crate::fault::{CommitFault, FaultKind};
use crate::statements::LOCK_HEAD;
use crate::store::{Config, Store};
use crate::tables::{self, Rows};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Journal rows with bodies of one page each.
fn records(from: i64, count: i64) -> Rows {
    let mut rows = Rows::add(&tables::JOURNAL, 0);
    for seq in from..from + count {
        rows.cells.extend([Cell::Int(seq), Cell::Int(0), Cell::Int(1), Cell::Null, Cell::Null, Cell::Null]);
        rows.cells.push(Cell::Bytes(vec![7; 4_000]));
    }
    rows
}

async fn lock(session: &mut Session) -> Result<(), crate::StoreFault> {
    session.begin_locked(LOCK_HEAD, &[Cell::from(0u16)]).await.map(drop)
}

async fn count(session: &mut Session) -> i64 {
    session.query("select count(*) from journal", &[]).await.unwrap()[0].int(0).unwrap()
}

/// A full disk breaks the file for good: the batch is not acknowledged, nor is any after it.
#[tokio::test]
async fn a_full_disk_is_the_end() {
    let folder = Folder::fresh();
    let store = Store::open(&Config::file(&folder.0.join("data.db"))).await.unwrap();
    let (mut session, mut other) = (store.data.session(), store.data.session());
    session.query("pragma max_page_count = 100", &[]).await.unwrap();
    lock(&mut session).await.unwrap();
    let fault = session.write_and_commit(&[records(1, 200)]).await.unwrap_err();
    assert!(matches!(fault, CommitFault::Broken(_)), "{fault:?}");
    for session in [&mut session, &mut other] {
        assert_eq!(lock(session).await.unwrap_err().kind(), FaultKind::Broken);
    }
    drop((session, other, store));
    let store = Store::open(&Config::file(&folder.0.join("data.db"))).await.unwrap();
    assert_eq!(count(&mut store.data.session()).await, 0);
}

/// A long log is moved into the file while writers go on, and is not left to grow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_log_is_moved() {
    let folder = Folder::fresh();
    let path = folder.0.join("data.db");
    let store = Store::open(&Config::file(&path)).await.unwrap();
    let mut session = store.data.session();
    let begun = Instant::now();
    let mut seq = 1;
    while std::fs::metadata(&path).unwrap().len() < 30_000_000 {
        assert!(begun.elapsed() < PATIENCE, "the log was never moved");
        lock(&mut session).await.unwrap();
        session.write_and_commit(&[records(seq, 1_000)]).await.unwrap();
        seq += 1_000;
    }
    assert_eq!(count(&mut store.data.session()).await, seq - 1);
}

/// A process that is gone without a word may have left commits in the log that can be read and are not on the disk.
/// Whoever opens the data moves them into the file before anybody writes, so that they are there or seen to fail.
#[tokio::test]
async fn a_log_that_was_left_is_moved_at_once() {
    let [left, found, alone] = [Folder::fresh(), Folder::fresh(), Folder::fresh()];
    let store = Store::open(&Config::file(&left.0.join("data.db"))).await.unwrap();
    let mut session = store.data.session();
    lock(&mut session).await.unwrap();
    session.write_and_commit(&[records(1, 5)]).await.unwrap();
    for file in ["data.db", "data.db-wal"] {
        std::fs::copy(left.0.join(file), found.0.join(file)).unwrap();
    }
    let opened = Store::open(&Config::file(&found.0.join("data.db"))).await.unwrap();
    // The file as it is without its log.
    let file = alone.0.join("data.db");
    std::fs::copy(found.0.join("data.db"), &file).unwrap();
    drop(opened);
    let read = rusqlite::Connection::open(&file).unwrap();
    let records: i64 = read.query_row("select count(*) from journal", [], |row| row.get(0)).unwrap();
    assert_eq!(records, 5);
}

/// Whoever waits too long for the head is told to try again, and may; the clock is read after the wait.
#[tokio::test]
async fn a_head_that_is_held_is_waited_for() {
    let Some(database) = Database::fresh() else { return };
    let store = Store::open(&Config::url(database.url())).await.unwrap();
    let (mut one, mut two) = (store.data.session(), store.data.session());
    lock(&mut one).await.unwrap();
    assert_eq!(lock(&mut two).await.unwrap_err().kind(), FaultKind::Retry);
    two.rollback().await;
    let waiting = async { two.begin_locked(LOCK_HEAD, &[Cell::from(0u16)]).await.unwrap().1 };
    let holding = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = one.clock().await.unwrap();
        one.write_and_commit(&[]).await.unwrap();
        now
    };
    let (after, before) = tokio::join!(waiting, holding);
    assert!(after >= before, "the clock was read before the lock was had");
}

/// A connection that is cut within a transaction leaves nothing behind, and the next batch has a new one.
#[tokio::test]
async fn a_cut_connection_is_replaced() {
    let Some(database) = Database::fresh() else { return };
    let store = Store::open(&Config::url(database.url())).await.unwrap();
    let (mut session, mut killer) = (store.data.session(), store.data.session());
    lock(&mut session).await.unwrap();
    session.write(&[records(1, 3)]).await.unwrap();
    cut(&mut session, &mut killer).await;
    let fault = session.write_and_commit(&[records(4, 1)]).await.unwrap_err();
    assert!(!matches!(fault, CommitFault::Broken(_)), "{fault:?}");
    lock(&mut session).await.unwrap();
    session.write_and_commit(&[records(1, 2)]).await.unwrap();
    assert_eq!(count(&mut killer).await, 2);
}

/// A connection that was lost while nobody used it is replaced in silence, and may lead to another server: the
/// writer says so until the books have been read over it.
#[tokio::test]
async fn a_writer_knows_that_it_is_elsewhere() {
    let Some(database) = Database::fresh() else { return };
    let store = Store::open(&Config::url(database.url())).await.unwrap();
    let (mut writer, mut killer) = (store.writer(0).unwrap(), store.data.session());
    writer.begin().await.unwrap();
    writer.adopt();
    writer.rollback().await;
    writer.begin().await.unwrap();
    assert!(!writer.is_elsewhere());
    writer.rollback().await;
    let others = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity \
                  where datname = current_database() and pid <> pg_backend_pid()";
    killer.query(others, &[]).await.unwrap();
    let begun = Instant::now();
    while writer.begin().await.is_err() {
        assert!(begun.elapsed() < PATIENCE, "no new connection");
    }
    assert!(writer.is_elsewhere());
    writer.adopt();
    assert!(!writer.is_elsewhere());
}

/// When the standby is away and the wait for it is cancelled, the server says that it has committed and
/// only warns. That is not an acknowledgement.
#[tokio::test]
async fn a_wait_for_a_standby_that_was_given_up_is_doubtful() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    let database = cluster.database();
    let store = Store::open(&Config::url(database.url())).await.unwrap();
    let (mut session, mut killer) = (store.data.session(), store.data.session());
    cluster.standby_is_away(true).unwrap();
    let pid = pid(&mut session).await;
    lock(&mut session).await.unwrap();
    let rows = [records(1, 1)];
    let committing = session.write_and_commit(&rows);
    let cancelling = async {
        commit_waits(&mut killer, pid).await;
        killer.query("select count(pg_cancel_backend($1))", &[Cell::Int(pid)]).await.unwrap();
    };
    let (committed, ()) = tokio::join!(committing, cancelling);
    cluster.standby_is_away(false).unwrap();
    assert!(matches!(committed, Err(CommitFault::Unknown(_))), "{committed:?}");
}

/// A connection that is cut while its commit waits may have committed: that is unknown, and is said.
#[tokio::test]
async fn a_commit_that_was_cut_is_unknown() {
    let Some(cluster) = Cluster::start(Durability::Fast) else { return };
    let database = cluster.database();
    let store = Store::open(&Config::url(database.url())).await.unwrap();
    let (mut session, mut killer) = (store.data.session(), store.data.session());
    cluster.standby_is_away(true).unwrap();
    let pid = pid(&mut session).await;
    lock(&mut session).await.unwrap();
    let rows = [records(1, 1)];
    let committing = session.write_and_commit(&rows);
    let cutting = async {
        commit_waits(&mut killer, pid).await;
        killer.query("select count(pg_terminate_backend($1))", &[Cell::Int(pid)]).await.unwrap();
    };
    let (committed, ()) = tokio::join!(committing, cutting);
    cluster.standby_is_away(false).unwrap();
    assert!(matches!(committed, Err(CommitFault::Unknown(_))), "{committed:?}");
    assert_eq!(count(&mut killer).await, 1, "it had committed, as may happen");
}

/// Waits until the commit of a session waits for its standby.
async fn commit_waits(killer: &mut Session, pid: i64) {
    let begun = Instant::now();
    let waits = "select count(*) from pg_stat_activity where pid = $1 and wait_event = 'SyncRep'";
    while killer.query(waits, &[Cell::Int(pid)]).await.unwrap()[0].int(0).unwrap() == 0 {
        assert!(begun.elapsed() < PATIENCE, "the commit never waited");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn pid(session: &mut Session) -> i64 {
    session.query("select pg_backend_pid()", &[]).await.unwrap()[0].int(0).unwrap()
}

/// Ends the server's side of a session, and waits until it has ended.
async fn cut(session: &mut Session, killer: &mut Session) {
    let pid = pid(session).await;
    killer.query("select count(pg_terminate_backend($1))", &[Cell::Int(pid)]).await.unwrap();
    let begun = Instant::now();
    let there = "select count(*) from pg_stat_activity where pid = $1";
    while killer.query(there, &[Cell::Int(pid)]).await.unwrap()[0].int(0).unwrap() > 0 {
        assert!(begun.elapsed() < PATIENCE, "the connection was never cut");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// A snapshot sees one state, whatever is committed meanwhile, and lets writers write.
#[tokio::test]
async fn a_snapshot_stands_still() {
    super::on_both(async |store, _| {
        let (mut look, mut session) = (store.data.session(), store.data.session());
        look.begin(Purpose::Snapshot).await.unwrap();
        assert_eq!(count(&mut look).await, 0);
        lock(&mut session).await.unwrap();
        session.write_and_commit(&[records(1, 2)]).await.unwrap();
        assert_eq!(count(&mut look).await, 0);
        look.rollback().await;
        assert_eq!(count(&mut look).await, 2);
    })
    .await;
}
