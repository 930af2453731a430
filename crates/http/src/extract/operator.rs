//! The operator of this installation: whoever has the key that lies in the data folder.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dayshelf_wire::problem::Kind;
use dayshelf_wire::secret::same_digest;

use super::organiser::key_text;
use crate::app::App;
use crate::config::operator_digest;
use crate::no::No;

/// The operator.
#[derive(Clone, Copy, Debug)]
pub struct Operator;

impl FromRequestParts<App> for Operator {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        let given = key_text(&parts.headers).map(operator_digest);
        match (given, &app.config.operator_key) {
            (Some(given), Some(kept)) if same_digest(&given, kept) => Ok(Self),
            _ => Err(No::plain(Kind::Unauthorised)),
        }
    }
}
