//! The slot's page for whoever composes it: the same page, of a card that nobody else has.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;
use dayshelf_desk::SlotCard;
use dayshelf_pages::Still;
use dayshelf_relay::live::Viewer;

use super::super::kept::Keys;
use super::super::page;
use super::super::shelf::Shelf;
use super::fill::Fill;
use super::typed::Typed;
use crate::app::App;
use crate::no::No;

/// The page as this reader sees it at the card's instant. It does not look for news of a slot that is not there.
pub(crate) fn slot_preview(app: &App, card: SlotCard, viewer: Viewer) -> Result<Response, No> {
    let at = card.at;
    let card = Arc::new(card);
    let shelf = Shelf::at(app, Arc::clone(&card), viewer, at)?;
    let mut page = Fill { app, shelf, typed: Typed::default(), refused: None, keys: Keys::Fresh }.page();
    page.frame.refresh_after_s = None;
    page.frame.listed = false;
    if app.board().slot(card.sheet.slot.id).is_none() {
        // Its id is another one each time that it is looked at; the still life is not to change with every key.
        page.still = Still::of(&card.sheet.slot.spec.slug);
    }
    page::html(StatusCode::OK, &page)
}
