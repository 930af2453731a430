//! What the provider says: promised, declined, called off, taken, given back. Any order, any number of
//! times: what is known already changes nothing.

use super::confirm::{self, Deal};
use super::draw::Shelf;
use super::{Decision, holds, line, moves};
use crate::books::Books;
use crate::command::PaymentMoved;
use crate::fact::{Fact, HoldEnd};
use crate::hold::{Attempt, Hold, HoldState, LapseCause};
use crate::ids::{HoldId, OrderId, PaymentId};
use crate::order::{LineState, PaymentStep};
use crate::pool::Account;
use crate::refusal::{Noun, Refusal};
use crate::slot::SlotState;
use crate::time::Instant;
use crate::waitlist::{EntryState, LeftCause};

/// A promise of the provider.
pub(super) struct Authorised<'a> {
    pub hold: HoldId,
    pub payment: PaymentId,
    pub reference: &'a str,
}

pub(super) fn authorised(books: &Books, now: Instant, promise: &Authorised<'_>) -> Decision {
    let live = books.holds.get(&promise.hold);
    let hold = live.or_else(|| books.ended.get(&promise.hold)).ok_or(Refusal::Unknown(Noun::Hold))?;
    let Some(attempt) = hold.attempt.as_ref().filter(|attempt| attempt.id == promise.payment) else {
        return Ok(Vec::new());
    };
    if matches!(hold.state, HoldState::Confirmed(_)) && !crate::planted!(DoubledCallBackOrders) {
        return Ok(Vec::new());
    }
    let deal = deal(attempt, promise.reference);
    let runs = books.slots.get(&hold.slot).is_some_and(|slot| slot.state == SlotState::Published);
    if live.is_some() && hold.taken && runs {
        return Ok(confirm::ordered(hold, now, &deal));
    }
    let mut facts = Vec::new();
    let again = if runs && !(crate::planted!(LateRefunded) && live.is_none()) {
        reacquire(books, now, hold, attempt)
    } else {
        None
    };
    let late = live.is_none();
    match again {
        Some(again) => {
            let order = Box::new(confirm::order_of(&again, now, &deal, LineState::Confirmed));
            let moves = moves(again.draws(), Account::Free, Account::Sold);
            facts.push(Fact::OrderConfirmed { order, late, moves });
            // Whoever got in line once more after this turn is served now.
            let entry = hold.turn.and_then(|entry| books.entries.get(&entry));
            let entry = entry.filter(|entry| matches!(entry.state, EntryState::Waiting { .. }));
            facts.extend(entry.map(|entry| line::left(books, entry, LeftCause::Served(deal.order))));
        }
        None => {
            if live.is_some() {
                let cause = if runs { LapseCause::Payment } else { LapseCause::SlotCancelled };
                facts.extend(holds::end(books, hold, HoldEnd::Lapsed(cause)));
            }
            let mut order = Box::new(confirm::order_of(hold, now, &deal, LineState::Cancelled));
            order.lines.iter_mut().for_each(|line| line.draws.clear());
            order.places.clear();
            facts.push(Fact::LatePaymentUnfilled { order });
        }
    }
    Ok(facts)
}

fn deal<'a>(attempt: &'a Attempt, reference: &'a str) -> Deal<'a> {
    Deal {
        order: attempt.order,
        payment: attempt.id,
        method: attempt.method,
        buyer: &attempt.buyer,
        reference,
    }
}

/// The hold with its units drawn once more, if they are there, nothing that it is for is over or withheld, and
/// the buyer has not used up the limit since. The window may have closed: the buyer was in time, the payment was not.
fn reacquire(books: &Books, now: Instant, hold: &Hold, attempt: &Attempt) -> Option<Hold> {
    let window = books.windows.get(&hold.window)?;
    let limit = holds::check_limit(books, window, Some(attempt.buyer.contact.key), hold.units());
    limit.ok().or_else(|| crate::planted!(LateIgnoresLimit).then_some(()))?;
    let slot = books.slots.get(&hold.slot)?;
    if slot.spec.times.end.at_or_before(now) && !crate::planted!(LateAfterSlot) {
        return None;
    }
    let wants = holds::wants(hold);
    holds::runs(books, now, hold.slot, &wants).ok()?;
    holds::has_way(books, now, hold).ok()?;
    let mut window = window.clone();
    if window.phase_at(now) != crate::window::Phase::Open {
        // What the closed window was lent has gone on; its lenders are asked.
        window.spec.allotments.clear();
        window.spec.drip = None;
    }
    let demand = holds::Demand { wants: &wants, choice: hold.fulfilment };
    let drawn = holds::draw_from(Shelf::new(books, &window, now), books, now, &window, &demand);
    let drawn = match drawn {
        Err(_) if crate::planted!(LateOversells) => {
            holds::Drawn { lines: vec![Vec::new(); wants.len()], places: Vec::new() }
        }
        drawn => drawn.ok()?,
    };
    let mut again = hold.clone();
    for (line, draws) in again.lines.iter_mut().zip(drawn.lines) {
        line.draws = draws;
    }
    again.places = drawn.places;
    Some(again)
}

pub(super) fn declined(books: &Books, now: Instant, id: HoldId, payment: PaymentId) -> Decision {
    let Some(hold) = confirming(books, id, payment) else { return Ok(Vec::new()) };
    let calling_off = hold.attempt.as_ref().is_some_and(|attempt| attempt.calling_off);
    if calling_off || hold.due <= now || crate::planted!(DeclineEndsHold) {
        return Ok(holds::end(books, hold, HoldEnd::Lapsed(LapseCause::Payment)));
    }
    let more =
        if crate::planted!(DeclineGivesTime) { crate::limits::CONFIRM_SPAN } else { crate::time::Span(0) };
    Ok(vec![Fact::ConfirmFailed { hold: id, due: hold.due.plus(more) }])
}

pub(super) fn called_off(books: &Books, id: HoldId, payment: PaymentId) -> Decision {
    let hold = confirming(books, id, payment);
    Ok(hold.map(|hold| holds::end(books, hold, HoldEnd::Lapsed(LapseCause::Payment))).unwrap_or_default())
}

fn confirming(books: &Books, id: HoldId, payment: PaymentId) -> Option<&Hold> {
    let hold = books.holds.get(&id).filter(|hold| hold.state == HoldState::Confirming)?;
    hold.attempt.as_ref().is_some_and(|attempt| attempt.id == payment).then_some(hold)
}

/// Money that the provider says it moved.
pub(super) struct Moved {
    pub moved: PaymentMoved,
    pub amount: i64,
    pub before: i64,
}

/// Notes money that moved. The order may have changed since the provider was asked, so the amount need not
/// be the one of the present step; what is more than could be open is a repeated call-back.
pub(super) fn moved(books: &Books, id: OrderId, told: &Moved) -> Decision {
    let Moved { moved, amount, before } = *told;
    let order = books.orders.get(&id).ok_or(Refusal::Unknown(Noun::Order))?;
    let money = &order.payment;
    let refunds = crate::planted!(RefundTwice) && moved == PaymentMoved::Refunded && money.refunded > 0;
    if money.so_far(moved) != before && !refunds && !crate::planted!(OldReportBooked) {
        return Ok(Vec::new());
    }
    let open = money.authorised - money.captured - money.voided;
    let step = order.payment_step();
    let fits = match (moved, step) {
        (PaymentMoved::Captured, _) => {
            money.captured == 0
                && ((1..=open).contains(&amount) || (crate::planted!(CaptureAboveAuthorised) && amount > 0))
        }
        (PaymentMoved::Voided, _) => (1..=open).contains(&amount),
        (PaymentMoved::Refunded, Some(PaymentStep::Refund(due))) => (1..=due).contains(&amount),
        (PaymentMoved::Refunded, _) if refunds => true,
        // Only a promise that is not kept ends the asking; what could not be let go of or given back is
        // asked for again.
        (PaymentMoved::Failed, step) => matches!(step, Some(PaymentStep::Capture(_))),
        _ => false,
    };
    if !fits {
        return Ok(Vec::new());
    }
    let mut order = order.clone();
    order.version += 1;
    match moved {
        PaymentMoved::Captured => order.payment.captured += amount,
        PaymentMoved::Voided => order.payment.voided += amount,
        PaymentMoved::Refunded => order.payment.refunded += amount,
        PaymentMoved::Failed => order.payment.failed = true,
    }
    Ok(vec![Fact::PaymentMoved { order: Box::new(order), moved, amount }])
}
