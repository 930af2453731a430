//! What follows from the rest of the books: the agenda, the parts of slots, the look-ups by name.

use std::collections::BTreeSet;

use crate::books::{Books, Due};
use crate::hold::Hold;
use crate::ids::{PoolId, SlotId};
use crate::offer::Offer;
use crate::waitlist::Entry;
use crate::window::{Phase, Window};

impl Books {
    /// Rebuilds everything that follows from the rest, for books that were read from rows.
    pub fn reindex(&mut self) {
        self.agenda.clear();
        self.parts.clear();
        self.waited.clear();
        self.stirred.clear();
        self.slugs = self.slots.values().map(|slot| (slot.spec.slug.clone(), slot.id)).collect();
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
        for hold in std::mem::take(&mut self.holds).into_values() {
            self.put_hold(hold);
        }
        for entry in std::mem::take(&mut self.entries).into_values() {
            self.put_entry(entry);
        }
        self.stir_all(&BTreeSet::new());
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

    /// Puts a live hold in, with what is due for it.
    pub(super) fn put_hold(&mut self, hold: Box<Hold>) {
        if let Some(due) = hold.next_due() {
            self.agenda.insert((due, Due::Hold(hold.id)));
        }
        self.parts.entry(hold.slot).or_default().holds.insert(hold.id);
        self.holds.insert(hold.id, hold);
    }

    /// Takes a live hold out, with what is due for it.
    pub(super) fn pull_hold(&mut self, id: crate::ids::HoldId) -> Option<Box<Hold>> {
        let hold = self.holds.remove(&id)?;
        if let Some(due) = hold.next_due() {
            self.agenda.remove(&(due, Due::Hold(id)));
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
