//! Readers of the journal and the board, and everything that goes out: live streams, payments, webhooks.
//!
//! Nothing is decided here. What comes back from outside becomes a command for the desk, and every worker
//! is one idempotent path: it is woken or comes by itself, reads what is to be done, and does it; a worker
//! that was killed does the same again. Start at [`Relay::start`].

mod bells;
pub mod live;
pub mod payments;
pub mod webhooks;

use std::sync::Arc;

use dayshelf_desk::Desk;
use dayshelf_store::Store;
use tokio_util::sync::CancellationToken;

use live::Hub;
use payments::{Payments, Sandbox, SandboxConfig};
use webhooks::{StartFault, Webhooks};

/// What the workers are told.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The provider that is built in.
    pub sandbox: SandboxConfig,
    /// Webhooks.
    pub webhooks: webhooks::Config,
}

/// Everything that runs beside the desk.
pub struct Relay {
    hub: Hub,
    sandbox: Sandbox,
    payments: Payments,
    webhooks: Webhooks,
    stop: CancellationToken,
}

impl Relay {
    /// Starts all workers; they end when `stop` says so.
    ///
    /// # Errors
    /// When the HTTP client for webhooks can't be made.
    pub fn start(
        desk: &Desk,
        store: &Store,
        config: Config,
        stop: CancellationToken,
    ) -> Result<Self, StartFault> {
        let webhooks = Webhooks::start(desk, store, config.webhooks, &stop)?;
        let channel = Payments::channel();
        let sandbox = Sandbox::new(config.sandbox, channel.0.clone());
        let payments = Payments::start(desk, store, Arc::new(sandbox.clone()), channel, stop.clone());
        Ok(Self { hub: Hub::new(desk.clone()), sandbox, payments, webhooks, stop })
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

    /// Ends everything and waits for it. What is under way is done again by whoever comes next.
    pub async fn join(self) {
        self.stop.cancel();
        self.hub.close();
        self.payments.join().await;
        self.webhooks.join().await;
    }
}
