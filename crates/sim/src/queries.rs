//! Every question that can be put to the books, put to them in the middle of a life and compared with what the
//! auditor would say. A test holds this file against what `core` offers.

use std::collections::BTreeMap;

use dayshelf_core::books::{Books, needs};
use dayshelf_core::change::Verdict as Outcome;
use dayshelf_core::command::{ApplyPlan, ChangeSlot, Command};
use dayshelf_core::decide::{
    Decision, Foresight, Proof, Stop, admit, block_spec, check_plan, closed_by, decide, found,
    fulfilment_spec, is_gone, is_unreachable, left, left_for_all, marks, offer_spec, on_hand, opened_by,
    pays, place_in_plan, pool_spec, preview, selling, short_of, slots_closed_by, stake, takes_pickups_along,
    window_spec, withheld,
};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Hold, HoldState, Method};
use dayshelf_core::ids::{PoolId, SlotId, WindowId};
use dayshelf_core::lobby::{Came, Number};
use dayshelf_core::money::Money;
use dayshelf_core::order::LineState;
use dayshelf_core::product;
use dayshelf_core::slot::{FulfilmentKind, SlotState};
use dayshelf_core::text::{BuyerKey, Digest};
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::waitlist::EntryState;
use dayshelf_core::window::{Phase, Window, WindowSpec};

use crate::auditor::money::next_step;
use crate::auditor::{Auditor, Frame, before, let_in, next_number, next_portion};
use crate::scene::plan;

type Verdict = Result<(), String>;

/// The books, the auditor, and when they are asked.
#[derive(Clone, Copy, Debug)]
pub struct Inquiry<'a> {
    /// What is under test.
    pub books: &'a Books,
    /// What is expected.
    pub known: &'a Auditor,
    /// The instant.
    pub now: Instant,
}

fn same<T: std::fmt::Debug + PartialEq>(what: &str, theirs: T, mine: T) -> Verdict {
    if theirs == mine { Ok(()) } else { Err(format!("{what} is {theirs:?}; predicted was {mine:?}")) }
}

impl Inquiry<'_> {
    /// What one window shows, what it costs, and whom its slot admits; another window each time.
    ///
    /// # Errors
    /// Where the books say something else than the auditor.
    pub fn about_sale(&self, turn: usize, command: &Command) -> Verdict {
        same("the next due instant", self.books.next_due(), self.known.next_due())?;
        let count = self.known.windows.len().max(1);
        let Some((id, frame)) = self.known.windows.iter().nth(turn % count) else { return Ok(()) };
        let Some(window) = self.books.windows.get(id) else { return Err(format!("{id} is not there")) };
        let shown = self.known.shown(self.now, *id);
        same("what is shown", left_for_all(self.books, window, self.now), shown.clone())?;
        for (offer, units) in shown {
            same("what is left", left(self.books, window, offer, self.now), units)?;
            let Some(known) = self.books.offers.get(&offer) else { continue };
            let price = self.known.price(self.now, offer);
            same("the price", known.price_at(self.now), price.map(|(_, price)| price))?;
            same("the step", Some(known.step_at(self.now)), price.map(|(step, _)| step))?;
            let next = price.and_then(|(step, _)| known.spec.ladder.get(step + 1));
            same("the next step", known.next_step(self.now), next)?;
        }
        let none = WindowSpec { allotments: Vec::new(), ..frame.spec.clone() };
        let used = |pool: &PoolId, units: u32| {
            self.known.pools.get(pool).is_some_and(|pool| pool.has.supplied.min(units) > pool.has.free)
        };
        let used =
            frame.spec.allotments.iter().find(|lent| used(&lent.lent, lent.units)).map(|lent| lent.pool);
        same("the allotment that can't be given back", short_of(self.books, *id, &none), used)?;
        let inside = frame.spec.opens.at <= self.now && self.now < frame.spec.closes.at;
        same("whether it is open", window.phase_at(self.now) == Phase::Open, inside)?;
        let (dripped, next) =
            (self.known.drip_left(*id, &frame.spec, self.now), next_portion(&frame.spec, self.now));
        same("what the drip has let out", window.drip_left(self.now), dripped)?;
        same("the drip's next portion", window.drip_next(self.now), next)?;
        // Every number before one is looked at, so not each time.
        if turn.is_multiple_of(8) {
            self.about_lobby(turn, window, frame)?;
        }
        self.about_line(frame.spec.slot)?;
        self.about_offering(frame.spec.slot)?;
        self.about_admission(frame.spec.slot, command)
    }

    /// The number that comes next, and one that was given: when they are let in, and how many are before them.
    fn about_lobby(&self, turn: usize, window: &Window, frame: &Frame) -> Verdict {
        let Some(terms) = frame.spec.lobby else { return Ok(()) };
        let next = next_number(window.id, frame, self.now);
        same("the next number", window.lobby.number(window, &terms, self.now), next)?;
        let index = turn as u32 % frame.lobby.early.max(1);
        for number in [next, Number { window: window.id, index, came: Came::Ahead }] {
            same("when a number is let in", window.lets_in(number), let_in(frame, number))?;
            let (ahead, (least, most)) = (window.ahead_of(number, self.now), before(frame, number, self.now));
            // Whoever is let in at this very instant may be counted or not.
            if ahead > most || (number.came == Came::Ahead && ahead.abs_diff(least) > 1) {
                return Err(format!(
                    "{ahead} are ahead of {number:?}; predicted was {least}, at most {most}"
                ));
            }
        }
        Ok(())
    }

    /// What has to come back for those in line: all that they and those before them ask for, of what is held.
    fn about_line(&self, slot: SlotId) -> Verdict {
        let holds =
            self.known.holds.values().filter(|hold| hold.slot == slot && hold.state == HoldState::Held);
        let units =
            |hold: &Hold| hold.lines.iter().flat_map(|line| &line.draws).map(|draw| draw.units).sum::<u32>();
        let (most, all) = (holds.clone().count(), holds.map(units).sum::<u32>());
        let mut before = BTreeMap::new();
        for entry in self.known.line.iter().filter(|entry| entry.slot == slot) {
            let EntryState::Waiting { .. } = entry.state else { continue };
            let Some([part]) = self.known.offers.get(&entry.offer).map(|offer| offer.recipe.as_slice())
            else {
                continue;
            };
            let sum = before.entry(entry.offer).or_insert(0);
            *sum += (entry.quantity - entry.gathered()) * part.units;
            let Some(stake) = stake(self.books, entry) else { continue };
            // Those who wait for something else of the same pools come on top.
            if stake.needed < *sum || stake.held.len() > most || stake.held_units() > all {
                return Err(format!("{stake:?} of {entry:?}; predicted was {sum} of at most {all}"));
            }
        }
        Ok(())
    }

    /// Whether a slot is offered, and which slots its rules close.
    fn about_offering(&self, slot: SlotId) -> Verdict {
        let (books, now) = (self.books, self.now);
        same("why it is not offered", withheld(books, slot, now), self.known.withheld(now, slot))?;
        same("which rule keeps it closed", closed_by(books, slot), self.known.closed_by(slot))?;
        same("what is shown of the library", product::shown(books, slot), self.known.library_of(slot))?;
        let over = is_unreachable(books.fulfilments_of(slot), now, |_| true);
        same("whether all boxes are over", over, self.known.boxes_are_over(now, slot))?;
        for offer in books.offers_of(slot) {
            let mine = self.known.offers.get(&offer.id).is_some_and(|spec| self.known.is_lost(spec));
            same("whether an offer can't be had", is_gone(books, offer.id), mine)?;
        }
        for block in books.blocks_of(slot) {
            let mine: Vec<SlotId> =
                self.known.slots.keys().copied().filter(|slot| self.known.is_about(block, *slot)).collect();
            same("what a rule closes", slots_closed_by(books, block), mine)?;
            let known = self.known.parts.get(&block.id);
            let on = known.map(|block| block.begun && block.spec.until.is_none_or(|until| now < until.at));
            same("whether it is under way", Some(block.is_under_way(now)), on)?;
        }
        let spec = &books.organiser.spec;
        for amount in [0, 100].map(|amount| Money { amount, currency: spec.currency }) {
            for way in [None, Some(FulfilmentKind::Pickup), Some(FulfilmentKind::Delivery)] {
                for method in [Method::Free, Method::Sandbox, Method::AtPickup] {
                    let mine = self.known.does_for(method, amount.amount, way);
                    same("whether it can be paid so", pays(spec, method, amount, way), mine)?;
                }
            }
        }
        let mut theirs = books.whens_of(slot);
        let mut mine = self.known.whens_of(slot);
        theirs.sort_unstable();
        mine.sort_unstable();
        same("what hangs on the slot", theirs, mine)?;
        same("where its parts end", marks(books, slot), self.known.edges(slot))?;
        same("whether pickups hang", takes_pickups_along(books, slot), self.known.pickups_hang(slot))
    }

    fn about_admission(&self, slot: SlotId, command: &Command) -> Verdict {
        let (code, buyer): (Option<Digest>, Option<BuyerKey>) = match command {
            Command::MakeHold(make) => (make.code, make.contact.as_ref().map(|contact| contact.key)),
            Command::JoinWaitlist(join) => (join.code, Some(join.contact.key)),
            _ => (None, None),
        };
        if let Some(code) = code {
            let theirs = opened_by(self.books, slot, self.now, code).unwrap_or_default();
            same("what a code opens", theirs, self.known.opened_by(self.now, slot, code))?;
        }
        let theirs = admit(self.books, slot, self.now, Proof { code, buyer });
        let theirs: Result<Vec<WindowId>, _> =
            theirs.map(|windows| windows.into_iter().map(|window| window.id).collect());
        match (theirs, self.known.may_enter(self.now, slot, (code, buyer.map(|buyer| buyer.0)))) {
            (Ok(theirs), Ok(mine)) => same("who is admitted", theirs, mine),
            (Err(refusal), Err(no)) if no.fits(&refusal) => Ok(()),
            (theirs, mine) => Err(format!("admitted is {theirs:?}; predicted was {mine:?}")),
        }
    }

    /// Orders and holds as they say of themselves.
    ///
    /// # Errors
    /// Where the books say something else than the auditor.
    pub fn about_purchases(&self) -> Verdict {
        for order in self.books.orders.values() {
            same("the next step of the money", order.payment_step(), next_step(order))?;
            let standing = order.lines.iter().filter(|line| line.state != LineState::Cancelled);
            let total: i64 =
                standing.clone().map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
            same("the total", order.total().amount, total)?;
            same("whether it is cancelled", order.is_cancelled(), standing.count() == 0)?;
        }
        for hold in self.books.holds.values() {
            let total: i64 =
                hold.lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
            same("the hold's total", hold.total().map(|total| total.amount), Some(total))?;
            let units: u32 = hold.lines.iter().map(|line| line.quantity).sum();
            same("the hold's units", hold.units(), units)?;
            same("the hold's life", hold.is_live(), true)?;
        }
        Ok(())
    }

    /// The slot that speaks for a pool of its goods is one that still sells from it, one on the calendar if there is one; and
    /// what a count of it should find.
    ///
    /// # Errors
    /// Where the books name another.
    pub fn about_pools(&self) -> Verdict {
        for pool in self.known.pools.keys() {
            let mut best: Option<(bool, SlotId)> = None;
            for spec in self.known.offers.values() {
                let Some(slot) = self.known.slots.get(&spec.slot) else { continue };
                let sells = spec.recipe.iter().any(|part| part.pool == *pool);
                let rank = match slot.state {
                    SlotState::Published => (false, slot.id),
                    SlotState::Draft => (true, slot.id),
                    SlotState::Cancelled | SlotState::Discarded => continue,
                };
                if sells && best.is_none_or(|best| rank < best) {
                    best = Some(rank);
                }
            }
            same("the slot that speaks for a pool", selling(self.books, *pool), best.map(|(_, slot)| slot))?;
        }
        let pools: Vec<PoolId> = self.known.pools.keys().copied().collect();
        let mine = pools.iter().map(|pool| (*pool, self.known.on_hand(*pool))).collect();
        same("what counts should find", on_hand(self.books, &pools), mine)?;
        Ok(())
    }

    /// A slot as a plan says it is the slot as it is, part by part; and the plan would change nothing of them.
    ///
    /// # Errors
    /// What becomes of it instead.
    pub fn about_plans(&self, slot: SlotId) -> Verdict {
        let Some(plan) = plan::of_slot(self.known, slot) else { return Ok(()) };
        let no = |refusal| format!("a slot as it is can't be planned: {refusal:?}");
        for wanted in &plan.pools {
            let spec = pool_spec(self.books, wanted).map_err(no)?;
            let known = self.known.pools.values().find(|pool| pool.spec.key == wanted.key);
            same("a pool as planned", Some(&spec), known.map(|pool| &pool.spec))?;
        }
        for part in &plan.slots {
            for wanted in &part.windows {
                let spec = window_spec(self.books, slot, Some(wanted.id), wanted).map_err(no)?;
                let known = self.known.windows.get(&wanted.id).map(|frame| &frame.spec);
                same("a window as planned", Some(&spec), known)?;
            }
            for wanted in &part.offers {
                let spec = offer_spec(self.books, slot, wanted).map_err(no)?;
                same("an offer as planned", Some(&spec), self.known.offers.get(&wanted.id))?;
            }
            for wanted in &part.blocks {
                let spec = block_spec(self.books, slot, wanted).map_err(no)?;
                let known = self.known.parts.get(&wanted.id).map(|known| &known.spec);
                same("a block as planned", Some(&spec), known)?;
            }
            for wanted in &part.fulfilments {
                let spec = fulfilment_spec(self.books, slot, Some(wanted.id), wanted);
                same("a fulfilment as planned", Some(&spec), self.known.blocks.get(&wanted.id))?;
            }
        }
        Ok(())
    }

    /// What would be if a slot were on the calendar as it is, everything of it were held, and time went on.
    ///
    /// # Errors
    /// What is foreseen can't be, or is of another slot.
    pub fn about_foresight(&self, id: SlotId) -> Verdict {
        let (Some(plan), Some(slot)) = (plan::of_slot(self.known, id), self.known.slots.get(&id)) else {
            return Ok(());
        };
        let broken = |stop: &dyn std::fmt::Debug| format!("what is foreseen can't be: {stop:?}");
        let mut seen = match Foresight::of(self.books, self.now, &plan, &slot.spec.slug) {
            Ok(seen) => seen,
            Err(Stop::Refused(_)) => return Ok(()),
            Err(stop) => return Err(broken(&stop)),
        };
        same("what is foreseen", (seen.slot, seen.now), (id, self.now))?;
        let even = |books: &Books| books.pools.values().all(|pool| pool.balance.is_even());
        seen.sell_out().map_err(|cause| broken(&cause))?;
        same("whether pools foreseen are even", even(&seen.books), true)?;
        let later = self.now.plus(Span::hours(24));
        seen.advance(later).map_err(|cause| broken(&cause))?;
        same("pools and the moment foreseen", (even(&seen.books), seen.now), (true, later))
    }

    /// What a command or a plan would do, asked before: the books stay as they are.
    ///
    /// # Errors
    /// Asking changed something, or was answered otherwise than a plan's check.
    pub fn beforehand(&self, command: &Command) -> Verdict {
        let before = self.books.clone();
        let answer = decide(self.books, self.now, command);
        if let Command::ChangeSlot(ask) = command {
            self.dry_run(ask, &answer)?;
        }
        if let Command::ApplyPlan(plan) = command {
            let (refused, placed) = (answer.as_ref().err(), place_in_plan(self.books, self.now, plan));
            same("the refusal that has a place", placed.as_ref().map(|(refusal, _)| refusal), refused)?;
            same("a plan's check", check_plan(self.books, self.now, plan), answer)?;
        }
        if matches!(command, Command::Found(_)) {
            same("a founding", found(command).is_ok(), true)?;
        }
        // Whatever a command needs, books that forget nothing have or nobody has.
        let wanted = needs(self.books, command);
        let order = wanted
            .order
            .is_none_or(|id| self.books.orders.contains_key(&id) == self.known.orders.contains_key(&id));
        same("the books after a question", (self.books == &before, order), (true, true))
    }

    /// What would come of a change, asked before: what then comes of it, or the same refusal.
    fn dry_run(&self, ask: &ChangeSlot, answer: &Decision) -> Verdict {
        let waiting = self.known.pendings.values().find(|pending| pending.slot == ask.slot);
        same("what waits", self.books.pending_of(ask.slot), waiting)?;
        let steps = self.known.offers_of(ask.slot).flat_map(|(_, offer)| &offer.ladder);
        let boxes: usize = self.known.blocks_of(ask.slot).map(|(_, block)| 2 + 2 * block.boxes.len()).sum();
        let hanging = 2 * self.known.windows_of(ask.slot).count() + boxes;
        let hanging = hanging + steps.filter(|step| step.from.is_some()).count();
        let parts = self.known.parts.values().filter(|part| part.spec.slot == ask.slot);
        let hanging = hanging + parts.map(|part| 1 + usize::from(part.spec.until.is_some())).sum::<usize>();
        same("what hangs on a slot", self.books.whens_of(ask.slot).len(), hanging)?;
        match (preview(self.books, self.now, ask), answer) {
            (Ok(said), Ok(facts)) => match said.verdict {
                Outcome::Nothing => same("nothing to change", facts.is_empty(), true),
                Outcome::Apply | Outcome::Settle => same("a dry run", &said.effect, facts),
                Outcome::Confirm | Outcome::Freeze => {
                    let done = |fact: &Fact| matches!(fact, Fact::ChangeMade(_) | Fact::SlotPut { .. });
                    same("what is held up", facts.iter().any(done), false)
                }
            },
            (Err(said), Err(refusal)) => same("a dry run's refusal", &said, refusal),
            (said, answer) => same("a dry run's answer", said.is_ok(), answer.is_ok()),
        }
    }

    /// The same plan once more.
    ///
    /// # Errors
    /// It would change something again.
    pub fn again(&self, plan: &ApplyPlan) -> Verdict {
        same("the same plan again", check_plan(self.books, self.now, plan), Ok(Vec::new()))
    }
}
