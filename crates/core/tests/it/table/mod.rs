//! The small language of the tables: one line per command, with what it is answered.
//!
//! A line without a time defines something and must succeed. A line that starts with a time is a command at
//! that time; before it everything due is done, and `->` is followed by all facts in short, or by the refusal.
//! `books`, `left` and `step` lines look at the books; `anew` reads them anew. The rest of a line after `--` is a note.
//! Definitions are read in `define` and `parts`, commands in `trade`, facts are said in `say`.

pub mod change;
pub mod define;
mod parts;
mod say;
pub use say::clock;
mod trade;

pub use change::{asked, sure as yes};

use std::collections::BTreeMap;
use std::fmt::Write as _;

use dayshelf_core::books::Books;
use dayshelf_core::change::ChangeTerms;
use dayshelf_core::command::Command;
use dayshelf_core::decide::{Stop, left, pulse, resume, transact};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, Id, OfferId, OrderId, OrganiserId, PoolId, Salt, WindowId};
use dayshelf_core::lobby::Number;
use dayshelf_core::look::Look;
use dayshelf_core::money::{Currency, Money};
use dayshelf_core::order::PaymentStep;
use dayshelf_core::organiser::{Organiser, OrganiserSpec};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::text::{BuyerKey, Contact, Digest};
use dayshelf_core::time::{Instant, Span};

use crate::audit;

/// Where all ids of the tables live.
pub const HOME: Home = Home { shard: 1, number: 1 };
/// The currency of all prices.
pub const EUR: Currency = Currency(*b"EUR");

/// Runs a table and fails with the whole of it, as it should read by what happened, if a line differs.
#[track_caller]
pub fn check(text: &str) {
    drop(run(text));
}

/// [`check`], and the codes of the refusals that it met.
#[track_caller]
pub fn run(text: &str) -> Vec<&'static str> {
    let mut world = World::new();
    let mut seen = String::new();
    let mut differs = false;
    for line in text.lines().map(str::trim) {
        let wanted = line.split_once("->").map(|(_, outcome)| note_off(outcome));
        let said = world.line(note_off(line.split("->").next().unwrap_or_default()));
        match (wanted, said) {
            (Some(wanted), Some(said)) if wanted == said => writeln!(seen, "  {line}").unwrap(),
            (None, None) => writeln!(seen, "  {line}").unwrap(),
            (_, said) => {
                differs = true;
                let said = said.map(|said| format!("   <<< -> {said}")).unwrap_or_default();
                writeln!(seen, "! {line}{said}").unwrap();
            }
        }
    }
    assert!(!differs, "the table differs:\n{seen}");
    world.refused
}

fn note_off(text: &str) -> &str {
    text.split("--").next().unwrap_or_default().trim()
}

/// One organiser whose things have names.
#[derive(Clone)]
pub struct World {
    /// Its books, with every order and every ended hold kept.
    pub books: Books,
    /// The instant of the last timed line.
    pub now: Instant,
    /// Every fact so far.
    pub facts: Vec<Fact>,
    /// The codes of all refusals so far.
    pub refused: Vec<&'static str>,
    /// Numbers in lobbies, by the names of the lines that took them.
    pub numbers: BTreeMap<String, Number>,
    names: BTreeMap<String, Id>,
    words: BTreeMap<Id, String>,
}

impl World {
    /// An organiser with nothing, at midnight.
    pub fn new() -> Self {
        let organiser = Organiser {
            id: OrganiserId(Id::mint(1, HOME, Salt(1))),
            version: 1,
            spec: OrganiserSpec {
                slug: "maker".into(),
                name: "Maker".into(),
                about: String::new(),
                zone: "Europe/Berlin".into(),
                currency: EUR,
                changes: ChangeTerms::USUAL,
                at_pickup: true,
            },
            look: Look::default(),
            pass_keys: Vec::new(),
        };
        Self {
            books: Books::open(organiser),
            now: Instant(0),
            facts: Vec::new(),
            refused: Vec::new(),
            numbers: BTreeMap::new(),
            names: BTreeMap::new(),
            words: BTreeMap::new(),
        }
    }

    /// The id of a name; a new name gets a new one, higher than all before.
    pub fn id(&mut self, name: &str) -> Id {
        let next = self.names.len() as u64 + 2;
        let id = *self.names.entry(name.into()).or_insert(Id::mint(next as i64, HOME, Salt(next)));
        self.words.insert(id, name.into());
        id
    }

    /// The name of an id.
    pub fn word(&self, id: Id) -> String {
        self.words.get(&id).cloned().unwrap_or_else(|| format!("{id}"))
    }

    /// Does what a line says; answers what was said where that is asked for or not as the line has it.
    pub fn line(&mut self, line: &str) -> Option<String> {
        let mut words: Vec<&str> = line.split_whitespace().collect();
        let first = *words.first()?;
        if first.as_bytes()[0].is_ascii_digit() || first.starts_with('d') && first.contains('/') {
            self.now = Instant(time(first));
            words.remove(0);
            return Some(self.timed(&words));
        }
        match first {
            "books" => self.look_at_pool(&words),
            "left" => {
                let (window, offer) = (WindowId(self.id(words[1])), OfferId(self.id(words[2])));
                let have = left(&self.books, &self.books.windows[&window], offer, self.now);
                (have.to_string() != words[3]).then(|| format!("left {have}"))
            }
            "step" => {
                let order = OrderId(self.id(words[1]));
                let step = match self.books.orders[&order].payment_step() {
                    None => "rest".into(),
                    Some(PaymentStep::Capture(amount)) => format!("capture {amount}"),
                    Some(PaymentStep::Void(amount)) => format!("void {amount}"),
                    Some(PaymentStep::Refund(amount)) => format!("refund {amount}"),
                };
                (step != words[2..].join(" ")).then_some(step)
            }
            "sent" => {
                let id = OrderId(self.id(words[1]));
                let order = &self.books.orders[&id];
                let city = order.buyer.address.as_ref().map_or("nowhere", |address| address.city.as_str());
                (city != words[2]).then(|| format!("sent {city}"))
            }
            "lets_in" => {
                // `lets_in N 18:00:05..18:03:05 before 2`: from when to when, and how many come before.
                let number = self.numbers[words[1]];
                let window = &self.books.windows[&number.window];
                let (from, until) = window.lets_in(number).unwrap();
                let before = window.ahead_of(number, self.now);
                let said = format!("{}..{} before {before}", clock(from), clock(until));
                (said != words[2..].join(" ")).then_some(said)
            }
            // `anew 17:30`: the books are read anew at that time, before what is due by then is done.
            "anew" => {
                self.books.reindex();
                resume(&mut self.books, Instant(time(words[1])));
                None
            }
            "tally" => {
                let key = (WindowId(self.id(words[1])), contact(words[2]).key);
                let have = self.books.tallies.get(&key).copied().unwrap_or(0);
                (have.to_string() != words[3]).then(|| format!("tally {have}"))
            }
            _ => {
                let command = parts::read(self, &words).unwrap_or_else(|| define::read(self, &words));
                match self.transact(&command) {
                    Ok(_) => None,
                    Err(refusal) => Some(format!("{refusal:?}")),
                }
            }
        }
    }

    /// Looks at the accounts that the line names; an account that it does not name must be empty.
    fn look_at_pool(&mut self, words: &[&str]) -> Option<String> {
        let pool = PoolId(self.id(words[1]));
        let balance = self.books.pools.get(&pool).map(|pool| pool.balance).unwrap_or_default();
        let all = [
            ("free", balance.free),
            ("held", balance.held),
            ("sold", balance.sold),
            ("handed", balance.handed),
            ("lost", balance.lost),
            ("lent", balance.lent),
        ];
        let named: BTreeMap<&str, u32> =
            words[2..].chunks(2).map(|pair| (pair[0], pair[1].parse().unwrap())).collect();
        let same = all.iter().all(|(name, units)| named.get(name).copied().unwrap_or(0) == *units);
        let said = all.iter().filter(|(_, units)| *units > 0).map(|(name, units)| format!("{name} {units}"));
        (!same).then(|| said.collect::<Vec<_>>().join(" "))
    }

    /// The command of a line.
    pub fn read(&mut self, line: &str) -> Command {
        let words: Vec<&str> = line.split_whitespace().collect();
        trade::read(self, &words).unwrap_or_else(|| define::read(self, &words))
    }

    fn timed(&mut self, words: &[&str]) -> String {
        let mut said: Vec<String> = Vec::new();
        for fact in self.pulse() {
            said.extend(say::fact(self, &fact));
        }
        if words[0] != "pulse" {
            let command = trade::read(self, words);
            let command = command.or_else(|| parts::read(self, words));
            let command = command.unwrap_or_else(|| define::read(self, words));
            let command =
                if words.contains(&"asked") { change::asked(self, words, command) } else { command };
            let mut told = self.transact(&command);
            if let (Command::ChangeSlot(ask), true) = (&command, words.contains(&"sure")) {
                told = told.and_then(|_| self.transact(&change::sure(self, ask.slot)));
            }
            match told {
                Ok(facts) => {
                    for fact in &facts {
                        if let Fact::NumberTaken { number, .. } = fact {
                            self.numbers.insert(words[1].into(), *number);
                        }
                        said.extend(say::fact(self, fact));
                    }
                }
                Err(refusal) => said.push(format!("refused {}", say::refusal(self, &refusal))),
            }
        }
        if said.is_empty() { "nothing".into() } else { said.join(", ") }
    }

    /// Does all that is due.
    pub fn pulse(&mut self) -> Vec<Fact> {
        let mut all = Vec::new();
        loop {
            let facts = pulse(&mut self.books, self.now).expect("the books are whole");
            if facts.is_empty() {
                break;
            }
            all.extend(facts);
        }
        self.keep(&all);
        all
    }

    /// Decides and applies one command, and audits the books.
    pub fn transact(&mut self, command: &Command) -> Result<Vec<Fact>, Refusal> {
        let before = self.books.clone();
        match transact(&mut self.books, self.now, command) {
            Ok(facts) => {
                self.keep(&facts);
                Ok(facts)
            }
            Err(Stop::Refused(refusal)) => {
                assert!(self.books == before, "a refused command changed the books: {command:?}");
                self.refused.push(refusal.code());
                Err(refusal)
            }
            Err(Stop::Broken(broken)) => panic!("{broken} by {command:?}"),
        }
    }

    fn keep(&mut self, facts: &[Fact]) {
        for fact in facts {
            if let Fact::TurnGiven { entry, hold, .. } = fact {
                let name = format!("{}!", self.word(entry.0));
                self.words.insert(hold.id.0, name.clone());
                self.names.insert(name, hold.id.0);
            }
        }
        self.facts.extend(facts.iter().cloned());
        audit::audit(&self.books);
    }
}

/// `17:40`, `17:40:05`, or `d3/17:40` for three days later, in milliseconds.
pub fn time(text: &str) -> i64 {
    let (days, clock) = match text.strip_prefix('d').and_then(|rest| rest.split_once('/')) {
        Some((days, clock)) => (days.parse::<i64>().unwrap(), clock),
        None => (0, text),
    };
    let mut parts = clock.split(':').map(|part| part.parse::<i64>().unwrap());
    let mut next = || parts.next().unwrap_or(0);
    ((days * 24 + next()) * 3_600 + next() * 60 + next()) * 1_000
}

/// `30s`, `8m`, `2h`.
pub fn span(text: &str) -> Span {
    let (count, unit) = text.split_at(text.len() - 1);
    let count = count.parse().unwrap();
    match unit {
        "s" => Span::seconds(count),
        "m" => Span::minutes(count),
        "h" => Span::hours(count),
        _ => panic!("no unit of time: {text}"),
    }
}

/// A digest that differs for every text.
pub fn digest(text: &str) -> Digest {
    let mut bytes = [0u8; 32];
    bytes[..text.len()].copy_from_slice(text.as_bytes());
    Digest(bytes)
}

/// How to reach whoever has this name.
pub fn contact(name: &str) -> Contact {
    let key = name.bytes().fold(7u128, |key, byte| key * 257 + u128::from(byte));
    Contact { email: format!("{name}@example.org"), key: BuyerKey(key) }
}

/// So many cents.
pub fn cents(text: &str) -> Money {
    Money { amount: text.parse().unwrap(), currency: EUR }
}
