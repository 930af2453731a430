//! What must hold whatever went wrong: at each answer, at each start, and at the end, when all is calm.

use dayshelf_core::fact::Fact;
use dayshelf_desk::Stepping;
use dayshelf_store::{Outcome, Record};

use super::errand::{Answer, Errand};
use super::node::at_once;
use super::{Verdict, World, jobs};
use crate::scene::HOME;

/// Records that are read at once.
const PAGE: usize = 500;

impl World {
    /// Reads what was recorded since, through any node that can.
    pub(super) fn read_on(&mut self) -> Verdict {
        for _ in 0..self.nodes.len() {
            let first = self.chance.between(0, self.nodes.len() as u64 - 1) as usize;
            for step in 0..self.nodes.len() {
                let node = (first + step) % self.nodes.len();
                if let Some(records) = self.records(node, self.shadow.place())? {
                    return records.into_iter().try_for_each(|record| self.learn(record));
                }
            }
            // Nobody is up: somebody must be.
            let node = self.any_node();
            self.run_out(node)?;
        }
        Ok(())
    }

    /// Takes in a record that was not seen before.
    fn learn(&mut self, record: Record) -> Verdict {
        if let Outcome::Facts(facts) = &record.outcome {
            let off = facts.iter().filter_map(|fact| match fact {
                Fact::ConfirmCallingOff { hold } => Some(*hold),
                _ => None,
            });
            self.outside.books().till.calling_off.extend(off);
        }
        self.shadow.learn(record)
    }

    /// The records after a place, as a node reads them; nothing from one that can't.
    fn records(&mut self, node: usize, mut after: u64) -> Verdict<Option<Vec<Record>>> {
        let Some(store) = self.nodes[node].store().cloned() else { return Ok(None) };
        let mut all = Vec::new();
        loop {
            match at_once(store.reader().journal(0, after, PAGE)) {
                Some(Ok(page)) => {
                    let full = page.len() == PAGE;
                    after += page.len() as u64;
                    all.extend(page);
                    if !full {
                        return Ok(Some(all));
                    }
                }
                Some(Err(fault)) => {
                    self.known(fault.kind())?;
                    self.excuse(self.nodes[node].process(), &format!("it can't read: {fault}"))?;
                    if !self.common.disk.is_powered() {
                        self.come_up_again()?;
                    } else {
                        self.nodes[node].end();
                    }
                    return Ok(None);
                }
                None => return Err("a read waits".to_owned()),
            }
        }
    }

    /// What a client was told is in the journal, under its key.
    pub(super) fn prove_answer(&mut self, errand: &Errand) -> Verdict {
        self.read_on()?;
        let Some(answer) = errand.answer() else { return Ok(()) };
        let Some(key) = errand.key() else { return Ok(()) };
        let place = self.shadow.keys().get(&key.fingerprint).copied();
        let record = place.and_then(|place| self.shadow.record(place));
        let Some(record) = record else { return Err(format!("I4: nothing is recorded of {answer:?}")) };
        let used = record.key.as_ref();
        if used.is_none_or(|used| used.request != key.request) {
            return Err(format!("I10: record {} is of another request", record.seq));
        }
        let agrees = match (answer, &record.outcome) {
            (Answer::Done { seq, at, facts, salt }, Outcome::Facts(recorded)) => {
                *seq == record.seq
                    && *at == record.at
                    && **facts == **recorded
                    && used.is_some_and(|used| used.salt == *salt)
            }
            (Answer::Refused { refusal, at }, Outcome::Refused(recorded)) => {
                refusal == recorded && *at == record.at
            }
            _ => false,
        };
        if agrees { Ok(()) } else { Err(format!("I4: {answer:?} was told, and recorded is {record:?}")) }
    }

    /// A power cut is over: the disk has what it has, and a node comes up.
    pub(super) fn come_up_again(&mut self) -> Verdict {
        self.note("cut");
        self.count.cuts += 1;
        self.nodes.iter_mut().for_each(super::Node::end);
        self.common.disk.power_on();
        self.prove_all = true;
        let node = self.any_node();
        self.run_out(node)
    }

    /// A node has read its books: they are those of the journal, and the journal has all that was seen.
    pub(super) fn prove_start(&mut self, node: usize) -> Verdict {
        self.note("started");
        self.count.starts += 1;
        let all = std::mem::take(&mut self.prove_all);
        let from = if all { 0 } else { self.shadow.place().saturating_sub(3) };
        let Some(records) = self.records(node, from)? else {
            self.prove_all |= all;
            return Ok(());
        };
        let last = from + records.len() as u64;
        if last < self.shadow.place() {
            return Err(format!("I4: the journal ended at {} and ends at {last}", self.shadow.place()));
        }
        for record in records {
            if record.seq > self.shadow.place() {
                self.learn(record)?;
            } else {
                self.shadow.compare(&record)?;
            }
        }
        self.prove_books(node)?;
        if all || self.chance.percent(10) {
            self.examine(node)?;
        }
        Ok(())
    }

    /// The books of a node that has read everything are those of the journal.
    pub(super) fn prove_books(&self, node: usize) -> Verdict {
        let Some(desk) = self.nodes[node].desk() else { return Ok(()) };
        if desk.place() != Some(self.shadow.place()) {
            return Ok(());
        }
        let next =
            [HOME, self.beside.home].map(|home| self.shadow.books(home).and_then(|books| books.next_due()));
        if next.iter().any(Option::is_some) && desk.due_in().is_none() {
            return Err("I13: a node does not know that something will be due".to_owned());
        }
        for home in [HOME, self.beside.home] {
            self.shadow.compare_books(home, desk.books(home))?;
        }
        Ok(())
    }

    /// Doctor finds nothing.
    fn examine(&mut self, node: usize) -> Verdict {
        let Some(store) = self.nodes[node].store().cloned() else { return Ok(()) };
        self.count.doctors += 1;
        match at_once(store.doctor()) {
            Some(Ok(mut found)) => {
                // Here pictures are facts alone: nobody sends the files that they name.
                found.retain(|difference| difference.table != "picture_file");
                match found.first() {
                    None => Ok(()),
                    Some(first) => Err(format!("doctor: {first} and {} more", found.len() - 1)),
                }
            }
            Some(Err(fault)) => self.excuse(self.nodes[node].process(), &format!("doctor fails: {fault}")),
            None => Err("doctor waits".to_owned()),
        }
    }

    /// No board shows what is not durable.
    pub(super) fn watch_boards(&mut self, node: usize) -> Verdict {
        if self.nodes[node].gate.waits_at().is_none() {
            return Ok(());
        }
        let Some(shown) = self.shown(node) else { return Ok(()) };
        if shown > self.shadow.place() {
            self.read_on()?;
        }
        if shown > self.shadow.place() {
            return Err(format!(
                "I12: a board shows {shown}, and the journal ends at {}",
                self.shadow.place()
            ));
        }
        Ok(())
    }

    /// The highest sequence that a node's board shows.
    fn shown(&self, node: usize) -> Option<u64> {
        let board = self.nodes[node].board()?;
        let organiser = board.organiser(HOME)?;
        let cards = organiser.slots.iter().filter_map(|(_, slot)| board.slot(*slot));
        cards.map(|card| card.sequence).max()
    }

    /// Nothing goes wrong any more, and everything comes to rest: then all of it is true.
    pub(super) fn rest(&mut self) -> Verdict {
        self.calm();
        for _ in 0..self.nodes.len() * 4 {
            for node in 0..self.nodes.len() {
                if self.nodes[node].is_down() {
                    self.nodes[node].start(&self.common);
                }
                self.run_out(node)?;
            }
            self.look_after()?;
        }
        if !self.errands.is_empty() {
            return Err("I13: errands are left over".to_owned());
        }
        self.do_due(self.now)?;
        self.read_on()?;
        self.say_at_last()?;
        self.work_off()?;
        self.change_unseen()?;
        self.let_catch_up()?;
        for node in 0..self.nodes.len() {
            let (place, end) = (self.nodes[node].desk().map(Stepping::place), self.shadow.place());
            if place != Some(Some(end)) {
                return Err(format!("I12: node {node} does not catch up: it is at {place:?} of {end}"));
            }
            if self.nodes[node].desk().map(Stepping::rung) != Some(self.shadow.place()) {
                return Err(format!(
                    "I13: the readers of node {node} are not rung for what they have to tell"
                ));
            }
            self.prove_books(node)?;
        }
        self.prove_boards()?;
        self.prove_beside()?;
        self.prove_outside()?;
        self.prove_followers()?;
        self.examine(0)
    }

    /// A look at the journal is all that a node needs to know what others did. A process that was struck before all was
    /// calm may have found out later and ended, as at a read: another one takes its place.
    fn let_catch_up(&mut self) -> Verdict {
        for node in 0..self.nodes.len() {
            if self.nodes[node].is_down() {
                self.nodes[node].start(&self.common);
            }
            for _ in 0..3 {
                self.nodes[node].poked = true;
                self.run_out(node)?;
            }
        }
        Ok(())
    }

    /// All boards show the same, and what the books of the journal say.
    fn prove_boards(&self) -> Verdict {
        let Some(books) = self.shadow.books(HOME) else { return Ok(()) };
        for slot in books.slots.keys() {
            let mut first = None;
            for node in &self.nodes {
                let card = node.board().and_then(|board| board.slot(*slot));
                let Some(card) = card else { return Err("I12: a board lacks a slot".to_owned()) };
                for shown in &card.offers {
                    let taken = books.offers.get(&shown.offer).map(|offer| offer.taken);
                    if taken != Some(shown.taken) {
                        return Err(format!("I12: a board shows {} taken, and it is {taken:?}", shown.taken));
                    }
                }
                let numbers: Vec<u32> = card.windows.iter().map(|window| window.taken).collect();
                let waiting: Vec<u32> = card.waiting.values().copied().collect();
                let shown = (numbers, card.places.clone(), waiting);
                if first.get_or_insert_with(|| shown.clone()) != &shown {
                    return Err("I12: two boards at rest differ".to_owned());
                }
            }
        }
        Ok(())
    }

    /// The organiser beside has what it was told, and nothing else.
    fn prove_beside(&self) -> Verdict {
        let pool =
            self.shadow.books(self.beside.home).and_then(|books| books.pools.get(&self.beside.pool_id()));
        let free = pool.map(|pool| pool.balance.free);
        if free == Some(self.beside.units) {
            return Ok(());
        }
        Err(format!("I14: the organiser beside added {} and has {free:?}", self.beside.units))
    }

    /// Whoever follows the journal has missed nothing and done nothing twice.
    fn prove_followers(&mut self) -> Verdict {
        let Some(store) = self.nodes[0].store().cloned() else { return Err("no node is up".to_owned()) };
        let place = self.shadow.place();
        // The turns of readers that are gone run out.
        self.common.deciding.set(self.now.plus(dayshelf_core::time::Span::minutes(1)));
        for _ in 0..=place {
            let done = at_once(jobs::read_on(store.clone(), 99, 100));
            done.and_then(Result::ok).ok_or_else(|| "I13: the reader does not come on".to_owned())?;
            if self.delivered(&store)?.len() == self.due_deliveries().len() {
                break;
            }
        }
        if self.delivered(&store)? != self.due_deliveries() {
            return Err("I9: deliveries are missing, doubled or out of order".to_owned());
        }
        Ok(())
    }

    fn due_deliveries(&self) -> Vec<u64> {
        self.shadow.after(0).iter().filter_map(jobs::delivery).map(|delivery| delivery.sequence).collect()
    }

    /// The sequences of all deliveries in the order of their ids.
    fn delivered(&self, store: &dayshelf_store::Store) -> Verdict<Vec<u64>> {
        let log = at_once(store.delivery_log(jobs::endpoint(), None, usize::MAX >> 1)).and_then(Result::ok);
        let log = log.ok_or_else(|| "the deliveries can't be read".to_owned())?;
        Ok(log.iter().rev().map(|delivery| delivery.sequence).collect())
    }
}
