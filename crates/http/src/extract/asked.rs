//! A request that moves units or money: its body, and the idempotency key that it must come with.

use std::borrow::Cow;
use std::net::IpAddr;

use axum::extract::{FromRequest, FromRequestParts as _, Request};
use axum::http::HeaderMap;
use dayshelf_core::ids::{Home, KeyId, PersonId};
use dayshelf_core::text::{Digest, Secret};
use dayshelf_desk::{Key, random};
use dayshelf_wire::problem::Problem;
use dayshelf_wire::secret::{self, SECRET_BYTES, content_digest, idempotency_key, key_fingerprint};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Client, body};
use crate::app::App;
use crate::no::No;

/// A key shorter than this is no UUID; it may be a mere count.
const KEY_CHARS_GUESSABLE: usize = 16;

/// A body with its idempotency key.
#[derive(Debug)]
pub struct Asked<T> {
    /// The body.
    pub body: T,
    /// What makes it happen once.
    pub once: Once,
}

/// A request that says all in its address: its body is empty, or an object without fields.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The idempotency key of a request, and the digest of what is asked under it.
#[derive(Clone, Debug)]
pub struct Once {
    text: String,
    content: [u8; 16],
    from: Option<IpAddr>,
}

/// Whose keys they are: the same text of two callers is two keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Somebody without a secret: a buyer who makes a hold or gets in line. A key that could be guessed
    /// counts for their address only, so that two buyers who both say `1` are two.
    Buyer,
    /// Whoever has the bearer secret with this digest. A wrong secret must not get a replay.
    Bearer(Digest),
    /// The organiser, by this API key.
    Organiser(KeyId),
    /// The organiser, by somebody who is signed in.
    Person(PersonId),
    /// The operator.
    Operator,
}

impl<T: DeserializeOwned> FromRequest<App> for Asked<T> {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (mut head, content) = request.into_parts();
        let Ok(Client(from)) = Client::from_request_parts(&mut head, app).await;
        let bytes = body::arrive(&head.headers, content, app, app.config.bounds.body_bytes).await?;
        let address = head.uri.path_and_query().map_or("/", |address| address.as_str());
        let text = key_text(&head.headers)?;
        let once = Once { from: Some(from), ..Once::new(text, [head.method.as_str(), address], &bytes)? };
        Ok(Self { body: body::read(&head.headers, &bytes)?, once })
    }
}

impl Once {
    /// The key of what is asked with this method at this address.
    pub(crate) fn new(key: &str, [method, address]: [&str; 2], content: &[u8]) -> Result<Self, No> {
        let key = idempotency_key(key).map_err(|unfit| Problem::idempotency_key(Some(unfit)))?;
        let digest = content_digest(method, address, content);
        Ok(Self { text: key.to_owned(), content: half(&digest), from: None })
    }

    /// The desk's key for a caller at a home.
    pub fn key(&self, caller: Caller, home: Home) -> Key {
        let whose: Cow<'static, str> = match caller {
            Caller::Buyer if self.text.len() < KEY_CHARS_GUESSABLE => {
                format!("buyer at {:?}", self.from).into()
            }
            Caller::Buyer => "buyer".into(),
            Caller::Bearer(digest) => format!("bearer {:?}", digest.0).into(),
            Caller::Organiser(key) => key.to_string().into(),
            Caller::Person(person) => person.to_string().into(),
            Caller::Operator => "operator".into(),
        };
        let fingerprint = key_fingerprint(&whose, home, &self.text);
        Key { fingerprint: u128::from_be_bytes(half(&fingerprint)), request: self.content, salt: random() }
    }

    /// The secret of what is made under this key: a retry makes the same one again from the same salt.
    pub fn secret(&self, salt: &[u8; 16], purpose: &str) -> Secret<SECRET_BYTES> {
        let mut long = [0; 32];
        long[..16].copy_from_slice(salt);
        secret::derive(&long, purpose, &self.text)
    }
}

pub(super) fn key_text(headers: &HeaderMap) -> Result<&str, No> {
    let given = headers.get("idempotency-key").ok_or_else(|| Problem::idempotency_key(None))?;
    given.to_str().map_err(|_| Problem::idempotency_key(Some(secret::KeyUnfit)).into())
}

fn half(digest: &Digest) -> [u8; 16] {
    let mut first = [0; 16];
    first.copy_from_slice(&digest.0[..16]);
    first
}
