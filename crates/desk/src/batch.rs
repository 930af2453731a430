//! Deciding a batch: the retry first, then what is due, then each command in the order of arrival.
//!
//! Nothing here touches the store but fetches; nothing is answered before the commit (`shard`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dayshelf_core::books::{Books, Needs, needs};
use dayshelf_core::command::Command;
use dayshelf_core::decide::{Stop, decide, found, pulse, transact};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, Id, OrganiserId};
use dayshelf_core::planted;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::Instant;
use dayshelf_store::{Changes, Head, KeyUse, Outcome, Record, StoreFault, Writer};
use foldhash::{HashMap, HashMapExt as _};
use tokio::sync::oneshot;

use crate::ask::{Ask, Decided, DeskFault, Key, Look, Reply, Request, Study, Told};
use crate::keys::{KEY_SPAN, KeyBook, Used};
use crate::publish::Touched;

/// Pulses of one organiser in one batch. What is still due then comes first in the next one.
const PULSES_MAX: usize = 16;

/// The books of a shard and what is known of its keys, true at `seq`.
#[derive(Default)]
pub(crate) struct ShardBooks {
    pub seq: u64,
    pub books: BTreeMap<u32, Books>,
    pub keys: KeyBook,
    slugs: BTreeMap<String, u32>,
    /// When something is next due, by organiser.
    due: BTreeSet<(Instant, u32)>,
    due_of: HashMap<u32, Instant>,
    /// Organisers whose books may have things that were only fetched.
    used: BTreeSet<u32>,
}

impl ShardBooks {
    /// No books yet, at a place of the journal.
    pub fn at(seq: u64) -> Self {
        Self { seq, ..Self::default() }
    }

    /// Takes in an organiser's books.
    pub fn insert(&mut self, books: Books) {
        let number = books.home().number;
        self.slugs.insert(books.organiser.spec.slug.clone(), number);
        self.books.insert(number, books);
        if !planted!(DueLeftAfterRestart) {
            self.reschedule(number);
        }
    }

    /// When something is next due in the shard.
    pub fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Applies a record that another node wrote.
    pub fn catch_up(&mut self, record: &Record, touched: &mut Touched) -> Result<(), Stop> {
        self.seq = record.seq;
        if let Some(key) = record.key.as_ref().filter(|_| !planted!(CatchUpWithoutKeys)) {
            let used = Used { seq: record.seq, request: key.request, at: record.at };
            self.keys.learn(key.fingerprint, used);
        }
        let Outcome::Facts(facts) = &record.outcome else { return Ok(()) };
        let number = record.home.number;
        for fact in facts {
            if let Fact::OrganiserFounded(organiser) = fact {
                self.insert(Books::open((**organiser).clone()));
            }
            let Some(books) = self.books.get_mut(&number) else { continue };
            dayshelf_core::apply::apply(books, fact)?;
            touched.note(books, fact);
        }
        // The node that wrote them served the waiters too, and let every rule act.
        if let Some(books) = self.books.get_mut(&number) {
            books.stirred.clear();
            books.alert.clear();
        }
        self.used.insert(number);
        self.reschedule(number);
        Ok(())
    }

    /// After a commit: where the journal is, and which keys were used.
    pub fn settle(&mut self, seq: u64, records: &[Record]) {
        self.seq = seq;
        for record in records {
            if let Some(key) = &record.key {
                let used = Used { seq: record.seq, request: key.request, at: record.at };
                self.keys.learn(key.fingerprint, used);
            }
        }
    }

    /// Lets go of what was only fetched.
    pub fn forget(&mut self) {
        for number in std::mem::take(&mut self.used) {
            if let Some(books) = self.books.get_mut(&number) {
                books.forget_fetched();
            }
        }
    }

    fn reschedule(&mut self, number: u32) {
        if let Some(before) = self.due_of.remove(&number) {
            self.due.remove(&(before, number));
        }
        let books = self.books.get(&number);
        // Waiters left unserved by a bounded step are due at once.
        let unserved = books.is_some_and(|books| !books.stirred.is_empty());
        let next = if unserved { Some(Instant(0)) } else { books.and_then(Books::next_due) };
        if let Some(next) = next {
            self.due_of.insert(number, next);
            self.due.insert((next, number));
        }
    }
}

/// A batch while it is decided.
pub(crate) struct Work<'a> {
    pub shard: u16,
    pub head: Head,
    pub now: Instant,
    pub state: &'a mut ShardBooks,
    pub records: Vec<Record>,
    pub changes: Changes,
    pub touched: Touched,
    pub answers: Vec<Waiting>,
    pub looks: Vec<(Home, Look)>,
    pub studies: Vec<Told>,
    /// Keys first used in this batch.
    fresh: HashMap<u128, usize>,
}

/// Somebody who waits for the batch to be durable.
pub(crate) struct Waiting {
    pub answer: oneshot::Sender<Reply>,
    pub reply: Decision,
}

/// What somebody will be told.
pub(crate) enum Decision {
    /// This.
    Ready(Reply),
    /// Done; the facts are those of this record of the batch, which gives them away once it is written.
    Recorded(Decided, usize),
}

/// Why a batch can't go on.
pub(crate) enum Halt {
    /// The store failed while something was fetched.
    Store(StoreFault),
    /// The books contradict themselves.
    Broken(dayshelf_core::apply::Broken),
}

impl From<StoreFault> for Halt {
    fn from(fault: StoreFault) -> Self {
        Self::Store(fault)
    }
}

impl<'a> Work<'a> {
    pub fn new(shard: u16, head: Head, state: &'a mut ShardBooks) -> Self {
        Self {
            shard,
            head,
            now: head.now,
            state,
            records: Vec::new(),
            changes: Changes::new(),
            touched: Touched::default(),
            answers: Vec::new(),
            looks: Vec::new(),
            studies: Vec::new(),
            fresh: HashMap::new(),
        }
    }

    /// Does what is due. `false` when more is due than one batch takes; commands wait for the rest.
    fn pulse(&mut self) -> Result<bool, Halt> {
        while let Some((_, number)) = self.state.due.first().copied().filter(|(at, _)| *at <= self.now) {
            for round in 0..=PULSES_MAX {
                let Some(books) = self.state.books.get_mut(&number) else { break };
                let facts = pulse(books, self.now).map_err(Halt::Broken)?;
                let nothing = facts.is_empty();
                self.state.used.insert(number);
                if !nothing {
                    self.record(number, None, Outcome::Facts(facts));
                }
                if nothing || round == PULSES_MAX {
                    break;
                }
            }
            self.state.reschedule(number);
            if self.state.due_of.get(&number).is_some_and(|due| *due <= self.now) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Decides everything that waits; `false` when things due are left over, and commands with them.
    pub async fn decide_all(
        &mut self,
        writer: &mut Writer,
        waiting: &mut Vec<Request>,
    ) -> Result<bool, Halt> {
        if !self.pulse()? {
            return Ok(false);
        }
        let mut taken = std::mem::take(waiting);
        let mut rest = taken.drain(..);
        while let Some(request) = rest.next() {
            if let Err(halt) = self.take(writer, request).await {
                // Whoever comes after is told what became of the batch.
                waiting.extend(rest);
                return Err(halt);
            }
        }
        drop(rest);
        // The room stays for the next batch.
        *waiting = taken;
        Ok(true)
    }

    /// Serves one request as far as it can be before the commit.
    async fn take(&mut self, writer: &mut Writer, request: Request) -> Result<(), Halt> {
        let (answer, reply) = match request {
            Request::Ask { ask, answer } => (answer, self.ask(writer, *ask).await),
            Request::Rehearse { home, command, answer } => {
                (answer, self.rehearse(writer, home, &command).await.map(Decision::Ready))
            }
            Request::Look { home, look } => {
                self.looks.push((home, look));
                return Ok(());
            }
            Request::Study { home, study } => return self.study(writer, home, *study).await,
        };
        match reply {
            Ok(reply) => self.answers.push(Waiting { answer, reply }),
            Err(halt) => {
                // Whoever asked is told what became of the batch, too.
                let reply = Decision::Ready(Reply::Fault(DeskFault::Stopped));
                self.answers.push(Waiting { answer, reply });
                return Err(halt);
            }
        }
        Ok(())
    }

    /// Decides one command.
    async fn ask(&mut self, writer: &mut Writer, ask: Ask) -> Result<Decision, Halt> {
        if let Some(key) = &ask.key
            && let Some(reply) = self.again(writer, key).await?
        {
            return Ok(Decision::Ready(reply));
        }
        self.decide(writer, ask).await
    }

    /// The first answer again, if this key was used before.
    async fn again(&mut self, writer: &mut Writer, key: &Key) -> Result<Option<Reply>, Halt> {
        if planted!(RetryDecidedAnew) {
            return Ok(None);
        }
        if let Some(place) = self.fresh.get(&key.fingerprint).filter(|_| !planted!(TwinsInBatch)) {
            let reply = self.records.get(*place).map(|record| replay(record, key));
            return Ok(reply);
        }
        let mut used = self.state.keys.find(key.fingerprint, self.now);
        if used.is_none() && self.state.keys.may_have_forgotten(key.fingerprint) {
            used = self.indexed(writer, key.fingerprint).await?;
        }
        let Some(used) = used else { return Ok(None) };
        if used.request != key.request && !planted!(KeyWithoutRequest) {
            return Ok(Some(Reply::Refused { refusal: Refusal::KeyReused, at: self.now, replayed: false }));
        }
        let record = writer.records_after(used.seq.saturating_sub(1), 1).await?.into_iter().next();
        Ok(record.map(|record| replay(&record, key)))
    }

    /// A key that memory has let go of, by the runs that it is in.
    async fn indexed(&self, writer: &mut Writer, fingerprint: u128) -> Result<Option<Used>, Halt> {
        let Some(seq) = writer.find_key(fingerprint).await? else { return Ok(None) };
        let record = writer.records_after(seq.saturating_sub(1), 1).await?.into_iter().next();
        let used = |record: Record| {
            let key = record.key.filter(|key| key.fingerprint == fingerprint)?;
            (self.now <= record.at.plus(KEY_SPAN)).then_some(Used {
                seq,
                request: key.request,
                at: record.at,
            })
        };
        Ok(record.and_then(used))
    }

    async fn decide(&mut self, writer: &mut Writer, ask: Ask) -> Result<Decision, Halt> {
        if matches!(ask.command, Command::Found(_)) {
            return Ok(self.found(ask));
        }
        let mut number = ask.home.number;
        if planted!(OthersBooks) {
            let others = self.state.books.keys().copied();
            number = others.filter(|other| *other != number).min().unwrap_or(number);
        }
        let Some(books) = self.state.books.get_mut(&number) else {
            return Ok(self.refused(Refusal::Unknown(Noun::Organiser)));
        };
        let wanted = needs(books, &ask.command);
        if !wanted.is_empty() {
            writer.fetch(ask.home, &wanted).await?.lay_into(books);
        }
        self.state.used.insert(number);
        let outcome = match transact(books, self.now, &ask.command) {
            Ok(facts) => Ok(facts),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Broken(broken)) => return Err(Halt::Broken(broken)),
        };
        self.state.reschedule(number);
        Ok(self.keep(ask.home, ask.key, outcome))
    }

    /// Opens the books of a new organiser at the next free number of the shard.
    fn found(&mut self, ask: Ask) -> Decision {
        let Command::Found(mut organiser) = ask.command else {
            return self.refused(Refusal::Unknown(Noun::Organiser));
        };
        if self.state.slugs.contains_key(&organiser.spec.slug) {
            let refusal = Refusal::NameTaken { field: "organiser.slug".into() };
            return self.keep(ask.home, ask.key, Err(refusal));
        }
        let number = self.state.books.last_key_value().map_or(1, |(last, _)| last + 1);
        if number > Home::NUMBER_MAX {
            return self.refused(Refusal::LimitReached { noun: Noun::Organiser, max: Home::NUMBER_MAX });
        }
        let home = Home { shard: self.shard, number };
        organiser.id = OrganiserId(Id::mint(self.now.0, home, organiser.id.0.salt()));
        let facts = match found(&Command::Found(organiser.clone())) {
            Ok(facts) => facts,
            Err(refusal) => return self.refused(refusal),
        };
        self.state.insert(Books::open(*organiser));
        self.state.used.insert(number);
        self.keep(home, ask.key, Ok(facts))
    }

    /// Records what a command came to, where there is something to record.
    fn keep(&mut self, home: Home, key: Option<Key>, outcome: Result<Vec<Fact>, Refusal>) -> Decision {
        let worth = key.is_some() || outcome.as_ref().is_ok_and(|facts| !facts.is_empty());
        let place = self.records.len();
        let decided = Decided {
            seq: self.head.seq + place as u64 + u64::from(worth),
            at: self.now,
            home,
            facts: Arc::default(),
            salt: key.map_or([0; 16], |key| key.salt),
            replayed: false,
        };
        match outcome {
            Ok(facts) if worth => {
                self.record(home.number, key, Outcome::Facts(facts));
                Decision::Recorded(decided, place)
            }
            Ok(_) => Decision::Ready(Reply::Done(decided)),
            Err(refusal) => {
                if worth {
                    self.record(home.number, key, Outcome::Refused(refusal.clone()));
                }
                self.refused(refusal)
            }
        }
    }

    fn refused(&self, refusal: Refusal) -> Decision {
        Decision::Ready(Reply::Refused { refusal, at: self.now, replayed: false })
    }

    fn record(&mut self, number: u32, key: Option<Key>, outcome: Outcome) {
        let home = Home { shard: self.shard, number };
        let seq = self.head.seq + self.records.len() as u64 + 1;
        if let (Outcome::Facts(facts), Some(books)) = (&outcome, self.state.books.get(&number)) {
            for fact in facts {
                self.changes.note(home, seq, fact);
                self.touched.note(books, fact);
            }
        }
        if let Some(key) = &key {
            self.fresh.insert(key.fingerprint, self.records.len());
        }
        let key =
            key.map(|key| KeyUse { fingerprint: key.fingerprint, request: key.request, salt: key.salt });
        self.records.push(Record { seq, at: self.now, home, key, outcome });
    }

    /// What a command would do, on books that stay as they are.
    async fn rehearse(&mut self, writer: &mut Writer, home: Home, command: &Command) -> Result<Reply, Halt> {
        self.fetch(writer, home, |books| needs(books, command)).await?;
        let Some(books) = self.state.books.get(&home.number) else {
            let refusal = Refusal::Unknown(Noun::Organiser);
            return Ok(Reply::Refused { refusal, at: self.now, replayed: false });
        };
        Ok(match decide(books, self.now, command) {
            Ok(facts) => Reply::Done(Decided {
                seq: self.head.seq,
                at: self.now,
                home,
                facts: facts.into(),
                salt: [0; 16],
                replayed: false,
            }),
            Err(refusal) => Reply::Refused { refusal, at: self.now, replayed: false },
        })
    }

    /// Looks into the books with what has to be fetched for it. What was found is told with the batch.
    async fn study(&mut self, writer: &mut Writer, home: Home, study: Study) -> Result<(), Halt> {
        self.fetch(writer, home, study.needs).await?;
        let told = (study.look)(self.state.books.get(&home.number), self.now);
        self.studies.push(told);
        Ok(())
    }

    /// Lays into an organiser's books what is needed of it and not always there.
    async fn fetch(
        &mut self,
        writer: &mut Writer,
        home: Home,
        needs: impl FnOnce(&Books) -> Needs,
    ) -> Result<(), Halt> {
        let Some(books) = self.state.books.get_mut(&home.number) else { return Ok(()) };
        let wanted = needs(books);
        if !wanted.is_empty() {
            writer.fetch(home, &wanted).await?.lay_into(books);
            self.state.used.insert(home.number);
        }
        Ok(())
    }

    /// Lets go of what was only fetched, when nothing was written.
    pub fn forget(&mut self) {
        self.state.forget();
    }
}

/// The first answer again, or that the key was used for something else.
fn replay(record: &Record, key: &Key) -> Reply {
    let known = record.key.as_ref();
    if known.is_none_or(|known| known.request != key.request) && !planted!(KeyWithoutRequest) {
        return Reply::Refused { refusal: Refusal::KeyReused, at: record.at, replayed: false };
    }
    match &record.outcome {
        Outcome::Refused(refusal) => {
            Reply::Refused { refusal: refusal.clone(), at: record.at, replayed: true }
        }
        Outcome::Facts(facts) => Reply::Done(Decided {
            seq: record.seq,
            at: record.at,
            home: record.home,
            facts: facts.clone().into(),
            salt: known.map_or([0; 16], |known| known.salt),
            replayed: true,
        }),
    }
}
