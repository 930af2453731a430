//! What a slot's page keeps in the reader's browser: cookies that this page alone gets back.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use dayshelf_desk::SlotCard;

use crate::app::App;
use crate::site::shelf::path;

/// What names begin with where the address is https: browsers then take such a cookie over https alone. It can't be
/// `__Host-`, which is for the whole host.
const SECURE: &str = "__Secure-";

/// What a browser has kept under a name.
pub(super) fn kept(headers: &HeaderMap, name: &str, public_url: &str) -> Option<String> {
    let name = whole(name, public_url);
    pairs(headers).find(|(known, _)| *known == name).and_then(|(_, value)| typed(value))
}

/// All that a browser has kept under names that begin so.
pub(super) fn kept_under(headers: &HeaderMap, start: &str, public_url: &str) -> Vec<String> {
    let start = whole(start, public_url);
    pairs(headers)
        .filter(|(name, _)| name.starts_with(&start))
        .filter_map(|(_, value)| typed(value))
        .collect()
}

fn whole(name: &str, public_url: &str) -> String {
    if is_secure(public_url) { format!("{SECURE}{name}") } else { name.to_owned() }
}

fn is_secure(public_url: &str) -> bool {
    public_url.starts_with("https://")
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    all.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='))
}

/// A value as it was before it became a cookie; nothing when it is empty.
fn typed(value: &str) -> Option<String> {
    let pair = format!("v={value}");
    let (_, text) = form_urlencoded::parse(pair.as_bytes()).next()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// The answer with what is to be kept, for so many seconds.
pub(super) fn keep(app: &App, card: &SlotCard, cookie: (&str, &str, u32), mut answer: Response) -> Response {
    if let Ok(text) = HeaderValue::from_str(&line(cookie, &path(card), &app.config.public_url)) {
        answer.headers_mut().append(header::SET_COOKIE, text);
    }
    answer
}

fn line((name, value, seconds): (&str, &str, u32), path: &str, public_url: &str) -> String {
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let secure = if is_secure(public_url) { "; Secure" } else { "" };
    let name = whole(name, public_url);
    format!("{name}={value}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "http://127.0.0.1:1";
    const HTTPS: &str = "https://shop.example";

    /// The cookie is found among others, and comes back as it was typed; on https only one that came by https does.
    #[test]
    fn what_is_kept_comes_back() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(text));
            kept(&headers, "dayshelf_code", PLAIN)
        };
        assert_eq!(with("a=b; dayshelf_code=m%C3%B6nd+7; c=d").as_deref(), Some("mönd 7"));
        assert_eq!(with("other_dayshelf_code=x"), None);
        assert_eq!(with("dayshelf_code="), None);
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("n_a=1; m=2; n_b=3+4; n_c="));
        assert_eq!(kept_under(&headers, "n_", PLAIN), ["1", "3 4"]);
        assert!(kept_under(&headers, "n_", HTTPS).is_empty());
        let line = line(("n_a", "7 8", 60), "/kiln/moon", HTTPS);
        assert_eq!(line, "__Secure-n_a=7+8; Max-Age=60; Path=/kiln/moon; HttpOnly; SameSite=Lax; Secure");
        headers.insert(header::COOKIE, line.parse().unwrap());
        assert_eq!(kept_under(&headers, "n_", HTTPS), ["7 8"]);
        assert_eq!(kept(&headers, "n_a", HTTPS).as_deref(), Some("7 8"));
        assert_eq!(kept(&headers, "n_a", PLAIN), None);
    }
}
