//! Broadcasts, reminders, shifts, cues and rules: written, begun, answered; and what rules do to capacity.
//!
//! A rule is looked at after every step of a decision, all of them, lowest id first, until none has to turn. It
//! acts when its cause appears and undoes what it did when the cause is gone; in one decision once either way.

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::block::{Act, Block, BlockKind, BlockSpec, BlockState, Rule, Trigger};
use dayshelf_core::command::{Expect, ShiftAnswer, Want};
use dayshelf_core::fact::{BlockChange, Fact, SlotChange};
use dayshelf_core::ids::{BlockId, OfferId, PoolId, SlotId, WindowId};
use dayshelf_core::offer::{OfferKind, OfferSpec};
use dayshelf_core::pool::{Account, Move, PoolRole};
use dayshelf_core::refusal::{Noun, Refusal, Withheld};
use dayshelf_core::slot::{FulfilmentSpec, SlotState};
use dayshelf_core::time::{Anchor, Instant, When};
use dayshelf_core::window::{Phase, WindowSpec};

use super::hang::Bound;
use super::write::{broken, room};
use super::{Answer, Auditor, No, earliest, is_inside, sound, unknown};

const PARTS_MAX: usize = 200;
const RULES_MAX: usize = 20;
const TURNS_MAX: u8 = 2;

/// How often each rule turned in one decision.
pub(super) type Turned = BTreeMap<BlockId, u8>;

pub(super) fn rule(block: &Block) -> Option<&Rule> {
    if let BlockKind::Rule(rule) = &block.spec.kind { Some(rule) } else { None }
}

fn fired(block: &Block) -> Option<u32> {
    if let BlockState::Fired { taken } = block.state { Some(taken) } else { None }
}

impl Auditor {
    pub(crate) fn parts_of(&self, slot: SlotId) -> impl Iterator<Item = &Block> {
        self.parts.values().filter(move |block| block.spec.slot == slot)
    }

    pub(super) fn put_part(
        &mut self,
        now: Instant,
        id: BlockId,
        (expected, spec): (Expect, &BlockSpec),
    ) -> Answer {
        let known = self.parts.get(&id).cloned();
        if known.as_ref().is_some_and(|known| known.spec.slot != spec.slot) {
            return Err(unknown(Noun::Block));
        }
        let others: Vec<&Block> = self.parts_of(spec.slot).filter(|other| other.id != id).collect();
        let rules = others.iter().filter(|other| rule(other).is_some()).count();
        let is_rule = matches!(spec.kind, BlockKind::Rule(_));
        earliest([
            self.touchable(spec.slot, expected, known.is_some()),
            self.missing_for_part(spec),
            others.iter().any(|other| other.spec.key == spec.key).then_some(No::Code("name_taken")),
            broken(sound::part(spec)),
            room(others.len(), PARTS_MAX, Noun::Block),
            room(rules, RULES_MAX, Noun::Block).filter(|_| is_rule),
        ])?;
        if known.as_ref().is_some_and(|known| known.spec == *spec) {
            return Ok(());
        }
        self.touch(spec.slot);
        let block = self.placed(now, id, spec.clone());
        if known.is_some_and(|known| fired(&known).is_some()) && fired(&block).is_none() {
            self.rearm(id);
        }
        self.say_part(block, BlockChange::Put, Vec::new());
        Ok(())
    }

    /// A block at its place: what goes on as it was keeps its state, else it begins anew.
    pub(super) fn placed(&self, now: Instant, id: BlockId, spec: BlockSpec) -> Block {
        let fresh = match &spec.kind {
            BlockKind::Shift(shift) if shift.person.is_empty() => BlockState::Set,
            BlockKind::Shift(_) => BlockState::Assigned,
            BlockKind::Rule(_) => BlockState::Armed,
            _ => BlockState::Set,
        };
        let stays = |known: &&Block| match (&known.spec.kind, &spec.kind) {
            (BlockKind::Shift(one), BlockKind::Shift(other)) => {
                one.person == other.person && (known.spec.when, known.spec.until) == (spec.when, spec.until)
            }
            (one, other) => one == other,
        };
        let state = self.parts.get(&id).filter(stays).map_or(fresh, |known| known.state);
        Block { id, begun: spec.when.at <= now, state, spec }
    }

    pub(super) fn say_part(&mut self, block: Block, change: BlockChange, moves: Vec<Move>) {
        self.parts.insert(block.id, block.clone());
        self.say(Fact::BlockPut { block: Box::new(block), change, moves });
    }

    pub(super) fn remove_part(&mut self, id: BlockId, expected: Expect) -> Answer {
        let slot = self.parts.get(&id).ok_or(unknown(Noun::Block))?.spec.slot;
        if let Some(no) = self.touchable(slot, expected, true) {
            return Err(no);
        }
        self.touch(slot);
        if self.parts.get(&id).is_some_and(|block| fired(block).is_some()) {
            self.rearm(id);
        }
        self.parts.remove(&id);
        self.say(Fact::BlockRemoved(id));
        Ok(())
    }

    pub(super) fn answer_shift(&mut self, id: BlockId, answer: ShiftAnswer) -> Answer {
        let block = self.parts.get(&id).ok_or(unknown(Noun::Block))?.clone();
        if let Some(no) = self.touchable(block.spec.slot, Expect::Any, true) {
            return Err(no);
        }
        let asked = [BlockState::Assigned, BlockState::Accepted, BlockState::Declined];
        if !asked.contains(&block.state) {
            return Err(Refusal::NobodyAssigned.into());
        }
        let (state, change) = match answer {
            ShiftAnswer::Accept => (BlockState::Accepted, BlockChange::Accepted),
            ShiftAnswer::Decline => (BlockState::Declined, BlockChange::Declined),
        };
        if block.state != state {
            self.say_part(Block { state, ..block }, change, Vec::new());
        }
        Ok(())
    }

    pub(super) fn begin_part(&mut self, id: BlockId) {
        if let Some(block) = self.parts.get(&id).cloned() {
            self.say_part(Block { begun: true, ..block }, BlockChange::Began, Vec::new());
        }
    }

    /// What a block names that is not there, or a rule that is about itself.
    fn missing_for_part(&self, spec: &BlockSpec) -> Option<No> {
        let offer = |id| self.offers.get(id).is_some_and(|offer| offer.slot == spec.slot);
        let rule = match &spec.kind {
            BlockKind::Cue(cue) => {
                return cue.offer.as_ref().filter(|id| !offer(id)).map(|_| unknown(Noun::Offer));
            }
            BlockKind::Rule(rule) => rule,
            _ => return None,
        };
        let pool = |id| self.pools.get(id).is_some_and(|pool| pool.role == PoolRole::Stock);
        let window = |id| self.windows.get(id).is_some_and(|frame| frame.spec.slot == spec.slot);
        let slot = |id| self.slots.contains_key(id);
        match &rule.trigger {
            Trigger::FreeBelow { pool: id, .. } if !pool(id) => return Some(unknown(Noun::Pool)),
            Trigger::SoldOut(id) if !window(id) => return Some(unknown(Noun::Window)),
            _ => {}
        }
        let about_itself = match &rule.act {
            Act::Shrink { pool: id, .. } if !pool(id) => return Some(unknown(Noun::Pool)),
            Act::Open(id) if !window(id) => return Some(unknown(Noun::Window)),
            Act::Close(slots) if !slots.iter().all(slot) => return Some(unknown(Noun::Slot)),
            Act::Publish(id) if !slot(id) => return Some(unknown(Noun::Slot)),
            Act::Shrink { .. } => false,
            Act::Open(id) => rule.trigger == Trigger::SoldOut(*id),
            Act::Close(slots) => slots.contains(&spec.slot),
            Act::Publish(id) => *id == spec.slot,
        };
        about_itself.then_some(No::Code("invalid"))
    }

    /// Whether a rule is about a pool.
    pub(super) fn is_ruled_pool(&self, pool: PoolId) -> bool {
        self.parts.values().filter_map(rule).any(|rule| {
            matches!(rule.trigger, Trigger::FreeBelow { pool: id, .. } if id == pool)
                || matches!(rule.act, Act::Shrink { pool: id, .. } if id == pool)
        })
    }

    /// Who of a slot's blocks needs a window.
    pub(super) fn is_ruled_window(&self, window: WindowId) -> bool {
        let rules = self.parts.values().filter_map(rule);
        rules
            .into_iter()
            .any(|rule| rule.trigger == Trigger::SoldOut(window) || rule.act == Act::Open(window))
    }

    /// Whether a cue shows an offer.
    pub(super) fn is_shown(&self, offer: OfferId) -> bool {
        let shows =
            |block: &Block| matches!(&block.spec.kind, BlockKind::Cue(cue) if cue.offer == Some(offer));
        self.parts.values().any(shows)
    }

    /// Rules let go of what they took of a pool before somebody looks at the whole of it.
    pub(super) fn make_whole(&mut self, pool: PoolId) {
        let shrinks = |block: &&Block| {
            let of = rule(block)
                .is_some_and(|rule| matches!(rule.act, Act::Shrink { pool: id, .. } if id == pool));
            of && fired(block).is_some_and(|taken| taken > 0)
        };
        // Those that watch a pool come before those that watch a window; the order is that of the pools watched.
        let mut took: Vec<_> =
            self.parts.values().filter(shrinks).map(|block| (watched(block), block.id)).collect();
        took.sort_unstable();
        took.into_iter().for_each(|(_, id)| self.rearm(id));
    }

    /// What rules took of a pool now.
    pub(super) fn taken_of(&self, pool: PoolId) -> u32 {
        let of = |block: &Block| {
            rule(block).is_some_and(|rule| matches!(rule.act, Act::Shrink { pool: id, .. } if id == pool))
        };
        self.parts.values().filter(|block| of(block)).filter_map(fired).sum()
    }

    pub(super) fn rearm(&mut self, id: BlockId) {
        let Some(block) = self.parts.get(&id).cloned() else { return };
        let (Some(taken), Some(rule)) = (fired(&block), rule(&block).cloned()) else { return };
        let mut moves = Vec::new();
        if let Act::Shrink { pool, .. } = rule.act {
            let (from, to) = (Account::Outside, Account::Free);
            self.shift(&mut moves, Move { pool, from, to, units: taken });
        }
        let opens: Vec<SlotId> =
            self.slots.keys().copied().filter(|slot| self.is_about(&block, *slot)).collect();
        self.say_part(Block { state: BlockState::Armed, ..block }, BlockChange::Rearmed, moves);
        // Nobody was kept from anything by another act.
        if matches!(rule.act, Act::Close(_)) {
            opens.into_iter().for_each(|slot| self.stir_whole(slot));
            self.stir_all(&BTreeSet::new());
        }
    }

    /// Waiters of a slot that opens again look at all that it sells.
    fn stir_whole(&mut self, slot: SlotId) {
        if self.line.iter().any(|entry| entry.slot == slot) {
            let parts = self.offers_of(slot).flat_map(|(_, spec)| &spec.recipe);
            let pools: Vec<PoolId> = parts.map(|part| part.pool).collect();
            self.stirred.entry(slot).or_default().extend(pools);
        }
    }

    /// A slot that is called off keeps no other closed.
    pub(super) fn reopen_others(&mut self, slot: SlotId) {
        let closing: Vec<Block> =
            self.parts_of(slot).filter(|block| fired(block).is_some()).cloned().collect();
        for block in closing {
            let opens: Vec<SlotId> =
                self.slots.keys().copied().filter(|slot| self.is_about(&block, *slot)).collect();
            opens.into_iter().for_each(|slot| self.stir_whole(slot));
            self.stir_all(&BTreeSet::new());
        }
    }

    /// Lets rules act until none has to.
    pub(super) fn react(&mut self, now: Instant, turned: &mut Turned) {
        loop {
            let turns = |block: &&Block| turned.get(&block.id).is_none_or(|turns| *turns < TURNS_MAX);
            let next = self.parts.values().filter(turns).find(|block| self.must_turn(now, block));
            let Some(block) = next.cloned() else { return };
            *turned.entry(block.id).or_default() += 1;
            if fired(&block).is_some() { self.rearm(block.id) } else { self.fire(now, block) }
        }
    }

    fn must_turn(&self, now: Instant, block: &Block) -> bool {
        let Some(rule) = rule(block) else { return false };
        let on = self.slots.get(&block.spec.slot).is_some_and(|slot| slot.state == SlotState::Published);
        let watches = block.begun && block.spec.until.is_none_or(|until| now < until.at);
        on && watches && fired(block).is_some() != self.is_caused(&rule.trigger)
    }

    fn is_caused(&self, trigger: &Trigger) -> bool {
        match trigger {
            Trigger::FreeBelow { pool, units } => {
                self.pools.contains_key(pool) && self.sellable(*pool) < *units
            }
            Trigger::SoldOut(id) => {
                let Some(frame) = self.windows.get(id).filter(|frame| frame.phase == Phase::Open) else {
                    return false;
                };
                let sold = self.sold_in(&frame.spec);
                !sold.is_empty() && sold.iter().all(|offer| self.is_short(&frame.spec, offer))
            }
        }
    }

    fn sold_in(&self, spec: &WindowSpec) -> Vec<&OfferSpec> {
        let offers = self.offers_of(spec.slot);
        let sold = offers.filter(|(id, _)| spec.offers.is_empty() || spec.offers.contains(id));
        sold.map(|(_, offer)| offer).collect()
    }

    fn is_short(&self, spec: &WindowSpec, offer: &OfferSpec) -> bool {
        offer.recipe.iter().any(|part| {
            let there = self.own_sources(spec, offer, part.pool).into_iter().map(|pool| self.sellable(pool));
            there.sum::<u32>() < part.units
        })
    }

    fn fire(&mut self, now: Instant, block: Block) {
        let Some(rule) = rule(&block).cloned() else { return };
        let mut moves = Vec::new();
        if let Act::Shrink { pool, keep } = rule.act {
            let units = self.sellable(pool).saturating_sub(keep);
            self.shift(&mut moves, Move { pool, from: Account::Free, to: Account::Outside, units });
        }
        let taken = moves.iter().map(|one| one.units).sum();
        self.say_part(Block { state: BlockState::Fired { taken }, ..block }, BlockChange::Fired, moves);
        match rule.act {
            Act::Open(window) => self.open_early(now, window),
            Act::Publish(slot) => {
                let draft = self.slots.get(&slot).filter(|slot| slot.state == SlotState::Draft);
                if draft.is_some_and(|slot| now < slot.spec.times.end) {
                    self.turn_slot(slot, SlotState::Published, SlotChange::Published);
                }
            }
            Act::Close(_) | Act::Shrink { .. } => {}
        }
    }

    /// A window that lies ahead opens at this second; those of its audience that are open end for it, and if
    /// that can't be, nothing happens.
    fn open_early(&mut self, now: Instant, id: WindowId) {
        let Some(spec) = self.windows.get(&id).map(|frame| frame.spec.clone()) else { return };
        let Some(start) = self.slots.get(&spec.slot).map(|slot| slot.spec.times.start) else { return };
        if spec.opens.at <= now {
            return;
        }
        let seconds = (now.0 - start.0).div_euclid(1_000);
        let at = When { anchor: Anchor::start(seconds), at: Instant(start.0 + seconds * 1_000) };
        let touches = |other: &WindowSpec| at.at < other.closes.at && other.opens.at < spec.closes.at;
        let same: Vec<(WindowId, WindowSpec)> = self
            .windows_of(spec.slot)
            .filter(|(other, frame)| {
                *other != id && frame.spec.audience == spec.audience && touches(&frame.spec)
            })
            .map(|(other, frame)| (other, frame.spec.clone()))
            .collect();
        if same.iter().any(|(_, other)| !is_inside(other, now) || at.at <= other.opens.at) {
            return;
        }
        let (mut then, slot) = (self.clone(), spec.slot);
        for (other, spec) in same {
            then.put_frame(now, other, WindowSpec { closes: at, ..spec }, Vec::new());
        }
        then.put_frame(now, id, WindowSpec { opens: at, ..spec }, Vec::new());
        // Where something can't follow, nothing is done.
        if then.follow(now, slot, Bound::PickupsAndRules).is_ok() {
            *self = then;
        }
    }

    /// Whether a closing rule is about a slot.
    pub(crate) fn is_about(&self, block: &Block, slot: SlotId) -> bool {
        let Some(Rule { trigger, act: Act::Close(named) }) = rule(block) else { return false };
        if !named.is_empty() {
            return named.contains(&slot);
        }
        let cause: Vec<PoolId> = match trigger {
            Trigger::FreeBelow { pool, .. } => vec![*pool],
            Trigger::SoldOut(id) => {
                let sold = self.windows.get(id).map(|frame| self.sold_in(&frame.spec)).unwrap_or_default();
                sold.iter().flat_map(|offer| &offer.recipe).map(|part| part.pool).collect()
            }
        };
        let drawn = self.offers_of(slot).flat_map(|(_, offer)| &offer.recipe);
        slot != block.spec.slot && drawn.into_iter().any(|part| cause.contains(&part.pool))
    }

    pub(super) fn is_closed(&self, slot: SlotId) -> bool {
        self.closed_by(slot).is_some()
    }

    /// The first rule that keeps a slot closed.
    pub(crate) fn closed_by(&self, slot: SlotId) -> Option<BlockId> {
        let on = |block: &Block| {
            self.slots.get(&block.spec.slot).is_some_and(|slot| slot.state == SlotState::Published)
        };
        let closes = |block: &&Block| fired(block).is_some() && on(block) && self.is_about(block, slot);
        self.parts.values().find(closes).map(|block| block.id)
    }

    /// A slot is not offered while a rule keeps it closed, nor when it can't be fulfilled any more.
    pub(super) fn offered(&self, now: Instant, slot: SlotId, wants: &[Want]) -> Answer {
        let further =
            wants.iter().filter_map(|want| self.offers.get(&want.offer)).flat_map(|offer| &offer.slots);
        for slot in std::iter::once(&slot).chain(further) {
            let places =
                |pool: &PoolId| self.pools.get(pool).is_some_and(|pool| pool.has.supplied > pool.has.lost);
            if !self.has_way(now, *slot, places) {
                return Err(Refusal::NotOffered(Withheld::Unfulfillable).into());
            }
            if let Some(why) = self.kept_back(*slot) {
                return Err(Refusal::NotOffered(why).into());
            }
        }
        let gone =
            wants.iter().filter_map(|want| self.offers.get(&want.offer)).any(|offer| self.is_lost(offer));
        if gone { Err(Refusal::NotOffered(Withheld::Unfulfillable).into()) } else { Ok(()) }
    }

    /// Why a slot is not offered, whatever is wanted of it.
    pub(crate) fn withheld(&self, now: Instant, slot: SlotId) -> Option<Withheld> {
        let places =
            |pool: &PoolId| self.pools.get(pool).is_some_and(|pool| pool.has.supplied > pool.has.lost);
        let mut mains = self.offers_of(slot).filter(|(_, offer)| offer.kind == OfferKind::Main).peekable();
        let lost = mains.peek().is_some() && mains.all(|(_, offer)| self.is_lost(offer));
        if lost || !self.has_way(now, slot, places) {
            return Some(Withheld::Unfulfillable);
        }
        self.kept_back(slot)
    }

    /// Why nothing of a slot is sold for now.
    pub(super) fn kept_back(&self, slot: SlotId) -> Option<Withheld> {
        let paused = self.slots.get(&slot).is_some_and(|slot| slot.paused.is_some());
        let closed = self.is_closed(slot).then_some(Withheld::StockLow);
        paused.then_some(Withheld::Paused).or(closed)
    }

    /// Whether every way to receive goods is over.
    pub(crate) fn boxes_are_over(&self, now: Instant, slot: SlotId) -> bool {
        !self.has_way(now, slot, |_| true)
    }

    /// Whether goods of a slot can be received by now: there is nothing to fetch, or a way is not over.
    fn has_way(&self, now: Instant, slot: SlotId, places: impl Fn(&PoolId) -> bool) -> bool {
        let mut ways = self.blocks_of(slot).map(|(_, spec)| spec).peekable();
        let left = |way: &FulfilmentSpec| match way.boxes.as_slice() {
            [] => now < way.closes.at,
            boxes => boxes.iter().any(|place| now < place.until.at && places(&place.pool)),
        };
        ways.peek().is_none() || ways.any(left)
    }

    /// All times that hang on a slot.
    pub(crate) fn whens_of(&self, slot: SlotId) -> Vec<When> {
        let windows = self.windows_of(slot).flat_map(|(_, frame)| [frame.spec.opens, frame.spec.closes]);
        let ways = self.blocks_of(slot).flat_map(|(_, spec)| [spec.opens, spec.closes]);
        let boxes = self.blocks_of(slot).flat_map(|(_, spec)| &spec.boxes);
        let boxes = boxes.flat_map(|place| [place.from, place.until]);
        let steps = self.offers_of(slot).flat_map(|(_, spec)| &spec.ladder).filter_map(|step| step.from);
        let parts = self.parts_of(slot).flat_map(|block| [Some(block.spec.when), block.spec.until]).flatten();
        windows.chain(ways).chain(boxes).chain(steps).chain(parts).collect()
    }

    /// Whether something that an offer needs was lost, and what was not lost is handed over; or it is there on other
    /// nights.
    pub(crate) fn is_lost(&self, offer: &OfferSpec) -> bool {
        offer.recipe.iter().any(|part| {
            let Some(pool) = self.pools.get(&part.pool) else { return false };
            let all = pool.spec.borrows.iter().chain([&part.pool]);
            let good: Vec<_> = all.filter(|id| self.is_on_nights_of(offer, **id)).collect();
            let there = good.iter().filter_map(|id| self.pools.get(id)).map(|pool| pool.has);
            let rest: u32 = there.map(|has| has.supplied - has.lost - has.handed).sum();
            good.is_empty() || (pool.has.lost > 0 && rest == 0)
        })
    }
}

/// The pool that a rule watches, if it watches one.
fn watched(block: &Block) -> Option<PoolId> {
    match rule(block)?.trigger {
        Trigger::FreeBelow { pool, .. } => Some(pool),
        Trigger::SoldOut(_) => None,
    }
}
