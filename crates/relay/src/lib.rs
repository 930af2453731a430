//! Readers of the journal and the board, and everything that goes out: live streams, payments, webhooks, mail; who
//! walks the rules of series, who reads calendars of others, and who looks at clocks that a country has changed.
//!
//! Nothing is decided here. What comes back from outside becomes a command for the desk, and every worker
//! is one idempotent path: it is woken or comes by itself, reads what is to be done, and does it; a worker
//! that was killed does the same again. Start at [`Relay::start`].

mod bells;
mod clocks;
pub mod feeds;
pub mod live;
pub mod mail;
pub mod office;
pub mod payments;
mod rounds;
mod series;
pub mod step;
pub mod webhooks;

use std::sync::Arc;

use dayshelf_desk::Desk;
use dayshelf_store::Store;
use tokio_util::sync::CancellationToken;

use clocks::Clocks;
use feeds::{Feeds, Librarian};
use live::Hub;
use mail::{Mails, PostFault};
use payments::{Payments, Sandbox, SandboxConfig};
use series::Walker;
use webhooks::{StartFault, Webhooks};

/// What the workers are told.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The provider that is built in.
    pub sandbox: SandboxConfig,
    /// Webhooks.
    pub webhooks: webhooks::Config,
    /// Mail to buyers; none is planned without it.
    pub mail: Option<mail::Config>,
}

/// Everything that runs beside the desk.
pub struct Relay {
    hub: Hub,
    sandbox: Sandbox,
    payments: Payments,
    webhooks: Webhooks,
    mails: Option<Mails>,
    series: Walker,
    clocks: Clocks,
    feeds: Feeds,
    stop: CancellationToken,
}

/// Why the workers can't be started.
#[derive(Debug, thiserror::Error)]
pub enum RelayFault {
    /// Webhooks.
    #[error("webhooks can't be sent")]
    Webhooks(#[from] StartFault),
    /// Feeds.
    #[error("feeds can't be read")]
    Feeds(reqwest::Error),
    /// Mail.
    #[error("mail can't be sent")]
    Mail(#[from] PostFault),
}

impl Relay {
    /// Starts all workers; they end when `stop` says so.
    ///
    /// # Errors
    /// When the HTTP client for webhooks can't be made, or mail can't be sent.
    pub fn start(
        desk: &Desk,
        store: &Store,
        config: Config,
        stop: CancellationToken,
    ) -> Result<Self, RelayFault> {
        let mails = config.mail.map(|mail| Mails::start(desk, store, mail, &stop)).transpose()?;
        let feeds = Feeds::start(desk, store, config.webhooks.guard, &stop).map_err(RelayFault::Feeds)?;
        let webhooks = Webhooks::start(desk, store, config.webhooks, &stop)?;
        let channel = Payments::channel();
        let sandbox = Sandbox::new(config.sandbox, channel.0.clone());
        let payments = Payments::start(desk, store, Arc::new(sandbox.clone()), channel, stop.clone());
        let (series, clocks) = (Walker::start(desk, &stop), Clocks::start(desk, &stop));
        let hub = Hub::new(desk.clone());
        Ok(Self { hub, sandbox, payments, webhooks, mails, series, clocks, feeds, stop })
    }

    /// Live streams.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// The provider that is built in, for its own pages.
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// Where call-backs of a provider come in.
    pub fn payments(&self) -> &Payments {
        &self.payments
    }

    /// What organisers ask for by hand.
    pub fn webhooks(&self) -> &Webhooks {
        &self.webhooks
    }

    /// The way to people who can't sign in, where there is a mail server.
    pub fn courier(&self) -> Option<&mail::Courier> {
        self.mails.as_ref().and_then(Mails::courier)
    }

    /// Who reads feeds when somebody asks for it.
    pub fn librarian(&self) -> Librarian {
        self.feeds.librarian()
    }

    /// Ends everything and waits for it. What is under way is done again by whoever comes next.
    pub async fn join(self) {
        self.stop.cancel();
        self.hub.close();
        self.payments.join().await;
        self.series.join().await;
        self.clocks.join().await;
        self.feeds.join().await;
        self.webhooks.join().await;
        if let Some(mails) = self.mails {
            mails.join().await;
        }
    }
}
