//! What everybody outside must have been told at the end, and what money must have moved: by the journal as it was
//! seen, and by the books that they kept themselves.

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{EndpointId, Home, Id};
use dayshelf_core::organiser::EndpointState;
use dayshelf_store::{Outcome, Record};

use super::circulars::says;
use super::till::State;
use super::{Verdict, World};

/// What is to be told of one fact: its kind, what it is about, and its place.
type News = (&'static str, Id, u64);

/// An endpoint's life in the journal.
#[derive(Default)]
struct Heard {
    /// What it wanted while it was on.
    news: Vec<News>,
    kinds: Vec<String>,
    is_on: bool,
    /// It was switched off at some time, or is gone: what it was told then is its own affair.
    spoilt: bool,
}

impl World {
    /// The endpoints that are on at the end.
    pub(super) fn served(&self) -> Vec<EndpointId> {
        let books =
            [crate::scene::HOME, self.beside.home].into_iter().filter_map(|home| self.shadow.books(home));
        let all = books.flat_map(|books| books.endpoints.values());
        all.filter(|endpoint| endpoint.state == EndpointState::On).map(|endpoint| endpoint.id).collect()
    }

    /// Everybody outside was told what there is to tell, once and in order, and all money is where it belongs.
    pub(super) fn prove_outside(&mut self) -> Verdict {
        self.stay_within()?;
        {
            let books = self.outside.books();
            self.count.refused_outside += books.failed;
            self.count.told_again += books.again;
        }
        self.prove_receivers()?;
        self.prove_mails()?;
        self.prove_circulars()?;
        self.prove_money()
    }

    fn prove_receivers(&self) -> Verdict {
        let outside = self.outside.books();
        for (endpoint, heard) in self.endpoints_in_journal() {
            if heard.spoilt {
                continue;
            }
            let mut got: BTreeMap<News, u32> = BTreeMap::new();
            for delivery in outside.got.get(&endpoint).into_iter().flatten() {
                let kind = KINDS.into_iter().find(|kind| *kind == delivery.kind);
                let Some(kind) = kind else { continue };
                *got.entry((kind, delivery.subject, delivery.sequence)).or_default() += 1;
            }
            if let Some((news, times)) = got.iter().find(|(_, times)| **times > 1) {
                return Err(format!("I9: {news:?} was made {times} times for {endpoint}"));
            }
            if let Some(news) = heard.news.iter().find(|news| !got.contains_key(*news)) {
                return Err(format!("I9: {news:?} never came to {endpoint}"));
            }
        }
        Ok(())
    }

    fn endpoints_in_journal(&self) -> BTreeMap<EndpointId, Heard> {
        let mut all: BTreeMap<EndpointId, Heard> = BTreeMap::new();
        for record in self.shadow.after(0) {
            let Outcome::Facts(facts) = &record.outcome else { continue };
            for fact in facts {
                follow(&mut all, fact);
                let Some(news) = news(fact, record) else { continue };
                let of_home = all.iter_mut().filter(|(endpoint, _)| endpoint.home() == record.home);
                for (_, heard) in of_home {
                    if heard.is_on && wants(&heard.kinds, news.0) {
                        heard.news.push(news);
                    }
                }
            }
        }
        all
    }

    /// Each customer of the shop beside was told of the order, of its end, and of each notice that concerns it. Who is
    /// told by circulars is proven for itself.
    fn prove_mails(&self) -> Verdict {
        let outside = self.outside.books();
        let mut owed: BTreeSet<(Id, u64)> = BTreeSet::new();
        let mut may_be: BTreeSet<(Id, u64)> = BTreeSet::new();
        let ends = self.ends(self.beside.home);
        let orders = self.shadow.books(self.beside.home).into_iter().flat_map(|books| books.orders.values());
        let ever: Vec<_> = orders.map(|order| (order.id, order.confirmed_at)).collect();
        let mut bought = BTreeSet::new();
        for record in self.shadow.after(0).iter().filter(|record| record.home == self.beside.home) {
            let Outcome::Facts(facts) = &record.outcome else { continue };
            for fact in facts {
                match fact {
                    Fact::OrderConfirmed { order, .. } => {
                        bought.insert(order.id);
                        owed.insert((order.id.0, record.seq));
                    }
                    // Of a part as of the whole; and again when somebody asks for it.
                    Fact::OrderCancelled { order, .. } | Fact::OrderResent(order) => {
                        owed.insert((order.id.0, record.seq));
                    }
                    Fact::CustomersTold(telling) => {
                        // Whoever bought in the instant of the change and after it is told without need: by time alone
                        // nobody can say what they saw.
                        for (order, at) in &ever {
                            let seen = telling.seen.iter().find(|seen| *at < seen.until);
                            let differs = seen.is_some_and(|seen| seen.times.start != telling.times.start);
                            let stands = bought.contains(order) && !ends.contains(&order.0);
                            may_be.extend(differs.then_some((order.0, record.seq)));
                            owed.extend((differs && stands).then_some((order.0, record.seq)));
                        }
                    }
                    _ => {}
                }
            }
        }
        let told: BTreeSet<(Id, u64)> = outside
            .mails
            .iter()
            .filter(|(_, mail)| mail.home == self.beside.home)
            .filter(|(_, mail)| self.shadow.record(mail.seq).is_none_or(|record| !says(record)))
            .map(|(key, _)| *key)
            .collect();
        if let Some(missing) = owed.difference(&told).next() {
            return Err(format!("I9: a customer was never told of {missing:?}"));
        }
        match told.iter().find(|key| !owed.contains(*key) && !may_be.contains(*key)) {
            Some(key) => Err(format!("I9: a customer was told of {key:?}, which concerns nobody")),
            None => Ok(()),
        }
    }

    /// The orders that were given back.
    fn ends(&self, home: Home) -> BTreeSet<Id> {
        let orders = self.shadow.books(home).into_iter().flat_map(|books| books.orders.values());
        orders.filter(|order| order.is_cancelled()).map(|order| order.id.0).collect()
    }

    /// The provider's book and the orders agree: nothing is open, nothing was taken without an order.
    fn prove_money(&self) -> Verdict {
        let Some(books) = self.shadow.books(self.beside.home) else { return Ok(()) };
        let outside = self.outside.books();
        for (payment, account) in &outside.till.accounts {
            let order = books.orders.values().find(|order| order.payment.id == *payment);
            let theirs = (account.captured, account.voided, account.refunded);
            if account.state == State::Authorised && account.captured + account.voided != account.amount {
                return Err(format!("I5: money of {payment} stays promised: {account:?}"));
            }
            match order {
                None if theirs.0 > 0 => {
                    return Err(format!("I5: {payment} was taken, and there is no order"));
                }
                None => {}
                Some(order) => {
                    let money = &order.payment;
                    if (money.captured, money.voided, money.refunded) != theirs {
                        return Err(format!("I5: the provider has {account:?}, the order says {money:?}"));
                    }
                }
            }
        }
        let held = books.holds.values().find(|hold| hold.attempt.is_some());
        held.map_or(Ok(()), |hold| Err(format!("I13: {} is left confirming", hold.id)))
    }
}

/// The kinds that are looked at, one of each sort of subject.
const KINDS: [&str; 3] = ["hold.made", "order.confirmed", "order.cancelled"];

fn news(fact: &Fact, record: &Record) -> Option<News> {
    let (kind, subject) = match fact {
        Fact::HoldMade { hold, .. } => ("hold.made", hold.id.0),
        Fact::OrderConfirmed { order, .. } => ("order.confirmed", order.id.0),
        Fact::OrderCancelled { order, .. } => ("order.cancelled", order.id.0),
        _ => return None,
    };
    Some((kind, subject, record.seq))
}

fn follow(all: &mut BTreeMap<EndpointId, Heard>, fact: &Fact) {
    match fact {
        Fact::EndpointPut(endpoint) => {
            let heard = all.entry(endpoint.id).or_default();
            heard.is_on = endpoint.state == EndpointState::On;
            heard.spoilt |= !heard.is_on;
            heard.kinds.clone_from(&endpoint.kinds);
        }
        Fact::EndpointRemoved(endpoint) => {
            let heard = all.entry(*endpoint).or_default();
            (heard.is_on, heard.spoilt) = (false, true);
        }
        _ => {}
    }
}

fn wants(kinds: &[String], kind: &str) -> bool {
    let group = kind.split('.').next().unwrap_or_default();
    kinds.is_empty() || kinds.iter().any(|wanted| *wanted == kind || *wanted == format!("{group}.*"))
}
