//! Holds: made, checked out, extended, released, confirmed.

use std::collections::BTreeMap;

use dayshelf_core::command::{By, Confirm, MakeHold, Want};
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{Attempt, Buyer, FulfilmentChoice, Hold, HoldState, Line, Method};
use dayshelf_core::ids::{HoldId, OrderId, PaymentId, WindowId};
use dayshelf_core::money::Money;
use dayshelf_core::order::{LineState, Order, OrderLine, Payment};
use dayshelf_core::pool::{Account, Draw, Move};
use dayshelf_core::refusal::{Ended, Noun, Refusal};
use dayshelf_core::slot::FulfilmentKind;
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::waitlist::LeftCause;
use dayshelf_core::window::{HoldAt, WindowSpec};

use super::shelf::{Basket, Demand};
use super::{Answer, Auditor, Claim, No, owner, unknown};

/// How long a basket without units is kept.
const BASKET: Span = Span::hours(24);
/// How long a payment may be under way.
const PAYMENT: Span = Span::minutes(15);

impl Auditor {
    pub(super) fn make_hold(&mut self, now: Instant, make: &MakeHold) -> Answer {
        self.named(make.slot, &make.wants, make.fulfilment)?;
        self.on_calendar(make.slot, &make.wants)?;
        self.offered(now, make.slot, &make.wants)?;
        let buyer = make.contact.as_ref().map(|contact| contact.key.0);
        let mut first_no = None;
        for window in self.admitted(now, make.slot, (make.code, buyer))? {
            match self.hold_in(now, make, window) {
                Ok(hold) => {
                    self.put_hold(hold);
                    return Ok(());
                }
                Err(no) => drop(first_no.get_or_insert(no)),
            }
        }
        Err(first_no.unwrap_or(No::Code("not_admitted")))
    }

    fn hold_in(&self, now: Instant, make: &MakeHold, window: WindowId) -> Result<Hold, No> {
        let spec = &self.windows.get(&window).ok_or(No::Code("unknown"))?.spec;
        self.in_bounds(spec, &make.wants)?;
        let buyer = make.contact.as_ref().map(|contact| contact.key.0);
        self.within_limit(window, buyer, make.wants.iter().map(|want| want.quantity).sum())?;
        let choice = self.way(now, make.slot, make.fulfilment)?;
        let demand = Demand { window, wants: &make.wants, choice, back: &BTreeMap::new(), is_late: false };
        let basket = self.draw(now, &demand)?;
        let at_cart = spec.hold.at == HoldAt::Cart;
        let none = Basket { lines: vec![Vec::new(); make.wants.len()], places: Vec::new() };
        let drawn = if at_cart { basket } else { none };
        Ok(Hold {
            id: make.id,
            slot: make.slot,
            window,
            state: if at_cart { HoldState::Held } else { HoldState::Basket },
            made_at: now,
            due: now.plus(if at_cart { spec.hold.span } else { BASKET }),
            extended: 0,
            lines: self.lines(now, &make.wants, drawn.lines),
            fulfilment: choice,
            places: drawn.places,
            contact: make.contact.clone(),
            taken: at_cart,
            secret: make.secret,
            turn: None,
            attempt: None,
        })
    }

    /// Lines with the price of now.
    pub(super) fn lines(&self, now: Instant, wants: &[Want], draws: Vec<Vec<Draw>>) -> Vec<Line> {
        let zero = Money { amount: 0, currency: self.organiser.spec.currency };
        let line = |(want, draws): (&Want, Vec<Draw>)| Line {
            offer: want.offer,
            quantity: want.quantity,
            unit_price: self.price(now, want.offer).map_or(zero, |(_, price)| price),
            draws,
        };
        wants.iter().zip(draws).map(line).collect()
    }

    fn put_hold(&mut self, hold: Hold) {
        let moves = self.put_moves(&draws_of(&hold), (Account::Free, Account::Held));
        if hold.taken {
            self.claim(&hold);
        }
        self.holds.insert(hold.id, hold.clone());
        self.say(Fact::HoldMade { hold: Box::new(hold), moves });
    }

    /// Notes what a hold claims from now on.
    pub(super) fn claim(&mut self, hold: &Hold) {
        let claims = self.claims.entry(hold.slot).or_default();
        claims.extend(hold.lines.iter().enumerate().map(|(line, wanted)| Claim {
            hold: hold.id,
            line,
            window: hold.window,
            offer: wanted.offer,
            buyer: hold.contact.as_ref().map(|contact| contact.key.0),
            units: wanted.quantity,
        }));
    }

    /// The live hold that somebody may act on.
    fn acting(&self, id: HoldId, by: By) -> Result<&Hold, No> {
        if let Some(hold) = self.ended.get(&id) {
            owner(by, hold.secret)?;
            return Err(Refusal::HoldEnded(match hold.state {
                HoldState::Confirmed(_) => Ended::Confirmed,
                HoldState::Released => Ended::Released,
                _ => Ended::Lapsed,
            })
            .into());
        }
        let hold = self.holds.get(&id).ok_or(unknown(Noun::Hold))?;
        owner(by, hold.secret)?;
        match hold.state {
            HoldState::Confirming => Err(Refusal::HoldConfirming.into()),
            _ => Ok(hold),
        }
    }

    fn terms(&self, window: WindowId) -> Result<&WindowSpec, No> {
        self.windows.get(&window).map(|frame| &frame.spec).ok_or(unknown(Noun::Window))
    }

    pub(super) fn check_out(&mut self, now: Instant, id: HoldId, by: By) -> Answer {
        let hold = self.acting(id, by)?;
        if hold.taken {
            return Err(Refusal::HoldTaken.into());
        }
        let spec = self.terms(hold.window)?;
        is_open(spec, now)?;
        if spec.hold.at == HoldAt::Payment {
            return Ok(());
        }
        let buyer = hold.contact.as_ref().map(|contact| contact.key.0);
        self.within_limit(hold.window, buyer, units_of(hold))?;
        let taken = self.drawn_for(now, hold)?;
        self.take(taken);
        Ok(())
    }

    /// A basket with its units drawn, due by its window's terms.
    fn drawn_for(&self, now: Instant, hold: &Hold) -> Result<Hold, No> {
        let spec = self.terms(hold.window)?;
        let wants = wants_of(hold);
        let demand = Demand {
            window: hold.window,
            wants: &wants,
            choice: hold.fulfilment,
            back: &BTreeMap::new(),
            is_late: false,
        };
        let basket = self.draw(now, &demand)?;
        let mut taken = hold.clone();
        for (line, draws) in taken.lines.iter_mut().zip(basket.lines) {
            line.draws = draws;
        }
        taken.places = basket.places;
        taken.due = now.plus(spec.hold.span);
        taken.state = HoldState::Held;
        taken.taken = true;
        Ok(taken)
    }

    fn take(&mut self, taken: Hold) {
        let moves = self.put_moves(&draws_of(&taken), (Account::Free, Account::Held));
        self.claim(&taken);
        let fact = Fact::HoldTaken {
            hold: taken.id,
            lines: taken.lines.clone(),
            places: taken.places.clone(),
            due: taken.due,
            moves,
        };
        self.holds.insert(taken.id, taken);
        self.say(fact);
    }

    pub(super) fn extend(&mut self, now: Instant, id: HoldId, by: By) -> Answer {
        let hold = self.acting(id, by)?;
        let terms = self.terms(hold.window)?.hold;
        // Others are in line behind a turn, and a basket has no units to keep.
        let max = if hold.turn.is_some() || !hold.taken { 0 } else { terms.extensions };
        if hold.extended >= max {
            return Err(Refusal::ExtensionsUsed { max }.into());
        }
        let due = hold.due.max(now).plus(terms.span);
        let extended = hold.extended + 1;
        if let Some(hold) = self.holds.get_mut(&id) {
            hold.due = due;
            hold.extended = extended;
        }
        self.say(Fact::HoldExtended { hold: id, due, extended });
        Ok(())
    }

    pub(super) fn release(&mut self, id: HoldId, by: By) -> Answer {
        self.acting(id, by)?;
        self.end(id, HoldEnd::Released);
        Ok(())
    }

    /// Ends a hold without an order; a turn's waiter leaves or gets in line once more.
    pub(super) fn end(&mut self, id: HoldId, end: HoldEnd) {
        let Some(turn) = self.end_alone(id, end) else { return };
        if let Some(entry) = turn {
            self.after_turn(entry, end);
        }
    }

    /// The end of a hold, and whose turn it was.
    pub(super) fn end_alone(
        &mut self,
        id: HoldId,
        end: HoldEnd,
    ) -> Option<Option<dayshelf_core::ids::EntryId>> {
        let Some(mut hold) = self.holds.remove(&id) else {
            self.flaw = Some(format!("{id} ends twice"));
            return None;
        };
        let moves = if hold.taken { self.give_back(&draws_of(&hold), Account::Held) } else { Vec::new() };
        self.drop_claims(hold.slot, |claim| claim.hold == id);
        let turn = hold.turn;
        hold.taken = false;
        hold.state = match end {
            HoldEnd::Released => HoldState::Released,
            HoldEnd::Lapsed(cause) => HoldState::Lapsed(cause),
        };
        self.ended.insert(id, hold);
        self.say(Fact::HoldEnded { hold: id, end, moves });
        Some(turn)
    }

    pub(super) fn confirm(&mut self, now: Instant, ask: &Confirm) -> Answer {
        let hold = self.acting(ask.hold, ask.by)?;
        let spec = self.terms(hold.window)?;
        let amount: i64 =
            hold.lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
        // The first who pays gets it: where a provider is asked, units are drawn when it says yes.
        let later = spec.hold.at == HoldAt::Payment && ask.method == Method::Sandbox;
        let takes = !hold.taken && !later;
        if takes {
            is_open(spec, now)?;
        }
        let payer = ask.buyer.contact.key.0;
        let counted = hold.taken && hold.contact.as_ref().is_some_and(|contact| contact.key.0 == payer);
        if !counted {
            self.within_limit(hold.window, Some(payer), units_of(hold))?;
        }
        let taken = if takes { Some(self.drawn_for(now, hold)?) } else { None };
        let kind = self.kind_of(hold.fulfilment);
        let fetched = kind.is_none_or(|kind| kind == FulfilmentKind::Pickup);
        if (ask.method == Method::Free) != (amount == 0) || (ask.method == Method::AtPickup && !fetched) {
            return Err(Refusal::MethodUnfit.into());
        }
        let buyer = addressed(&ask.buyer, kind)?;
        if let Some(taken) = taken {
            self.take(taken);
        }
        if ask.method == Method::Sandbox {
            self.begin_payment(now, ask, (buyer, amount));
        } else if let Some(hold) = self.holds.get(&ask.hold).cloned() {
            let deal = Deal {
                order: ask.order,
                payment: ask.payment,
                method: ask.method,
                buyer: &buyer,
                reference: "",
            };
            self.order_held(now, &hold, &deal);
        }
        Ok(())
    }

    pub(super) fn kind_of(&self, choice: Option<FulfilmentChoice>) -> Option<FulfilmentKind> {
        choice.and_then(|choice| self.blocks.get(&choice.block)).map(|block| block.kind)
    }

    fn begin_payment(&mut self, now: Instant, ask: &Confirm, deal: (Buyer, i64)) {
        let (buyer, amount) = deal;
        let attempt = Attempt {
            id: ask.payment,
            method: ask.method,
            token: ask.token.clone(),
            amount: Money { amount, currency: self.organiser.spec.currency },
            order: ask.order,
            buyer,
            until: now.plus(PAYMENT),
            calling_off: false,
        };
        let Some(hold) = self.holds.get_mut(&ask.hold) else { return };
        hold.state = HoldState::Confirming;
        hold.contact = Some(ask.buyer.contact.clone());
        hold.attempt = Some(Box::new(attempt.clone()));
        let slot = hold.slot;
        for claim in self.claims.entry(slot).or_default().iter_mut().filter(|claim| claim.hold == ask.hold) {
            claim.buyer = Some(ask.buyer.contact.key.0);
        }
        self.say(Fact::ConfirmBegun { hold: ask.hold, attempt: Box::new(attempt) });
    }

    /// A hold that has its units becomes an order.
    pub(super) fn order_held(&mut self, now: Instant, hold: &Hold, deal: &Deal<'_>) {
        let order = self.order_of(now, hold, deal, LineState::Confirmed);
        let moves = self.put_moves(&draws_of(hold), (Account::Held, Account::Sold));
        self.finish(hold.id, &order);
        self.say(Fact::OrderConfirmed { order: Box::new(order), late: false, moves });
        if let Some(entry) = hold.turn {
            self.leave_line(entry, LeftCause::Served(deal.order));
        }
    }

    /// The hold is an order now; its claims are the buyer's.
    pub(super) fn finish(&mut self, id: HoldId, order: &Order) {
        if let Some(mut hold) = self.holds.remove(&id) {
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
        if let HoldState::Lapsed(cause) = hold.state {
            hold.attempt = None;
            hold.state = HoldState::LapsedPaid { order, cause };
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

    /// The order that a hold becomes. Its passes are the answer's, if nobody has had them before.
    pub(super) fn order_of(&mut self, now: Instant, hold: &Hold, deal: &Deal<'_>, state: LineState) -> Order {
        let passes = self.hints.passes.remove(&deal.order).unwrap_or_default();
        let mut lines = Vec::new();
        let mut total = 0;
        for (place, line) in hold.lines.iter().enumerate() {
            let pass = passes.get(place).copied();
            let pass = pass.unwrap_or(dayshelf_core::ids::PassId(dayshelf_core::ids::Id(0)));
            if !self.passes.insert(pass) {
                self.flaw = Some(format!("{pass} was given before"));
            }
            total += line.unit_price.amount * i64::from(line.quantity);
            lines.push(OrderLine {
                offer: line.offer,
                quantity: line.quantity,
                unit_price: line.unit_price,
                draws: line.draws.clone(),
                state,
                pass,
            });
        }
        Order {
            id: deal.order,
            hold: hold.id,
            slot: hold.slot,
            window: hold.window,
            version: 1,
            buyer: deal.buyer.clone(),
            lines,
            fulfilment: hold.fulfilment,
            places: hold.places.clone(),
            currency: self.organiser.spec.currency,
            confirmed_at: now,
            secret: hold.secret,
            payment: Payment {
                id: deal.payment,
                method: deal.method,
                reference: deal.reference.into(),
                authorised: if deal.method == Method::Sandbox { total } else { 0 },
                captured: 0,
                voided: 0,
                refunded: 0,
                failed: false,
            },
        }
    }
}

/// What an order is made of beside its hold.
pub(super) struct Deal<'a> {
    pub order: OrderId,
    pub payment: PaymentId,
    pub method: Method,
    pub buyer: &'a dayshelf_core::hold::Buyer,
    pub reference: &'a str,
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

/// Nothing is taken out of a window that has not opened or is over.
fn is_open(spec: &WindowSpec, now: Instant) -> Answer {
    if now < spec.opens.at {
        return Err(Refusal::WindowNotOpen { opens_at: spec.opens.at }.into());
    }
    if spec.closes.at <= now {
        return Err(Refusal::WindowClosed { closed_at: spec.closes.at }.into());
    }
    Ok(())
}

pub(super) fn units_of(hold: &Hold) -> u32 {
    hold.lines.iter().map(|line| line.quantity).sum()
}

pub(super) fn wants_of(hold: &Hold) -> Vec<Want> {
    hold.lines.iter().map(|line| Want { offer: line.offer, quantity: line.quantity }).collect()
}

pub(super) fn draws_of(hold: &Hold) -> Vec<Draw> {
    hold.lines.iter().flat_map(|line| &line.draws).chain(&hold.places).copied().collect()
}

/// What these moves make free, pool by pool.
pub(super) fn freed(moves: &[Move]) -> BTreeMap<dayshelf_core::ids::PoolId, i64> {
    let mut back = BTreeMap::new();
    for one in moves {
        let units = i64::from(one.units);
        let change =
            i64::from(one.to == Account::Free) * units - i64::from(one.from == Account::Free) * units;
        *back.entry(one.pool).or_default() += change;
    }
    back
}
