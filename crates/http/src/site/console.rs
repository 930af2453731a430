//! The console: a program for the browser that `web/` holds and that is embedded here once it is built.
//!
//! It has no endpoint of its own: it asks the same API as everybody else, with the cookie of whoever is signed in
//! in place of a key. In a debug build its files are read from the folder, so that they can be built anew while
//! the server runs.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use dayshelf_pages::{Frame, Link, ProblemPage};
use dayshelf_wire::problem::Kind;
use rust_embed::RustEmbed;

use super::page::{Lost, found};
use crate::app::App;
use crate::no::No;

/// What may happen on the console's pages: its own scripts and styles, calls to this server, and nothing that
/// turns text into script.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: blob:; \
    connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; \
    require-trusted-types-for 'script'; trusted-types svelte-trusted-html page-preview";
/// The page that every view begins with.
const INDEX: &str = "index.html";
/// Names in this folder carry a hash of what is in them.
const HASHED: &str = "assets/";

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Dist;

/// The console's first page.
pub(super) async fn index(State(app): State<App>) -> Result<Response, Lost> {
    match Dist::get(INDEX) {
        Some(file) => Ok(page(file.data.into_owned())),
        None => not_built(&app),
    }
}

/// A file of the console, or the first page for the address of a view.
pub(super) async fn file(
    State(app): State<App>,
    Path(path): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Lost> {
    if !path.contains('.') {
        return index(State(app)).await;
    }
    let zipped = format!("{path}.gz");
    let small = accepts_gzip(&headers).then(|| Dist::get(&zipped)).flatten();
    let packed = small.is_some();
    let Some(file) = small.or_else(|| Dist::get(&path)) else {
        return Err(No::plain(Kind::RouteUnknown).into());
    };
    let mut response = file.data.into_owned().into_response();
    let heads = response.headers_mut();
    heads.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&path)));
    heads.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed {
        heads.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    let kept = if path.starts_with(HASHED) { "public, max-age=31536000, immutable" } else { "no-cache" };
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    Ok(response)
}

fn page(text: Vec<u8>) -> Response {
    let heads = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (heads, text).into_response()
}

/// This build has none.
fn not_built(app: &App) -> Result<Response, Lost> {
    let page = ProblemPage {
        frame: Frame::new("Console", app.now().0),
        title: "The console is not in this build".into(),
        text: "Build it with `npm ci && npm run build` in the folder web/, then build dayshelf again; \
               `cargo xtask up` does both. Everything that it does can be done with plan files \
               (`dayshelf apply`) and the API too: its document is at /openapi.json."
            .into(),
        code: "console_not_built".into(),
        fault: None,
        next: vec![Link::new("See the shelf", "/"), Link::new("API document", "/openapi.json")],
    };
    found(&page)
}

fn accepts_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|text| text.to_str().ok());
    let names = accepted.unwrap_or_default().split(',').map(|one| one.split(';').next().unwrap_or_default());
    names.into_iter().any(|name| name.trim().eq_ignore_ascii_case("gzip"))
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "json" => "application/json",
        _ => "application/octet-stream",
    }
}
