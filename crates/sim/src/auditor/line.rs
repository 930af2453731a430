//! The waitlist: joining, leaving, and whose turn it is.

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::command::{By, JoinWaitlist, Want};
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Hold, HoldState, LapseCause};
use dayshelf_core::ids::{EntryId, HoldId, Id, OfferId, SlotId, WindowId};
use dayshelf_core::pool::Account;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::{Entry, EntryState, LeftCause};
use dayshelf_core::window::{Fairness, Phase, WindowSpec};

use super::admit::sells;
use super::parts::Turned;
use super::shelf::{Demand, gathered};
use super::{Answer, Auditor, No, is_inside, owner};

/// How often a waiter is passed over before units are gathered.
const PASSES: u8 = 3;
/// Looks at the lines after one command; beyond it something goes round in circles.
const LOOKS_MAX: usize = 100_000;

/// What a window does for its waiters.
enum Next {
    Turn { passed: Vec<EntryId>, entry: Entry },
    Gather(Entry, u32),
    Pass(EntryId),
    Nobody,
}

impl Auditor {
    pub(super) fn join(&mut self, now: Instant, join: &JoinWaitlist) -> Answer {
        self.named(join.slot, &[join.want], None)?;
        self.in_bounds(&[join.want])?;
        self.on_calendar(now, join.slot, &[join.want])?;
        self.offered(now, join.slot, &[join.want])?;
        let buyer = Some(join.contact.key.0);
        let offer = join.want.offer;
        let open = self.admitted(now, join.slot, (join.code, buyer))?;
        let sold_by = |id: &WindowId| self.windows.get(id).is_some_and(|frame| sells(&frame.spec, offer));
        let open: Vec<WindowId> = open.into_iter().filter(sold_by).collect();
        let first = *open.first().ok_or(Refusal::OfferNotInWindow { offer })?;
        let units = join.want.quantity;
        let within = |id: &&WindowId| self.within_limit(**id, buyer, units).is_ok();
        if !open.iter().any(|id| within(&id)) {
            self.within_limit(first, buyer, units)?;
        }
        let left = open.iter().filter(within).map(|id| self.left(now, *id, offer)).max().unwrap_or(0);
        if left >= units && self.way(now, join.slot, None).is_ok() {
            return Err(Refusal::UnitsFree { left }.into());
        }
        let same = |entry: &Entry| entry.offer == offer && Some(entry.contact.key.0) == buyer;
        if self.line.iter().any(|entry| entry.slot == join.slot && same(entry)) {
            return Err(Refusal::AlreadyWaiting.into());
        }
        let max = self.ever(offer);
        if units > max {
            return Err(Refusal::NeverEnough { max }.into());
        }
        let code = self.codes.values().find(|code| Some(code.digest) == join.code).map(|code| code.id);
        self.put_in_line(Entry {
            id: join.id,
            slot: join.slot,
            offer,
            quantity: units,
            contact: join.contact.clone(),
            code,
            joined_at: now,
            place: self.next_place,
            lot: join.lot,
            passed: 0,
            requeued: false,
            secret: join.secret,
            state: EntryState::Waiting { gathered: 0, draws: Vec::new() },
        });
        Ok(())
    }

    /// The most of an offer that its pools, and those they borrow from, could ever have again.
    fn ever(&self, offer: OfferId) -> u32 {
        let Some(spec) = self.offers.get(&offer) else { return 0 };
        let mut most = u32::MAX;
        for part in &spec.recipe {
            let mut pools = vec![part.pool];
            pools
                .extend(self.pools.get(&part.pool).map(|pool| pool.spec.borrows.clone()).unwrap_or_default());
            pools.retain(|pool| self.is_on_nights_of(spec, *pool));
            let has = pools.iter().filter_map(|pool| self.pools.get(pool)).map(|pool| pool.has);
            let there: u32 = has.map(|has| has.free + has.held + has.sold + has.lent).sum();
            most = most.min(there / part.units);
        }
        most
    }

    pub(super) fn put_in_line(&mut self, entry: Entry) {
        self.insert(entry.clone());
        self.say(Fact::EntryJoined(Box::new(entry)));
    }

    fn insert(&mut self, entry: Entry) {
        self.next_place = self.next_place.max(entry.place + 1);
        let at = self.line.partition_point(|other| other.place < entry.place);
        self.line.insert(at, entry);
    }

    pub(super) fn waiter(&self, id: EntryId) -> Option<&Entry> {
        self.line.iter().find(|entry| entry.id == id)
    }

    fn pull(&mut self, id: EntryId) -> Option<Entry> {
        let at = self.line.iter().position(|entry| entry.id == id)?;
        Some(self.line.remove(at))
    }

    pub(super) fn leave(&mut self, id: EntryId, by: By) -> Answer {
        let entry = self.waiter(id).ok_or(Refusal::EntryLeft)?;
        owner(by, entry.secret)?;
        match entry.state {
            EntryState::Turn(hold) => self.give_up_turn(hold),
            _ => {
                self.leave_line(id, LeftCause::Withdrew);
                Ok(())
            }
        }
    }

    pub(super) fn decline(&mut self, id: EntryId, by: By) -> Answer {
        let entry = self.waiter(id).ok_or(Refusal::EntryLeft)?;
        owner(by, entry.secret)?;
        match entry.state {
            EntryState::Turn(hold) => self.give_up_turn(hold),
            _ => Err(Refusal::NoTurn.into()),
        }
    }

    fn give_up_turn(&mut self, hold: HoldId) -> Answer {
        match self.holds.get(&hold).map(|hold| hold.state) {
            None => Err(Refusal::NoTurn.into()),
            Some(HoldState::Confirming) => Err(Refusal::HoldConfirming.into()),
            Some(_) => {
                self.end(hold, HoldEnd::Released);
                Ok(())
            }
        }
    }

    /// A waiter leaves; what was set aside for it goes the way of all that comes back.
    pub(super) fn leave_line(&mut self, id: EntryId, cause: LeftCause) {
        let Some(entry) = self.pull(id) else {
            self.flaw = Some(format!("{id} is not in line"));
            return;
        };
        let moves = match &entry.state {
            EntryState::Waiting { draws, .. } => self.give_back(draws, Account::Held),
            _ => Vec::new(),
        };
        self.say(Fact::EntryLeft { entry: id, cause, moves });
    }

    /// A turn ended without an order.
    pub(super) fn after_turn(&mut self, id: EntryId, end: HoldEnd) {
        let Some(entry) = self.waiter(id) else { return };
        let cancelled = self.slots.get(&entry.slot).is_none_or(|slot| super::slots::off(slot.state));
        let out = match end {
            HoldEnd::Released => Some(LeftCause::Declined),
            HoldEnd::Lapsed(LapseCause::SlotCancelled) => Some(LeftCause::SlotCancelled),
            HoldEnd::Lapsed(_) if entry.requeued => Some(LeftCause::Missed),
            HoldEnd::Lapsed(_) if cancelled => Some(LeftCause::SlotCancelled),
            HoldEnd::Lapsed(_) if !self.has_window(entry, None) => Some(LeftCause::WindowsOver),
            HoldEnd::Lapsed(_) => None,
        };
        match out {
            Some(cause) => self.leave_line(id, cause),
            None => self.requeue(id, self.next_place),
        }
    }

    pub(super) fn requeue(&mut self, id: EntryId, place: u64) {
        let Some(mut entry) = self.pull(id) else { return };
        let slot = entry.slot;
        entry.place = place;
        entry.requeued = true;
        entry.passed = 0;
        entry.state = EntryState::Waiting { gathered: 0, draws: Vec::new() };
        self.insert(entry);
        self.stir(slot);
        self.say(Fact::EntryRequeued { entry: id, place });
    }

    /// Whether a window that is not over, other than this one, could serve a waiter.
    pub(super) fn has_window(&self, entry: &Entry, but: Option<WindowId>) -> bool {
        let mut windows = self.windows_of(entry.slot);
        windows.any(|(id, frame)| {
            frame.phase != Phase::Closed && Some(id) != but && self.could_serve(&frame.spec, entry)
        })
    }

    /// Waiters whom no other window could serve leave.
    pub(super) fn leave_stranded(&mut self, closing: WindowId, slot: SlotId) -> bool {
        let here = self.line.iter().filter(|entry| entry.slot == slot);
        let waiting = here.filter(|entry| matches!(entry.state, EntryState::Waiting { .. }));
        let gone: Vec<EntryId> =
            waiting.filter(|entry| !self.has_window(entry, Some(closing))).map(|entry| entry.id).collect();
        gone.iter().for_each(|id| self.leave_line(*id, LeftCause::WindowsOver));
        !gone.is_empty()
    }

    /// Looks at every line that something has changed for, until nobody can be served any more.
    pub(super) fn settle(&mut self, now: Instant) {
        let mut turned = Turned::new();
        self.react(now, &mut turned);
        for _ in 0..LOOKS_MAX {
            let Some(slot) = self.stirred.first_key_value().map(|(slot, _)| *slot) else { return };
            if !self.serve(now, slot) {
                self.stirred.remove(&slot);
            }
            self.react(now, &mut turned);
        }
        self.flaw = Some("the line is never served to its end".into());
    }

    /// One step for the waiters of a slot; whether one of them got something, so that others may too.
    fn serve(&mut self, now: Instant, slot: SlotId) -> bool {
        let waits = self.line.iter().any(|entry| entry.slot == slot);
        let published = self.slots.get(&slot).is_some_and(|slot| slot.state == SlotState::Published);
        if !waits || !published || self.kept_back(slot).is_some() || self.way(now, slot, None).is_err() {
            return false;
        }
        let open: Vec<(WindowId, Fairness)> = self
            .windows_of(slot)
            .filter(|(_, frame)| frame.phase == Phase::Open && is_inside(&frame.spec, now))
            .map(|(id, frame)| (id, frame.spec.turn.fairness))
            .collect();
        let (mut news, mut passed) = (Vec::new(), BTreeSet::new());
        for (window, fairness) in open {
            let shown = self.shown(now, window).into_iter();
            let free: BTreeMap<OfferId, u32> =
                shown.filter(|(offer, _)| self.comes_up(now, slot, *offer)).collect();
            if free.values().all(|units| *units == 0) {
                continue;
            }
            if fairness == Fairness::Announce {
                news.extend(self.announcements(window, &free));
                continue;
            }
            match self.next(now, window, &free) {
                Next::Turn { passed, entry } => {
                    passed.into_iter().for_each(|id| self.pass_over(id));
                    self.give_turn(now, window, entry);
                    return true;
                }
                Next::Gather(entry, units) => {
                    self.gather(now, window, (&entry, units));
                    return true;
                }
                Next::Pass(id) if passed.insert(id) => news.push(Fact::EntryPassed(id)),
                Next::Pass(_) | Next::Nobody => {}
            }
        }
        for fact in news {
            if let Fact::UnitsAnnounced { offer, free, .. } = &fact {
                self.announced.insert(*offer, *free);
            }
            match fact {
                Fact::EntryPassed(id) => self.pass_over(id),
                fact => self.say(fact),
            }
        }
        false
    }

    /// Nobody's turn is a bundle of which an evening is over, called off or withheld.
    fn comes_up(&self, now: Instant, slot: SlotId, offer: OfferId) -> bool {
        let want = [Want { offer, quantity: 1 }];
        self.on_calendar(now, slot, &want).is_ok() && self.offered(now, slot, &want).is_ok()
    }

    fn pass_over(&mut self, id: EntryId) {
        let waiter = self.line.iter_mut().find(|entry| entry.id == id);
        if let Some(entry) = waiter {
            entry.passed += 1;
        }
        self.say(Fact::EntryPassed(id));
    }

    /// What everyone in line is told: more is free than they were last told.
    fn announcements(&self, window: WindowId, free: &BTreeMap<OfferId, u32>) -> Vec<Fact> {
        let Some(spec) = self.windows.get(&window).map(|frame| &frame.spec) else { return Vec::new() };
        let waiting = self.in_line(spec);
        let more = free.iter().filter(|(offer, units)| {
            let told = self.announced.get(offer).copied().unwrap_or(0);
            **units > told && waiting.iter().any(|entry| entry.offer == **offer)
        });
        let slot = spec.slot;
        more.map(|(offer, free)| Fact::UnitsAnnounced { slot, offer: *offer, free: *free }).collect()
    }

    /// The waiters whom a window can serve, in the order in which it does.
    fn in_line(&self, spec: &WindowSpec) -> Vec<&Entry> {
        let here = self.line.iter().filter(|entry| entry.slot == spec.slot);
        let waiting = here.filter(|entry| matches!(entry.state, EntryState::Waiting { .. }));
        let mut line: Vec<&Entry> = waiting.filter(|entry| self.could_serve(spec, entry)).collect();
        if spec.turn.fairness == Fairness::Lottery {
            line.sort_by_key(|entry| (entry.requeued, entry.lot, entry.place));
        }
        line
    }

    fn next(&self, now: Instant, window: WindowId, free: &BTreeMap<OfferId, u32>) -> Next {
        let Some(spec) = self.windows.get(&window).map(|frame| &frame.spec) else { return Next::Nobody };
        let mut passed = Vec::new();
        for entry in self.in_line(spec) {
            let left = free.get(&entry.offer).copied().unwrap_or(0);
            let buyer = Some(entry.contact.key.0);
            if left == 0 || self.within_limit(window, buyer, entry.quantity).is_err() {
                continue;
            }
            let need = entry.quantity - gathered(&entry.state);
            if need <= left {
                if self.turn_draws(now, window, entry).is_ok() {
                    return Next::Turn { passed, entry: entry.clone() };
                }
            } else if entry.passed >= PASSES || gathered(&entry.state) > 0 {
                return Next::Gather(entry.clone(), left);
            } else if self.is_reached(spec, entry.offer) {
                passed.push(entry.id);
            }
        }
        passed.first().map_or(Next::Nobody, |id| Next::Pass(*id))
    }

    /// Whether more became available in what an offer draws on; what comes back for others passes nobody over.
    fn is_reached(&self, spec: &WindowSpec, offer: OfferId) -> bool {
        let Some(more) = self.stirred.get(&spec.slot) else { return false };
        let Some(offer) = self.offers.get(&offer) else { return false };
        offer.recipe.iter().any(|part| {
            more.contains(&part.pool)
                || self.own_sources(spec, offer, part.pool).iter().any(|pool| more.contains(pool))
        })
    }

    fn turn_draws(&self, now: Instant, window: WindowId, entry: &Entry) -> Result<super::shelf::Basket, No> {
        let rest = Want { offer: entry.offer, quantity: entry.quantity - gathered(&entry.state) };
        self.draw(
            now,
            &Demand { window, wants: &[rest], choice: None, back: &BTreeMap::new(), is_late: false },
        )
    }

    fn gather(&mut self, now: Instant, window: WindowId, what: (&Entry, u32)) {
        let (entry, units) = what;
        let want = Want { offer: entry.offer, quantity: units };
        let demand = Demand { window, wants: &[want], choice: None, back: &BTreeMap::new(), is_late: false };
        let Ok(basket) = self.draw(now, &demand) else { return };
        let drawn = basket.all();
        let moves = self.put_moves(&drawn, (Account::Free, Account::Held));
        if let Some(entry) = self.line.iter_mut().find(|other| other.id == entry.id)
            && let EntryState::Waiting { gathered, draws } = &mut entry.state
        {
            *gathered += units;
            draws.extend(drawn.iter().copied());
        }
        self.stir(entry.slot);
        self.say(Fact::EntryGathered { entry: entry.id, quantity: units, draws: drawn, moves });
    }

    /// A hold that is made for a waiter: what was gathered for it, and the rest.
    fn give_turn(&mut self, now: Instant, window: WindowId, entry: Entry) {
        let Some(spec) = self.windows.get(&window).map(|frame| frame.spec.clone()) else { return };
        let Ok(mut basket) = self.turn_draws(now, window, &entry) else { return };
        let choice = self.way(now, entry.slot, None).ok().flatten();
        basket.places.extend(
            choice.and_then(|choice| choice.places).map(|pool| dayshelf_core::pool::Draw { pool, units: 1 }),
        );
        let drawn = basket.all();
        let mut draws = basket.lines.remove(0);
        if let EntryState::Waiting { draws: before, .. } = &entry.state {
            draws.extend(before.iter().copied());
        }
        let wants = [Want { offer: entry.offer, quantity: entry.quantity }];
        let id = self.hints.turns.pop_front().unwrap_or(HoldId(Id(0)));
        if self.holds.contains_key(&id) || self.ended.contains_key(&id) {
            self.flaw = Some(format!("{id} was a hold before"));
        }
        let hold = Hold {
            id,
            slot: entry.slot,
            window,
            state: HoldState::Held,
            made_at: now,
            due: now.plus(spec.turn.span).min(spec.closes.at),
            extended: 0,
            lines: self.lines(now, &wants, vec![draws]),
            fulfilment: choice,
            places: basket.places,
            contact: Some(entry.contact.clone()),
            taken: true,
            secret: entry.secret,
            turn: Some(entry.id),
            number: None,
            attempt: None,
        };
        let moves = self.put_moves(&drawn, (Account::Free, Account::Held));
        if let Some(waiter) = self.line.iter_mut().find(|other| other.id == entry.id) {
            waiter.state = EntryState::Turn(id);
        }
        self.claim(&hold);
        self.holds.insert(id, hold.clone());
        self.stir(entry.slot);
        self.say(Fact::TurnGiven { entry: entry.id, hold: Box::new(hold), moves });
    }

    /// Lines as they are at rest, for the invariants: nobody waits for what is there.
    pub(crate) fn first_unserved(&self, now: Instant) -> Option<EntryId> {
        for (window, frame) in &self.windows {
            let published =
                self.slots.get(&frame.spec.slot).is_some_and(|slot| slot.state == SlotState::Published);
            let serves = frame.phase == Phase::Open && is_inside(&frame.spec, now);
            let turns = frame.spec.turn.fairness != Fairness::Announce;
            let closed = self.kept_back(frame.spec.slot).is_some();
            if !published || !serves || !turns || closed || self.way(now, frame.spec.slot, None).is_err() {
                continue;
            }
            let comes_up = |entry: &&Entry| self.comes_up(now, frame.spec.slot, entry.offer);
            for entry in self.in_line(&frame.spec).into_iter().filter(comes_up) {
                let left = self.left(now, *window, entry.offer);
                let buyer = Some(entry.contact.key.0);
                let within = self.within_limit(*window, buyer, entry.quantity).is_ok();
                if left > 0 && left + gathered(&entry.state) >= entry.quantity && within {
                    return Some(entry.id);
                }
            }
        }
        None
    }
}
