//! Single edits: one part of a slot put or removed, which its policy looks at as at a change of the slot.

use dayshelf_core::change::{Credential, Handover, Part, PendingEnd, Promise, Reason, Shown, Tell, Wish};
use dayshelf_core::command::{Command, Expect, Resolutions};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::FulfilmentChoice;
use dayshelf_core::ids::{FulfilmentId, PoolId, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::pool::{Move, PoolRole, PoolSpec};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{FulfilmentKind, FulfilmentSpec, SlotSpec, SlotState};
use dayshelf_core::time::Instant;

use super::change::Ask;
use super::write::broken;
use super::{Answer, Auditor, No, earliest, seen, sound, unknown};

impl Auditor {
    /// A command that puts one part and can't wait for a yes.
    pub(super) fn at_once(&mut self, now: Instant, command: &Command) -> Answer {
        let Some((expected, part)) = named(command) else { return Ok(()) };
        let slot = self.slot_to_be(&part)?;
        self.slots.get(&slot).ok_or(unknown(Noun::Slot))?;
        let wish = Wish::Part(Box::new(part));
        let resolved = Resolutions::new();
        let (tell, by) = (Tell::AfterQuiet, Credential::House);
        let ask = Ask { slot, expected, wish: &wish, resolved: &resolved, tell, by };
        let Some(outcome) = self.try_out(now, &ask)? else { return Ok(()) };
        if !outcome.reasons.is_empty() {
            return Err(No::Exact(Refusal::NeedsYes(outcome.reasons)));
        }
        self.do_it(now, &ask, (outcome.kind, Vec::new()))
    }

    /// Puts a part without asking anybody.
    pub(super) fn put_single(
        &mut self,
        now: Instant,
        (slot, expected): (SlotId, Expect),
        part: &Part,
    ) -> Result<Option<Reason>, No> {
        if let Part::Pool(id, spec) = part {
            return self.shrink(now, (slot, expected), (*id, spec));
        }
        if self.slot_to_be(part)? != slot {
            return Err(unknown(noun(part)));
        }
        match part {
            Part::Window(id, Some(spec)) => self.put_window(now, *id, expected, spec),
            Part::Window(id, None) => self.remove_window(*id, expected),
            Part::Fulfilment(id, Some(spec)) => self.put_block(*id, expected, spec),
            Part::Fulfilment(id, None) => self.remove_block(*id, expected),
            Part::Offer(id, Some(spec)) => self.put_offer(now, *id, expected, spec),
            Part::Offer(id, None) => self.remove_offer(*id, expected),
            Part::Block(id, Some(spec)) => self.put_part(now, *id, (expected, spec)),
            Part::Block(id, None) => self.remove_part(*id, expected),
            Part::Pool(..) => Ok(()),
        }?;
        Ok(None)
    }

    /// A pool that the slot sells from is as this says; what is too few comes from unpaid holds.
    fn shrink(
        &mut self,
        now: Instant,
        (slot, expected): (SlotId, Expect),
        (pool, spec): (PoolId, &PoolSpec),
    ) -> Result<Option<Reason>, No> {
        let sold = self.offers_of(slot).any(|(_, offer)| offer.recipe.iter().any(|part| part.pool == pool));
        let known = self.pools.get(&pool).filter(|known| known.role == PoolRole::Stock && sold);
        let known = known.ok_or(unknown(Noun::Pool))?;
        let free = known.has.free + self.taken_of(pool);
        if known.spec.units.saturating_sub(spec.units) <= free {
            self.put_pool(pool, expected, spec)?;
            return Ok(None);
        }
        let taken = self.pools.iter().any(|(other, known)| *other != pool && known.spec.key == spec.key);
        earliest([
            seen(expected, Some(known.version), Noun::Pool),
            taken.then_some(No::Code("name_taken")),
            broken(sound::pool(spec)),
            self.lenders_no(pool, spec),
        ])?;
        self.short_of(now, pool, spec).map(Some)
    }

    /// A pool of the slot has so many units from now on. What is too few comes from unpaid holds, the newest first.
    pub(super) fn capacity(
        &mut self,
        now: Instant,
        slot: SlotId,
        pool: PoolId,
        units: u32,
    ) -> Result<Option<Reason>, No> {
        let known = self.pools.get(&pool).ok_or(unknown(Noun::Pool))?;
        let spec = PoolSpec { units, ..known.spec.clone() };
        self.shrink(now, (slot, Expect::Any), (pool, &spec))
    }

    /// A pool has fewer units than are held and sold.
    fn short_of(&mut self, now: Instant, pool: PoolId, spec: &PoolSpec) -> Result<Reason, No> {
        let known = self.pools.get(&pool).ok_or(unknown(Noun::Pool))?;
        let less = known.spec.units.saturating_sub(spec.units);
        let (missing, mut short) = (less - known.has.free - self.taken_of(pool), less);
        let version = known.version + 1;
        self.make_whole(pool);
        let eaten = self.eat_units(now, pool, &mut short);
        let mut moves = Vec::new();
        eaten.into_iter().for_each(|one: Move| self.shift(&mut moves, one));
        let spec = PoolSpec { units: spec.units + short, ..spec.clone() };
        if let Some(known) = self.pools.get_mut(&pool) {
            (known.spec, known.version) = (spec.clone(), version);
        }
        let (role, spec) = (PoolRole::Stock, Box::new(spec));
        self.say(Fact::PoolPut { pool, role, version, spec, moves });
        debug_assert!(self.pools.get(&pool).is_some_and(|known| known.has.supplied >= known.has.sold));
        Ok(Reason::BelowSold { pool, missing, short })
    }

    /// Whoever comes when they were told to and finds nobody.
    pub(super) fn missed(
        &self,
        slot: SlotId,
        block: FulfilmentId,
        (was, is): (&FulfilmentSpec, &FulfilmentSpec),
        all: &mut Vec<Reason>,
    ) {
        if was.boxes.is_empty() {
            let meet = was.opens.at.max(is.opens.at) < was.closes.at.min(is.closes.at);
            if !meet && self.comes(slot, |choice| choice.block == block) {
                all.push(Reason::BeyondPromise { block, places: None });
            }
        }
        for old in &was.boxes {
            let Some(new) = is.boxes.iter().find(|new| new.pool == old.pool) else { continue };
            let meet = old.from.at.max(new.from.at) < old.until.at.min(new.until.at);
            let mine = |choice: FulfilmentChoice| choice.block == block && choice.places == Some(old.pool);
            if !meet && self.comes(slot, mine) {
                all.push(Reason::BeyondPromise { block, places: Some(old.pool) });
            }
        }
    }

    pub(super) fn comes(&self, slot: SlotId, fits: impl Fn(FulfilmentChoice) -> bool) -> bool {
        let holds = self.holds.values().filter(|hold| hold.slot == slot).filter_map(|hold| hold.fulfilment);
        let orders = self.orders.values().filter(|order| order.slot == slot && !order.is_cancelled());
        holds.chain(orders.filter_map(|order| order.fulfilment)).any(fits)
    }

    /// The slot that a part is to be in, or is in.
    fn slot_to_be(&self, part: &Part) -> Result<SlotId, No> {
        let known = match part {
            Part::Window(_, Some(spec)) => Some(spec.slot),
            Part::Fulfilment(_, Some(spec)) => Some(spec.slot),
            Part::Offer(_, Some(spec)) => Some(spec.slot),
            Part::Block(_, Some(spec)) => Some(spec.slot),
            _ => self.slot_that_has(part),
        };
        known.ok_or(unknown(noun(part)))
    }

    /// The slot that a part is in.
    pub(super) fn slot_that_has(&self, part: &Part) -> Option<SlotId> {
        match part {
            Part::Window(id, _) => self.windows.get(id).map(|frame| frame.spec.slot),
            Part::Fulfilment(id, _) => self.blocks.get(id).map(|spec| spec.slot),
            Part::Offer(id, _) => self.offers.get(id).map(|spec| spec.slot),
            Part::Block(id, _) => self.parts.get(id).map(|block| block.spec.slot),
            Part::Pool(..) => None,
        }
    }

    /// Pickups of the slot that people bought for and that stand elsewhere then, as they are now.
    pub(super) fn elsewhere(&self, slot: SlotId, then: &Self) -> Vec<Handover> {
        let (Some(was), Some(is)) = (self.slots.get(&slot), then.slots.get(&slot)) else { return Vec::new() };
        if was.state != SlotState::Published || was.spec.times != is.spec.times {
            return Vec::new();
        }
        let mut all: Vec<Handover> = Vec::new();
        for choice in self.standing(slot).filter_map(|order| order.fulfilment) {
            let (was, is) = (self.promise(choice), then.promise(choice));
            let news = was.is_some() && was != is && !all.iter().any(|known| known.choice == choice);
            all.extend(was.filter(|_| news));
        }
        all
    }

    /// What a buyer is told of an order, as everything stands.
    pub(super) fn promise_to(&mut self, order: &Order, left: Option<SlotId>) {
        let shown = |slot: SlotId| {
            let SlotSpec { title, times, place, .. } = self.slots.get(&slot)?.spec.clone();
            Some(Shown { title, times, place })
        };
        let Some(is) = shown(order.slot) else { return };
        let (was, pickup) = (left.and_then(shown), order.fulfilment.and_then(|choice| self.promise(choice)));
        self.say(Fact::OrderPromised(Box::new(Promise { order: order.id, is, pickup, was })));
    }

    /// A yes to what a part was to be is not for what it is by now.
    pub(super) fn end_same_part(&mut self, slot: SlotId, wish: &Wish) {
        let one = |wish: &Wish| match wish {
            Wish::Part(part) => Some(part.id()),
            Wish::Edit(edit) => edit.units.map(|(pool, _)| pool.0),
            _ => None,
        };
        let Some(part) = one(wish) else { return };
        // Whoever edits a part ends what a template was to make of the slot's parts.
        let is_part = matches!(wish, Wish::Part(part) if !matches!(**part, Part::Pool(..)));
        let ends = |waits: &Wish| one(waits) == Some(part) || is_part && matches!(waits, Wish::Template(_));
        let mut all = self.pendings.values();
        let waiting = all.find(|pending| pending.slot == slot && ends(&pending.wish));
        if let Some(id) = waiting.map(|pending| pending.id) {
            self.end_pending(id, PendingEnd::Overtaken);
        }
    }

    /// Where and when a pickup is.
    pub(super) fn promise(&self, choice: FulfilmentChoice) -> Option<Handover> {
        let spec = self.blocks.get(&choice.block).filter(|spec| spec.kind == FulfilmentKind::Pickup)?;
        let (from, until) = span(spec, choice.places)?;
        Some(Handover { choice, from, until, place: spec.place.clone() })
    }
}

fn span(spec: &FulfilmentSpec, places: Option<PoolId>) -> Option<(Instant, Instant)> {
    let Some(pool) = places else { return Some((spec.opens.at, spec.closes.at)) };
    spec.boxes.iter().find(|place| place.pool == pool).map(|place| (place.from.at, place.until.at))
}

/// What can be chosen of a block: a time box, or the whole where it has none.
pub(super) fn choices(block: FulfilmentId, spec: &FulfilmentSpec) -> Vec<FulfilmentChoice> {
    let boxes: Vec<FulfilmentChoice> =
        spec.boxes.iter().map(|one| FulfilmentChoice { block, places: Some(one.pool) }).collect();
    if boxes.is_empty() { vec![FulfilmentChoice { block, places: None }] } else { boxes }
}

/// What a part is called in a refusal.
pub(super) fn noun(part: &Part) -> Noun {
    match part {
        Part::Window(..) => Noun::Window,
        Part::Fulfilment(..) => Noun::Fulfilment,
        Part::Offer(..) => Noun::Offer,
        Part::Block(..) => Noun::Block,
        Part::Pool(..) => Noun::Pool,
    }
}

/// The part that a command is about.
pub(crate) fn named(command: &Command) -> Option<(Expect, Part)> {
    Some(match command {
        Command::PutWindow { id, expected, spec } => (*expected, Part::Window(*id, Some((**spec).clone()))),
        Command::RemoveWindow { id, expected } => (*expected, Part::Window(*id, None)),
        Command::PutFulfilment { id, expected, spec } => {
            (*expected, Part::Fulfilment(*id, Some((**spec).clone())))
        }
        Command::RemoveFulfilment { id, expected } => (*expected, Part::Fulfilment(*id, None)),
        Command::PutOffer { id, expected, spec } => (*expected, Part::Offer(*id, Some((**spec).clone()))),
        Command::RemoveOffer { id, expected } => (*expected, Part::Offer(*id, None)),
        Command::PutBlock { id, expected, spec } => (*expected, Part::Block(*id, Some((**spec).clone()))),
        Command::RemoveBlock { id, expected } => (*expected, Part::Block(*id, None)),
        Command::PutPool { id, expected, spec } => (*expected, Part::Pool(*id, (**spec).clone())),
        _ => return None,
    })
}
