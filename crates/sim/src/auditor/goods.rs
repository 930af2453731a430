//! What the organiser writes of pools and offers.

use dayshelf_core::command::Expect;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{OfferId, PoolId};
use dayshelf_core::offer::{OfferKind, OfferSpec};
use dayshelf_core::pool::{Account, Balance, Move, PoolRole, PoolSpec};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::Instant;
use dayshelf_core::window::WindowSpec;

use super::write::{broken, in_use};
use super::{Answer, Auditor, No, earliest, seen, sound, unknown};

impl Auditor {
    /// Whether all units of a pool are free, so that it may go.
    pub(super) fn is_idle(&self, pool: PoolId) -> bool {
        let has = self.pools.get(&pool).map(|pool| pool.has).unwrap_or_default();
        Balance { free: has.free, supplied: has.free, ..Balance::default() } == has
    }

    pub(super) fn drain(&mut self, pool: PoolId) {
        let units = self.pools.get(&pool).map_or(0, |pool| pool.has.free);
        let mut moves = Vec::new();
        self.shift(&mut moves, Move { pool, from: Account::Free, to: Account::Outside, units });
        self.pools.remove(&pool);
        self.say(Fact::PoolRemoved { pool, moves });
    }

    /// A pool of an allotment that counts nothing any more goes.
    pub(super) fn drain_if_empty(&mut self, pool: PoolId) {
        if self.pools.get(&pool).is_some_and(|pool| pool.has == Balance::default()) {
            self.drain(pool);
        }
    }

    /// A counting pool: its texts are the answer's.
    pub(super) fn supply(&mut self, pool: PoolId, role: PoolRole, units: u32) {
        let (key, title) = self.hints.texts.get(&pool).cloned().unwrap_or_default();
        let spec = PoolSpec {
            key,
            title,
            units,
            buffer: 0,
            borrows: Vec::new(),
            nights: None,
            place: String::new(),
            channel: String::new(),
        };
        if self.pools.iter().any(|(id, other)| *id != pool && other.spec.key == spec.key) {
            self.flaw = Some(format!("two pools are named {}", spec.key));
        }
        self.resupply(pool, role, spec);
    }

    pub(super) fn resupply(&mut self, pool: PoolId, role: PoolRole, spec: PoolSpec) {
        let known = self.pools.get(&pool);
        let before = known.map_or(0, |known| known.spec.units);
        let version = known.map_or(0, |known| known.version) + 1;
        let (has, counted) = known.map_or((Balance::default(), 0), |known| (known.has, known.counted));
        let units = spec.units;
        self.pools.insert(pool, super::Stock { role, version, spec: spec.clone(), has, counted });
        let mut moves = Vec::new();
        let (more, less) = (units.saturating_sub(before), before.saturating_sub(units));
        self.shift(&mut moves, Move { pool, from: Account::Outside, to: Account::Free, units: more });
        self.shift(&mut moves, Move { pool, from: Account::Free, to: Account::Outside, units: less });
        self.say(Fact::PoolPut { pool, role, version, spec: Box::new(spec), moves });
    }

    pub(super) fn put_pool(&mut self, id: PoolId, expected: Expect, spec: &PoolSpec) -> Answer {
        let known = self.pools.get(&id);
        if known.is_some_and(|known| known.role != PoolRole::Stock) {
            return Err(unknown(Noun::Pool));
        }
        let taken = self.pools.iter().any(|(other, pool)| *other != id && pool.spec.key == spec.key);
        earliest([
            seen(expected, known.map(|known| known.version), Noun::Pool),
            taken.then_some(No::Code("name_taken")),
            broken(sound::pool(spec)),
            self.lenders_no(id, spec),
        ])?;
        let taken = self.taken_of(id);
        let known = known.map(|known| (known.spec.clone(), known.has.free + taken));
        if let Some((before, have)) = known {
            if before == *spec {
                return Ok(());
            }
            if before.units.saturating_sub(spec.units) > have {
                return Err(Refusal::TooFewUnits { have }.into());
            }
        }
        self.make_whole(id);
        self.resupply(id, PoolRole::Stock, spec.clone());
        Ok(())
    }

    /// A lender that is not there, or lending that leads back.
    pub(super) fn lenders_no(&self, id: PoolId, spec: &PoolSpec) -> Option<No> {
        let mut ahead = spec.borrows.clone();
        while let Some(lender) = ahead.pop() {
            if lender == id {
                return Some(No::Code("invalid"));
            }
            match self.pools.get(&lender).filter(|pool| pool.role == PoolRole::Stock) {
                Some(pool) => ahead.extend(pool.spec.borrows.iter().copied()),
                None => return Some(unknown(Noun::Pool)),
            }
        }
        None
    }

    pub(super) fn remove_pool(&mut self, id: PoolId) -> Answer {
        let known = self.pools.get(&id).filter(|pool| pool.role == PoolRole::Stock);
        let lent_out = known.ok_or(unknown(Noun::Pool))?.has.lent > 0;
        let drawn = self.offers.values().any(|spec| spec.recipe.iter().any(|part| part.pool == id));
        let borrowed = self.pools.values().any(|pool| pool.spec.borrows.contains(&id));
        let lends = |spec: &WindowSpec| spec.allotments.iter().any(|lent| lent.pool == id);
        let lent = lent_out || self.windows.values().any(|frame| lends(&frame.spec));
        let ruled = self.is_ruled_pool(id);
        let users =
            [(drawn, Noun::Offer), (borrowed, Noun::Pool), (lent, Noun::Window), (ruled, Noun::Block)];
        let by = users.into_iter().find(|(uses, _)| *uses).map(|(_, by)| by);
        if let Some(by) = by.or((!self.is_idle(id)).then_some(Noun::Order)) {
            return Err(in_use(Noun::Pool, by));
        }
        self.drain(id);
        Ok(())
    }

    pub(super) fn put_offer(
        &mut self,
        now: Instant,
        id: OfferId,
        expected: Expect,
        spec: &OfferSpec,
    ) -> Answer {
        let known = self.offers.get(&id);
        if known.is_some_and(|known| known.slot != spec.slot) {
            return Err(unknown(Noun::Offer));
        }
        let taken = self.offers_of(spec.slot).any(|(other, offer)| other != id && offer.key == spec.key);
        earliest([
            self.touchable(spec.slot, expected, known.is_some()),
            self.missing_for(id, spec),
            taken.then_some(No::Code("name_taken")),
            broken(sound::offer(spec, self.organiser.spec.currency)),
        ])?;
        if known != Some(spec) {
            self.touch(spec.slot);
            self.put_priced(now, id, spec.clone());
        }
        Ok(())
    }

    /// What an offer names that is not there, or an add-on to an add-on.
    pub(super) fn missing_for(&self, id: OfferId, spec: &OfferSpec) -> Option<No> {
        let lent = |pool| matches!(pool, PoolRole::Allotment { .. });
        let pool = |id| self.pools.get(id).is_some_and(|pool| !lent(pool.role));
        if !spec.recipe.iter().all(|part| pool(&part.pool)) {
            return Some(unknown(Noun::Pool));
        }
        if !spec.slots.iter().all(|slot| self.slots.contains_key(slot)) {
            return Some(unknown(Noun::Slot));
        }
        let OfferKind::AddOn(mains) = &spec.kind else { return None };
        for main in mains {
            match self.offers.get(main).filter(|offer| offer.slot == spec.slot && *main != id) {
                None => return Some(unknown(Noun::Offer)),
                Some(offer) if offer.kind != OfferKind::Main => return Some(No::Code("invalid")),
                Some(_) => {}
            }
        }
        let belongs = |(_, other): (OfferId, &OfferSpec)| names(other, id);
        self.offers_of(spec.slot).any(belongs).then_some(No::Code("invalid"))
    }

    pub(super) fn remove_offer(&mut self, id: OfferId, expected: Expect) -> Answer {
        let slot = self.offers.get(&id).ok_or(unknown(Noun::Offer))?.slot;
        let held = |hold: &dayshelf_core::hold::Hold| hold.lines.iter().any(|line| line.offer == id);
        let bought = self.claims_of(slot).iter().any(|claim| claim.offer == id);
        let users = [
            (bought || self.holds.values().any(held), Noun::Order),
            (self.line.iter().any(|entry| entry.offer == id), Noun::Entry),
            (self.windows_of(slot).any(|(_, frame)| frame.spec.offers.contains(&id)), Noun::Window),
            (self.offers_of(slot).any(|(_, other)| names(other, id)), Noun::Offer),
            (self.is_shown(id), Noun::Block),
        ];
        let by = users.into_iter().find(|(uses, _)| *uses);
        let no = by.map(|(_, by)| in_use(Noun::Offer, by));
        earliest([self.touchable(slot, expected, true), no])?;
        self.touch(slot);
        self.offers.remove(&id);
        self.steps.retain(|(_, offer, _)| *offer != id);
        self.say(Fact::OfferRemoved(id));
        Ok(())
    }
}

/// Whether an offer is an add-on to another.
fn names(offer: &OfferSpec, main: OfferId) -> bool {
    matches!(&offer.kind, OfferKind::AddOn(mains) if mains.contains(&main))
}
