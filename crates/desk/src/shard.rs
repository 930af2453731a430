//! The loop of one shard: gather, lock, catch up, decide, commit, answer.
//!
//! It runs on a thread of its own, because the embedded engine works on the caller's thread and a sync
//! must not hold up anybody else. A batch is what queued while the last one was committed: no delay is
//! added.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::Home;
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{
    Batch, Changes, CommitFault, FaultKind, Head, Outcome, Record, Store, StoreFault, Writer,
};
use tokio::sync::{mpsc, oneshot, watch};

use crate::ask::{DeskFault, Look, Reply, Request};
use crate::batch::{Decision, Halt, ShardBooks, Waiting, Work};
use crate::board::Board;
use crate::keys::{KEY_SPAN, KeyBook, Used};
use crate::publish::{Mark, Publisher, Touched};

/// Requests in one batch at most, which bounds a transaction and the wait of its last request.
const BATCH_MAX: usize = 1_024;
/// Askers that the shard's thread wakes itself; more are woken by one of their own.
const WOKEN_ONE_BY_ONE: usize = 2;
/// How often a shard that other nodes may write is looked at while nothing is asked here.
const TAIL_EVERY: Duration = Duration::from_millis(100);
/// How long a shard without anything due sleeps at most.
const REST_MAX: Duration = Duration::from_secs(10);
/// The pause after a fault of the store.
const FAULT_PAUSE: Duration = Duration::from_millis(50);
/// Records read at once while catching up.
const RECORDS_PAGE: usize = 1_000;

/// Why a shard can't be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenFault {
    /// The store failed while the books were read.
    #[error("the books can't be read")]
    Store(#[from] StoreFault),
    /// The system gave no thread.
    #[error("the system gave no thread for a shard")]
    Thread,
}

/// What a shard is opened with.
pub(crate) struct Opening {
    pub store: Store,
    pub shard: u16,
    pub asks: mpsc::Receiver<Request>,
    pub board: Arc<Board>,
    pub ring: watch::Sender<u64>,
    /// Where those who ask run, so that a batch of them can be woken in one go.
    pub askers: Option<tokio::runtime::Handle>,
}

/// Opens a shard on a thread of its own; returns when its books are loaded and published.
pub(crate) async fn start(opening: Opening) -> Result<(), OpenFault> {
    let (ready, opened) = oneshot::channel();
    let name = format!("desk-{}", opening.shard);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let spawned = std::thread::Builder::new().name(name).spawn(move || {
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(fault) => {
                tracing::error!(%fault, "no runtime for a shard");
                return;
            }
        };
        runtime.block_on(async move {
            match Shard::open(opening).await {
                Ok(mut shard) => {
                    drop(ready.send(Ok(())));
                    shard.run().await;
                }
                Err(fault) => drop(ready.send(Err(OpenFault::Store(fault)))),
            }
        });
    });
    if let Err(fault) = spawned {
        tracing::error!(%fault, "no thread for a shard");
    }
    opened.await.unwrap_or(Err(OpenFault::Thread))
}

struct Shard {
    store: Store,
    shard: u16,
    asks: mpsc::Receiver<Request>,
    ring: watch::Sender<u64>,
    askers: Option<tokio::runtime::Handle>,
    writer: Writer,
    state: ShardBooks,
    publisher: Publisher,
    board: Arc<Board>,
    /// How far the deciding clock is ahead of this machine's.
    ahead: Span,
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

impl Shard {
    async fn open(opening: Opening) -> Result<Self, StoreFault> {
        let Opening { store, shard, asks, board, ring, askers } = opening;
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
            ahead: Span(0),
        };
        shard.load().await?;
        Ok(shard)
    }

    /// Reads the books and the keys under the shard's lock, and publishes all of it.
    async fn load(&mut self) -> Result<(), StoreFault> {
        let head = self.writer.begin().await?;
        let books = self.writer.load_shard().await;
        self.writer.rollback().await;
        let mut state = ShardBooks::at(head.seq);
        for books in books? {
            state.insert(books);
        }
        self.load_keys(&mut state.keys, head.now).await?;
        self.note_clock(head.now);
        let mark = Mark { sequence: head.seq, at: head.now };
        for books in state.books.values() {
            self.publisher.publish_all(books, mark);
        }
        self.state = state;
        self.ring.send_replace(head.seq);
        Ok(())
    }

    /// Learns the keys that still answer.
    async fn load_keys(&self, keys: &mut KeyBook, now: Instant) -> Result<(), StoreFault> {
        let reader = self.store.reader();
        let mut after = reader.place_before(self.shard, Instant(now.0.saturating_sub(KEY_SPAN.0))).await?;
        loop {
            let page = reader.keys(self.shard, after, RECORDS_PAGE).await?;
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

    async fn run(&mut self) {
        let mut waiting: Vec<Request> = Vec::new();
        let mut more = false;
        loop {
            if waiting.is_empty() && !more && !self.wait(&mut waiting).await {
                return;
            }
            match self.batch(&mut waiting).await {
                Fate::Done { more: left } => more = left,
                Fate::Reload(fault) => {
                    refuse_all(&mut waiting, fault);
                    tokio::time::sleep(FAULT_PAUSE).await;
                    more = false;
                    if let Err(fault) = self.load().await {
                        tracing::error!(shard = self.shard, fault = %Chain(&fault), "the books can't be read");
                    }
                }
                Fate::Stop => {
                    refuse_all(&mut waiting, DeskFault::Stopped);
                    return;
                }
            }
        }
    }

    /// Waits for requests, for what is due, or for the time to look at the journal; `false` at the end.
    async fn wait(&mut self, waiting: &mut Vec<Request>) -> bool {
        let rest = self.rest();
        tokio::select! {
            biased;
            count = self.asks.recv_many(waiting, BATCH_MAX) => count > 0,
            () = tokio::time::sleep(rest) => true,
        }
    }

    /// How long there is nothing to do unless somebody asks.
    fn rest(&self) -> Duration {
        let now = self.now();
        let due = self.state.next_due().map(|due| Duration::from_millis(due.since(now).0.max(0) as u64));
        let most = if self.store.is_shared() { TAIL_EVERY } else { REST_MAX };
        due.unwrap_or(most).min(most)
    }

    fn now(&self) -> Instant {
        crate::mint::Mint::new().now().plus(self.ahead)
    }

    fn note_clock(&mut self, now: Instant) {
        self.ahead = now.since(crate::mint::Mint::new().now());
    }

    async fn batch(&mut self, waiting: &mut Vec<Request>) -> Fate {
        if waiting.is_empty() && self.state.next_due().is_none_or(|due| self.now() < due) {
            return self.tail().await;
        }
        let head = match self.writer.begin().await {
            Ok(head) => head,
            Err(fault) => return self.store_fault(&fault),
        };
        self.note_clock(head.now);
        if let Err(fate) = self.catch_up(head.seq, head.now).await {
            self.writer.rollback().await;
            return fate;
        }
        // Whoever came while the lock was waited for comes along.
        while waiting.len() < BATCH_MAX {
            let Ok(request) = self.asks.try_recv() else { break };
            waiting.push(request);
        }
        let mut work = Work::new(self.shard, head, &mut self.state);
        let decided = decide_all(&mut work, &mut self.writer, waiting).await;
        let finished = Finished {
            records: std::mem::take(&mut work.records),
            changes: std::mem::take(&mut work.changes),
            touched: std::mem::take(&mut work.touched),
            answers: std::mem::take(&mut work.answers),
            looks: std::mem::take(&mut work.looks),
        };
        match decided {
            Ok(done) if finished.records.is_empty() => {
                work.forget();
                self.writer.rollback().await;
                self.answer(finished, head.now);
                Fate::Done { more: !done }
            }
            Ok(done) => self.commit(head, finished, done).await,
            Err(halt) => {
                self.writer.rollback().await;
                let fate = self.halted(halt);
                answer_fault(finished.answers, &fate);
                fate
            }
        }
    }

    /// Makes a batch durable; then, and only then, everybody hears of it.
    async fn commit(&mut self, head: Head, finished: Finished, done: bool) -> Fate {
        let seq = head.seq + finished.records.len() as u64;
        let books = &self.state.books;
        let batch = Batch {
            seq,
            at: head.now,
            records: &finished.records,
            changes: &finished.changes,
            books: &|home| books.get(&home.number),
        };
        if let Err(fault) = self.writer.commit(&batch).await {
            let fate = self.commit_fault(&fault);
            answer_fault(finished.answers, &fate);
            return fate;
        }
        self.state.settle(seq, &finished.records);
        let mark = Mark { sequence: seq, at: head.now };
        let books = &self.state.books;
        self.publisher.publish(&finished.touched, mark, &|home| books.get(&home.number));
        self.state.forget();
        self.ring.send_replace(seq);
        self.answer(finished, head.now);
        Fate::Done { more: !done }
    }

    /// Answers everybody; looks see the books as they are now that they are durable.
    fn answer(&self, finished: Finished, now: Instant) {
        for (home, look) in finished.looks {
            look(self.state.books.get(&home.number), now);
        }
        let (answers, records) = (finished.answers, finished.records);
        match &self.askers {
            // Each wake of a task from this thread costs a lock and maybe a system call. One task there
            // wakes all the others for next to nothing.
            Some(askers) if answers.len() > WOKEN_ONE_BY_ONE => {
                drop(askers.spawn(async move { answer(answers, records) }));
            }
            _ => answer(answers, records),
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
        if !touched.is_empty() {
            let mark = Mark { sequence: self.state.seq, at: now };
            let books = &self.state.books;
            self.publisher.publish(&touched, mark, &|home| books.get(&home.number));
            self.state.forget();
            self.ring.send_replace(self.state.seq);
        }
        Ok(())
    }

    /// Looks whether other nodes have written, without taking the lock.
    async fn tail(&mut self) -> Fate {
        self.board.sweep_outcomes();
        if !self.store.is_shared() {
            return Fate::Done { more: false };
        }
        match self.writer.records_after(self.state.seq, 1).await {
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

    fn halted(&self, halt: Halt) -> Fate {
        match halt {
            Halt::Store(fault) => self.store_fault(&fault),
            Halt::Broken(broken) => {
                tracing::error!(shard = self.shard, %broken, "the books contradict themselves");
                Fate::Stop
            }
        }
    }

    fn store_fault(&self, fault: &StoreFault) -> Fate {
        tracing::error!(shard = self.shard, fault = %Chain(fault), "the store failed");
        match fault.kind() {
            FaultKind::Broken => Fate::Stop,
            _ => Fate::Reload(DeskFault::Retry),
        }
    }

    fn commit_fault(&self, fault: &CommitFault) -> Fate {
        tracing::error!(shard = self.shard, fault = %Chain(fault), "a batch was not committed");
        match fault {
            CommitFault::NotCommitted(_) => Fate::Reload(DeskFault::Retry),
            CommitFault::Unknown(_) => Fate::Reload(DeskFault::Unknown),
            CommitFault::Broken(_) => Fate::Stop,
        }
    }
}

/// A decided batch.
struct Finished {
    records: Vec<Record>,
    changes: Changes,
    touched: Touched,
    answers: Vec<Waiting>,
    looks: Vec<(Home, Look)>,
}

/// Decides everything that waits; `false` when things due are left over, and commands with them.
async fn decide_all(
    work: &mut Work<'_>,
    writer: &mut Writer,
    waiting: &mut Vec<Request>,
) -> Result<bool, Halt> {
    if !work.pulse()? {
        return Ok(false);
    }
    for request in waiting.drain(..) {
        match request {
            Request::Ask { ask, answer } => work.ask(writer, *ask, answer).await?,
            Request::Rehearse { home, command, answer } => {
                let reply = work.rehearse(home, &command);
                work.answers.push(Waiting { answer, reply: Decision::Ready(reply) });
            }
            Request::Look { home, look } => work.looks.push((home, look)),
        }
    }
    Ok(true)
}

/// Tells everybody what was recorded for them.
fn answer(answers: Vec<Waiting>, mut records: Vec<Record>) {
    for Waiting { answer, reply } in answers {
        let reply = match reply {
            Decision::Ready(reply) => reply,
            Decision::Recorded(mut decided, place) => {
                if let Some(Outcome::Facts(facts)) = records.get_mut(place).map(|record| &mut record.outcome)
                {
                    decided.facts = std::mem::take(facts).into();
                }
                Reply::Done(decided)
            }
        };
        // Whoever has gone away finds the answer again by the idempotency key.
        drop(answer.send(reply));
    }
}

fn answer_fault(answers: Vec<Waiting>, fate: &Fate) {
    let fault = match fate {
        Fate::Reload(fault) => *fault,
        _ => DeskFault::Stopped,
    };
    for Waiting { answer, .. } in answers {
        drop(answer.send(Reply::Fault(fault)));
    }
}

fn refuse_all(waiting: &mut Vec<Request>, fault: DeskFault) {
    for request in waiting.drain(..) {
        match request {
            Request::Ask { answer, .. } | Request::Rehearse { answer, .. } => {
                drop(answer.send(Reply::Fault(fault)))
            }
            Request::Look { .. } => {}
        }
    }
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
