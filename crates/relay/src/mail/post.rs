//! How a mail leaves: over SMTP, or into a file of a folder.
//!
//! What the server says decides whether it is tried again. A file has the mail's own name, so that a second try
//! writes the same file. Start at [`Post::send`].

use std::path::{Path, PathBuf};
use std::time::Duration;

use dayshelf_store::{Mail, StoreFault};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::Address;
use lettre::address::Envelope;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};

use super::Through;

/// How long a mail server may take.
const TRY_SPAN: Duration = Duration::from_secs(30);

/// A mail server.
#[derive(Clone)]
pub struct SmtpConfig {
    /// `smtps://user:password@host`, `smtp://user:password@host:587?tls=required`, or `smtp://host:25` without TLS.
    pub url: String,
    /// The name to log in with, where the address has none; empty for none.
    pub user: String,
    /// The password to it.
    pub password: String,
}

impl std::fmt::Debug for SmtpConfig {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SmtpConfig(…)")
    }
}

/// Why mails can't be sent.
#[derive(Debug, thiserror::Error)]
pub enum PostFault {
    /// The mail server's address.
    #[error("the mail server's address can't be used")]
    Server(#[from] lettre::transport::smtp::Error),
    /// The address that mails come from.
    #[error("the address that mails come from is none")]
    From(#[from] lettre::address::AddressError),
    /// The folder.
    #[error("the folder for mails can't be made")]
    Folder(#[from] std::io::Error),
    /// The store.
    #[error("the reader that plans mails can't be made")]
    Store(#[from] StoreFault),
}

/// How a try went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// It is on its way.
    Taken,
    /// It may work later.
    NotNow,
    /// It will never work.
    Never,
}

/// The way to the mail servers.
pub trait Carrier: Send + Sync + 'static {
    /// Tries to send.
    fn send<'m>(&'m self, mail: &'m Mail) -> BoxFuture<'m, Sent>;
}

impl Carrier for Post {
    fn send<'m>(&'m self, mail: &'m Mail) -> BoxFuture<'m, Sent> {
        self.try_once(mail).boxed()
    }
}

/// The way out.
pub(super) enum Post {
    Folder(PathBuf),
    Smtp(Box<Smtp>),
}

/// A server, and the address that mails come from.
pub(super) struct Smtp {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Post {
    pub fn new(through: Through, from: &str) -> Result<Self, PostFault> {
        match through {
            Through::Folder(folder) => {
                std::fs::create_dir_all(&folder)?;
                Ok(Self::Folder(folder))
            }
            Through::Smtp(server) => {
                let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&server.url)?;
                if !server.user.is_empty() {
                    builder = builder.credentials(Credentials::new(server.user, server.password));
                }
                let server = builder.timeout(Some(TRY_SPAN)).build();
                Ok(Self::Smtp(Box::new(Smtp { server, from: from.parse()? })))
            }
        }
    }

    async fn try_once(&self, mail: &Mail) -> Sent {
        match self {
            Self::Folder(folder) => match keep(folder, mail).await {
                Ok(()) => Sent::Taken,
                Err(cause) => {
                    tracing::warn!(%cause, folder = %folder.display(), "a mail could not be written");
                    Sent::NotNow
                }
            },
            Self::Smtp(smtp) => smtp.send(mail).await,
        }
    }
}

impl Smtp {
    async fn send(&self, mail: &Mail) -> Sent {
        let Ok(recipient) = mail.recipient.parse() else { return Sent::Never };
        let Ok(envelope) = Envelope::new(Some(self.from.clone()), vec![recipient]) else {
            return Sent::Never;
        };
        let Err(cause) = self.server.send_raw(&envelope, &mail.body).await else { return Sent::Taken };
        // The server's words may repeat the buyer's address, which is none of the log's business.
        let status = cause.status().map_or_else(|| cause.to_string(), |code| code.to_string());
        // 53x says that we may not send here at all: that is for the operator to mend, and then all of it goes.
        if cause.is_permanent() && !status.starts_with("53") {
            tracing::warn!(sequence = mail.seq, kind = mail.kind, status, "a mail was refused for good");
            return Sent::Never;
        }
        tracing::warn!(
            sequence = mail.seq,
            kind = mail.kind,
            tries = mail.tries,
            status,
            "a mail was not taken"
        );
        Sent::NotNow
    }
}

/// Written aside and put in place, so that nobody reads half a mail.
async fn keep(folder: &Path, mail: &Mail) -> std::io::Result<()> {
    let name = format!("{:04}-{:012}-{:032x}", mail.home.shard, mail.seq, mail.subject.0);
    let (aside, place) = (folder.join(format!("{name}.part")), folder.join(format!("{name}.eml")));
    tokio::fs::write(&aside, &mail.body).await?;
    tokio::fs::rename(&aside, &place).await
}
