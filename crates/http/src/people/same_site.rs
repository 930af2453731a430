//! Whether a request that changes something was made by our own pages: a browser sends a session's cookie by
//! itself, so the cookie alone does not say who asked.
//!
//! Every browser of today says so in `Sec-Fetch-Site`; older ones name the page's `Origin`. Whoever says neither
//! is no browser, and has a key.

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use axum::http::{Method, Uri};
use dayshelf_wire::problem::{Kind, Problem};

/// Whether our own page asked, or nothing is changed by the asking.
pub(crate) fn same_site(method: &Method, headers: &HeaderMap, public_url: &str) -> bool {
    if method.is_safe() {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return false };
    if origin == public_url {
        return true;
    }
    // `null`, the origin of whatever has none, is no host of ours either.
    let asked = origin.parse::<Uri>().ok().filter(|origin| origin.scheme().is_some());
    let asked = asked.as_ref().and_then(Uri::authority).map(|authority| authority.as_str());
    asked.is_some() && asked == text(HOST.as_str())
}

/// What is answered otherwise. A program says nothing of pages, so it hears nothing of them.
pub(crate) fn cross_site(headers: &HeaderMap) -> Problem {
    if headers.contains_key("sec-fetch-site") || headers.contains_key(ORIGIN) {
        return Problem::plain(Kind::CrossSite);
    }
    let detail = "Sessions are for the console's own pages, and no page of it asked for this. Send a program's requests \
                  with an API key instead.";
    Problem::new(Kind::CrossSite, detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Only whoever named a page is told of another site's.
    #[test]
    fn programs_are_told_to_use_a_key() {
        let said = |headers: HeaderMap| cross_site(&headers).detail;
        assert!(
            said(HeaderMap::new()).contains("API key") && !said(HeaderMap::new()).contains("another site")
        );
        let foreign = HeaderMap::from_iter([(ORIGIN, "https://example.org".parse().unwrap())]);
        assert!(said(foreign).contains("another site"));
    }

    /// One line per request: what it says, and whether it passes.
    #[test]
    fn only_our_own_pages_change_things() {
        let table = [
            ("GET", vec![], true),
            ("POST", vec![], false),
            ("POST", vec![("sec-fetch-site", "same-origin")], true),
            ("POST", vec![("sec-fetch-site", "same-site"), ("origin", "https://shop.example")], false),
            ("POST", vec![("sec-fetch-site", "cross-site")], false),
            ("POST", vec![("sec-fetch-site", "none")], false),
            ("PUT", vec![("origin", "https://shop.example")], true),
            ("PUT", vec![("origin", "http://10.0.0.7:8080"), ("host", "10.0.0.7:8080")], true),
            ("PUT", vec![("origin", "https://evil.example"), ("host", "shop.example")], false),
            ("DELETE", vec![("origin", "null"), ("host", "null")], false),
            ("DELETE", vec![("origin", "https://shop.example.evil"), ("host", "shop.example")], false),
        ];
        for (method, pairs, passes) in table {
            let mut headers = HeaderMap::new();
            for (name, value) in &pairs {
                headers.insert(*name, value.parse().unwrap());
            }
            let method: Method = method.parse().unwrap();
            assert_eq!(same_site(&method, &headers, "https://shop.example"), passes, "{method} {pairs:?}");
        }
    }
}
