//! The live message of a slot: what changed for buyers, with the sequence that makes old ones visible.

use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_core::money::Money;
use dayshelf_core::time::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use crate::money::Price;
use crate::name::{OfferRef, SlotRef, WindowRef};
use crate::slot::{OfferReading, SaleState};
use crate::time::At;

/// The name of the live message.
pub const STOCK: &str = "stock";

/// The stock of a slot as the public may buy it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockShape {
    /// The slot.
    pub slot: SlotRef,
    /// The journal's sequence at which this is true: drop what is older than what you have.
    pub sequence: u64,
    /// The server's time for which this holds.
    pub as_of: At,
    /// The window that is open, or the next to open.
    pub window: Option<WindowRef>,
    /// The offers.
    pub offers: Vec<StockLine>,
}

/// The stock of one offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockLine {
    /// The offer.
    pub offer: OfferRef,
    /// Units that can be bought now.
    pub free: u32,
    /// The price of one now.
    pub price: Price,
    /// Whether it can be bought now.
    pub state: SaleState,
}

/// Where and when a stock message is true.
#[derive(Clone, Copy, Debug)]
pub struct StockHead {
    /// The slot.
    pub slot: SlotId,
    /// The journal's sequence.
    pub sequence: u64,
    /// The instant.
    pub now: Instant,
    /// The window that is open, or the next to open.
    pub window: Option<WindowId>,
}

impl StockShape {
    /// The message for what was computed. Offers without a price are left out.
    pub fn of(head: StockHead, offers: &[OfferReading<'_>]) -> Self {
        let line = |reading: &OfferReading<'_>| {
            let price: Money = reading.offer.price_at(head.now)?;
            let offer = OfferRef(reading.offer.id);
            Some(StockLine { offer, free: reading.free, price: price.into(), state: reading.state })
        };
        Self {
            slot: SlotRef(head.slot),
            sequence: head.sequence,
            as_of: At(head.now),
            window: head.window.map(WindowRef),
            offers: offers.iter().filter_map(line).collect(),
        }
    }
}
