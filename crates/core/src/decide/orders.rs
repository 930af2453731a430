//! Orders after they are confirmed: given back, taken to another slot; what is written about them. Handed over:
//! `handover`.

use super::admission::selling;
use super::definitions::room;
use super::draw::{self, Shelf};
use super::{Decision, authorise, confirm, earliest, expect, holds, moves, offering, validate};
use crate::books::Books;
use crate::change::Credential;
use crate::command::{By, Expect, Want};
use crate::fact::{Fact, MovedFrom};
use crate::hold::{Buyer, FulfilmentChoice};
use crate::ids::{OfferId, OrderId, SlotId};
use crate::limits::ORDER_NOTES_MAX;
use crate::offer::OfferKind;
use crate::order::{LineState, Note, Order, OrderLine};
use crate::pool::{Account, Draw};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::time::Instant;
use crate::window::{Audience, Phase, Window};

/// An order to give back.
pub(super) struct Cancel<'a> {
    pub order: OrderId,
    pub by: By,
    pub lines: Option<&'a [u16]>,
}

/// An order to take elsewhere.
pub(super) struct Relocate {
    pub order: OrderId,
    pub by: By,
    pub slot: SlotId,
}

pub(super) fn cancel(books: &Books, now: Instant, ask: &Cancel<'_>) -> Decision {
    let order = books.orders.get(&ask.order).ok_or(Refusal::Unknown(Noun::Order))?;
    let lines = match ask.lines {
        None => standing(order).map(|(place, _)| place as u16).collect(),
        Some(lines) => lines.to_vec(),
    };
    if lines.iter().any(|line| order.lines.get(usize::from(*line)).is_none()) {
        return Err(Refusal::Unknown(Noun::Line));
    }
    authorise(ask.by, order.secret)?;
    in_time(books, now, order, ask.by)?;
    if lines.is_empty() {
        return Err(Refusal::OrderClosed);
    }
    for (place, line) in lines.iter().enumerate() {
        let known = order.lines.get(usize::from(*line)).ok_or(Refusal::Unknown(Noun::Line))?;
        if known.state != LineState::Confirmed || lines[..place].contains(line) {
            return Err(Refusal::OrderClosed);
        }
    }
    keeps_no_add_on_alone(books, order, (&lines, ask.by))?;
    Ok(give_up(books, order, lines))
}

/// A buyer gives back no offer whose add-on they keep: it would not have been sold to them alone. The organiser may.
fn keeps_no_add_on_alone(books: &Books, order: &Order, (lines, by): (&[u16], By)) -> Result<(), Refusal> {
    if !matches!(by, By::Bearer(_)) || crate::planted!(AddOnAloneSold) {
        return Ok(());
    }
    let kept = || {
        let kept = order.lines.iter().enumerate().filter(|(place, _)| !lines.contains(&(*place as u16)));
        kept.map(|(_, line)| line).filter(|line| line.state != LineState::Cancelled)
    };
    let gone = |with: &[OfferId]| {
        lines
            .iter()
            .filter_map(|line| order.lines.get(usize::from(*line)))
            .any(|line| with.contains(&line.offer))
    };
    for line in kept() {
        let kind = books.offers.get(&line.offer).map(|offer| &offer.spec.kind);
        let Some(OfferKind::AddOn(with)) = kind else { continue };
        if gone(with) && !kept().any(|other| with.contains(&other.offer)) {
            return Err(Refusal::AddOnAlone { offer: line.offer });
        }
    }
    Ok(())
}

/// The facts that give lines back, and the place too once nothing of the order stands; and what the buyer is told that it
/// was for.
pub(super) fn give_up(books: &Books, order: &Order, lines: Vec<u16>) -> Vec<Fact> {
    let mut after = order.clone();
    after.version += 1;
    let mut draws: Vec<Draw> = Vec::new();
    for line in &lines {
        if let Some(line) = after.lines.get_mut(usize::from(*line)) {
            line.state = LineState::Cancelled;
            draws.extend(line.draws.iter().copied());
            if !crate::planted!(CancelKeepsDraws) {
                line.draws.clear();
            }
        }
    }
    if after.is_cancelled() && !crate::planted!(CancelKeepsPlace) {
        draws.append(&mut after.places);
    }
    let moves = draw::give_back(books, draws, Account::Sold);
    let moves = if crate::planted!(CancelKeepsUnits) { Vec::new() } else { moves };
    let promised = confirm::promised(books, &after, None);
    std::iter::once(Fact::OrderCancelled { order: Box::new(after), lines, moves }).chain(promised).collect()
}

pub(super) fn relocate(books: &Books, now: Instant, ask: &Relocate) -> Decision {
    let order = books.orders.get(&ask.order).ok_or(Refusal::Unknown(Noun::Order))?;
    let target = books.slots.get(&ask.slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    authorise(ask.by, order.secret)?;
    if ask.slot == order.slot {
        return Err(Refusal::invalid("slot", Flaw::Repeated));
    }
    selling(target)?;
    in_time(books, now, order, ask.by)?;
    if target.spec.times.end.at_or_before(now) {
        return Err(Refusal::SlotOver);
    }
    offering::offered(books, now, ask.slot)?;
    let mut movable = standing(order).peekable();
    if movable.peek().is_none() || order.lines.iter().any(|line| line.state == LineState::Handed) {
        return Err(Refusal::OrderClosed);
    }
    let lines: Vec<&OrderLine> = movable.map(|(_, line)| line).collect();
    let wants =
        lines.iter().map(|line| counterpart(books, line, ask.slot)).collect::<Result<Vec<Want>, _>>()?;
    holds::bundled_go_on(books, now, &wants)?;
    holds::wanted_is_offered(books, now, &wants)?;
    let window = window_for(books, now, order, &wants, ask)?;
    let units = wants.iter().map(|want| want.quantity).sum();
    let limit = holds::check_limit(books, window, Some(order.buyer.contact.key), units);
    if !crate::planted!(MoveSkipsLimit) {
        limit?;
    }
    let choice = same_way(books, now, order, ask.slot)?;
    let way = choice.and_then(|choice| books.fulfilments.get(&choice.block)).map(|block| block.spec.kind);
    let addressed = confirm::addressed(&order.buyer, way);
    let before: Vec<Draw> = confirm::all_draws(&order.lines, &order.places);
    let mut shifted = draw::give_back(books, before, Account::Sold);
    if crate::planted!(MoveKeepsUnits) {
        shifted.clear();
    }
    let mut shelf = Shelf::new(books, window, now);
    shelf.credit(&shifted);
    let drawn = holds::draw_from(shelf, books, now, window, &holds::Demand { wants: &wants, choice })?;
    let buyer = addressed?;
    // Nothing below may refuse.
    let mut after = order.clone();
    after.version += 1;
    after.slot = ask.slot;
    after.window = window.id;
    after.buyer = buyer;
    after.fulfilment = choice;
    after.places = drawn.places;
    let from = MovedFrom {
        slot: order.slot,
        window: order.window,
        lines: lines.iter().map(|line| (line.offer, line.quantity)).collect(),
    };
    let mut places = drawn.lines.into_iter().zip(&wants);
    for line in after.lines.iter_mut().filter(|line| line.state == LineState::Confirmed) {
        if let Some((draws, want)) = places.next() {
            line.draws = draws;
            line.offer = want.offer;
        }
    }
    shifted.extend(moves(confirm::all_draws(&after.lines, &after.places), Account::Free, Account::Sold));
    let promised = confirm::promised(books, &after, Some(order.slot));
    let moved = Fact::OrderMoved { order: Box::new(after), from, moves: shifted };
    Ok(std::iter::once(moved).chain(promised).collect())
}

/// Whoever it is for now must be allowed that many, as if they had bought it themselves.
pub(super) fn edit(books: &Books, id: OrderId, (expected, buyer): (Expect, &Buyer)) -> Decision {
    let order = books.orders.get(&id).ok_or(Refusal::Unknown(Noun::Order))?;
    expect(expected, Some(order.version), Noun::Order)?;
    let block = order.fulfilment.and_then(|choice| books.fulfilments.get(&choice.block));
    // A block that is gone says nothing of where the goods go: they go where they went.
    let addressed = match block {
        None if order.buyer.address.is_some() => {
            let address = buyer.address.clone().or_else(|| order.buyer.address.clone());
            Ok(Buyer { address, ..buyer.clone() })
        }
        _ => confirm::addressed(buyer, block.map(|block| block.spec.kind)),
    };
    let (was, key) = (order.buyer.contact.key, buyer.contact.key);
    let window = books.windows.get(&order.window).filter(|_| key != was);
    let limit = window.map_or(Ok(()), |window| holds::check_limit(books, window, Some(key), order.units()));
    earliest([limit, addressed.as_ref().map(drop).map_err(Clone::clone)])?;
    let after = Order { version: order.version + 1, buyer: addressed?, ..order.clone() };
    if after.buyer == order.buyer {
        return Ok(Vec::new());
    }
    Ok(vec![Fact::OrderEdited { order: Box::new(after), was }])
}

pub(super) fn note(books: &Books, now: Instant, id: OrderId, (by, text): (Credential, &str)) -> Decision {
    let order = books.orders.get(&id).ok_or(Refusal::Unknown(Noun::Order))?;
    earliest([validate::note(text), room(order.notes.len(), ORDER_NOTES_MAX, Noun::Note)])?;
    let mut after = order.clone();
    after.version += 1;
    after.notes.push(Note { at: now, by, text: text.to_owned() });
    Ok(vec![Fact::OrderNoted(Box::new(after))])
}

/// Of an order of which nothing stands there is nothing to tell again: its end was told.
pub(super) fn resend(books: &Books, id: OrderId) -> Decision {
    let order = books.orders.get(&id).ok_or(Refusal::Unknown(Noun::Order))?;
    if order.is_cancelled() {
        return Err(Refusal::OrderClosed);
    }
    let resent = Fact::OrderResent(Box::new(order.clone()));
    Ok(std::iter::once(resent).chain(confirm::promised(books, order, None)).collect())
}

/// A buyer may change an order until its slot is over; the organiser may always.
fn in_time(books: &Books, now: Instant, order: &Order, by: By) -> Result<(), Refusal> {
    let over = books.slots.get(&order.slot).is_none_or(|slot| slot.spec.times.end.at_or_before(now));
    match by {
        By::Bearer(_) if over && !crate::planted!(CancelAfterSlot) => Err(Refusal::SlotOver),
        _ => Ok(()),
    }
}

fn standing(order: &Order) -> impl Iterator<Item = (usize, &OrderLine)> {
    order.lines.iter().enumerate().filter(|(_, line)| line.state == LineState::Confirmed)
}

/// The offer of the same key in the other slot.
fn counterpart(books: &Books, line: &OrderLine, slot: SlotId) -> Result<Want, Refusal> {
    let key = books.offers.get(&line.offer).map(|offer| offer.spec.key.as_str());
    let twin = books.offers_of(slot).find(|offer| Some(offer.spec.key.as_str()) == key);
    let offer: OfferId = twin.ok_or(Refusal::NoCounterpart { offer: line.offer })?.id;
    Ok(Want { offer, quantity: line.quantity })
}

/// An open window of the other slot that is public or of the audience that admitted the order.
fn window_for<'a>(
    books: &'a Books,
    now: Instant,
    order: &Order,
    wants: &[Want],
    ask: &Relocate,
) -> Result<&'a Window, Refusal> {
    let audience = books.windows.get(&order.window).map(|window| &window.spec.audience);
    let mut open = books.windows_of(ask.slot).filter(|window| window.phase_at(now) == Phase::Open);
    let fits = |window: &&Window| {
        let admitted = window.spec.audience == Audience::Public || Some(&window.spec.audience) == audience;
        // Nobody comes past a lobby by an order from elsewhere, unless the organiser takes them in.
        let past = window.spec.lobby.is_none() || ask.by == By::Organiser;
        admitted && past && wants.iter().all(|want| window.sells(want.offer))
    };
    let offer = order.lines.first().map(|line| line.offer);
    let none = offer.map_or(Refusal::OrderClosed, |offer| Refusal::NoCounterpart { offer });
    open.find(fits).ok_or(none)
}

/// The block of the same key in the other slot, at its earliest time with room.
fn same_way(
    books: &Books,
    now: Instant,
    order: &Order,
    slot: SlotId,
) -> Result<Option<FulfilmentChoice>, Refusal> {
    let key =
        order.fulfilment.and_then(|choice| books.fulfilments.get(&choice.block)).map(|block| &block.spec.key);
    let twin = books.fulfilments_of(slot).find(|block| Some(&block.spec.key) == key);
    holds::choose(books, now, slot, twin.map(|block| FulfilmentChoice { block: block.id, places: None }))
}
