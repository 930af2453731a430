//! The code of a slot's page: typed once, kept in a cookie.
//!
//! It stands in no address: addresses end up in logs, in histories and on screens that are shared.

use axum::http::HeaderMap;
use axum::response::Response;
use dayshelf_desk::SlotCard;

use super::cookie;
use crate::app::App;

/// The cookie's name.
const COOKIE: &str = "dayshelf_code";
/// How long a browser keeps it, in seconds: longer than any drop takes, and not for ever.
const KEPT_S: u32 = 86_400;

/// The code that a reader's browser has for this page.
pub(super) fn kept(app: &App, headers: &HeaderMap) -> Option<String> {
    cookie::kept(headers, COOKIE, &app.config.public_url)
}

/// The answer with the code, for the next time that this page is opened.
pub(super) fn keep(app: &App, card: &SlotCard, code: &str, answer: Response) -> Response {
    cookie::keep(app, card, (COOKIE, code, KEPT_S), answer)
}

/// The answer that lets the browser forget the code.
pub(super) fn forget(app: &App, card: &SlotCard, answer: Response) -> Response {
    cookie::keep(app, card, (COOKIE, "", 0), answer)
}
