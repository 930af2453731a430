//! Circulars of the shop beside: when nothing fails any more it says something to who has bought and to who waits.
//!
//! Here: what it says, and who must have heard it. Not here: an order's own mails (`told`).

use std::collections::BTreeMap;

use dayshelf_core::block::{BlockKind, BlockSpec, Channel, Message, Told};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::{BlockChange, Fact};
use dayshelf_core::ids::BlockId;
use dayshelf_core::order::Order;
use dayshelf_core::text::Contact;
use dayshelf_core::time::{Anchor, Instant, Span, When};
use dayshelf_store::{Outcome, Record};

use super::errand::Answer;
use super::{Verdict, World};

/// What is said to who has bought, and to who waits.
const TO_BUYERS: &str = "Bring a bag.";
const TO_WAITERS: &str = "More will come.";

/// What somebody is to the shop.
#[derive(Clone, Debug, Default)]
struct Customer {
    /// Has an order that stands, or is in line, to the end.
    buys: bool,
    waits: bool,
    /// Had one, or was in line, at that very instant at the latest, whatever has become of it.
    bought: bool,
    waited: bool,
}

/// Whether the time of something that is mailed has come in a record.
pub(super) fn says(record: &Record) -> bool {
    let Outcome::Facts(facts) = &record.outcome else { return false };
    let began = |fact: &Fact| matches!(fact, Fact::BlockPut { change: BlockChange::Began, .. });
    facts.iter().any(began)
}

impl World {
    /// The shop says both, at one time, which comes.
    pub(super) fn say_at_last(&mut self) -> Verdict {
        let Some(put) = self.beside.put else { return Ok(()) };
        let home = self.beside.home;
        let when = When { anchor: Anchor::start(0), at: self.now.plus(Span::minutes(1)) };
        let message = |told, text: &str| Message { told, channel: Channel::Mail, text: text.into() };
        let kinds = [
            ("to-buyers", BlockKind::Reminder(message(Told::Buyers, TO_BUYERS))),
            ("to-waiters", BlockKind::Announcement(message(Told::Waiting, TO_WAITERS))),
        ];
        for (key, kind) in kinds {
            let id = BlockId(self.beside.next_id(self.now));
            let (key, title) = (key.into(), "Said".into());
            let spec = Box::new(BlockSpec { slot: put.slot, key, title, when, until: None, kind });
            let said = Command::PutBlock { id, expected: Expect::Any, spec };
            if let Answer::Refused { refusal, .. } = self.send(home, &said)? {
                return Err(format!("the shop beside may not speak: {refusal:?}"));
            }
        }
        self.advance(self.now.plus(Span::minutes(2)));
        // Whatever is asked first does what is due.
        let command = self.beside.add();
        let answer = self.send(home, &command)?;
        self.beside.heard(&command, &answer)?;
        self.read_on()
    }

    /// Each customer has heard what concerns them, in one mail, and nothing else.
    pub(super) fn prove_circulars(&self) -> Verdict {
        let home = self.beside.home;
        let records = self.shadow.after(0).iter().filter(|record| record.home == home && says(record));
        let mut said = 0;
        for record in records {
            said += 1;
            let customers = self.customers(record.at);
            let outside = self.outside.books();
            let mails = outside.mails.values().filter(|mail| mail.home == home && mail.seq == record.seq);
            let mut heard: BTreeMap<&str, Vec<String>> = BTreeMap::new();
            for mail in mails {
                let text = String::from_utf8_lossy(&mail.body).into_owned();
                heard.entry(&mail.recipient).or_default().push(text);
            }
            if let Some(stranger) = heard.keys().find(|email| !customers.contains_key(**email)) {
                return Err(format!("I9: {stranger} is told something, and is no customer"));
            }
            for (email, customer) in &customers {
                let heard = heard.get(email.as_str()).map(Vec::as_slice).unwrap_or_default();
                let has = |text: &str| heard.iter().filter(|mail| mail.contains(text)).count();
                let (as_buyer, as_waiter) = (has(TO_BUYERS), has(TO_WAITERS));
                let missed = (customer.buys && as_buyer == 0) || (customer.waits && as_waiter == 0);
                let strange = (!customer.bought && as_buyer > 0) || (!customer.waited && as_waiter > 0);
                if missed || strange || heard.len() > 1 {
                    return Err(format!("I9: {email} is {customer:?}, and heard {heard:?}"));
                }
            }
        }
        if said == 0 { Err("I13: what the shop beside had to say was never due".to_owned()) } else { Ok(()) }
    }

    /// Who had bought or was in line before an instant, and is so still; and who was by then.
    ///
    /// Whoever comes at that very instant may be told or not: the clock stands still within a command, so that a record
    /// may be of the same instant as the next one, and rows know instants, not places in the journal.
    fn customers(&self, before: Instant) -> BTreeMap<String, Customer> {
        let mut all: BTreeMap<String, Customer> = BTreeMap::new();
        let of = |contact: &Contact| contact.email.clone();
        for record in self.shadow.after(0).iter().filter(|record| record.home == self.beside.home) {
            let Outcome::Facts(facts) = &record.outcome else { continue };
            for fact in facts {
                match fact {
                    Fact::OrderConfirmed { order, .. } if order.confirmed_at.at_or_before(before) => {
                        all.entry(of(&order.buyer.contact)).or_default().bought = true;
                    }
                    Fact::EntryJoined(entry) if entry.joined_at.at_or_before(before) => {
                        all.entry(of(&entry.contact)).or_default().waited = true;
                    }
                    _ => {}
                }
            }
        }
        let Some(books) = self.shadow.books(self.beside.home) else { return all };
        let stands = |order: &&Order| !order.is_cancelled() && order.confirmed_at < before;
        for order in books.orders.values().filter(stands) {
            all.entry(of(&order.buyer.contact)).or_default().buys = true;
        }
        for entry in books.parts.values().flat_map(|parts| parts.line.values()) {
            if let Some(entry) = books.entries.get(entry).filter(|entry| entry.joined_at < before) {
                all.entry(of(&entry.contact)).or_default().waits = true;
            }
        }
        all
    }
}
