//! `/overlay/{secret}`: what a live stream shows over its picture. Read only.
//!
//! The address follows from the slot, the organiser's first pass key, and how often it was changed, so nothing
//! is stored, and nobody can work it out who does not have the key. The organiser reads it at
//! `/v1/slots/{slot}/overlay`. It shows the window that is open, to whomever that is, and has a stream of its own.

use std::sync::Arc;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use dayshelf_core::ids::{Id, SlotId};
use dayshelf_core::organiser::Organiser;
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::Slot;
use dayshelf_core::text::Secret;
use dayshelf_desk::SlotCard;
use dayshelf_pages::{Countdown, Href, OverlayLayout, OverlayPage, OverlayState, OverlayTheme};
use dayshelf_relay::live::Viewer;
use dayshelf_wire::secret::{SECRET_BYTES, derive, same_digest, secret_digest};
use serde::Deserialize;

use super::here::canonical;
use super::page::{Shown, found, look_sheet};
use super::say;
use super::shelf::{Shelf, Standing, is_public};
use crate::api::slots::live::watch;
use crate::app::App;
use crate::no::No;

/// The address of a slot's overlay, for whoever has an organiser's key; `None` when the organiser has no
/// pass key.
pub(crate) fn overlay_path(organiser: &Organiser, slot: &Slot) -> Option<String> {
    let secret = Id::from_bytes(secret_of(organiser, slot)?.0);
    Some(format!("/overlay/{}_{secret}", slot.id.0))
}

fn secret_of(organiser: &Organiser, slot: &Slot) -> Option<Secret<SECRET_BYTES>> {
    let key = organiser.pass_keys.first()?;
    Some(derive(&key.seed.0, "overlay", &format!("{}#{}", slot.id, slot.overlay)))
}

/// The card that a secret leads to.
fn card_of(app: &App, text: &str) -> Option<Arc<SlotCard>> {
    let (slot, secret) = text.split_once('_')?;
    let secret = Secret(Id::parse(secret)?.to_bytes());
    let card = app.board().slot(SlotId(Id::parse(slot)?))?;
    let right = secret_of(&card.sheet.organiser, &card.sheet.slot)?;
    same_digest(&secret_digest(&right), &secret_digest(&secret)).then_some(card)
}

/// How the overlay is to look, as the address says it; a word that nobody knows is as good as none.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Look {
    #[serde(default)]
    layout: String,
    #[serde(default)]
    theme: String,
}

pub(super) async fn show(
    State(app): State<App>,
    Path(secret): Path<String>,
    look: Result<Query<Look>, QueryRejection>,
) -> Shown {
    let Query(look) = look.unwrap_or_default();
    let card = card_of(&app, &secret).filter(|card| is_public(card));
    let shelf = Shelf::of(&app, card.ok_or_else(|| No::unknown(Noun::Slot))?, Viewer::Organiser)?;
    let (state, units, units_label) = stock(&shelf);
    let told = canonical(&app, shelf.card.sheet.organiser.id.home()).slot(&shelf.card);
    found(&OverlayPage {
        slot: shelf.card.sheet.slot.id.to_string(),
        sequence: shelf.reading.sequence,
        stream: Href::new(format!("/overlay/{secret}/live")),
        title: shelf.card.sheet.slot.spec.title.clone(),
        window: shelf.reading.window.map(|window| window.to_string()).unwrap_or_default(),
        window_title: window_title(&shelf),
        now_ms: shelf.now().0,
        layout: OverlayLayout::of(&look.layout),
        theme: OverlayTheme::of(&look.theme),
        look: look_sheet(&shelf.card.sheet.organiser),
        lang: "en".into(),
        offers: shelf.only().map(|stand| stand.offer.id.to_string()).into_iter().collect(),
        units,
        units_label,
        price: shelf.price(),
        countdown: countdown(&shelf),
        address: told.split_once("://").map_or(told.as_str(), |(_, rest)| rest).to_owned(),
        state,
    })
}

/// The stream of what the overlay shows.
pub(super) async fn live(State(app): State<App>, Path(secret): Path<String>) -> Result<Response, No> {
    let card = card_of(&app, &secret).filter(|card| is_public(card));
    let card = card.ok_or_else(|| No::unknown(Noun::Slot))?;
    watch(&app, card.sheet.slot.id, Viewer::Organiser)
}

/// The name of the window that is open or next to open, where there are several.
fn window_title(shelf: &Shelf) -> String {
    let windows = &shelf.card.sheet.windows;
    let window = shelf.reading.window.and_then(|id| windows.iter().find(|window| window.id == id));
    window.filter(|_| windows.len() > 1).map(|window| window.spec.title.clone()).unwrap_or_default()
}

fn stock(shelf: &Shelf) -> (OverlayState, Option<u32>, String) {
    match shelf.standing() {
        Standing::Open => (OverlayState::Open, Some(shelf.units()), "left".into()),
        Standing::SoldOut => (OverlayState::SoldOut, None, "Sold out".into()),
        Standing::Ahead(opens) => {
            (OverlayState::Upcoming, None, format!("Opens {}", shelf.wall.when(opens, shelf.now())))
        }
        Standing::Gated(_) => (OverlayState::Upcoming, None, "By invitation".into()),
        Standing::Cancelled => (OverlayState::Ended, None, "Cancelled".into()),
        Standing::Paused(_) => (OverlayState::SoldOut, None, "Paused for now".into()),
        Standing::Unfulfillable => (OverlayState::Ended, None, "Not available any more".into()),
        Standing::Closed | Standing::NotForSale => (OverlayState::Ended, None, "Ended".into()),
    }
}

fn countdown(shelf: &Shelf) -> Option<(String, Countdown)> {
    let window = shelf.reading.window?;
    let window = shelf.card.sheet.windows.iter().find(|known| known.id == window)?;
    let (words, until) = match shelf.standing() {
        Standing::Open => ("Closes in", window.spec.closes.at),
        Standing::Ahead(opens) => ("Opens in", opens),
        _ => return None,
    };
    Some((words.to_owned(), say::countdown(until, shelf.now())))
}
