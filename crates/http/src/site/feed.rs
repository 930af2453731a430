//! Calendars as text: an organiser's feed to subscribe to, and one slot to take along.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dayshelf_core::ids::{Home, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::SlotCard;
use dayshelf_ical::feed::{Calendar, Entry, Feed, Status};
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::Zone;
use dayshelf_store::{CalendarKind, EntryState};
use dayshelf_wire::broadcast::watched_at;
use dayshelf_wire::secret::content_digest;
use dayshelf_wire::time::wall_times;
use serde::Deserialize;

use super::here::canonical;
use super::page::{Lost, free_name};
use super::shelf::is_public;
use super::wall::Wall;
use crate::api::author::look;
use crate::app::App;
use crate::no::No;

/// The name of the calendar that every slot is in which is in no other.
const SLOTS: &str = "slots";
/// What made a calendar.
const MADE_BY: &str = concat!("-//Dayshelf//Dayshelf ", env!("CARGO_PKG_VERSION"), "//EN");
/// A feed begins so long ago.
const BEFORE: Span = Span::hours(90 * 24);
/// Entries of a feed; calendars grow slow with more.
const ENTRIES_MAX: usize = 2_000;
/// How often a reader looks again.
const REFRESH_SECONDS: u64 = 900;
/// The colour that calendars show a feed in, until their owner chooses another.
const COLOR: &str = "tomato";

/// Which of an organiser's calendars is wanted.
#[derive(Debug, Deserialize)]
pub(super) struct Of {
    /// Its name in calendar apps; all of them when left out.
    calendar: Option<String>,
}

/// `/{organiser}/feed.ics`: what is public, in all of an organiser's calendars or in one of them.
pub(super) async fn organiser(
    State(app): State<App>,
    Path(slug): Path<String>,
    Query(of): Query<Of>,
    headers: HeaderMap,
) -> Result<Response, Lost> {
    free_name(&slug)?;
    let card = app.board().organiser_by_slug(&slug).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let from = Instant(app.now().0.saturating_sub(BEFORE.0));
    let cards = app.board().slots_between(card.organiser.id.home(), from, Instant(i64::MAX));
    let (mut name, mut source) =
        (card.organiser.spec.name.clone(), canonical(&app, card.organiser.id.home()).feed(&card.organiser));
    let within = match of.calendar {
        None => Within::All,
        Some(calendar) => {
            name = format!("{name}: {calendar}");
            source = format!("{source}?calendar={calendar}");
            within(&app, card.organiser.id.home(), &calendar).await?
        }
    };
    let cards = cards.into_iter().filter(|card| is_public(card) && within.has(card.sheet.slot.id));
    let texts: Result<Vec<Text>, No> =
        cards.take(ENTRIES_MAX).map(|card| Text::of_slot(&app, &card)).collect();
    let text = write(&name, Some(feed_at(&source)), &texts?);
    Ok(fed(&headers, text, &slug, "max-age=300"))
}

/// The slots of a feed.
enum Within {
    All,
    /// These.
    Of(BTreeSet<SlotId>),
    /// All but these: what is in no other calendar is in the organiser's own, whether or not an app has looked yet.
    Without(BTreeSet<SlotId>),
}

impl Within {
    fn has(&self, slot: SlotId) -> bool {
        match self {
            Self::All => true,
            Self::Of(slots) => slots.contains(&slot),
            Self::Without(slots) => !slots.contains(&slot),
        }
    }
}

/// What is in a calendar that the organiser writes in an app. Calendars that are only looked at are nobody's feed.
async fn within(app: &App, home: Home, name: &str) -> Result<Within, No> {
    let all = app.store.calendars(home).await?.all;
    if name == SLOTS {
        let others = all.iter().filter(|calendar| calendar.kind == CalendarKind::Drafts);
        let mut slots = BTreeSet::new();
        for calendar in others {
            slots.extend(entries(app, home, &calendar.name).await?);
        }
        return Ok(Within::Without(slots));
    }
    let known = all.iter().find(|calendar| calendar.name == name && calendar.kind == CalendarKind::Drafts);
    let known = known.ok_or_else(|| No::unknown(Noun::Organiser))?;
    Ok(Within::Of(entries(app, home, &known.name).await?))
}

/// The slots whose entries stand in a calendar. The entry of a series stands for all its evenings.
async fn entries(app: &App, home: Home, calendar: &str) -> Result<BTreeSet<SlotId>, No> {
    let heads = app.store.calendar_heads(home, calendar, 0).await?;
    let shown: BTreeSet<SlotId> =
        heads.iter().filter(|head| head.state == EntryState::Shown).map(|head| head.slot).collect();
    look(app, home, move |books| {
        let evenings = books.occurrences.values().filter(|one| shown.contains(&SlotId(one.series.0)));
        Ok(evenings.map(|one| one.slot).chain(shown.iter().copied()).collect())
    })
    .await
}

/// `/o/{secret}/feed.ics`: an order's entry, to subscribe to. It is the same entry as the one in the order's mails.
pub(super) fn order(
    app: &App,
    headers: &HeaderMap,
    order: &Order,
    card: &Arc<SlotCard>,
) -> Result<Response, No> {
    let mut text = Text::of_slot(app, card)?;
    text.uid = format!("{}@dayshelf", order.id);
    text.is_off |= order.is_cancelled();
    // In the mails it counts on from here; whichever comes later is not older than this.
    text.sequence = 0;
    // The secret in the address is the reader's own; it does not go into the text, which calendars share.
    let source = feed_at("");
    let written = write(&card.sheet.organiser.spec.name, Some(source), &[text]);
    Ok(fed(headers, written, "order", "private, max-age=300"))
}

const fn feed_at(source: &str) -> Feed<'_> {
    Feed { source, refresh_seconds: REFRESH_SECONDS, color: COLOR }
}

/// A feed, or that it is still the one that the reader has.
fn fed(headers: &HeaderMap, text: String, name: &str, kept: &'static str) -> Response {
    let tag = tag(&text);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok()).unwrap_or_default();
    let is_known = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        calendar(text, &format!("{name}.ics"))
    };
    let heads = response.headers_mut();
    heads.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        heads.insert(header::ETAG, tag);
    }
    response
}

/// One slot as a file.
pub(super) fn one(app: &App, card: &Arc<SlotCard>) -> Result<Response, No> {
    let text = write("", None, &[Text::of_slot(app, card)?]);
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
    image: String,
    uid: String,
    is_off: bool,
    sequence: u32,
}

impl Text {
    fn of_slot(app: &App, card: &Arc<SlotCard>) -> Result<Self, No> {
        let slot = &card.sheet.slot;
        let zone = Wall::of(app, &slot.spec.times.zone)?.zone;
        let at = canonical(app, card.sheet.organiser.id.home());
        let url = at.slot(card);
        // A calendar is read elsewhere, where a path leads nowhere.
        let image = match slot.spec.image.as_str() {
            path if path.starts_with('/') => format!("{}{path}", at.origin),
            address => address.to_owned(),
        };
        let is_off = slot.state.is_off();
        Ok(Self {
            card: Arc::clone(card),
            zone,
            url,
            image,
            uid: format!("{}@dayshelf", slot.id),
            is_off,
            sequence: slot.version,
        })
    }

    fn entry(&self) -> Entry<'_> {
        let slot = &self.card.sheet.slot;
        let (start, end) = wall_times(&slot.spec.times, &self.zone);
        Entry {
            uid: self.uid.clone(),
            // What the slot says is as old as the slot: a text that nobody changed stays the same text.
            stamp: Moment(slot.id.0.made_at_ms()),
            start,
            end,
            zone: &self.zone,
            summary: &slot.spec.title,
            description: &slot.spec.story,
            location: &slot.spec.place,
            url: &self.url,
            image: &self.image,
            conference: self.card.sheet.blocks.iter().find_map(watched_at).unwrap_or_default(),
            status: match slot.state {
                _ if self.is_off => Status::Cancelled,
                SlotState::Draft => Status::Tentative,
                SlotState::Published | SlotState::Cancelled | SlotState::Discarded => Status::Confirmed,
            },
            sequence: self.sequence,
        }
    }
}

fn write(name: &str, feed: Option<Feed<'_>>, texts: &[Text]) -> String {
    let entries = texts.iter().map(Text::entry).collect();
    Calendar { made_by: MADE_BY, name, feed, entries }.write()
}
