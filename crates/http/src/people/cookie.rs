//! The cookie that carries a session's token, and one that knows a browser again while a passkey answers. Script can't
//! read them, and no other site makes a browser send them.

use super::{CHALLENGE_LIFE, SESSION_IDLE};
use axum::http::header::{COOKIE, HeaderMap};

/// The cookie's name where the address is https: browsers then take it from this host alone.
const NAME_SECURE: &str = "__Host-dayshelf";
/// The cookie's name on a machine of one's own.
const NAME_PLAIN: &str = "dayshelf";
/// What the names of a browser at the door have more.
const DOOR: &str = "-door";

/// The token that came with a request.
pub(crate) fn token<'h>(headers: &'h HeaderMap, public_url: &str) -> Option<&'h str> {
    named(headers, name(public_url))
}

/// The token of a browser at the door.
pub(crate) fn door_token<'h>(headers: &'h HeaderMap, public_url: &str) -> Option<&'h str> {
    named(headers, &format!("{}{DOOR}", name(public_url)))
}

fn named<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(|(given, _)| *given == name).map(|(_, value)| value).find(|value| !value.is_empty())
}

/// The header that keeps a token in the browser.
pub(crate) fn set(token: &str, public_url: &str) -> String {
    line(name(public_url), token, SESSION_IDLE.0 / 1_000, public_url)
}

/// The header that makes a browser at the door known again.
pub(crate) fn set_door(token: &str, public_url: &str) -> String {
    let name = format!("{}{DOOR}", name(public_url));
    line(&name, token, CHALLENGE_LIFE.0 / 1_000, public_url)
}

/// The header that makes the browser forget its token.
pub(crate) fn cleared(public_url: &str) -> String {
    line(name(public_url), "", 0, public_url)
}

fn line(name: &str, token: &str, seconds: i64, public_url: &str) -> String {
    let secure = if is_secure(public_url) { "; Secure" } else { "" };
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
        headers.append(
            COOKIE,
            set_door("mat", "http://127.0.0.1:1").split(';').next().unwrap().parse().unwrap(),
        );
        assert_eq!(door_token(&headers, "http://127.0.0.1:1"), Some("mat"));
        assert_eq!(door_token(&headers, "https://shop.example"), None);
        assert_eq!(token(&headers, "http://127.0.0.1:1"), Some("plain"), "the one is not the other");
        headers.clear();
        headers.append(COOKIE, cleared("http://127.0.0.1:1").split(';').next().unwrap().parse().unwrap());
        assert_eq!(token(&headers, "http://127.0.0.1:1"), None);
    }
}
