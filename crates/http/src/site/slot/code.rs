//! The code of a slot's page: typed once, kept in a cookie that this page alone gets back.
//!
//! It stands in no address: addresses end up in logs, in histories and on screens that are shared.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;
use dayshelf_desk::SlotCard;

use crate::app::App;
use crate::site::shelf::path;

/// The cookie's name.
const COOKIE: &str = "dayshelf_code";
/// How long a browser keeps it, in seconds: longer than any drop takes, and not for ever.
const KEPT_S: u32 = 86_400;

/// The code that a reader's browser has for this page.
pub(super) fn kept(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|cookies| cookies.to_str().ok());
    let mut pairs = all.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(name, _)| *name == COOKIE)?;
    let pair = format!("{COOKIE}={value}");
    let (_, code) = form_urlencoded::parse(pair.as_bytes()).next()?;
    Some(code.trim().to_owned()).filter(|code| !code.is_empty())
}

/// The answer with the code, for the next time that this page is opened.
pub(super) fn keep(app: &App, card: &SlotCard, code: &str, answer: Response) -> Response {
    let value: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
    set(app, card, &format!("{value}; Max-Age={KEPT_S}"), answer)
}

/// The answer that lets the browser forget the code.
pub(super) fn forget(app: &App, card: &SlotCard, answer: Response) -> Response {
    set(app, card, "; Max-Age=0", answer)
}

fn set(app: &App, card: &SlotCard, value: &str, mut answer: Response) -> Response {
    let secure = if app.config.public_url.starts_with("https://") { "; Secure" } else { "" };
    let text = format!("{COOKIE}={value}; Path={}; HttpOnly; SameSite=Lax{secure}", path(card));
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
    fn the_code_comes_back() {
        let with = |text: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_static(text));
            kept(&headers)
        };
        assert_eq!(with("a=b; dayshelf_code=m%C3%B6nd+7; c=d").as_deref(), Some("mönd 7"));
        assert_eq!(with("other_dayshelf_code=x"), None);
        assert_eq!(with("dayshelf_code="), None);
    }
}
