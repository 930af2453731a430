//! Webhook endpoints and deliveries in JSON.

use dayshelf_core::ids::EndpointId;
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::text::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::EndpointRef;
use crate::problem::Problem;
use crate::stock::text;
use crate::time::At;
use crate::webhook::{public_text, shared_text};

/// Characters of an address at most.
pub const URL_CHARS_MAX: usize = 2_000;
/// Types that one endpoint may name.
pub const KINDS_MAX: usize = 100;

/// Whether an endpoint is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndpointStateShape {
    /// Deliveries are tried.
    On,
    /// The organiser switched it off.
    Off,
    /// It answered 410, or failed for three days.
    Disabled,
}

impl From<EndpointState> for EndpointStateShape {
    fn from(state: EndpointState) -> Self {
        match state {
            EndpointState::On => Self::On,
            EndpointState::Off => Self::Off,
            EndpointState::Disabled => Self::Disabled,
        }
    }
}

/// Makes or changes a webhook endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointRequest {
    /// Where to post.
    #[schema(example = "https://example.org/dayshelf", max_length = 2000)]
    pub url: String,
    /// The types it wants, as `hold.made` or `hold.*`; all when left out.
    #[serde(default)]
    pub kinds: Vec<String>,
    /// Whether deliveries are tried; yes when left out.
    #[serde(default)]
    pub on: Option<bool>,
    /// The same as it is read, for whoever sends back what they read; it counts where `on` is left out. One that is
    /// `disabled` stays so until it is switched on.
    #[serde(default)]
    pub state: Option<EndpointStateShape>,
}

/// The keys of an endpoint: drawn when it is made, kept when it is changed.
#[derive(Clone, Copy, Debug)]
pub struct EndpointKeys {
    /// The key of the symmetric signature.
    pub secret: Secret<32>,
    /// The seed of the Ed25519 signature.
    pub seed: Secret<32>,
}

impl EndpointRequest {
    /// The core's value of a new endpoint.
    ///
    /// # Errors
    /// When the address is none for HTTP, or a type is not in dotted lower case.
    pub fn endpoint(&self, id: EndpointId, keys: EndpointKeys) -> Result<Endpoint, Problem> {
        self.over(id, keys, (EndpointState::On, 0))
    }

    /// The core's value of one that is changed.
    ///
    /// # Errors
    /// As [`Self::endpoint`].
    pub fn change(&self, before: &Endpoint) -> Result<Endpoint, Problem> {
        let keys = EndpointKeys { secret: before.secret, seed: before.seed };
        self.over(before.id, keys, (before.state, before.version))
    }

    fn over(
        &self,
        id: EndpointId,
        keys: EndpointKeys,
        (before, version): (EndpointState, u32),
    ) -> Result<Endpoint, Problem> {
        let url = text("url", &self.url, URL_CHARS_MAX)?;
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let plain = |host: &str| !host.is_empty() && !host.starts_with('/');
        if host.is_some_and(|host| host.contains('@')) {
            let sentence = "write the address without a user or a password; what comes from here is known by its signature";
            return Err(Problem::value_wrong("url", sentence));
        }
        if !host.is_some_and(plain) || url.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        {
            return Err(Problem::value_wrong("url", "write an address that begins with https:// or http://"));
        }
        if self.kinds.len() > KINDS_MAX {
            return Err(Problem::too_long("kinds", KINDS_MAX));
        }
        if let Some(index) = self.kinds.iter().position(|kind| !is_kind(kind)) {
            let sentence = "write a type in dotted lower case, as \"hold.made\" or \"hold.*\"";
            return Err(Problem::value_wrong(&format!("kinds[{index}]"), sentence));
        }
        let state = self.state_over(before)?;
        let EndpointKeys { secret, seed } = keys;
        Ok(Endpoint { id, url, secret, seed, kinds: self.kinds.clone(), state, version })
    }
}

impl EndpointRequest {
    fn state_over(&self, before: EndpointState) -> Result<EndpointState, Problem> {
        match (self.on, self.state) {
            (Some(true), _) | (None, None | Some(EndpointStateShape::On)) => Ok(EndpointState::On),
            (Some(false), _) | (None, Some(EndpointStateShape::Off)) => Ok(EndpointState::Off),
            (None, Some(EndpointStateShape::Disabled)) if before == EndpointState::Disabled => Ok(before),
            (None, Some(EndpointStateShape::Disabled)) => {
                let sentence = "only its receiver's answers make it so; write \"off\" or \"on\"";
                Err(Problem::value_wrong("state", sentence))
            }
        }
    }
}

fn is_kind(text: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    let words = text.strip_suffix(".*").unwrap_or(text);
    text.len() <= 64 && words.split('.').all(word)
}

/// A webhook endpoint as its organiser sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct EndpointShape {
    /// Its id.
    pub id: EndpointRef,
    /// Where it posts.
    pub url: String,
    /// The types it wants; empty means all.
    pub kinds: Vec<String>,
    /// Whether it is served.
    pub state: EndpointStateShape,
    /// Rises by one with every change.
    pub version: u32,
    /// The key that checks `v1` signatures; answered when the endpoint is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "whsec_…")]
    pub secret: Option<String>,
    /// The key that checks `v1a` signatures.
    #[schema(example = "whpk_…")]
    pub public_key: String,
}

impl EndpointShape {
    /// The endpoint as it stands, without its secret.
    pub fn of(endpoint: &Endpoint) -> Self {
        Self {
            id: EndpointRef(endpoint.id),
            url: endpoint.url.clone(),
            kinds: endpoint.kinds.clone(),
            state: endpoint.state.into(),
            version: endpoint.version,
            secret: None,
            public_key: public_text(&endpoint.seed.0),
        }
    }

    /// The endpoint with its secret, for the answer to its making.
    pub fn with_secret(endpoint: &Endpoint) -> Self {
        Self { secret: Some(shared_text(&endpoint.secret.0)), ..Self::of(endpoint) }
    }
}

/// Where a delivery is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It will be tried, or tried again.
    Pending,
    /// It was taken.
    Delivered,
    /// It was given up.
    Failed,
}

/// Why a try got no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryTrouble {
    /// The address is none that is posted to.
    NotAllowed,
    /// No public address is known by its name.
    NameUnknown,
    /// Nobody listens there.
    Refused,
    /// It took too long.
    TimedOut,
    /// Its certificate is not trusted.
    NotTrusted,
    /// The connection broke off, or what came is no answer.
    BrokenOff,
}

/// A delivery in the log of an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DeliveryShape {
    /// Its id, which is the `webhook-id` of every try.
    #[schema(example = "msg_01k9ydt4zq7m8v2c5x6b3n0aef")]
    pub id: String,
    /// The endpoint.
    pub endpoint: EndpointRef,
    /// The journal's sequence that it is true at.
    pub sequence: u64,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Where it is in its life.
    pub state: DeliveryState,
    /// How often it was tried.
    pub tries: u32,
    /// When it is tried next, while it waits.
    pub next_at: Option<At>,
    /// The last answer's status; null where there was no answer.
    pub status: Option<u16>,
    /// Why the last try got no answer; null where it got one.
    pub trouble: Option<DeliveryTrouble>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Home, Id, Salt};

    /// Only addresses for HTTP and types in dotted lower case are taken; the seed never goes out.
    #[test]
    fn endpoints_are_checked() {
        let id = EndpointId(Id::mint(1, Home { shard: 0, number: 1 }, Salt(1)));
        let keys = EndpointKeys { secret: Secret([1; 32]), seed: Secret([2; 32]) };
        let made = |url: &str, kind: &str| {
            let (url, kinds) = (url.into(), vec![kind.into()]);
            EndpointRequest { url, kinds, on: Some(true), state: None }.endpoint(id, keys)
        };
        let endpoint = made("https://example.org/x", "hold.*").unwrap();
        for url in
            ["ftp://x", "https://", "http:///x", "https://a b", "https://u:p@example.org", "example.org"]
        {
            assert!(made(url, "hold.made").is_err(), "{url}");
        }
        for kind in ["Hold.Made", "hold..made", "", "*", "hold.made.*x"] {
            assert!(made("https://example.org", kind).is_err(), "{kind}");
        }
        let state = |before, on, state| {
            let request = EndpointRequest { url: endpoint.url.clone(), kinds: Vec::new(), on, state };
            request.change(&Endpoint { state: before, ..endpoint.clone() }).map(|after| after.state)
        };
        let disabled = Some(EndpointStateShape::Disabled);
        assert_eq!(state(EndpointState::Disabled, None, disabled), Ok(EndpointState::Disabled));
        assert_eq!(state(EndpointState::Disabled, Some(true), disabled), Ok(EndpointState::On));
        assert_eq!(state(EndpointState::Disabled, None, None), Ok(EndpointState::On));
        assert_eq!(state(EndpointState::On, None, Some(EndpointStateShape::Off)), Ok(EndpointState::Off));
        assert!(state(EndpointState::On, None, disabled).is_err());
        let json = serde_json::to_string(&EndpointShape::of(&endpoint)).unwrap();
        assert!(!json.contains("whsec_") && json.contains("whpk_"));
        let json = serde_json::to_string(&EndpointShape::with_secret(&endpoint)).unwrap();
        assert!(json.contains(&shared_text(&[1; 32])) && !json.contains(&shared_text(&[2; 32])));
    }
}
