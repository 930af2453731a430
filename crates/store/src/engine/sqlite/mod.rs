//! The embedded engine: one file, one writer at a time, blocking calls.
//!
//! Durable before answered: WAL with synchronous=FULL. Any failure to write or sync marks the file as
//! broken for good; nothing retries a sync. Files and locks are here; `session` runs statements,
//! `checkpoint` moves the log into the file on a thread of its own, `log` gathers what is written to it. Start at [`File`].

mod checkpoint;
mod log;
mod session;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use dayshelf_core::planted;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::Mutex;

use super::Access;
use crate::fault::{FaultKind, StoreFault};
use crate::ground::Ground;
use checkpoint::Checkpointer;

pub(super) use session::Session;

/// How long a connection waits for one of another process; those of ours wait for their turn instead.
const BUSY_SPAN: Duration = Duration::from_secs(5);
/// Each commit waits for the disk. The feature plants the mistake that the torture must find.
const SYNCHRONOUS: &str =
    if cfg!(feature = "lowered-sync") { "pragma synchronous = normal" } else { "pragma synchronous = full" };
/// Prepared statements that a connection keeps: all of them.
const STATEMENTS_MAX: usize = 200;

/// A file and what all sessions on it share.
pub(crate) struct File {
    path: PathBuf,
    access: Access,
    /// Whose turn it is to write: waiting here is fair and needs no polling.
    turn: Arc<Mutex<()>>,
    broken: Arc<AtomicBool>,
    checkpointer: Option<Checkpointer>,
    ground: Ground,
    /// Held while the file is open to write, against a second process. Declared last: it goes when the thread above has
    /// closed its connection.
    _lock: Option<fs::File>,
}

impl File {
    /// Opens the file; to write, with its lock.
    pub(super) fn open(path: &Path, access: Access, ground: Ground) -> Result<Self, StoreFault> {
        let lock = match access {
            // On simulated files there is no second process.
            Access::Write if ground.files().is_some() => None,
            Access::Write => Some(lock(path)?),
            Access::Look if !path.is_file() => {
                return Err(StoreFault::new(FaultKind::Config, format!("{} is not there", path.display())));
            }
            Access::Look => None,
        };
        let mut file = Self {
            path: path.to_owned(),
            access,
            _lock: lock,
            turn: ground.0.as_ref().map(|simulated| Arc::clone(&simulated.turn.0)).unwrap_or_default(),
            broken: Arc::default(),
            checkpointer: None,
            ground,
        };
        if access == Access::Write && !file.is_simulated() {
            let connection = file.connect()?;
            checkpoint::settle(&connection).map_err(|cause| file.fault("settling the log", cause))?;
            let doing = format!("opening {} to sync it", path.display());
            let same =
                fs::File::open(path).map_err(|cause| StoreFault::caused(FaultKind::Config, doing, cause))?;
            let (turn, broken) = (Arc::clone(&file.turn), Arc::clone(&file.broken));
            file.checkpointer = Some(Checkpointer::start(connection, same, turn, broken)?);
        }
        Ok(file)
    }

    /// Whether the file is a simulator's, who does without threads.
    pub(super) fn is_simulated(&self) -> bool {
        self.ground.files().is_some()
    }

    /// Moves the log into the file, as the thread does where there is one; nobody is waited for.
    pub(super) fn checkpoint(&self) -> Result<(), StoreFault> {
        self.check()?;
        let connection = self.connect()?;
        let moved = checkpoint::checkpoint_at_once(&connection, &self.turn);
        moved.map_err(|cause| self.fault("a checkpoint", cause))
    }

    /// A connection of its own.
    fn connect(&self) -> Result<Connection, StoreFault> {
        let ours = match self.access {
            Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            Access::Look => OpenFlags::SQLITE_OPEN_READ_ONLY,
        };
        let flags = ours | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = match self.files() {
            None => Connection::open_with_flags(&self.path, flags),
            Some(files) => Connection::open_with_flags_and_vfs(&self.path, flags, files),
        };
        let mut connection = opened.map_err(|cause| {
            let kind = if self.was_opened() { FaultKind::Retry } else { FaultKind::Config };
            StoreFault::caused(kind, format!("{} can't be opened", self.path.display()), cause)
        })?;
        self.set_up(&mut connection).map_err(|cause| {
            let doing = "setting up a connection";
            match cause.sqlite_error_code() {
                Some(ErrorCode::CannotOpen) if self.was_opened() => {
                    StoreFault::caused(FaultKind::Retry, doing, cause)
                }
                _ => self.fault(doing, cause),
            }
        })?;
        Ok(connection)
    }

    /// The files to use, where it is not the system's own. A log may be gathered only if each commit is synced.
    fn files(&self) -> Option<&str> {
        match self.ground.files() {
            None if !cfg!(feature = "lowered-sync") => log::files(),
            simulated => simulated,
        }
    }

    /// Whether the file was opened before by this process. If it can't be opened once more, it is not the
    /// file's fault: there are no file descriptors left, and nothing was written.
    fn was_opened(&self) -> bool {
        self.checkpointer.is_some()
    }

    fn set_up(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        connection.busy_timeout(BUSY_SPAN)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        // Else a statement whose limit is a parameter is prepared anew each time that it runs.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection
            .execute_batch("pragma mmap_size = 0; pragma cache_size = -65536; pragma temp_store = memory;")?;
        if self.access == Access::Look {
            return Ok(());
        }
        connection.execute_batch("pragma journal_mode = wal; pragma wal_autocheckpoint = 0;")?;
        connection.execute_batch(SYNCHRONOUS)?;
        if planted!(SyncNormal) {
            connection.execute_batch("pragma synchronous = normal;")?;
        }
        if planted!(SyncOff) {
            connection.execute_batch("pragma synchronous = off;")?;
        }
        if let Some(bell) = self.checkpointer.as_ref().and_then(Checkpointer::bell) {
            connection.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages| {
                bell.ring(pages);
                Ok(())
            }))?;
        }
        Ok(())
    }

    /// Refuses once anything failed to be written or synced.
    fn check(&self) -> Result<(), StoreFault> {
        match self.broken.load(Ordering::Acquire) {
            true => Err(StoreFault::new(FaultKind::Broken, "an earlier write or sync failed")),
            false => Ok(()),
        }
    }

    /// What the engine said, in our words; remembers when the file is broken.
    fn fault(&self, doing: &str, cause: rusqlite::Error) -> StoreFault {
        let kind = kind(&cause);
        if kind == FaultKind::Broken {
            self.broken.store(true, Ordering::Release);
        }
        StoreFault::caused(kind, doing, cause)
    }
}

fn kind(cause: &rusqlite::Error) -> FaultKind {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => FaultKind::Retry,
        Some(ErrorCode::ConstraintViolation) => FaultKind::Constraint,
        Some(
            ErrorCode::SystemIoFailure
            | ErrorCode::DiskFull
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::CannotOpen,
        ) => FaultKind::Broken,
        _ => FaultKind::Other,
    }
}

/// Makes a file that nobody has open complete in itself, without a log beside it, and durable.
pub(super) fn seal(path: &Path) -> Result<(), StoreFault> {
    let doing = || format!("closing {}", path.display());
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
        .map_err(|cause| StoreFault::caused(FaultKind::Other, doing(), cause))?;
    let mode: Result<String, _> =
        connection.pragma_update_and_check(None, "journal_mode", "delete", |row| row.get(0));
    let mode = mode.map_err(|cause| StoreFault::caused(FaultKind::Other, doing(), cause))?;
    if mode != "delete" {
        return Err(StoreFault::new(FaultKind::Other, format!("{}: it is still in use", doing())));
    }
    drop(connection);
    let _ = fs::remove_file(path.with_added_extension("lock"));
    let file = fs::File::open(path).and_then(|file| file.sync_all());
    file.map_err(|cause| StoreFault::caused(FaultKind::Other, doing(), cause))
}

/// The lock goes with the process, however it ends; the file stays and means nothing.
fn lock(path: &Path) -> Result<fs::File, StoreFault> {
    let beside = path.with_added_extension("lock");
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        let doing = format!("making the folder {}", folder.display());
        fs::create_dir_all(folder).map_err(|cause| StoreFault::caused(FaultKind::Config, doing, cause))?;
    }
    let doing = || format!("the lock file {}", beside.display());
    let opened = fs::File::options().create(true).truncate(false).write(true).open(&beside);
    let file = opened.map_err(|cause| StoreFault::caused(FaultKind::Config, doing(), cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => {
            let advice = format!("another process has {} open to write", path.display());
            Err(StoreFault::new(FaultKind::Locked, advice))
        }
        Err(fs::TryLockError::Error(cause)) => Err(StoreFault::caused(FaultKind::Config, doing(), cause)),
    }
}
