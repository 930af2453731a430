//! The names of their own that organisers' pages are reached by, as they stood a moment ago.
//!
//! Every request for a page asks whose name it came by, so they are kept in memory: all of them, since there are no more
//! than organisers. A name that was set on another node counts here within [`STANDS`]. Start at [`Names::whose`].

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant as Tick};

use dayshelf_core::domain::Domain;
use dayshelf_core::ids::Home;
use dayshelf_relay::mail::Origins;
use dayshelf_store::Store;

/// How long what was read stands. Reading is one small statement.
const STANDS: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Known {
    whose: HashMap<String, Home>,
    of: HashMap<Home, Domain>,
}

/// The names.
#[derive(Default)]
pub(crate) struct Names {
    known: RwLock<Arc<Known>>,
    /// When they were last read, or somebody began to.
    read: Mutex<Option<Tick>>,
    /// Those that people have come by, where mails are told of them.
    origins: OnceLock<Origins>,
}

impl Names {
    /// Whose name it is.
    pub fn whose(&self, name: &str) -> Option<Home> {
        self.known().whose.get(name).copied()
    }

    /// The name that an organiser's pages have.
    pub fn of(&self, home: Home) -> Option<Domain> {
        self.known().of.get(&home).cloned()
    }

    /// Tells mails by which names people come.
    pub fn tell(&self, origins: Origins) {
        drop(self.origins.set(origins));
    }

    /// Those that people have come by.
    pub fn origins(&self) -> &Origins {
        self.origins.get_or_init(Origins::default)
    }

    /// Reads them anew where they have stood long enough. One request does so, others go on with what is known.
    pub async fn renew(&self, store: &Store) {
        let is_due = {
            let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
            let is_due = read.is_none_or(|at| at.elapsed() >= STANDS);
            if is_due {
                *read = Some(Tick::now());
            }
            is_due
        };
        if is_due {
            self.read(store).await;
        }
    }

    /// Reads them now. Where that fails, those stand that were known: pages are better than none.
    pub async fn read(&self, store: &Store) {
        match store.domains().await {
            Ok(all) => {
                let whose = all.iter().map(|(name, home)| (name.to_string(), *home)).collect();
                let of: HashMap<Home, Domain> = all.into_iter().map(|(name, home)| (home, name)).collect();
                self.origins().keep(|home, name| of.get(&home) == Some(name));
                *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Known { whose, of });
            }
            Err(fault) => tracing::warn!(
                fault = &fault as &dyn std::error::Error,
                "the names of organisers' pages could not be read"
            ),
        }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }
}
