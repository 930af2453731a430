//! The crowd: buyers who want, think, pay, forget and change their minds, a provider that is slow or says
//! things twice, and an organiser who moves stock. Each answer makes them do something later.

use std::collections::BTreeMap;

use dayshelf_core::command::{
    By, Command, Confirm, JoinWaitlist, MakeHold, MoveStock, Movement, PaymentMoved, Want,
};
use dayshelf_core::fact::Fact;
use dayshelf_core::hold::{Attempt, Buyer, Hold, Method};
use dayshelf_core::ids::{EntryId, HoldId, OrderId, PaymentId};
use dayshelf_core::order::{Order, PaymentStep};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::text::{BuyerKey, Contact, Digest};
use dayshelf_core::time::{Instant, Span};

use crate::chance::Chance;
use crate::scene::{CODE, DAWN, Scene, id};

/// Who they are and what they will do when.
#[derive(Debug)]
pub struct Crowd {
    chance: Chance,
    scene: Scene,
    buyers: u64,
    made: u64,
    plans: BTreeMap<(Instant, u64), Command>,
}

/// The secret of everything that buyers own here.
const SECRET: Digest = Digest([1; 32]);

impl Crowd {
    /// 20 to 200 buyers, most of whom come when a window opens.
    pub fn new(scene: &Scene, mut chance: Chance) -> Self {
        let buyers = chance.between(20, 200);
        let mut crowd = Self { chance, scene: scene.clone(), buyers, made: 1_000, plans: BTreeMap::new() };
        for buyer in 0..buyers {
            let base = match crowd.chance.between(0, 3) {
                0 => crowd.scene.vip.opens,
                1 => crowd.scene.public.opens,
                _ => DAWN.plus(Span::minutes(crowd.chance.between(5, 60) as i64)),
            };
            let at = base.plus(Span::seconds(crowd.chance.between(0, 90) as i64 - 5));
            let command = crowd.want(buyer);
            crowd.plan(at, command);
        }
        for _ in 0..crowd.chance.between(0, 8) {
            let at = DAWN.plus(Span::minutes(crowd.chance.between(0, 80) as i64));
            let command = crowd.stock();
            crowd.plan(at, command);
        }
        crowd
    }

    /// What is done next, and when.
    pub fn next_act(&mut self) -> Option<(Instant, Command)> {
        self.plans.pop_first().map(|((at, _), command)| (at, command))
    }

    fn plan(&mut self, at: Instant, command: Command) {
        self.made += 1;
        self.plans.insert((at, self.made), command);
    }

    fn later(&mut self, now: Instant, seconds: (u64, u64), command: Command) {
        let wait = self.chance.between(seconds.0, seconds.1);
        self.plan(now.plus(Span::seconds(wait as i64)), command);
    }

    fn fresh(&mut self) -> dayshelf_core::ids::Id {
        self.made += 1;
        id(self.made)
    }

    fn contact(buyer: u64) -> Contact {
        Contact { email: format!("buyer-{buyer}@example.org"), key: BuyerKey(u128::from(buyer)) }
    }

    fn wants(&mut self) -> Vec<Want> {
        let first = self.chance.between(0, 2) as usize;
        let quantity = self.chance.between(1, 4) as u32;
        let mut wants = vec![Want { offer: self.scene.wares[first].id, quantity }];
        if self.chance.percent(25) {
            let quantity = self.chance.between(1, 2) as u32;
            wants.push(Want { offer: self.scene.wares[(first + 1) % 3].id, quantity });
        }
        wants
    }

    fn want(&mut self, buyer: u64) -> Command {
        Command::MakeHold(Box::new(MakeHold {
            id: HoldId(self.fresh()),
            slot: self.scene.slot,
            wants: self.wants(),
            code: self.chance.percent(35).then_some(CODE),
            contact: self.chance.percent(85).then(|| Self::contact(buyer)),
            fulfilment: None,
            secret: SECRET,
        }))
    }

    fn stock(&mut self) -> Command {
        let movement = match self.chance.between(0, 2) {
            0 => Movement::Add,
            1 => Movement::Lose,
            _ => Movement::Find,
        };
        let mut source = [2; 32];
        source[..8].copy_from_slice(&self.chance.bits().to_be_bytes());
        Command::MoveStock(Box::new(MoveStock {
            pool: self.scene.pools[0],
            movement,
            units: self.chance.between(1, 3) as u32,
            reason: "simulated".into(),
            source: Digest(source),
        }))
    }

    /// What a refusal makes them do.
    pub fn refused(&mut self, now: Instant, command: &Command, refusal: &Refusal) {
        let Command::MakeHold(make) = command else { return };
        match refusal {
            Refusal::TooFewLeft { offer, .. } if self.chance.percent(60) => {
                let buyer = self.chance.between(0, self.buyers - 1);
                let contact = make.contact.clone().unwrap_or_else(|| Self::contact(buyer));
                let quantity =
                    make.wants.iter().find(|want| want.offer == *offer).map_or(1, |want| want.quantity);
                let id = EntryId(self.fresh());
                let want = Want { offer: *offer, quantity };
                let join = JoinWaitlist {
                    id,
                    slot: self.scene.slot,
                    want,
                    contact,
                    code: make.code,
                    secret: SECRET,
                    lot: 0,
                };
                self.later(now, (1, 20), Command::JoinWaitlist(Box::new(join)));
            }
            Refusal::TooFewLeft { .. } | Refusal::BuyerLimit { .. } if self.chance.percent(50) => {
                let mut again = make.clone();
                again.id = HoldId(self.fresh());
                again.wants.truncate(1);
                again.wants[0].quantity = 1;
                self.later(now, (1, 60), Command::MakeHold(again));
            }
            Refusal::WindowNotOpen { opens_at } => {
                let mut again = make.clone();
                again.id = HoldId(self.fresh());
                self.later(*opens_at, (0, 10), Command::MakeHold(again));
            }
            _ => {}
        }
    }

    /// What a fact makes them do.
    pub fn heard(&mut self, now: Instant, fact: &Fact) {
        match fact {
            Fact::HoldMade { hold, .. } => self.think(now, hold),
            Fact::TurnGiven { entry, hold, .. } if self.chance.percent(20) => {
                let by = By::Bearer(hold.secret);
                self.later(now, (1, 90), Command::DeclineTurn { entry: *entry, by });
            }
            Fact::TurnGiven { hold, .. } => self.think(now, hold),
            Fact::EntryJoined(entry) if self.chance.percent(10) => {
                let by = By::Bearer(entry.secret);
                self.later(now, (10, 900), Command::LeaveWaitlist { entry: entry.id, by });
            }
            Fact::ConfirmBegun { hold, attempt } => self.pay(now, *hold, attempt),
            Fact::ConfirmCallingOff { hold } => self.let_go(now, *hold),
            Fact::OrderConfirmed { order, .. } => self.bought(now, order),
            Fact::LatePaymentUnfilled { order }
            | Fact::OrderCancelled { order, .. }
            | Fact::PaymentMoved { order, .. } => self.settle(now, order),
            _ => {}
        }
    }

    /// Half buy, the others let it lapse or give it back.
    fn think(&mut self, now: Instant, hold: &Hold) {
        let by = By::Bearer(hold.secret);
        match self.chance.between(0, 9) {
            0 | 1 => self.later(now, (1, 400), Command::ReleaseHold { hold: hold.id, by }),
            2 | 3 => {}
            choice => {
                if choice == 4 {
                    self.later(now, (1, 300), Command::ExtendHold { hold: hold.id, by });
                }
                let confirm = self.confirm(hold, by);
                self.later(now, (3, 400), Command::Confirm(Box::new(confirm)));
            }
        }
    }

    fn confirm(&mut self, hold: &Hold, by: By) -> Confirm {
        let other = Self::contact(self.chance.between(0, self.buyers - 1));
        let own = hold.contact.clone().filter(|_| self.chance.percent(90));
        let contact = own.unwrap_or(other);
        Confirm {
            hold: hold.id,
            by,
            order: OrderId(self.fresh()),
            payment: PaymentId(self.fresh()),
            buyer: Buyer { name: "Buyer".into(), contact, address: None },
            method: if self.chance.percent(40) { Method::AtPickup } else { Method::Sandbox },
            token: "token".into(),
        }
    }

    /// The provider: prompt, slow, declining, contradicting itself, silent.
    fn pay(&mut self, now: Instant, hold: HoldId, attempt: &Attempt) {
        let payment = attempt.id;
        let yes = Command::PaymentAuthorised { hold, payment, reference: "sandbox".into() };
        let no = Command::PaymentDeclined { hold, payment };
        match self.chance.between(0, 9) {
            0..=4 => self.later(now, (1, 20), yes.clone()),
            5 => self.later(now, (300, 4_000), yes.clone()),
            6 => self.later(now, (1, 20), no),
            7 => {
                self.later(now, (1, 20), no);
                self.later(now, (1, 900), yes.clone());
            }
            _ => {}
        }
        if self.chance.percent(20) {
            self.later(now, (1, 30), yes);
        }
        // Whatever happens, a payment is called off in the end, and some succeed after all.
        let off = Command::PaymentCalledOff { hold, payment };
        self.later(now, (1_000, 1_200), off);
        if self.chance.percent(10) {
            let yes = Command::PaymentAuthorised { hold, payment, reference: "late".into() };
            self.later(now, (1_200, 9_000), yes);
        }
    }

    fn let_go(&mut self, now: Instant, hold: HoldId) {
        // The call-off that was planned with the payment answers; a pulse in between asks nothing new.
        self.later(now, (1, 5), Command::ReleaseHold { hold, by: By::Bearer(SECRET) });
    }

    fn bought(&mut self, now: Instant, order: &Order) {
        self.settle(now, order);
        let (order, by) = (order.id, By::Organiser);
        if self.chance.percent(20) {
            let lines = self.chance.percent(30).then(|| vec![0]);
            self.later(now, (1, 1_800), Command::CancelOrder { order, by, lines });
        } else if self.chance.percent(20) {
            self.later(now, (600, 6_000), Command::HandOver { order, line: 0 });
        }
    }

    /// The worker that asks the provider for the next step, and hears of it twice now and then.
    fn settle(&mut self, now: Instant, order: &Order) {
        let (moved, amount) = match order.payment_step() {
            None => return,
            Some(PaymentStep::Capture(amount)) => (PaymentMoved::Captured, amount),
            Some(PaymentStep::Void(amount)) => (PaymentMoved::Voided, amount),
            Some(PaymentStep::Refund(amount)) => (PaymentMoved::Refunded, amount),
        };
        let before = order.payment.so_far(moved);
        self.later(now, (1, 30), Command::PaymentMoved { order: order.id, moved, amount, before });
    }
}
