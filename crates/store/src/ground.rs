//! What the store stands on: the machine, or what a simulator puts in its place.
//!
//! A simulated ground gives the deciding clock, so that the same life can be lived again. To the embedded
//! engine it also gives the files, and does away with what needs threads or real files: the lock file, the
//! checkpoint's thread, and the threads that reads are moved to. Several stores may then write the same files
//! by turns, as nodes share a server. Start at [`Ground`].

use std::sync::Arc;

use dayshelf_core::time::Instant;
use tokio::sync::Mutex;

/// What the store stands on.
#[derive(Clone, Default)]
pub struct Ground(pub(crate) Option<Simulated>);

/// A simulated machine.
#[derive(Clone)]
pub struct Simulated {
    /// The clock that decides.
    pub clock: Arc<dyn Fn() -> Instant + Send + Sync>,
    /// The name of the layer of files that the embedded engine reads and writes through, if not the machine's.
    pub files: Option<String>,
    /// Whose turn it is to write, among all stores on the same files.
    pub turn: Turn,
}

/// A turn to write that several stores share.
#[derive(Clone, Debug, Default)]
pub struct Turn(pub(crate) Arc<Mutex<()>>);

impl Ground {
    /// The machine that we run on.
    pub fn machine() -> Self {
        Self(None)
    }

    /// A simulated one.
    pub fn simulated(simulated: Simulated) -> Self {
        Self(Some(simulated))
    }

    /// The deciding clock, where it is given.
    pub(crate) fn clock(&self) -> Option<Instant> {
        self.0.as_ref().map(|simulated| (simulated.clock)())
    }

    /// The name of the given layer of files.
    pub(crate) fn files(&self) -> Option<&str> {
        self.0.as_ref().and_then(|simulated| simulated.files.as_deref())
    }
}
