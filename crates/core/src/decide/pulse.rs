//! What follows when something is due. Each step makes the thing not due any more.

use super::draw::send_on;
use super::{blocks, holds, line, notice};
use crate::books::{Books, Due};
use crate::change::PendingEnd;
use crate::fact::{Fact, HoldEnd};
use crate::hold::{HoldState, LapseCause};
use crate::ids::ConfirmationId;
use crate::pool::Draw;
use crate::time::Instant;
use crate::waitlist::LeftCause;
use crate::window::Window;

/// The facts of one due thing. Never empty while the books are whole.
pub(super) fn due(books: &Books, at: Instant, due: Due) -> Vec<Fact> {
    match due {
        Due::Opens(window) => vec![Fact::WindowOpened(window)],
        Due::Closes(window) => {
            books.windows.get(&window).map(|window| close(books, window)).unwrap_or_default()
        }
        Due::Step(offer, step) => vec![Fact::StepBegan { offer, step }],
        Due::Drip(window) => vec![Fact::Dripped { window, at }],
        Due::Tell(slot) => notice::due(books, slot),
        Due::Confirmation(id) => expired(books, id),
        Due::Begins(block) => blocks::begin(books, block),
        Due::Hold(id) => match books.holds.get(&id) {
            Some(hold) if hold.state == HoldState::Confirming && crate::planted!(CallOffFreesUnits) => {
                holds::end(books, hold, HoldEnd::Lapsed(LapseCause::Payment))
            }
            Some(hold) if hold.state == HoldState::Confirming && !crate::planted!(SweepsConfirming) => {
                vec![Fact::ConfirmCallingOff { hold: id }]
            }
            Some(hold) => holds::end(books, hold, HoldEnd::Lapsed(LapseCause::Time)),
            None => Vec::new(),
        },
    }
}

/// A change that nobody said yes to in time.
fn expired(books: &Books, id: ConfirmationId) -> Vec<Fact> {
    let ended = books.pendings.get(&id).map(|pending| Fact::ConfirmationEnded {
        confirmation: id,
        slot: pending.slot,
        end: PendingEnd::Expired,
    });
    ended.into_iter().collect()
}

/// First whoever can't be served any more leaves the line, so that what was set aside for them is free
/// when the unsold go on.
fn close(books: &Books, window: &Window) -> Vec<Fact> {
    let leaving: Vec<Fact> =
        line::stranded(books, window).map(|entry| line::left(books, entry, LeftCause::WindowsOver)).collect();
    if !leaving.is_empty() {
        return leaving;
    }
    let lent = window.spec.allotments.iter().filter_map(|lent| books.pools.get(&lent.lent));
    let moves =
        lent.flat_map(|pool| send_on(books, Draw { pool: pool.id, units: pool.balance.free })).collect();
    vec![Fact::WindowClosed { window: window.id, moves }]
}
