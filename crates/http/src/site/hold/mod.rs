//! `/h/{secret}`: a hold and what its bearer may do with it. Start at [`show`].

pub(super) mod bank;
mod fill;
mod pay;

use axum::extract::{Path, State};
use axum::response::Response;
use dayshelf_core::command::{By, Command};
use dayshelf_core::hold::{Hold, HoldState};
use dayshelf_core::ids::HoldId;
use dayshelf_core::refusal::Noun;
use dayshelf_relay::live::Viewer;
use dayshelf_wire::problem::Kind;
use dayshelf_wire::secret::Opens;

use self::fill::{Fill, Typed};
use super::behind::{Key, Stage};
use super::page::{Lost, Shown, again, found, on_to};
use super::refused::{Beside, Refused};
use crate::api::holds::bank::bank_path;
use crate::api::slots::live::watch;
use crate::app::App;
use crate::extract::Form;
use crate::no::No;

/// A hold that a secret opens.
struct Opened {
    key: Key,
    hold: Hold,
    stage: Stage,
}

async fn open(app: &App, text: &str) -> Result<Opened, Lost> {
    let key = Key::read(text, Opens::Hold)?;
    let hold = app.reader.hold(HoldId(key.0.id)).await?.ok_or_else(|| No::unknown(Noun::Hold))?;
    key.fits(&hold.secret)?;
    let stage = Stage::of(app, hold.slot)?;
    Ok(Opened { key, hold, stage })
}

pub(super) async fn show(State(app): State<App>, Path(text): Path<String>) -> Shown {
    let opened = open(&app, &text).await?;
    if let HoldState::Confirmed(order)
    | HoldState::LapsedPaid { order, .. }
    | HoldState::ReleasedPaid(order) = opened.hold.state
    {
        return on_to(&opened.key.path_of(Opens::Order, order.0));
    }
    found(&Fill { app: &app, opened: &opened, typed: None, refused: None }.page())
}

/// The stream of what others can still get: in the hold's window, if the public has no part in that.
pub(super) async fn live(State(app): State<App>, Path(text): Path<String>) -> Result<Response, No> {
    let nothing = |_: Lost| No::unknown(Noun::Hold);
    let hold = open(&app, &text).await.map_err(nothing)?.hold;
    watch(&app, hold.slot, Viewer::admitted(vec![hold.window]))
}

/// The page again after a form was refused; where the hold has changed meanwhile, the page that shows it.
async fn back(app: &App, text: &str, typed: Option<Typed>, no: &No) -> Result<Response, Lost> {
    let opened = open(app, text).await?;
    let moved_on = [Kind::HoldEnded, Kind::HoldConfirming, Kind::HoldTaken].contains(&no.problem().kind);
    if moved_on || !opened.hold.is_live() {
        return on_to(&opened.key.path());
    }
    let stage = &opened.stage;
    let beside = Beside { card: &stage.card, wall: &stage.wall, now: stage.now };
    let refused = Some(Refused::of(no.problem(), &beside));
    again(&Fill { app, opened: &opened, typed, refused }.page(), no.problem())
}

/// Hands in what a button stands for, and shows what came of it.
async fn act(app: &App, text: &str, form: Form, command: fn(HoldId, By) -> Command) -> Shown {
    let Opened { key, hold, .. } = open(app, text).await?;
    let once = form.once.key(key.caller(), hold.id.home());
    match app.submit(hold.id.home(), command(hold.id, key.by()), Some(once)).await {
        Ok(_) => on_to(&key.path()),
        Err(no) => back(app, text, None, &no).await,
    }
}

pub(super) async fn extend(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    let form = form?;
    let typed = Typed::of(&form);
    let Opened { key, hold, .. } = open(&app, &text).await?;
    let (home, once) = (hold.id.home(), form.once.key(key.caller(), hold.id.home()));
    if let Err(no) = app.submit(home, Command::ExtendHold { hold: hold.id, by: key.by() }, Some(once)).await {
        return back(&app, &text, Some(typed), &no).await;
    }
    let opened = open(&app, &text).await?;
    if !opened.hold.is_live() {
        return on_to(&key.path());
    }
    // Whoever is halfway through the form goes on with it.
    found(&Fill { app: &app, opened: &opened, typed: Some(typed), refused: None }.page())
}

pub(super) async fn release(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    act(&app, &text, form?, |hold, by| Command::ReleaseHold { hold, by }).await
}

pub(super) async fn checkout(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    act(&app, &text, form?, |hold, by| Command::CheckOut { hold, by }).await
}

pub(super) async fn confirm(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    let form = form?;
    let Opened { key, hold, .. } = open(&app, &text).await?;
    let typed = Typed::of(&form);
    match pay::pay(&app, key, hold.id, &typed, &form).await {
        Ok(pay::Next::Hold) => on_to(&key.path()),
        Ok(pay::Next::Bank) => on_to(&bank_path(&key.0.text())),
        Err(no) => back(&app, &text, Some(typed), &no).await,
    }
}
