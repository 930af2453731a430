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

/// How an edit of one part is meant: `tell` and `dry_run` in the query, and nothing else there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Whether and when customers hear of it where their pickup is elsewhere.
    pub tell: Tell,
    /// Whether it is only asked what would come of it.
    pub dry_run: bool,
}

impl FromRequestParts<App> for Told {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let mut params = Params::from_request_parts(parts, app).await?;
        let tell = match params.take("tell") {
            Some(text) => TellShape::deserialize(StrDeserializer::<TextError>::new(&text))
                .map_err(|_| wrong("tell", "write now, after_quiet or nobody"))?,
            None => TellShape::default(),
        };
        let dry_run = params.flag("dry_run")?;
        params.end()?;
        Ok(Self { tell: tell.into(), dry_run })
    }
}
