//! Slots: written, moved, published, called off. What hangs on a slot moves with it.

use dayshelf_core::block::BlockSpec;
use dayshelf_core::command::{Expect, Resolutions};
use dayshelf_core::fact::{BlockChange, Fact, HoldEnd, SlotChange};
use dayshelf_core::hold::{HoldState, LapseCause};
use dayshelf_core::ids::{BlockId, EntryId, HoldId, OfferId, OrderId, SlotId, WindowId};
use dayshelf_core::offer::{Offer, OfferSpec};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{Fulfilment, FulfilmentSpec, Slot, SlotSpec, SlotState};
use dayshelf_core::time::{Edge, Instant, When};
use dayshelf_core::waitlist::{EntryState, LeftCause};
use dayshelf_core::window::{Phase, Window, WindowSpec};

use super::{Answer, Auditor, No, seen, sound, unknown};

/// Every block of a slot at its new place.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Blocks {
    pub windows: Vec<(WindowId, WindowSpec)>,
    pub fulfilments: Vec<(dayshelf_core::ids::FulfilmentId, FulfilmentSpec)>,
    pub offers: Vec<(OfferId, OfferSpec)>,
    pub parts: Vec<(BlockId, BlockSpec)>,
}

/// Called off, or thrown away before anyone saw it.
pub(super) const fn off(state: SlotState) -> bool {
    matches!(state, SlotState::Cancelled | SlotState::Discarded)
}

impl Auditor {
    pub(super) fn make_slot(&mut self, id: SlotId, spec: &SlotSpec) -> Answer {
        if let Some(no) = seen(Expect::New, self.slots.get(&id).map(|slot| slot.version), Noun::Slot) {
            return Err(no);
        }
        self.may_be(id, spec)?;
        let slot = Slot {
            id,
            state: SlotState::Draft,
            version: 1,
            overlay: 0,
            template: None,
            paused: None,
            spec: spec.clone(),
        };
        self.slots.insert(id, slot.clone());
        self.say(Fact::SlotPut { slot: Box::new(slot), change: SlotChange::Created });
        Ok(())
    }

    /// Nobody else has its name, and it can be.
    fn may_be(&self, id: SlotId, spec: &SlotSpec) -> Answer {
        let named = |slot: &&Slot| slot.spec.slug == spec.slug && slot.state != SlotState::Discarded;
        if self.slots.values().filter(named).any(|slot| slot.id != id) {
            return Err(No::Code("name_taken"));
        }
        if sound::slot(spec) { Ok(()) } else { Err(No::Code("invalid")) }
    }

    pub(super) fn reshape(
        &mut self,
        now: Instant,
        id: SlotId,
        spec: &SlotSpec,
        resolved: &Resolutions,
    ) -> Answer {
        self.may_be(id, spec)?;
        let known = self.slots.get(&id).ok_or(unknown(Noun::Slot))?.clone();
        if off(known.state) {
            return Err(Refusal::SlotCancelled.into());
        }
        if known.spec == *spec {
            return Ok(());
        }
        let moves = known.spec.times != spec.times;
        let blocks = if moves { Some(self.blocks_at(&known, resolved)?) } else { None };
        if blocks.as_ref().is_some_and(|blocks| !self.is_sound(blocks)) {
            return Err(No::Code("invalid"));
        }
        let slot = Slot { version: known.version + 1, spec: spec.clone(), ..known };
        self.slots.insert(id, slot.clone());
        let change = if moves { SlotChange::Moved } else { SlotChange::Changed };
        self.say(Fact::SlotPut { slot: Box::new(slot), change });
        if let Some(blocks) = blocks {
            self.put_blocks(now, blocks);
        }
        Ok(())
    }

    /// Where the blocks of a slot are, by the instants that their anchors stand for there.
    fn blocks_at(&self, slot: &Slot, resolved: &Resolutions) -> Result<Blocks, No> {
        let stale = || No::Exact(Refusal::VersionStale { current: slot.version });
        let place = |when: &mut When| {
            // What hangs on another part goes where that goes.
            if matches!(when.anchor.edge, Edge::PartStart(_) | Edge::PartEnd(_)) {
                return Ok(());
            }
            when.at = *resolved.get(&when.anchor).ok_or_else(stale)?;
            Ok::<(), No>(())
        };
        let mut windows = Vec::new();
        for (id, frame) in self.windows_of(slot.id) {
            let mut spec = frame.spec.clone();
            place(&mut spec.opens)?;
            place(&mut spec.closes)?;
            windows.push((id, spec));
        }
        let mut fulfilments = Vec::new();
        for (id, block) in self.blocks_of(slot.id) {
            let mut spec = block.clone();
            place(&mut spec.opens)?;
            place(&mut spec.closes)?;
            for time_box in &mut spec.boxes {
                place(&mut time_box.from)?;
                place(&mut time_box.until)?;
            }
            fulfilments.push((id, spec));
        }
        let mut offers = Vec::new();
        for (id, offer) in self.offers_of(slot.id) {
            let mut spec = offer.clone();
            for step in &mut spec.ladder {
                step.from.as_mut().map_or(Ok(()), place)?;
            }
            offers.push((id, spec));
        }
        let mut parts = Vec::new();
        for block in self.parts_of(slot.id) {
            let mut spec = block.spec.clone();
            place(&mut spec.when)?;
            spec.until.as_mut().map_or(Ok(()), place)?;
            parts.push((block.id, spec));
        }
        let blocks = Blocks { windows, fulfilments, offers, parts };
        if blocks.is_hung() { blocks.hung() } else { Ok(blocks) }
    }

    /// A move may not turn blocks around, nor let windows of one audience overlap.
    fn is_sound(&self, blocks: &Blocks) -> bool {
        let windows = &blocks.windows;
        let apart = windows.iter().enumerate().all(|(place, (_, spec))| {
            windows[..place].iter().all(|(_, other)| are_apart(spec, other)) && sound::window(spec)
        });
        let currency = self.organiser.spec.currency;
        apart
            && blocks.fulfilments.iter().all(|(_, spec)| sound::block(spec))
            && blocks.offers.iter().all(|(_, spec)| sound::offer(spec, currency))
            && blocks.parts.iter().all(|(_, spec)| sound::part(spec))
    }

    pub(super) fn put_blocks(&mut self, now: Instant, blocks: Blocks) {
        for (id, spec) in blocks.windows {
            self.put_frame(now, id, spec, Vec::new());
        }
        for (id, spec) in blocks.fulfilments {
            self.blocks.insert(id, spec.clone());
            self.say(Fact::FulfilmentPut(Box::new(Fulfilment { id, spec })));
        }
        for (id, spec) in blocks.offers {
            self.put_priced(now, id, spec);
        }
        for (id, spec) in blocks.parts {
            let block = self.placed(now, id, spec);
            self.say_part(block, BlockChange::Moved, Vec::new());
        }
    }

    /// A window as it is from now on. One that lies ahead of the clock again opens again.
    pub(super) fn put_frame(
        &mut self,
        now: Instant,
        id: WindowId,
        spec: WindowSpec,
        moves: Vec<dayshelf_core::pool::Move>,
    ) {
        let by_clock = if now < spec.opens.at {
            Phase::Ahead
        } else if now < spec.closes.at {
            Phase::Open
        } else {
            Phase::Closed
        };
        let before = self.windows.get(&id).map_or(Phase::Ahead, |frame| frame.phase);
        let phase = if before > by_clock { Phase::Ahead } else { before };
        let taken = self
            .claims_of(spec.slot)
            .iter()
            .filter(|claim| claim.window == id)
            .map(|claim| claim.units)
            .sum();
        let known = self.windows.get(&id);
        let mut lobby = known.map(|frame| frame.lobby).unwrap_or_default();
        if known.is_some_and(|frame| frame.spec.lobby != spec.lobby || frame.spec.opens.at != spec.opens.at) {
            lobby.since = now;
        }
        self.windows.insert(id, super::Frame { spec: spec.clone(), phase, lobby, put_at: now });
        // What the edit laid into the past came with it.
        self.schedule_drip(id, now);
        let window = Window { id, phase, taken, told: now, lobby, spec };
        self.say(Fact::WindowPut { window: Box::new(window), moves });
    }

    /// An offer as it is from now on. Steps that the clock has passed came with the edit; the others begin.
    pub(super) fn put_priced(&mut self, now: Instant, id: OfferId, spec: OfferSpec) {
        self.steps.retain(|(_, offer, _)| *offer != id);
        for (step, place) in spec.ladder.iter().zip(0..) {
            if let Some(from) = step.from.filter(|from| now < from.at) {
                self.steps.insert((from.at, id, place));
            }
        }
        let claims = self.claims_of(spec.slot).iter().filter(|claim| claim.offer == id);
        let taken = claims.map(|claim| claim.units).sum();
        self.offers.insert(id, spec.clone());
        self.say(Fact::OfferPut(Box::new(Offer { id, taken, told: now, spec })));
    }

    pub(super) fn publish(&mut self, now: Instant, id: SlotId, expected: Expect) -> Answer {
        let known = self.slots.get(&id).ok_or(unknown(Noun::Slot))?;
        if let Some(no) = seen(expected, Some(known.version), Noun::Slot) {
            return Err(no);
        }
        match known.state {
            SlotState::Published => return Ok(()),
            SlotState::Cancelled | SlotState::Discarded => return Err(Refusal::SlotCancelled.into()),
            SlotState::Draft if known.spec.times.end <= now => return Err(Refusal::SlotOver.into()),
            SlotState::Draft => {}
        }
        self.turn_slot(id, SlotState::Published, SlotChange::Published);
        Ok(())
    }

    /// A slot's next version, in this state.
    pub(super) fn turn_slot(&mut self, id: SlotId, state: SlotState, change: SlotChange) {
        let Some(slot) = self.slots.get_mut(&id) else { return };
        slot.state = state;
        slot.version += 1;
        let slot = Box::new(slot.clone());
        self.say(Fact::SlotPut { slot, change });
    }

    /// The sale of a slot stops at this instant, or goes on.
    pub(super) fn turn_sale(&mut self, id: SlotId, paused: Option<Instant>) -> Answer {
        let slot = self.slots.get_mut(&id).ok_or(unknown(Noun::Slot))?;
        match slot.state {
            SlotState::Draft => return Err(Refusal::SlotNotPublished.into()),
            SlotState::Cancelled | SlotState::Discarded => return Err(Refusal::SlotCancelled.into()),
            SlotState::Published => {}
        }
        if slot.paused.is_some() != paused.is_some() {
            slot.paused = paused;
            let state = slot.state;
            self.turn_slot(id, state, SlotChange::Changed);
        }
        Ok(())
    }

    pub(super) fn renew_overlay(&mut self, id: SlotId) -> Answer {
        let slot = self.slots.get_mut(&id).ok_or(unknown(Noun::Slot))?;
        if slot.state == SlotState::Discarded {
            return Err(Refusal::SlotCancelled.into());
        }
        slot.overlay = slot.overlay.wrapping_add(1);
        let state = slot.state;
        self.turn_slot(id, state, SlotChange::Changed);
        Ok(())
    }

    pub(super) fn cancel_slot(&mut self, id: SlotId) -> Answer {
        let known = self.slots.get(&id).ok_or(unknown(Noun::Slot))?;
        if off(known.state) {
            return Err(Refusal::SlotCancelled.into());
        }
        let was_seen = known.state == SlotState::Published;
        let state = if was_seen { SlotState::Cancelled } else { SlotState::Discarded };
        self.turn_slot(id, state, SlotChange::Cancelled);
        self.reopen_others(id);
        let holds: Vec<HoldId> =
            self.holds.values().filter(|hold| hold.slot == id).map(|hold| hold.id).collect();
        let waiting =
            |entry: &&dayshelf_core::waitlist::Entry| matches!(entry.state, EntryState::Waiting { .. });
        let line = self.line.iter().filter(|entry| entry.slot == id).filter(waiting);
        let waiters: Vec<EntryId> = line.map(|entry| entry.id).collect();
        for hold in holds {
            self.call_off(hold);
        }
        for entry in waiters {
            self.leave_line(entry, LeftCause::SlotCancelled);
        }
        let orders: Vec<OrderId> =
            self.orders.values().filter(|order| order.slot == id).map(|order| order.id).collect();
        for order in orders {
            let lines = self.orders.get(&order).map(super::orders::confirmed_lines).unwrap_or_default();
            if !lines.is_empty() {
                self.give_up(order, lines);
            }
        }
        Ok(())
    }

    /// A hold of a slot that is called off ends; one that is being paid ends when the payment does.
    fn call_off(&mut self, id: HoldId) {
        let Some(hold) = self.holds.get_mut(&id) else { return };
        if hold.state != HoldState::Confirming {
            self.end(id, HoldEnd::Lapsed(LapseCause::SlotCancelled));
            return;
        }
        if let Some(attempt) = hold.attempt.as_mut().filter(|attempt| !attempt.calling_off) {
            attempt.calling_off = true;
            self.say(Fact::ConfirmCallingOff { hold: id });
        }
    }
}

/// Windows of one audience may touch, but not overlap.
pub(super) fn are_apart(one: &WindowSpec, other: &WindowSpec) -> bool {
    one.audience != other.audience || one.closes.at <= other.opens.at || other.closes.at <= one.opens.at
}
