//! Confirming: what stands in its way, the payment that begins, and the order that a hold becomes.
//!
//! However a hold is paid, there is an attempt that says by whom and how: where no provider is asked, it succeeds
//! as it is made. What a provider says of one later is in `money`.

use dayshelf_core::command::Confirm;
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Attempt, Buyer, FulfilmentChoice, Hold, HoldState, Method};
use dayshelf_core::ids::{HoldId, Id, OrderId, PassId};
use dayshelf_core::money::Money;
use dayshelf_core::order::{LineState, Order, OrderLine, Payment};
use dayshelf_core::pool::Account;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::slot::FulfilmentKind;
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::waitlist::LeftCause;
use dayshelf_core::window::HoldAt;

use super::holds::{draws_of, key_of, shut, units_of};
use super::{Answer, Auditor, Claim, No, earliest};

/// How long a payment may be under way.
const PAYMENT: Span = Span::minutes(15);

impl Auditor {
    /// Whether so much can be paid in this way where it is received like that.
    pub(crate) fn does_for(&self, method: Method, price: i64, kind: Option<FulfilmentKind>) -> bool {
        match method {
            Method::Free => price == 0,
            Method::Sandbox => price != 0,
            // Where nothing is fetched, nobody pays when fetching it.
            Method::AtPickup => {
                let fetched = matches!(kind, None | Some(FulfilmentKind::Pickup));
                price != 0 && fetched && self.organiser.spec.at_pickup
            }
        }
    }

    pub(super) fn confirm(&mut self, now: Instant, ask: &Confirm) -> Answer {
        let held = self.acting(ask.hold, ask.by)?;
        let kind = self.kind_of(held.fulfilment);
        let price = price_of(&held);
        let fits = self.does_for(ask.method, price, kind);
        let buyer = addressed(&ask.buyer, kind);
        let taken = self.basket_taken(now, &held, ask.method);
        earliest([
            taken.as_ref().err().cloned(),
            self.over_limit(&held, ask.buyer.contact.key.0),
            (!fits).then_some(No::Exact(Refusal::MethodUnfit)),
            buyer.as_ref().err().cloned(),
        ])?;
        let Confirm { order, payment: id, method, ref token, .. } = *ask;
        let amount = Money { amount: price, currency: self.organiser.spec.currency };
        let (until, token) = (now.plus(PAYMENT), token.clone());
        let attempt = Attempt { until, calling_off: false, method, token, id, order, amount, buyer: buyer? };
        if let Some(taken) = taken? {
            self.take(taken);
        }
        match method {
            Method::Sandbox => self.begin_payment(ask.hold, attempt),
            Method::AtPickup | Method::Free => {
                let hold = self.holds.get(&ask.hold).cloned().unwrap_or(held);
                self.order_held(now, &hold, (&attempt, ""));
            }
        }
        Ok(())
    }

    /// The hold with its units, where confirming is what takes them: not where it has them, and not where the
    /// first who pays gets them, when the provider has said yes.
    fn basket_taken(&self, now: Instant, held: &Hold, method: Method) -> Result<Option<Hold>, No> {
        let terms = self.terms(held.window)?;
        if held.taken {
            return Ok(None);
        }
        earliest([self.unsold(now, held), shut(terms, now), self.way_over(now, held)])?;
        if (terms.hold.at, method) == (HoldAt::Payment, Method::Sandbox) {
            return Ok(None);
        }
        self.drawn_for(now, held).map(Some)
    }

    /// The limit counts for whoever confirms. A hold with units counts for its buyer already.
    fn over_limit(&self, held: &Hold, payer: u128) -> Option<No> {
        let counts = held.taken && key_of(held.contact.as_ref()) == Some(payer);
        self.within_limit(held.window, Some(payer), units_of(held)).err().filter(|_| !counts)
    }

    pub(super) fn kind_of(&self, choice: Option<FulfilmentChoice>) -> Option<FulfilmentKind> {
        choice.and_then(|choice| self.blocks.get(&choice.block)).map(|block| block.kind)
    }

    /// The provider is asked; from now on the hold is its payer's.
    fn begin_payment(&mut self, id: HoldId, attempt: Attempt) {
        let Some(hold) = self.holds.get_mut(&id) else { return };
        let payer = attempt.buyer.contact.clone();
        let claims = self.claims.entry(hold.slot).or_default();
        claims.iter_mut().filter(|claim| claim.hold == id).for_each(|claim| claim.buyer = Some(payer.key.0));
        let (slot, before) = (hold.slot, hold.contact.replace(payer));
        let paid_by_another = hold.taken && key_of(before.as_ref()) != key_of(hold.contact.as_ref());
        hold.state = HoldState::Confirming;
        let attempt = Box::new(attempt);
        hold.attempt = Some(attempt.clone());
        if paid_by_another {
            // Whoever asked first may have more again.
            self.stir(slot);
        }
        self.say(Fact::ConfirmBegun { hold: id, attempt });
    }

    /// A hold that has its units becomes an order.
    pub(super) fn order_held(&mut self, now: Instant, hold: &Hold, paid: (&Attempt, &str)) {
        let order = self.order_of(now, hold, paid, LineState::Confirmed);
        let moves = self.put_moves(&draws_of(hold), (Account::Held, Account::Sold));
        self.finish(hold.id, &order);
        self.say(Fact::OrderConfirmed { order: Box::new(order.clone()), late: false, moves });
        self.promise_to(&order, None);
        if let Some(entry) = hold.turn {
            self.leave_line(entry, LeftCause::Served(paid.0.order));
        }
    }

    /// The hold is an order now; its claims are the buyer's.
    pub(super) fn finish(&mut self, id: HoldId, order: &Order) {
        if let Some(mut hold) = self.holds.remove(&id) {
            if hold.taken && key_of(hold.contact.as_ref()) != Some(order.buyer.contact.key.0) {
                // Whoever asked first may have more again.
                self.stir(order.slot);
            }
            hold.state = HoldState::Confirmed(order.id);
            hold.taken = false;
            self.ended.insert(id, hold);
        }
        self.paid_late(id, order.id);
        self.drop_claims(order.slot, |claim| claim.hold == id);
        self.claim_order(order);
        if self.orders.insert(order.id, order.clone()).is_some() {
            self.flaw = Some(format!("{} is ordered twice", order.id));
        }
    }

    /// A hold that has ended stays ended, and names the order that came of its payment.
    pub(super) fn paid_late(&mut self, id: HoldId, order: OrderId) {
        let Some(hold) = self.ended.get_mut(&id) else { return };
        hold.attempt = None;
        if let HoldState::Lapsed(cause) = hold.state {
            hold.state = HoldState::LapsedPaid { order, cause };
        } else if hold.state == HoldState::Released {
            hold.state = HoldState::ReleasedPaid(order);
        }
    }

    /// Notes what an order claims.
    pub(super) fn claim_order(&mut self, order: &Order) {
        let standing = order.lines.iter().enumerate().filter(|(_, line)| line.state != LineState::Cancelled);
        let claims = standing.map(|(line, bought)| Claim {
            hold: order.hold,
            line,
            window: order.window,
            offer: bought.offer,
            buyer: Some(order.buyer.contact.key.0),
            units: bought.quantity,
        });
        self.claims.entry(order.slot).or_default().extend(claims);
    }

    /// The order that a hold becomes, by an attempt and the provider's name for it.
    pub(super) fn order_of(
        &mut self,
        now: Instant,
        hold: &Hold,
        (attempt, reference): (&Attempt, &str),
        state: LineState,
    ) -> Order {
        let passes = self.new_passes(attempt.order, hold.lines.len());
        let bought = hold.lines.iter().zip(passes).map(|(line, pass)| {
            let draws = line.draws.clone();
            OrderLine {
                redeemed: Vec::new(),
                pass,
                state,
                draws,
                unit_price: line.unit_price,
                quantity: line.quantity,
                offer: line.offer,
            }
        });
        let promised = if attempt.method == Method::Sandbox { price_of(hold) } else { 0 };
        let payment = Payment {
            authorised: promised,
            id: attempt.id,
            reference: reference.to_owned(),
            method: attempt.method,
            // Nothing has moved yet.
            failed: false,
            captured: 0,
            refunded: 0,
            voided: 0,
        };
        let (currency, buyer) = (self.organiser.spec.currency, attempt.buyer.clone());
        let lines = bought.collect();
        let Hold { id, slot, window, fulfilment, secret, ref places, .. } = *hold;
        Order {
            id: attempt.order,
            version: 1,
            confirmed_at: now,
            buyer,
            currency,
            lines,
            payment,
            notes: Vec::new(),
            // And what stays as it was with the hold.
            hold: id,
            places: places.clone(),
            slot,
            window,
            fulfilment,
            secret,
        }
    }

    /// So many passes as the answer has them, if nobody has had them before.
    fn new_passes(&mut self, order: OrderId, count: usize) -> Vec<PassId> {
        let mut passes = self.hints.passes.remove(&order).unwrap_or_default();
        passes.resize(count, PassId(Id(0)));
        for pass in &passes {
            if !self.passes.insert(*pass) {
                self.flaw = Some(format!("{pass} was given before"));
            }
        }
        passes
    }
}

/// What a hold costs.
fn price_of(hold: &Hold) -> i64 {
    hold.lines.iter().fold(0, |sum, line| sum + i64::from(line.quantity) * line.unit_price.amount)
}

/// What is sent needs an address; what is not keeps none.
pub(super) fn addressed(buyer: &Buyer, kind: Option<FulfilmentKind>) -> Result<Buyer, No> {
    let is_sent = kind == Some(FulfilmentKind::Delivery);
    if is_sent && buyer.address.is_none() {
        return Err(Refusal::AddressMissing.into());
    }
    let address = buyer.address.clone().filter(|_| is_sent);
    Ok(Buyer { address, ..buyer.clone() })
}
