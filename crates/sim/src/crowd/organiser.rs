//! The organiser in the middle of a sale: moves slots, edits windows, pools and offers, calls a slot off, applies
//! a plan, moves stock; and a till that reports what it counts: late, twice and out of order.

use dayshelf_core::change::{Credential, Edit, Tell, Wish};
use dayshelf_core::command::{
    ApplyPlan, Command, CountStock, Expect, Leave, MoveStock, Movement, Resolutions,
};
use dayshelf_core::ids::{PoolId, SlotId};
use dayshelf_core::pool::PoolRole;
use dayshelf_core::slot::{Slot, SlotTimes};
use dayshelf_core::time::{Anchor, Instant, Span};

use super::change::Wanted;
use super::{Act, Crowd};
use crate::auditor::Auditor;
use crate::scene::{plan, slot};

impl Crowd {
    /// One change, if there is something to change.
    pub(super) fn organise(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        match self.chance.between(0, 99) {
            0..22 => self.moves_stock(now, known),
            22..32 => self.counts(now, known),
            32..36 => self.edits_part(now, known).map(|edit| self.singly(now, known, edit)),
            36 => self.edits_template(now, known),
            37 => self.edits_series(now, known),
            38..50 => self.edits_window(now, known).map(|edit| self.singly(now, known, edit)),
            50..58 => self.edits_offer(known).map(|edit| self.singly(now, known, edit)),
            58..67 => self.edits_pool(known).map(|edit| self.singly(now, known, edit)),
            67..71 => self.edits_block(known).map(|edit| self.singly(now, known, edit)),
            71..74 => self.edits_part(now, known).map(|edit| self.singly(now, known, edit)),
            74..82 => self.edits_slot(now, known),
            82..86 => self.plans(now, known),
            86..88 => self.cancels_slot(now, known),
            88..90 => self.answers(known),
            90..91 => self.undoes(known),
            91..92 => self.fills_up(now, known),
            92 => self.goes_wild(now, known),
            93 => Some(self.edits_library(now, known)),
            _ => Some(self.edits_access(known)),
        }
    }

    /// Mostly the version that is there, or none; sometimes one that is not there any more.
    pub(super) fn expects(&mut self, version: u32) -> Expect {
        match self.chance.between(0, 11) {
            0 => Expect::Version(version.wrapping_sub(1)),
            1..5 => Expect::Version(version),
            _ => Expect::Any,
        }
    }

    pub(super) fn some_slot<'a>(&mut self, known: &'a Auditor) -> Option<&'a Slot> {
        self.chance.pick(known.slots.values())
    }

    pub(super) fn some_stock(&mut self, known: &Auditor) -> Option<PoolId> {
        let stock: Vec<PoolId> =
            known.pools.iter().filter(|(_, pool)| pool.role == PoolRole::Stock).map(|(id, _)| *id).collect();
        self.chance.pick(stock.into_iter())
    }

    fn moves_stock(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let pool = self.some_stock(known)?;
        let movement = match self.chance.between(0, 9) {
            0..4 => Movement::Add,
            4 => Movement::Remove,
            5 | 6 => Movement::Lose,
            7 => Movement::Find,
            _ => Movement::Transfer(self.some_stock(known)?),
        };
        // Now and then a sender uses an id again, for something else.
        let before =
            if self.chance.percent(6) { self.chance.pick(known.sources.keys().copied()) } else { None };
        let ask = MoveStock {
            pool,
            movement,
            units: if self.chance.percent(4) { 0 } else { self.chance.between(1, 6) as u32 },
            reason: "simulated".into(),
            source: before.unwrap_or_else(|| self.ids.digest()),
        };
        let command = Command::MoveStock(Box::new(ask));
        if self.chance.percent(20) {
            let at = self.after(now, (0, 2_000_000));
            self.say(at, command.clone());
        }
        Some(command)
    }

    /// A till counts what is there; the report comes later, perhaps twice, perhaps after a newer one.
    fn counts(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let pool = self.some_stock(known)?;
        let family = known.pools.iter().filter(|(id, other)| {
            **id == pool || matches!(other.role, PoolRole::Allotment { from, .. } if from == pool)
        });
        let there: u32 = family.map(|(_, pool)| pool.has.free + pool.has.held + pool.has.sold).sum();
        let units = match self.chance.between(0, 9) {
            0..4 => there,
            4..6 => there + self.chance.between(1, 4) as u32,
            6..9 => there.saturating_sub(self.chance.between(1, 6) as u32),
            _ => there / 2,
        };
        self.counts += 1;
        let version = self.counts;
        let at = self.after(now, (0, 900));
        self.plan(at, Act::Report(pool, units, version));
        let again = self.chance.between(0, 2);
        // The newer one may overtake it.
        let later = at.plus(Span(again as i64 * 60_000 - 60_000)).max(now);
        self.plan(later, Act::Report(pool, units, version + 1));
        self.counts += 1;
        self.chance.percent(60).then(|| self.report(pool, units, version))
    }

    pub(super) fn report(&mut self, pool: PoolId, units: u32, version: u64) -> Command {
        let mut source = [4; 32];
        source[..8].copy_from_slice(&version.to_be_bytes());
        source[8..24].copy_from_slice(&pool.0.to_bytes());
        // The same count comes with the same id, whoever sends it.
        let source = dayshelf_core::text::Digest(source);
        Command::CountStock(Box::new(CountStock { pool, units, version, reason: "till".into(), source }))
    }

    /// What the anchors of a slot's blocks stand for at other times.
    pub(super) fn resolved(known: &Auditor, id: SlotId, times: &SlotTimes) -> Resolutions {
        let windows = known.windows_of(id).flat_map(|(_, frame)| [frame.spec.opens, frame.spec.closes]);
        let blocks = known.blocks_of(id).flat_map(|(_, block)| [block.opens, block.closes]);
        let boxes = known.blocks_of(id).flat_map(|(_, block)| &block.boxes);
        let boxes = boxes.flat_map(|place| [place.from, place.until]);
        let steps = known.offers_of(id).flat_map(|(_, offer)| &offer.ladder).filter_map(|step| step.from);
        let parts =
            known.parts_of(id).flat_map(|block| std::iter::once(block.spec.when).chain(block.spec.until));
        let anchors = windows.chain(blocks).chain(boxes).chain(steps).chain(parts).map(|when| when.anchor);
        anchors.map(|anchor: Anchor| (anchor, slot::at(times, anchor))).collect()
    }

    fn edits_slot(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let known_slot = self.some_slot(known)?.clone();
        let (id, expected) = (known_slot.id, self.expects(known_slot.version));
        let before = &known_slot.spec.times;
        let shift = match self.chance.between(0, 5) {
            0..3 => self.chance.between(0, 240) as i64 - 120,
            3 => self.chance.between(0, 6_000) as i64 - 3_000,
            // Back to where it was over, or on to where it is not yet.
            4 => now.since(before.start).0 / 60_000,
            _ => 0,
        };
        let length = before.end.since(before.start).0 / 60_000;
        let longer = if self.chance.percent(30) { self.chance.between(0, 180) as i64 - 90 } else { 0 };
        let length = if self.chance.percent(4) { -1 } else { (length + longer).max(1) };
        let times = slot::times(before.start.plus(Span::minutes(shift)), Span::minutes(length));
        let mut resolved = Self::resolved(known, id, &times);
        if self.chance.percent(5) {
            resolved.pop_first();
        }
        Some(match self.chance.between(0, 9) {
            0..6 => {
                let wish = Wish::Edit(Box::new(Edit::to(times)));
                self.changes(now, known, Wanted { slot: id, expected, wish, resolved })
            }
            6..9 => {
                let mut spec = known_slot.spec.clone();
                spec.title =
                    if self.chance.percent(10) { String::new() } else { format!("Drop {}", self.made) };
                if self.chance.percent(50) {
                    spec.times = times;
                }
                if self.chance.percent(10) {
                    spec.slug = format!("drop-{}", self.chance.between(0, 5));
                }
                if self.chance.percent(20) {
                    spec.place = format!("hall {}", self.chance.between(0, 2));
                }
                let wish = Wish::Edit(Box::new(Edit::whole(spec)));
                self.changes(now, known, Wanted { slot: id, expected, wish, resolved })
            }
            // Whoever makes a slot twice: under the same id, or under the same name.
            _ if self.chance.percent(15) => {
                let id = if self.chance.percent(50) { id } else { SlotId(self.ids.next()) };
                Command::MakeSlot { id, spec: Box::new(known_slot.spec) }
            }
            _ => Command::PublishSlot { slot: id, expected },
        })
    }

    fn cancels_slot(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let slot = self.some_slot(known).filter(|_| self.chance.percent(50))?;
        let (slot, version) = (slot.id, slot.version);
        let expected = self.expects(version);
        let wanted = Wanted { slot, expected, wish: Wish::Cancel, resolved: Resolutions::new() };
        Some(self.changes(now, known, wanted))
    }

    /// A slot as a plan: as it is, which changes nothing, or a little otherwise.
    fn plans(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let id = self.some_slot(known)?.id;
        let mut plan = plan::of_slot(known, id)?;
        let slot = plan.slots.first_mut()?;
        match self.chance.between(0, 8) {
            0 => {}
            7..=8 => {
                let by = Span::minutes(self.chance.between(0, 600) as i64 - 300);
                let times = &slot.spec.times;
                let length = times.end.since(times.start);
                let start = if self.chance.percent(30) { now } else { times.start };
                plan::take_to(slot, slot::times(start.plus(by), length));
            }
            1 => drop(slot.offers.pop()),
            2 => drop(slot.windows.pop()),
            3 => slot.windows.iter_mut().for_each(|window| {
                window.allotments.iter_mut().for_each(|(_, units, _)| *units = units.saturating_sub(1));
            }),
            4 => slot.offers.iter_mut().for_each(|offer| offer.units_max = 0),
            _ => {
                let more = self.chance.between(0, 3) as u32;
                plan.pools.iter_mut().for_each(|pool| pool.units += more);
            }
        }
        let leave = if self.chance.percent(60) { Leave::Given } else { Leave::NotAsked };
        let tell = if self.chance.percent(20) { Tell::Now } else { Tell::AfterQuiet };
        Some(Command::ApplyPlan(Box::new(ApplyPlan { plan, by: Credential::House, tell, leave })))
    }
}
