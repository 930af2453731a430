//! Passes are redeemed: the goods of a line go to the buyer, once for each authority that can say no.
//!
//! Whoever can be told no hears who took the pass before, and when. Whoever had no network has given the goods
//! already: what they tell is written down, whatever the books say, so that two stalls that took one pass are found
//! and named when the second of them tells. A repeated report is known by what it says, so there is an end to how many
//! are written down of one pass.

use super::{Decision, admission, moves};
use crate::books::Books;
use crate::command::{HandOver, Taken};
use crate::fact::Fact;
use crate::ids::OrderId;
use crate::limits::{HANDOVER_UNDO_SPAN, REDEEMED_AHEAD_MAX, REDEMPTIONS_MAX};
use crate::order::{LineState, Order, OrderLine, Redemption};
use crate::pool::Account;
use crate::refusal::{Noun, Refusal};
use crate::time::Instant;

pub(super) fn hand_over(books: &Books, now: Instant, ask: &HandOver) -> Decision {
    let (order, line) = line_of(books, ask.order, ask.line)?;
    let redemption = |at| Redemption { at: credible(order, now, at), by: ask.by, stall: ask.stall.clone() };
    let mut redeemed = match ask.taken {
        Taken::Now => {
            not_before(line)?;
            vec![redemption(now)]
        }
        Taken::Before(at) if stands(line) => vec![redemption(at)],
        Taken::Before(at) if is_ahead(now, at) && was_told_by(line, ask) => return Ok(Vec::new()),
        Taken::Before(at) => return again(order, ask.line, redemption(at)),
    };
    // Nothing below may refuse.
    let mut after = order.clone();
    after.version += 1;
    if let Some(line) = after.lines.get_mut(usize::from(ask.line)) {
        line.state = LineState::Handed;
        line.redeemed.append(&mut redeemed);
    }
    let moves = moves(line.draws.iter().copied(), Account::Sold, Account::Handed);
    Ok(vec![Fact::OrderHanded { order: Box::new(after), line: ask.line, moves }])
}

/// When a pass was taken, by a clock that may be wrong. It was not before it was bought. What is far ahead is noted
/// as of now: refusing it would lose goods that are gone.
fn credible(order: &Order, now: Instant, at: Instant) -> Instant {
    let at = if is_ahead(now, at) { now } else { at };
    at.max(order.confirmed_at)
}

fn is_ahead(now: Instant, at: Instant) -> bool {
    now.plus(REDEEMED_AHEAD_MAX) < at
}

/// A report that is noted as of now is another one at every telling; so who tells says whether it is known.
fn was_told_by(line: &OrderLine, ask: &HandOver) -> bool {
    line.redeemed.iter().any(|known| known.by == ask.by && known.stall == ask.stall)
}

/// Takes a handover back, as long as nobody else has taken the pass and it was a moment ago.
pub(super) fn undo(books: &Books, now: Instant, id: OrderId, place: u16) -> Decision {
    let (order, line) = line_of(books, id, place)?;
    let one = match (line.state, line.redeemed.as_slice()) {
        (LineState::Handed, [one]) => one,
        _ => return Err(Refusal::NothingToUndo),
    };
    let recent = one.at <= now && now < one.at.plus(HANDOVER_UNDO_SPAN);
    if !recent && !crate::planted!(HandOverUndoneLate) {
        return Err(Refusal::NothingToUndo);
    }
    // Whoever bought of a slot that is called off has given back what was not handed over.
    books.slots.get(&order.slot).map_or(Ok(()), admission::selling)?;
    // Nothing below may refuse.
    let mut moves = moves(line.draws.iter().copied(), Account::Handed, Account::Sold);
    if crate::planted!(UndoneKeepsGoods) {
        moves.clear();
    }
    let mut after = order.clone();
    after.version += 1;
    if let Some(line) = after.lines.get_mut(usize::from(place)) {
        line.state = LineState::Confirmed;
        if !crate::planted!(UndoneUnredeemable) {
            line.redeemed.clear();
        }
    }
    Ok(vec![Fact::HandOverUndone { order: Box::new(after), line: place, moves }])
}

fn line_of(books: &Books, id: OrderId, place: u16) -> Result<(&Order, &OrderLine), Refusal> {
    let order = books.orders.get(&id).ok_or(Refusal::Unknown(Noun::Order))?;
    let line = order.lines.get(usize::from(place)).ok_or(Refusal::Unknown(Noun::Line))?;
    Ok((order, line))
}

fn stands(line: &OrderLine) -> bool {
    line.state == LineState::Confirmed
        || (crate::planted!(RedeemedTwiceMoves) && line.state == LineState::Handed)
}

/// The pass was not taken and its line was not given back.
fn not_before(line: &OrderLine) -> Result<(), Refusal> {
    match (line.state, line.redeemed.first()) {
        (LineState::Confirmed, _) => Ok(()),
        (LineState::Handed, _) if crate::planted!(HandedTwice) => Ok(()),
        (LineState::Handed, Some(before)) => Err(Refusal::AlreadyRedeemed(Box::new(before.clone()))),
        (LineState::Cancelled, _) if crate::planted!(RedeemedClosed) => Ok(()),
        (LineState::Handed | LineState::Cancelled, _) => Err(Refusal::OrderClosed),
    }
}

/// Somebody without network gave goods for a pass that stood for none any more. No units move: what is missing is
/// found by whoever counts.
fn again(order: &Order, place: u16, again: Redemption) -> Decision {
    let mut after = order.clone();
    after.version += 1;
    let line = after.lines.get_mut(usize::from(place)).ok_or(Refusal::Unknown(Noun::Line))?;
    let known = line.redeemed.contains(&again) && !crate::planted!(ReportRedeemsAgain);
    if known || crate::planted!(RedeemedUnsaid) {
        return Ok(Vec::new());
    }
    if line.redeemed.len() >= REDEMPTIONS_MAX {
        return Err(Refusal::LimitReached { noun: Noun::Redemption, max: REDEMPTIONS_MAX as u32 });
    }
    // Nothing below may refuse.
    if crate::planted!(LastRedeemerStays) {
        line.redeemed.clear();
    }
    line.redeemed.push(again.clone());
    Ok(vec![Fact::RedeemedAgain { order: Box::new(after), line: place, again: Box::new(again) }])
}
