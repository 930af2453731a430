//! The payment provider outside: slow, wrong and late. It does what it is asked once for each key, whatever it
//! answers, and notes when it is asked for what no honest shop would ask.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use dayshelf_core::command::PaymentMoved;
use dayshelf_core::ids::{HoldId, PaymentId};
use dayshelf_relay::payments::{
    Callback, MoneyReply, MoneyStep, Notice, Promise, Provider, Standing, Unread,
};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

use super::bounds::ASKED_MAX;
use super::outside::Outside;
use crate::chance::Chance;

/// How a payment stands with the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// It takes so many more questions until it is known.
    Slow(u32),
    Authorised,
    Declined,
    /// It says no, and the buyer's bank says yes a little later.
    Overruled,
    CalledOff,
}

/// One payment.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) notice: Notice,
    pub(super) state: State,
    pub(super) amount: i64,
    pub(super) captured: i64,
    pub(super) voided: i64,
    pub(super) refunded: i64,
    /// Steps that were carried out, with how much moved.
    keys: BTreeMap<String, i64>,
    /// How often it was asked for, or how it stands.
    asked: u32,
}

/// See the module.
pub(super) struct Till {
    chance: Chance,
    pub(super) rough: bool,
    pub(super) accounts: BTreeMap<PaymentId, Account>,
    /// Payments that the shop has to be told of, until it has heard; with how many call-backs had been sent when they
    /// changed.
    pub(super) owed: BTreeMap<PaymentId, u64>,
    /// Call-backs that were sent.
    sent: u64,
    /// Holds whose payment is being called off, as the journal says.
    pub(super) calling_off: BTreeSet<HoldId>,
    pub(super) wrong: Vec<String>,
}

/// What moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Money {
    Capture,
    Void,
    Refund,
}

impl Money {
    const fn moved(self) -> PaymentMoved {
        match self {
            Self::Capture => PaymentMoved::Captured,
            Self::Void => PaymentMoved::Voided,
            Self::Refund => PaymentMoved::Refunded,
        }
    }
}

impl Till {
    pub(super) fn new(chance: Chance) -> Self {
        let (accounts, owed, calling_off) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { chance, rough: true, accounts, owed, sent: 0, calling_off, wrong: Vec::new() }
    }

    /// A call-back that is sent now: one that is owed, or a repeated one.
    pub(super) fn callback(&mut self) -> Option<Callback> {
        let owed = self.chance.pick(self.owed.keys().copied().collect::<Vec<_>>().into_iter());
        let payment = owed.or_else(|| {
            let known: Vec<PaymentId> = self.accounts.keys().copied().collect();
            self.chance.pick(known.into_iter()).filter(|_| self.rough)
        })?;
        self.sent += 1;
        let body = Bytes::copy_from_slice(&payment.0.to_bytes());
        Some(Callback { body, signature: self.sent.to_string() })
    }

    /// The shop has heard of it, and is told again only of what changed after this call-back was sent.
    pub(super) fn heard(&mut self, callback: &Callback) {
        let later = |changed: u64| callback.signature.parse::<u64>().is_ok_and(|sent| changed >= sent);
        self.owed.retain(|payment, changed| payment.0.to_bytes() != callback.body[..] || later(*changed));
    }

    fn read(&self, callback: &Callback) -> Result<Notice, Unread> {
        let known = self.accounts.iter().find(|(payment, _)| payment.0.to_bytes() == callback.body[..]);
        known.map(|(_, account)| account.notice).ok_or(Unread::Unreadable)
    }

    fn open(&mut self, promise: &Promise, state: State) -> &mut Account {
        let notice = Notice { payment: promise.payment, hold: promise.hold };
        self.accounts.entry(promise.payment).or_insert_with(|| Account {
            notice,
            state,
            amount: promise.amount.amount,
            captured: 0,
            voided: 0,
            refunded: 0,
            keys: BTreeMap::new(),
            asked: 0,
        })
    }

    fn authorise(&mut self, promise: &Promise) -> Standing {
        if self.calling_off.contains(&promise.hold) {
            let (hold, payment) = (promise.hold, promise.payment);
            self.wrong.push(format!("I5: {payment} is asked for, and the time of {hold} to be paid is over"));
        }
        let state = match self.chance.between(0, 9) {
            0 if self.rough && self.chance.percent(60) => State::Overruled,
            0 => State::Declined,
            1..=3 => State::Slow(self.chance.between(1, 6) as u32),
            _ => State::Authorised,
        };
        self.open(promise, state);
        self.fetch(promise.payment)
    }

    fn fetch(&mut self, payment: PaymentId) -> Standing {
        let declines = self.chance.percent(20);
        let says_nothing = self.rough && self.chance.percent(20);
        let Some(account) = self.accounts.get_mut(&payment) else { return Standing::Unknown };
        account.asked += 1;
        if account.asked == ASKED_MAX {
            self.wrong.push(format!("I13: the provider is asked about {payment} for ever"));
        }
        account.state = match account.state {
            State::Slow(0) if declines => State::Declined,
            State::Slow(0) => State::Authorised,
            State::Slow(more) => State::Slow(more - 1),
            known => known,
        };
        match account.state {
            _ if says_nothing => Standing::Unknown,
            State::Slow(_) => Standing::Pending,
            State::Overruled => {
                account.state = State::Authorised;
                self.owed.insert(payment, self.sent);
                Standing::Declined
            }
            State::Authorised => Standing::Authorised(format!("paid {payment}")),
            State::Declined => Standing::Declined,
            State::CalledOff => Standing::CalledOff,
        }
    }

    fn cancel(&mut self, promise: &Promise) -> Standing {
        let late = self.rough && self.chance.percent(30);
        let account = self.open(promise, State::CalledOff);
        if matches!(account.state, State::Slow(_)) {
            // It says that it was called off, and the buyer's bank says yes a little later.
            account.state = if late { State::Authorised } else { State::CalledOff };
            if late {
                self.owed.insert(promise.payment, self.sent);
            }
            return Standing::CalledOff;
        }
        self.fetch(promise.payment)
    }

    fn step(&mut self, money: Money, step: &MoneyStep) -> MoneyReply {
        let dice = if self.rough { self.chance.between(0, 9) } else { 9 };
        // Nothing came of it, and nobody says so.
        if dice == 0 {
            return MoneyReply::Unknown;
        }
        let Some(account) = self.accounts.get_mut(&step.payment) else {
            self.wrong.push(format!("I5: {money:?} of a payment that nobody knows"));
            return MoneyReply::Refused;
        };
        let (amount, open) = (step.amount.amount, account.amount - account.captured - account.voided);
        let reply = match (account.keys.get(&step.key), money) {
            (Some(before), _) if *before == amount => MoneyReply::Done,
            (Some(before), _) => MoneyReply::Instead(money.moved(), *before),
            (None, Money::Void) if amount > open && account.captured > 0 => {
                MoneyReply::Instead(PaymentMoved::Captured, account.captured)
            }
            // Two nodes at one order: this one had read it before it was called off.
            (None, Money::Capture) if amount > open && account.voided > 0 => {
                MoneyReply::Instead(PaymentMoved::Voided, account.voided)
            }
            (None, _) => {
                let fits = match money {
                    Money::Capture | Money::Void => account.state == State::Authorised && amount <= open,
                    Money::Refund => account.refunded + amount <= account.captured,
                };
                if !fits || amount <= 0 {
                    self.wrong.push(format!("I5: {money:?} of {amount} with {account:?}"));
                }
                account.keys.insert(step.key.clone(), amount);
                match money {
                    Money::Capture => account.captured += amount,
                    Money::Void => account.voided += amount,
                    Money::Refund => account.refunded += amount,
                }
                MoneyReply::Done
            }
        };
        if dice == 1 { MoneyReply::Unknown } else { reply }
    }
}

impl Provider for Outside {
    fn authorise(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        ready(self.books().till.authorise(&promise)).boxed()
    }

    fn fetch(&self, payment: PaymentId) -> BoxFuture<'static, Standing> {
        ready(self.books().till.fetch(payment)).boxed()
    }

    fn cancel(&self, promise: Promise) -> BoxFuture<'static, Standing> {
        ready(self.books().till.cancel(&promise)).boxed()
    }

    fn capture(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        ready(self.books().till.step(Money::Capture, &step)).boxed()
    }

    fn void(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        ready(self.books().till.step(Money::Void, &step)).boxed()
    }

    fn refund(&self, step: MoneyStep) -> BoxFuture<'static, MoneyReply> {
        ready(self.books().till.step(Money::Refund, &step)).boxed()
    }

    fn read(&self, callback: &Callback) -> Result<Notice, Unread> {
        self.books().till.read(callback)
    }
}
