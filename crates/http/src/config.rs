//! What the web face is started with. Every bound has its default and its reason here.

use std::net::IpAddr;
use std::time::Duration;

use dayshelf_core::text::Digest;
use dayshelf_relay::webhooks::Guard;
use dayshelf_wire::secret::{content_digest, token_digest};

use crate::people::Seal;

/// What the web face is started with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address that people type, without a slash at its end.
    pub public_url: String,
    /// Whether browsers are to insist on https for its subdomains too, where it is https itself.
    pub hsts_subdomains: bool,
    /// What is kept of the operator's key; without one, nobody can found organisers over HTTP.
    pub operator_key: Option<Digest>,
    /// What seals the secrets of second factors; without one they lie in the database as they are.
    pub seal: Option<Seal>,
    /// What is kept of the token of the first start's link; without one, nobody can set this installation up.
    pub setup_token: Option<Digest>,
    /// How much at once, and how long.
    pub bounds: Bounds,
    /// How often one address may ask for units; `None` for no limit.
    pub rate: Option<Rate>,
    /// How often one address may try to sign in; `None` for no limit.
    pub knocks: Option<Rate>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// What is posted to, so that an endpoint that never would be is refused when it is made.
    pub webhooks: Guard,
}

/// How much at once, and how long.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Connections at once. More wait in the system's queue.
    pub connections: usize,
    /// Requests in work at once. More are answered "busy", which is kinder than a long wait.
    pub requests: usize,
    /// Live streams at once.
    pub streams: usize,
    /// Bytes of a body.
    pub body_bytes: usize,
    /// Bytes of a plan.
    pub plan_bytes: usize,
    /// Bytes of a picture.
    pub picture_bytes: usize,
    /// How long a request's head may take to arrive.
    pub head: Duration,
    /// How long a request's body may take to arrive, beside what its length takes on a slow line.
    pub body: Duration,
    /// How long a request may be worked on, beside what its body's length takes on a slow line.
    pub request: Duration,
    /// How long a confirmation waits for the payment's outcome before it answers "under way".
    pub confirm: Duration,
    /// How long open requests have to end at shutdown.
    pub drain: Duration,
    /// A page stands for so many times the time that its rendering took, whatever changes.
    pub renderings: u32,
}

/// A bucket of requests that fills up again.
#[derive(Clone, Copy, Debug)]
pub struct Rate {
    /// Requests at once.
    pub burst: u32,
    /// Requests that come back each second.
    pub per_second: u32,
}

/// Bytes a second on a slow line: a phone in a hall full of phones puts up a picture in two minutes.
const SLOW_LINE: u64 = 128 * 1024;

impl Bounds {
    /// How long so many bytes may take on a slow line. Nothing is longer than a picture.
    pub(crate) fn on_the_way(&self, bytes: usize) -> Duration {
        let bytes = bytes.min(self.picture_bytes) as u64;
        Duration::from_millis(bytes.saturating_mul(1_000) / SLOW_LINE)
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            connections: 20_000,
            requests: 8_192,
            streams: 15_000,
            body_bytes: 64 * 1024,
            plan_bytes: 1024 * 1024,
            picture_bytes: 16 * 1024 * 1024,
            head: Duration::from_secs(10),
            body: Duration::from_secs(15),
            request: Duration::from_secs(30),
            confirm: Duration::from_secs(10),
            drain: Duration::from_secs(10),
            renderings: 4,
        }
    }
}

impl Default for Rate {
    /// A household or an office behind one address, all of them in a hurry, and no more than that.
    fn default() -> Self {
        Self { burst: 60, per_second: 10 }
    }
}

impl Config {
    /// The defaults, reached at this address.
    pub fn new(public_url: impl Into<String>) -> Self {
        Self {
            public_url: public_url.into().trim_end_matches('/').to_owned(),
            // They may be somebody else's.
            hsts_subdomains: false,
            operator_key: None,
            seal: None,
            setup_token: None,
            bounds: Bounds::default(),
            rate: Some(Rate::default()),
            knocks: Some(Rate { burst: 10, per_second: 1 }),
            trusted_proxies: Vec::new(),
            webhooks: Guard::default(),
        }
    }

    /// The same with the token of the first start's link.
    #[must_use]
    pub fn with_setup_token(mut self, text: &str) -> Self {
        self.setup_token = Some(setup_digest(text));
        self
    }

    /// The same with the operator's key.
    #[must_use]
    pub fn with_operator_key(mut self, key: &str) -> Self {
        self.operator_key = Some(operator_digest(key));
        self
    }
}

/// What is kept of the token of the first start's link.
pub(crate) fn setup_digest(text: &str) -> Digest {
    token_digest("setup", text)
}

/// What is kept of an operator's key.
pub(crate) fn operator_digest(key: &str) -> Digest {
    content_digest("operator key", "", key.trim().as_bytes())
}
