//! The hub: streams by slot and kind of viewer, each fed by one pump while somebody watches.
//!
//! A message is made once and shared; a viewer has a place in the stream and no buffer, so a slow one only
//! misses states that are no longer true.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use dayshelf_core::ids::SlotId;
use dayshelf_desk::{Desk, SlotCard};
use dayshelf_wire::live::{STOCK, StockShape};
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::reading::{Reading, Viewer, turns_at};

/// The shortest time between two messages of one stream.
const PACE: Duration = Duration::from_millis(100);
/// A message at least this often, so that nobody in between takes a quiet stream for a dead one.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Live streams of all slots. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    desk: Desk,
    streams: Mutex<HashMap<Key, watch::Sender<Bytes>>>,
    viewers: AtomicUsize,
    closing: CancellationToken,
}

/// What a stream is about, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    slot: SlotId,
    viewer: Viewer,
}

impl Hub {
    /// A hub over what the desk publishes. Streams are fed by tasks of the runtime that subscribes.
    pub fn new(desk: Desk) -> Self {
        let inner = Inner {
            desk,
            streams: Mutex::default(),
            viewers: AtomicUsize::new(0),
            closing: CancellationToken::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The stream of a slot, framed as server-sent events: the present state at once, then every change,
    /// ten a second at most. `None` when there is no such slot, or the hub is closed.
    ///
    /// Every frame is `event: stock`, its `id` is the journal's sequence.
    pub fn subscribe(
        &self,
        slot: SlotId,
        viewer: Viewer,
    ) -> Option<impl Stream<Item = Bytes> + Send + use<>> {
        let mut frames = self.frames(Key { slot, viewer })?;
        frames.mark_changed();
        let seat = Seat::taken(&self.inner);
        Some(unfold((frames, seat), |(mut frames, seat)| async move {
            frames.changed().await.ok()?;
            let frame = frames.borrow_and_update().clone();
            Some((frame, (frames, seat)))
        }))
    }

    /// How many viewers watch.
    pub fn viewers(&self) -> usize {
        self.inner.viewers.load(Ordering::Relaxed)
    }

    /// How many streams are fed.
    pub fn streams(&self) -> usize {
        self.inner.streams().len()
    }

    /// Ends all streams, so that the connections behind them can be closed.
    pub fn close(&self) {
        self.inner.closing.cancel();
        self.inner.streams().clear();
    }

    fn frames(&self, key: Key) -> Option<watch::Receiver<Bytes>> {
        let mut streams = self.inner.streams();
        if self.inner.closing.is_cancelled() {
            return None;
        }
        if let Some(stream) = streams.get(&key) {
            return Some(stream.subscribe());
        }
        let cards = self.inner.desk.board().watch(key.slot)?;
        let mut pump = Pump { inner: Arc::clone(&self.inner), key: key.clone(), cards, shown: None };
        let frame = pump.frame().unwrap_or_default();
        let (stream, frames) = watch::channel(frame);
        streams.insert(key, stream.clone());
        drop(streams);
        tokio::spawn(async move { pump.run(stream).await });
        Some(frames)
    }
}

impl Inner {
    fn streams(&self) -> std::sync::MutexGuard<'_, HashMap<Key, watch::Sender<Bytes>>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A viewer that counts while it watches.
struct Seat(Arc<Inner>);

impl Seat {
    fn taken(inner: &Arc<Inner>) -> Self {
        inner.viewers.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(inner))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// What feeds one stream.
struct Pump {
    inner: Arc<Inner>,
    key: Key,
    cards: watch::Receiver<Arc<SlotCard>>,
    /// What was sent last.
    shown: Option<StockShape>,
}

/// Why the pump looks at the slot.
enum Wake {
    /// Its card changed.
    Changed,
    /// The clock alone may have changed what can be bought, or it has been quiet for long.
    Clock,
    /// Nobody watches, or nobody may any more.
    End,
}

impl Pump {
    async fn run(mut self, stream: watch::Sender<Bytes>) {
        let closing = self.inner.closing.clone();
        loop {
            // What changes meanwhile goes out in one message.
            tokio::time::sleep(PACE).await;
            let quiet = tokio::time::sleep(self.quiet());
            let wake = tokio::select! {
                () = closing.cancelled() => Wake::End,
                () = stream.closed() => Wake::End,
                seen = self.cards.changed() => if seen.is_ok() { Wake::Changed } else { Wake::End },
                () = quiet => Wake::Clock,
            };
            let before = self.shown.take();
            match wake {
                Wake::End => {
                    if self.leave(&stream) {
                        return;
                    }
                    self.shown = before;
                }
                Wake::Changed | Wake::Clock => {
                    let frame = self.frame();
                    let news = matches!(wake, Wake::Clock) || !same(before.as_ref(), self.shown.as_ref());
                    if let Some(frame) = frame.filter(|_| news) {
                        stream.send_replace(frame);
                    }
                }
            }
        }
    }

    /// How long the message stays true without a change.
    fn quiet(&self) -> Duration {
        let now = self.inner.desk.mint().now();
        let turn = turns_at(&self.cards.borrow(), now);
        let turn = turn.map(|at| Duration::from_millis(at.since(now).0.unsigned_abs()));
        turn.unwrap_or(SIGN_OF_LIFE).min(SIGN_OF_LIFE)
    }

    /// Ends the stream, unless somebody has come back meanwhile.
    fn leave(&self, stream: &watch::Sender<Bytes>) -> bool {
        let mut streams = self.inner.streams();
        let over = self.inner.closing.is_cancelled() || self.cards.has_changed().is_err();
        let ends = over || stream.receiver_count() == 0;
        if ends {
            streams.remove(&self.key);
        }
        ends
    }

    /// The message as it stands now.
    fn frame(&mut self) -> Option<Bytes> {
        let card = Arc::clone(&self.cards.borrow_and_update());
        let stock = Reading::of(&card, &self.key.viewer, self.inner.desk.mint().now()).stock();
        let data = serde_json::to_string(&stock).ok()?;
        let frame = format!("event: {STOCK}\nid: {}\ndata: {data}\n\n", stock.sequence);
        self.shown = Some(stock);
        Some(frame.into())
    }
}

/// Whether two messages say the same to a buyer.
fn same(before: Option<&StockShape>, after: Option<&StockShape>) -> bool {
    let said = |stock: &StockShape| (stock.window, stock.offers.clone());
    before.map(said) == after.map(said)
}
