//! What a slot's page keeps in the reader's browser: cookies that this page alone gets back.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use dayshelf_desk::SlotCard;

use crate::app::App;
use crate::site::shelf::path;

/// What a browser has kept under a name.
pub(super) fn kept(headers: &HeaderMap, name: &str) -> Option<String> {
    pairs(headers).find(|(known, _)| *known == name).and_then(|(_, value)| typed(value))
}

/// All that a browser has kept under names that begin so.
pub(super) fn kept_under(headers: &HeaderMap, start: &str) -> Vec<String> {
    pairs(headers).filter(|(name, _)| name.starts_with(start)).filter_map(|(_, value)| typed(value)).collect()
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
    let (name, value, seconds) = cookie;
    let value: String = form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let secure = if app.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    let path = path(card);
    let text = format!("{name}={value}; Max-Age={seconds}; Path={path}; HttpOnly; SameSite=Lax{secure}");
    if let Ok(text) = HeaderValue::from_str(&text) {
        answer.headers_mut().append(header::SET_COOKIE, text);
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cookie is found among others, and comes back as it was typed.
    #[test]
    fn what_is_kept_comes_back() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(text));
            kept(&headers, "dayshelf_code")
        };
        assert_eq!(with("a=b; dayshelf_code=m%C3%B6nd+7; c=d").as_deref(), Some("mönd 7"));
        assert_eq!(with("other_dayshelf_code=x"), None);
        assert_eq!(with("dayshelf_code="), None);
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("n_a=1; m=2; n_b=3+4; n_c="));
        assert_eq!(kept_under(&headers, "n_"), ["1", "3 4"]);
    }
}
