//! What the organiser writes beside slots: windows, fulfilments, pools, offers, codes, lists, keys, endpoints.

use std::collections::BTreeMap;

use dayshelf_core::access::{Code, CustomersChange, List};
use dayshelf_core::change::{Credential, PendingEnd, Wish};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::{Fact, SlotChange};
use dayshelf_core::ids::{FulfilmentId, ListId, PoolId, SlotId, TemplateId, WindowId};
use dayshelf_core::organiser::{ApiKey, Endpoint, OrganiserSpec};
use dayshelf_core::pool::{Account, Move, PoolRole};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{Fulfilment, FulfilmentSpec};
use dayshelf_core::template::Template;
use dayshelf_core::text::BuyerKey;
use dayshelf_core::time::Instant;
use dayshelf_core::window::{Audience, Unsold, WindowSpec};

use super::slots::are_apart;
use super::{Answer, Auditor, No, earliest, seen, sound, unknown};

const KEYS_MAX: usize = 100;
const ENDPOINTS_MAX: usize = 20;
const WINDOWS_MAX: usize = 50;
const LISTS_MAX: usize = 200;
const BLOCKS_MAX: usize = 50;
const TEMPLATES_MAX: usize = 200;

pub(super) fn room(have: usize, max: usize, noun: Noun) -> Option<No> {
    (have >= max).then(|| Refusal::LimitReached { noun, max: max as u32 }.into())
}

pub(super) fn in_use(noun: Noun, by: Noun) -> No {
    Refusal::InUse { noun, by }.into()
}

pub(super) fn broken(is_sound: bool) -> Option<No> {
    (!is_sound).then_some(No::Code("invalid"))
}

impl Auditor {
    pub(super) fn decide_definition(&mut self, now: Instant, command: &Command) -> Answer {
        match command {
            Command::Found(_) => Err(No::Code("name_taken")),
            Command::ChangeLook { expected, look } => self.change_look(*expected, look),
            Command::ChangeOrganiser { expected, spec } => self.change_organiser(*expected, spec),
            Command::IssueKey(key) => self.issue_key(key),
            Command::RevokeKey(key) => {
                if !self.keys.remove(key) {
                    return Err(unknown(Noun::Key));
                }
                self.watched.remove(&Credential::Key(*key));
                self.say(Fact::KeyRevoked(*key));
                Ok(())
            }
            Command::PutEndpoint { expected, endpoint } => self.put_endpoint(*expected, endpoint),
            Command::RemoveEndpoint(endpoint) => {
                self.endpoints.remove(endpoint).ok_or(unknown(Noun::Endpoint))?;
                self.say(Fact::EndpointRemoved(*endpoint));
                Ok(())
            }
            Command::PutCode { expected, code } => self.put_code(*expected, code),
            Command::RemoveCode(code) => {
                self.codes.remove(code).ok_or(unknown(Noun::Code))?;
                self.say(Fact::CodeRemoved(*code));
                Ok(())
            }
            Command::PutList { expected, list } => self.put_list(*expected, list),
            Command::ChangeCustomers { list, change } => self.change_customers(*list, change),
            Command::RemoveList(list) => {
                let names = |spec: &WindowSpec| spec.audience == Audience::List(*list);
                if !self.lists.contains_key(list) {
                    return Err(unknown(Noun::List));
                }
                if self.windows.values().any(|frame| names(&frame.spec)) {
                    return Err(in_use(Noun::List, Noun::Window));
                }
                self.lists.remove(list);
                self.say(Fact::ListRemoved(*list));
                Ok(())
            }
            Command::MakeSlot { id, spec } => self.make_slot(*id, spec),
            Command::ChangeSlot(ask) => self.change_slot(now, ask),
            Command::AnswerChange(ask) => self.answer_change(now, ask),
            Command::UndoChange(ask) => self.undo_change(now, ask),
            Command::Unfreeze { credential, by } => self.unfreeze(*credential, *by),
            Command::RenewOverlay(slot) => self.renew_overlay(*slot),
            Command::PauseSlot(slot) => self.turn_sale(*slot, Some(now)),
            Command::ResumeSlot(slot) => self.turn_sale(*slot, None),
            Command::PublishSlot { slot, expected } => self.publish(now, *slot, *expected),
            Command::PutWindow { .. }
            | Command::RemoveWindow { .. }
            | Command::PutFulfilment { .. }
            | Command::RemoveFulfilment { .. }
            | Command::PutBlock { .. }
            | Command::RemoveBlock { .. }
            | Command::PutOffer { .. }
            | Command::RemoveOffer { .. } => self.at_once(now, command),
            Command::AnswerShift { block, answer } => self.answer_shift(*block, *answer),
            Command::PutPool { id, expected, spec } => self.put_pool(*id, *expected, spec),
            Command::RemovePool(pool) => self.remove_pool(*pool),
            Command::PutPicture { .. }
            | Command::RemovePicture { .. }
            | Command::PutProduct { .. }
            | Command::RemoveProduct { .. } => self.library(command),
            Command::PutTemplate { expected, template } => self.put_template(*expected, template),
            Command::RemoveTemplate { id, expected } => self.remove_template(*id, *expected),
            Command::ApplyPlan(_) | Command::PutSeries(_) | Command::GrowSeries(_) => Err(No::OfPlan),
            _ => Err(No::Code("a command of buyers")),
        }
    }

    fn change_organiser(&mut self, expected: Expect, spec: &OrganiserSpec) -> Answer {
        let known = &self.organiser;
        let currency = spec.currency == known.spec.currency || self.offers.is_empty();
        earliest([
            seen(expected, Some(known.version), Noun::Organiser),
            broken(sound::organiser(spec) && currency),
            (spec.slug != known.spec.slug).then(|| in_use(Noun::Organiser, Noun::Slot)),
        ])?;
        if self.organiser.spec != *spec {
            self.organiser.version += 1;
            self.organiser.spec = spec.clone();
            self.say(Fact::OrganiserChanged(Box::new(self.organiser.clone())));
        }
        Ok(())
    }

    fn issue_key(&mut self, key: &ApiKey) -> Answer {
        let ahead = key.expires.is_none_or(|expires| key.made_at < expires);
        earliest([broken(sound::title(&key.name) && ahead), room(self.keys.len(), KEYS_MAX, Noun::Key)])?;
        self.keys.insert(key.id);
        self.say(Fact::KeyIssued(Box::new(key.clone())));
        Ok(())
    }

    fn put_endpoint(&mut self, expected: Expect, endpoint: &Endpoint) -> Answer {
        let known = self.endpoints.get(&endpoint.id).map(|known| known.version);
        let full = room(self.endpoints.len(), ENDPOINTS_MAX, Noun::Endpoint).filter(|_| known.is_none());
        earliest([seen(expected, known, Noun::Endpoint), broken(!endpoint.url.is_empty()), full])?;
        let same = Endpoint { version: known.unwrap_or(0), ..endpoint.clone() };
        if self.endpoints.get(&endpoint.id) == Some(&same) {
            return Ok(());
        }
        let endpoint = Endpoint { version: same.version + 1, ..same };
        self.endpoints.insert(endpoint.id, endpoint.clone());
        self.say(Fact::EndpointPut(Box::new(endpoint)));
        Ok(())
    }

    fn put_code(&mut self, expected: Expect, code: &Code) -> Answer {
        let old = self.codes.get(&code.id).map(|known| known.version);
        let taken = self.codes.values().any(|known| known.digest == code.digest && known.id != code.id);
        earliest([
            seen(expected, old, Noun::Code),
            taken.then_some(No::Code("name_taken")),
            broken(sound::slug(&code.group)),
        ])?;
        let same = Code { version: old.unwrap_or(0), ..code.clone() };
        if self.codes.get(&code.id) != Some(&same) {
            let next = Code { version: same.version + 1, ..same };
            self.codes.insert(code.id, next.clone());
            self.say(Fact::CodePut(Box::new(next)));
        }
        Ok(())
    }

    fn put_template(&mut self, expected: Expect, template: &Template) -> Answer {
        let known = self.templates.get(&template.id);
        let named = |other: &Template| other.key == template.key && other.id != template.id;
        let fresh = known.is_none();
        let version = known.map(|known| known.version);
        earliest([
            seen(expected, version, Noun::Template),
            self.templates.values().any(named).then_some(No::Code("name_taken")),
            broken(
                sound::slug(&template.key) && sound::title(&template.title) && template.text.len() <= 65_536,
            ),
            room(self.templates.len(), TEMPLATES_MAX, Noun::Template).filter(|_| fresh),
        ])?;
        let said =
            |template: &Template| (template.key.clone(), template.title.clone(), template.text.clone());
        if known.map(said) != Some(said(template)) {
            let template = Template { version: version.unwrap_or(0) + 1, ..template.clone() };
            self.templates.insert(template.id, template.clone());
            let id = template.id;
            self.say(Fact::TemplatePut(Box::new(template)));
            self.forget_fillings(id);
        }
        Ok(())
    }

    fn remove_template(&mut self, id: TemplateId, expected: Expect) -> Answer {
        let known = self.templates.get(&id).ok_or(unknown(Noun::Template))?;
        let used = self.slots.values().filter_map(|slot| slot.template.as_ref()).any(|of| of.template == id);
        earliest([
            seen(expected, Some(known.version), Noun::Template),
            used.then(|| in_use(Noun::Template, Noun::Slot)),
        ])?;
        self.templates.remove(&id);
        self.say(Fact::TemplateRemoved(id));
        self.forget_fillings(id);
        Ok(())
    }

    /// Who is asked for a yes to a template must see the one that it is to.
    fn forget_fillings(&mut self, id: TemplateId) {
        let of_it = |wish: &Wish| matches!(wish, Wish::Template(filling) if filling.template == id);
        let waiting = self.pendings.values().filter(|pending| of_it(&pending.wish));
        let ids: Vec<_> = waiting.map(|pending| pending.id).collect();
        ids.into_iter().for_each(|id| self.end_pending(id, PendingEnd::Overtaken));
    }

    fn change_customers(&mut self, list: ListId, change: &CustomersChange) -> Answer {
        let mut next = self.lists.get(&list).ok_or(unknown(Noun::List))?.clone();
        next.customers.extend(change.add.iter().copied());
        for gone in &change.remove {
            next.customers.remove(gone);
        }
        self.put_list(Expect::Any, &next)
    }

    fn put_list(&mut self, expected: Expect, list: &List) -> Answer {
        let taken = self.lists.values().any(|known| known.key == list.key && known.id != list.id);
        let known = self.lists.get(&list.id);
        let old = known.map(|known| known.version);
        earliest([
            seen(expected, old, Noun::List),
            taken.then_some(No::Code("name_taken")),
            broken(sound::slug(&list.key)),
            room(self.lists.len(), LISTS_MAX, Noun::List).filter(|_| known.is_none()),
        ])?;
        let same = List { version: old.unwrap_or(0), ..list.clone() };
        if known != Some(&same) {
            let next = List { version: same.version + 1, ..same };
            self.lists.insert(list.id, next.clone());
            self.say(Fact::ListPut(Box::new(next)));
        }
        Ok(())
    }

    /// Whether a slot's parts may be written by who has seen this version.
    pub(super) fn touchable(&self, slot: SlotId, expected: Expect, is_known: bool) -> Option<No> {
        let Some(known) = self.slots.get(&slot) else { return Some(unknown(Noun::Slot)) };
        let stale = match expected {
            Expect::New if is_known => Some(Refusal::VersionStale { current: known.version }.into()),
            Expect::New => None,
            _ => seen(expected, Some(known.version), Noun::Slot),
        };
        stale.or_else(|| super::slots::off(known.state).then(|| Refusal::SlotCancelled.into()))
    }

    pub(super) fn touch(&mut self, slot: SlotId) {
        let Some(state) = self.slots.get(&slot).map(|slot| slot.state) else { return };
        self.turn_slot(slot, state, SlotChange::Changed);
    }

    pub(super) fn put_window(
        &mut self,
        now: Instant,
        id: WindowId,
        expected: Expect,
        spec: &WindowSpec,
    ) -> Answer {
        let known = self.windows.get(&id).map(|frame| frame.spec.clone());
        if known.as_ref().is_some_and(|known| known.slot != spec.slot) {
            return Err(unknown(Noun::Window));
        }
        let others: Vec<&WindowSpec> = self
            .windows_of(spec.slot)
            .filter(|(other, _)| *other != id)
            .map(|(_, frame)| &frame.spec)
            .collect();
        earliest([
            self.touchable(spec.slot, expected, known.is_some()),
            self.missing_in(id, spec),
            others.iter().any(|other| other.key == spec.key).then_some(No::Code("name_taken")),
            broken(sound::window(spec) && others.iter().all(|other| are_apart(spec, other))),
            room(others.len(), WINDOWS_MAX, Noun::Window).filter(|_| known.is_none()),
        ])?;
        let is_same = known.as_ref() == Some(spec);
        let switched_on = known.as_ref().is_some_and(|known| known.hold.buyer_limit.is_none());
        let before = known.map(|known| known.allotments).unwrap_or_default();
        let lending = self.lending(now, spec, &before)?;
        if is_same && lending.iter().all(|one| one.units == 0) {
            return Ok(());
        }
        self.touch(spec.slot);
        for lent in
            spec.allotments.iter().filter(|lent| !self.pools.contains_key(&lent.lent)).collect::<Vec<_>>()
        {
            let role = PoolRole::Allotment { from: lent.pool, window: id };
            self.supply(lent.lent, role, 0);
        }
        let mut moves = Vec::new();
        lending.into_iter().for_each(|one| self.shift(&mut moves, one));
        self.put_frame(now, id, spec.clone(), moves);
        for old in before.iter().filter(|old| spec.allotments.iter().all(|lent| lent.pool != old.pool)) {
            self.drain_if_empty(old.lent);
        }
        let is_used = self.claims_of(spec.slot).iter().any(|claim| claim.window == id);
        if switched_on && is_used && spec.hold.buyer_limit.is_some() {
            self.count_buyers(id);
        }
        Ok(())
    }

    /// A limit that is switched on knows what every buyer has by then.
    pub(super) fn count_buyers(&mut self, window: WindowId) {
        let mut counts: BTreeMap<BuyerKey, u32> = BTreeMap::new();
        for claim in self.claims.values().flatten().filter(|claim| claim.window == window) {
            if let Some(buyer) = claim.buyer {
                *counts.entry(BuyerKey(buyer)).or_default() += claim.units;
            }
        }
        self.say(Fact::BuyersCounted { window, counts: counts.into_iter().collect() });
    }

    /// What a window names that is not there, or where its unsold units can't go.
    fn missing_in(&self, id: WindowId, spec: &WindowSpec) -> Option<No> {
        let offer = |offer| self.offers.get(offer).is_some_and(|offer| offer.slot == spec.slot);
        if !spec.offers.iter().all(offer) {
            return Some(unknown(Noun::Offer));
        }
        match &spec.audience {
            Audience::List(list) if !self.lists.contains_key(list) => return Some(unknown(Noun::List)),
            Audience::Code(group) if !sound::slug(group) => return Some(No::Code("invalid")),
            _ => {}
        }
        let (mut unsold, mut closes) = (spec.unsold, spec.closes.at);
        while let Unsold::Roll(next) = unsold {
            if next == id {
                return Some(No::Code("invalid"));
            }
            let Some(heir) = self.windows.get(&next).filter(|frame| frame.spec.slot == spec.slot) else {
                return Some(unknown(Noun::Window));
            };
            // Each is over later than the one before, so this comes to an end.
            if heir.spec.closes.at <= closes {
                return Some(No::Code("invalid"));
            }
            (unsold, closes) = (heir.spec.unsold, heir.spec.closes.at);
        }
        let stock = |pool| self.pools.get(pool).is_some_and(|pool| pool.role == PoolRole::Stock);
        let lenders = spec.allotments.iter().all(|lent| stock(&lent.pool));
        (!lenders).then(|| unknown(Noun::Pool))
    }

    /// The moves that bring what is lent to what a window asks for. What it should have had and does not, since counts
    /// or closings took it, is lent again while the window is not over and its pool has any; it can't be given back.
    fn lending(
        &self,
        now: Instant,
        spec: &WindowSpec,
        before: &[dayshelf_core::window::Allotment],
    ) -> Result<Vec<Move>, No> {
        let mut moves = Vec::new();
        let had = |pool| before.iter().find(|lent| lent.pool == pool).map_or(0, |lent| lent.units);
        let kept = spec.allotments.iter().map(|lent| (*lent, had(lent.pool), lent.units));
        let still = |pool| spec.allotments.iter().any(|lent| lent.pool == pool);
        let gone = before.iter().filter(|lent| !still(lent.pool)).map(|lent| (*lent, lent.units, 0));
        for (lent, had, wanted) in kept.chain(gone) {
            let (from, to) = (lent.pool, lent.lent);
            let there = self.pools.get(&to).map_or(0, |pool| pool.has.supplied).min(had);
            if wanted >= there {
                let (new, there_is) = (wanted.saturating_sub(had), self.sellable(from));
                if there_is < new {
                    return Err(No::Code("invalid"));
                }
                let again = if now < spec.closes.at { wanted.min(had) - there } else { 0 };
                let units = (new + again).min(there_is);
                moves.push(Move { pool: from, from: Account::Free, to: Account::Lent, units });
                moves.push(Move { pool: to, from: Account::Outside, to: Account::Free, units });
            } else {
                let units = there - wanted;
                let have = self.sellable(to);
                if have < units {
                    return Err(Refusal::TooFewUnits { have }.into());
                }
                moves.push(Move { pool: to, from: Account::Free, to: Account::Outside, units });
                moves.push(Move { pool: from, from: Account::Lent, to: Account::Free, units });
            }
        }
        Ok(moves)
    }

    pub(super) fn remove_window(&mut self, id: WindowId, expected: Expect) -> Answer {
        let spec = self.windows.get(&id).ok_or(unknown(Noun::Window))?.spec.clone();
        let rolls = |(_, frame): (WindowId, &super::Frame)| frame.spec.unsold == Unsold::Roll(id);
        let by = if self.windows_of(spec.slot).any(rolls) {
            Some(Noun::Window)
        } else if self.holds.values().any(|hold| hold.window == id) {
            Some(Noun::Hold)
        } else {
            let used = self.claims_of(spec.slot).iter().any(|claim| claim.window == id);
            used.then_some(Noun::Order).or(self.is_ruled_window(id).then_some(Noun::Block))
        };
        earliest([self.touchable(spec.slot, expected, true), by.map(|by| in_use(Noun::Window, by))])?;
        self.leave_stranded(id, spec.slot);
        self.touch(spec.slot);
        let mut moves = Vec::new();
        for lent in &spec.allotments {
            let units = self.pools.get(&lent.lent).map_or(0, |pool| pool.has.free);
            self.shift(
                &mut moves,
                Move { pool: lent.lent, from: Account::Free, to: Account::Outside, units },
            );
            self.shift(&mut moves, Move { pool: lent.pool, from: Account::Lent, to: Account::Free, units });
        }
        self.windows.remove(&id);
        self.drips.remove(&id);
        self.say(Fact::WindowRemoved { window: id, moves });
        spec.allotments.iter().for_each(|lent| self.drain_if_empty(lent.lent));
        Ok(())
    }

    pub(super) fn put_block(&mut self, id: FulfilmentId, expected: Expect, spec: &FulfilmentSpec) -> Answer {
        let known = self.blocks.get(&id).cloned();
        if known.as_ref().is_some_and(|known| known.slot != spec.slot) {
            return Err(unknown(Noun::Fulfilment));
        }
        let before = known.as_ref().map(|known| known.boxes.clone()).unwrap_or_default();
        let own = |pool| before.iter().any(|place| place.pool == pool);
        let foreign = spec.boxes.iter().any(|place| self.pools.contains_key(&place.pool) && !own(place.pool));
        let taken = self.blocks_of(spec.slot).any(|(other, block)| other != id && block.key == spec.key);
        let have = self.blocks_of(spec.slot).count();
        earliest([
            self.touchable(spec.slot, expected, known.is_some()),
            foreign.then(|| unknown(Noun::Pool)),
            taken.then_some(No::Code("name_taken")),
            broken(sound::block(spec)),
            room(have, BLOCKS_MAX, Noun::Fulfilment).filter(|_| known.is_none()),
        ])?;
        if known.as_ref() == Some(spec) {
            return Ok(());
        }
        let gone: Vec<PoolId> = before.iter().map(|place| place.pool).collect();
        let gone: Vec<PoolId> =
            gone.into_iter().filter(|pool| !spec.boxes.iter().any(|place| place.pool == *pool)).collect();
        for place in &spec.boxes {
            let known = self.pools.get(&place.pool);
            let (had, have) = known.map_or((0, 0), |pool| (pool.spec.units, pool.has.free));
            if had.saturating_sub(place.places) > have {
                return Err(No::Code("invalid"));
            }
        }
        if !gone.iter().all(|pool| self.is_idle(*pool)) {
            return Err(in_use(Noun::Fulfilment, Noun::Order));
        }
        self.touch(spec.slot);
        for place in &spec.boxes {
            let renamed =
                known.as_ref().is_some_and(|known| known.key != spec.key || known.title != spec.title);
            let same = self.pools.get(&place.pool).is_some_and(|pool| pool.spec.units == place.places);
            if !same || renamed {
                self.supply(place.pool, PoolRole::Places, place.places);
            }
        }
        self.blocks.insert(id, spec.clone());
        self.say(Fact::FulfilmentPut(Box::new(Fulfilment { id, spec: spec.clone() })));
        gone.into_iter().for_each(|pool| self.drain(pool));
        Ok(())
    }

    pub(super) fn remove_block(&mut self, id: FulfilmentId, expected: Expect) -> Answer {
        let spec = self.blocks.get(&id).ok_or(unknown(Noun::Fulfilment))?.clone();
        let chosen = self.holds.values().any(|hold| hold.fulfilment.is_some_and(|choice| choice.block == id));
        let busy = !spec.boxes.iter().all(|place| self.is_idle(place.pool));
        earliest([
            self.touchable(spec.slot, expected, true),
            chosen.then(|| in_use(Noun::Fulfilment, Noun::Hold)),
            busy.then(|| in_use(Noun::Fulfilment, Noun::Order)),
        ])?;
        self.touch(spec.slot);
        self.blocks.remove(&id);
        self.say(Fact::FulfilmentRemoved(id));
        spec.boxes.iter().for_each(|place| self.drain(place.pool));
        Ok(())
    }
}
