//! The cookie that carries a session's token. Script can't read it, and no other site makes a browser send it.

use super::SESSION_IDLE;
use axum::http::header::{COOKIE, HeaderMap};

/// The cookie's name where the address is https: browsers then take it from this host alone.
const NAME_SECURE: &str = "__Host-dayshelf";
/// The cookie's name on a machine of one's own.
const NAME_PLAIN: &str = "dayshelf";

/// The token that came with a request.
pub(crate) fn token<'h>(headers: &'h HeaderMap, public_url: &str) -> Option<&'h str> {
    let name = name(public_url);
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(given, _)| *given == name).map(|(_, value)| value).find(|value| !value.is_empty())
}

/// The header that keeps a token in the browser.
pub(crate) fn set(token: &str, public_url: &str) -> String {
    line(token, SESSION_IDLE.0 / 1_000, public_url)
}

/// The header that makes the browser forget its token.
pub(crate) fn cleared(public_url: &str) -> String {
    line("", 0, public_url)
}

fn line(token: &str, seconds: i64, public_url: &str) -> String {
    let secure = if is_secure(public_url) { "; Secure" } else { "" };
    let name = name(public_url);
    format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}")
}

fn name(public_url: &str) -> &'static str {
    if is_secure(public_url) { NAME_SECURE } else { NAME_PLAIN }
}

fn is_secure(public_url: &str) -> bool {
    public_url.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The token is found among others; on https only the cookie that no other host can set counts.
    #[test]
    fn tokens_come_back() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "a=b; dayshelf=plain; c".parse().unwrap());
        headers.append(COOKIE, "__Host-dayshelf=safe".parse().unwrap());
        assert_eq!(token(&headers, "http://127.0.0.1:1"), Some("plain"));
        assert_eq!(token(&headers, "https://shop.example"), Some("safe"));
        assert!(set("x", "https://shop.example").starts_with("__Host-dayshelf=x; Path=/; "));
        assert!(set("x", "https://shop.example").ends_with("; HttpOnly; SameSite=Strict; Secure"));
        assert!(!set("x", "http://127.0.0.1:1").contains("Secure"));
        headers.clear();
        headers.append(COOKIE, cleared("http://127.0.0.1:1").split(';').next().unwrap().parse().unwrap());
        assert_eq!(token(&headers, "http://127.0.0.1:1"), None);
    }
}
