//! The server: store, desk, relay and web face put together, and taken apart again in order.
//!
//! Start at [`Server::open`]. What any of them does is theirs; here is only who is opened before whom,
//! and who must end before whom.

use std::net::SocketAddr;
use std::time::Duration;

use dayshelf_dav::Dav;
use dayshelf_desk::Desk;
use dayshelf_http::{App, Bounds, Rate, Seal, router_with, serve};
use dayshelf_relay::Relay;
use dayshelf_relay::webhooks::Guard;
use dayshelf_store::Store;
use dayshelf_wire::secret::token_text;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::config::{Config, LimitsConfig, Redacted, local_url};
use crate::failure::{Exit, Failure};
use crate::folder::Folder;
use crate::out::tell;
use crate::signals;

/// File descriptors that connections may not have: for the store, the relay and the listener.
const FILES_KEPT: usize = 64;
/// Connections that there are in any case.
const CONNECTIONS_MIN: usize = 8;

/// How long the relay's workers have to end.
const WORKERS_SPAN: Duration = Duration::from_secs(2);

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// The address that people type.
    pub public_url: String,
    /// What it keeps.
    pub folder: Folder,
    /// The link of the first start, while nobody runs this installation. Whoever has it owns everything, so it is
    /// for the terminal alone and never for a log.
    pub setup_link: Option<Redacted>,
    store: Store,
    desk: Desk,
    relay: Relay,
    shutdown: CancellationToken,
    serving: JoinHandle<std::io::Result<()>>,
}

/// Serves until a signal comes.
///
/// # Errors
/// When the server can't start, or had to stop because its data can't be trusted.
pub async fn run(config: &Config) -> Result<(), Failure> {
    let server = Server::open(config).await?;
    let asked = signals::asked_to_end();
    tell!("Dayshelf serves {} (listening on {})", server.public_url, server.address);
    tell!("  API {0}/v1 ({0}/openapi.json)   health {0}/healthz {0}/readyz {0}/metrics", server.local());
    tell!("  operator's key {}", server.folder.operator_path().display());
    server.tell_setup();
    tracing::info!(address = %server.address, public_url = %server.public_url, shards = server.store.shards(), "serving");
    let asked = tokio::select! {
        asked = asked => Ok(asked?),
        stopped = server.broken() => Err(stopped),
    };
    match asked {
        Ok(signal) => {
            tracing::info!(signal, "ending");
            server.close().await;
            tracing::info!("ended");
            Ok(())
        }
        Err(failure) => {
            server.shutdown.cancel();
            Err(failure)
        }
    }
}

impl Server {
    /// Opens everything and begins to serve.
    ///
    /// # Errors
    /// When the data or the address can't be had.
    pub async fn open(config: &Config) -> Result<Self, Failure> {
        let folder = Folder::at(&config.data.folder);
        folder.make()?;
        if cfg!(feature = "lowered-sync") {
            tracing::error!("this build does not wait for the disk and loses sales; it is for tests alone");
        }
        let connections = connections(config.limits.connections);
        let store = Store::open(&config.store()?).await?;
        let operator = folder.operator_key()?;
        let desk = Desk::open(&store).await.map_err(|fault| Failure::because("the desk", &fault))?;
        let listener = listen(config.listen.address)?;
        let address = listener.local_addr().map_err(|cause| Failure::because("the address", &cause))?;
        let public_url = match config.listen.public_url.trim_end_matches('/') {
            "" => local_url(address),
            url => url.to_owned(),
        };
        let mut beside = dayshelf_relay::Config::default();
        beside.webhooks.guard = guard(config);
        beside.mail = config.mail(&public_url)?;
        let origins = beside.mail.as_ref().map(|mail| mail.origins.clone());
        let relay = Relay::start(&desk, &store, beside, CancellationToken::new())
            .map_err(|fault| Failure::because("the relay", &fault))?;
        let mut web = dayshelf_http::Config::new(&public_url).with_operator_key(operator.reveal());
        web.seal = seal(config, &folder, store.is_shared())?;
        web.hsts_subdomains = config.listen.hsts_subdomains;
        web.bounds = Bounds { connections, ..bounds(config) };
        web.rate = rate(&config.limits);
        web.webhooks = guard(config);
        web.trusted_proxies.clone_from(&config.listen.trusted_proxies);
        let setup = setup_token(&store).await?;
        if let Some(token) = &setup {
            web = web.with_setup_token(token.reveal());
        }
        let begin_at = if config.listen.public_url.is_empty() { named_url(address) } else { None };
        let begin_at = begin_at.as_deref().unwrap_or(&public_url);
        let link = |token: Redacted| Redacted::new(format!("{begin_at}/console#setup={}", token.reveal()));
        let setup_link = setup.map(link);
        let app = App::with_hub(desk.clone(), store.clone(), web, relay.hub().clone());
        app.sends_through(relay.webhooks().outbox());
        app.pays_through(relay.sandbox().clone());
        app.reads_through(relay.librarian());
        if let Some(origins) = origins {
            app.tells_of_names(origins);
        }
        if let Some(courier) = relay.courier() {
            app.recovers_through(courier.clone());
        }
        let shutdown = CancellationToken::new();
        let dav = Dav::new(desk.clone(), store.clone(), &public_url);
        let routes = router_with(app.clone(), dav.routes());
        let serving = tokio::spawn(serve(listener, app, routes, shutdown.clone()));
        Ok(Self { address, public_url, folder, setup_link, store, desk, relay, shutdown, serving })
    }

    /// Tells the terminal how to begin, where nobody has begun.
    pub fn tell_setup(&self) {
        if let Some(link) = &self.setup_link {
            tell!(
                "\n  Nobody runs this installation yet. Open this link once to set it up; it is yours alone:"
            );
            tell!("  {}\n", link.reveal());
        }
    }

    /// The server's address on this machine.
    pub fn local(&self) -> String {
        local_url(self.address)
    }

    /// The data, to look at.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Comes back when the data can't be trusted any more.
    pub async fn broken(&self) -> Failure {
        self.desk.stopped().await;
        Failure::new(
            "stopped, because the data can't be written or does not fit together; the log says why. Nothing that \
             was acknowledged is lost: look at the disk, run `dayshelf doctor`, and start again.",
        )
        .exit(Exit::Broken)
    }

    /// Lets open requests end, then ends.
    pub async fn close(self) {
        self.shutdown.cancel();
        if let Ok(Err(fault)) = self.serving.await {
            tracing::warn!(%fault, "serving ended badly");
        }
        // What the workers had begun is done again at the next start, so they need not be waited for long.
        if tokio::time::timeout(WORKERS_SPAN, self.relay.join()).await.is_err() {
            tracing::warn!("the workers of the relay were still busy");
        }
    }
}

/// This machine's address by its name, where it is reached by that: browsers make passkeys for names alone.
fn named_url(address: SocketAddr) -> Option<String> {
    let ip = address.ip();
    let by_name = ip.is_unspecified() || ip == std::net::Ipv4Addr::LOCALHOST;
    by_name.then(|| format!("http://localhost:{}", address.port()))
}

/// What seals secrets: the key of the file that is named, or of the data folder where no other node needs it.
fn seal(config: &Config, folder: &Folder, is_shared: bool) -> Result<Option<Seal>, Failure> {
    let file = &config.store.seal_file;
    let key = match (file.as_os_str().is_empty(), is_shared) {
        (false, _) => crate::folder::read_key(file)?,
        (true, false) => folder.seal_key()?,
        (true, true) => return Ok(None),
    };
    let wrong = || Failure::new("the key that seals is no 64 hexadecimal digits").exit(Exit::Usage);
    Seal::of(key.reveal()).map(Some).ok_or_else(wrong)
}

/// A new token for the first start's link, while it is needed. It is kept in memory alone: the next start shows
/// another.
async fn setup_token(store: &Store) -> Result<Option<Redacted>, Failure> {
    if store.has_people().await? {
        return Ok(None);
    }
    Ok(Some(Redacted::new(token_text(&dayshelf_desk::random()))))
}

fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    dayshelf_http::listen(address).map_err(|cause| {
        let advice = if cause.kind() == std::io::ErrorKind::AddrInUse {
            ". Something else listens there; choose another address with --listen"
        } else {
            ""
        };
        Failure::new(format!("can't listen on {address}: {cause}{advice}"))
    })
}

/// As many connections as are wanted, if the system gives this process file descriptors for them. Some are
/// kept back for the data, so that those who connect can't take them from the store.
fn connections(wanted: usize) -> usize {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if let Err(cause) = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }) {
        tracing::warn!(%cause, "the limit of open files stays as it is");
    }
    let Some(files) = getrlimit(Resource::Nofile).current else { return wanted };
    let most = usize::try_from(files).unwrap_or(usize::MAX).saturating_sub(FILES_KEPT).max(CONNECTIONS_MIN);
    if most < wanted {
        tracing::info!(
            most,
            wanted,
            files,
            "fewer connections than configured: too few open files are allowed"
        );
    }
    wanted.min(most)
}

fn bounds(config: &Config) -> Bounds {
    let limits = &config.limits;
    Bounds {
        requests: limits.requests,
        streams: limits.streams,
        body_bytes: limits.body_kib * 1024,
        plan_bytes: limits.plan_kib * 1024,
        request: Duration::from_secs(limits.request_seconds),
        confirm: Duration::from_secs(limits.confirm_seconds),
        drain: Duration::from_secs(config.listen.drain_seconds),
        ..Bounds::default()
    }
}

fn guard(config: &Config) -> Guard {
    if config.webhooks.allow_private { Guard::Anywhere } else { Guard::default() }
}

fn rate(limits: &LimitsConfig) -> Option<Rate> {
    let rate = Rate { burst: limits.claims_burst, per_second: limits.claims_per_second };
    (rate.burst > 0).then_some(rate)
}
