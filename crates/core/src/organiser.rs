//! The organiser: whose books these are, the keys that sign passes, the keys that open the API, and
//! the endpoints that hear of facts.

use crate::change::ChangeTerms;
use crate::ids::{EndpointId, KeyId, OrganiserId};
use crate::look::Look;
use crate::money::Currency;
use crate::text::{Digest, Secret};
use crate::time::Instant;

/// Names in addresses that lead elsewhere and so can't be an organiser's. Names of what is still to come are
/// among them, so that nobody has to give one back.
pub const RESERVED_SLUGS: &[&str] = &[
    "admin", "api", "assets", "console", "dav", "display", "docs", "embed", "h", "healthz", "login",
    "metrics", "o", "overlay", "pay", "pictures", "problems", "readyz", "scan", "static", "v1", "w", "yes",
];

/// What an organiser says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganiserSpec {
    /// The name in addresses, unique in the whole installation; it never changes.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// A sentence or two for the calendar page.
    pub about: String,
    /// The IANA zone that new slots start with.
    pub zone: String,
    /// The currency of every price.
    pub currency: Currency,
    /// What holds for changes of its slots.
    pub changes: ChangeTerms,
    /// Whether what is fetched may be paid when it is fetched. Cards are always taken: nothing else pays for what is
    /// sent.
    pub at_pickup: bool,
}

/// An organiser as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organiser {
    /// Its id, which carries the home.
    pub id: OrganiserId,
    /// Rises by one with every change.
    pub version: u32,
    /// What it says about itself.
    pub spec: OrganiserSpec,
    /// What its pages look like.
    pub look: Look,
    /// The keys that sign its passes, newest last; older ones still verify.
    pub pass_keys: Vec<PassKey>,
}

/// An Ed25519 key pair for passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassKey {
    /// The number that a pass names its key by.
    pub number: u32,
    /// The private seed.
    pub seed: Secret<32>,
    /// The published half.
    pub public: [u8; 32],
    /// When it was made.
    pub made_at: Instant,
}

/// What an API key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read everything of the organiser.
    Read,
    /// Read, and move stock and orders: what a till or a stall needs.
    Sell,
    /// Everything, keys and endpoints included.
    Manage,
}

/// An API key. The secret itself is shown once and never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id, the visible part of the key.
    pub id: KeyId,
    /// What it is for, in the organiser's words.
    pub name: String,
    /// The digest of the secret part.
    pub secret: Digest,
    /// What it may do.
    pub scope: Scope,
    /// When it stops working, if ever.
    pub expires: Option<Instant>,
    /// When it was made.
    pub made_at: Instant,
}

/// A webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its id.
    pub id: EndpointId,
    /// Where to post.
    pub url: String,
    /// The key of the symmetric signature (`v1`).
    pub secret: Secret<32>,
    /// The seed of the Ed25519 signature (`v1a`).
    pub seed: Secret<32>,
    /// The types it wants, as `hold.made` or `hold.*`; empty means all.
    pub kinds: Vec<String>,
    /// Whether it is served.
    pub state: EndpointState,
    /// Rises by one with every change.
    pub version: u32,
}

/// Whether an endpoint is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndpointState {
    /// Deliveries are tried.
    On,
    /// The organiser switched it off.
    Off,
    /// It answered 410, or failed for three days.
    Disabled,
}
