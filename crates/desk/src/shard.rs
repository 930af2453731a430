//! One shard's round: gather, lock, catch up, decide, commit, answer.
//!
//! A batch is what queued while the last one was committed: no delay is added. Not here: who lets it go round
//! and waits in between (`thread`, `stepping`). Start at [`Shard::round`].

use std::sync::Arc;

use dayshelf_core::books::Books;
use dayshelf_core::decide::resume;
use dayshelf_core::ids::Home;
use dayshelf_core::planted;
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{Batch, CommitFault, FaultKind, Head, KeySlice, Store, StoreFault, Writer};
use tokio::sync::{mpsc, watch};

use crate::answers::{Finished, answer, answer_fault, refuse_all};
use crate::ask::{DeskFault, Request};
use crate::batch::{Halt, ShardBooks, Work};
use crate::board::Board;
use crate::keys::{KEY_SPAN, KeyBook, Used};
use crate::probe::{Clock, Step, Watch};
use crate::publish::{Mark, Publisher, Touched};
use crate::thread::Opening;

/// Requests in one batch at most, which bounds a transaction and the wait of its last request.
pub(crate) const BATCH_MAX: usize = 1_024;
/// Askers that the shard's thread wakes itself; more are woken by one of their own.
const WOKEN_ONE_BY_ONE: usize = 2;
/// Records read at once while catching up.
const RECORDS_PAGE: usize = 1_000;

pub(crate) struct Shard {
    pub store: Store,
    shard: u16,
    pub asks: mpsc::Receiver<Request>,
    ring: watch::Sender<u64>,
    askers: Option<tokio::runtime::Handle>,
    writer: Writer,
    state: ShardBooks,
    publisher: Publisher,
    board: Arc<Board>,
    clock: Clock,
    watch: Watch,
    /// How far the deciding clock is ahead of this machine's.
    ahead: Span,
    /// Requests whose turn has not come.
    pub waiting: Vec<Request>,
    /// Things due are left over from the last batch.
    more: bool,
    /// The books may be wrong, and are read anew before anything else.
    stale: bool,
    /// What the store said when it failed last.
    pub failed: Option<FaultKind>,
}

/// What became of a batch.
enum Fate {
    /// Done; `more` says that things due are left over.
    Done { more: bool },
    /// Nothing was done, and the books may be wrong: they are read anew.
    Reload(DeskFault),
    /// The storage or the books can't be trusted: the process must stop.
    Stop,
}

impl Fate {
    /// What those are told who waited for it.
    fn fault(&self) -> DeskFault {
        match self {
            Self::Reload(fault) => *fault,
            _ => DeskFault::Stopped,
        }
    }
}

/// What came of a round.
pub(crate) enum Round {
    /// All is well.
    On,
    /// The store failed; the next round begins with reading the books anew, after a pause.
    Failed,
    /// The process must end.
    Stopped,
}

impl Shard {
    pub async fn open(opening: Opening) -> Result<Self, StoreFault> {
        let Opening { store, shard, asks, board, ring, askers, clock, watch } = opening;
        let writer = store.writer(shard)?;
        let publisher = Publisher::new(Arc::clone(&board));
        let mut shard = Self {
            store,
            shard,
            asks,
            ring,
            askers,
            writer,
            state: ShardBooks::default(),
            publisher,
            board,
            clock,
            watch,
            ahead: Span(0),
            waiting: Vec::new(),
            more: false,
            stale: true,
            failed: None,
        };
        shard.load().await?;
        Ok(shard)
    }

    /// Reads the books and the keys under the shard's lock, and publishes all of it.
    async fn load(&mut self) -> Result<(), StoreFault> {
        let head = self.writer.begin().await?;
        self.writer.adopt();
        let books = self.writer.load_shard().await;
        self.writer.rollback().await;
        let mut state = ShardBooks::at(head.seq);
        for mut books in books? {
            resume(&mut books, head.now);
            state.insert(books);
        }
        self.load_keys(&mut state.keys, head.now).await?;
        self.note_clock(head.now);
        let mark = Mark { sequence: head.seq, at: head.now };
        for books in state.books.values() {
            self.publisher.publish_all(books, mark);
        }
        self.state = state;
        self.stale = false;
        self.board.miss_outcomes(self.shard);
        self.ring.send_replace(head.seq);
        Ok(())
    }

    /// Learns the keys that still answer: those in runs as suspects, those after the last run by themselves.
    async fn load_keys(&mut self, keys: &mut KeyBook, now: Instant) -> Result<(), StoreFault> {
        if planted!(KeysLostOnRestart) {
            return Ok(());
        }
        self.writer.list_keys(&mut |fingerprint| keys.suspect(fingerprint)).await?;
        let lapsed = self.writer.place_before(Instant(now.0.saturating_sub(KEY_SPAN.0))).await?;
        let mut after = lapsed.max(self.writer.keys_come().await?);
        loop {
            let page = self.writer.keys_after(after, RECORDS_PAGE).await?;
            let Some(last) = page.last() else { return Ok(()) };
            after = last.seq;
            for known in &page {
                let used = Used { seq: known.seq, request: known.key.request, at: known.at };
                keys.learn(known.key.fingerprint, used);
            }
            if page.len() < RECORDS_PAGE {
                return Ok(());
            }
        }
    }

    /// The keys that go into the next commit, where it is time for some; those that no longer answer go.
    async fn keys_due(&mut self, now: Instant) -> Result<Option<KeySlice>, StoreFault> {
        if !self.state.keys.is_due() {
            return Ok(None);
        }
        // Another node may have written them.
        self.state.keys.covered(self.writer.keys_come().await?);
        if self.state.keys.is_run_due() {
            let lapsed = self.writer.place_before(Instant(now.0.saturating_sub(KEY_SPAN.0))).await?;
            self.state.keys.begin(lapsed);
        }
        let slice = self.state.keys.slice().cloned();
        if let Some(slice) = &slice {
            self.writer.forget_keys(slice).await?;
        }
        Ok(slice)
    }

    /// Whether a round would find nothing to do, unless it is time for something.
    pub fn is_idle(&self) -> bool {
        self.waiting.is_empty() && !self.more && !self.stale
    }

    /// In how long something is due, by the deciding clock as far as this machine knows it.
    pub fn due_in(&self) -> Option<Span> {
        self.state.next_due().map(|due| due.since(self.now()))
    }

    /// The place of the journal that the books are true at, if they can be decided on.
    pub fn place(&self) -> Option<u64> {
        (!self.stale).then_some(self.state.seq)
    }

    /// The books of an organiser.
    pub fn books(&self, home: Home) -> Option<&Books> {
        self.state.books.get(&home.number).filter(|_| home.shard == self.shard)
    }

    /// Goes round once.
    pub async fn round(&mut self) -> Round {
        if self.stale
            && let Err(fault) = self.load().await
        {
            let fate = self.store_fault(&fault);
            self.gather();
            return self.end(fate);
        }
        let fate = self.batch().await;
        self.end(fate)
    }

    /// Takes in what waits, up to what one batch may have.
    pub fn gather(&mut self) {
        while self.waiting.len() < BATCH_MAX {
            let Ok(request) = self.asks.try_recv() else { break };
            self.waiting.push(request);
        }
    }

    /// Takes note of a batch's fate.
    fn end(&mut self, fate: Fate) -> Round {
        if let Fate::Done { more } = fate {
            self.more = more;
            return Round::On;
        }
        refuse_all(&mut self.waiting, fate.fault());
        self.more = false;
        match fate {
            Fate::Reload(_) => {
                self.stale = !planted!(BooksKeptAfterFault);
                Round::Failed
            }
            _ => Round::Stopped,
        }
    }

    fn now(&self) -> Instant {
        self.clock.now().plus(self.ahead)
    }

    fn note_clock(&mut self, now: Instant) {
        self.ahead = now.since(self.clock.now());
    }

    async fn batch(&mut self) -> Fate {
        if self.waiting.is_empty() && self.state.next_due().is_none_or(|due| self.now() < due) {
            return self.tail().await;
        }
        self.watch.pass(Step::BeforeLock).await;
        let head = match self.writer.begin().await {
            Ok(head) => head,
            Err(fault) => return self.store_fault(&fault),
        };
        if self.writer.is_elsewhere() {
            self.writer.rollback().await;
            return Fate::Reload(DeskFault::Retry);
        }
        // Who comes later than the clock was read does not come along: nobody had asked yet at that instant.
        self.gather();
        self.watch.pass(Step::AfterLock).await;
        self.note_clock(head.now);
        if let Err(fate) = self.catch_up(head.seq, head.now).await {
            self.writer.rollback().await;
            return fate;
        }
        let mut work = Work::new(self.shard, head, &mut self.state);
        let decided = work.decide_all(&mut self.writer, &mut self.waiting).await;
        let finished = Finished {
            records: std::mem::take(&mut work.records),
            changes: std::mem::take(&mut work.changes),
            touched: std::mem::take(&mut work.touched),
            answers: std::mem::take(&mut work.answers),
            looks: std::mem::take(&mut work.looks),
            studies: std::mem::take(&mut work.studies),
        };
        match decided {
            // What is told again must be as safe as when it was told first. Where a standby is waited for, it may
            // not be yet: whoever asks again may have seen the server go before the standby had it. A commit
            // waits for everything before it.
            Ok(done) if finished.records.is_empty() && finished.repeats() && self.store.is_shared() => {
                self.watch.pass(Step::AfterDecide).await;
                self.commit(head, finished, done).await
            }
            Ok(done) if finished.records.is_empty() => {
                work.forget();
                self.watch.pass(Step::AfterDecide).await;
                self.writer.rollback().await;
                self.answer(finished, head.now, None);
                Fate::Done { more: !done }
            }
            Ok(done) => {
                self.watch.pass(Step::AfterDecide).await;
                self.commit(head, finished, done).await
            }
            Err(halt) => {
                self.writer.rollback().await;
                let fate = self.halted(halt);
                answer_fault(finished.answers, fate.fault());
                fate
            }
        }
    }

    /// Makes a batch durable; then, and only then, everybody hears of it.
    async fn commit(&mut self, head: Head, mut finished: Finished, done: bool) -> Fate {
        let seq = head.seq + finished.records.len() as u64;
        let keys = match self.keys_due(head.now).await {
            Ok(keys) => keys,
            Err(fault) => {
                self.writer.rollback().await;
                let fate = self.store_fault(&fault);
                answer_fault(finished.answers, fate.fault());
                return fate;
            }
        };
        let books = &self.state.books;
        let batch = Batch {
            seq,
            at: head.now,
            records: &finished.records,
            changes: &finished.changes,
            keys: keys.as_ref(),
            books: &|home| books.get(&home.number),
        };
        if planted!(AnswerBeforeCommit) {
            answer(std::mem::take(&mut finished.answers), finished.records.clone());
        }
        let mark = Mark { sequence: seq, at: head.now };
        if planted!(PublishBeforeCommit) {
            self.publisher.publish(&finished.touched, mark, &|home| books.get(&home.number));
        }
        self.watch.pass(Step::BeforeCommit).await;
        if let Err(fault) = self.writer.commit(&batch).await {
            let fate = self.commit_fault(&fault);
            answer_fault(finished.answers, fate.fault());
            return fate;
        }
        self.watch.pass(Step::AfterCommit).await;
        if keys.is_some() {
            self.state.keys.written();
        }
        self.state.settle(seq, &finished.records);
        let books = &self.state.books;
        self.publisher.publish(&finished.touched, mark, &|home| books.get(&home.number));
        self.state.forget();
        self.answer(finished, head.now, Some(seq));
        Fate::Done { more: !done }
    }

    /// Rings for what was written and answers everybody; looks see the books as they are now that they are durable.
    fn answer(&self, finished: Finished, now: Instant, written: Option<u64>) {
        for (home, look) in finished.looks {
            look(self.state.books.get(&home.number), now);
        }
        finished.studies.into_iter().for_each(|told| told());
        let (answers, records) = (finished.answers, finished.records);
        match &self.askers {
            // Each wake of a task from this thread costs a lock and maybe a system call. One task there
            // wakes all the others for next to nothing.
            Some(askers) if answers.len() > WOKEN_ONE_BY_ONE => {
                let ring = self.ring.clone();
                drop(askers.spawn(async move {
                    ring_up_to(&ring, written);
                    answer(answers, records);
                }));
            }
            _ => {
                ring_up_to(&self.ring, written);
                answer(answers, records);
            }
        }
    }

    /// Reads what other nodes wrote since, under the lock or without.
    async fn catch_up(&mut self, until: u64, now: Instant) -> Result<(), Fate> {
        let mut touched = Touched::default();
        while self.state.seq < until {
            let read = self.writer.records_after(self.state.seq, RECORDS_PAGE).await;
            let records = read.map_err(|fault| self.store_fault(&fault))?;
            if records.is_empty() {
                return Err(Fate::Reload(DeskFault::Retry));
            }
            for record in &records {
                if planted!(CatchUpSkips) && record.seq == until {
                    self.state.seq = until;
                    continue;
                }
                if let Err(stop) = self.state.catch_up(record, &mut touched) {
                    tracing::error!(
                        shard = self.shard,
                        sequence = record.seq,
                        ?stop,
                        "the journal does not fit the books"
                    );
                    return Err(Fate::Stop);
                }
            }
        }
        if self.state.keys.is_due() {
            let come = self.writer.keys_come().await.map_err(|fault| self.store_fault(&fault))?;
            self.state.keys.covered(come);
        }
        if !touched.is_empty() {
            if planted!(TailNotPublished) {
                return Ok(());
            }
            let mark = Mark { sequence: self.state.seq, at: now };
            let books = &self.state.books;
            self.publisher.publish(&touched, mark, &|home| books.get(&home.number));
            self.state.forget();
        } else if planted!(TailNotRung) {
            return Ok(());
        }
        // Also for what no board shows: it may be told by mail or webhook.
        self.ring.send_if_modified(|rung| std::mem::replace(rung, self.state.seq) != self.state.seq);
        Ok(())
    }

    /// Looks whether other nodes have written, without taking the lock.
    async fn tail(&mut self) -> Fate {
        self.board.sweep_outcomes();
        if !self.store.is_shared() {
            return Fate::Done { more: false };
        }
        match self.writer.records_after(self.state.seq, 1).await {
            Ok(_) if self.writer.is_elsewhere() => Fate::Reload(DeskFault::Retry),
            Ok(records) if records.is_empty() => Fate::Done { more: false },
            Ok(_) => match self.store.reader().head(self.shard).await {
                Ok(head) => match self.catch_up(head.seq, head.now).await {
                    Ok(()) => Fate::Done { more: false },
                    Err(fate) => fate,
                },
                Err(fault) => self.store_fault(&fault),
            },
            Err(fault) => self.store_fault(&fault),
        }
    }

    fn halted(&mut self, halt: Halt) -> Fate {
        match halt {
            Halt::Store(fault) => self.store_fault(&fault),
            Halt::Broken(broken) => {
                tracing::error!(shard = self.shard, %broken, "the books contradict themselves");
                Fate::Stop
            }
        }
    }

    fn store_fault(&mut self, fault: &StoreFault) -> Fate {
        tracing::error!(shard = self.shard, fault = %Chain(fault), "the store failed");
        self.failed = Some(fault.kind());
        match fault.kind() {
            FaultKind::Broken => Fate::Stop,
            _ => Fate::Reload(DeskFault::Retry),
        }
    }

    fn commit_fault(&mut self, fault: &CommitFault) -> Fate {
        tracing::error!(shard = self.shard, fault = %Chain(fault), "a batch was not committed");
        self.failed = Some(fault.fault().kind());
        match fault {
            CommitFault::NotCommitted(_) => Fate::Reload(DeskFault::Retry),
            CommitFault::Unknown(_) => Fate::Reload(DeskFault::Unknown),
            CommitFault::Broken(_) => Fate::Stop,
        }
    }
}

/// Rings for the journal up to a record. A batch may be told of after the one behind it: the bell never goes back.
fn ring_up_to(ring: &watch::Sender<u64>, written: Option<u64>) {
    let Some(seq) = written else { return };
    ring.send_if_modified(|rung| {
        let grown = *rung < seq;
        *rung = (*rung).max(seq);
        grown
    });
}

/// A fault with all its causes, in one line.
struct Chain<'a>(&'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(next) = cause {
            write!(out, ": {next}")?;
            cause = next.source();
        }
        Ok(())
    }
}
