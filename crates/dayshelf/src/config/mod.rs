//! The configuration: what it says, and where each value comes from.
//!
//! Here: one struct per concern. Not here: how flags, environment, file and default are laid over each
//! other (`layers`). The default is `default.toml` beside this file, compiled in. Start at [`Config`].

mod layers;
mod redacted;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use dayshelf_relay::mail;
use serde::Deserialize;

pub use layers::{ConfigFault, Layers};
pub use redacted::Redacted;

/// The default, as `dayshelf config` prints it.
pub const DEFAULT: &str = include_str!("default.toml");

/// Everything that can be configured.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What this node keeps.
    pub data: DataConfig,
    /// Where it listens.
    pub listen: ListenConfig,
    /// Where the data is.
    pub store: StoreConfig,
    /// How much at once, and how long.
    pub limits: LimitsConfig,
    /// Outgoing webhooks.
    pub webhooks: WebhooksConfig,
    /// Mail to buyers.
    pub mail: MailConfig,
    /// Logs.
    pub logs: LogsConfig,
}

/// What this node keeps.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataConfig {
    /// The folder.
    pub folder: PathBuf,
}

/// Where the program listens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenConfig {
    /// The address; port 0 takes a free one.
    pub address: SocketAddr,
    /// The address that people type; empty for what follows from the other.
    pub public_url: String,
    /// Whether browsers are to insist on https for its subdomains too.
    pub hsts_subdomains: bool,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// How long open requests have to end, in seconds.
    pub drain_seconds: u64,
}

/// Where the data is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreConfig {
    /// The address; empty for a file in the data folder. It may hold a password.
    pub url: Redacted,
    /// A file that holds the address; empty for none.
    pub url_file: PathBuf,
    /// Shards of new data; 0 for what suits the engine.
    pub shards: u16,
    /// A file with the key that seals secrets; empty for what suits the engine.
    pub seal_file: PathBuf,
}

/// How much at once, and how long.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitsConfig {
    /// Connections at once.
    pub connections: usize,
    /// Requests in work at once.
    pub requests: usize,
    /// Live streams at once.
    pub streams: usize,
    /// Kibibytes of a body.
    pub body_kib: usize,
    /// Kibibytes of a plan.
    pub plan_kib: usize,
    /// How long a request may be worked on, in seconds.
    pub request_seconds: u64,
    /// How long a confirmation waits for its payment, in seconds.
    pub confirm_seconds: u64,
    /// Claiming requests of one address at once; 0 for no limit.
    pub claims_burst: u32,
    /// Claiming requests of one address that come back each second.
    pub claims_per_second: u32,
}

/// Outgoing webhooks.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WebhooksConfig {
    /// Whether endpoints in private networks may be posted to, and calendars read from there.
    pub allow_private: bool,
}

/// Mail to buyers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailConfig {
    /// Whether there is any.
    pub enabled: bool,
    /// The mail server's address; empty for files in the data folder. It may hold a password.
    pub smtp_url: Redacted,
    /// The name to log in with.
    pub smtp_user: String,
    /// A file that holds the password to it; empty for none.
    pub smtp_password_file: PathBuf,
    /// The address that mails come from.
    pub from: String,
}

/// Logs.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogsConfig {
    /// Their form.
    pub format: LogFormat,
    /// What is logged.
    pub filter: String,
}

/// The form of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

impl Config {
    /// The address at which this program can be reached from this machine.
    pub fn local_url(&self) -> String {
        local_url(self.listen.address)
    }

    /// How to send mail; none when there is to be none.
    ///
    /// # Errors
    /// When the file that should hold the password can't be read.
    pub fn mail(&self, public_url: &str) -> Result<Option<mail::Config>, ConfigFault> {
        let config = &self.mail;
        if !config.enabled {
            return Ok(None);
        }
        let url = config.smtp_url.reveal().trim();
        let through = if url.is_empty() {
            mail::Through::Folder(self.data.folder.join(crate::folder::OUTBOX))
        } else {
            let file = &config.smtp_password_file;
            let password = if file.as_os_str().is_empty() {
                String::new()
            } else {
                std::fs::read_to_string(file).map_err(|cause| {
                    ConfigFault::new(format!("mail.smtp_password_file: {}: {cause}", file.display()))
                })?
            };
            let (user, password) = (config.smtp_user.clone(), password.trim_end().to_owned());
            mail::Through::Smtp(mail::SmtpConfig { url: url.to_owned(), user, password })
        };
        let from = mail::Address { name: String::new(), address: config.from.clone() };
        Ok(Some(mail::Config::new(through, from, public_url)))
    }

    /// How to open the data.
    ///
    /// # Errors
    /// When the file that should hold its address can't be read.
    pub fn store(&self) -> Result<dayshelf_store::Config, ConfigFault> {
        let shards = Some(self.store.shards).filter(|shards| *shards > 0);
        let file = &self.store.url_file;
        let url = if file.as_os_str().is_empty() {
            self.store.url.reveal().trim().to_owned()
        } else {
            let text = std::fs::read_to_string(file)
                .map_err(|cause| ConfigFault::new(format!("store.url_file: {}: {cause}", file.display())))?;
            text.trim().to_owned()
        };
        let config = if url.is_empty() {
            dayshelf_store::Config::file(&self.data.folder.join(crate::folder::DATABASE))
        } else {
            dayshelf_store::Config::url(url)
        };
        Ok(dayshelf_store::Config { shards, ..config })
    }
}

/// How to reach an address that is listened on from the same machine.
pub fn local_url(address: SocketAddr) -> String {
    let host = match address.ip() {
        IpAddr::V4(four) if four.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V6(six) if six.is_unspecified() => "[::1]".to_owned(),
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => format!("[{six}]"),
    };
    format!("http://{host}:{}", address.port())
}
