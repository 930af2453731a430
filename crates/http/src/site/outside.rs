//! What is read by machines beside the pages: assets, robots, the sitemap.

use std::fmt::Write as _;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use dayshelf_core::ids::OrganiserId;
use dayshelf_core::picture::named;
use dayshelf_pages::{ASSETS, ASSETS_HASH, EMBED_JS, LookSheet, keep_js};
use dayshelf_wire::problem::Kind;

use super::here;
use super::shelf::is_public;
use crate::app::App;
use crate::no::No;

/// Addresses in one sitemap, by the protocol's own bound.
const ADDRESSES_MAX: usize = 50_000;

/// A style, script or icon, for ever under the hash of all of them.
pub(super) async fn asset(Path((hash, name)): Path<(String, String)>) -> Result<Response, No> {
    let heads =
        |kind| [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
    let unknown = || No::plain(Kind::RouteUnknown);
    if hash != ASSETS_HASH {
        return Err(unknown());
    }
    if let Some(look) = LookSheet::named(&name) {
        return Ok((heads("text/css; charset=utf-8"), look.text()).into_response());
    }
    let asset = ASSETS.iter().find(|asset| asset.name == name).ok_or_else(unknown)?;
    Ok((heads(asset.content_type), asset.body).into_response())
}

/// A file of a picture, for ever under the digest of its content.
pub(super) async fn picture(
    State(app): State<App>,
    Path((organiser, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, No> {
    let unknown = || No::plain(Kind::RouteUnknown);
    let whose = OrganiserId::parse(&organiser).ok_or_else(unknown)?;
    let digest = named(&file).ok_or_else(unknown)?;
    let tag = format!("\"{}\"", file.trim_end_matches(".webp"));
    let heads = [
        (header::CONTENT_TYPE, "image/webp"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ETAG, tag.as_str()),
    ];
    // It is looked for all the same: whoever has a tag may have made it up.
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let body = match app.studio.files.get(whose, digest) {
        Some(body) => body,
        None => {
            let body = app.store.picture_file(whose.home(), digest).await?.ok_or_else(unknown)?;
            let body = Bytes::from(body);
            app.studio.files.put(whose, digest, &body);
            body
        }
    };
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, heads).into_response());
    }
    Ok((heads, body).into_response())
}

/// The elements that show a calendar, a slot or its stock on a page of somebody else. Its address never changes,
/// so it is looked at anew from time to time.
pub(super) async fn embed() -> impl IntoResponse {
    let heads = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ];
    (heads, EMBED_JS)
}

/// What a worker may load: the page that it keeps and what belongs to it, from this server.
const KEEP_POLICY: &str = "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; \
     img-src 'self'; frame-ancestors 'none'";

/// The worker that keeps an order's page, or a screen's, on the device. Browsers look for a new one by themselves.
pub(super) async fn keep() -> impl IntoResponse {
    let heads = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "no-cache"),
        (header::CONTENT_SECURITY_POLICY, KEEP_POLICY),
    ];
    (heads, keep_js())
}

pub(super) async fn robots(State(app): State<App>) -> impl IntoResponse {
    let secret = ["/h/", "/o/", "/w/", "/overlay/", "/display/", "/v1/", "/console"];
    let mut text = "User-agent: *\n".to_owned();
    for start in secret {
        // Writing into a string can't fail.
        writeln!(text, "Disallow: {start}").unwrap_or_default();
    }
    let origin =
        here::only().map_or(app.config.public_url.clone(), |home| here::canonical(&app, home).origin);
    writeln!(text, "\nSitemap: {origin}/sitemap.xml").unwrap_or_default();
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "max-age=3600")], text)
}

/// All calendars and all slots on them.
pub(super) async fn sitemap(State(app): State<App>) -> impl IntoResponse {
    let mut text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    let mut count = 0;
    let mut put = |address: &str| {
        count += 1;
        if count <= ADDRESSES_MAX {
            writeln!(text, "<url><loc>{}</loc></url>", escaped(address)).unwrap_or_default();
        }
    };
    let here = here::only();
    for organiser in app.board().organisers() {
        let home = organiser.organiser.id.home();
        // A map names pages of its own host alone: whoever has a name has a map there.
        let at = match here {
            Some(only) if only == home => here::canonical(&app, home),
            None if app.names.of(home).is_none() => here::canonical(&app, home),
            _ => continue,
        };
        put(&at.house(&organiser.organiser));
        let cards = organiser.slots.iter().filter_map(|(_, id)| app.board().slot(*id));
        cards.filter(|card| is_public(card)).for_each(|card| put(&at.slot(&card)));
    }
    text.push_str("</urlset>\n");
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")], text)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\'', "&apos;")
        .replace('"', "&quot;")
}
