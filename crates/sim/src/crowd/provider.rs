//! The payment provider: slow, wrong, late, and it says many things twice. In the end it always answers.

use dayshelf_core::command::{Command, PaymentMoved};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::Attempt;
use dayshelf_core::ids::{HoldId, OrderId, PaymentId};
use dayshelf_core::order::{Order, PaymentStep};
use dayshelf_core::time::{Instant, Span};

use super::{Act, Crowd};
use crate::auditor::Auditor;
use crate::auditor::money::next_step;

impl Crowd {
    /// What a fact makes them all do.
    pub fn heard(&mut self, now: Instant, known: &Auditor, fact: &Fact) {
        self.buyer_hears(now, known, fact);
        match fact {
            Fact::ConfirmBegun { hold, attempt } => self.is_asked(now, *hold, attempt),
            Fact::ConfirmCallingOff { hold } => {
                let attempt = known.holds.get(hold).and_then(|hold| hold.attempt.clone());
                if let Some(attempt) = attempt {
                    self.is_called_off(now, *hold, attempt.id);
                }
            }
            Fact::OrderConfirmed { order, .. }
            | Fact::OrderCancelled { order, .. }
            | Fact::OrderMoved { order, .. }
            | Fact::LatePaymentUnfilled { order }
            | Fact::PaymentMoved { order, .. } => self.may_settle(now, order),
            _ => {}
        }
    }

    fn is_asked(&mut self, now: Instant, hold: HoldId, attempt: &Attempt) {
        let payment = attempt.id;
        let yes = Command::PaymentAuthorised {
            hold,
            payment,
            reference: format!("ref-{}", self.chance.between(1, 999)),
        };
        let no = Command::PaymentDeclined { hold, payment };
        let soon = self.after(now, (0, 20));
        match self.chance.between(0, 99) {
            0..62 => self.say(soon, yes.clone()),
            62..76 => self.say(soon, no),
            76..90 => {
                // Slow: perhaps after the hold's own end, perhaps after it was called off.
                let at = self.after(now, (300, 2_400));
                self.say(at, yes.clone());
            }
            90..95 => {
                let at = self.after(now, (300, 2_400));
                self.say(at, no);
            }
            // Never: until it is called off.
            _ => {}
        }
        if self.chance.percent(15) {
            let at = self.after(now, (1, 3_000));
            self.say(at, yes);
        }
        if self.chance.percent(3) {
            let other = PaymentId(self.ids.next());
            self.say(soon, Command::PaymentAuthorised { hold, payment: other, reference: "other".into() });
        }
    }

    fn is_called_off(&mut self, now: Instant, hold: HoldId, payment: PaymentId) {
        let at = self.after(now, (0, 120));
        if self.chance.percent(20) {
            let yes = Command::PaymentAuthorised { hold, payment, reference: "after all".into() };
            let first = if self.chance.percent(50) { at } else { at.plus(Span(1_000)) };
            self.say(first, yes);
        }
        let off = match self.chance.percent(80) {
            true => Command::PaymentCalledOff { hold, payment },
            false => Command::PaymentDeclined { hold, payment },
        };
        self.say(at, off.clone());
        if self.chance.percent(20) {
            self.say(at.plus(Span(700)), off);
        }
    }

    fn may_settle(&mut self, now: Instant, order: &Order) {
        let refunded = order.payment.refunded;
        if refunded > 0 && self.chance.percent(60) {
            // An old report turns up again, just when there is a new reason to ask.
            let moved = PaymentMoved::Refunded;
            let old = Command::PaymentMoved { order: order.id, moved, amount: refunded, before: 0 };
            self.say(now.plus(Span(5)), old);
        }
        if next_step(order).is_some() {
            let at = self.after(now, (0, 40));
            self.plan(at, Act::Settle(order.id));
        }
    }

    /// Does the next step of an order's money, sometimes twice, sometimes with a wrong amount besides.
    pub(super) fn settle(&mut self, now: Instant, known: &Auditor, id: OrderId) -> Option<Command> {
        let order = known.orders.get(&id)?;
        let money = &order.payment;
        let (moved, amount, before) = match next_step(order)? {
            PaymentStep::Capture(amount) if self.chance.percent(4) => {
                (PaymentMoved::Failed, amount, money.captured)
            }
            PaymentStep::Capture(amount) => (PaymentMoved::Captured, amount, money.captured),
            PaymentStep::Void(amount) => (PaymentMoved::Voided, amount, money.voided),
            PaymentStep::Refund(amount) => (PaymentMoved::Refunded, amount, money.refunded),
        };
        let right = Command::PaymentMoved { order: id, moved, amount, before };
        if self.chance.percent(if moved == PaymentMoved::Refunded { 40 } else { 12 }) {
            let at = self.after(now, (0, 600));
            self.say(at, right.clone());
        }
        if self.chance.percent(5) {
            // More than there is, or an answer to a question that was asked before something changed.
            let amount = if self.chance.percent(50) { amount + 1 } else { amount.max(2) - 1 };
            let at = self.after(now, (0, 5));
            self.say(at, Command::PaymentMoved { order: id, moved, amount, before });
        }
        if self.chance.percent(5) {
            // It takes its time: the order may look different then.
            let at = self.after(now, (60, 4_000));
            self.say(at, right);
            self.plan(at.plus(Span(1)), Act::Settle(id));
            return None;
        }
        Some(right)
    }
}
