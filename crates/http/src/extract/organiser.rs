//! The organiser's own programs and people: an API key with at least the scope that the route needs, or a
//! session of somebody whose role has that scope.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use dayshelf_core::change::Credential;
use dayshelf_core::ids::{Home, Id, KeyId};
use dayshelf_core::organiser::Scope;
use dayshelf_core::people::Role;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::{self, Opens, same_digest};

use super::asked::Caller;
use super::bearer::bearer_text;
use super::session::{Anyone, Session, enough, whole};
use crate::app::App;
use crate::heard::Heard;
use crate::no::No;

/// An organiser for whom a key or a person acts that has at least the scope `L`.
#[derive(Clone, Copy, Debug)]
pub struct Organiser<L: Least> {
    /// Whose books these are.
    pub home: Home,
    /// What the caller may do.
    pub scope: Scope,
    /// Who calls.
    caller: Caller,
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
        match key_text(&parts.headers) {
            Some(text) => Self::admit(text, app),
            None => Self::signed_in(parts, app).await?.ok_or_else(|| No::plain(Kind::Unauthorised)),
        }
    }
}

impl<L: Least> OptionalFromRequestParts<App> for Organiser<L> {
    type Rejection = No;

    /// Nobody without a key, whatever secret there is instead; somebody with a wrong one is told so.
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, No> {
        let prefix = format!("{}_", Opens::Api.prefix());
        match key_text(&parts.headers) {
            Some(text) if text.starts_with(&prefix) => Self::admit(text, app).map(Some),
            Some(_) => Ok(None),
            None => Self::signed_in(parts, app).await,
        }
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
        Heard::note(app, key.id);
        let caller = Caller::Organiser(key.id);
        Ok(Self { home: key.id.home(), scope: key.scope, caller, least: PhantomData })
    }

    /// Admits whoever is signed in; nobody where no one is.
    ///
    /// # Errors
    /// When their role is too small, or another site's page asked.
    pub(super) async fn signed_in(parts: &mut Parts, app: &App) -> Result<Option<Self>, No> {
        let Some(session) = Session::<Anyone>::there(parts, app).await? else { return Ok(None) };
        let kept = session.kept;
        enough(kept.role, Role::least(L::SCOPE))?;
        whole(&kept)?;
        let (scope, caller) = (kept.role.scope(), Caller::Person(kept.person.id));
        Ok(Some(Self { home: kept.home, scope, caller, least: PhantomData }))
    }

    /// Lets an id pass that is this organiser's; a foreign one is as unknown as one that never was.
    ///
    /// # Errors
    /// When it is another organiser's.
    pub fn own(&self, id: Id, noun: Noun) -> Result<Home, No> {
        if id.home() == self.home { Ok(self.home) } else { Err(No::unknown(noun)) }
    }

    /// Whether the caller may know where buyers live. Who only reads figures need not.
    pub fn sees_address(&self) -> bool {
        self.scope >= Scope::Sell
    }

    /// Whose credential a change came with.
    pub const fn credential(&self) -> Credential {
        match self.caller {
            Caller::Organiser(key) => Credential::Key(key),
            Caller::Person(person) => Credential::Person(person),
            Caller::Buyer | Caller::Bearer(_) | Caller::Operator => Credential::House,
        }
    }

    /// Whose idempotency keys these are.
    pub fn caller(&self) -> Caller {
        self.caller
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
