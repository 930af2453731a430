//! A node's desk as the workers beside it know it: what they hand in waits in its queue like anybody's request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use dayshelf_core::ids::{Home, Id, Salt, SlotId};
use dayshelf_core::organiser::Endpoint;
use dayshelf_core::waitlist::Entry;
use dayshelf_desk::{Ask, Board, DeskFault, Reply, Time, WayIn};
use dayshelf_relay::office::{Office, line_of};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use crate::chance::Chance;

/// Low bits of an id's salt that are noise.
const NOISE_BITS: u32 = 30;
/// Ids within one millisecond, as the mint in service counts them.
const COUNTER_BITS: u32 = 12;

/// Where a process takes its ids from: they rise, by its own clock, which may be wrong.
pub(super) struct Ids {
    time: Time,
    last: AtomicU64,
    drawn: AtomicU64,
}

impl Ids {
    /// The ids of one process of a world, of which no other has the same number.
    pub(super) fn new(time: Time, process: u64) -> Self {
        Self { time, last: AtomicU64::new(0), drawn: AtomicU64::new(process << 32) }
    }

    fn chance(&self) -> u64 {
        Chance::new(self.drawn.fetch_add(1, Ordering::Relaxed)).bits()
    }

    fn id(&self, home: Home) -> Id {
        let now = ((self.time)().0.max(0) as u64) << COUNTER_BITS;
        let stamp = now.max(self.last.load(Ordering::Relaxed) + 1);
        self.last.store(stamp, Ordering::Relaxed);
        let counter = stamp & ((1 << COUNTER_BITS) - 1);
        let noise = self.chance() & ((1 << NOISE_BITS) - 1);
        Id::mint((stamp >> COUNTER_BITS) as i64, home, Salt((counter << NOISE_BITS) | noise))
    }
}

/// See the module.
pub(super) struct Counter {
    pub(super) way_in: WayIn,
    pub(super) board: Arc<Board>,
    /// Is set when something was handed in, so that the desk goes round.
    pub(super) rung: Arc<AtomicBool>,
    pub(super) ids: Arc<Ids>,
}

impl Office for Counter {
    fn board(&self) -> &Arc<Board> {
        &self.board
    }

    fn id(&self, home: Home) -> Id {
        self.ids.id(home)
    }

    fn chance(&self) -> u64 {
        self.ids.chance()
    }

    fn endpoints(&self, home: Home) -> BoxFuture<'static, Result<Vec<Endpoint>, DeskFault>> {
        let asked = self.way_in.look(home, |books| {
            books.map(|books| books.endpoints.values().cloned().collect()).unwrap_or_default()
        });
        self.rung.store(true, Ordering::Relaxed);
        async move { asked?.await.map_err(|_| DeskFault::Retry) }.boxed()
    }

    fn line(&self, slot: SlotId) -> BoxFuture<'static, Result<Vec<Entry>, DeskFault>> {
        let asked = self.way_in.look(slot.home(), move |books| line_of(books, slot));
        self.rung.store(true, Ordering::Relaxed);
        async move { asked?.await.map_err(|_| DeskFault::Retry) }.boxed()
    }

    fn submit(&self, ask: Ask) -> BoxFuture<'static, Reply> {
        let asked = self.way_in.hand_in(ask);
        self.rung.store(true, Ordering::Relaxed);
        async move {
            match asked {
                Ok(reply) => reply.await.unwrap_or(Reply::Fault(DeskFault::Stopped)),
                Err(fault) => Reply::Fault(fault),
            }
        }
        .boxed()
    }
}
