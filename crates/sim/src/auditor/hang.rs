//! What hangs on another part of its slot stands as far from it as was written, whatever moves.

use dayshelf_core::change::Part;
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::{Edge, Instant, Marks, PartList, PartName, Span, When};

use super::slots::{Blocks, are_apart};
use super::{Answer, Auditor, No, sound};

/// Longer chains than a slot can have go round.
const LINKS_MAX: usize = 400;

/// What it hangs on is not there.
struct InTheAir {
    on: Noun,
    by: Noun,
}

fn on_part(when: When) -> Option<PartName> {
    match when.anchor.edge {
        Edge::PartStart(name) | Edge::PartEnd(name) => Some(name),
        Edge::Start | Edge::End => None,
    }
}

impl Blocks {
    /// What something hangs on.
    fn base(&self, when: When) -> Option<When> {
        let name = on_part(when)?;
        let key = name.key.as_str();
        let (from, until) = match name.list {
            PartList::Windows => {
                let (_, spec) = self.windows.iter().find(|(_, spec)| spec.key == key)?;
                (spec.opens, Some(spec.closes))
            }
            PartList::Fulfilments => {
                let (_, spec) = self.fulfilments.iter().find(|(_, spec)| spec.key == key)?;
                (spec.opens, Some(spec.closes))
            }
            PartList::Blocks => {
                let (_, spec) = self.parts.iter().find(|(_, spec)| spec.key == key)?;
                (spec.when, spec.until)
            }
        };
        if matches!(when.anchor.edge, Edge::PartStart(_)) { Some(from) } else { until }
    }

    /// Where something stands; nothing where it hangs on itself.
    fn stands(&self, when: When) -> Option<Instant> {
        let (mut at, mut beyond) = (when, Span(0));
        for _ in 0..LINKS_MAX {
            if on_part(at).is_none() {
                return Some(at.at.plus(beyond));
            }
            beyond = Span(beyond.0 + at.anchor.seconds * 1_000);
            at = self.base(at)?;
        }
        None
    }

    fn whens(&mut self) -> Vec<(Noun, &mut When)> {
        let windows = self.windows.iter_mut().flat_map(|(_, spec)| [&mut spec.opens, &mut spec.closes]);
        let ways = self.fulfilments.iter_mut().flat_map(|(_, spec)| {
            let boxes = spec.boxes.iter_mut().flat_map(|one| [&mut one.from, &mut one.until]);
            [&mut spec.opens, &mut spec.closes].into_iter().chain(boxes)
        });
        let steps = self.offers.iter_mut().flat_map(|(_, spec)| &mut spec.ladder);
        let steps = steps.filter_map(|step| step.from.as_mut());
        let parts = self.parts.iter_mut().flat_map(|(_, spec)| [Some(&mut spec.when), spec.until.as_mut()]);
        let windows = windows.map(|when| (Noun::Window, when));
        let ways = ways.map(|when| (Noun::Fulfilment, when));
        let steps = steps.map(|when| (Noun::Offer, when));
        let parts = parts.flatten().map(|when| (Noun::Block, when));
        windows.chain(ways).chain(steps).chain(parts).collect()
    }

    /// Whether anything hangs on another part.
    pub(super) fn is_hung(&self) -> bool {
        self.clone().whens().iter().any(|(_, when)| on_part(**when).is_some())
    }

    fn in_the_air(&self) -> Option<InTheAir> {
        let mut all = self.clone();
        let lost = all
            .whens()
            .into_iter()
            .find(|(_, when)| on_part(**when).is_some() && self.base(**when).is_none());
        let (by, when) = lost?;
        let on = match on_part(*when)?.list {
            PartList::Windows => Noun::Window,
            PartList::Fulfilments => Noun::Fulfilment,
            PartList::Blocks => Noun::Block,
        };
        Some(InTheAir { on, by })
    }

    /// Everything where it hangs.
    pub(super) fn hung(&self) -> Result<Self, No> {
        if let Some(InTheAir { on, by }) = self.in_the_air() {
            return Err(Refusal::InUse { noun: on, by }.into());
        }
        let mut all = self.clone();
        for (_, when) in all.whens() {
            when.at = self.stands(*when).ok_or(No::Code("invalid"))?;
        }
        Ok(all)
    }

    /// The same with a part put into it.
    fn with(mut self, part: &Part) -> Self {
        fn lay<I: Ord + Copy, S>(all: &mut Vec<(I, S)>, id: I, spec: S) {
            all.retain(|(known, _)| *known != id);
            all.push((id, spec));
            all.sort_by_key(|(id, _)| *id);
        }
        match part.clone() {
            Part::Window(id, Some(spec)) => lay(&mut self.windows, id, spec),
            Part::Fulfilment(id, Some(spec)) => lay(&mut self.fulfilments, id, spec),
            Part::Offer(id, Some(spec)) => lay(&mut self.offers, id, spec),
            Part::Block(id, Some(spec)) => lay(&mut self.parts, id, spec),
            _ => {}
        }
        self
    }

    /// The part alone.
    fn only(part: &Part) -> Self {
        Self::default().with(part)
    }
}

impl Auditor {
    /// A slot's parts as they stand.
    pub(super) fn blocks_now(&self, slot: SlotId) -> Blocks {
        Blocks {
            windows: self.windows_of(slot).map(|(id, frame)| (id, frame.spec.clone())).collect(),
            fulfilments: self.blocks_of(slot).map(|(id, spec)| (id, spec.clone())).collect(),
            offers: self.offers_of(slot).map(|(id, spec)| (id, spec.clone())).collect(),
            parts: self.parts_of(slot).map(|block| (block.id, block.spec.clone())).collect(),
        }
    }

    /// Where the edges of a slot's parts are.
    pub(crate) fn edges(&self, slot: SlotId) -> Marks {
        let all = self.blocks_now(slot);
        let mut marks = Marks::new();
        let mut note = |list, key: &str, (from, until): (When, Option<When>)| {
            let Some(name) = PartName::new(list, key) else { return };
            let from = Some((Edge::PartStart(name), from));
            let until = until.map(|until| (Edge::PartEnd(name), until));
            let there = from.into_iter().chain(until);
            marks.extend(there.filter_map(|(edge, when)| Some((edge, all.stands(when)?))));
        };
        for (_, spec) in &all.windows {
            note(PartList::Windows, &spec.key, (spec.opens, Some(spec.closes)));
        }
        for (_, spec) in &all.fulfilments {
            note(PartList::Fulfilments, &spec.key, (spec.opens, Some(spec.closes)));
        }
        for (_, spec) in &all.parts {
            note(PartList::Blocks, &spec.key, (spec.when, spec.until));
        }
        marks
    }

    /// Whether a pickup of a slot hangs on another part of it.
    pub(crate) fn pickups_hang(&self, slot: SlotId) -> bool {
        let fulfilments = self.blocks_now(slot).fulfilments;
        Blocks { fulfilments, ..Blocks::default() }.is_hung()
    }

    /// A part that is to be put, where it hangs.
    pub(super) fn hung_part(&self, slot: SlotId, part: &Part) -> Result<Part, No> {
        let mut own = Blocks::only(part);
        if !own.is_hung() {
            return Ok(part.clone());
        }
        let all = self.blocks_now(slot).with(part);
        for (_, when) in own.whens() {
            when.at = all.stands(*when).ok_or(No::Code("invalid"))?;
        }
        let Blocks { windows, fulfilments, offers, parts } = own;
        let windows = windows.into_iter().map(|(id, spec)| Part::Window(id, Some(spec)));
        let fulfilments = fulfilments.into_iter().map(|(id, spec)| Part::Fulfilment(id, Some(spec)));
        let offers = offers.into_iter().map(|(id, spec)| Part::Offer(id, Some(spec)));
        let parts = parts.into_iter().map(|(id, spec)| Part::Block(id, Some(spec)));
        Ok(windows.chain(fulfilments).chain(offers).chain(parts).next().unwrap_or_else(|| part.clone()))
    }

    /// What hangs on something that has moved, at its new place. `bound` says no where a pickup or a rule would move.
    pub(super) fn follow(&mut self, now: Instant, slot: SlotId, bound: Bound) -> Answer {
        let was = self.blocks_now(slot);
        if !was.is_hung() {
            return Ok(());
        }
        let is = was.hung()?;
        let new = was.moved_to(&is);
        let rule = |spec: &dayshelf_core::block::BlockSpec| {
            matches!(spec.kind, dayshelf_core::block::BlockKind::Rule(_))
        };
        let binds = !new.fulfilments.is_empty() || new.parts.iter().any(|(_, spec)| rule(spec));
        let currency = self.organiser.spec.currency;
        let windows = new.windows.iter().all(|(id, spec)| {
            let others = is.windows.iter().filter(|(other, _)| other != id);
            sound::window(spec) && others.clone().all(|(_, other)| are_apart(spec, other))
        });
        let rest = new.fulfilments.iter().all(|(_, spec)| sound::block(spec))
            && new.offers.iter().all(|(_, spec)| sound::offer(spec, currency))
            && new.parts.iter().all(|(_, spec)| sound::part(spec));
        if !windows || !rest || bound == Bound::PickupsAndRules && binds {
            return Err(No::Code("invalid"));
        }
        self.put_blocks(now, new);
        Ok(())
    }

    /// Nothing hangs elsewhere than it should.
    pub(super) fn all_hang(&self) -> Result<(), String> {
        for slot in self.slots.keys() {
            let was = self.blocks_now(*slot);
            let fits = was.hung().is_ok_and(|is| is == was);
            if was.is_hung() && !fits {
                return Err(format!("{slot}: something does not stand where it hangs"));
            }
        }
        Ok(())
    }
}

/// What may not move along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Nothing,
    PickupsAndRules,
}

impl Blocks {
    /// Those that stand elsewhere by now.
    fn moved_to(&self, is: &Self) -> Self {
        fn other<I: Copy, S: Clone + PartialEq>(was: &[(I, S)], is: &[(I, S)]) -> Vec<(I, S)> {
            let pairs = was.iter().zip(is).filter(|((_, was), (_, is))| was != is);
            pairs.map(|(_, (id, spec))| (*id, spec.clone())).collect()
        }
        Self {
            windows: other(&self.windows, &is.windows),
            fulfilments: other(&self.fulfilments, &is.fulfilments),
            offers: other(&self.offers, &is.offers),
            parts: other(&self.parts, &is.parts),
        }
    }
}
