//! Moving the log into the file, on a thread of its own, so that no commit waits for it.
//!
//! A commit rings when the log has grown long. The log starts over only when all of it has been moved
//! and nobody reads it; under constant load that never happens by itself, so a very long log is
//! finished while the writers wait for their turn. Start at [`Checkpointer::start`].

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use tokio::sync::Mutex;

use crate::fault::{FaultKind, StoreFault};

/// Pages in the log from which on it is moved: measured, most of the slowest commits go away.
const PAGES_LONG: i32 = 10_000;
/// Pages from which on writers wait for the rest to be moved: at 4 KiB, about 160 MB of log.
const PAGES_TOO_LONG: i32 = 40_000;

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
}

impl Bell {
    /// Says how long the log is after a commit. Never waits.
    pub(super) fn ring(&self, pages: i32) {
        if pages >= PAGES_LONG {
            // When the bell is ringing already, it need not ring twice.
            let _ = self.ringing.try_send(());
        }
    }
}

impl Checkpointer {
    /// Starts the thread on a connection of its own.
    pub(super) fn start(
        connection: Connection,
        turn: Arc<Mutex<()>>,
        broken: Arc<AtomicBool>,
    ) -> Result<Self, StoreFault> {
        let (ringing, rung) = sync_channel(1);
        let work = move || work(&connection, &rung, &turn, &broken);
        let spawned = thread::Builder::new().name("checkpoint".to_owned()).spawn(work);
        let thread = spawned
            .map_err(|cause| StoreFault::caused(FaultKind::Other, "starting the checkpoint thread", cause))?;
        Ok(Self { bell: Some(Bell { ringing }), thread: Some(thread) })
    }

    pub(super) fn bell(&self) -> Option<Bell> {
        self.bell.clone()
    }
}

fn work(connection: &Connection, rung: &Receiver<()>, turn: &Mutex<()>, broken: &AtomicBool) {
    while rung.recv().is_ok() {
        if let Err(cause) = checkpoint(connection, turn) {
            if super::kind(&cause) == FaultKind::Broken {
                broken.store(true, Ordering::Release);
            }
            tracing::error!(cause = %cause, "the log could not be moved into the file");
        }
    }
}

/// Moves the log into the file as far as nobody is in the way.
pub(super) fn checkpoint(connection: &Connection, turn: &Mutex<()>) -> rusqlite::Result<()> {
    let all = None::<&str>;
    let (pages, moved) = connection.wal_checkpoint_v2(all, CheckpointMode::PASSIVE)?;
    if pages > PAGES_TOO_LONG && moved < pages {
        let _turn = turn.blocking_lock();
        // Readers may be in the way; then it is tried again after the next commit.
        match connection.wal_checkpoint_v2(all, CheckpointMode::RESTART) {
            Err(cause) if super::kind(&cause) == FaultKind::Retry => {}
            other => drop(other?),
        }
    }
    Ok(())
}
