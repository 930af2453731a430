//! The engine behind a server: several nodes share it, and its row locks decide between them.
//!
//! Here: where the server is, how a connection is made, and what its errors mean. `session` runs
//! statements, `cells` turns values into its types, `tls` encrypts. Start at [`Server`].

mod cells;
mod session;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::poll_fn;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_postgres::error::SqlState;
use tokio_postgres::{AsyncMessage, Client, Config, Connection, NoTls, Socket};

use crate::fault::{FaultKind, StoreFault};
use crate::ground::Ground;

pub(super) use session::Session;
use tls::Tls;

/// How long a connection may take to be made.
const CONNECT_SPAN: Duration = Duration::from_secs(5);

/// How long a server that says nothing at all is believed in. Without this a node whose server was cut off, and
/// not merely ended, would wait for it for a quarter of an hour, and with idle connections for two hours.
const SILENCE_SPAN_MAX: Duration = Duration::from_secs(10);
/// What the library takes for a connection about which the address says nothing.
const KEEPALIVES_IDLE_UNSET: Duration = Duration::from_secs(2 * 60 * 60);

/// What every connection is told first. Nobody waits long for a lock, and nobody keeps one for long by
/// doing nothing. A server that was told not to wait for its disk is told to wait for ours.
const SET_UP: &str = "set lock_timeout = '2s'; set idle_in_transaction_session_timeout = '5s'; \
    set client_min_messages = 'warning'; set timezone = 'UTC'; \
    select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'";

/// Where the server is.
pub(crate) struct Server {
    config: Config,
    /// Where the address asks for it.
    tls: Option<Tls>,
    ground: Ground,
}

/// A connection that is up, and what its server warned of.
struct Line {
    client: Client,
    /// The server warned: if that was at a commit, it gave up waiting for its standby, and what it
    /// reports as committed may still be lost.
    doubtful: Arc<AtomicBool>,
}

impl Server {
    pub(super) fn at(url: &str, ground: Ground) -> Result<Self, StoreFault> {
        let wish = tls::wished(url)?;
        let tls = wish.encrypted.then(|| Tls::trusting(wish.roots.as_deref())).transpose()?;
        let parsed: Result<Config, _> = wish.address.parse();
        let mut config = parsed.map_err(|cause| {
            StoreFault::caused(FaultKind::Config, "the database address can't be read", cause)
        })?;
        if config.get_application_name().is_none() {
            config.application_name("dayshelf");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT_SPAN);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE_SPAN_MAX);
        }
        if config.get_keepalives_idle() == KEEPALIVES_IDLE_UNSET {
            config.keepalives_idle(SILENCE_SPAN_MAX / 2);
            config.keepalives_interval(SILENCE_SPAN_MAX / 6).keepalives_retries(3);
        }
        Ok(Self { config, tls, ground })
    }

    async fn connect(&self) -> Result<Line, StoreFault> {
        let doubtful = Arc::new(AtomicBool::new(false));
        let cannot = |cause| fault("connecting", cause);
        let client = match &self.tls {
            None => {
                let (client, connection) = self.config.connect(NoTls).await.map_err(cannot)?;
                tokio::spawn(listen(connection, Arc::clone(&doubtful)));
                client
            }
            Some(tls) => {
                let (client, connection) = self.config.connect(tls.clone()).await.map_err(cannot)?;
                tokio::spawn(listen(connection, Arc::clone(&doubtful)));
                client
            }
        };
        client.batch_execute(SET_UP).await.map_err(|cause| fault("setting up a connection", cause))?;
        Ok(Line { client, doubtful })
    }
}

/// Drives a connection to its end. A warning is seen before the answer that it belongs to.
async fn listen<S: AsyncRead + AsyncWrite + Unpin>(
    mut connection: Connection<Socket, S>,
    doubtful: Arc<AtomicBool>,
) {
    while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
        match message {
            Ok(AsyncMessage::Notice(notice)) => {
                // A wait for a standby that was given up is told in words only, which depend on the
                // server's language. Nothing that we commit earns any other warning, so any one counts.
                doubtful.store(true, Ordering::Release);
                tracing::warn!(code = notice.code().code(), notice = notice.message(), "the database warned");
            }
            Ok(_) => {}
            Err(cause) => {
                tracing::warn!(cause = %cause, "a database connection was lost");
                return;
            }
        }
    }
}

/// What the engine said, in our words.
fn fault(doing: &str, cause: tokio_postgres::Error) -> StoreFault {
    StoreFault::caused(kind(&cause), doing, cause)
}

fn kind(cause: &tokio_postgres::Error) -> FaultKind {
    let Some(said) = cause.as_db_error() else {
        // Anything that the server did not say comes from the way to it, or from our own types.
        return if cause.is_closed()
            || std::error::Error::source(cause).is_some_and(|source| source.is::<std::io::Error>())
        {
            FaultKind::Lost
        } else {
            FaultKind::Other
        };
    };
    match said.code() {
        code if *code == SqlState::T_R_SERIALIZATION_FAILURE
            || *code == SqlState::T_R_DEADLOCK_DETECTED
            || *code == SqlState::LOCK_NOT_AVAILABLE =>
        {
            FaultKind::Retry
        }
        code if code.code().starts_with("23") => FaultKind::Constraint,
        code if code.code().starts_with("57P") || code.code().starts_with("08") => FaultKind::Lost,
        code if *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT => FaultKind::Lost,
        _ => FaultKind::Other,
    }
}
