//! What the auditor predicts: the answer to each command, and who is served.

use dayshelf_core::command::{Command, JoinWaitlist, MakeHold, Movement};
use dayshelf_core::ids::{EntryId, HoldId, OrderId};
use dayshelf_core::time::Instant;

use super::{Auditor, State, Verdict, Waiter, differ, sub};

/// Done, or refused with this code.
pub type Prediction = Result<(), &'static str>;

impl Auditor {
    /// The answer that a command must get now.
    ///
    /// # Errors
    /// The code of the refusal that is due.
    pub fn predict(&mut self, now: Instant, command: &Command) -> Prediction {
        self.must_end = None;
        match command {
            Command::MakeHold(make) => self.of_hold(now, make),
            Command::ReleaseHold { hold, .. } => self.acts_on(*hold),
            Command::ExtendHold { hold, .. } => {
                self.acts_on(*hold)?;
                let used = self.claims.get(hold).is_some_and(|claim| claim.extended || claim.turn.is_some());
                if used { Err("extensions_used") } else { Ok(()) }
            }
            Command::Confirm(ask) => {
                self.acts_on(ask.hold)?;
                let Some(claim) = self.claims.get(&ask.hold) else { return Err("unknown") };
                let buyer = ask.buyer.contact.key.0;
                let fits = claim.buyer == Some(buyer) || self.left_to(claim.vip, buyer) >= claim.quantity();
                if fits { Ok(()) } else { Err("buyer_limit") }
            }
            Command::PaymentAuthorised { hold, payment, .. } => {
                let waits = self.claims.get(hold).is_some_and(|claim| {
                    claim.state != State::Ended && claim.payment.is_some_and(|(id, _)| id == *payment)
                });
                self.must_end = waits.then_some(*hold);
                Ok(())
            }
            Command::LeaveWaitlist { entry, .. } => self.of_entry(*entry, Ok(())),
            Command::DeclineTurn { entry, .. } => self.of_entry(*entry, Err("no_turn")),
            Command::JoinWaitlist(join) => self.of_join(now, join),
            Command::CancelOrder { order, lines, .. } => self.of_order(*order, lines.as_ref().map(|_| 0)),
            Command::HandOver { order, line } => self.of_order(*order, Some(usize::from(*line))),
            Command::MoveStock(ask) => {
                let have = match ask.movement {
                    Movement::Lose => self.mine.free[0],
                    Movement::Find => self.mine.lost[0],
                    _ => u32::MAX,
                };
                if have < ask.units { Err("too_few_units") } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }

    /// After a command nobody waits whom a window could serve, and what had to end has ended.
    ///
    /// # Errors
    /// Somebody does.
    pub fn nobody_waits_for_nothing(&self, _now: Instant) -> Verdict {
        let lives = |hold| self.claims.get(hold).is_some_and(|claim| claim.state != State::Ended);
        if self.must_end.as_ref().is_some_and(lives) {
            return differ("the payment came and nothing was sold");
        }
        for vip in [true, false] {
            if let Some(waiter) = self.line.iter().find(|waiter| self.fits(vip, waiter)) {
                return differ(format!("{} waits for what is there", waiter.id));
            }
        }
        Ok(())
    }

    /// Whether a window could give a waiter its turn.
    pub(super) fn fits(&self, vip: bool, waiter: &Waiter) -> bool {
        let admitted = !vip || waiter.coded;
        let within = self.left_to(vip, waiter.buyer) >= waiter.quantity;
        let need = waiter.quantity - waiter.gathered;
        let there = self.left(vip, waiter.ware) >= need;
        self.open[usize::from(!vip)] && waiter.turn.is_none() && admitted && within && there
    }

    /// Units of a limited window that a buyer may still take.
    pub(super) fn left_to(&self, vip: bool, buyer: u128) -> u32 {
        let have = self.tallies.get(&(vip, buyer)).copied().unwrap_or(0);
        self.frame(vip).limit.map_or(u32::MAX, |limit| limit.saturating_sub(have))
    }

    /// How many of a ware a window has.
    fn left(&self, vip: bool, ware: usize) -> u32 {
        let ware = self.scene.wares[ware];
        let goods = self.mine.free[self.shelf(vip)] / ware.stock;
        let seats = self.mine.free[1].checked_div(ware.seats).unwrap_or(u32::MAX);
        goods.min(seats)
    }

    /// The windows that are open for this buyer, the VIP one first; else why there is none.
    fn admits(&self, now: Instant, coded: bool) -> Result<Vec<bool>, &'static str> {
        let mine = [true, false].into_iter().filter(|vip| coded || !vip);
        let (mut open, mut ahead) = (Vec::new(), false);
        for vip in mine {
            let frame = self.frame(vip);
            ahead |= now < frame.opens;
            if frame.opens <= now && now < frame.closes {
                open.push(vip);
            }
        }
        match (open.is_empty(), ahead) {
            (false, _) => Ok(open),
            (true, true) => Err("window_not_open"),
            (true, false) => Err("window_closed"),
        }
    }

    fn of_hold(&self, now: Instant, make: &MakeHold) -> Prediction {
        let mut first = None;
        for vip in self.admits(now, make.code.is_some())? {
            match self.of_hold_in(vip, make) {
                Ok(()) => return Ok(()),
                Err(code) => {
                    first.get_or_insert(code);
                }
            }
        }
        Err(first.unwrap_or("not_admitted"))
    }

    fn of_hold_in(&self, vip: bool, make: &MakeHold) -> Prediction {
        let units: u32 = make.wants.iter().map(|want| want.quantity).sum();
        let limit = self.frame(vip).limit.unwrap_or(u32::MAX);
        let left = make.contact.as_ref().map_or(limit, |contact| self.left_to(vip, contact.key.0));
        if units > left {
            return Err("buyer_limit");
        }
        let mut there = self.mine.free;
        for want in &make.wants {
            let ware = self.ware(want.offer).map_err(|_| "unknown")?;
            let units = self.units_of(vip, ware, want.quantity);
            sub(&mut there, units).map_err(|_| "too_few_left")?;
        }
        Ok(())
    }

    fn of_join(&self, now: Instant, join: &JoinWaitlist) -> Prediction {
        let open = self.admits(now, join.code.is_some())?;
        let (buyer, quantity) = (join.contact.key.0, join.want.quantity);
        let ware = self.ware(join.want.offer).map_err(|_| "unknown")?;
        let within: Vec<bool> =
            open.into_iter().filter(|vip| self.left_to(*vip, buyer) >= quantity).collect();
        if within.is_empty() {
            return Err("buyer_limit");
        }
        if within.iter().any(|vip| self.left(*vip, ware) >= quantity) {
            return Err("units_free");
        }
        if self.line.iter().any(|waiter| waiter.buyer == buyer && waiter.ware == ware) {
            return Err("already_waiting");
        }
        if quantity > self.ever(ware) { Err("never_enough") } else { Ok(()) }
    }

    /// The most of a ware that could ever come back.
    fn ever(&self, ware: usize) -> u32 {
        let mine = &self.mine;
        let there = |place: usize| mine.free[place] + mine.held[place] + mine.sold[place];
        let ware = self.scene.wares[ware];
        // What the VIP window was lent is the pool's too, also what was handed over from it.
        let goods = (there(0) + there(2) + mine.handed[2]) / ware.stock;
        goods.min(there(1).checked_div(ware.seats).unwrap_or(u32::MAX))
    }

    fn acts_on(&self, hold: HoldId) -> Prediction {
        match self.claims.get(&hold).map(|claim| claim.state) {
            None => Err("unknown"),
            Some(State::Ended) => Err("hold_ended"),
            Some(State::Confirming) => Err("hold_confirming"),
            Some(State::Held) => Ok(()),
        }
    }

    fn of_entry(&self, entry: EntryId, waiting: Prediction) -> Prediction {
        let Some(waiter) = self.line.iter().find(|waiter| waiter.id == entry) else {
            return Err("entry_left");
        };
        waiter.turn.map_or(waiting, |hold| self.acts_on(hold))
    }

    fn of_order(&self, order: OrderId, line: Option<usize>) -> Prediction {
        let Some(sale) = self.sales.get(&order) else { return Err("unknown") };
        let stands = match line {
            Some(line) => sale.lines.get(line).is_some_and(|line| line.stands),
            None => sale.lines.iter().any(|line| line.stands),
        };
        if stands { Ok(()) } else { Err("order_closed") }
    }
}
