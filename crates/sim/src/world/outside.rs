//! The world outside: receivers of webhooks that fail, a mail server that does, and a payment provider that is slow,
//! wrong and late. Each keeps its own book, and says at once when it is told what it should not be.
//!
//! Here: the three and their tempers. Not here: what their books must hold at the end (`told`).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use dayshelf_core::ids::{EndpointId, Id};
use dayshelf_core::organiser::Endpoint;
use dayshelf_core::time::{Instant, Span};
use dayshelf_relay::mail::{Carrier, Sent};
use dayshelf_relay::webhooks::{Answer, Receiver};
use dayshelf_store::{Delivery, Mail, Trouble};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, ready};

use super::bounds::AGAIN_MAX;
use super::till::Till;
use crate::chance::Chance;

/// Tries after which a receiver or a mail server takes anything.
const TRIES_ENOUGH: u32 = 5;

/// See the module. Cheap to clone.
#[derive(Clone)]
pub(super) struct Outside(Arc<Mutex<Books>>);

/// What was received, and by what temper.
pub(super) struct Books {
    pub(super) chance: Chance,
    /// Whether anything fails.
    pub(super) rough: bool,
    /// The endpoint that never answers while things are rough.
    pub(super) dead: Option<EndpointId>,
    /// What each receiver has, by the delivery's id, in the order of its coming.
    pub(super) got: BTreeMap<EndpointId, Vec<Delivery>>,
    /// How often a message or a mail came to somebody who had it.
    repeats: BTreeMap<Id, u32>,
    /// The newest sequence that a receiver has heard of each subject.
    newest: BTreeMap<(EndpointId, Id), u64>,
    /// Mails, by whose order and which fact they are about.
    pub(super) mails: BTreeMap<(Id, u64), Mail>,
    pub(super) till: Till,
    /// What nobody should have been told.
    pub(super) wrong: Vec<String>,
    /// Tries that failed, and those that were made again though they had worked.
    pub(super) failed: u64,
    pub(super) again: u64,
}

impl Outside {
    pub(super) fn new(mut chance: Chance) -> Self {
        let till = Till::new(Chance::new(chance.bits()));
        Self(Arc::new(Mutex::new(Books {
            chance,
            rough: true,
            dead: None,
            got: BTreeMap::new(),
            repeats: BTreeMap::new(),
            newest: BTreeMap::new(),
            mails: BTreeMap::new(),
            till,
            wrong: Vec::new(),
            failed: 0,
            again: 0,
        })))
    }

    pub(super) fn books(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nothing fails any more.
    pub(super) fn calm(&self) {
        let mut books = self.books();
        (books.rough, books.till.rough) = (false, false);
    }
}

impl Receiver for Outside {
    fn post<'p>(
        &'p self,
        endpoint: &'p Endpoint,
        delivery: &'p Delivery,
        _now: Instant,
    ) -> BoxFuture<'p, Answer> {
        ready(self.books().post(endpoint, delivery)).boxed()
    }
}

impl Carrier for Outside {
    fn send<'m>(&'m self, mail: &'m Mail) -> BoxFuture<'m, Sent> {
        ready(self.books().send(mail)).boxed()
    }
}

impl Books {
    fn post(&mut self, endpoint: &Endpoint, delivery: &Delivery) -> Answer {
        let answer = self.answer(endpoint, delivery);
        // No answer at all may mean that it was taken.
        let taken = matches!(answer, Answer::Taken(_) | Answer::Silent(_));
        self.failed += u64::from(!matches!(answer, Answer::Taken(_)));
        if taken {
            self.take(endpoint.id, delivery);
        }
        answer
    }

    fn answer(&mut self, endpoint: &Endpoint, delivery: &Delivery) -> Answer {
        if self.rough && self.dead == Some(endpoint.id) {
            return Answer::Failed(500, None);
        }
        if !self.wrong.is_empty() {
            // The life has gone wrong, and whoever sends for ever would not let it end.
            return Answer::Failed(500, None);
        }
        if !self.rough || delivery.tries >= TRIES_ENOUGH {
            return Answer::Taken(200);
        }
        match self.chance.between(0, 9) {
            0 => Answer::Failed(503, Some(Span::seconds(90))),
            1 => Answer::Failed(500, None),
            2 => Answer::Silent(Trouble::BrokenOff),
            _ => Answer::Taken(204),
        }
    }

    fn take(&mut self, endpoint: EndpointId, delivery: &Delivery) {
        let known = self.got.entry(endpoint).or_default();
        if let Some(before) = known.iter().find(|before| before.id == delivery.id) {
            if before.body != delivery.body {
                self.wrong.push(format!("I9: message {:?} says something else on another try", delivery.id));
            }
            return self.repeat(delivery.id);
        }
        let newest = self.newest.entry((endpoint, delivery.subject)).or_default();
        if delivery.sequence < *newest {
            let (kind, sequence) = (&delivery.kind, delivery.sequence);
            self.wrong.push(format!("I9: {kind} of {sequence} comes after {newest} of the same subject"));
        }
        *newest = delivery.sequence.max(*newest);
        known.push(delivery.clone());
    }

    /// Something comes to somebody who has it. Nothing does for ever.
    fn repeat(&mut self, what: Id) {
        self.again += 1;
        let repeats = self.repeats.entry(what).or_default();
        *repeats += 1;
        if *repeats == AGAIN_MAX {
            self.wrong.push(format!("I9: {what:?} was taken and comes again for ever"));
        }
    }

    fn send(&mut self, mail: &Mail) -> Sent {
        let dice = if self.rough && mail.tries <= TRIES_ENOUGH { self.chance.between(0, 9) } else { 9 };
        if dice > 1 {
            self.keep(mail);
        }
        self.failed += u64::from(dice <= 2);
        // The third time it was taken, and the answer is lost.
        if dice <= 2 { Sent::NotNow } else { Sent::Taken }
    }

    fn keep(&mut self, mail: &Mail) {
        let key = (mail.subject, mail.seq);
        if let Some(before) = self.mails.get(&key) {
            if before.body != mail.body || before.kind != mail.kind {
                self.wrong.push(format!("I9: a mail about {key:?} is another one at its next try"));
            }
            return self.repeat(mail.subject);
        }
        let later = self.mails.range((mail.subject, mail.seq)..=(mail.subject, u64::MAX)).next();
        if let Some((later, _)) = later {
            self.wrong.push(format!("I9: a mail about {key:?} comes after that about {later:?}"));
        }
        self.mails.insert(key, mail.clone());
    }
}
