//! The reader of one shard's journal that turns facts into deliveries.
//!
//! One node of several has the turn for a shard. Deliveries are kept in the transaction that moves the
//! reader on, so none is lost and none is made twice. Start at [`Scribe::run`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{EndpointId, Home, Id};
use dayshelf_core::organiser::{Endpoint, EndpointState};
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::DeskFault;
use dayshelf_store::{Consumer, Delivery, DeliveryState, Outcome, Record, StoreFault};
use dayshelf_wire::journal::{Decided, JournalEntry};
use dayshelf_wire::webhook::{Payload, wants};
use tokio::sync::watch;
use tokio::time::Instant as Tick;
use tokio_util::sync::CancellationToken;

use super::kinds::{STOCK_CHANGED, goes_out};
use super::lanes::Lanes;
use super::stock::{self, StockBook, StockNews};

/// Records read at once.
const PAGE: usize = 500;
/// How long a turn is had where nodes share the data, and where there is one.
const TURN_SHARED: Span = Span::seconds(15);
const TURN_ALONE: Span = Span::hours(1);
/// A turn is renewed when this part of it is over.
const RENEW_PART: u32 = 3;
/// How long, and over how many records, a place that no delivery came of is kept in memory only: every
/// write here is one that the desk waits for.
const UNKEPT_SPAN: Duration = Duration::from_secs(5);
const UNKEPT_RECORDS: u64 = 10_000;

/// Why the reader could not go on. It tries again.
#[derive(Debug, thiserror::Error)]
pub(super) enum Trouble {
    /// The journal or the deliveries.
    #[error("the journal can't be read, or its deliveries can't be kept")]
    Store(#[from] StoreFault),
    /// The books.
    #[error("the endpoints can't be looked up")]
    Desk(#[from] DeskFault),
}

/// The reader of one shard.
pub(super) struct Scribe {
    pub lanes: Lanes,
    pub shard: u16,
    pub consumer: Consumer,
    pub bell: watch::Receiver<u64>,
    /// The shortest time between two looks, in which stock changes become one.
    pub pace: Duration,
    pub turn: Option<Turn>,
    pub stop: CancellationToken,
}

/// A turn that is had.
pub(super) struct Turn {
    renew: Tick,
    /// How far the journal was read.
    place: u64,
    /// How far that is kept, and since when.
    kept: u64,
    kept_at: Instant,
    /// The end of the journal when the turn began: whoever had it before may have told counts that are true there.
    began: u64,
    /// How far the board has come, at least.
    board: u64,
    endpoints: BTreeMap<Home, Vec<Arc<Endpoint>>>,
    stock: StockBook,
}

/// What came of a page.
#[derive(Default)]
struct Made {
    deliveries: Vec<Delivery>,
    /// Who they are for.
    lanes: BTreeMap<EndpointId, Arc<Endpoint>>,
    /// Messages about stock that newer ones take the place of.
    replaced: Vec<(EndpointId, Id)>,
    /// Whether an endpoint was made, changed or removed.
    endpoints_changed: bool,
}

impl Scribe {
    pub async fn run(mut self) {
        let stop = self.stop.clone();
        while !stop.is_cancelled() {
            if let Err(trouble) = self.work().await {
                tracing::warn!(shard = self.shard, trouble = %trouble, cause = ?trouble, "webhooks wait");
                self.lose();
            }
            let renew = self.turn.as_ref().map_or_else(|| Tick::now() + UNKEPT_SPAN, |turn| turn.renew);
            tokio::select! {
                () = stop.cancelled() => break,
                // What comes meanwhile is read together.
                () = tokio::time::sleep(self.pace) => {}
            }
            let grown = tokio::select! {
                () = stop.cancelled() => break,
                grown = self.bell.changed() => grown,
                () = tokio::time::sleep_until(renew) => Ok(()),
            };
            if grown.is_err() {
                break;
            }
        }
        self.lanes.end(self.shard).await;
        // Another node need not wait for the turn's end.
        drop(self.consumer.take(Span(0)).await);
    }

    fn lose(&mut self) {
        self.turn = None;
        self.lanes.leave(self.shard);
    }

    /// Reads as far as the board has come.
    pub async fn work(&mut self) -> Result<(), Trouble> {
        let Some(mut turn) = self.take_turn().await? else { return Ok(()) };
        let done = self.read_on(&mut turn).await;
        self.turn = Some(turn);
        done
    }

    async fn read_on(&mut self, turn: &mut Turn) -> Result<(), Trouble> {
        loop {
            let end = *self.bell.borrow_and_update();
            if end < turn.began && !dayshelf_core::planted!(StockOfLaggard) {
                // Counts of a board that is behind would be older than what was told. The bell rings when it is not.
                return Ok(());
            }
            turn.board = end;
            let changed = self.lanes.shared().desk.board().endpoints_changed(self.shard);
            if turn.nobody_listens() && changed <= turn.place {
                // Nothing up to there is for anybody, so it need not be read.
                return if end > turn.place { self.keep(turn, end, Made::default()).await } else { Ok(()) };
            }
            let reader = self.lanes.shared().store.reader();
            let mut page = reader.journal(self.shard, turn.place, PAGE).await?;
            let full = page.len() == PAGE;
            // Counts are read from the board, which must not be behind the facts that are told.
            page.retain(|record| record.seq <= end);
            let Some(last) = page.last().map(|record| record.seq) else { return Ok(()) };
            let made = self.deliveries(turn, &page).await?;
            self.keep(turn, last, made).await?;
            if !full {
                return Ok(());
            }
        }
    }

    /// Takes the turn, or renews it in time; nothing when another node has it.
    async fn take_turn(&mut self) -> Result<Option<Turn>, Trouble> {
        match self.turn.take() {
            Some(turn) if Tick::now() < turn.renew => Ok(Some(turn)),
            before => self.renew(before).await,
        }
    }

    async fn renew(&mut self, before: Option<Turn>) -> Result<Option<Turn>, Trouble> {
        let shared = self.lanes.shared().store.is_shared();
        let span = if shared { TURN_SHARED } else { TURN_ALONE };
        let asked = Tick::now();
        let Some(place) = self.consumer.take(span).await? else {
            self.lose();
            return Ok(None);
        };
        let renew = asked + Duration::from_millis(span.0.unsigned_abs()) / RENEW_PART;
        let mut turn = match before.filter(|turn| turn.kept == place) {
            Some(turn) => Turn { renew, ..turn },
            None => {
                self.lanes.enter(self.shard);
                let (endpoints, stock) = (BTreeMap::new(), StockBook::default());
                let kept_at = self.lanes.shared().clock.now();
                // Read once the turn is had, when nobody else can tell anything any more.
                let began = self.lanes.shared().store.reader().head(self.shard).await?.seq;
                let (kept, board) = (place, 0);
                let mut turn = Turn { renew, place, kept, kept_at, began, board, endpoints, stock };
                self.meet_all(&mut turn).await?;
                turn
            }
        };
        self.wake_all(&mut turn).await?;
        Ok(Some(turn))
    }

    /// Learns the endpoints of every organiser of the shard.
    async fn meet_all(&self, turn: &mut Turn) -> Result<(), Trouble> {
        for card in self.lanes.shared().desk.board().organisers() {
            let home = card.organiser.id.home();
            if home.shard == self.shard {
                self.meet(turn, home).await?;
            }
        }
        Ok(())
    }

    /// Learns the endpoints of an organiser, if they are not known.
    async fn meet(&self, turn: &mut Turn, home: Home) -> Result<(), Trouble> {
        if turn.endpoints.contains_key(&home) {
            return Ok(());
        }
        let all = self.lanes.shared().desk.endpoints(home).await?;
        turn.endpoints.insert(home, all.into_iter().map(Arc::new).collect());
        Ok(())
    }

    /// Serves every endpoint for which something waits.
    async fn wake_all(&self, turn: &mut Turn) -> Result<(), Trouble> {
        for endpoint in turn.endpoints.values().flatten() {
            if self.lanes.shared().store.delivery_next(endpoint.id).await?.is_some() {
                self.lanes.poke(endpoint);
            }
        }
        Ok(())
    }

    /// The deliveries of a page of records.
    async fn deliveries(&self, turn: &mut Turn, page: &[Record]) -> Result<Made, Trouble> {
        let mut made = Made::default();
        let mut homes = BTreeSet::new();
        for record in page {
            let Outcome::Facts(facts) = &record.outcome else { continue };
            self.meet(turn, record.home).await?;
            for (number, fact) in (0..).zip(facts) {
                if dayshelf_core::planted!(SecondFactUntold) && number > 0 {
                    break;
                }
                made.endpoints_changed |= self.note_endpoint(turn, record.home, fact);
                let served = turn.served(record.home);
                if !served.is_empty() {
                    homes.insert(record.home);
                    self.tell(&mut made, &served, Told { record, number, fact });
                }
            }
        }
        for home in homes {
            self.tell_stock(turn, home, &mut made);
        }
        Ok(made)
    }

    /// Follows the endpoints through the journal.
    fn note_endpoint(&self, turn: &mut Turn, home: Home, fact: &Fact) -> bool {
        let known = turn.endpoints.entry(home).or_default();
        match fact {
            Fact::EndpointPut(endpoint) => {
                let endpoint = Arc::new((**endpoint).clone());
                known.retain(|known| known.id != endpoint.id);
                known.push(Arc::clone(&endpoint));
                self.lanes.change(&endpoint);
                if endpoint.state == EndpointState::On {
                    self.lanes.poke(&endpoint);
                }
                true
            }
            Fact::EndpointRemoved(endpoint) => {
                known.retain(|known| known.id != *endpoint);
                self.lanes.remove(*endpoint);
                true
            }
            _ => false,
        }
    }

    /// Makes the deliveries of one fact.
    fn tell(&self, made: &mut Made, served: &[Arc<Endpoint>], told: Told<'_>) {
        let Told { record, number, fact } = told;
        let entry = JournalEntry::of(Decided { sequence: record.seq, number, at: record.at }, fact);
        if !goes_out(entry.kind) || !served.iter().any(|endpoint| wants(&endpoint.kinds, entry.kind)) {
            return;
        }
        let mut data = entry.data;
        data["sequence"] = entry.sequence.into();
        data["subject"] = entry.subject.as_str().into();
        let text = entry.subject.rsplit('_').next().unwrap_or_default();
        let message = Message {
            kind: entry.kind,
            subject: Id::parse(text).unwrap_or(Id(0)),
            sequence: entry.sequence,
            body: Payload::new(entry.kind, record.at, data)
                .body(&format!("/v1/journal?after={}&limit=1", record.seq.saturating_sub(1))),
        };
        for endpoint in served {
            self.queue(made, endpoint, &message);
        }
    }

    /// Makes the deliveries of what changed in what can be bought at one organiser.
    fn tell_stock(&self, turn: &mut Turn, home: Home, made: &mut Made) {
        let wanting = turn.served(home).into_iter().filter(|endpoint| wants(&endpoint.kinds, STOCK_CHANGED));
        let wanting: Vec<Arc<Endpoint>> = wanting.collect();
        if wanting.is_empty() {
            return;
        }
        let (since, board) = (turn.place, turn.board);
        let all = turn.stock.news(self.lanes.shared().desk.board(), home, since);
        for StockNews { slot, at, mut stock } in all {
            // What no later batch has touched is true as far as the board has come. Which batch a card is of is not
            // the same on every node, and a message must not seem older than one of the node before.
            stock.public.sequence = stock.public.sequence.max(board);
            let data = serde_json::to_value(&stock).unwrap_or_default();
            let message = Message {
                kind: STOCK_CHANGED,
                subject: stock::subject(slot),
                sequence: stock.public.sequence,
                body: Payload::new(STOCK_CHANGED, at, data).body(&format!("/v1/slots/{slot}")),
            };
            for endpoint in &wanting {
                if let Some(id) = self.queue(made, endpoint, &message) {
                    let before = turn.stock.replaced(endpoint.id, slot, id);
                    made.replaced.extend(before.map(|before| (endpoint.id, before)));
                }
            }
        }
    }

    /// Makes a delivery, if the endpoint wants it.
    fn queue(&self, made: &mut Made, endpoint: &Arc<Endpoint>, message: &Message) -> Option<Id> {
        if !wants(&endpoint.kinds, message.kind) {
            return None;
        }
        let shared = self.lanes.shared();
        let delivery = message.delivery(endpoint.id, shared.desk.id(endpoint.id.home()), shared.clock.now());
        let id = delivery.id;
        made.deliveries.push(delivery);
        made.lanes.insert(endpoint.id, Arc::clone(endpoint));
        Some(id)
    }

    /// Moves on and keeps what came of it; then, and only then, the lanes hear of it.
    async fn keep(&self, turn: &mut Turn, place: u64, made: Made) -> Result<(), Trouble> {
        let idle = made.deliveries.is_empty() && !made.endpoints_changed;
        turn.place = place;
        let now = self.lanes.shared().clock.now();
        let unkept = Duration::from_millis(now.since(turn.kept_at).0.unsigned_abs());
        if idle && unkept < UNKEPT_SPAN && place - turn.kept < UNKEPT_RECORDS {
            return Ok(());
        }
        self.consumer.advance(place, made.deliveries).await?;
        (turn.kept, turn.kept_at) = (place, now);
        self.give_up(made.replaced).await?;
        for endpoint in made.lanes.values() {
            self.lanes.poke(endpoint);
        }
        Ok(())
    }

    /// Lets go of old counts that still wait. One that is under way is settled by its lane, in either order.
    async fn give_up(&self, replaced: Vec<(EndpointId, Id)>) -> Result<(), Trouble> {
        let store = &self.lanes.shared().store;
        let mut old = Vec::new();
        for (endpoint, id) in replaced {
            let waits = store.delivery(endpoint, id).await?;
            old.extend(waits.filter(|delivery| delivery.state == DeliveryState::Waiting));
        }
        old.iter_mut().for_each(|delivery| delivery.state = DeliveryState::GivenUp);
        if !old.is_empty() {
            store.settle_deliveries(self.shard, old).await?;
        }
        Ok(())
    }
}

impl Turn {
    /// Whether no organiser of the shard has an endpoint that is on.
    fn nobody_listens(&self) -> bool {
        self.endpoints.values().flatten().all(|endpoint| endpoint.state != EndpointState::On)
    }

    /// All endpoints that are on.
    pub fn all_served(&self) -> impl Iterator<Item = &Arc<Endpoint>> {
        self.endpoints.values().flatten().filter(|endpoint| endpoint.state == EndpointState::On)
    }

    /// The endpoints of an organiser that are on.
    fn served(&self, home: Home) -> Vec<Arc<Endpoint>> {
        let known = self.endpoints.get(&home).into_iter().flatten();
        known.filter(|endpoint| endpoint.state == EndpointState::On).cloned().collect()
    }
}

/// A fact in its place.
#[derive(Clone, Copy)]
struct Told<'t> {
    record: &'t Record,
    number: u32,
    fact: &'t Fact,
}

/// A message before it is known for whom.
pub(super) struct Message {
    pub kind: &'static str,
    pub subject: Id,
    pub sequence: u64,
    pub body: Vec<u8>,
}

impl Message {
    /// The delivery of this message to one endpoint, due at once.
    pub fn delivery(&self, endpoint: EndpointId, id: Id, now: Instant) -> Delivery {
        Delivery {
            endpoint,
            id,
            subject: self.subject,
            sequence: self.sequence,
            kind: self.kind.to_owned(),
            body: self.body.clone(),
            state: DeliveryState::Waiting,
            tries: 0,
            due: now,
            last_status: 0,
            trouble: None,
        }
    }
}
