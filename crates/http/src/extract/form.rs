//! The form of a page: its fields, its idempotency key, and that it came from a page of ours.
//!
//! No cookie lets a reader act (the only one is a slot page's code), so another site can't act for a reader;
//! the check stops it from filling in forms that the reader never saw.

use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use dayshelf_wire::problem::{Kind, Problem};

use super::asked::Once;
use super::body;
use crate::app::App;
use crate::no::No;

/// Fields of a form at most: as many as a slot may have offers, and the rest.
const FIELDS_MAX: usize = 600;
/// The hidden field with the idempotency key.
const KEY: &str = "key";

/// The fields of a form, and the key that makes it happen once.
#[derive(Debug)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// What makes it happen once.
    pub once: Once,
}

impl FromRequest<App> for Form {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        if !is_ours(request.headers(), &app.config.public_url) {
            let detail = "This form was sent from another site. Open the page here, and send it again.";
            return Err(Problem::new(Kind::ValueWrong, detail).into());
        }
        if !is_form(request.headers()) {
            return Err(Problem::media_type_wrong(&["application/x-www-form-urlencoded"]).into());
        }
        let address = request.uri().path().to_owned();
        let (head, content) = request.into_parts();
        let bytes = body::arrive(&head.headers, content, app, app.config.bounds.body_bytes).await?;
        let read = form_urlencoded::parse(&bytes).into_owned();
        let fields: Vec<(String, String)> = read.take(FIELDS_MAX + 1).collect();
        if fields.len() > FIELDS_MAX {
            return Err(Problem::too_long("form", FIELDS_MAX).into());
        }
        // The last one: a button that does something else with the same fields brings its own.
        let key = fields.iter().rfind(|(name, _)| name == KEY).map_or("", |(_, value)| value.as_str());
        let once = Once::new(key, ["POST", &address], &bytes)?;
        Ok(Self { fields, once })
    }
}

impl Form {
    /// What was typed into a field; empty when it was not sent.
    pub fn text(&self, name: &str) -> &str {
        self.fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field that may be sent several times.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.fields.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.trim())
    }

    /// The fields whose name begins with `start`, without it.
    pub fn under(&self, start: &str) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().filter_map(move |(name, value)| Some((name.strip_prefix(start)?, value.trim())))
    }
}

/// Whether a form may have come from a page of ours. A browser says where it comes from; what says nothing
/// is no browser, and can read the page as well as send the form.
fn is_ours(headers: &HeaderMap, public_url: &str) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin" || site == "none";
    }
    let Some(origin) = text("origin") else { return true };
    let host = text("host").unwrap_or_default();
    let here = origin.split_once("://").is_some_and(|(_, place)| place.eq_ignore_ascii_case(host));
    here || origin_of(public_url).eq_ignore_ascii_case(origin)
}

/// Scheme and host of an address.
fn origin_of(address: &str) -> &str {
    let host = address.find("://").map_or(0, |at| at + 3);
    let end = address[host..].find('/').map_or(address.len(), |at| host + at);
    &address[..end]
}

fn is_form(headers: &HeaderMap) -> bool {
    let text = headers.get(header::CONTENT_TYPE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Our own pages may send forms, other sites may not, and an opaque origin is another site.
    #[test]
    fn knows_its_own_pages() {
        let from = |pairs: &[(&'static str, &'static str)]| {
            let pairs = pairs.iter().map(|(name, value)| {
                (header::HeaderName::from_static(name), header::HeaderValue::from_static(value))
            });
            is_ours(&pairs.collect(), "https://shop.example/shelf")
        };
        assert!(from(&[]));
        assert!(from(&[("sec-fetch-site", "same-origin"), ("origin", "null")]));
        assert!(!from(&[("sec-fetch-site", "cross-site"), ("origin", "https://shop.example")]));
        assert!(!from(&[("sec-fetch-site", "same-site")]));
        assert!(from(&[("origin", "https://shop.example")]));
        assert!(from(&[("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")]));
        assert!(!from(&[("origin", "https://evil.example"), ("host", "shop.example")]));
        assert!(!from(&[("origin", "null"), ("host", "shop.example")]));
    }
}
