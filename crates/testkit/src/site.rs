//! Where a test's data is: a temporary file, or a database of a throw-away server.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use dayshelf_store::{Config, Store};

use crate::cluster::Database;

/// Data of one test's own, in either engine.
pub struct Site {
    /// How to open it.
    pub config: Config,
    /// A folder of the test's own, which goes with it.
    pub folder: PathBuf,
    /// Whether one process at most may open the data to write.
    pub single: bool,
    _database: Option<Database<'static>>,
}

impl Site {
    /// Data in a file.
    pub fn file() -> Self {
        let folder = folder();
        Self { config: Config::file(&folder.join("data.db")), folder, single: true, _database: None }
    }

    /// Data on a server, with so many shards. `None` where there is no server to start, which is said
    /// loudly; in CI that is a failure.
    pub fn server(shards: u16) -> Option<Self> {
        let database = Database::fresh()?;
        let config = Config { url: database.url(), shards: Some(shards) };
        Some(Self { config, folder: folder(), single: false, _database: Some(database) })
    }

    /// Opens the data to write.
    ///
    /// # Panics
    /// When it can't be opened.
    pub async fn open(&self) -> Store {
        match Store::open(&self.config).await {
            Ok(store) => store,
            Err(fault) => panic!("the test's data can't be opened: {fault:?}"),
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
