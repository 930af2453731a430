//! Edits: the version that the sender has seen, from `If-Match`.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use dayshelf_core::command::Expect;
use dayshelf_wire::problem::Kind;

use crate::app::App;
use crate::no::No;

/// What the sender of an edit has seen. The header is required: nobody's work is overwritten unseen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub Expect);

impl FromRequestParts<App> for IfMatch {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, _app: &App) -> Result<Self, No> {
        let given = parts.headers.get(header::IF_MATCH).ok_or_else(|| No::plain(Kind::IfMatchMissing))?;
        given.to_str().ok().and_then(read).map(Self).ok_or_else(|| No::plain(Kind::IfMatchWrong))
    }
}

fn read(text: &str) -> Option<Expect> {
    let text = text.trim();
    if text == "*" {
        return Some(Expect::Any);
    }
    let number = text.strip_prefix("\"v")?.strip_suffix('"')?;
    number.parse().ok().map(Expect::Version)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our own ETags are read, and nothing else.
    #[test]
    fn reads_our_tags() {
        assert_eq!(read(&crate::answer::etag(7)), Some(Expect::Version(7)));
        assert_eq!(read("*"), Some(Expect::Any));
        for text in ["7", "\"7\"", "W/\"v7\"", "\"v\"", "\"v-1\"", ""] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
