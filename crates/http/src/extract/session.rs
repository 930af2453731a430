//! Somebody who is signed in: the session's cookie, and that our own page asked.

use std::marker::PhantomData;

use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use dayshelf_core::people::Role;
use dayshelf_core::text::Digest;
use dayshelf_wire::people::TeamRole;
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::token_digest;

use super::Client;
use crate::app::App;
use crate::no::No;
use crate::people::{
    Acting, Actor, SESSION_IDLE, SESSION_NOTED, SESSION_WHOLE, cross_site, same_site, token,
};

/// What session tokens are kept under.
pub(crate) const SESSION_TOKEN: &str = "session";

/// Somebody who is signed in with at least the role `R`.
#[derive(Clone, Debug)]
pub struct Session<R: LeastRole> {
    /// Who, for whom, with which role.
    pub kept: dayshelf_store::Session,
    /// What is kept of the token.
    pub token: Digest,
    least: PhantomData<R>,
}

/// The least role that suffices.
pub trait LeastRole: Send + Sync + 'static {
    /// The role.
    const ROLE: Role;
}

/// Whoever is signed in.
#[derive(Clone, Copy, Debug)]
pub struct Anyone;

/// An owner.
#[derive(Clone, Copy, Debug)]
pub struct Owner;

impl LeastRole for Anyone {
    const ROLE: Role = Role::Viewer;
}

impl LeastRole for Owner {
    const ROLE: Role = Role::Owner;
}

impl<R: LeastRole> FromRequestParts<App> for Session<R> {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let there = Self::there(parts, app).await?;
        let session = there.ok_or_else(|| No::plain(Kind::Unauthorised))?;
        enough(session.kept.role, R::ROLE)?;
        // Whoever is merely signed in may set up what is missing; an owner's acts wait for it.
        if R::ROLE > Role::Viewer {
            whole(&session.kept)?;
        }
        Ok(session)
    }
}

impl<R: LeastRole> OptionalFromRequestParts<App> for Session<R> {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Option<Self>, No> {
        Self::there(parts, app).await
    }
}

impl<R: LeastRole> Session<R> {
    /// The session of a request, whatever its role: `None` where there is no cookie, or one that is over.
    ///
    /// # Errors
    /// When another site's page asked.
    pub(super) async fn there(parts: &mut Parts, app: &App) -> Result<Option<Self>, No> {
        let url = &app.config.public_url;
        let Some(text) = token(&parts.headers, url) else { return Ok(None) };
        let token = token_digest(SESSION_TOKEN, text);
        let Some(kept) = app.store.session(token).await? else { return Ok(None) };
        let now = app.now();
        if kept.entry.until <= now {
            return Ok(None);
        }
        if !same_site(&parts.method, &parts.headers, url) {
            return Err(cross_site(&parts.headers).into());
        }
        let Ok(Client(address)) = Client::from_request_parts(parts, app).await;
        if let Some(acting) = parts.extensions.get::<Acting>() {
            let (home, person) = (kept.home, kept.person.id);
            acting.note(Actor { home, person, name: kept.person.name.clone(), address });
        }
        if kept.entry.seen_at.plus(SESSION_NOTED) <= now {
            let until = now.plus(SESSION_IDLE).min(kept.entry.made_at.plus(SESSION_WHOLE));
            app.store.session_seen(token, (now, until), address.to_string()).await?;
        }
        Ok(Some(Self { kept, token, least: PhantomData }))
    }
}

/// Whether somebody has signed in with all that their organiser asks for.
///
/// # Errors
/// When they must set up a second factor first.
pub(super) fn whole(kept: &dayshelf_store::Session) -> Result<(), No> {
    if kept.lacks_factor { Err(No::plain(Kind::SecondFactorDue)) } else { Ok(()) }
}

/// Whether a role suffices.
///
/// # Errors
/// When it is too small.
pub(super) fn enough(role: Role, least: Role) -> Result<(), No> {
    if role >= least {
        return Ok(());
    }
    let word = TeamRole::from(least).word();
    let detail = format!("Your role does not allow that. It needs the role {word:?}.");
    Err(Problem::new(Kind::RoleTooSmall, detail).with("role", word).into())
}
