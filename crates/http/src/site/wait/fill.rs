//! From a waitlist entry to its page.

use dayshelf_core::chance::ENDS_MIN;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::HoldId;
use dayshelf_core::waitlist::{EntryState, LeftCause};
use dayshelf_core::window::Fairness;
use dayshelf_pages::{ChanceView, Frame, Href, Link, WaitState, WaitlistPage};
use dayshelf_wire::secret::Opens;
use dayshelf_wire::waitlist::OutlookShape;

use super::super::page::{self, Lost, fresh_key};
use super::super::say;
use super::super::shelf::path;
use super::Opened;
use crate::api::waitlist::shape::{standing, terms};
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
            WaitState::Left { .. } if stage.card.sheet.slot.state.is_off() => vec![stage.calendar()],
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
        EntryState::Left(cause) => left(cause),
    })
}

async fn waiting(app: &App, opened: &Opened) -> Result<WaitState, Lost> {
    let standing = standing(app, &opened.entry).await?;
    let terms = terms(&opened.stage.card, &opened.entry, opened.stage.now);
    let ahead = standing.ahead.unwrap_or(0);
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
            chance: standing.outlook.as_ref().map(outlook),
        },
        Fairness::Lottery => WaitState::Waiting {
            place: "In the draw".to_owned(),
            note: format!("What comes back is held for whoever is drawn, for {span}. {stay}"),
            chance: None,
        },
        Fairness::Announce => WaitState::Waiting {
            place: "On the list".to_owned(),
            note: format!("When something comes back, everyone in line can get it. {stay}"),
            chance: None,
        },
    })
}

/// The chance in words, and what it was worked out from. Hundredths would say more than is known.
fn outlook(of: &OutlookShape) -> ChanceView {
    let units = |units: u32| if units == 1 { "1 unit".to_owned() } else { format!("{units} units") };
    let held = match of.held {
        0 => "Nobody holds anything that could come back right now.".to_owned(),
        1 => "Right now, others hold 1 unit that may come back.".to_owned(),
        held => format!("Right now, others hold {held} units that may come back."),
    };
    let text = match (of.held, of.chance_percent) {
        (0, _) => "It takes a cancelled order, or more stock".to_owned(),
        (_, None) => "Too few holds have ended here to tell your chance".to_owned(),
        (held, _) if held < of.needed => {
            "Not by what is held now: it takes a cancelled order, or more stock".to_owned()
        }
        (_, Some(..5)) => "Your chance by what is held now: below 5\u{a0}%".to_owned(),
        (_, Some(95..)) => "Your chance by what is held now: above 95\u{a0}%".to_owned(),
        (_, Some(percent)) => format!("Your chance by what is held now: about {}\u{a0}%", percent / 5 * 5),
    };
    let ended = match (of.holds_ended, of.chance_percent) {
        (ended, Some(_)) => {
            format!("Of the last {ended} holds here, {} ended without an order.", of.holds_back)
        }
        (ended, None) => {
            format!("{ended} holds have ended here so far; from {ENDS_MIN} on, they tell something.")
        }
    };
    let how = vec![
        held,
        format!("For you, {} would have to come back: yours, and what those before you wait for.", units(of.needed)),
        ended,
        "The chance is what follows if the holds of now end like those. Cancelled orders and added stock come on top, and are not counted.".to_owned(),
    ];
    ChanceView { text, how }
}

async fn turn(app: &App, opened: &Opened, id: HoldId) -> Result<WaitState, Lost> {
    let stage = &opened.stage;
    let Some(hold) = app.reader.hold(id).await? else {
        return Ok(left(LeftCause::Missed));
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

fn left(cause: LeftCause) -> WaitState {
    let out = "You are not in line";
    let (heading, note) = match cause {
        LeftCause::Withdrew => {
            (out, "You left the line. While the window is open, you can join again, at its end.")
        }
        LeftCause::Declined => (out, "You let your turn go to the next in line."),
        LeftCause::Missed => (out, "Your turn passed untaken twice, so it went to the next in line."),
        LeftCause::Served(_) => (out, "You took your turn."),
        LeftCause::WindowsOver => {
            ("The window has closed", "Nothing came back for you before it did, so the line is gone with it.")
        }
        LeftCause::SlotCancelled => {
            ("This was called off", "The line is gone with it. See the calendar for what comes next.")
        }
    };
    WaitState::Left { heading: heading.into(), note: note.into() }
}
