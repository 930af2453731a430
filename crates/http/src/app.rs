//! The state that handlers share. Cheap to clone.

use std::sync::{Arc, OnceLock};

use dayshelf_core::command::Command;
use dayshelf_core::ids::Home;
use dayshelf_core::time::Instant;
use dayshelf_desk::{Ask, Board, Decided, Desk, Key, Reply};
use dayshelf_ical::zone::Zones;
use dayshelf_relay::feeds::Librarian;
use dayshelf_relay::live::Hub;
use dayshelf_relay::mail::{Courier, Origins};
use dayshelf_relay::payments::Sandbox;
use dayshelf_relay::webhooks::Outbox;
use dayshelf_store::{Reader, Store};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::heard::Heard;
use crate::metrics::Metrics;
use crate::names::Names;
use crate::no::No;
use crate::people::Passwords;
use crate::pictures::Studio;
use crate::rate::Buckets;
use crate::refused::Refused;
use crate::signers::Signers;
use crate::site::{Kept, Said};

/// The state that handlers share.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] leads to.
pub struct Parts {
    pub(crate) desk: Desk,
    pub(crate) store: Store,
    pub(crate) reader: Reader,
    pub(crate) zones: Zones,
    pub(crate) hub: Hub,
    outbox: OnceLock<Outbox>,
    sandbox: OnceLock<Sandbox>,
    courier: OnceLock<Courier>,
    librarian: OnceLock<Librarian>,
    pub(crate) config: Config,
    pub(crate) metrics: Metrics,
    pub(crate) buckets: Buckets,
    /// Tries to sign in.
    pub(crate) knocks: Buckets,
    /// Rights that were refused, for the log.
    pub(crate) refused: Refused,
    pub(crate) passwords: Passwords,
    /// Names of their own that organisers' pages have.
    pub(crate) names: Names,
    /// When programs were last heard of.
    pub(crate) heard: Heard,
    /// What signs passes.
    pub(crate) signers: Signers,
    /// Where pictures are drawn.
    pub(crate) studio: Studio,
    /// Rendered pages.
    pub(crate) kept: Kept,
    /// What was said on them of others' buying.
    pub(crate) said: Said,
    /// Requests that may be in work.
    pub(crate) requests: Arc<Semaphore>,
    /// Live streams that may be open.
    pub(crate) streams: Arc<Semaphore>,
    /// Cancelled when the process ends: every stream ends with it.
    pub(crate) closing: CancellationToken,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// The web face over this desk and this store, with live streams of its own.
    pub fn new(desk: Desk, store: Store, config: Config) -> Self {
        let hub = Hub::new(desk.clone());
        Self::with_hub(desk, store, config, hub)
    }

    /// The same over live streams that something else shows too.
    pub fn with_hub(desk: Desk, store: Store, config: Config, hub: Hub) -> Self {
        Self(Arc::new(Parts {
            reader: store.reader(),
            hub,
            outbox: OnceLock::new(),
            sandbox: OnceLock::new(),
            courier: OnceLock::new(),
            librarian: OnceLock::new(),
            desk,
            store,
            zones: Zones::bundled(),
            metrics: Metrics::new(),
            buckets: Buckets::new(config.rate),
            knocks: Buckets::new(config.knocks),
            refused: Refused::default(),
            passwords: Passwords::new(),
            names: Names::default(),
            heard: Heard::default(),
            signers: Signers::default(),
            studio: Studio::new(),
            kept: Kept::new(config.bounds.renderings),
            said: Said::default(),
            requests: Arc::new(Semaphore::new(config.bounds.requests)),
            streams: Arc::new(Semaphore::new(config.bounds.streams)),
            closing: CancellationToken::new(),
            config,
        }))
    }

    /// The way in.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// The live streams, for whatever else shows them.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Takes the lanes of webhooks, once they run; until then, tests and replays are told to come back.
    pub fn sends_through(&self, outbox: Outbox) {
        // Whoever starts a second relay keeps the first one's lanes: both send the same deliveries.
        drop(self.outbox.set(outbox));
    }

    /// Takes the provider that is built in, once it runs; until then its bank's page is not there.
    pub fn pays_through(&self, sandbox: Sandbox) {
        drop(self.sandbox.set(sandbox));
    }

    /// Takes the way by which links go to whoever can't sign in. Without one, the operator makes them.
    pub fn recovers_through(&self, courier: Courier) {
        drop(self.courier.set(courier));
    }

    /// Tells mails by which names of their own organisers' pages are reached. Before anybody comes.
    pub fn tells_of_names(&self, origins: Origins) {
        self.names.tell(origins);
    }

    /// Takes who reads feeds, once that runs; until then, whoever wants one read now is told to come back.
    pub fn reads_through(&self, librarian: Librarian) {
        drop(self.librarian.set(librarian));
    }

    /// Who reads feeds.
    pub(crate) fn librarian(&self) -> Option<&Librarian> {
        self.librarian.get()
    }

    /// The way by which links go to whoever can't sign in.
    pub(crate) fn courier(&self) -> Option<&Courier> {
        self.courier.get()
    }

    /// The provider that is built in.
    pub(crate) fn sandbox(&self) -> Option<&Sandbox> {
        self.sandbox.get()
    }

    /// The lanes of webhooks.
    pub(crate) fn outbox(&self) -> Option<&Outbox> {
        self.outbox.get()
    }

    /// The zone database.
    pub fn zones(&self) -> &Zones {
        &self.zones
    }

    /// What readers see.
    pub fn board(&self) -> &Board {
        self.desk.board()
    }

    /// The clock of this machine: for what is shown, never for decisions.
    pub fn now(&self) -> Instant {
        self.desk.mint().now()
    }

    /// Hands a command in at the desk and waits until it is durable.
    ///
    /// # Errors
    /// The refusal or fault as an answer.
    pub async fn submit(&self, home: Home, command: Command, key: Option<Key>) -> Result<Decided, No> {
        match self.desk.submit(Ask { home, command, key }).await {
            Reply::Done(decided) => Ok(decided),
            Reply::Refused { refusal, replayed, .. } => Err(No::refused(&refusal, replayed)),
            Reply::Fault(fault) => Err(fault.into()),
        }
    }
}
