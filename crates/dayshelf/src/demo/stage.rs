//! The demo's stage: its data folder, its configuration, its server and its webhook receiver.

use std::net::SocketAddr;
use std::path::PathBuf;

use super::receiver::Receiver;
use super::seed::Seeded;
use crate::cli::{DemoArgs, Settings};
use crate::client::Client;
use crate::config::Config;
use crate::failure::{Exit, Failure};
use crate::logs;
use crate::out::tell;
use crate::serve::Server;

/// Everything that the show needs.
pub struct Stage {
    /// The server.
    pub server: Server,
    /// A client of it, without a key.
    pub client: Client,
    /// The webhook receiver.
    pub receiver: Receiver,
    /// Where it listens.
    pub receiver_address: SocketAddr,
    /// A folder that goes when the show is over.
    temporary: Option<PathBuf>,
}

impl Stage {
    /// Starts the server and the receiver.
    ///
    /// # Errors
    /// When one of them can't start.
    pub async fn set(settings: &Settings, args: &DemoArgs) -> Result<Self, Failure> {
        if args.crowd > super::crowd::BUYERS_MAX {
            let text = format!("--crowd: {} buyers at most", super::crowd::BUYERS_MAX);
            return Err(Failure::new(text).exit(Exit::Usage));
        }
        let (mut config, temporary) = configuration(settings)?;
        logs::begin(&config.logs)?;
        if settings.listen.is_none() && std::net::TcpListener::bind(config.listen.address).is_err() {
            // A newcomer's first command should not fail because something else has the usual port.
            config.listen.address.set_port(0);
        }
        tell!("Dayshelf demo: opening {}", config.data.folder.display());
        let server = Server::open(&config).await?;
        let client = Client::new(&server.local())?;
        let (receiver, receiver_address) = Receiver::listen().await?;
        Ok(Self { server, client, receiver, receiver_address, temporary })
    }

    /// Says what is served and where.
    pub fn tell(&self, seeded: &Seeded) {
        let base = &self.server.public_url;
        tell!();
        tell!("  The drop       {base}/{}/{}", seeded.organiser, seeded.slug);
        tell!("  Its calendar   {base}/{}", seeded.organiser);
        tell!("  Its overlay    {}   (a browser source for OBS)", seeded.overlay);
        tell!("  VIP code       {}   (the VIP window opens at {})", super::plans::VIP_CODE, seeded.vip_opens);
        tell!("  A market       {base}/{}   (twelve slots, forty products)", seeded.market);
        tell!("  The API        {base}/v1   described in {base}/openapi.json");
        tell!("  Webhooks       arrive at http://{} and are printed here", self.receiver_address);
        tell!("  Operator key   {}", self.server.folder.operator_path().display());
        tell!("  Organiser key  {}", self.server.folder.key_path(&seeded.organiser).display());
        tell!();
        tell!("  For scripts    ORGANISER={} SLOT={} OFFER={}", seeded.organiser, seeded.slot, seeded.offer);
        tell!("  Test cards     tok_success tok_decline tok_slow tok_3ds tok_late");
        tell!("                 tok_double tok_reorder tok_capture_decline");
        tell!();
        if let Some(link) = &self.server.setup_link {
            tell!("  The console    {}", link.reveal());
            tell!("                 (this link sets it up, once; then {base}/console)");
            tell!();
        }
        tell!("Ctrl-C ends it.\n");
    }

    /// Ends the server, and removes what was temporary.
    pub async fn strike(self) {
        self.server.close().await;
        if let Some(folder) = self.temporary {
            drop(std::fs::remove_dir_all(folder));
        }
    }
}

/// The demo's configuration, and its folder where that is a temporary one.
fn configuration(settings: &Settings) -> Result<(Config, Option<PathBuf>), Failure> {
    let mut layers = settings.layers()?;
    let temporary = match &settings.data {
        Some(folder) => {
            layers.say("data.folder", &folder.to_string_lossy(), "--data")?;
            None
        }
        None => {
            let folder = std::env::temp_dir().join(format!("dayshelf-demo-{}", std::process::id()));
            layers.say("data.folder", &folder.to_string_lossy(), "the demo")?;
            Some(folder)
        }
    };
    // The receiver and all buyers are on this machine; buyers name the address they would have.
    layers.say("webhooks.allow_private", "true", "the demo")?;
    layers.say("listen.trusted_proxies", "127.0.0.1,::1", "the demo")?;
    if settings.log.is_none() {
        layers.say("logs.filter", "warn", "the demo")?;
    }
    Ok((layers.config()?, temporary))
}
