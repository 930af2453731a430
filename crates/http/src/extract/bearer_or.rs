//! What a buyer may do with their secret and the organiser with its key or its people: the caller is one or
//! the other.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dayshelf_core::command::By;
use dayshelf_core::ids::Id;
use dayshelf_core::refusal::Noun;
use dayshelf_core::text::Digest;
use dayshelf_wire::secret::{Opens, same_digest};

use super::asked::Caller;
use super::bearer::Bearer;
use super::organiser::{Least, Organiser, key_text};
use crate::app::App;
use crate::no::No;

/// Whoever has the thing's secret, or an organiser's caller of at least the scope `L`.
#[derive(Clone, Copy, Debug)]
pub enum BearerOr<L: Least> {
    /// A bearer secret.
    Bearer(Bearer),
    /// An organiser's key, or one of its people.
    Organiser(Organiser<L>),
}

impl<L: Least> FromRequestParts<App> for BearerOr<L> {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let prefix = format!("{}_", Opens::Api.prefix());
        if let Some(text) = key_text(&parts.headers).filter(|text| text.starts_with(&prefix)) {
            return Organiser::admit(text, app).map(Self::Organiser);
        }
        if key_text(&parts.headers).is_none()
            && let Some(organiser) = Organiser::signed_in(parts, app).await?
        {
            return Ok(Self::Organiser(organiser));
        }
        Bearer::from_request_parts(parts, app).await.map(Self::Bearer)
    }
}

impl<L: Least> BearerOr<L> {
    /// Whether the caller may know where a buyer lives: the buyer, and whoever sends goods.
    pub fn sees_address(&self) -> bool {
        match self {
            Self::Bearer(_) => true,
            Self::Organiser(organiser) => organiser.sees_address(),
        }
    }

    /// The authority over a thing, and the caller.
    ///
    /// # Errors
    /// When the secret names another thing, or the thing is another organiser's.
    pub fn by(&self, opens: Opens, id: Id, noun: Noun) -> Result<(By, Caller), No> {
        match self {
            Self::Bearer(bearer) => bearer.by(opens, id),
            Self::Organiser(organiser) => {
                organiser.own(id, noun)?;
                Ok((By::Organiser, organiser.caller()))
            }
        }
    }
}

/// Whether an authority may read what has this secret.
///
/// # Errors
/// When the bearer's secret is another.
pub fn may_read(by: By, secret: &Digest) -> Result<(), No> {
    match by {
        By::Bearer(digest) if !same_digest(&digest, secret) => {
            Err(No::plain(dayshelf_wire::problem::Kind::SecretWrong))
        }
        _ => Ok(()),
    }
}
