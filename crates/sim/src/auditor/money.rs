//! What the provider says, in any order and any number of times.

use std::collections::BTreeMap;

use dayshelf_core::command::PaymentMoved;
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Attempt, Hold, HoldState, LapseCause};
use dayshelf_core::ids::{HoldId, OrderId, PaymentId};
use dayshelf_core::order::{LineState, Order, Payment, PaymentStep};
use dayshelf_core::pool::Account;
use dayshelf_core::refusal::Noun;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_core::waitlist::{EntryState, LeftCause};

use super::holds::{draws_of, units_of, wants_of};
use super::shelf::Demand;
use super::{Answer, Auditor, unknown};

impl Auditor {
    pub(super) fn authorised(&mut self, now: Instant, id: HoldId, promise: (PaymentId, &str)) -> Answer {
        let live = self.holds.contains_key(&id);
        let hold = self.holds.get(&id).or_else(|| self.ended.get(&id)).cloned();
        let hold = hold.ok_or(unknown(Noun::Hold))?;
        let Some(attempt) = hold.attempt.clone().filter(|attempt| attempt.id == promise.0) else {
            return Ok(());
        };
        if matches!(hold.state, HoldState::Confirmed(_)) {
            return Ok(());
        }
        let paid = (&*attempt, promise.1);
        let runs = self.slots.get(&hold.slot).is_some_and(|slot| slot.state == SlotState::Published);
        if live && hold.taken && runs {
            self.order_held(now, &hold, paid);
            return Ok(());
        }
        let again = if runs { self.drawn_again(now, &hold, &attempt) } else { None };
        let Some(again) = again else {
            self.unfilled(now, &hold, paid);
            return Ok(());
        };
        let order = self.order_of(now, &again, paid, LineState::Confirmed);
        let moves = self.put_moves(&draws_of(&again), (Account::Free, Account::Sold));
        self.finish(hold.id, &order);
        self.say(Fact::OrderConfirmed { order: Box::new(order), late: !live, moves });
        let waits = |id| {
            let mut line = self.line.iter();
            line.any(|entry| entry.id == id && matches!(entry.state, EntryState::Waiting { .. }))
        };
        if let Some(entry) = hold.turn.filter(|id| waits(*id)) {
            self.leave_line(entry, LeftCause::Served(attempt.order));
        }
        Ok(())
    }

    /// The hold with units drawn anew: while nothing that it is for is over or withheld, within the buyer's limit,
    /// from the pools themselves if its window is over.
    fn drawn_again(&self, now: Instant, hold: &Hold, attempt: &Attempt) -> Option<Hold> {
        let slot = self.slots.get(&hold.slot)?;
        if slot.spec.times.end <= now || !self.windows.contains_key(&hold.window) {
            return None;
        }
        self.within_limit(hold.window, Some(attempt.buyer.contact.key.0), units_of(hold)).ok()?;
        if self.unsold(now, hold).or_else(|| self.way_over(now, hold)).is_some() {
            return None;
        }
        let wants = wants_of(hold);
        let back = BTreeMap::new();
        let demand = Demand {
            window: hold.window,
            wants: &wants,
            choice: hold.fulfilment,
            back: &back,
            is_late: true,
        };
        let basket = self.draw(now, &demand).ok()?;
        let mut again = hold.clone();
        for (line, draws) in again.lines.iter_mut().zip(basket.lines) {
            line.draws = draws;
        }
        again.places = basket.places;
        Some(again)
    }

    /// Nothing is left for a promise: an order that is cancelled from the start.
    fn unfilled(&mut self, now: Instant, hold: &Hold, paid: (&Attempt, &str)) {
        if self.holds.contains_key(&hold.id) {
            let runs = self.slots.get(&hold.slot).is_some_and(|slot| slot.state == SlotState::Published);
            let cause = if runs { LapseCause::Payment } else { LapseCause::SlotCancelled };
            self.end(hold.id, HoldEnd::Lapsed(cause));
        }
        let mut order = self.order_of(now, hold, paid, LineState::Cancelled);
        order.lines.iter_mut().for_each(|line| line.draws.clear());
        order.places.clear();
        self.paid_late(hold.id, order.id);
        self.orders.insert(order.id, order.clone());
        self.say(Fact::LatePaymentUnfilled { order: Box::new(order) });
    }

    fn paying(&self, id: HoldId, payment: PaymentId) -> Option<&Hold> {
        let hold = self.holds.get(&id).filter(|hold| hold.state == HoldState::Confirming)?;
        hold.attempt.as_ref().filter(|attempt| attempt.id == payment).map(|_| hold)
    }

    pub(super) fn declined(&mut self, now: Instant, id: HoldId, payment: PaymentId) -> Answer {
        let Some(hold) = self.paying(id, payment) else { return Ok(()) };
        let calling_off = hold.attempt.as_ref().is_some_and(|attempt| attempt.calling_off);
        let due = hold.due;
        // A failed attempt gives no extra time.
        if calling_off || due <= now {
            self.end(id, HoldEnd::Lapsed(LapseCause::Payment));
            return Ok(());
        }
        if let Some(hold) = self.holds.get_mut(&id) {
            hold.state = if hold.taken { HoldState::Held } else { HoldState::Basket };
        }
        self.say(Fact::ConfirmFailed { hold: id, due });
        Ok(())
    }

    pub(super) fn called_off(&mut self, id: HoldId, payment: PaymentId) -> Answer {
        if self.paying(id, payment).is_some() {
            self.end(id, HoldEnd::Lapsed(LapseCause::Payment));
        }
        Ok(())
    }

    pub(super) fn money_moved(
        &mut self,
        id: OrderId,
        moved: PaymentMoved,
        amount: i64,
        before: i64,
    ) -> Answer {
        let order = self.orders.get(&id).ok_or(unknown(Noun::Order))?;
        let money = &order.payment;
        let open = money.authorised - money.captured - money.voided;
        let fits = match (moved, next_step(order)) {
            // Money is taken once, and never more than was promised.
            (PaymentMoved::Captured, _) => money.captured == 0 && 0 < amount && amount <= open,
            (PaymentMoved::Voided, _) => 0 < amount && amount <= open,
            (PaymentMoved::Refunded, Some(PaymentStep::Refund(due))) => 0 < amount && amount <= due,
            (PaymentMoved::Failed, Some(PaymentStep::Capture(_))) => true,
            _ => false,
        };
        let mut order = order.clone();
        let (sum, added) = column(&mut order.payment, moved);
        if !fits || *sum != before {
            return Ok(());
        }
        *sum += if added { amount } else { 0 };
        order.payment.failed |= !added;
        order.version += 1;
        self.orders.insert(id, order.clone());
        self.say(Fact::PaymentMoved { order: Box::new(order), moved, amount });
        Ok(())
    }
}

/// The sum that a report is about, and whether the report adds to it: a capture that failed moved nothing.
const fn column(money: &mut Payment, moved: PaymentMoved) -> (&mut i64, bool) {
    match moved {
        PaymentMoved::Refunded => (&mut money.refunded, true),
        PaymentMoved::Voided => (&mut money.voided, true),
        PaymentMoved::Captured => (&mut money.captured, true),
        PaymentMoved::Failed => (&mut money.captured, false),
    }
}

/// What the provider must be asked for next: give back what was taken beyond what stands, else take what is
/// owed, else let the rest go.
pub(crate) fn next_step(order: &Order) -> Option<PaymentStep> {
    let money = &order.payment;
    if money.failed {
        return None;
    }
    let standing = order.lines.iter().filter(|line| line.state != LineState::Cancelled);
    let owed: i64 = standing.map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
    let open = money.authorised - money.captured - money.voided;
    let surplus = money.captured - money.refunded - owed;
    if surplus > 0 {
        Some(PaymentStep::Refund(surplus))
    } else if open > 0 && money.captured == 0 && owed > 0 {
        Some(PaymentStep::Capture(owed.min(open)))
    } else if open > 0 {
        Some(PaymentStep::Void(open))
    } else {
        None
    }
}
