//! The organiser writes broadcasts, reminders, shifts, cues and rules, and people answer for their shifts.

use dayshelf_core::block::{
    Act, BlockKind, BlockSpec, Broadcast, Channel, Cue, Message, Rule, Shift, Source, SourceKind, Told,
    Trigger,
};
use dayshelf_core::change::Wish;
use dayshelf_core::command::{Command, Expect, Resolutions, ShiftAnswer};
use dayshelf_core::ids::{BlockId, OfferId, SlotId, TemplateId, WindowId};
use dayshelf_core::offer::OfferSpec;
use dayshelf_core::slot::Slot;
use dayshelf_core::template::{Filling, Parts, Template};
use dayshelf_core::time::{Anchor, Edge, Instant, PartList, PartName, Span, When};

use super::Crowd;
use super::change::Wanted;
use crate::auditor::Auditor;
use crate::scene::{plan, slot};

impl Crowd {
    pub(super) fn edits_part(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let old = self.chance.pick(known.parts.values()).cloned();
        match (self.chance.between(0, 9), old) {
            (0, Some(old)) => {
                let version = known.slots.get(&old.spec.slot).map_or(1, |slot| slot.version);
                Some(Command::RemoveBlock { id: old.id, expected: self.expects(version) })
            }
            (1 | 2, Some(old)) => {
                let answer = if self.chance.percent(60) { ShiftAnswer::Accept } else { ShiftAnswer::Decline };
                let shifts = known.parts.values();
                let shifts: Vec<_> =
                    shifts.filter(|block| matches!(block.spec.kind, BlockKind::Shift(_))).collect();
                let shift = self.chance.pick(shifts.into_iter()).filter(|_| self.chance.percent(80));
                Some(Command::AnswerShift { block: shift.map_or(old.id, |block| block.id), answer })
            }
            (3, Some(mut old)) => {
                old.spec.title = format!("Part {}", self.made);
                let spec = Box::new(old.spec);
                Some(Command::PutBlock { id: old.id, expected: Expect::Any, spec })
            }
            (4, Some(old)) => {
                let slot = known.slots.get(&old.spec.slot)?.clone();
                let spec = self.part(now, known, &slot, old.spec.key)?;
                Some(Command::PutBlock { id: old.id, expected: Expect::Any, spec: Box::new(spec) })
            }
            _ => {
                let slot = self.some_slot(known)?.clone();
                let key = format!("part-{}", self.chance.between(0, 40));
                let spec = Box::new(self.part(now, known, &slot, key)?);
                let id = BlockId(self.ids.next());
                Some(Command::PutBlock { id, expected: Expect::New, spec })
            }
        }
    }

    /// A template, its next version, or some of a slot's parts as a template would put them.
    pub(super) fn edits_template(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let old = self.chance.pick(known.templates.values()).cloned();
        match (self.chance.between(0, 6), old) {
            (0 | 5, old) => {
                // Somebody else was faster.
                let (id, expected) = match old.filter(|_| self.chance.percent(75)) {
                    Some(old) => (old.id, self.expects(old.version)),
                    None => (TemplateId(self.ids.next()), Expect::Any),
                };
                Some(Command::RemoveTemplate { id, expected })
            }
            (1, Some(old)) => {
                let expected = self.expects(old.version);
                let template = Box::new(Template { text: format!("text {}", self.made), ..old });
                Some(Command::PutTemplate { expected, template })
            }
            (2..=4, Some(old)) => self.applies(now, known, &old),
            _ => {
                let key = format!("template-{}", self.chance.between(0, 5));
                let key = if self.chance.percent(5) { "No Slug".into() } else { key };
                let (id, title) = (TemplateId(self.ids.next()), "Template".into());
                let template = Box::new(Template { id, key, title, version: 0, text: "text".into() });
                Some(Command::PutTemplate { expected: Expect::New, template })
            }
        }
    }

    fn applies(&mut self, now: Instant, known: &Auditor, template: &Template) -> Option<Command> {
        let slot = self.some_slot(known)?.clone();
        let parts = Some(self.parts_for(known, slot.id)?);
        let expected = self.expects(slot.version);
        let version = if self.chance.percent(10) { template.version + 1 } else { template.version };
        let values = [("made".to_owned(), self.made.to_string())].into();
        let filling = Filling { template: template.id, version, values, parts };
        let wish = Wish::Template(Box::new(filling));
        let wanted = Wanted { slot: slot.id, expected, wish, resolved: Resolutions::new() };
        Some(self.changes(now, known, wanted))
    }

    /// What a template comes to for a slot: some of its own parts, and some that are new.
    pub(super) fn parts_for(&mut self, known: &Auditor, slot: SlotId) -> Option<Parts> {
        let mut plan = plan::of_slot(known, slot)?;
        let planned = plan.slots.pop()?;
        let mut parts = Parts { blocks: planned.blocks, ..Parts::default() };
        parts.blocks.truncate(self.chance.between(0, 3) as usize);
        if self.chance.percent(30) {
            parts.windows.extend(planned.windows.into_iter().take(1));
        }
        if self.chance.percent(20) {
            parts.offers.extend(planned.offers.into_iter().take(1));
        }
        if self.chance.percent(30) {
            parts.fulfilments.extend(planned.fulfilments.into_iter().take(1));
            // Elsewhere than those were told who come to fetch.
            let late = Span::hours(self.chance.between(0, 30) as i64);
            for block in parts.fulfilments.iter_mut().filter(|block| block.boxes.is_empty()) {
                for when in [&mut block.opens, &mut block.closes] {
                    when.anchor.seconds += late.0 / 1_000;
                    when.at = when.at.plus(late);
                }
            }
        }
        Some(parts)
    }

    /// A block that is about now, so that it begins while somebody looks.
    fn part(&mut self, now: Instant, known: &Auditor, of: &Slot, key: String) -> Option<BlockSpec> {
        let times = &of.spec.times;
        let seconds = now.since(times.start).0 / 1_000 + self.chance.between(0, 3_600) as i64 - 1_200;
        let long = self.chance.between(0, 80_000) as i64;
        let kind = self.kind(known, of)?;
        let hung = self.chance.percent(30).then(|| self.hung_on(known, of.id, long % 3_600)).flatten();
        let when = hung.unwrap_or_else(|| slot::when(times, Anchor::start(seconds)));
        let later = When {
            anchor: Anchor { seconds: when.anchor.seconds + long, ..when.anchor },
            at: when.at.plus(Span::seconds(long)),
        };
        let needs_end = matches!(kind, BlockKind::Shift(_)) && !self.chance.percent(4);
        let has_end = needs_end || self.chance.percent(30);
        Some(BlockSpec {
            slot: of.id,
            key: if self.chance.percent(2) { "No Slug".into() } else { key },
            title: "Part".into(),
            when,
            until: has_end.then_some(later),
            kind,
        })
    }

    /// A time so long after the end, or the beginning, of a window of the slot; now and then of one that is not there.
    pub(super) fn hung_on(&mut self, known: &Auditor, slot: SlotId, seconds: i64) -> Option<When> {
        let windows = known.windows.values().filter(|frame| frame.spec.slot == slot);
        let windows: Vec<_> = windows.map(|frame| frame.spec.clone()).collect();
        let spec = self.chance.pick(windows.iter())?;
        let key = if self.chance.percent(5) { "nowhere" } else { &spec.key };
        let name = PartName::new(PartList::Windows, key)?;
        let (edge, base) = if self.chance.percent(70) {
            (Edge::PartEnd(name), spec.closes)
        } else {
            (Edge::PartStart(name), spec.opens)
        };
        let anchor = Anchor { edge, ..Anchor::start(seconds) };
        Some(When { anchor, at: base.at.plus(Span::seconds(seconds)) })
    }

    fn kind(&mut self, known: &Auditor, of: &Slot) -> Option<BlockKind> {
        Some(match self.chance.between(0, 11) {
            0 => {
                let url =
                    if self.chance.percent(10) { "ftp://example.org" } else { "https://example.org/live" };
                let sources = vec![Source { kind: SourceKind::Hls, url: url.into() }];
                BlockKind::Broadcast(Broadcast { sources, replay: String::new() })
            }
            1 => {
                let message = Message { told: Told::Buyers, channel: Channel::Mail, text: "Soon.".into() };
                BlockKind::Reminder(message)
            }
            2 => {
                let text = if self.chance.percent(10) { "" } else { "News." };
                let message = Message { told: Told::Followers, channel: Channel::Page, text: text.into() };
                BlockKind::Announcement(message)
            }
            3 | 4 => {
                let people = ["", "Ann", "Bea"];
                let person = people[(self.chance.bits() % 3) as usize].into();
                BlockKind::Shift(Shift { person, tasks: vec!["wrap".into()] })
            }
            5 => {
                let shown = |(_, spec): &(&OfferId, &OfferSpec)| spec.slot == of.id || spec.units_max == 3;
                let offers: Vec<OfferId> = known.offers.iter().filter(shown).map(|(id, _)| *id).collect();
                let offer = self.chance.pick(offers.into_iter()).filter(|_| self.chance.percent(60));
                let (camera, drone, host) = ("top".into(), String::new(), "Ann".into());
                BlockKind::Cue(Cue { camera, drone, host, offer })
            }
            _ => BlockKind::Rule(self.rule(known, of)?),
        })
    }

    fn rule(&mut self, known: &Auditor, of: &Slot) -> Option<Rule> {
        let pool = self.some_stock(known)?;
        let windows: Vec<WindowId> = known.windows_of(of.id).map(|(id, _)| id).collect();
        let window = self.chance.pick(windows.into_iter());
        let trigger = match window.filter(|_| self.chance.percent(35)) {
            Some(window) => Trigger::SoldOut(window),
            None => {
                let units = known.sellable(pool) + 2 - self.chance.between(0, 4).min(2) as u32;
                Trigger::FreeBelow { pool, units: units.saturating_sub(self.chance.between(0, 6) as u32) }
            }
        };
        let act = match self.chance.between(0, 9) {
            0..3 => Act::Close(Vec::new()),
            3 => {
                let other = self.some_slot(known)?.id;
                Act::Close(vec![other])
            }
            4..7 => Act::Shrink { pool: self.some_stock(known)?, keep: self.chance.between(0, 5) as u32 },
            7 | 8 => {
                let next = known.windows_of(of.id).map(|(id, _)| id).last();
                next.map_or(Act::Close(Vec::new()), Act::Open)
            }
            _ => Act::Publish(self.some_slot(known)?.id),
        };
        Some(Rule { trigger, act })
    }
}
