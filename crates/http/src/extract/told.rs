//! Single edits: who is told of them, from the query.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dayshelf_core::change::Tell;
use dayshelf_wire::change::TellShape;
use serde::Deserialize as _;
use serde::de::value::{Error as TextError, StrDeserializer};

use super::params::{Params, wrong};
use crate::app::App;
use crate::no::No;

/// Whether and when customers hear of it where their pickup is elsewhere: `tell` in the query, and nothing else there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told(pub Tell);

impl FromRequestParts<App> for Told {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let mut params = Params::from_request_parts(parts, app).await?;
        let tell = match params.take("tell") {
            Some(text) => TellShape::deserialize(StrDeserializer::<TextError>::new(&text))
                .map_err(|_| wrong("tell", "write now, after_quiet or nobody"))?,
            None => TellShape::default(),
        };
        params.end()?;
        Ok(Self(tell.into()))
    }
}
