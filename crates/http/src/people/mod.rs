//! What signing in needs beside its routes: passwords, passkeys, codes, the session's cookie, and what is noted of who
//! did what.
//!
//! Start at `extract::Session`, which makes use of all of it.

mod acting;
mod cookie;
pub(crate) mod passkey;
mod password;
mod same_site;
mod seal;
pub(crate) mod totp;

pub(crate) use acting::{Acting, Actor};
pub(crate) use cookie::{cleared, door_token, set, set_door, token};
pub(crate) use password::Passwords;
pub(crate) use same_site::{cross_site, same_site};
pub use seal::Seal;

use dayshelf_core::time::Span;

/// How long a session lasts that is not used.
pub(crate) const SESSION_IDLE: Span = Span(14 * 24 * 3_600_000);
/// How long a session lasts in any case.
pub(crate) const SESSION_WHOLE: Span = Span(90 * 24 * 3_600_000);
/// A session that was noted as used so lately is not noted again.
pub(crate) const SESSION_NOTED: Span = Span(10 * 60_000);
/// How long an invitation lets somebody in.
pub(crate) const INVITATION_LIFE: Span = Span(7 * 24 * 3_600_000);
/// For how long after signing in somebody may change how they sign in: a browser that was left open must not be
/// enough to take somebody's place for good.
pub(crate) const SESSION_FRESH: Span = Span(15 * 60_000);
/// How long a passkey may take to answer.
pub(crate) const CHALLENGE_LIFE: Span = Span(5 * 60_000);
