//! One node: a process with its own clock that opens the store, keeps a desk, and may be gone at any moment.
//!
//! Whatever takes more than a moment is a future that the world polls when it likes: a start, a round of the
//! desk, a task beside it. Start at [`Node::poll`].

use std::cell::Cell;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Waker};

use dayshelf_desk::{Ask, Board, DeskFault, Reply, Stepping, WayIn, Went};
use dayshelf_relay::step::Step;
use dayshelf_relay::webhooks::Clock;
use dayshelf_store::{Config, FaultKind, Ground, Simulated, Store, StoreFault, Turn};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::clocks::{Deciding, Skewed};
use super::disk::Disk;
use super::gate::Gate;
use super::office::{Counter, Ids};
use super::vfs::{FILES, Process};

/// The name of the data's file.
pub(super) const FILE: &str = "data.db";

type Task<T> = Pin<Box<dyn Future<Output = T>>>;

/// What a node is at.
enum Work {
    /// Starting.
    Start(Task<Result<(Store, Stepping), StoreFault>>),
    /// A round of its desk.
    Round(Task<(Stepping, Went)>),
}

/// What became of a poll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Polled {
    /// It goes on.
    Waits,
    /// It has started, and its books are read.
    Started,
    /// It has not started; what the store said.
    NotStarted(FaultKind),
    /// Its desk has gone round; what the store said, if it failed.
    Round(Went, Option<FaultKind>),
    /// Its task beside has ended; what the store said, if it failed.
    Task(Option<FaultKind>),
}

/// See the module.
pub(super) struct Node {
    work: Option<Work>,
    task: Option<Task<Result<(), StoreFault>>>,
    desk: Option<Stepping>,
    way_in: Option<(WayIn, Arc<Board>)>,
    store: Option<Store>,
    // Declared last: connections close before the process goes.
    process: Option<Process>,
    pub(super) gate: Gate,
    pub(super) clock: Skewed,
    /// Where this process takes ids from.
    ids: Arc<Ids>,
    /// The task beside has handed something in.
    rung: Arc<AtomicBool>,
    /// Something was handed in since the last round began.
    pub(super) poked: bool,
}

/// What all nodes of a world share.
pub(super) struct Common {
    pub(super) disk: Disk,
    pub(super) deciding: Deciding,
    pub(super) turn: Turn,
    /// Processes that were begun.
    pub(super) begun: Cell<u64>,
}

/// Polls a future once.
fn poll<T>(task: &mut Task<T>) -> Poll<T> {
    task.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

thread_local! {
    /// Timers that never go off: a worker bounds how long it waits for others, and nobody here lets it wait.
    static TIMERS: Option<Runtime> = Builder::new_current_thread().enable_time().build().ok();
}

/// Does something where timers can be set.
fn among_timers<T>(act: impl FnOnce() -> T) -> T {
    TIMERS.with(|timers| {
        let _inside = timers.as_ref().map(Runtime::enter);
        act()
    })
}

/// The outcome of a future that never has to wait.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> Option<T> {
    match std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    }
}

impl Node {
    pub(super) fn new(gate: Gate, clock: Skewed) -> Self {
        Self {
            work: None,
            task: None,
            desk: None,
            way_in: None,
            store: None,
            process: None,
            gate,
            ids: Arc::new(Ids::new(clock.time(), 0)),
            rung: Arc::default(),
            clock,
            poked: false,
        }
    }

    /// Begins a process that opens the data.
    pub(super) fn start(&mut self, common: &Common) {
        self.end();
        let process = Process::begin(&common.disk);
        let config = Config { shards: Some(1), ..Config::file(&process.path(FILE)) };
        let ground = Ground::simulated(Simulated {
            clock: common.deciding.time(),
            files: Some(FILES.to_owned()),
            turn: common.turn.clone(),
        });
        let (time, gate) = (self.clock.time(), Arc::new(self.gate.clone()));
        common.begun.update(|begun| begun + 1);
        let ids = Ids::new(Arc::clone(&time), common.begun.get());
        (self.ids, self.rung) = (Arc::new(ids), Arc::default());
        self.work = Some(Work::Start(Box::pin(async move {
            let store = Store::open_on(&config, ground).await?;
            let desk = Stepping::open(&store, 0, time, Some(gate)).await?;
            Ok((store, desk))
        })));
        self.process = Some(process);
    }

    /// Is gone, at once and without a word.
    pub(super) fn end(&mut self) {
        if let Some(process) = &self.process {
            process.kill();
        }
        (self.work, self.task, self.desk, self.way_in, self.store) = (None, None, None, None, None);
        self.process = None;
        self.gate.reset();
        self.poked = false;
    }

    /// The number of its process.
    pub(super) fn process(&self) -> Option<u64> {
        self.process.as_ref().map(Process::id)
    }

    /// Whether there is nothing of it.
    pub(super) fn is_down(&self) -> bool {
        self.process.is_none()
    }

    /// Whether its desk waits for something to do.
    pub(super) fn is_at_rest(&self) -> bool {
        self.desk.is_some()
    }

    /// Whether it has something to go on with.
    pub(super) fn is_busy(&self) -> bool {
        self.work.is_some() || self.task.is_some() || (self.poked && self.desk.is_some())
    }

    /// Whether a task runs beside its desk.
    pub(super) fn has_task(&self) -> bool {
        self.task.is_some()
    }

    pub(super) fn desk(&self) -> Option<&Stepping> {
        self.desk.as_ref()
    }

    pub(super) fn store(&self) -> Option<&Store> {
        self.store.as_ref()
    }

    /// What its readers see.
    pub(super) fn board(&self) -> Option<&Arc<Board>> {
        self.way_in.as_ref().map(|(_, board)| board)
    }

    /// What a worker beside its desk needs for a step; nothing while it is not at rest.
    pub(super) fn step(&self) -> Option<Step> {
        let (way_in, board) = self.way_in.clone()?;
        let office = Counter { way_in, board, rung: Arc::clone(&self.rung), ids: Arc::clone(&self.ids) };
        let time = self.clock.time();
        Some(Step {
            office: Arc::new(office),
            store: self.store.clone()?,
            shard: 0,
            holder: u128::from(self.process()?) << 1,
            rung: self.desk.as_ref()?.rung(),
            clock: Clock::new(move || time()),
        })
    }

    /// Hands in a command, if its desk has opened.
    pub(super) fn hand_in(&mut self, ask: Ask) -> Option<Result<oneshot::Receiver<Reply>, DeskFault>> {
        let handed = self.way_in.as_ref()?.0.hand_in(ask);
        self.poked = true;
        Some(handed)
    }

    /// Does something beside the desk.
    pub(super) fn begin(&mut self, work: impl FnOnce(Store) -> Task<Result<(), StoreFault>>) {
        if let (None, Some(store)) = (&self.task, &self.store) {
            self.task = Some(work(store.clone()));
        }
    }

    /// Goes on for a moment: with the task beside or with the desk.
    pub(super) fn poll(&mut self, task_first: bool) -> Polled {
        self.poked |= self.rung.swap(false, Ordering::Relaxed);
        if let Some(task) = self.task.as_mut().filter(|_| task_first || self.work.is_none() && !self.poked) {
            let Poll::Ready(done) = among_timers(|| poll(task)) else { return Polled::Waits };
            self.task = None;
            return Polled::Task(done.err().map(|fault| fault.kind()));
        }
        let mut work = match (self.work.take(), self.desk.take()) {
            (Some(work), desk) => {
                self.desk = desk;
                work
            }
            (None, Some(mut desk)) => {
                self.poked = false;
                Work::Round(Box::pin(async move {
                    let went = desk.step().await;
                    (desk, went)
                }))
            }
            (None, None) => return Polled::Waits,
        };
        match &mut work {
            Work::Start(task) => match poll(task) {
                Poll::Ready(Ok((store, desk))) => {
                    self.way_in = Some((desk.way_in(), Arc::clone(desk.board())));
                    (self.store, self.desk) = (Some(store), Some(desk));
                    return Polled::Started;
                }
                Poll::Ready(Err(fault)) => return Polled::NotStarted(fault.kind()),
                Poll::Pending => {}
            },
            Work::Round(task) => {
                if let Poll::Ready((mut desk, went)) = poll(task) {
                    let fault = desk.take_fault();
                    // What failed is read anew in a round of its own.
                    self.poked |= went == Went::Failed;
                    self.desk = Some(desk);
                    return Polled::Round(went, fault);
                }
            }
        }
        self.work = Some(work);
        Polled::Waits
    }
}
