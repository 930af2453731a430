//! The board: what readers see. One immutable card per slot, with the sequence that it is true at.
//!
//! Pages, the calendar and live streams read cards; nobody counts rows. A card is published after the
//! commit of what it shows, on other nodes when they have read the journal that far.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, RwLock};

use dayshelf_core::block::Block;
use dayshelf_core::chance::Ends;
use dayshelf_core::decide::is_unreachable;
use dayshelf_core::hold::LapseCause;
use dayshelf_core::ids::{HoldId, Home, KeyId, OfferId, PoolId, SlotId, WindowId};
use dayshelf_core::lately::Lately;
use dayshelf_core::offer::Offer;
use dayshelf_core::order::Order;
use dayshelf_core::organiser::{ApiKey, Organiser};
use dayshelf_core::product::Shown;
use dayshelf_core::refusal::{Ended, Withheld};
use dayshelf_core::slot::{Fulfilment, Slot};
use dayshelf_core::time::Instant;
use dayshelf_core::window::Window;
use tokio::sync::{oneshot, watch};

/// What changes seldom about a slot: it is shared between its cards.
#[derive(Clone, Debug)]
pub struct SlotSheet {
    /// Whose it is.
    pub organiser: Arc<Organiser>,
    /// The slot.
    pub slot: Slot,
    /// Its windows by opening. Their counts are those of when the sheet was made; see the card.
    pub windows: Vec<Window>,
    /// Its offers in the order of their making. For counts see the card.
    pub offers: Vec<Offer>,
    /// Its fulfilment blocks by opening.
    pub fulfilments: Vec<Fulfilment>,
    /// Its blocks of other kinds by their time.
    pub blocks: Vec<Block>,
    /// What of the library it shows.
    pub shown: Shown,
}

/// The numbers of one window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowCard {
    /// The window.
    pub window: WindowId,
    /// Units left for a buyer that it admits, by offer. At a drip, what is out by the card's instant.
    pub left: BTreeMap<OfferId, u32>,
    /// Offer units held or sold through it.
    pub taken: u32,
}

/// The numbers of one offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferCard {
    /// The offer.
    pub offer: OfferId,
    /// Units held or sold, which its ladder counts.
    pub taken: u32,
    /// Whether what it draws on is gone for good, or there on other nights than its slot.
    pub gone: bool,
}

/// The numbers of one fulfilment block: places left by pool.
pub type BlockCard = BTreeMap<PoolId, u32>;

/// One slot at one sequence.
#[derive(Clone, Debug)]
pub struct SlotCard {
    /// The sequence of the shard's journal that the card is true at.
    pub sequence: u64,
    /// The instant of that sequence.
    pub at: Instant,
    /// What changes seldom.
    pub sheet: Arc<SlotSheet>,
    /// Windows that are not over, in the sheet's order.
    pub windows: Vec<WindowCard>,
    /// Offers, in the sheet's order.
    pub offers: Vec<OfferCard>,
    /// Places left in time boxes.
    pub places: BlockCard,
    /// Waiters in line or at their turn, by offer.
    pub waiting: BTreeMap<OfferId, u32>,
    /// Who bought lately, as far as this process has seen it.
    pub lately: Arc<Lately>,
    /// How its holds ended, as far as this process has seen it.
    pub ends: Ends,
    /// Why nothing of it is sold, as of the card's instant. See [`SlotCard::withheld`].
    pub(crate) withheld: Option<Withheld>,
}

impl SlotCard {
    /// Units of an offer left in a window, 0 when the window is over.
    pub fn left(&self, window: WindowId, offer: OfferId) -> u32 {
        let card = self.windows.iter().find(|card| card.window == window);
        card.and_then(|card| card.left.get(&offer)).copied().unwrap_or(0)
    }

    /// Why nothing of the slot is sold at `now`, though it may be on the calendar. Time boxes run out by the
    /// clock, all else with the journal.
    pub fn withheld(&self, now: Instant) -> Option<Withheld> {
        let over = is_unreachable(self.sheet.fulfilments.iter(), now, |_| true);
        if over { Some(Withheld::Unfulfillable) } else { self.withheld }
    }

    /// Whether an offer can't be had, whatever else the slot sells.
    pub fn is_gone(&self, offer: OfferId) -> bool {
        self.offers.iter().any(|card| card.offer == offer && card.gone)
    }

    /// An offer with its present count of units taken.
    pub fn offer(&self, id: OfferId) -> Option<Offer> {
        let offer = self.sheet.offers.iter().find(|offer| offer.id == id)?;
        let taken = self.offers.iter().find(|card| card.offer == id).map_or(offer.taken, |card| card.taken);
        Some(Offer { taken, ..offer.clone() })
    }
}

/// An organiser and its slots by start.
#[derive(Clone, Debug)]
pub struct OrganiserCard {
    /// The organiser.
    pub organiser: Arc<Organiser>,
    /// Its slots by start: (start, id).
    pub slots: Arc<Vec<(Instant, SlotId)>>,
    /// Its slots by slug.
    pub slugs: Arc<HashMap<String, SlotId>>,
    /// When one of its series is next to get more slots.
    pub series_due: Option<Instant>,
}

/// How a confirmation came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It became this order, as it was then.
    Ordered(Box<Order>),
    /// The provider declined; the hold goes on until then.
    Declined(Instant),
    /// The hold ended instead.
    Ended(Ended, Option<LapseCause>),
}

/// What readers see of all shards.
pub struct Board {
    cards: RwLock<HashMap<SlotId, watch::Sender<Arc<SlotCard>>>>,
    organisers: RwLock<HashMap<Home, OrganiserCard>>,
    slugs: RwLock<HashMap<String, Home>>,
    keys: RwLock<HashMap<KeyId, ApiKey>>,
    outcomes: RwLock<HashMap<HoldId, Vec<oneshot::Sender<Outcome>>>>,
    /// By shard: the sequence up to which an endpoint was last made, changed or removed.
    endpoints: Box<[AtomicU64]>,
    /// By shard: the sequence up to which something last happened that somebody may be written to about.
    letters: Box<[AtomicU64]>,
    /// By shard: the sequence up to which something last happened that a payment may have its next step of.
    payments: Box<[AtomicU64]>,
}

/// Reads or writes behind a lock whose holder can't panic midway: each does one map operation.
macro_rules! locked {
    ($lock:expr, $mode:ident) => {
        $lock.$mode().unwrap_or_else(std::sync::PoisonError::into_inner)
    };
}

impl Board {
    pub(crate) fn new(shards: u16) -> Self {
        Self {
            cards: RwLock::default(),
            organisers: RwLock::default(),
            slugs: RwLock::default(),
            keys: RwLock::default(),
            outcomes: RwLock::default(),
            endpoints: places(shards),
            letters: places(shards),
            payments: places(shards),
        }
    }

    /// How many shards there are.
    pub fn shards(&self) -> u16 {
        self.endpoints.len() as u16
    }

    /// No webhook endpoint of the shard was made, changed or removed after this place of its journal, as far as
    /// the shard's bell has rung.
    pub fn endpoints_changed(&self, shard: u16) -> u64 {
        place(&self.endpoints, shard)
    }

    /// Nothing that somebody may be written to about is in the shard's journal after this place, as far as the shard's
    /// bell has rung.
    pub fn letters_until(&self, shard: u16) -> u64 {
        place(&self.letters, shard)
    }

    /// No payment has its next step because of what is in the shard's journal after this place, as far as the shard's bell
    /// has rung.
    pub fn payments_until(&self, shard: u16) -> u64 {
        place(&self.payments, shard)
    }

    /// The card of a slot.
    pub fn slot(&self, id: SlotId) -> Option<Arc<SlotCard>> {
        locked!(self.cards, read).get(&id).map(|card| Arc::clone(&card.borrow()))
    }

    /// The cards of a slot as they come.
    pub fn watch(&self, id: SlotId) -> Option<watch::Receiver<Arc<SlotCard>>> {
        locked!(self.cards, read).get(&id).map(watch::Sender::subscribe)
    }

    /// The organiser of a slug.
    pub fn organiser_by_slug(&self, slug: &str) -> Option<OrganiserCard> {
        let home = *locked!(self.slugs, read).get(slug)?;
        self.organiser(home)
    }

    /// The organiser at a home.
    pub fn organiser(&self, home: Home) -> Option<OrganiserCard> {
        locked!(self.organisers, read).get(&home).cloned()
    }

    /// All organisers, by home.
    pub fn organisers(&self) -> Vec<OrganiserCard> {
        let mut all: Vec<OrganiserCard> = locked!(self.organisers, read).values().cloned().collect();
        all.sort_by_key(|card| card.organiser.id);
        all
    }

    /// The slot of a slug.
    pub fn slot_by_slug(&self, organiser: &str, slug: &str) -> Option<Arc<SlotCard>> {
        let card = self.organiser_by_slug(organiser)?;
        self.slot(*card.slugs.get(slug)?)
    }

    /// The cards of an organiser's slots that start in `from..until`, by start.
    pub fn slots_between(&self, home: Home, from: Instant, until: Instant) -> Vec<Arc<SlotCard>> {
        let Some(card) = self.organiser(home) else { return Vec::new() };
        let first = card.slots.partition_point(|(start, _)| *start < from);
        let within = card.slots.iter().skip(first).take_while(|(start, _)| *start < until);
        let cards = locked!(self.cards, read);
        within.filter_map(|(_, id)| cards.get(id)).map(|card| Arc::clone(&card.borrow())).collect()
    }

    /// An API key that works as far as the books know; whether it has expired is the caller's to see.
    pub fn key(&self, id: KeyId) -> Option<ApiKey> {
        locked!(self.keys, read).get(&id).cloned()
    }

    /// Tells once how the confirmation of a hold comes out. Ask before confirming. Where the books were read anew
    /// meanwhile it ends without a word: the rows say how it stands.
    pub fn outcome(&self, hold: HoldId) -> oneshot::Receiver<Outcome> {
        let (tell, told) = oneshot::channel();
        let mut outcomes = locked!(self.outcomes, write);
        let tellers = outcomes.entry(hold).or_default();
        tellers.retain(|teller| !teller.is_closed());
        tellers.push(tell);
        told
    }

    /// Lets go of whoever asked for an outcome and has gone.
    pub(crate) fn sweep_outcomes(&self) {
        locked!(self.outcomes, write).retain(|_, tellers| {
            tellers.retain(|teller| !teller.is_closed());
            !tellers.is_empty()
        });
    }

    /// Sends everybody who waits for an outcome in this shard to the rows: it may have come unnoticed.
    pub(crate) fn miss_outcomes(&self, shard: u16) {
        locked!(self.outcomes, write).retain(|hold, _| hold.home().shard != shard);
    }

    pub(crate) fn tell(&self, hold: HoldId, outcome: &Outcome) {
        if locked!(self.outcomes, read).is_empty() {
            return;
        }
        for teller in locked!(self.outcomes, write).remove(&hold).unwrap_or_default() {
            drop(teller.send(outcome.clone()));
        }
    }

    pub(crate) fn put_card(&self, card: SlotCard) {
        let id = card.sheet.slot.id;
        let card = Arc::new(card);
        if let Some(known) = locked!(self.cards, read).get(&id) {
            known.send_replace(card);
            return;
        }
        locked!(self.cards, write).insert(id, watch::Sender::new(card));
    }

    pub(crate) fn put_organiser(&self, card: OrganiserCard) {
        let home = card.organiser.id.home();
        locked!(self.slugs, write).insert(card.organiser.spec.slug.clone(), home);
        locked!(self.organisers, write).insert(home, card);
    }

    pub(crate) fn note_endpoints(&self, shard: u16, sequence: u64) {
        raise(&self.endpoints, shard, sequence);
    }

    pub(crate) fn note_letters(&self, shard: u16, sequence: u64) {
        raise(&self.letters, shard, sequence);
    }

    pub(crate) fn note_payments(&self, shard: u16, sequence: u64) {
        raise(&self.payments, shard, sequence);
    }

    pub(crate) fn put_keys(&self, home: Home, fresh: impl Iterator<Item = ApiKey>) {
        let mut keys = locked!(self.keys, write);
        keys.retain(|id, _| id.home() != home);
        keys.extend(fresh.map(|key| (key.id, key)));
    }
}

/// Places of the shards' journals, all at the beginning.
fn places(shards: u16) -> Box<[AtomicU64]> {
    (0..shards).map(|_| AtomicU64::new(0)).collect()
}

fn place(places: &[AtomicU64], shard: u16) -> u64 {
    places.get(usize::from(shard)).map_or(u64::MAX, |place| place.load(Ordering::Acquire))
}

fn raise(places: &[AtomicU64], shard: u16, sequence: u64) {
    if let Some(place) = places.get(usize::from(shard)) {
        place.fetch_max(sequence, Ordering::Release);
    }
}
