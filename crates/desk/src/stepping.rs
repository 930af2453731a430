//! One shard without a thread: whoever holds it lets it go round, and says what time it is.
//!
//! The rounds are those of the thread (`thread`); only the waiting between them is the holder's. Start at
//! [`Stepping::open`].

use std::sync::Arc;

use dayshelf_core::books::Books;
use dayshelf_core::ids::Home;
use dayshelf_core::time::{Instant, Span};
use dayshelf_store::{FaultKind, Store, StoreFault};
use tokio::sync::{mpsc, oneshot, watch};

use crate::QUEUE_MAX;
use crate::ask::{Ask, DeskFault, Reply, Request};
use crate::board::Board;
use crate::probe::{Clock, Probe, Time, Watch};
use crate::shard::{Round, Shard};
use crate::thread::Opening;

/// What came of a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Went {
    /// All is well.
    On,
    /// The store failed; the next round begins with reading the books anew.
    Failed,
    /// The storage or the books can't be trusted: the process must end.
    Stopped,
}

/// The way in to a shard whose rounds are stepped.
#[derive(Clone)]
pub struct WayIn(mpsc::Sender<Request>);

impl WayIn {
    /// Hands in a command; its answer comes in one of the next rounds.
    ///
    /// # Errors
    /// Too much is waiting, or the shard is gone.
    pub fn hand_in(&self, ask: Ask) -> Result<oneshot::Receiver<Reply>, DeskFault> {
        let (answer, reply) = oneshot::channel();
        let request = Request::Ask { ask: Box::new(ask), answer };
        self.0.try_send(request).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => DeskFault::Busy,
            mpsc::error::TrySendError::Closed(_) => DeskFault::Stopped,
        })?;
        Ok(reply)
    }

    /// Asks for a look into an organiser's books in one of the next rounds.
    ///
    /// # Errors
    /// As [`WayIn::hand_in`].
    pub fn look<T: Send + 'static>(
        &self,
        home: Home,
        look: impl FnOnce(Option<&Books>) -> T + Send + 'static,
    ) -> Result<oneshot::Receiver<T>, DeskFault> {
        let (answer, found) = oneshot::channel();
        let look = Box::new(move |books: Option<&Books>, _: Instant| drop(answer.send(look(books))));
        self.0.try_send(Request::Look { home, look }).map_err(|_| DeskFault::Busy)?;
        Ok(found)
    }
}

/// A shard whose rounds are stepped.
pub struct Stepping {
    shard: Shard,
    queue: mpsc::Sender<Request>,
    board: Arc<Board>,
    bell: watch::Receiver<u64>,
}

impl Stepping {
    /// Opens a shard of the store, loads its books and publishes them.
    ///
    /// # Errors
    /// A fault of the store while the books are read.
    pub async fn open(
        store: &Store,
        shard: u16,
        time: Time,
        probe: Option<Arc<dyn Probe>>,
    ) -> Result<Self, StoreFault> {
        let board = Arc::new(Board::new(store.shards()));
        let (queue, asks) = mpsc::channel(QUEUE_MAX);
        let (ring, bell) = watch::channel(0);
        let shard = Shard::open(Opening {
            store: store.clone(),
            shard,
            asks,
            board: Arc::clone(&board),
            ring,
            askers: None,
            clock: Clock(Some(time)),
            watch: Watch(probe),
        })
        .await?;
        Ok(Self { shard, queue, board, bell })
    }

    /// The way in, also for who comes while a round is under way.
    pub fn way_in(&self) -> WayIn {
        WayIn(self.queue.clone())
    }

    /// Goes round once: what waits and what is due, or a look at the journal.
    pub async fn step(&mut self) -> Went {
        self.shard.gather();
        match self.shard.round().await {
            Round::On => Went::On,
            Round::Failed => Went::Failed,
            Round::Stopped => Went::Stopped,
        }
    }

    /// What the store said when it failed last, once.
    pub fn take_fault(&mut self) -> Option<FaultKind> {
        self.shard.failed.take()
    }

    /// In how long something is due, by this machine's clock; negative when it is overdue.
    pub fn due_in(&self) -> Option<Span> {
        self.shard.due_in()
    }

    /// The place of the journal that the books are true at, if they can be decided on.
    pub fn place(&self) -> Option<u64> {
        self.shard.place()
    }

    /// The books of an organiser.
    pub fn books(&self, home: Home) -> Option<&Books> {
        self.shard.books(home)
    }

    /// What readers see.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// The sequence that readers of the journal were rung for last.
    pub fn rung(&self) -> u64 {
        *self.bell.borrow()
    }
}
