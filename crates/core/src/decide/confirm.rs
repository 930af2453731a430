//! Confirming a hold: with a provider in two steps, without one at once.

use super::{Decision, holds, moves};
use crate::books::Books;
use crate::change::{Handover, Promise, Shown};
use crate::command::Confirm;
use crate::fact::Fact;
use crate::hold::{Attempt, Buyer, Hold, HoldState, Line, Method};
use crate::ids::{OrderId, PassId, PaymentId, SlotId};
use crate::limits::CONFIRM_SPAN;
use crate::money::Money;
use crate::order::{LineState, Order, OrderLine, Payment};
use crate::organiser::OrganiserSpec;
use crate::pool::{Account, Draw};
use crate::refusal::{Noun, Refusal};
use crate::slot::FulfilmentKind;
use crate::time::Instant;
use crate::waitlist::LeftCause;
use crate::window::{HoldAt, Phase, Window};

pub(super) fn confirm(books: &Books, now: Instant, ask: &Confirm) -> Decision {
    let hold = holds::live(books, now, ask.hold, ask.by)?;
    let window = books.windows.get(&hold.window).ok_or(Refusal::Unknown(Noun::Window))?;
    let zero = crate::money::Money::zero(books.organiser.spec.currency);
    let anew = crate::planted!(PriceAtConfirm).then(|| at_present_price(books, now, hold));
    let hold = anew.as_ref().unwrap_or(hold);
    let amount = hold.total().unwrap_or(zero);
    let takes = !hold.taken && (window.spec.hold.at != HoldAt::Payment || ask.method != Method::Sandbox);
    if !hold.taken {
        holds::runs(books, now, hold.slot, &holds::wants(hold))?;
        check_open(window, now)?;
    }
    let same_buyer = hold.taken && hold.buyer() == Some(ask.buyer.contact.key);
    if !same_buyer && !crate::planted!(ConfirmSkipsLimit) {
        holds::check_limit(books, window, Some(ask.buyer.contact.key), hold.units())?;
    }
    if !hold.taken {
        holds::has_way(books, now, hold)?;
    }
    let mut facts = Vec::new();
    let mut hold = hold.clone();
    if takes {
        let taken = holds::take(books, now, &hold, window)?;
        take_up(&mut hold, &taken);
        facts.push(taken);
    }
    let way = hold.fulfilment.and_then(|choice| books.fulfilments.get(&choice.block));
    let way = way.map(|block| block.spec.kind);
    if !pays(&books.organiser.spec, ask.method, amount, way) {
        return Err(Refusal::MethodUnfit);
    }
    let buyer = addressed(&ask.buyer, way)?;
    // Nothing below may refuse.
    if ask.method == Method::Sandbox {
        let attempt = Attempt {
            id: ask.payment,
            method: ask.method,
            token: ask.token.clone(),
            amount,
            order: ask.order,
            buyer,
            until: now.plus(CONFIRM_SPAN),
            calling_off: false,
        };
        facts.push(Fact::ConfirmBegun { hold: hold.id, attempt: Box::new(attempt) });
    } else {
        let deal =
            Deal { order: ask.order, payment: ask.payment, method: ask.method, buyer: &buyer, reference: "" };
        facts.extend(ordered(books, &hold, now, &deal));
    }
    Ok(facts)
}

/// Whether this way of paying does for so much, received in this way. Where nothing is fetched, nobody pays when
/// fetching it.
pub fn pays(organiser: &OrganiserSpec, method: Method, amount: Money, way: Option<FulfilmentKind>) -> bool {
    match method {
        Method::Free => amount.amount == 0,
        Method::Sandbox => amount.amount != 0,
        Method::AtPickup => {
            let fetched = way.is_none_or(|kind| kind == FulfilmentKind::Pickup);
            amount.amount != 0 && fetched && organiser.at_pickup
        }
    }
}

/// The buyer with the address that is needed, and with none that is not.
pub(super) fn addressed(buyer: &Buyer, way: Option<FulfilmentKind>) -> Result<Buyer, Refusal> {
    match (way, &buyer.address) {
        (Some(FulfilmentKind::Delivery), None) => Err(Refusal::AddressMissing),
        (Some(FulfilmentKind::Delivery), Some(_)) => Ok(buyer.clone()),
        _ => Ok(Buyer { address: None, ..buyer.clone() }),
    }
}

/// A hold as if it were made now, as no order may be: for a planted bug.
fn at_present_price(books: &Books, now: Instant, hold: &Hold) -> Hold {
    let draws = hold.lines.iter().map(|line| line.draws.clone()).collect();
    Hold { lines: holds::priced(books, now, &holds::wants(hold), draws), ..hold.clone() }
}

/// Nothing is taken out of a window that is over, or that has moved and lies ahead again.
pub(super) fn check_open(window: &Window, now: Instant) -> Result<(), Refusal> {
    match window.phase_at(now) {
        Phase::Ahead if crate::planted!(BasketTakesAhead) => Ok(()),
        Phase::Ahead => Err(Refusal::WindowNotOpen { opens_at: window.spec.opens.at }),
        Phase::Open => Ok(()),
        Phase::Closed => Err(Refusal::WindowClosed { closed_at: window.spec.closes.at }),
    }
}

/// Brings a copy of the hold to what it will be once its basket was taken.
fn take_up(hold: &mut Hold, fact: &Fact) {
    if let Fact::HoldTaken { lines, places, due, .. } = fact {
        hold.lines.clone_from(lines);
        hold.places.clone_from(places);
        hold.due = *due;
        hold.taken = true;
        hold.state = HoldState::Held;
    }
}

/// What an order is made of beside its hold.
pub(super) struct Deal<'a> {
    /// Its id.
    pub order: OrderId,
    /// The payment's id.
    pub payment: PaymentId,
    /// How it is paid.
    pub method: Method,
    /// Who buys.
    pub buyer: &'a Buyer,
    /// The provider's name for the payment.
    pub reference: &'a str,
}

/// The facts that turn a taken hold into an order.
pub(super) fn ordered(books: &Books, hold: &Hold, now: Instant, deal: &Deal<'_>) -> Vec<Fact> {
    let order = Box::new(order_of(hold, now, deal, LineState::Confirmed));
    let promised = promised(books, &order, None);
    let moves = moves(hold.draws(), Account::Held, Account::Sold);
    let cause = LeftCause::Served(deal.order);
    let served = hold.turn.map(|entry| Fact::EntryLeft { entry, cause, moves: Vec::new() });
    let ordered = std::iter::once(Fact::OrderConfirmed { order, late: false, moves });
    ordered.chain(promised).chain(served).collect()
}

/// What the buyer of an order is told of it now; `left` is the slot that it was for until now.
pub(super) fn promised(books: &Books, order: &Order, left: Option<SlotId>) -> Option<Fact> {
    let shown = |slot: SlotId| books.slots.get(&slot).map(Shown::of);
    let choice = order.fulfilment;
    let pickup = choice.and_then(|choice| Handover::of(books.fulfilments.get(&choice.block)?, choice));
    let promise = Promise { order: order.id, is: shown(order.slot)?, pickup, was: left.and_then(shown) };
    Some(Fact::OrderPromised(Box::new(promise)))
}

/// The order that a hold becomes.
pub(super) fn order_of(hold: &Hold, now: Instant, deal: &Deal<'_>, state: LineState) -> Order {
    let currency =
        hold.lines.first().map_or(crate::money::Currency(*b"XXX"), |line| line.unit_price.currency);
    let total: i64 = hold.lines.iter().map(|line| line.total().amount).sum();
    let line = |(place, line): (usize, &Line)| OrderLine {
        offer: line.offer,
        quantity: line.quantity,
        unit_price: line.unit_price,
        draws: line.draws.clone(),
        state,
        pass: PassId::of(deal.order, if crate::planted!(PassSerialReused) { 0 } else { place }),
        redeemed: Vec::new(),
    };
    Order {
        id: deal.order,
        hold: hold.id,
        slot: hold.slot,
        window: hold.window,
        version: 1,
        buyer: deal.buyer.clone(),
        lines: hold.lines.iter().enumerate().map(line).collect(),
        fulfilment: hold.fulfilment,
        places: hold.places.clone(),
        currency,
        confirmed_at: now,
        secret: hold.secret,
        notes: Vec::new(),
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

/// All units that lines and places draw.
pub(super) fn all_draws(lines: &[OrderLine], places: &[Draw]) -> Vec<Draw> {
    lines.iter().flat_map(|line| line.draws.iter()).chain(places).copied().collect()
}
