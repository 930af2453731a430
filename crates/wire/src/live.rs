//! The live message of a slot: what changed for buyers, with the sequence that makes old ones visible.

use dayshelf_core::ids::{SlotId, WindowId};
use dayshelf_core::money::Money;
use dayshelf_core::time::Instant;
use dayshelf_core::window::Window;
use serde::Serialize;
use utoipa::ToSchema;

use crate::money::Price;
use crate::name::{OfferRef, SlotRef, WindowRef};
use crate::slot::{AudienceKind, OfferReading, SaleState};
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

/// What one open window has, for whoever it admits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowStock {
    /// The window.
    pub window: WindowRef,
    /// Its name in plans.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Whom it admits.
    pub audience: AudienceKind,
    /// When it closes.
    pub closes_at: At,
    /// The offers that it sells.
    pub offers: Vec<StockLine>,
}

/// The stock of a slot as the organiser is told it: what the public may buy, and what every open window has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StockTold {
    /// What the public may buy.
    #[serde(flatten)]
    pub public: StockShape,
    /// The windows that are open now, the public's among them.
    pub windows: Vec<WindowStock>,
}

/// The address of a slot's overlay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OverlayShape {
    /// The slot.
    pub slot: SlotRef,
    /// The page for a stream's browser source. Whoever has it sees the stock of the window that is open.
    #[schema(
        example = "https://dayshelf.example/overlay/01k9ydt4zq7m8v2c5x6b3n0aef_5x6b3n0aef01k9ydt4zq7m8v2c"
    )]
    pub url: String,
}

impl WindowStock {
    /// What was computed for one window.
    pub fn of(window: &Window, now: Instant, offers: &[OfferReading<'_>]) -> Self {
        Self {
            window: WindowRef(window.id),
            key: window.spec.key.clone(),
            title: window.spec.title.clone(),
            audience: AudienceKind::from(&window.spec.audience),
            closes_at: At(window.spec.closes.at),
            offers: lines(now, offers),
        }
    }
}

/// Offers without a price are left out.
fn lines(now: Instant, offers: &[OfferReading<'_>]) -> Vec<StockLine> {
    let line = |reading: &OfferReading<'_>| {
        let price: Money = reading.offer.price_at(now)?;
        let offer = OfferRef(reading.offer.id);
        Some(StockLine { offer, free: reading.free, price: price.into(), state: reading.state })
    };
    offers.iter().filter_map(line).collect()
}

impl StockShape {
    /// The message for what was computed.
    pub fn of(head: StockHead, offers: &[OfferReading<'_>]) -> Self {
        Self {
            slot: SlotRef(head.slot),
            sequence: head.sequence,
            as_of: At(head.now),
            window: head.window.map(WindowRef),
            offers: lines(head.now, offers),
        }
    }
}
