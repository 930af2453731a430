//! Orders: given back, taken to another slot, and what is written about them.

use dayshelf_core::change::Credential;
use dayshelf_core::command::{By, Expect, Want};
use dayshelf_core::fact::{Fact, MovedFrom};
use dayshelf_core::hold::{Buyer, FulfilmentChoice};
use dayshelf_core::ids::{OfferId, OrderId, SlotId, WindowId};
use dayshelf_core::offer::OfferKind;
use dayshelf_core::order::{LineState, Note, Order};
use dayshelf_core::pool::{Account, Draw};
use dayshelf_core::refusal::{Flaw, Noun, Refusal};
use dayshelf_core::time::Instant;
use dayshelf_core::window::Audience;

use super::admit::sells;
use super::confirm::addressed;
use super::holds::freed;
use super::shelf::{Basket, Demand};
use super::{Answer, Auditor, No, earliest, is_inside, owner, seen, unknown};

/// Where an order goes and what it gets there.
struct Target {
    window: WindowId,
    wants: Vec<Want>,
    choice: Option<FulfilmentChoice>,
}

impl Auditor {
    pub(super) fn cancel_order(
        &mut self,
        now: Instant,
        id: OrderId,
        by: By,
        lines: Option<&[u16]>,
    ) -> Answer {
        let order = self.orders.get(&id).ok_or(unknown(Noun::Order))?;
        let lines: Vec<u16> = match lines {
            Some(lines) => lines.to_vec(),
            None => confirmed_lines(order),
        };
        if lines.iter().any(|line| usize::from(*line) >= order.lines.len()) {
            return Err(unknown(Noun::Line));
        }
        owner(by, order.secret)?;
        self.in_time(now, order, by)?;
        let mut once = lines.clone();
        once.sort_unstable();
        once.dedup();
        let stands = |line: &u16| order.lines[usize::from(*line)].state == LineState::Confirmed;
        if lines.is_empty() || once.len() < lines.len() || !lines.iter().all(stands) {
            return Err(Refusal::OrderClosed.into());
        }
        if let (By::Bearer(_), Some(offer)) = (by, self.left_alone(order, &lines)) {
            return Err(Refusal::AddOnAlone { offer }.into());
        }
        self.give_up(id, lines);
        Ok(())
    }

    /// The first add-on of an order that would lose the last of what it belongs to with these lines.
    fn left_alone(&self, order: &Order, gone: &[u16]) -> Option<OfferId> {
        let (mut kept, mut lost) = (Vec::new(), Vec::new());
        for (place, line) in (0_u16..).zip(&order.lines) {
            match line.state {
                _ if gone.contains(&place) => lost.push(line.offer),
                LineState::Cancelled => {}
                _ => kept.push(line.offer),
            }
        }
        kept.iter().copied().find(|offer| {
            let Some(OfferKind::AddOn(mains)) = self.offers.get(offer).map(|spec| &spec.kind) else {
                return false;
            };
            mains.iter().any(|main| lost.contains(main)) && !mains.iter().any(|main| kept.contains(main))
        })
    }

    /// Lines of an order end; the place goes with the last of them.
    pub(super) fn give_up(&mut self, id: OrderId, lines: Vec<u16>) {
        let Some(mut order) = self.orders.remove(&id) else { return };
        order.version += 1;
        let mut draws = Vec::new();
        for line in &lines {
            let line = &mut order.lines[usize::from(*line)];
            line.state = LineState::Cancelled;
            draws.append(&mut line.draws);
        }
        if order.lines.iter().all(|line| line.state == LineState::Cancelled) {
            draws.append(&mut order.places);
        }
        let moves = self.give_back(&draws, Account::Sold);
        let hold = order.hold;
        self.drop_claims(order.slot, |claim| claim.hold == hold && lines.contains(&(claim.line as u16)));
        self.orders.insert(id, order.clone());
        self.say(Fact::OrderCancelled { order: Box::new(order.clone()), lines, moves });
        self.promise_to(&order, None);
    }

    /// A buyer may change an order until its slot is over, the organiser always.
    fn in_time(&self, now: Instant, order: &Order, by: By) -> Answer {
        let over = self.slots.get(&order.slot).is_none_or(|slot| slot.spec.times.end <= now);
        if over && by != By::Organiser { Err(Refusal::SlotOver.into()) } else { Ok(()) }
    }

    pub(super) fn move_order(&mut self, now: Instant, id: OrderId, by: By, slot: SlotId) -> Answer {
        let order = self.orders.get(&id).ok_or(unknown(Noun::Order))?.clone();
        let known = self.slots.get(&slot).ok_or(unknown(Noun::Slot))?;
        owner(by, order.secret)?;
        if slot == order.slot {
            return Err(Refusal::invalid("slot", Flaw::Repeated).into());
        }
        self.on_calendar(now, slot, &[])?;
        self.in_time(now, &order, by)?;
        if known.spec.times.end <= now {
            return Err(Refusal::SlotOver.into());
        }
        self.offered(now, slot, &[])?;
        let handed = order.lines.iter().any(|line| line.state == LineState::Handed);
        if handed || confirmed_lines(&order).is_empty() {
            return Err(Refusal::OrderClosed.into());
        }
        let target = self.target(now, &order, (slot, by))?;
        let before: Vec<Draw> =
            order.lines.iter().flat_map(|line| &line.draws).chain(&order.places).copied().collect();
        // What it gives back counts as there; but if it can't go, nothing has moved.
        let pools = self.pools.clone();
        let mut moves = self.give_back(&before, Account::Sold);
        let back = freed(&moves);
        self.pools = pools;
        let demand = Demand {
            window: target.window,
            wants: &target.wants,
            choice: target.choice,
            back: &back,
            is_late: false,
        };
        let basket = self.draw(now, &demand)?;
        let buyer = addressed(&order.buyer, self.kind_of(target.choice))?;
        let order = Order { buyer, ..order };
        for one in &moves {
            self.shift(&mut Vec::new(), *one);
        }
        let drawn = basket.all();
        moves.extend(self.put_moves(&drawn, (Account::Free, Account::Sold)));
        self.arrive(order, slot, (target, basket), moves);
        Ok(())
    }

    /// Which window, offers and place of the other slot an order gets.
    fn target(&self, now: Instant, order: &Order, to: (SlotId, By)) -> Result<Target, No> {
        let (slot, by) = to;
        let mut wants = Vec::new();
        for line in order.lines.iter().filter(|line| line.state == LineState::Confirmed) {
            let key = self.offers.get(&line.offer).map(|spec| spec.key.as_str());
            let twin = self.offers_of(slot).find(|(_, spec)| key == Some(spec.key.as_str()));
            let (offer, _) = twin.ok_or(Refusal::NoCounterpart { offer: line.offer })?;
            wants.push(Want { offer, quantity: line.quantity });
        }
        self.on_calendar(now, slot, &wants)?;
        self.offered(now, slot, &wants)?;
        let audience = self.windows.get(&order.window).map(|frame| &frame.spec.audience);
        let mut windows = self.windows_of(slot).filter(|(_, frame)| is_inside(&frame.spec, now));
        let window = windows.find(|(_, frame)| {
            let spec = &frame.spec;
            let welcome = spec.audience == Audience::Public || audience == Some(&spec.audience);
            // A buyer does not come past a lobby by an order from elsewhere.
            let may = spec.lobby.is_none() || by == By::Organiser;
            welcome && may && wants.iter().all(|want| sells(spec, want.offer))
        });
        let none = Refusal::NoCounterpart { offer: order.lines[0].offer };
        let (window, _) = window.ok_or(none)?;
        let units = wants.iter().map(|want| want.quantity).sum();
        self.within_limit(window, Some(order.buyer.contact.key.0), units)?;
        let block = order.fulfilment.and_then(|choice| self.blocks.get(&choice.block));
        let twin = block.and_then(|block| self.blocks_of(slot).find(|(_, other)| other.key == block.key));
        let choice = twin.map(|(block, _)| FulfilmentChoice { block, places: None });
        let choice = self.way(now, slot, choice)?;
        Ok(Target { window, wants, choice })
    }

    fn arrive(
        &mut self,
        before: Order,
        slot: SlotId,
        target: (Target, Basket),
        moves: Vec<dayshelf_core::pool::Move>,
    ) {
        let (target, basket) = target;
        let standing = before.lines.iter().filter(|line| line.state == LineState::Confirmed);
        let lines: Vec<(OfferId, u32)> = standing.map(|line| (line.offer, line.quantity)).collect();
        let from = MovedFrom { slot: before.slot, window: before.window, lines };
        let mut order = before;
        let mut got = basket.lines.into_iter().zip(&target.wants);
        for line in order.lines.iter_mut().filter(|line| line.state == LineState::Confirmed) {
            if let Some((draws, want)) = got.next() {
                line.draws = draws;
                line.offer = want.offer;
            }
        }
        order.version += 1;
        order.slot = slot;
        order.window = target.window;
        order.fulfilment = target.choice;
        order.places = basket.places;
        let hold = order.hold;
        self.drop_claims(from.slot, |claim| claim.hold == hold);
        self.claim_order(&order);
        self.orders.insert(order.id, order.clone());
        let left = from.slot;
        self.say(Fact::OrderMoved { order: Box::new(order.clone()), from, moves });
        self.promise_to(&order, Some(left));
    }

    pub(super) fn edit_order(&mut self, id: OrderId, expected: Expect, buyer: &Buyer) -> Answer {
        let order = self.orders.get(&id).ok_or(unknown(Noun::Order))?.clone();
        if let Some(no) = seen(expected, Some(order.version), Noun::Order) {
            return Err(no);
        }
        let (was, is) = (order.buyer.contact.key, buyer.contact.key);
        let stands = order.lines.iter().filter(|line| line.state != LineState::Cancelled);
        let units = stands.map(|line| line.quantity).sum();
        let limit = if was == is { Ok(()) } else { self.within_limit(order.window, Some(is.0), units) };
        let written = match self.kind_of(order.fulfilment) {
            None if order.buyer.address.is_some() => {
                let address = buyer.address.clone().or_else(|| order.buyer.address.clone());
                Ok(Buyer { address, ..buyer.clone() })
            }
            kind => addressed(buyer, kind),
        };
        earliest([limit.err(), written.as_ref().err().cloned()])?;
        let written = written?;
        if written == order.buyer {
            return Ok(());
        }
        let after = Order { version: order.version + 1, buyer: written, ..order };
        if was != is {
            let hold = after.hold;
            self.drop_claims(after.slot, |claim| claim.hold == hold);
            self.claim_order(&after);
            self.stir(after.slot);
        }
        self.orders.insert(id, after.clone());
        self.say(Fact::OrderEdited { order: Box::new(after), was });
        Ok(())
    }

    pub(super) fn note_order(&mut self, now: Instant, id: OrderId, (by, text): (Credential, &str)) -> Answer {
        let order = self.orders.get_mut(&id).ok_or(unknown(Noun::Order))?;
        let flaw = match text.chars().count() {
            _ if text.trim().is_empty() => Some(Flaw::Empty),
            chars if chars > 1_000 => Some(Flaw::AboveMax(1_000)),
            _ => None,
        };
        if let Some(flaw) = flaw {
            return Err(Refusal::invalid("text", flaw).into());
        }
        if order.notes.len() >= 50 {
            return Err(Refusal::LimitReached { noun: Noun::Note, max: 50 }.into());
        }
        order.version += 1;
        order.notes.push(Note { at: now, by, text: text.to_owned() });
        let order = order.clone();
        self.say(Fact::OrderNoted(Box::new(order)));
        Ok(())
    }

    /// What has ended is not told again.
    pub(super) fn resend_order(&mut self, id: OrderId) -> Answer {
        let order = self.orders.get(&id).ok_or(unknown(Noun::Order))?;
        if order.lines.iter().all(|line| line.state == LineState::Cancelled) {
            return Err(Refusal::OrderClosed.into());
        }
        let order = order.clone();
        self.say(Fact::OrderResent(Box::new(order.clone())));
        self.promise_to(&order, None);
        Ok(())
    }
}

/// The places of the lines that were bought and neither given back nor handed over.
pub(super) fn confirmed_lines(order: &Order) -> Vec<u16> {
    let lines = order.lines.iter().enumerate();
    lines.filter(|(_, line)| line.state == LineState::Confirmed).map(|(place, _)| place as u16).collect()
}
