//! The buyer's bearer secret: `Authorization: Bearer hs_…`, `os_…` or `ws_…`.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use dayshelf_core::command::By;
use dayshelf_core::ids::Id;
use dayshelf_core::text::Digest;
use dayshelf_wire::problem::Kind;
use dayshelf_wire::secret::{self, Opens};

use super::asked::Caller;
use crate::app::App;
use crate::no::No;

/// A bearer secret that could be one; whether it opens something is decided with the books.
#[derive(Clone, Copy, Debug)]
pub struct Bearer(secret::Bearer);

impl FromRequestParts<App> for Bearer {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, No> {
        let text = bearer_text(&parts.headers).ok_or_else(|| No::plain(Kind::Unauthorised))?;
        secret::Bearer::parse(text).map(Self).ok_or_else(|| No::plain(Kind::SecretWrong))
    }
}

impl Bearer {
    /// The digest, if the secret names this thing; it may still be a wrong one.
    ///
    /// # Errors
    /// When it names another.
    pub fn of(&self, opens: Opens, id: Id) -> Result<Digest, No> {
        if self.0.opens != opens || self.0.id != id {
            return Err(No::plain(Kind::SecretWrong));
        }
        Ok(self.0.digest())
    }

    /// The authority and the caller, if the secret names this thing.
    ///
    /// # Errors
    /// When it names another.
    pub fn by(&self, opens: Opens, id: Id) -> Result<(By, Caller), No> {
        let digest = self.of(opens, id)?;
        Ok((By::Bearer(digest), Caller::Bearer(digest)))
    }

    /// The text of the same secret under the name of what came of it: a hold's becomes its order's, an
    /// entry's becomes its turn's.
    pub fn renamed(&self, opens: Opens, id: Id) -> String {
        secret::Bearer { opens, id, ..self.0 }.text()
    }
}

/// The text behind `Authorization: Bearer`.
pub fn bearer_text(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| rest.trim())
}
