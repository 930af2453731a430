//! Those who come to a lobby: too early, before the opening, in the rush, late; and what they do with a number.

use dayshelf_core::command::{Command, TakeNumber};
use dayshelf_core::ids::SlotId;
use dayshelf_core::lobby::Number;
use dayshelf_core::time::{Instant, Span};

use super::{Act, Crowd};
use crate::auditor::{Auditor, let_in};
use crate::scene::DAWN;

impl Crowd {
    /// When those come who take a number. Where nothing has a lobby, nobody does.
    pub(super) fn queue(&mut self, known: &Auditor) {
        let lobbies: Vec<(SlotId, Instant, i64)> = known
            .windows
            .values()
            .filter_map(|frame| Some((frame.spec.slot, frame.spec.opens.at, frame.spec.lobby?.ahead.0)))
            .collect();
        for (slot, opens, ahead) in lobbies {
            for _ in 0..self.chance.between(5, 40) {
                let at = match self.chance.between(0, 9) {
                    0 => opens.plus(Span(-ahead - self.chance.between(0, 90_000) as i64)),
                    1..6 => opens.plus(Span(-(self.chance.between(0, ahead.max(1) as u64) as i64))),
                    6 => opens,
                    _ => opens.plus(Span(self.chance.between(0, 120_000) as i64)),
                };
                let ask = self.takes_number(known, slot);
                self.say(at.max(DAWN), ask);
            }
            // Somebody stands at the wrong door.
            if let Some(other) = self.chance.pick(known.slots.keys()).copied() {
                let ask = self.takes_number(known, other);
                self.say(opens.max(DAWN), ask);
            }
        }
    }

    fn takes_number(&mut self, known: &Auditor, slot: SlotId) -> Command {
        let buyer = self.chance.between(0, self.buyers - 1);
        Command::TakeNumber(TakeNumber {
            slot,
            code: self.code(known, slot),
            buyer: self.chance.percent(70).then(|| Self::contact(buyer).key),
            lot: self.chance.bits(),
        })
    }

    /// The number that somebody shows where there is a lobby: mostly one that is let in.
    pub(super) fn number(
        &mut self,
        now: Instant,
        known: &Auditor,
        buyer: u64,
        slot: SlotId,
    ) -> Option<Number> {
        if known.windows_of(slot).all(|(_, frame)| frame.spec.lobby.is_none()) {
            return None;
        }
        let here =
            |number: &&Number| known.windows.get(&number.window).is_some_and(|frame| frame.spec.slot == slot);
        let inside = |number: &&Number| {
            let times = known.windows.get(&number.window).and_then(|frame| let_in(frame, **number));
            times.is_some_and(|(from, until)| from <= now && now < until)
        };
        let all: Vec<Number> = self.numbers.iter().filter(here).copied().collect();
        let may: Vec<Number> = all.iter().filter(inside).copied().collect();
        let from = if may.is_empty() || self.chance.percent(10) { all } else { may };
        if from.is_empty() && self.chance.percent(30) {
            let ask = self.takes_number(known, slot);
            let at = self.after(now, (1, 20));
            self.say(at, ask);
            let again = self.after(at, (5, 200));
            self.plan(again, Act::Shop(buyer, slot));
        }
        self.chance.pick(from.iter()).copied()
    }

    /// Whoever has a number comes when it is let in, a little early or late, and some never.
    pub(super) fn has_number(&mut self, now: Instant, known: &Auditor, number: Number) {
        self.numbers.push(number);
        let Some(frame) = known.windows.get(&number.window) else { return };
        let Some((from, until)) = let_in(frame, number).filter(|_| self.chance.percent(85)) else { return };
        let stay = until.since(from).0.max(1) as u64;
        let at = match self.chance.between(0, 9) {
            0 => from.plus(Span(-1)),
            1 => until.plus(Span(self.chance.between(0, 2) as i64 - 1)),
            _ => from.plus(Span(self.chance.between(0, stay) as i64)),
        };
        let buyer = self.chance.between(0, self.buyers - 1);
        self.plan(at.max(now), Act::Shop(buyer, frame.spec.slot));
    }
}
