//! Buyers: they come when a window opens, want, think, pay, forget, press twice and change their minds. Bots
//! come at the very instant and hammer.

use dayshelf_core::change::Credential;
use dayshelf_core::command::{By, Command, Confirm, JoinWaitlist, MakeHold, Want};
use dayshelf_core::fact::{Fact, HoldEnd, SlotChange};
use dayshelf_core::hold::{Address, Buyer, FulfilmentChoice, Hold, HoldState, Method};
use dayshelf_core::ids::{EntryId, HoldId, OfferId, OrderId, PaymentId, SlotId};
use dayshelf_core::offer::OfferKind;
use dayshelf_core::order::Order;
use dayshelf_core::refusal::Refusal;
use dayshelf_core::text::{BuyerKey, Contact, Digest};
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::waitlist::Entry;

use super::{Act, Crowd};
use crate::auditor::Auditor;
use crate::scene::DAWN;

impl Crowd {
    /// Mostly an address is sent along, wanted or not.
    fn address(&mut self) -> Option<Box<Address>> {
        let number = self.chance.between(1, 99);
        let address = Address {
            street: format!("Long Lane {number}"),
            extra: String::new(),
            postcode: "12345".into(),
            city: "Town".into(),
            region: String::new(),
            country: "DE".into(),
        };
        self.chance.percent(80).then(|| Box::new(address))
    }

    /// When everybody comes for the first time.
    pub(super) fn arrive(&mut self, known: &Auditor) {
        for visit in 0..self.buyers * 3 {
            let buyer = visit % self.buyers;
            let Some((_, frame)) = self.chance.pick(known.windows.iter()) else { return };
            let (slot, opens, closes) = (frame.spec.slot, frame.spec.opens.at, frame.spec.closes.at);
            let at = match self.chance.between(0, 9) {
                0..4 => opens.plus(Span(self.chance.between(0, 95_000) as i64 - 2_000)),
                4 => opens,
                5 => closes.plus(Span(self.chance.between(0, 4) as i64 - 2)),
                _ => self.some_time(known),
            };
            self.plan(at.max(DAWN), Act::Shop(buyer, slot));
        }
        for _ in 0..self.chance.between(0, 3) {
            let Some((_, frame)) = self.chance.pick(known.windows.iter()) else { return };
            let (slot, opens) = (frame.spec.slot, frame.spec.opens.at);
            let bot = self.chance.between(0, self.buyers - 1);
            for press in 0..self.chance.between(5, 30) as i64 {
                let at = opens.plus(Span(press * 150 - 450));
                self.plan(at.max(DAWN), Act::Shop(bot, slot));
            }
        }
    }

    pub(super) fn contact(buyer: u64) -> Contact {
        Contact { email: format!("buyer-{buyer}@example.org"), key: BuyerKey(u128::from(buyer)) }
    }

    /// Mostly a code that opens something here, or none; sometimes any, sometimes nonsense.
    pub(super) fn code(&mut self, known: &Auditor, slot: SlotId) -> Option<Digest> {
        let opens = |group: &str| {
            known.windows_of(slot).any(|(_, frame)| {
                matches!(&frame.spec.audience, dayshelf_core::window::Audience::Code(wanted) if wanted == group)
            })
        };
        let fitting: Vec<Digest> =
            known.codes.values().filter(|code| opens(&code.group)).map(|code| code.digest).collect();
        match self.chance.between(0, 99) {
            0 => Some(self.ids.digest()),
            1..4 => self.chance.pick(self.codes.iter()).copied(),
            4..50 => self.chance.pick(fitting.into_iter()),
            _ => None,
        }
    }

    /// A buyer fills a basket.
    pub(super) fn shop(
        &mut self,
        now: Instant,
        known: &Auditor,
        buyer: u64,
        slot: SlotId,
    ) -> Option<Command> {
        let wants = self.wants(known, slot);
        let block = known.blocks_of(slot).next().filter(|_| self.chance.percent(40));
        let fulfilment = block.map(|(id, spec)| {
            let places = self.chance.pick(spec.boxes.iter()).filter(|_| self.chance.percent(70));
            FulfilmentChoice { block: id, places: places.map(|place| place.pool) }
        });
        let number = self.number(now, known, buyer, slot);
        let make = MakeHold {
            id: HoldId(self.ids.next()),
            slot,
            number,
            wants,
            code: self.code(known, slot),
            contact: self.chance.percent(88).then(|| Self::contact(buyer)),
            fulfilment,
            secret: self.ids.digest(),
        };
        if self.chance.percent(6) {
            // A double click: the same once more, a moment later.
            let again = MakeHold { id: HoldId(self.ids.next()), ..make.clone() };
            let at = now.plus(Span(self.chance.between(1, 400) as i64));
            self.say(at, Command::MakeHold(Box::new(again)));
        }
        Some(Command::MakeHold(Box::new(make)))
    }

    fn wants(&mut self, known: &Auditor, slot: SlotId) -> Vec<Want> {
        let offers: Vec<(OfferId, &dayshelf_core::offer::OfferSpec)> = known.offers_of(slot).collect();
        let mut wants: Vec<Want> = Vec::new();
        let lines = if self.chance.percent(70) { 1 } else { self.chance.between(2, 3) };
        for _ in 0..lines {
            let Some((offer, spec)) = self.chance.pick(offers.iter()) else { break };
            let quantity =
                if self.chance.percent(93) { self.chance.between(1, 2) } else { self.chance.between(0, 9) };
            let mut add = |offer, quantity| {
                if !wants.iter().any(|want: &Want| want.offer == offer) {
                    wants.push(Want { offer, quantity });
                }
            };
            add(*offer, quantity as u32);
            if let OfferKind::AddOn(mains) = &spec.kind
                && let Some(main) = mains.first().filter(|_| self.chance.percent(93))
            {
                add(*main, 1);
            }
        }
        if self.chance.percent(1) {
            wants.extend(wants.clone());
        }
        wants
    }

    /// Who asks: nearly always the one with the right secret.
    pub(super) fn by(&mut self, secret: Digest) -> By {
        match self.chance.between(0, 39) {
            0 => By::Bearer(self.ids.digest()),
            1 | 2 => By::Organiser,
            _ => By::Bearer(secret),
        }
    }

    /// What a fact makes a buyer do.
    pub(super) fn buyer_hears(&mut self, now: Instant, known: &Auditor, fact: &Fact) {
        match fact {
            Fact::NumberTaken { number, .. } => self.has_number(now, known, *number),
            Fact::HoldMade { hold, .. } => {
                self.has_hold(now, hold);
                if hold.state == HoldState::Basket {
                    self.comes_late(now, known, hold);
                    if self.chance.percent(8) {
                        self.put_off(now, known, hold);
                    }
                }
            }
            Fact::TurnGiven { hold, .. } => self.has_turn(now, hold),
            Fact::HoldTaken { hold, .. }
            | Fact::HoldExtended { hold, .. }
            | Fact::ConfirmFailed { hold, .. } => {
                if let Some(hold) = known.holds.get(hold).cloned() {
                    self.may_confirm(now, &hold, 65);
                    if self.chance.percent(15) {
                        self.extends(now, &hold);
                    }
                }
            }
            Fact::HoldEnded { hold, end: HoldEnd::Lapsed(_), .. } => {
                let ended = known.ended.get(hold).map(|hold| (hold.slot, hold.contact.clone()));
                if let Some((slot, Some(contact))) = ended.filter(|_| self.chance.percent(10)) {
                    let at = self.after(now, (1, 300));
                    self.plan(at, Act::Shop(contact.key.0 as u64, slot));
                }
            }
            Fact::EntryJoined(entry) => self.waits(now, entry),
            Fact::UnitsAnnounced { slot, .. } => {
                let waiting: Vec<u64> = known
                    .line
                    .iter()
                    .filter(|entry| entry.slot == *slot)
                    .map(|entry| entry.contact.key.0 as u64)
                    .take(3)
                    .collect();
                for buyer in waiting {
                    let at = self.after(now, (1, 60));
                    self.plan(at, Act::Shop(buyer, *slot));
                }
            }
            Fact::OrderConfirmed { order, .. } => self.has_order(now, known, order),
            Fact::SlotPut { slot, change: SlotChange::Moved } => self.baskets_go_on(now, known, slot.id),
            _ => {}
        }
    }

    fn has_hold(&mut self, now: Instant, hold: &Hold) {
        if hold.state == HoldState::Basket && self.chance.percent(70) {
            let at = self.after(now, (1, 90));
            let by = self.by(hold.secret);
            self.say(at, Command::CheckOut { hold: hold.id, by });
        }
        match self.chance.between(0, 99) {
            0..55 => self.may_confirm(now, hold, 100),
            55..68 => {
                let at = self.after(now, (1, 600));
                let by = self.by(hold.secret);
                self.say(at, Command::ReleaseHold { hold: hold.id, by });
            }
            68..82 => self.extends(now, hold),
            _ => {}
        }
    }

    /// Some come back to their basket when the time that they had chosen is over.
    fn comes_late(&mut self, now: Instant, known: &Auditor, basket: &Hold) {
        let boxes = known.blocks.values().flat_map(|block| &block.boxes);
        let chosen = basket.fulfilment.and_then(|choice| choice.places);
        let until = boxes.filter(|place| Some(place.pool) == chosen).map(|place| place.until.at).next();
        let soon = until.filter(|until| until.since(now) < Span::hours(20));
        if let Some(until) = soon.filter(|_| self.chance.percent(60)) {
            let (at, by) = (self.after(until.max(now), (0, 900)), self.by(basket.secret));
            self.say(at, Command::CheckOut { hold: basket.id, by });
        }
    }

    /// Whoever has a basket goes on when the slot has moved, and may be too early now.
    fn baskets_go_on(&mut self, now: Instant, known: &Auditor, slot: SlotId) {
        let baskets =
            known.holds.values().filter(|hold| hold.slot == slot && hold.state == HoldState::Basket);
        let baskets: Vec<(HoldId, Digest)> = baskets.take(3).map(|hold| (hold.id, hold.secret)).collect();
        for (hold, secret) in baskets {
            let (at, by) = (self.after(now, (1, 60)), self.by(secret));
            if self.chance.percent(50) {
                self.say(at, Command::CheckOut { hold, by });
            }
        }
    }

    fn extends(&mut self, now: Instant, hold: &Hold) {
        let left = hold.due.since(now).0.max(2) as u64;
        let wait = if self.chance.percent(15) { left - 1 } else { self.chance.between(0, left) };
        let by = self.by(hold.secret);
        self.say(now.plus(Span(wait as i64)), Command::ExtendHold { hold: hold.id, by });
    }

    fn has_turn(&mut self, now: Instant, hold: &Hold) {
        let Some(entry) = hold.turn else { return };
        let by = self.by(hold.secret);
        let at = self.after(now, (1, 900));
        match self.chance.between(0, 99) {
            0..45 => self.may_confirm(now, hold, 100),
            45..57 => self.say(at, Command::DeclineTurn { entry, by }),
            57..64 => self.say(at, Command::LeaveWaitlist { entry, by }),
            64..70 => self.say(at, Command::ReleaseHold { hold: hold.id, by }),
            70..74 => self.say(at, Command::ExtendHold { hold: hold.id, by }),
            _ => {}
        }
    }

    fn waits(&mut self, now: Instant, entry: &Entry) {
        let by = self.by(entry.secret);
        let at = self.after(now, (10, 40_000));
        match self.chance.between(0, 99) {
            0..8 => self.say(at, Command::LeaveWaitlist { entry: entry.id, by }),
            8..10 => self.say(at, Command::DeclineTurn { entry: entry.id, by }),
            _ => {}
        }
    }

    /// Pays, at the very end of the hold sometimes, and sometimes twice.
    fn may_confirm(&mut self, now: Instant, hold: &Hold, chance: u64) {
        if !self.chance.percent(chance) {
            return;
        }
        let total: i64 =
            hold.lines.iter().map(|line| line.unit_price.amount * i64::from(line.quantity)).sum();
        let paid = if self.chance.percent(72) { Method::Sandbox } else { Method::AtPickup };
        let method = match (total, self.chance.percent(3)) {
            (0, false) | (1.., true) => Method::Free,
            _ => paid,
        };
        let someone = self.chance.between(0, self.buyers - 1);
        let contact = hold.contact.clone().filter(|_| self.chance.percent(94));
        let contact = contact.unwrap_or_else(|| Self::contact(someone));
        let confirm = Confirm {
            hold: hold.id,
            by: self.by(hold.secret),
            order: OrderId(self.ids.next()),
            payment: PaymentId(self.ids.next()),
            buyer: Buyer { name: "Buyer".into(), contact, address: self.address(), zone: String::new() },
            method,
            token: String::new(),
        };
        let left = hold.due.since(now).0.max(2);
        let at = match self.chance.between(0, 9) {
            0 => hold.due.plus(Span(self.chance.between(0, 2) as i64 - 1)),
            1 => now.plus(Span(self.chance.between(0, 2 * left as u64) as i64)),
            _ => now.plus(Span(self.chance.between(0, left.min(300_000) as u64) as i64)),
        };
        if self.chance.percent(8) {
            let again = Confirm {
                order: OrderId(self.ids.next()),
                payment: PaymentId(self.ids.next()),
                ..confirm.clone()
            };
            self.say(at.plus(Span(300)), Command::Confirm(Box::new(again)));
        }
        self.say(at, Command::Confirm(Box::new(confirm)));
    }

    fn has_order(&mut self, now: Instant, known: &Auditor, order: &Order) {
        let by = self.by(order.secret);
        let id = order.id;
        if self.chance.percent(14) {
            let at = self.after(now, (1, 90_000));
            let lines = match self.chance.between(0, 9) {
                0..5 => None,
                5..9 => Some(vec![self.chance.between(0, order.lines.len() as u64 - 1) as u16]),
                _ => Some(vec![0, 0]),
            };
            if lines.as_ref().is_some_and(|lines| lines.len() == 1) && self.chance.percent(60) {
                // One line today, another one a little later.
                let line = self.chance.between(0, order.lines.len() as u64 - 1) as u16;
                let later = self.after(at, (1, 400));
                self.say(later, Command::CancelOrder { order: id, by, lines: Some(vec![line]) });
            }
            self.say(at, Command::CancelOrder { order: id, by, lines });
        }
        if self.chance.percent(12) {
            let slot = self.chance.pick(known.slots.keys()).copied().unwrap_or(order.slot);
            let at = self.after(now, (1, 90_000));
            self.say(at, Command::MoveOrder { order: id, by, slot });
        }
        // Drawn from the order, so that the other draws of a life stay as they are.
        if id.0.0.is_multiple_of(16) {
            let at = now.plus(Span::minutes(20));
            self.say(
                at,
                Command::NoteOrder { order: id, by: Credential::House, text: "Asked for a bow.".into() },
            );
            self.say(at.plus(Span(300)), Command::ResendOrder(id));
        }
        self.fetches(now, known, order);
    }

    /// What a no makes them do.
    pub fn refused(&mut self, now: Instant, known: &Auditor, command: &Command, refusal: &Refusal) {
        match command {
            Command::MakeHold(make) => self.no_hold(now, make, refusal),
            Command::JoinWaitlist(join) if matches!(refusal, Refusal::UnitsFree { .. }) => {
                let at = self.after(now, (1, 30));
                self.plan(at, Act::Shop(join.contact.key.0 as u64, join.slot));
            }
            Command::PaymentMoved { order, .. } if known.orders.contains_key(order) => {
                let at = self.after(now, (1, 30));
                self.plan(at, Act::Settle(*order));
            }
            _ => {}
        }
    }

    fn no_hold(&mut self, now: Instant, make: &MakeHold, refusal: &Refusal) {
        let mut again = make.clone();
        again.id = HoldId(self.ids.next());
        let at = self.after(now, (1, 60));
        match refusal {
            Refusal::TooFewLeft { offer, left, .. } => {
                if let Some(want) = again.wants.iter_mut().find(|want| want.offer == *offer)
                    && *left > 0
                    && self.chance.percent(30)
                {
                    want.quantity = *left;
                    self.say(at, Command::MakeHold(Box::new(again)));
                } else if self.chance.percent(60) {
                    self.joins(at, make, *offer);
                }
            }
            Refusal::PlacesFull => {
                if let Some(want) = make.wants.first().filter(|_| self.chance.percent(50)) {
                    self.joins(at, make, want.offer);
                }
            }
            Refusal::NumberWaits { lets_in_at } => {
                self.say(*lets_in_at, Command::MakeHold(Box::new(again)));
            }
            Refusal::WindowNotOpen { opens_at } if self.chance.percent(60) => {
                let early = self.chance.between(0, 9) as i64 - 1;
                self.say(opens_at.plus(Span(early)).max(now), Command::MakeHold(Box::new(again)));
            }
            Refusal::BuyerLimit { left: 1.., .. } if self.chance.percent(50) => {
                again.wants.truncate(1);
                again.wants.iter_mut().for_each(|want| want.quantity = 1);
                self.say(at, Command::MakeHold(Box::new(again)));
            }
            Refusal::CodeWrong if self.chance.percent(60) => {
                again.code = None;
                self.say(at, Command::MakeHold(Box::new(again)));
            }
            Refusal::NotAdmitted { code_needed: true } if self.chance.percent(60) => {
                again.code = self.chance.pick(self.codes.iter()).copied();
                self.say(at, Command::MakeHold(Box::new(again)));
            }
            _ => {}
        }
    }

    fn joins(&mut self, at: Instant, make: &MakeHold, offer: OfferId) {
        let quantity = make.wants.iter().find(|want| want.offer == offer).map_or(1, |want| want.quantity);
        let someone = self.chance.between(0, self.buyers - 1);
        let join = JoinWaitlist {
            id: EntryId(self.ids.next()),
            slot: make.slot,
            want: Want { offer, quantity },
            contact: make.contact.clone().unwrap_or_else(|| Self::contact(someone)),
            code: make.code,
            secret: self.ids.digest(),
            lot: self.chance.between(0, 1_000_000),
        };
        if self.chance.percent(8) {
            let again = JoinWaitlist { id: EntryId(self.ids.next()), ..join.clone() };
            self.say(at.plus(Span(200)), Command::JoinWaitlist(Box::new(again)));
        }
        self.say(at, Command::JoinWaitlist(Box::new(join)));
    }
}
