//! From a waitlist entry to its page.

use dayshelf_core::books::Books;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::HoldId;
use dayshelf_core::time::Span;
use dayshelf_core::waitlist::{Entry, EntryState, LeftCause};
use dayshelf_core::window::{Fairness, Phase, TurnTerms};
use dayshelf_pages::{Frame, Href, Link, WaitState, WaitlistPage};
use dayshelf_wire::secret::Opens;

use super::super::behind::Stage;
use super::super::page::{self, Lost, fresh_key};
use super::super::say;
use super::super::shelf::path;
use super::Opened;
use crate::api::waitlist::shape::before;
use crate::app::App;

/// How often the page looks again, in seconds: a turn may be short.
const POLL_S: u32 = 5;

pub(super) async fn page(app: &App, opened: &Opened) -> Result<WaitlistPage, Lost> {
    let Opened { key, entry, stage } = opened;
    let state = state(app, opened).await?;
    Ok(WaitlistPage {
        frame: frame(opened),
        path: Href::new(key.path()),
        slot: stage.summary(app),
        offer: stage.offer(entry.offer),
        quantity: entry.quantity,
        // Nothing is sent by this server: the page itself tells the reader.
        email: String::new(),
        next: match state {
            WaitState::Left { .. } => {
                vec![Link::new("Back to the shelf", path(&stage.card)), stage.calendar()]
            }
            _ => Vec::new(),
        },
        state,
        key: fresh_key(),
    })
}

fn frame(opened: &Opened) -> Frame {
    let stage = &opened.stage;
    let mut frame = page::frame("Waitlist", &stage.card.sheet.organiser, stage.now);
    if opened.entry.is_live() {
        frame.poll_s = Some(POLL_S);
        frame.refresh_after_s = Some(POLL_S * 3);
    }
    frame
}

async fn state(app: &App, opened: &Opened) -> Result<WaitState, Lost> {
    let entry = &opened.entry;
    Ok(match entry.state {
        EntryState::Waiting { .. } if entry.requeued => WaitState::Lapsed {
            note: "Your turn passed untaken. You are in line once more, at its end: keep this page open."
                .into(),
        },
        EntryState::Waiting { .. } => waiting(app, opened).await?,
        EntryState::Turn(hold) => turn(app, opened, hold).await?,
        EntryState::Left(LeftCause::Served(order)) => {
            WaitState::Served { order: Href::new(opened.key.path_of(Opens::Order, order.0)) }
        }
        EntryState::Left(cause) => WaitState::Left { note: left(cause).into() },
    })
}

async fn waiting(app: &App, opened: &Opened) -> Result<WaitState, Lost> {
    let entry = opened.entry.clone();
    let home = entry.id.home();
    let terms = terms(&opened.stage, &entry);
    let look = move |books: Option<&Books>, _| books.map_or(0, |books| before(books, &entry));
    let ahead = app.desk.look(home, look).await?;
    let span = say::span(terms.span);
    let stay = "Keep this page open, or come back to it: it shows your turn by itself.";
    Ok(match terms.fairness {
        Fairness::FirstCome => WaitState::Waiting {
            place: format!("{} in line", say::ordinal(ahead.saturating_add(1))),
            note: match ahead {
                0 => format!("Nobody is before you. What comes back is held for you for {span}. {stay}"),
                1 => format!("One person is before you. At your turn, yours is held for {span}. {stay}"),
                ahead => {
                    format!("{ahead} people are before you. At your turn, yours is held for {span}. {stay}")
                }
            },
        },
        Fairness::Lottery => WaitState::Waiting {
            place: "In the draw".to_owned(),
            note: format!("What comes back is held for whoever is drawn, for {span}. {stay}"),
        },
        Fairness::Announce => WaitState::Waiting {
            place: "On the list".to_owned(),
            note: format!("When something comes back, everyone in line can get it. {stay}"),
        },
    })
}

/// How the window that is open, or the next one, serves its waiters.
fn terms(stage: &Stage, entry: &Entry) -> TurnTerms {
    let windows = stage.card.sheet.windows.iter().filter(|window| window.sells(entry.offer));
    let alive = windows.filter(|window| window.phase_at(stage.now) != Phase::Closed);
    let first = alive.min_by_key(|window| window.spec.opens.at);
    let none = TurnTerms { fairness: Fairness::FirstCome, span: Span::minutes(5) };
    first.map_or(none, |window| window.spec.turn)
}

async fn turn(app: &App, opened: &Opened, id: HoldId) -> Result<WaitState, Lost> {
    let stage = &opened.stage;
    let Some(hold) = app.reader.hold(id).await? else {
        return Ok(WaitState::Left { note: left(LeftCause::Missed).into() });
    };
    let address = opened.key.path_of(Opens::Hold, id.0);
    if let HoldState::Confirmed(order) = hold.state {
        return Ok(WaitState::Served { order: Href::new(opened.key.path_of(Opens::Order, order.0)) });
    }
    Ok(WaitState::Turn {
        hold: Href::new(address),
        countdown: say::countdown(hold.due, stage.now),
        until: stage.wall.moment(hold.due),
    })
}

fn left(cause: LeftCause) -> &'static str {
    match cause {
        LeftCause::Withdrew => "You left the line. While the window is open, you can join again, at its end.",
        LeftCause::Declined => "You let your turn go to the next in line.",
        LeftCause::Missed => "Your turn passed untaken twice, so it went to the next in line.",
        LeftCause::Served(_) => "You took your turn.",
        LeftCause::WindowsOver => "The window has closed, and nothing came back for you before it did.",
        LeftCause::SlotCancelled => "This was called off, so the line is gone with it.",
    }
}
