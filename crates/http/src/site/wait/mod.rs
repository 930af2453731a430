//! `/w/{secret}`: a place in line, and one's turn. Start at [`show`].

mod fill;

use axum::extract::{Path, State};
use axum::response::Response;
use dayshelf_core::command::{By, Command};
use dayshelf_core::ids::EntryId;
use dayshelf_core::refusal::Noun;
use dayshelf_core::waitlist::Entry;
use dayshelf_pages::{Notice, NoticeKind};
use dayshelf_wire::problem::Kind;
use dayshelf_wire::secret::Opens;

use super::behind::{Key, Stage};
use super::page::{Lost, Shown, again, found, on_to};
use super::refused::{Beside, Refused};
use crate::app::App;
use crate::extract::Form;
use crate::no::No;

/// An entry that a secret opens.
struct Opened {
    key: Key,
    entry: Entry,
    stage: Stage,
}

async fn open(app: &App, text: &str) -> Result<Opened, Lost> {
    let key = Key::read(text, Opens::Entry)?;
    let entry = app.reader.entry(EntryId(key.0.id)).await?.ok_or_else(|| No::unknown(Noun::Entry))?;
    key.fits(&entry.secret)?;
    let stage = Stage::of(app, entry.slot)?;
    Ok(Opened { key, entry, stage })
}

pub(super) async fn show(State(app): State<App>, Path(text): Path<String>) -> Shown {
    let opened = open(&app, &text).await?;
    found(&fill::page(&app, &opened).await?)
}

/// Hands in what a button stands for, and shows what came of it.
async fn act(
    app: &App,
    text: &str,
    form: Form,
    command: fn(EntryId, By) -> Command,
) -> Result<Response, Lost> {
    let Opened { key, entry, .. } = open(app, text).await?;
    let home = entry.id.home();
    let once = form.once.key(key.caller(), home);
    let no = match app.submit(home, command(entry.id, key.by()), Some(once)).await {
        Ok(_) => return on_to(&key.path()),
        // Whoever is out of line sees that; whoever has no turn sees where they stand.
        Err(no) if [Kind::EntryLeft, Kind::NoTurn].contains(&no.problem().kind) => return on_to(&key.path()),
        Err(no) => no,
    };
    let opened = open(app, text).await?;
    let stage = &opened.stage;
    let beside = Beside { card: &stage.card, wall: &stage.wall, now: stage.now };
    let text = Refused::of(no.problem(), &beside).notice.text;
    let mut page = fill::page(app, &opened).await?;
    page.frame.notice = Some(Notice { kind: NoticeKind::Refused, text, link: None });
    again(&page, no.problem())
}

pub(super) async fn decline(
    State(app): State<App>,
    Path(text): Path<String>,
    form: Result<Form, No>,
) -> Shown {
    act(&app, &text, form?, |entry, by| Command::DeclineTurn { entry, by }).await
}

pub(super) async fn leave(State(app): State<App>, Path(text): Path<String>, form: Result<Form, No>) -> Shown {
    act(&app, &text, form?, |entry, by| Command::LeaveWaitlist { entry, by }).await
}
