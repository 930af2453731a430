//! What follows from the rest of the books: the agenda, the parts of slots, the look-ups by name.

use std::collections::BTreeSet;

use crate::block::{Act, Block, Trigger};
use crate::books::{Books, Due};
use crate::change::Trail;
use crate::hold::Hold;
use crate::ids::{BlockId, Id, PoolId, SlotId};
use crate::offer::Offer;
use crate::slot::SlotState;
use crate::waitlist::Entry;
use crate::window::{Phase, Window};

impl Books {
    /// Rebuilds everything that follows from the rest, for books that were read from rows.
    pub fn reindex(&mut self) {
        self.agenda.clear();
        self.parts.clear();
        self.waited.clear();
        self.stirred.clear();
        self.rules.clear();
        self.closing.clear();
        self.alert.clear();
        let named = self.slots.values().filter(|slot| slot.state != SlotState::Discarded);
        self.slugs = named.map(|slot| (slot.spec.slug.clone(), slot.id)).collect();
        self.pool_keys = self.pools.values().map(|pool| (pool.spec.key.clone(), pool.id)).collect();
        self.code_digests = self.codes.values().map(|code| (code.digest, code.id)).collect();
        for slot in self.slots.keys() {
            self.parts.entry(*slot).or_default();
        }
        for (id, block) in &self.fulfilments {
            self.parts.entry(block.spec.slot).or_default().fulfilments.insert(*id);
        }
        for window in std::mem::take(&mut self.windows).into_values() {
            self.parts.entry(window.spec.slot).or_default().windows.insert(window.id);
            self.schedule_window(&window);
            self.windows.insert(window.id, window);
        }
        for offer in std::mem::take(&mut self.offers).into_values() {
            self.parts.entry(offer.spec.slot).or_default().offers.insert(offer.id);
            self.schedule_offer(&offer);
            self.offers.insert(offer.id, offer);
        }
        for block in std::mem::take(&mut self.blocks).into_values() {
            self.parts.entry(block.spec.slot).or_default().blocks.insert(block.id);
            self.schedule_block(&block);
            self.blocks.insert(block.id, block);
        }
        // Whoever wrote the rows had let every rule act.
        self.alert.clear();
        for hold in std::mem::take(&mut self.holds).into_values() {
            self.put_hold(hold);
        }
        for entry in std::mem::take(&mut self.entries).into_values() {
            self.put_entry(entry);
        }
        for trail in std::mem::take(&mut self.trails).into_values() {
            self.put_trail(trail);
        }
        self.reindex_series();
        for pending in self.pendings.values() {
            self.agenda.insert((pending.expires, Due::Confirmation(pending.id)));
        }
        self.stir_all(&BTreeSet::new());
    }

    /// Puts what a slot's changes left behind in, with what is due for it.
    pub(super) fn put_trail(&mut self, trail: Trail) {
        let slot = trail.slot;
        if let Some(before) = self.trails.get(&slot).and_then(Trail::due) {
            self.agenda.remove(&(before, Due::Tell(slot)));
        }
        self.agenda.extend(trail.due().map(|due| (due, Due::Tell(slot))));
        self.trails.insert(slot, trail);
    }

    /// Every slot that someone waits for is looked at again, with the pools in which more is available.
    pub(super) fn stir_all(&mut self, more: &BTreeSet<PoolId>) {
        for slot in &self.waited {
            self.stirred.entry(*slot).or_default().extend(more);
        }
    }

    /// A slot is looked at again, because of something else than units that came back.
    pub(super) fn stir(&mut self, slot: SlotId) {
        self.stirred.entry(slot).or_default();
    }

    /// A slot is looked at again with all that its offers draw on: its windows have let out more.
    pub(super) fn stir_with_all_pools(&mut self, slot: SlotId) {
        let parts = self.offers_of(slot).flat_map(|offer| &offer.spec.recipe);
        let pools: BTreeSet<PoolId> = parts.map(|part| part.pool).collect();
        self.stirred.entry(slot).or_default().extend(pools);
    }

    /// What is due for a window. What its drip has told follows from the window alone, never from the clock or
    /// from what is in memory, so that it is the same on every node and after every restart.
    pub(super) fn schedule_window(&mut self, window: &Window) {
        match window.phase {
            Phase::Ahead => drop(self.agenda.insert((window.spec.opens.at, Due::Opens(window.id)))),
            Phase::Open => {
                self.agenda.insert((window.spec.closes.at, Due::Closes(window.id)));
                let next = window.drip_next(window.told);
                self.agenda.extend(next.map(|next| (next, Due::Drip(window.id))));
            }
            Phase::Closed => {}
        }
    }

    pub(super) fn unschedule_window(&mut self, window: &Window) {
        let id = window.id;
        self.agenda.remove(&(window.spec.opens.at, Due::Opens(id)));
        self.agenda.remove(&(window.spec.closes.at, Due::Closes(id)));
        if window.spec.drip.is_some() {
            self.agenda.retain(|(_, due)| *due != Due::Drip(id));
        }
    }

    /// Which price steps are due for an offer: those that it has not told, as with a window's drip.
    pub(super) fn schedule_offer(&mut self, offer: &Offer) {
        for (place, step) in offer.spec.ladder.iter().enumerate() {
            let Some(from) = step.from else { continue };
            if offer.told < from.at {
                self.agenda.insert((from.at, Due::Step(offer.id, place as u16)));
            }
        }
    }

    pub(super) fn unschedule_offer(&mut self, offer: &Offer) {
        for (place, step) in offer.spec.ladder.iter().enumerate() {
            if let Some(from) = step.from {
                self.agenda.remove(&(from.at, Due::Step(offer.id, place as u16)));
            }
        }
    }

    /// A block's time comes once; a rule watches from then on.
    pub(super) fn schedule_block(&mut self, block: &Block) {
        if !block.begun {
            self.agenda.insert((block.spec.when.at, Due::Begins(block.id)));
        }
        let Some(rule) = block.rule() else { return };
        self.rules.insert((watched(&rule.trigger), block.id));
        self.alert.insert(block.id);
        if block.has_fired() && matches!(rule.act, Act::Close(_)) {
            self.closing.insert(block.id);
        }
    }

    pub(super) fn unschedule_block(&mut self, block: &Block) {
        self.agenda.remove(&(block.spec.when.at, Due::Begins(block.id)));
        if let Some(rule) = block.rule() {
            self.rules.remove(&(watched(&rule.trigger), block.id));
            self.closing.remove(&block.id);
            self.alert.remove(&block.id);
        }
    }

    /// Rules that watch a pool in which something changed are looked at, and all that watch a window.
    pub(super) fn alert_rules(&mut self, pools: &BTreeSet<PoolId>) {
        if self.rules.is_empty() {
            return;
        }
        for watched in pools.iter().map(|pool| Some(*pool)).chain([None]) {
            let from = (watched, BlockId(Id(0)));
            let until = (watched, BlockId(Id(u128::MAX)));
            self.alert.extend(self.rules.range(from..=until).map(|(_, rule)| *rule));
        }
    }

    /// Puts a live hold in, with what is due for it.
    pub(super) fn put_hold(&mut self, hold: Box<Hold>) {
        if let Some(due) = hold.next_due() {
            self.agenda.insert((due, Due::Hold(hold.id)));
        }
        self.parts.entry(hold.slot).or_default().holds.insert(hold.id);
        self.numbers.extend(hold.number);
        self.holds.insert(hold.id, hold);
    }

    /// Takes a live hold out, with what is due for it.
    pub(super) fn pull_hold(&mut self, id: crate::ids::HoldId) -> Option<Box<Hold>> {
        let hold = self.holds.remove(&id)?;
        if let Some(due) = hold.next_due() {
            self.agenda.remove(&(due, Due::Hold(id)));
        }
        if let Some(number) = hold.number {
            self.numbers.remove(&number);
        }
        if let Some(parts) = self.parts.get_mut(&hold.slot) {
            parts.holds.remove(&id);
        }
        Some(hold)
    }

    /// Puts a live waiter in line.
    pub(super) fn put_entry(&mut self, entry: Entry) {
        self.next_place = self.next_place.max(entry.place + 1);
        self.parts.entry(entry.slot).or_default().line.insert(entry.place, entry.id);
        self.waited.insert(entry.slot);
        self.entries.insert(entry.id, entry);
    }

    /// Takes a waiter out of line.
    pub(super) fn pull_entry(&mut self, id: crate::ids::EntryId) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        if let Some(parts) = self.parts.get_mut(&entry.slot) {
            parts.line.remove(&entry.place);
            if parts.line.is_empty() {
                self.waited.remove(&entry.slot);
            }
        }
        Some(entry)
    }
}

/// The pool that a rule watches; one that watches a window looks at all that it draws on.
fn watched(trigger: &Trigger) -> Option<PoolId> {
    match trigger {
        Trigger::FreeBelow { pool, .. } => Some(*pool),
        Trigger::SoldOut(_) => None,
    }
}
