//! Where things are: the program under test, folders that go again, free ports.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::Outcome;

/// The program: `DAYSHELF_BIN`, or the one that was built beside this one.
///
/// # Errors
/// When there is none.
pub fn program() -> Outcome<PathBuf> {
    let named = std::env::var_os("DAYSHELF_BIN").map(PathBuf::from);
    let beside = || {
        let here = std::env::current_exe().ok()?;
        let near = here.ancestors().skip(1).take(2).map(|folder| folder.join("dayshelf"));
        near.filter(|path| path.is_file()).last()
    };
    let found = named.or_else(beside).filter(|path| path.is_file());
    let advice = "the program is not built: `cargo build --bin dayshelf`, or say where it is in DAYSHELF_BIN";
    Ok(found.ok_or(advice)?.canonicalize()?)
}

/// A folder that goes when it is dropped, unless it is kept to be looked at.
pub struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    /// An empty folder.
    ///
    /// # Errors
    /// When it can't be made.
    pub fn new() -> Outcome<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("torture-{}-{number}", std::process::id()));
        if path.exists() {
            std::fs::remove_dir_all(&path)?;
        }
        std::fs::create_dir_all(&path)?;
        Ok(Self { path, kept: false })
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it where it is.
    pub fn keep(&mut self) {
        self.kept = true;
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept
            && let Err(cause) = std::fs::remove_dir_all(&self.path)
        {
            eprintln!("torture: {} stays: {cause}", self.path.display());
        }
    }
}

/// A port that was free a moment ago.
///
/// # Errors
/// When there is none.
pub fn free_port() -> Outcome<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
