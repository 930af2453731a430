//! Where a test's data is: a temporary file, or a database of a throw-away server.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use dayshelf_store::{Config, FaultKind, Store};
use dayshelf_testkit::cluster::Database;

/// How long a lock may stay that nobody has any more.
const LOCK_SPAN_MAX: std::time::Duration = std::time::Duration::from_secs(60);

/// Data of one test's own, in either engine.
pub struct Site {
    pub config: Config,
    /// A folder of the test's own, which goes with it.
    pub folder: PathBuf,
    /// Whether one process at most may open the data to write.
    pub single: bool,
    _database: Option<Database<'static>>,
}

impl Site {
    pub fn file() -> Self {
        let folder = folder();
        Self { config: Config::file(&folder.join("data.db")), folder, single: true, _database: None }
    }

    fn server() -> Option<Self> {
        let database = Database::fresh()?;
        let config = Config { url: database.url(), shards: Some(2) };
        Some(Self { config, folder: folder(), single: false, _database: Some(database) })
    }

    /// Opens the data to write.
    pub async fn open(&self) -> Store {
        let begun = std::time::Instant::now();
        loop {
            match Store::open(&self.config).await {
                // Another test of this process starts a program: until that has begun, it has our files open too, and
                // with them the lock of a store that was let go a moment ago.
                Err(fault) if fault.kind() == FaultKind::Locked && begun.elapsed() < LOCK_SPAN_MAX => {
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
                opened => return opened.unwrap(),
            }
        }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(Path::new(&self.folder));
    }
}

fn folder() -> PathBuf {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("dayshelf-store-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// Runs the same body on both engines.
pub async fn on_both(body: impl AsyncFn(Site)) {
    body(Site::file()).await;
    if let Some(site) = Site::server() {
        body(site).await;
    }
}
