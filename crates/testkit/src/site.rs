//! Where a test's data is: a temporary file, or a database of a throw-away server.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use dayshelf_store::{Config, FaultKind, Store};

use crate::cluster::Database;

/// How long a lock may stay that nobody has any more.
const LOCK_SPAN_MAX: std::time::Duration = std::time::Duration::from_secs(60);

/// Data of one test's own, in either engine.
pub struct Site {
    /// How to open it.
    pub config: Config,
    /// A folder of the test's own, which goes with it.
    pub folder: PathBuf,
    /// Whether one process at most may open the data to write.
    pub single: bool,
    database: Option<Database<'static>>,
}

/// Whether holds can be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// They can.
    Kept,
    /// Every batch that has one fails to commit.
    Refused,
}

impl Site {
    /// Lets the server refuse every new hold, or take them again.
    ///
    /// # Panics
    /// Where the data is in a file, or the server does not do it.
    pub fn let_holds_be(&self, holds: Holds) {
        let statement = match holds {
            Holds::Refused => "alter table hold add constraint refused check (false) not valid",
            Holds::Kept => "alter table hold drop constraint refused",
        };
        let Some(database) = &self.database else { panic!("a file refuses nothing") };
        if let Err(fault) = database.run(statement) {
            panic!("holds can't be made {holds:?}: {fault}");
        }
    }

    /// Data in a file.
    pub fn file() -> Self {
        let folder = folder();
        Self { config: Config::file(&folder.join("data.db")), folder, single: true, database: None }
    }

    /// Data on a server, with so many shards. `None` where there is no server to start, which is said
    /// loudly; in CI that is a failure.
    pub fn server(shards: u16) -> Option<Self> {
        let database = Database::fresh()?;
        let config = Config { url: database.url(), shards: Some(shards) };
        Some(Self { config, folder: folder(), single: false, database: Some(database) })
    }

    /// Opens the data to write.
    ///
    /// # Panics
    /// When it can't be opened.
    pub async fn open(&self) -> Store {
        let begun = std::time::Instant::now();
        loop {
            match Store::open(&self.config).await {
                // Another test of this process starts a program: until that has begun, it has our files open too, and
                // with them the lock of a store that was let go a moment ago.
                Err(fault) if fault.kind() == FaultKind::Locked && begun.elapsed() < LOCK_SPAN_MAX => {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                Ok(store) => return store,
                Err(fault) => panic!("the test's data can't be opened: {fault:?}"),
            }
        }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

fn folder() -> PathBuf {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("dayshelf-site-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    if let Err(fault) = std::fs::create_dir_all(&folder) {
        panic!("no folder for a test: {fault}");
    }
    folder
}

/// Runs the same body on both engines.
pub async fn on_both(body: impl AsyncFn(Site)) {
    body(Site::file()).await;
    if let Some(site) = Site::server(2) {
        body(site).await;
    }
}
