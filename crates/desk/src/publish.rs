//! Publishing: from books to cards, after the commit. Only what a batch touched is made anew.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use dayshelf_core::block::{Act, Block};
use dayshelf_core::books::Books;
use dayshelf_core::chance::Ends;
use dayshelf_core::decide::{is_gone, left_for_all, slots_closed_by, withheld};
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::LapseCause;
use dayshelf_core::ids::{Home, PoolId, SlotId};
use dayshelf_core::lately::Lately;
use dayshelf_core::organiser::Organiser;
use dayshelf_core::product::shown;
use dayshelf_core::refusal::Ended;
use dayshelf_core::slot::SlotState;
use dayshelf_core::text::BuyerKey;
use dayshelf_core::time::Instant;
use dayshelf_core::window::Phase;

use crate::board::{Board, OfferCard, OrganiserCard, Outcome, SlotCard, SlotSheet, WindowCard};

/// What a batch touched, as far as readers see it.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    /// Organisers whose own page or list of slots changed.
    organisers: BTreeSet<Home>,
    /// Organisers whose API keys changed.
    keys: BTreeSet<Home>,
    /// Shards in which a webhook endpoint was made, changed or removed.
    endpoints: BTreeSet<u16>,
    /// Shards in which something happened that somebody may be written to about.
    letters: BTreeSet<u16>,
    /// Shards in which something happened that a payment may have its next step of.
    payments: BTreeSet<u16>,
    /// Slots whose sheet changed.
    sheets: BTreeSet<SlotId>,
    /// Slots whose counts changed.
    counts: BTreeSet<SlotId>,
    /// Pools that moved.
    pools: BTreeSet<PoolId>,
    /// Who bought in which slot, or does not any more, and when.
    buyers: Vec<(SlotId, Bought)>,
    /// How holds of which slot ended.
    ends: Vec<(SlotId, End)>,
    /// How confirmations came out.
    outcomes: Vec<(dayshelf_core::ids::HoldId, Outcome)>,
}

/// How a hold ended, to those who wait.
#[derive(Clone, Copy, Debug)]
enum End {
    Kept,
    Back,
}

/// What a purchase is to those who look on.
#[derive(Clone, Copy, Debug)]
enum Bought {
    By(BuyerKey, Instant),
    NotBy(BuyerKey),
}

impl Touched {
    /// Whether readers would see nothing new.
    pub fn is_empty(&self) -> bool {
        self.organisers.is_empty()
            && self.keys.is_empty()
            && self.endpoints.is_empty()
            && self.letters.is_empty()
            && self.payments.is_empty()
            && self.sheets.is_empty()
            && self.counts.is_empty()
            && self.pools.is_empty()
            && self.outcomes.is_empty()
    }

    /// Notes a fact that was applied to these books.
    pub fn note(&mut self, books: &Books, fact: &Fact) {
        self.pools.extend(fact.moves().iter().map(|one| one.pool));
        if fact.may_be_written_of() {
            self.letters.insert(books.home().shard);
        }
        if fact.may_be_paid_for() {
            self.payments.insert(books.home().shard);
        }
        match fact {
            Fact::OrganiserFounded(_) | Fact::OrganiserChanged(_) => {
                self.organisers.insert(books.home());
                self.sheets.extend(books.slots.keys());
            }
            // Seldom, and whoever sells one product sells it in many slots.
            Fact::PicturePut(_) | Fact::PictureRemoved(_) | Fact::ProductPut(_) | Fact::ProductRemoved(_) => {
                self.sheets.extend(books.slots.keys());
            }
            Fact::SeriesPut(_) => drop(self.organisers.insert(books.home())),
            Fact::KeyIssued(_) | Fact::KeyRevoked(_) => drop(self.keys.insert(books.home())),
            Fact::EndpointPut(_) | Fact::EndpointRemoved(_) => {
                self.endpoints.insert(books.home().shard);
            }
            Fact::SlotPut { slot, .. } => {
                self.organisers.insert(books.home());
                self.sheets.insert(slot.id);
                books.blocks_of(slot.id).for_each(|block| self.note_rule(books, block));
            }
            Fact::WindowPut { window, .. } => drop(self.sheets.insert(window.spec.slot)),
            Fact::WindowOpened(window) | Fact::WindowClosed { window, .. } | Fact::Dripped { window, .. } => {
                self.sheets.extend(books.windows.get(window).map(|window| window.spec.slot));
            }
            Fact::NumberTaken { number, .. } => {
                self.sheets.extend(books.windows.get(&number.window).map(|window| window.spec.slot));
            }
            Fact::FulfilmentPut(block) => drop(self.sheets.insert(block.spec.slot)),
            Fact::BlockPut { block, .. } => {
                self.sheets.insert(block.spec.slot);
                self.note_rule(books, block);
            }
            Fact::OfferPut(offer) => drop(self.sheets.insert(offer.spec.slot)),
            Fact::StepBegan { offer, .. } => {
                self.counts.extend(books.offers.get(offer).map(|offer| offer.spec.slot));
            }
            Fact::PoolPut { pool, .. } => drop(self.pools.insert(*pool)),
            Fact::HoldMade { hold, .. } | Fact::TurnGiven { hold, .. } => drop(self.counts.insert(hold.slot)),
            Fact::EntryJoined(entry) => drop(self.counts.insert(entry.slot)),
            // The slot of who leaves is touched through `stir` below: the entry is gone from the books.
            _ => self.note_ends(books, fact),
        }
    }

    /// Slots that a rule closes or opens again.
    fn note_rule(&mut self, books: &Books, block: &Block) {
        let closes = block.rule().is_some_and(|rule| matches!(rule.act, Act::Close(_)));
        if closes {
            self.counts.extend(slots_closed_by(books, block));
        }
    }

    fn note_ends(&mut self, books: &Books, fact: &Fact) {
        match fact {
            Fact::OrderConfirmed { order, .. } | Fact::LatePaymentUnfilled { order } => {
                self.counts.insert(order.slot);
                self.outcomes.push((order.hold, Outcome::Ordered(order.clone())));
                if matches!(fact, Fact::OrderConfirmed { .. }) {
                    self.ends.push((order.slot, End::Kept));
                    let by = Bought::By(order.buyer.contact.key, order.confirmed_at);
                    self.buyers.push((order.slot, by));
                }
            }
            Fact::OrderCancelled { order, .. } => {
                self.counts.insert(order.slot);
                self.buyers.push((order.slot, Bought::NotBy(order.buyer.contact.key)));
            }
            Fact::OrderMoved { order, from, .. } => {
                self.counts.extend([order.slot, from.slot]);
                self.buyers.push((from.slot, Bought::NotBy(order.buyer.contact.key)));
            }
            Fact::ConfirmFailed { hold, due } => self.outcomes.push((*hold, Outcome::Declined(*due))),
            Fact::HoldEnded { hold, end, moves } => {
                let slot = books.ended.get(hold).map(|hold| hold.slot);
                self.counts.extend(slot);
                // A basket held nothing, and what a count or the end of a slot takes says nothing of buyers.
                let by_buyer =
                    !matches!(end, HoldEnd::Lapsed(LapseCause::Deficit | LapseCause::SlotCancelled));
                self.ends
                    .extend(slot.filter(|_| by_buyer && !moves.is_empty()).map(|slot| (slot, End::Back)));
                let (ended, cause) = match end {
                    HoldEnd::Released => (Ended::Released, None),
                    HoldEnd::Lapsed(cause) => (Ended::Lapsed, Some(*cause)),
                };
                self.outcomes.push((*hold, Outcome::Ended(ended, cause)));
            }
            Fact::EntryLeft { entry, .. } => {
                self.counts.extend(books.left.get(entry).map(|entry| entry.slot));
            }
            _ => {}
        }
    }
}

/// Beyond so many slots in which somebody bought, those are let go in which nobody did lately.
const LATELY_SWEPT: usize = 500;

/// The publisher of one shard.
pub(crate) struct Publisher {
    board: Arc<Board>,
    /// Which slots show a pool.
    shows: HashMap<PoolId, BTreeSet<SlotId>>,
    sheets: HashMap<SlotId, Arc<SlotSheet>>,
    /// Who bought lately; only slots in which somebody did since the start.
    lately: HashMap<SlotId, Arc<Lately>>,
    /// How holds ended since the start; two numbers beside the sheet of a slot.
    ends: HashMap<SlotId, Ends>,
}

/// The place in the journal that cards are true at.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub sequence: u64,
    pub at: Instant,
}

impl Publisher {
    pub fn new(board: Arc<Board>) -> Self {
        Self {
            board,
            shows: HashMap::new(),
            sheets: HashMap::new(),
            lately: HashMap::new(),
            ends: HashMap::new(),
        }
    }

    /// Publishes everything of an organiser, for the first time or anew.
    pub fn publish_all(&mut self, books: &Books, mark: Mark) {
        self.put_organiser(books);
        // Nobody saw what happened before.
        self.board.note_endpoints(books.home().shard, mark.sequence);
        self.board.note_letters(books.home().shard, mark.sequence);
        self.board.note_payments(books.home().shard, mark.sequence);
        self.board.put_keys(books.home(), books.keys.values().cloned());
        for slot in books.slots.keys() {
            self.put_sheet(books, *slot);
            self.put_card(books, *slot, mark);
        }
    }

    /// Publishes what a batch touched.
    pub fn publish<'a>(
        &mut self,
        touched: &Touched,
        mark: Mark,
        books_of: &dyn Fn(Home) -> Option<&'a Books>,
    ) {
        for home in &touched.organisers {
            if let Some(books) = books_of(*home) {
                self.put_organiser(books);
            }
        }
        for home in &touched.keys {
            if let Some(books) = books_of(*home) {
                self.board.put_keys(*home, books.keys.values().cloned());
            }
        }
        for shard in &touched.endpoints {
            self.board.note_endpoints(*shard, mark.sequence);
        }
        for shard in &touched.letters {
            self.board.note_letters(*shard, mark.sequence);
        }
        for shard in &touched.payments {
            self.board.note_payments(*shard, mark.sequence);
        }
        for slot in &touched.sheets {
            if let Some(books) = books_of(slot.home()) {
                self.put_sheet(books, *slot);
            }
        }
        let shown = touched.pools.iter().filter_map(|pool| self.shows.get(pool)).flatten();
        let slots: BTreeSet<SlotId> =
            touched.sheets.iter().chain(&touched.counts).chain(shown).copied().collect();
        if self.lately.len() > LATELY_SWEPT {
            self.lately.retain(|_, lately| !lately.is_over(mark.at));
        }
        for (slot, end) in &touched.ends {
            let ends = self.ends.entry(*slot).or_default();
            match end {
                End::Kept => ends.note_kept(),
                End::Back => ends.note_back(),
            }
        }
        for (slot, bought) in &touched.buyers {
            let lately = Arc::make_mut(self.lately.entry(*slot).or_default());
            match *bought {
                Bought::By(buyer, at) => lately.bought(buyer, at),
                Bought::NotBy(buyer) => lately.gone(buyer),
            }
        }
        for slot in slots {
            if let Some(books) = books_of(slot.home()) {
                self.put_card(books, slot, mark);
            }
        }
        for (hold, outcome) in &touched.outcomes {
            self.board.tell(*hold, outcome);
        }
    }

    fn put_organiser(&self, books: &Books) {
        // A draft that was thrown away is looked up by who still knows of it, and listed nowhere.
        let listed = books.slots.values().filter(|slot| slot.state != SlotState::Discarded);
        let mut slots: Vec<_> = listed.map(|slot| (slot.spec.times.start, slot.id)).collect();
        slots.sort_unstable();
        self.board.put_organiser(OrganiserCard {
            organiser: Arc::new(books.organiser.clone()),
            slots: Arc::new(slots),
            series_due: books.series.values().filter_map(|series| series.reach.due).min(),
            slugs: Arc::new(books.slugs.iter().map(|(slug, id)| (slug.clone(), *id)).collect()),
        });
    }

    fn put_sheet(&mut self, books: &Books, id: SlotId) {
        let organiser = self.board.organiser(books.home()).map(|card| card.organiser);
        let organiser = organiser.unwrap_or_else(|| Arc::new(books.organiser.clone()));
        let Some(sheet) = sheet_of(books, id, organiser) else { return };
        for pool in pools_shown(books, id) {
            self.shows.entry(pool).or_default().insert(id);
        }
        self.sheets.insert(id, Arc::new(sheet));
    }

    fn put_card(&mut self, books: &Books, id: SlotId, mark: Mark) {
        let Some(sheet) = self.sheets.get(&id).cloned() else { return };
        let lately = self.lately.get(&id).cloned().unwrap_or_default();
        let ends = self.ends.get(&id).copied().unwrap_or_default();
        self.board.put_card(SlotCard { lately, ends, ..card_from(books, sheet, mark) });
    }
}

/// The card of a slot in books that nobody trades with, as they would be at an instant.
pub fn card_of(books: &Books, slot: SlotId, at: Instant) -> Option<SlotCard> {
    let sheet = sheet_of(books, slot, Arc::new(books.organiser.clone()))?;
    Some(card_from(books, Arc::new(sheet), Mark { sequence: 0, at }))
}

fn sheet_of(books: &Books, id: SlotId, organiser: Arc<Organiser>) -> Option<SlotSheet> {
    let slot = books.slots.get(&id)?;
    let mut windows: Vec<_> = books.windows_of(id).cloned().collect();
    windows.sort_by_key(|window| (window.spec.opens.at, window.id));
    let mut fulfilments: Vec<_> = books.fulfilments_of(id).cloned().collect();
    fulfilments.sort_by_key(|block| (block.spec.opens.at, block.id));
    let mut blocks: Vec<_> = books.blocks_of(id).cloned().collect();
    blocks.sort_by_key(|block| (block.spec.when.at, block.id));
    Some(SlotSheet {
        organiser,
        slot: slot.clone(),
        windows,
        offers: books.offers_of(id).cloned().collect(),
        fulfilments,
        blocks,
        shown: shown(books, id),
    })
}

/// The numbers of a slot beside its sheet. Who bought lately and how holds ended is not in the books.
fn card_from(books: &Books, sheet: Arc<SlotSheet>, mark: Mark) -> SlotCard {
    let id = sheet.slot.id;
    let open = books.windows_of(id).filter(|window| window.phase != Phase::Closed);
    let windows = open.map(|window| WindowCard {
        window: window.id,
        left: left_for_all(books, window, mark.at.max(window.spec.opens.at)).into_iter().collect(),
        taken: window.taken,
    });
    let windows = windows.collect();
    let offers = books.offers_of(id).map(|offer| OfferCard {
        offer: offer.id,
        taken: offer.taken,
        gone: is_gone(books, offer.id),
    });
    let offers = offers.collect();
    let boxes = sheet.fulfilments.iter().flat_map(|block| &block.spec.boxes);
    let places =
        boxes.filter_map(|place| books.pools.get(&place.pool)).map(|pool| (pool.id, pool.available()));
    let places = places.collect();
    let mut waiting = BTreeMap::new();
    let line = books.parts.get(&id).into_iter().flat_map(|parts| parts.line.values());
    for entry in line.filter_map(|entry| books.entries.get(entry)) {
        *waiting.entry(entry.offer).or_insert(0) += 1;
    }
    SlotCard {
        sequence: mark.sequence,
        at: mark.at,
        sheet,
        windows,
        offers,
        places,
        waiting,
        lately: Arc::default(),
        ends: Ends::default(),
        withheld: withheld(books, id, mark.at),
    }
}

/// The pools whose counts a slot shows.
fn pools_shown(books: &Books, slot: SlotId) -> BTreeSet<PoolId> {
    let parts = books.offers_of(slot).flat_map(|offer| &offer.spec.recipe).map(|part| part.pool);
    let drawn: Vec<PoolId> = parts.collect();
    let lenders = drawn.iter().filter_map(|pool| books.pools.get(pool)).flat_map(|pool| &pool.spec.borrows);
    let lent = books.windows_of(slot).flat_map(|window| &window.spec.allotments).map(|lent| &lent.lent);
    let boxes = books.fulfilments_of(slot).flat_map(|block| &block.spec.boxes).map(|place| &place.pool);
    drawn.iter().chain(lenders).chain(lent).chain(boxes).copied().collect()
}
