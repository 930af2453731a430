//! `/overlay/{secret}`: what a live stream shows over its picture. Read only.
//!
//! The address follows from the slot and the organiser's first pass key, so nothing is stored, and nobody
//! can work it out who does not have the key.

use std::sync::Arc;

use axum::extract::{Path, State};
use dayshelf_core::ids::{Id, SlotId};
use dayshelf_core::refusal::Noun;
use dayshelf_core::text::Secret;
use dayshelf_desk::SlotCard;
use dayshelf_pages::{Countdown, OverlayPage, OverlayState};
use dayshelf_relay::live::Viewer;
use dayshelf_wire::secret::{SECRET_BYTES, derive, same_digest, secret_digest};

use super::page::{Shown, found};
use super::say;
use super::shelf::{Shelf, Standing, is_public};
use crate::app::App;
use crate::no::No;

/// The address of a slot's overlay, for whoever has an organiser's key; `None` when the organiser has no
/// pass key.
pub fn overlay_path(card: &SlotCard) -> Option<String> {
    let secret = Id::from_bytes(secret_of(card)?.0);
    Some(format!("/overlay/{}_{secret}", card.sheet.slot.id.0))
}

fn secret_of(card: &SlotCard) -> Option<Secret<SECRET_BYTES>> {
    let key = card.sheet.organiser.pass_keys.first()?;
    Some(derive(&key.seed.0, "overlay", &card.sheet.slot.id.to_string()))
}

/// The card that a secret leads to.
fn card_of(app: &App, text: &str) -> Option<Arc<SlotCard>> {
    let (slot, secret) = text.split_once('_')?;
    let secret = Secret(Id::parse(secret)?.to_bytes());
    let card = app.board().slot(SlotId(Id::parse(slot)?))?;
    let right = secret_of(&card)?;
    same_digest(&secret_digest(&right), &secret_digest(&secret)).then_some(card)
}

pub(super) async fn show(State(app): State<App>, Path(secret): Path<String>) -> Shown {
    let card = card_of(&app, &secret).filter(|card| is_public(card));
    let shelf = Shelf::of(&app, card.ok_or_else(|| No::unknown(Noun::Slot))?, Viewer::Public)?;
    let (state, units, units_label) = stock(&shelf);
    let host =
        app.config.public_url.split_once("://").map_or(app.config.public_url.as_str(), |(_, host)| host);
    found(&OverlayPage {
        slot: shelf.card.sheet.slot.id.to_string(),
        sequence: shelf.reading.sequence,
        title: shelf.card.sheet.slot.spec.title.clone(),
        now_ms: shelf.now().0,
        lang: "en".into(),
        offers: shelf.only().map(|stand| stand.offer.id.to_string()).into_iter().collect(),
        units,
        units_label,
        price: shelf.price(),
        countdown: countdown(&shelf),
        address: format!("{host}{}", shelf.path()),
        state,
    })
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
