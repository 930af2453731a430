//! What an organiser's key opens by an address: the thing in the path is the organiser's own.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::organiser::{Least, Organiser};
use super::path::{Named, PathId};
use crate::app::App;
use crate::no::No;

/// The organiser's own thing that the path names. Another's is as unknown as one that never was, and that
/// is said before anything else of the request is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Own<L: Least, T> {
    /// The thing.
    pub id: T,
    /// Who calls.
    pub organiser: Organiser<L>,
}

impl<L: Least, T: PathId> FromRequestParts<App> for Own<L, T> {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let organiser = Organiser::from_request_parts(parts, app).await?;
        let Named(id) = Named::<T>::from_request_parts(parts, app).await?;
        organiser.own(id.inner(), T::NOUN)?;
        Ok(Self { id, organiser })
    }
}
