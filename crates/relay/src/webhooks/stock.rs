//! Stock changes: one message for all that happened to a slot in a quarter of a second, latest wins.
//!
//! They are made from the board, not from facts: what counts is what can be bought, by the public and through
//! every window that is open. A newer one takes the place of one that still waits, so that a receiver that was
//! away is not told old counts.

use std::collections::HashMap;

use dayshelf_core::ids::{EndpointId, Home, Id, SlotId};
use dayshelf_core::time::Instant;
use dayshelf_desk::Board;
use dayshelf_wire::live::StockTold;

use crate::live::{Reading, Viewer, open_windows};

/// Slots whose last message is remembered; when there are more, all are told once more.
const SHOWN_MAX: usize = 20_000;

/// What was said about stock. It is kept in memory only: at worst the same is said twice.
#[derive(Default)]
pub(super) struct StockBook {
    /// What was said last.
    shown: HashMap<SlotId, StockTold>,
    /// The last message to an endpoint about a slot.
    last: HashMap<(EndpointId, SlotId), Id>,
    /// The sequence up to which an organiser's slots were looked at.
    seen: HashMap<Home, u64>,
}

/// One slot's stock to tell of.
pub(super) struct StockNews {
    pub slot: SlotId,
    pub at: Instant,
    pub stock: StockTold,
}

impl StockBook {
    /// What changed since the last look, at an organiser whose cards are true at `sequence`.
    /// `since` is where the first look begins.
    pub fn news(&mut self, board: &Board, home: Home, since: u64) -> Vec<StockNews> {
        if self.shown.len() > SHOWN_MAX {
            self.shown.clear();
            self.last.clear();
        }
        let seen = self.seen.get(&home).copied().unwrap_or(since);
        let mut highest = seen;
        let mut news = Vec::new();
        for card in board.slots_between(home, Instant(i64::MIN), Instant(i64::MAX)) {
            if card.sequence <= seen {
                continue;
            }
            highest = highest.max(card.sequence);
            if !card.sheet.slot.state.is_public() {
                continue;
            }
            let slot = card.sheet.slot.id;
            let public = Reading::of(&card, &Viewer::Public, card.at).stock();
            let stock = StockTold { public, windows: open_windows(&card, card.at) };
            let same = |shown: &StockTold| {
                let (before, after) = (&shown.public, &stock.public);
                before.window == after.window
                    && before.offers == after.offers
                    && shown.windows == stock.windows
            };
            if !self.shown.get(&slot).is_some_and(same) {
                self.shown.insert(slot, stock.clone());
                news.push(StockNews { slot, at: card.at, stock });
            }
        }
        self.seen.insert(home, highest);
        news
    }

    /// Notes the newest message to an endpoint; gives the one before, which may still wait.
    pub fn replaced(&mut self, endpoint: EndpointId, slot: SlotId, id: Id) -> Option<Id> {
        self.last.insert((endpoint, slot), id)
    }
}

/// The subject of a slot's stock: not the slot itself, whose own messages must not hold up the counts.
pub(super) fn subject(slot: SlotId) -> Id {
    Id(slot.0.0 ^ (1 << 63))
}
