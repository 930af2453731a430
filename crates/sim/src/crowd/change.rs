//! Changes of slots, by whom, and the yes or no to those that wait: mostly soon, sometimes never, sometimes twice.

use dayshelf_core::change::{Answer, Credential, Edit, Part, Tell, Wish};
use dayshelf_core::command::{AnswerChange, ChangeSlot, Command, Expect, Resolutions, UndoChange};
use dayshelf_core::hold::Hold;
use dayshelf_core::ids::{ConfirmationId, SlotId};
use dayshelf_core::time::{Instant, Span};

use super::Crowd;
use crate::auditor::{Auditor, named};
use crate::scene::slot;

/// What is wanted of a slot.
pub(super) struct Wanted {
    pub slot: SlotId,
    pub expected: Expect,
    pub wish: Wish,
    pub resolved: Resolutions,
}

impl Crowd {
    /// A change, and soon after perhaps the yes to it, or its undoing.
    pub(super) fn changes(&mut self, now: Instant, known: &Auditor, wanted: Wanted) -> Command {
        let Wanted { slot, expected, wish, resolved } = wanted;
        let waits_as = ConfirmationId(self.ids.next());
        let by = self.credential(known);
        if self.chance.percent(70) {
            // Over night some forget it, and it is forgotten.
            let span = if self.chance.percent(15) { (0, 100_000) } else { (0, 300) };
            let at = self.after(now, span);
            let answer = if self.chance.percent(80) { Answer::Yes } else { Answer::No };
            let parts = match &wish {
                Wish::Template(filling) => filling.parts.clone().map(Box::new),
                _ => None,
            };
            let (by, resolved) = (self.credential(known), resolved.clone());
            let ask = AnswerChange { confirmation: waits_as, answer, by, resolved, parts };
            self.say(at, Command::AnswerChange(Box::new(ask)));
        }
        if self.chance.percent(15) {
            let at = self.after(now, (0, 300));
            let before = known.slots.get(&slot).map(|slot| slot.spec.times.clone());
            let resolved = before.map(|times| Self::resolved(known, slot, &times)).unwrap_or_default();
            self.say(at, Command::UndoChange(Box::new(UndoChange { slot, by, resolved })));
        }
        let tell = match self.chance.between(0, 9) {
            0 => Tell::Now,
            1 => Tell::Nobody,
            _ => Tell::AfterQuiet,
        };
        Command::ChangeSlot(Box::new(ChangeSlot { slot, expected, wish, tell, by, resolved, waits_as }))
    }

    /// The slot is put off while somebody fills a basket, who goes on all the same.
    pub(super) fn put_off(&mut self, now: Instant, known: &Auditor, basket: &Hold) {
        let Some(before) = known.slots.get(&basket.slot).map(|slot| slot.spec.times.clone()) else { return };
        let later = Span::minutes(self.chance.between(30, 3_000) as i64);
        let times = slot::times(before.start.plus(later), before.end.since(before.start));
        let resolved = Self::resolved(known, basket.slot, &times);
        let (slot, by, waits_as) = (basket.slot, Credential::House, ConfirmationId(self.ids.next()));
        let wish = Wish::Edit(Box::new(Edit::to(times)));
        let (expected, tell) = (Expect::Any, Tell::AfterQuiet);
        let change = ChangeSlot { slot, expected, wish, tell, by, resolved: resolved.clone(), waits_as };
        let at = self.after(now, (1, 20));
        self.say(at, Command::ChangeSlot(Box::new(change)));
        // Whoever means it says yes where that is asked for.
        let ask = AnswerChange { confirmation: waits_as, answer: Answer::Yes, by, resolved, parts: None };
        let at = self.after(at, (1, 20));
        self.say(at, Command::AnswerChange(Box::new(ask)));
        let (at, by) = (self.after(at, (1, 300)), self.by(basket.secret));
        self.say(at, Command::CheckOut { hold: basket.id, by });
    }

    /// An edit of one part of a slot: mostly as a change that may wait for a yes, else as one that can't.
    pub(super) fn singly(&mut self, now: Instant, known: &Auditor, command: Command) -> Command {
        let Some((expected, part)) = named(&command).filter(|_| self.chance.percent(70)) else {
            return command;
        };
        let slot = match &part {
            Part::Window(id, spec) => {
                spec.as_ref().map(|spec| spec.slot).or_else(|| Some(known.windows.get(id)?.spec.slot))
            }
            Part::Fulfilment(id, spec) => {
                spec.as_ref().map(|spec| spec.slot).or_else(|| Some(known.blocks.get(id)?.slot))
            }
            Part::Offer(id, spec) => {
                spec.as_ref().map(|spec| spec.slot).or_else(|| Some(known.offers.get(id)?.slot))
            }
            Part::Block(id, spec) => {
                spec.as_ref().map(|spec| spec.slot).or_else(|| Some(known.parts.get(id)?.spec.slot))
            }
            Part::Pool(..) => None,
        };
        let Some(slot) = slot.or_else(|| self.some_slot(known).map(|slot| slot.id)) else { return command };
        let wish = Wish::Part(Box::new(part));
        self.changes(now, known, Wanted { slot, expected, wish, resolved: Resolutions::new() })
    }

    /// A program with a key goes wild: it moves every slot within seconds, and goes on when it is stopped. Later
    /// somebody lets the key on.
    pub(super) fn goes_wild(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let by = Credential::Key(self.chance.pick(known.keys.iter()).copied()?);
        let slots: Vec<_> = known.slots.values().map(|slot| (slot.id, slot.spec.times.clone())).collect();
        for (slot, before) in slots.iter().chain(slots.first()) {
            let (start, length) = (before.start, before.end.since(before.start));
            let times = slot::times(start.plus(Span::minutes(self.chance.between(1, 9) as i64)), length);
            let resolved = Self::resolved(known, *slot, &times);
            let ask = ChangeSlot {
                slot: *slot,
                expected: Expect::Any,
                wish: Wish::Edit(Box::new(Edit::to(times))),
                tell: Tell::AfterQuiet,
                by,
                resolved,
                waits_as: ConfirmationId(self.ids.next()),
            };
            let at = self.after(now, (0, 20));
            self.say(at, Command::ChangeSlot(Box::new(ask)));
        }
        let at = self.after(now, (20, 400));
        self.say(at, Command::Unfreeze { credential: by, by: Credential::House });
        Some(Command::Unfreeze { credential: by, by })
    }

    /// Mostly nobody in particular; else one of the first keys, whichever they are by now.
    pub(super) fn credential(&mut self, known: &Auditor) -> Credential {
        let key = self.chance.pick(known.keys.iter().take(2)).copied();
        key.filter(|_| self.chance.percent(50)).map_or(Credential::House, Credential::Key)
    }

    /// The answer to some change that waits, or to none; or a frozen key is let again, or one that is not.
    pub(super) fn answers(&mut self, known: &Auditor) -> Option<Command> {
        let by = self.credential(known);
        if self.chance.percent(30) {
            let key = self.chance.pick(known.keys.iter().take(2)).copied()?;
            let credential = if self.chance.percent(90) { Credential::Key(key) } else { Credential::House };
            return Some(Command::Unfreeze { credential, by });
        }
        let pending = self.chance.pick(known.pendings.values()).cloned();
        let times = pending.as_ref().and_then(|pending| Some((pending.slot, pending.wish.times()?.clone())));
        let mut resolved = times.map(|(slot, times)| Self::resolved(known, slot, &times)).unwrap_or_default();
        if self.chance.percent(10) {
            resolved.pop_first();
        }
        let other = ConfirmationId(self.ids.next());
        let id = pending.as_ref().map(|pending| pending.id);
        let confirmation = id.filter(|_| self.chance.percent(90)).unwrap_or(other);
        let answer = if self.chance.percent(70) { Answer::Yes } else { Answer::No };
        let filled = pending.filter(|pending| matches!(pending.wish, Wish::Template(_)));
        // Now and then without what the template comes to, which is refused.
        let filled = filled.filter(|_| self.chance.percent(90));
        let parts = filled.and_then(|pending| self.parts_for(known, pending.slot)).map(Box::new);
        Some(Command::AnswerChange(Box::new(AnswerChange { confirmation, answer, by, resolved, parts })))
    }

    /// Takes a change back, at once, too late, or where there was none.
    pub(super) fn undoes(&mut self, known: &Auditor) -> Option<Command> {
        let slot = self.some_slot(known)?.id;
        let way = known.trails.get(&slot).and_then(|trail| trail.undo.as_ref());
        let times = way.and_then(|way| way.back.times().cloned());
        let resolved = times.map(|times| Self::resolved(known, slot, &times)).unwrap_or_default();
        let by = self.credential(known);
        Some(Command::UndoChange(Box::new(UndoChange { slot, by, resolved })))
    }

    /// More or fewer units of what a slot sells, or of what it does not.
    pub(super) fn fills_up(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let slot = self.some_slot(known)?.id;
        let pool = self.some_stock(known)?;
        let has = known.pools.get(&pool)?;
        let units = match self.chance.between(0, 3) {
            0 => has.spec.units + self.chance.between(0, 5) as u32,
            1 => has.has.sold.min(has.spec.units),
            _ => has.spec.units.saturating_sub(self.chance.between(0, 8) as u32),
        };
        let edit = Edit { units: Some((pool, units)), ..Edit::default() };
        let wish = Wish::Edit(Box::new(edit));
        let wanted = Wanted { slot, expected: Expect::Any, wish, resolved: Resolutions::new() };
        Some(self.changes(now, known, wanted))
    }
}
