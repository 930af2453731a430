//! Moving the log into the file, on a thread of its own, so that no commit waits for it.
//!
//! A commit rings when so much has come that it is worth moving: little at a time, since whoever syncs meanwhile waits
//! for the disk to take that, too. The log starts over only when all of it has been moved and nobody reads it. Under
//! constant load that never happens by itself: so when it has grown long, what came during the last move, which is
//! little, is moved while the writers wait for their turn. Start at [`Checkpointer::start`].

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use rusqlite::wal::CheckpointMode;
use rusqlite::{Connection, ffi};
use tokio::sync::Mutex;

use crate::fault::{FaultKind, StoreFault};

/// Pages that are moved at once. With thousands the sync that follows takes so long that those of some commits take as
/// long as it.
const PAGES_MOVED: i32 = 500;
/// Pages in the log from which on it starts over: a short log stays in the processor's cache.
const PAGES_LONG: i32 = 3_000;

/// The thread, by the bell that wakes it. It ends when nobody is left who could ring.
pub(super) struct Checkpointer {
    bell: Option<Bell>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Drop for Checkpointer {
    /// Waits for the thread, so that its connection is closed when the file is let go.
    fn drop(&mut self) {
        drop(self.bell.take());
        if let Some(Err(_)) = self.thread.take().map(thread::JoinHandle::join) {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

/// What a commit rings.
#[derive(Clone)]
pub(super) struct Bell {
    ringing: SyncSender<()>,
    /// Pages in the log from which on it rings next.
    next: Arc<AtomicI32>,
}

impl Bell {
    /// Says how long the log is after a commit. Never waits.
    pub(super) fn ring(&self, pages: i32) {
        if pages >= self.next.load(Ordering::Relaxed) {
            // When the bell is ringing already, it need not ring twice.
            let _ = self.ringing.try_send(());
        }
    }
}

impl Checkpointer {
    /// Starts the thread on a connection of its own. `file` is the same file: whoever closes one of those lets go of
    /// all locks that the process has on it, so it must outlast every connection, as the thread does.
    pub(super) fn start(
        connection: Connection,
        file: fs::File,
        turn: Arc<Mutex<()>>,
        broken: Arc<AtomicBool>,
    ) -> Result<Self, StoreFault> {
        let (ringing, rung) = sync_channel(1);
        let ringing_at = Arc::new(AtomicI32::new(PAGES_MOVED));
        let next = Arc::clone(&ringing_at);
        // Whoever reads for long must not keep the writers waiting.
        connection
            .busy_timeout(Duration::ZERO)
            .map_err(|cause| StoreFault::caused(FaultKind::Other, "setting up the checkpoints", cause))?;
        let work = move || {
            while rung.recv().is_ok() {
                match checkpoint(&connection, &file, &turn) {
                    Ok(left) => {
                        next.store(left.saturating_add(PAGES_MOVED), Ordering::Relaxed);
                        // Whoever rang meanwhile has been served.
                        let _ = rung.try_recv();
                    }
                    Err(cause) => {
                        if super::kind(&cause) == FaultKind::Broken {
                            broken.store(true, Ordering::Release);
                        }
                        // It is tried again when the log has grown as much once more, not with each commit.
                        next.fetch_add(PAGES_MOVED, Ordering::Relaxed);
                        tracing::error!(cause = %cause, "the log could not be moved into the file");
                    }
                }
            }
            drop(connection);
            drop(file);
        };
        let spawned = thread::Builder::new().name("checkpoint".to_owned()).spawn(work);
        let thread = spawned
            .map_err(|cause| StoreFault::caused(FaultKind::Other, "starting the checkpoint thread", cause))?;
        Ok(Self { bell: Some(Bell { ringing, next: ringing_at }), thread: Some(thread) })
    }

    pub(super) fn bell(&self) -> Option<Bell> {
        self.bell.clone()
    }
}

/// Moves all of the log into the file before anybody writes. A process that stopped because a sync failed may
/// have left commits that can be read and are not on the disk: here they are written anew, or seen to fail.
pub(super) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    match connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART) {
        // Another process looks; the next checkpoint does the same.
        Err(cause) if super::kind(&cause) == FaultKind::Retry => Ok(()),
        other => other.map(drop),
    }
}

/// Moves the log into the file, and says how many pages the log still has.
fn checkpoint(connection: &Connection, file: &fs::File, turn: &Mutex<()>) -> rusqlite::Result<i32> {
    let pages = beside(connection, || sync(file))?;
    if pages < PAGES_LONG {
        return Ok(pages);
    }
    let _turn = turn.blocking_lock();
    start_over(connection, pages)
}

/// Has what was moved written to the disk. The engine does so only when it has come to the end of the log, which under
/// load is when all writers wait.
fn sync(file: &fs::File) -> rusqlite::Result<()> {
    file.sync_data().map_err(|cause| {
        let failed = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
        rusqlite::Error::SqliteFailure(failed, Some(cause.to_string()))
    })
}

/// The same where nobody may be waited for: while somebody writes, the log does not start over.
pub(super) fn checkpoint_at_once(connection: &Connection, turn: &Mutex<()>) -> rusqlite::Result<()> {
    let pages = beside(connection, || Ok(()))?;
    match turn.try_lock() {
        Ok(_turn) => start_over(connection, pages).map(drop),
        Err(_) => Ok(()),
    }
}

/// Moves the log beside whoever writes, and then has it written to the disk; says how long the log is.
fn beside(connection: &Connection, sync: impl FnOnce() -> rusqlite::Result<()>) -> rusqlite::Result<i32> {
    let (pages, _) = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE)?;
    sync()?;
    Ok(pages)
}

/// Moves the rest while nobody writes, and lets the log start over; says what is left of it.
fn start_over(connection: &Connection, pages: i32) -> rusqlite::Result<i32> {
    match connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART) {
        Ok(_) => Ok(0),
        // A reader is in the way. It is tried again when the log has grown as much once more.
        Err(cause) if super::kind(&cause) == FaultKind::Retry => Ok(pages),
        Err(cause) => Err(cause),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    // Aim: a commit rings for a log that is long, once until it is served, and never waits.
    #[test]
    fn a_long_log_rings_once() {
        let (ringing, rung) = sync_channel(1);
        let bell = Bell { ringing, next: Arc::new(AtomicI32::new(10)) };
        bell.ring(9);
        assert!(rung.try_recv().is_err());
        [10, 11, 12].into_iter().for_each(|pages| bell.ring(pages));
        assert!(rung.try_recv().is_ok() && rung.try_recv().is_err());
        bell.next.store(20, Ordering::Relaxed);
        bell.ring(19);
        assert!(rung.try_recv().is_err());
    }

    // Aim: while somebody writes all the time, the log is moved and starts over by itself, and so never gets long.
    #[test]
    fn the_log_stays_short() {
        const PAGES: i32 = 100;
        const COMMITS: i32 = 200;
        let path = std::env::temp_dir().join(format!("dayshelf-short-{}.db", std::process::id()));
        let open = || {
            let connection = Connection::open(&path).unwrap();
            let like_ours =
                "pragma journal_mode = wal; pragma wal_autocheckpoint = 0; pragma synchronous = off;";
            connection.execute_batch(like_ours).unwrap();
            connection
        };
        let (turn, broken) = (Arc::<Mutex<()>>::default(), Arc::<AtomicBool>::default());
        let moving = open();
        let file = fs::File::open(&path).unwrap();
        let checkpointer = Checkpointer::start(moving, file, Arc::clone(&turn), Arc::clone(&broken)).unwrap();
        // Goes before the thread that it could still ring for, also when the test fails.
        let mut writer = open();
        writer.execute_batch("create table heap (body blob); insert into heap values (1)").unwrap();
        let (bell, longest) = (checkpointer.bell().unwrap(), Arc::<AtomicI32>::default());
        let seen = Arc::clone(&longest);
        let note = move |_: &mut rusqlite::hooks::Wal, pages| {
            seen.fetch_max(pages, Ordering::Relaxed);
            bell.ring(pages);
            Ok(())
        };
        writer.wal_hook(Some(note)).unwrap();
        for _ in 0..COMMITS {
            let _turn = turn.blocking_lock();
            writer.execute("update heap set body = randomblob(?1)", [PAGES * 4_096]).unwrap();
        }
        let longest = longest.load(Ordering::Relaxed);
        assert!(longest > PAGES_MOVED, "{longest} pages: nothing was written");
        assert!(longest < PAGES * COMMITS / 2, "{longest} pages of {} in the log", PAGES * COMMITS);
        assert!(!broken.load(Ordering::Relaxed));
        drop((writer, checkpointer));
        std::fs::remove_file(path).unwrap();
    }

    // Aim: what was moved is on the disk before the writers are asked to wait; the log then starts over.
    #[test]
    fn what_is_moved_is_synced_beside_the_writers() {
        let path = std::env::temp_dir().join(format!("dayshelf-checkpoint-{}.db", std::process::id()));
        let connection = Connection::open(&path).unwrap();
        let fill = "pragma journal_mode = wal; pragma wal_autocheckpoint = 0; create table heap (body blob);
            insert into heap values (zeroblob(9000));";
        connection.execute_batch(fill).unwrap();
        let synced = Cell::new(0);
        let count = || {
            synced.set(synced.get() + 1);
            Ok(())
        };
        let pages = beside(&connection, count).unwrap();
        assert!(pages > 3 && synced.get() == 1, "{pages} pages, {synced:?}");
        assert_eq!(start_over(&connection, pages).unwrap(), 0);
        connection.execute_batch("insert into heap values (1)").unwrap();
        assert!(beside(&connection, count).unwrap() < pages, "the log did not start over");
        let failed = beside(&connection, || Err(rusqlite::Error::InvalidQuery));
        assert!(failed.is_err(), "a sync that fails is no checkpoint");
        drop(connection);
        std::fs::remove_file(path).unwrap();
    }
}
