//! Calendars as text: an organiser's feed to subscribe to, and one slot to take along.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::SlotCard;
use dayshelf_ical::feed::{Calendar, Entry, Status};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zone;
use dayshelf_wire::secret::content_digest;

use super::page::{Lost, free_name};
use super::shelf::{is_public, path};
use super::wall::Wall;
use crate::app::App;
use crate::no::No;

/// What made a calendar.
const MADE_BY: &str = concat!("-//Dayshelf//Dayshelf ", env!("CARGO_PKG_VERSION"), "//EN");
/// A feed begins so long ago.
const BEFORE: Span = Span::hours(90 * 24);
/// Entries of a feed; calendars grow slow with more.
const ENTRIES_MAX: usize = 2_000;
/// How often a reader looks again.
const REFRESH_SECONDS: u64 = 900;

/// `/{organiser}/feed.ics`.
pub(super) async fn organiser(
    State(app): State<App>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Lost> {
    free_name(&slug)?;
    let card = app.board().organiser_by_slug(&slug).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let from = Instant(app.now().0.saturating_sub(BEFORE.0));
    let cards = app.board().slots_between(card.organiser.id.home(), from, Instant(i64::MAX));
    let cards: Vec<_> = cards.into_iter().filter(|card| is_public(card)).take(ENTRIES_MAX).collect();
    let spec = &card.organiser.spec;
    let text = write(&app, &spec.name, Some(REFRESH_SECONDS), &cards)?;
    let tag = tag(&text);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let mut response = if known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        calendar(text, &format!("{slug}.ics"))
    };
    let heads = response.headers_mut();
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static("max-age=300"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        heads.insert(header::ETAG, tag);
    }
    Ok(response)
}

/// One slot as a file.
pub(super) fn one(app: &App, card: &Arc<SlotCard>) -> Result<Response, No> {
    let text = write(app, "", None, std::slice::from_ref(card))?;
    Ok(calendar(text, &format!("{}.ics", card.sheet.slot.spec.slug)))
}

fn calendar(text: String, name: &str) -> Response {
    let heads = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        // A slug has no character that would have to be quoted.
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{name}\"")),
    ];
    (heads, text).into_response()
}

fn tag(text: &str) -> String {
    let digest = content_digest("feed", "", text.as_bytes());
    let hex: String = digest.0[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// What an entry is made of, to be borrowed from while it is written.
struct Text {
    card: Arc<SlotCard>,
    zone: Zone,
    url: String,
}

fn write(app: &App, name: &str, refresh_seconds: Option<u64>, cards: &[Arc<SlotCard>]) -> Result<String, No> {
    let text = |card: &Arc<SlotCard>| {
        let zone = Wall::of(app, &card.sheet.slot.spec.times.zone)?.zone;
        let url = format!("{}{}", app.config.public_url, path(card));
        Ok(Text { card: Arc::clone(card), zone, url })
    };
    let texts: Result<Vec<Text>, No> = cards.iter().map(text).collect();
    let entries = texts?;
    let entries = entries.iter().map(entry).collect();
    Ok(Calendar { made_by: MADE_BY, name, refresh_seconds, entries }.write())
}

fn entry(text: &Text) -> Entry<'_> {
    let slot = &text.card.sheet.slot;
    Entry {
        uid: format!("{}@dayshelf", slot.id),
        // What the slot says is as old as the slot: a text that nobody changed stays the same text.
        stamp: Moment(slot.id.0.made_at_ms()),
        start: Civil(slot.spec.times.start_local.0),
        end: Civil(slot.spec.times.end_local.0),
        zone: &text.zone,
        summary: &slot.spec.title,
        description: &slot.spec.story,
        location: &slot.spec.place,
        url: &text.url,
        status: match slot.state {
            SlotState::Draft => Status::Tentative,
            SlotState::Published => Status::Confirmed,
            SlotState::Cancelled => Status::Cancelled,
        },
        sequence: slot.version,
    }
}
