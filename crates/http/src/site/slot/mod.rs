//! `/{organiser}/{slot}`: the page that sells, and its two forms.
//!
//! `fill` turns a card into the view model, with `offers`, `windows`, `choices` and `json_ld` beside it;
//! `typed` is what a reader filled in, `lobby` the line before a hot opening. Start at [`show`].

mod choices;
mod code;
mod cookie;
mod fill;
mod json_ld;
mod library;
pub(super) mod lobby;
mod offers;
pub(super) mod preview;
mod typed;
mod windows;

pub(super) use self::fill::place;
pub(super) use self::offers::standing;

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use dayshelf_core::command::{By, Command};
use dayshelf_core::refusal::Noun;
use dayshelf_core::window::HoldAt;
use dayshelf_desk::SlotCard;
use dayshelf_relay::live::Viewer;
use dayshelf_wire::problem::Kind;
use dayshelf_wire::secret::Bearer;

use self::fill::Fill;
use self::typed::Typed;
use super::feed;
use super::here;
use super::kept::Keys;
use super::page::{Lost, Shown, again, found, free_name, on_to};
use super::refused::{Beside, Refused};
use super::shelf::{Shelf, is_public, path};
use crate::api::holds::create::{claim, made};
use crate::api::slots::live::watch;
use crate::api::slots::viewer::viewer;
use crate::api::waitlist::join::get_in_line;
use crate::app::App;
use crate::extract::{Client, Form};
use crate::no::No;

/// The card that an address leads to, if the public may see it.
fn card_of(app: &App, organiser: &str, slot: &str) -> Result<Arc<SlotCard>, Lost> {
    free_name(organiser)?;
    let card = app.board().slot_by_slug(organiser, slot).filter(|card| is_public(card));
    card.ok_or_else(|| Lost::in_house(No::unknown(Noun::Slot), app, organiser))
}

pub(super) async fn show(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    client: Client,
    headers: HeaderMap,
) -> Shown {
    if let Some(slot) = slot.strip_suffix(".ics") {
        return Ok(feed::one(&app, &card_of(&app, &organiser, slot)?)?);
    }
    let card = card_of(&app, &organiser, &slot)?;
    let (code, numbers) = (code::kept(&app, &headers), lobby::kept(&app, &card, &headers));
    if code.is_none() && numbers.is_empty() {
        return public(&app, card);
    }
    let typed = Typed { code: code.unwrap_or_default(), numbers: numbers.clone(), ..Typed::default() };
    let page = |typed: Typed, viewer: Viewer| -> Shown {
        let shelf = Shelf::of(&app, Arc::clone(&card), viewer)?;
        found(&Fill { app: &app, shelf, typed, refused: None, keys: Keys::Fresh }.page())
    };
    match viewer(&app, client, card.sheet.slot.id, typed.code_shown()).await {
        Ok(viewer) => page(typed, viewer),
        // It was right once, or is another installation's.
        Err(no) if no.problem().kind == Kind::CodeWrong => {
            Ok(code::forget(&app, &card, page(Typed { numbers, ..Typed::default() }, Viewer::Public)?))
        }
        Err(no) => no_code(&app, card, typed, &no),
    }
}

/// The page as everybody sees it who has typed nothing.
fn public(app: &App, card: Arc<SlotCard>) -> Shown {
    let now = app.now();
    app.kept.show(here::slot_key(app, &card), card.sequence, now, || {
        let shelf = Shelf::at(app, card, Viewer::Public, now)?;
        Ok(Fill { app, shelf, typed: Typed::default(), refused: None, keys: Keys::Open }.page())
    })
}

/// The stream of what this reader may buy: with the code that the page has, if it has one.
pub(super) async fn live(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    client: Client,
    headers: HeaderMap,
) -> Result<Response, No> {
    let nothing = || No::unknown(Noun::Slot);
    let card = app.board().slot_by_slug(&organiser, &slot).filter(|card| is_public(card));
    let id = card.ok_or_else(nothing)?.sheet.slot.id;
    let viewer = match viewer(&app, client, id, code::kept(&app, &headers).as_deref()).await {
        Err(no) if no.problem().kind == Kind::CodeWrong => Viewer::Public,
        viewer => viewer?,
    };
    watch(&app, id, viewer)
}

/// Takes a code, so that the page shows what it opens; an empty one is forgotten.
pub(super) async fn use_code(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    client: Client,
    form: Result<Form, No>,
) -> Shown {
    let (card, form) = (card_of(&app, &organiser, &slot)?, form?);
    let typed = Typed::of(&form);
    match viewer(&app, client, card.sheet.slot.id, typed.code_shown()).await {
        Ok(_) => Ok(remembered(&app, &card, &typed, on_to(&path(&card))?)),
        Err(no) => no_code(&app, card, typed, &no),
    }
}

/// The answer with the code that was right.
fn remembered(app: &App, card: &SlotCard, typed: &Typed, answer: Response) -> Response {
    match typed.code_shown() {
        Some(code) => code::keep(app, card, code, answer),
        None => code::forget(app, card, answer),
    }
}

/// The page as the public sees it, with what is wrong about the code.
fn no_code(app: &App, card: Arc<SlotCard>, typed: Typed, no: &No) -> Shown {
    if !matches!(no.problem().kind, Kind::CodeWrong | Kind::TooLong | Kind::RateLimited) {
        return Err(No::from(no.problem().clone()).into());
    }
    refused(app, Shelf::of(app, card, Viewer::Public)?, typed, no)
}

fn refused(app: &App, shelf: Shelf, typed: Typed, no: &No) -> Shown {
    let beside = Beside { card: &shelf.card, wall: &shelf.wall, now: shelf.now() };
    let refused = Some(Refused::of(no.problem(), &beside));
    again(&Fill { app, shelf, typed, refused, keys: Keys::Fresh }.page(), no.problem())
}

/// The page again after a form was refused, with what was typed.
async fn back(app: &App, client: Client, card: &SlotCard, typed: Typed, no: &No) -> Result<Response, Lost> {
    // The card may have moved on since; the reader is shown what is true now.
    let id = card.sheet.slot.id;
    let card = app.board().slot(id).ok_or_else(|| No::unknown(Noun::Slot))?;
    // A code that is wrong, or asked about too often, leaves the page as the public sees it.
    let viewer = viewer(app, client, id, typed.code_shown()).await.unwrap_or_default();
    let right = viewer != Viewer::Public;
    let code = typed.clone();
    let answer = refused(app, Shelf::of(app, Arc::clone(&card), viewer)?, typed, no)?;
    Ok(if right { remembered(app, &card, &code, answer) } else { answer })
}

pub(super) async fn hold(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    client: Client,
    headers: HeaderMap,
    form: Result<Form, No>,
) -> Shown {
    let (card, form) = (card_of(&app, &organiser, &slot)?, form?);
    let typed = Typed { numbers: lobby::kept(&app, &card, &headers), ..Typed::of(&form) };
    match take(&app, client, &card, &typed, &form).await {
        // A wrong code would have been refused, so this one is right.
        Ok(bearer) => Ok(remembered(&app, &card, &typed, on_to(&format!("/h/{}", bearer.text()))?)),
        Err(no) => back(&app, client, &card, typed, &no).await,
    }
}

/// Claims the units, and goes to checkout with them where the window holds no earlier.
async fn take(app: &App, client: Client, card: &SlotCard, typed: &Typed, form: &Form) -> Result<Bearer, No> {
    let request = typed.hold_request(card.sheet.slot.id)?;
    let (decided, bearer) = claim(app, client, &request, &form.once).await?;
    let hold = made(&decided)?;
    let window = card.sheet.windows.iter().find(|window| window.id == hold.window);
    if window.is_some_and(|window| window.spec.hold.at == HoldAt::Checkout) {
        let by = By::Bearer(bearer.digest());
        let taken = app.submit(hold.id.home(), Command::CheckOut { hold: hold.id, by }, None).await;
        // A retry finds the units taken, or even bought: the next page shows which.
        let went_on =
            |no: &No| matches!(no.problem().kind, Kind::HoldTaken | Kind::HoldConfirming | Kind::HoldEnded);
        if let Err(no) = taken
            && !went_on(&no)
        {
            return Err(no);
        }
    }
    Ok(bearer)
}

pub(super) async fn waitlist(
    State(app): State<App>,
    Path((organiser, slot)): Path<(String, String)>,
    client: Client,
    form: Result<Form, No>,
) -> Shown {
    let (card, form) = (card_of(&app, &organiser, &slot)?, form?);
    let typed = Typed::of(&form);
    match wait(&app, client, &card, &typed, &form).await {
        Ok(bearer) => on_to(&format!("/w/{}", bearer.text())),
        Err(no) => back(&app, client, &card, typed, &no).await,
    }
}

async fn wait(app: &App, client: Client, card: &SlotCard, typed: &Typed, form: &Form) -> Result<Bearer, No> {
    client.may_claim(app)?;
    let request = typed.join_request(form.text("wait"))?;
    let (_, bearer) = get_in_line(app, card.sheet.slot.id, &request, &form.once).await?;
    Ok(bearer)
}
