//! `/o/{secret}`: an order, its passes, and the ways to change one's mind. Start at [`show`].

mod fill;
mod moves;

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use dayshelf_core::command::{By, Command};
use dayshelf_core::ids::{OrderId, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::order::CancelRequest;
use dayshelf_wire::order_link::opens_order;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::secret::Opens;

use self::fill::{Fill, Tried};
use super::behind::{Key, Stage};
use super::feed;
use super::page::{Lost, Shown, again, found, on_to};
use super::refused::{Beside, Refused};
use crate::app::App;
use crate::extract::Form;
use crate::no::No;

/// An order that a secret opens.
struct Opened {
    key: Key,
    /// The authority of the order's own secret: the link in a mail has another one, which opens the same.
    by: By,
    order: Order,
    stage: Stage,
    /// Where it was bought, when it stands elsewhere now.
    moved_from: Option<Stage>,
}

async fn open(app: &App, text: &str) -> Result<Opened, Lost> {
    let key = Key::read(text, Opens::Order)?;
    let order = app.reader.order(OrderId(key.0.id)).await?.ok_or_else(|| No::unknown(Noun::Order))?;
    let stage = Stage::of(app, order.slot)?;
    if !opens_order(&stage.card.sheet.organiser, &key.0) {
        key.fits(&order.secret)?;
    }
    let hold = app.reader.hold(order.hold).await?.filter(|hold| hold.slot != order.slot);
    // A slot that is gone has no words to be named in.
    let moved_from = hold.and_then(|hold| Stage::of(app, hold.slot).ok());
    Ok(Opened { key, by: By::Bearer(order.secret), order, stage, moved_from })
}

pub(super) async fn show(State(app): State<App>, Path(text): Path<String>) -> Shown {
    let opened = open(&app, &text).await?;
    found(&Fill { app: &app, opened: &opened, refused: None }.page())
}

/// `/o/{secret}/order.ics`.
pub(super) async fn calendar(State(app): State<App>, Path(text): Path<String>) -> Result<Response, Lost> {
    let opened = open(&app, &text).await?;
    Ok(feed::one(&app, &opened.stage.card)?)
}

/// `/o/{secret}/feed.ics`, which follows the order as it changes.
pub(super) async fn feed(
    State(app): State<App>,
    Path(text): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Lost> {
    let opened = open(&app, &text).await?;
    Ok(feed::order(&app, &headers, &opened.order, &opened.stage.card)?)
}

/// The page again after a form was refused.
async fn back(app: &App, text: &str, tried: Tried, no: &No) -> Result<Response, Lost> {
    let opened = open(app, text).await?;
    let stage = &opened.stage;
    let beside = Beside { card: &stage.card, wall: &stage.wall, now: stage.now };
    let refused = Some((tried, Refused::of(no.problem(), &beside)));
    again(&Fill { app, opened: &opened, refused }.page(), no.problem())
}

pub(super) async fn cancel(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    let form = form?;
    let Opened { key, by, order, .. } = open(&app, &text).await?;
    let (home, order) = (order.id.home(), order.id);
    let asked = lines(&form).map(|lines| Command::CancelOrder { order, by, lines });
    let done = match asked {
        Ok(command) => app.submit(home, command, Some(form.once.key(key.caller(), home))).await,
        Err(problem) => Err(problem.into()),
    };
    match done {
        Ok(_) => on_to(&key.path()),
        Err(no) => back(&app, &text, Tried::Cancel, &no).await,
    }
}

/// The lines that were ticked.
fn lines(form: &Form) -> Result<Option<Vec<u16>>, Problem> {
    let wrong = || Problem::value_wrong("line", "tick at least one line");
    let lines: Option<Vec<u16>> = form.all("line").map(|line| line.parse().ok()).collect();
    CancelRequest { lines: Some(lines.ok_or_else(wrong)?) }.lines().map_err(|_| wrong())
}

pub(super) async fn relocate(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    let form = form?;
    let Opened { key, by, order, .. } = open(&app, &text).await?;
    let home = order.id.home();
    let done = match SlotId::parse(form.text("slot")) {
        Some(slot) => {
            let command = Command::MoveOrder { order: order.id, by, slot };
            app.submit(home, command, Some(form.once.key(key.caller(), home))).await
        }
        None => Err(Problem::value_wrong("slot", "choose the time to move to").into()),
    };
    match done {
        Ok(_) => on_to(&key.path()),
        Err(no) => back(&app, &text, Tried::Move, &no).await,
    }
}
