//! The organiser's own programs: an API key with at least the scope that the route needs.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use dayshelf_core::change::Credential;
use dayshelf_core::ids::{Home, Id, KeyId};
use dayshelf_core::organiser::Scope;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::{self, Opens, same_digest};

use super::asked::Caller;
use super::bearer::bearer_text;
use crate::app::App;
use crate::no::No;

/// An organiser whose key has at least the scope `L`.
#[derive(Clone, Copy, Debug)]
pub struct Organiser<L: Least> {
    /// Whose key it is.
    pub home: Home,
    /// What the key may do.
    pub scope: Scope,
    /// The key.
    pub key: KeyId,
    least: PhantomData<L>,
}

/// The least scope that suffices.
pub trait Least: Send + Sync + 'static {
    /// The scope.
    const SCOPE: Scope;
}

/// Declares the marker of a scope.
macro_rules! least {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl Least for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )*};
}

least! {
    /// Reading suffices.
    Read;
    /// Moving stock and orders.
    Sell;
    /// Everything.
    Manage;
}

impl<L: Least> FromRequestParts<App> for Organiser<L> {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let text = key_text(&parts.headers).ok_or_else(|| No::plain(Kind::Unauthorised))?;
        Self::admit(text, app)
    }
}

impl<L: Least> OptionalFromRequestParts<App> for Organiser<L> {
    type Rejection = No;

    /// Nobody without a key, whatever secret there is instead; somebody with a wrong one is told so.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, No> {
        let prefix = format!("{}_", Opens::Api.prefix());
        let text = key_text(&parts.headers).filter(|text| text.starts_with(&prefix));
        text.map(|text| Self::admit(text, app)).transpose()
    }
}

impl<L: Least> Organiser<L> {
    /// Admits the text of a key.
    ///
    /// # Errors
    /// When no key has it, it has expired, or its scope is too small.
    pub fn admit(text: &str, app: &App) -> Result<Self, No> {
        let none = || No::plain(Kind::Unauthorised);
        let bearer =
            secret::Bearer::parse(text).filter(|bearer| bearer.opens == Opens::Api).ok_or_else(none)?;
        let key = app.board().key(KeyId(bearer.id)).ok_or_else(none)?;
        let fresh = key.expires.is_none_or(|expires| app.now() < expires);
        if !same_digest(&key.secret, &bearer.digest()) || !fresh {
            return Err(none());
        }
        if key.scope < L::SCOPE {
            return Err(Problem::scope_too_small(scope_word(L::SCOPE)).into());
        }
        Ok(Self { home: key.id.home(), scope: key.scope, key: key.id, least: PhantomData })
    }

    /// Lets an id pass that is this organiser's; a foreign one is as unknown as one that never was.
    ///
    /// # Errors
    /// When it is another organiser's.
    pub fn own(&self, id: Id, noun: Noun) -> Result<Home, No> {
        if id.home() == self.home { Ok(self.home) } else { Err(No::unknown(noun)) }
    }

    /// Whether the key may know where buyers live. Who only reads figures need not.
    pub fn sees_address(&self) -> bool {
        self.scope >= Scope::Sell
    }

    /// Whose credential a change came with.
    pub const fn credential(&self) -> Credential {
        Credential::Key(self.key)
    }

    /// Whose idempotency keys these are.
    pub fn caller(&self) -> Caller {
        Caller::Organiser(self.key)
    }
}

/// The text of an API key, from `Authorization` or `X-Api-Key`.
pub(super) fn key_text(headers: &HeaderMap) -> Option<&str> {
    let own = headers.get("x-api-key").and_then(|text| text.to_str().ok());
    own.or_else(|| bearer_text(headers)).map(str::trim)
}

fn scope_word(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read",
        Scope::Sell => "sell",
        Scope::Manage => "manage",
    }
}
