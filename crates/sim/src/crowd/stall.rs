//! Stalls: they take passes for goods, ask again in their haste, take a slip back, and lose the network, so that
//! two of them take one pass and tell of it later, twice and out of order.

use dayshelf_core::command::{Command, HandOver, Taken};
use dayshelf_core::ids::OrderId;
use dayshelf_core::order::{LineState, Order};
use dayshelf_core::time::{Instant, Span};

use super::Crowd;
use crate::auditor::Auditor;

impl Crowd {
    /// The buyer comes for the goods once the slot is over, or before.
    pub(super) fn fetches(&mut self, now: Instant, known: &Auditor, order: &Order) {
        let end = known.slots.get(&order.slot).map_or(now, |slot| slot.spec.times.end);
        for (line, bought) in order.lines.iter().enumerate() {
            let comes = bought.state == LineState::Confirmed && self.chance.percent(35);
            if !comes {
                continue;
            }
            let line = line as u16;
            let from = if self.chance.percent(20) { now } else { end.max(now) };
            let at = self.after(from, (0, 7_200));
            if self.chance.percent(35) {
                self.without_network(at, known, (order.id, line));
            } else {
                self.takes(at, known, (order.id, line));
            }
        }
    }

    /// One stall asks, and gives the goods.
    fn takes(&mut self, at: Instant, known: &Auditor, of: (OrderId, u16)) {
        let ask = self.handing(known, of, Taken::Now);
        if self.chance.percent(12) {
            self.say(at.plus(Span(500)), Command::HandOver(Box::new(ask.clone())));
        }
        if self.chance.percent(15) {
            let back = self.after(at, (1, 1_500));
            self.say(back, Command::UndoHandOver { order: of.0, line: of.1 });
            if self.chance.percent(50) {
                let anew = self.after(back, (0, 200));
                self.say(anew, Command::HandOver(Box::new(ask.clone())));
            }
        }
        if self.chance.percent(10) {
            self.without_network(at, known, of);
        }
        self.say(at, Command::HandOver(Box::new(ask)));
    }

    /// A stall without network, and sometimes another one, gives the goods and tells of it when it can.
    fn without_network(&mut self, at: Instant, known: &Auditor, of: (OrderId, u16)) {
        let stalls = if self.chance.percent(25) { 2 } else { 1 };
        for _ in 0..stalls {
            // Its clock may be wrong by a little, to either side.
            let taken = Taken::Before(at.plus(Span(self.chance.between(0, 60_000) as i64 - 30_000)));
            let ask = self.handing(known, of, taken);
            let told = self.after(at, (0, 4_000));
            if self.chance.percent(20) {
                let again = self.after(told, (0, 4_000));
                self.say(again, Command::HandOver(Box::new(ask.clone())));
            }
            self.say(told, Command::HandOver(Box::new(ask)));
        }
        if self.chance.percent(10) {
            let back = self.after(at, (0, 4_500));
            self.say(back, Command::UndoHandOver { order: of.0, line: of.1 });
        }
    }

    /// Somebody at a stall hands a line over.
    pub(super) fn handing(&mut self, known: &Auditor, of: (OrderId, u16), taken: Taken) -> HandOver {
        let stall = match self.chance.between(0, 2) {
            0 => "",
            1 => "north",
            _ => "south",
        };
        HandOver { order: of.0, line: of.1, taken, by: self.credential(known), stall: stall.into() }
    }
}
