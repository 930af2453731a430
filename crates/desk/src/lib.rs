//! The desk: the one way in. It gathers what waits, locks the shard, catches up, decides, commits, and
//! then answers.
//!
//! Here: the batch loop of a shard, idempotency keys, the pulse, the board that readers see. Not here:
//! any rule (`core`), any SQL (`store`), anything that is sent elsewhere (`relay`). Start at [`Desk`],
//! then at `shard`. [`Stepping`] is one shard without a thread, for whoever sets its time and its steps.

mod answers;
mod ask;
mod batch;
mod board;
mod keys;
mod mint;
mod probe;
mod publish;
mod shard;
mod stepping;
mod thread;

pub use ask::{Ask, Decided, DeskFault, Key, Reply};
pub use board::{BlockCard, Board, OfferCard, OrganiserCard, Outcome, SlotCard, SlotSheet, WindowCard};
pub use mint::{Mint, random};
pub use probe::{Probe, Step, Time};
pub use publish::card_of;
pub use stepping::{Stepping, WayIn, Went};
pub use thread::OpenFault;

use std::future::Future;
use std::sync::Arc;

use dayshelf_core::books::{Books, Needs, needs};
use dayshelf_core::command::{ChangeSlot, Command};
use dayshelf_core::decide::{Preview, preview};
use dayshelf_core::ids::Home;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::Instant;
use dayshelf_store::Store;
use tokio::sync::{mpsc, oneshot, watch};

use ask::Request;

/// Requests that may wait for a shard. More are turned away at once, which is kinder than a long wait.
pub const QUEUE_MAX: usize = 8_192;

/// The way in, for every channel. Cheap to clone.
#[derive(Clone)]
pub struct Desk {
    shards: Arc<[Counter]>,
    board: Arc<Board>,
    mint: Arc<Mint>,
}

/// The counter of one shard: where requests are handed in.
struct Counter {
    queue: mpsc::Sender<Request>,
    /// The last sequence that was committed or seen; a bell for readers of the journal, not their data.
    bell: watch::Receiver<u64>,
}

impl Desk {
    /// Opens every shard of the store, loads its books, and starts serving.
    ///
    /// # Errors
    /// A fault of the store while the books are read.
    pub async fn open(store: &Store) -> Result<Self, OpenFault> {
        let board = Arc::new(Board::new(store.shards()));
        let mut shards = Vec::with_capacity(usize::from(store.shards()));
        for shard in 0..store.shards() {
            let (queue, asks) = mpsc::channel(QUEUE_MAX);
            let (ring, bell) = watch::channel(0);
            thread::start(thread::Opening {
                store: store.clone(),
                shard,
                asks,
                board: Arc::clone(&board),
                ring,
                askers: tokio::runtime::Handle::try_current().ok(),
                clock: probe::Clock::default(),
                watch: probe::Watch::default(),
            })
            .await?;
            shards.push(Counter { queue, bell });
        }
        Ok(Self { shards: shards.into(), board, mint: Arc::new(Mint::new()) })
    }

    /// Comes back when a shard has stopped because its storage or its books can't be trusted: the process
    /// must end.
    pub async fn stopped(&self) {
        let mut closing: Vec<_> =
            self.shards.iter().map(|counter| Box::pin(counter.queue.closed())).collect();
        std::future::poll_fn(|context| {
            let any = closing.iter_mut().any(|closed| closed.as_mut().poll(context).is_ready());
            if any { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
        })
        .await;
    }

    /// What readers see.
    pub fn board(&self) -> &Arc<Board> {
        &self.board
    }

    /// Where ids come from.
    pub fn mint(&self) -> &Mint {
        &self.mint
    }

    /// How many shards there are.
    pub fn shards(&self) -> u16 {
        self.shards.len() as u16
    }

    /// The shard that a new organiser of this slug belongs to: always the same one, whose lock therefore
    /// keeps slugs unique in the whole installation.
    pub fn shard_of_slug(&self, slug: &str) -> u16 {
        let hash = slug.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        (hash % u64::from(self.shards().max(1))) as u16
    }

    /// Rings when a shard's journal has grown; the value is the sequence it has reached.
    pub fn bell(&self, shard: u16) -> Option<watch::Receiver<u64>> {
        self.shards.get(usize::from(shard)).map(|counter| counter.bell.clone())
    }

    /// Asks for a command to be carried out, and waits until it is durable.
    pub async fn submit(&self, ask: Ask) -> Reply {
        let (answer, reply) = oneshot::channel();
        match self.hand_in(ask.home.shard, Request::Ask { ask: Box::new(ask), answer }) {
            Ok(()) => reply.await.unwrap_or(Reply::Fault(DeskFault::Stopped)),
            Err(fault) => Reply::Fault(fault),
        }
    }

    /// What a command would do, without doing it.
    pub async fn rehearse(&self, home: Home, command: Command) -> Reply {
        let (answer, reply) = oneshot::channel();
        match self.hand_in(home.shard, Request::Rehearse { home, command: Box::new(command), answer }) {
            Ok(()) => reply.await.unwrap_or(Reply::Fault(DeskFault::Stopped)),
            Err(fault) => Reply::Fault(fault),
        }
    }

    /// Looks into an organiser's books as they are when the shard's turn comes; `None` inside when there
    /// are no such books.
    ///
    /// # Errors
    /// A fault when the shard can't be asked.
    pub async fn look<T, F>(&self, home: Home, look: F) -> Result<T, DeskFault>
    where
        T: Send + 'static,
        F: FnOnce(Option<&Books>, Instant) -> T + Send + 'static,
    {
        let (answer, reply) = oneshot::channel();
        let look = Box::new(move |books: Option<&Books>, now: Instant| drop(answer.send(look(books, now))));
        self.hand_in(home.shard, Request::Look { home, look })?;
        reply.await.map_err(|_| DeskFault::Retry)
    }

    /// Looks into an organiser's books together with what they have to fetch for it, as orders: what a command
    /// decides on, seen in the same place. What comes back holds for everything that is durable by then.
    ///
    /// # Errors
    /// A fault when the shard can't be asked.
    pub async fn study<T, N, F>(&self, home: Home, needs: N, look: F) -> Result<T, DeskFault>
    where
        T: Send + 'static,
        N: FnOnce(&Books) -> Needs + Send + 'static,
        F: FnOnce(Option<&Books>, Instant) -> T + Send + 'static,
    {
        let (answer, reply) = oneshot::channel();
        let look = move |books: Option<&Books>, now: Instant| -> ask::Told {
            let found = look(books, now);
            Box::new(move || drop(answer.send(found)))
        };
        let study = Box::new(ask::Study { needs: Box::new(needs), look: Box::new(look) });
        self.hand_in(home.shard, Request::Study { home, study })?;
        reply.await.map_err(|_| DeskFault::Retry)
    }

    /// What would come of a change of a slot. Nothing of it is done; the change itself goes the same way.
    ///
    /// # Errors
    /// The refusal that the change itself would get, or a fault when the shard can't be asked.
    pub async fn preview(&self, ask: ChangeSlot) -> Result<Result<Preview, Refusal>, DeskFault> {
        let home = ask.slot.home();
        let command = Command::ChangeSlot(Box::new(ask.clone()));
        let look = move |books: Option<&Books>, now| {
            books.ok_or(Refusal::Unknown(Noun::Organiser)).and_then(|books| preview(books, now, &ask))
        };
        self.study(home, move |books| needs(books, &command), look).await
    }

    fn hand_in(&self, shard: u16, request: Request) -> Result<(), DeskFault> {
        let counter = self.shards.get(usize::from(shard)).ok_or(DeskFault::NoSuchShard)?;
        counter.queue.try_send(request).map_err(|refused| match refused {
            mpsc::error::TrySendError::Full(_) => DeskFault::Busy,
            mpsc::error::TrySendError::Closed(_) => DeskFault::Stopped,
        })
    }
}
