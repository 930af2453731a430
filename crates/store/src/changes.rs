//! Which rows a batch of facts changed.
//!
//! Facts are noted as they are decided; only ids are remembered, once each. At commit the rows are
//! encoded from the books as they then are, so that a pool which moved a hundred times is written once.
//! Start at [`Changes::note`]. Not here: what the rows look like (`rows`).

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::change::Credential;
use dayshelf_core::fact::{Fact, MovedFrom};
use dayshelf_core::ids::{EntryId, HoldId, Home, Id, OrderId, PoolId, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::planted;
use dayshelf_core::text::Digest;

use crate::codec;

/// The kinds of parts, as their rows name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PartKind {
    Organiser = 0,
    Key = 1,
    Endpoint = 2,
    Code = 3,
    List = 4,
    Slot = 5,
    Window = 6,
    Fulfilment = 7,
    Offer = 8,
    Block = 20,
    Template = 21,
    Series = 22,
    /// What ties a slot to its series, under the slot's id.
    Occurrence = 23,
    Picture = 24,
    Product = 25,
    /// What a slot's changes have left behind, under the slot's id.
    Trail = 30,
    /// A change that waits for a yes.
    Pending = 31,
    /// What a credential has changed lately, under its id.
    Guard = 32,
}

impl PartKind {
    /// The kind that a row names.
    pub(crate) fn of(number: i64) -> Option<Self> {
        const ALL: [PartKind; 18] = [
            PartKind::Organiser,
            PartKind::Key,
            PartKind::Endpoint,
            PartKind::Code,
            PartKind::List,
            PartKind::Slot,
            PartKind::Window,
            PartKind::Fulfilment,
            PartKind::Offer,
            PartKind::Block,
            PartKind::Template,
            PartKind::Series,
            PartKind::Occurrence,
            PartKind::Picture,
            PartKind::Product,
            PartKind::Trail,
            PartKind::Pending,
            PartKind::Guard,
        ];
        ALL.into_iter().find(|kind| *kind as i64 == number)
    }
}

/// How a hold was touched.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct HoldTouch {
    /// It ended: its row goes from the live ones to the others.
    pub(crate) ended: bool,
    /// A payment began or came to an end.
    pub(crate) paying: bool,
}

/// An order as the last fact about it left it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OrderRow {
    pub(crate) slot: SlotId,
    pub(crate) body: Vec<u8>,
    /// Whether its payment needs a next step.
    pub(crate) settles: bool,
    /// Whether it may have needed one before.
    pub(crate) old: bool,
}

/// What changed in the books of one organiser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Touched {
    pub(crate) parts: BTreeSet<(PartKind, Id)>,
    pub(crate) pools: BTreeSet<PoolId>,
    pub(crate) holds: BTreeMap<HoldId, HoldTouch>,
    pub(crate) orders: BTreeMap<OrderId, OrderRow>,
    pub(crate) entries: BTreeSet<EntryId>,
    /// Sources of stock, each with the record that tells what it stands for.
    pub(crate) sources: BTreeMap<Digest, u64>,
    /// Windows and offers whose counts of units taken changed.
    pub(crate) counters: BTreeSet<(PartKind, Id)>,
    /// Whether places in line were given out.
    pub(crate) places: bool,
}

/// What the facts of a batch changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    pub(crate) homes: BTreeMap<Home, Touched>,
}

impl Changes {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether nothing was noted.
    pub fn is_empty(&self) -> bool {
        self.homes.is_empty()
    }

    /// Forgets everything, for the next batch.
    pub fn clear(&mut self) {
        self.homes.clear();
    }

    /// Remembers what a fact of a record changed in the books of an organiser.
    pub fn note(&mut self, home: Home, seq: u64, fact: &Fact) {
        let touched = self.homes.entry(home).or_default();
        touched.pools.extend(fact.moves().iter().map(|step| step.pool));
        touched.note(seq, fact);
    }
}

impl Touched {
    fn note(&mut self, seq: u64, fact: &Fact) {
        match fact {
            Fact::OrganiserFounded(_)
            | Fact::OrganiserChanged(_)
            | Fact::KeyIssued(_)
            | Fact::KeyRevoked(_)
            | Fact::EndpointPut(_)
            | Fact::EndpointRemoved(_)
            | Fact::CodePut(_)
            | Fact::CodeRemoved(_)
            | Fact::ListPut(_)
            | Fact::ListRemoved(_) => self.note_access(fact),
            Fact::ChangeMade(_)
            | Fact::ConfirmationAsked(_)
            | Fact::ConfirmationEnded { .. }
            | Fact::CustomersTold(_)
            | Fact::CredentialFrozen { .. }
            | Fact::CredentialFreed { .. } => self.note_change(fact),
            Fact::SeriesPut(_)
            | Fact::OccurrencePut(_)
            | Fact::SlotPut { .. }
            | Fact::WindowPut { .. }
            | Fact::WindowRemoved { .. }
            | Fact::WindowOpened(_)
            | Fact::WindowClosed { .. }
            | Fact::Dripped { .. }
            | Fact::NumberTaken { .. }
            | Fact::FulfilmentPut(_)
            | Fact::FulfilmentRemoved(_)
            | Fact::PicturePut(_)
            | Fact::PictureRemoved(_)
            | Fact::ProductPut(_)
            | Fact::ProductRemoved(_)
            | Fact::TemplatePut(_)
            | Fact::TemplateRemoved(_)
            | Fact::BlockPut { .. }
            | Fact::BlockRemoved(_)
            | Fact::PoolPut { .. }
            | Fact::PoolRemoved { .. }
            | Fact::OfferPut(_)
            | Fact::OfferRemoved(_)
            | Fact::StepBegan { .. } => self.note_shelf(fact),
            Fact::HoldMade { .. }
            | Fact::HoldTaken { .. }
            | Fact::HoldExtended { .. }
            | Fact::HoldEnded { .. }
            | Fact::ConfirmBegun { .. }
            | Fact::ConfirmCallingOff { .. }
            | Fact::ConfirmFailed { .. } => self.note_hold(fact),
            Fact::OrderConfirmed { .. }
            | Fact::LatePaymentUnfilled { .. }
            | Fact::OrderCancelled { .. }
            | Fact::OrderMoved { .. }
            | Fact::OrderHanded { .. }
            | Fact::OrderEdited { .. }
            | Fact::OrderNoted(_)
            | Fact::RedeemedAgain { .. }
            | Fact::HandOverUndone { .. }
            | Fact::PaymentMoved { .. } => self.note_order(fact),
            Fact::EntryJoined(_)
            | Fact::EntryRequeued { .. }
            | Fact::EntryPassed(_)
            | Fact::EntryGathered { .. }
            | Fact::EntryLeft { .. }
            | Fact::TurnGiven { .. } => self.note_line(fact),
            Fact::StockMoved { .. } | Fact::StockCounted { .. } => self.note_stock(seq, fact),
            // What buyers have is kept by the books themselves; the others change nothing that is kept.
            Fact::BuyersCounted { .. }
            | Fact::UnitsAnnounced { .. }
            | Fact::OrderResent(_)
            | Fact::OrderPromised(_) => {}
        }
    }

    fn note_hold(&mut self, fact: &Fact) {
        match fact {
            Fact::HoldMade { hold, .. } => self.hold(hold.id, HoldTouch::default()),
            Fact::HoldTaken { hold, .. } | Fact::HoldExtended { hold, .. } => {
                self.hold(*hold, HoldTouch::default());
            }
            Fact::HoldEnded { hold, .. } => self.hold(*hold, HoldTouch { ended: true, paying: true }),
            Fact::ConfirmBegun { hold, .. }
            | Fact::ConfirmCallingOff { hold }
            | Fact::ConfirmFailed { hold, .. } => {
                self.hold(*hold, HoldTouch { ended: false, paying: true });
            }
            _ => {}
        }
    }

    /// What became of orders.
    fn note_order(&mut self, fact: &Fact) {
        match fact {
            Fact::OrderConfirmed { order, .. } | Fact::LatePaymentUnfilled { order } => {
                self.hold(order.hold, HoldTouch { ended: true, paying: true });
                self.order(order, false);
            }
            Fact::OrderCancelled { order, .. }
            | Fact::OrderHanded { order, .. }
            | Fact::OrderEdited { order, .. }
            | Fact::OrderNoted(order)
            | Fact::RedeemedAgain { order, .. }
            | Fact::HandOverUndone { order, .. }
            | Fact::PaymentMoved { order, .. } => self.order(order, true),
            Fact::OrderMoved { order, from, .. } => {
                self.order(order, true);
                self.left_behind(from);
            }
            _ => {}
        }
    }

    /// Which movements and counts are known.
    fn note_stock(&mut self, seq: u64, fact: &Fact) {
        match fact {
            Fact::StockMoved { source, .. } => drop(self.sources.insert(*source, seq)),
            Fact::StockCounted { pool, count, .. } => {
                self.pools.insert(*pool);
                self.sources.insert(count.source, seq);
            }
            _ => {}
        }
    }

    /// Who waits, and whose turn it is.
    fn note_line(&mut self, fact: &Fact) {
        match fact {
            Fact::EntryJoined(entry) => {
                self.entries.insert(entry.id);
                self.places = true;
            }
            Fact::EntryRequeued { entry, .. } => {
                self.entries.insert(*entry);
                self.places = true;
            }
            Fact::EntryPassed(entry) | Fact::EntryGathered { entry, .. } | Fact::EntryLeft { entry, .. } => {
                self.entries.insert(*entry);
            }
            Fact::TurnGiven { entry, hold, .. } => {
                self.entries.insert(*entry);
                self.hold(hold.id, HoldTouch::default());
            }
            _ => {}
        }
    }

    /// The organiser itself, and what opens its doors.
    fn note_access(&mut self, fact: &Fact) {
        let part = match fact {
            Fact::OrganiserFounded(organiser) | Fact::OrganiserChanged(organiser) => {
                (PartKind::Organiser, organiser.id.0)
            }
            Fact::KeyIssued(key) => (PartKind::Key, key.id.0),
            Fact::KeyRevoked(key) => {
                self.parts.insert((PartKind::Guard, key.0));
                (PartKind::Key, key.0)
            }
            Fact::EndpointPut(endpoint) => (PartKind::Endpoint, endpoint.id.0),
            Fact::EndpointRemoved(endpoint) => (PartKind::Endpoint, endpoint.0),
            Fact::CodePut(code) => (PartKind::Code, code.id.0),
            Fact::CodeRemoved(code) => (PartKind::Code, code.0),
            Fact::ListPut(list) => (PartKind::List, list.id.0),
            Fact::ListRemoved(list) => (PartKind::List, list.0),
            _ => return,
        };
        self.parts.insert(part);
    }

    /// What changes of slots leave behind, what waits, and who is watched.
    fn note_change(&mut self, fact: &Fact) {
        let watched = |by: &Credential| by.watched().map(|id| (PartKind::Guard, id));
        match fact {
            Fact::ChangeMade(made) => {
                self.parts.insert((PartKind::Trail, made.slot.0));
                self.parts.extend(watched(&made.by));
            }
            Fact::ConfirmationAsked(pending) => {
                self.parts.insert((PartKind::Pending, pending.id.0));
                self.parts.extend(watched(&pending.by));
            }
            Fact::ConfirmationEnded { confirmation, .. } => {
                self.parts.insert((PartKind::Pending, confirmation.0));
            }
            Fact::CustomersTold(telling) => drop(self.parts.insert((PartKind::Trail, telling.slot.0))),
            Fact::CredentialFrozen { credential, .. } | Fact::CredentialFreed { credential } => {
                self.parts.extend(watched(credential));
            }
            _ => {}
        }
    }

    /// Slots and what they own.
    fn note_shelf(&mut self, fact: &Fact) {
        let part = match fact {
            Fact::SeriesPut(series) => (PartKind::Series, series.id.0),
            Fact::OccurrencePut(one) => (PartKind::Occurrence, one.slot.0),
            Fact::SlotPut { slot, .. } => (PartKind::Slot, slot.id.0),
            Fact::WindowPut { window, .. } => (PartKind::Window, window.id.0),
            Fact::WindowRemoved { window, .. } => {
                self.counters.insert((PartKind::Window, window.0));
                (PartKind::Window, window.0)
            }
            Fact::Dripped { .. } | Fact::StepBegan { .. } if planted!(ToldNotWritten) => return,
            Fact::WindowOpened(window) | Fact::WindowClosed { window, .. } | Fact::Dripped { window, .. } => {
                (PartKind::Window, window.0)
            }
            Fact::NumberTaken { number, .. } => (PartKind::Window, number.window.0),
            Fact::FulfilmentPut(block) => (PartKind::Fulfilment, block.id.0),
            Fact::FulfilmentRemoved(block) => (PartKind::Fulfilment, block.0),
            Fact::BlockPut { block, .. } => (PartKind::Block, block.id.0),
            Fact::PicturePut(picture) => (PartKind::Picture, picture.id.0),
            Fact::PictureRemoved(picture) => (PartKind::Picture, picture.0),
            Fact::ProductPut(product) => (PartKind::Product, product.id.0),
            Fact::ProductRemoved(product) => (PartKind::Product, product.0),
            Fact::TemplatePut(template) => (PartKind::Template, template.id.0),
            Fact::TemplateRemoved(template) => (PartKind::Template, template.0),
            Fact::BlockRemoved(block) => (PartKind::Block, block.0),
            Fact::OfferPut(offer) => (PartKind::Offer, offer.id.0),
            Fact::StepBegan { offer, .. } => (PartKind::Offer, offer.0),
            Fact::OfferRemoved(offer) => {
                self.counters.insert((PartKind::Offer, offer.0));
                (PartKind::Offer, offer.0)
            }
            Fact::PoolPut { pool, .. } | Fact::PoolRemoved { pool, .. } => {
                self.pools.insert(*pool);
                return;
            }
            _ => return,
        };
        self.parts.insert(part);
    }

    fn hold(&mut self, id: HoldId, touch: HoldTouch) {
        let known = self.holds.entry(id).or_default();
        known.ended |= touch.ended;
        known.paying |= touch.paying;
    }

    fn order(&mut self, order: &Order, old: bool) {
        let old = old || self.orders.get(&order.id).is_some_and(|known| known.old);
        let settles = order.payment_step().is_some();
        let row = OrderRow { slot: order.slot, body: codec::encode(order), settles, old };
        self.orders.insert(order.id, row);
        self.counters.insert((PartKind::Window, order.window.0));
        self.counters.extend(order.lines.iter().map(|line| (PartKind::Offer, line.offer.0)));
    }

    /// The counts that a moved order has left.
    fn left_behind(&mut self, from: &MovedFrom) {
        self.counters.insert((PartKind::Window, from.window.0));
        self.counters.extend(from.lines.iter().map(|(offer, _)| (PartKind::Offer, offer.0)));
    }
}
