//! The slot in JSON as its readers see it: the calendar's line and the whole page.
//!
//! What can be bought by whom is not worked out here: the caller hands in the core's values with the
//! numbers that it computed ([`SlotReading`]).

use dayshelf_core::block::Block;
use dayshelf_core::ids::WindowId;
use dayshelf_core::offer::{Offer, OfferKind, Step};
use dayshelf_core::slot::{Fulfilment, FulfilmentKind, Slot, SlotState};
use dayshelf_core::time::Instant;
use dayshelf_core::window::{Audience, Phase, Window};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::broadcast::BroadcastShape;
use crate::library::ShownShape;
use crate::money::Price;
use crate::name::{FulfilmentRef, OfferRef, PoolRef, SlotRef, WindowRef};
use crate::time::{At, WhenView};

/// Where a slot is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SlotStateShape {
    /// Seen by the organiser only.
    Draft,
    /// On the calendar.
    Published,
    /// Called off.
    Cancelled,
    /// A draft that was thrown away. It is in no list.
    Discarded,
}

impl From<SlotState> for SlotStateShape {
    fn from(state: SlotState) -> Self {
        match state {
            SlotState::Draft => Self::Draft,
            SlotState::Published => Self::Published,
            SlotState::Cancelled => Self::Cancelled,
            SlotState::Discarded => Self::Discarded,
        }
    }
}

/// Whether something can be bought now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SaleState {
    /// No window has opened yet.
    Ahead,
    /// A window is open and units are free.
    Open,
    /// A window is open and nothing is free; one can wait in line.
    SoldOut,
    /// Stock is low, so a rule keeps it from sale for now.
    Paused,
    /// What it needs is gone for good, so it can't be fulfilled any more.
    Unfulfillable,
    /// All windows are over.
    Closed,
}

/// A window's place in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PhaseShape {
    /// Not yet open.
    Ahead,
    /// Selling.
    Open,
    /// Over.
    Closed,
}

impl From<Phase> for PhaseShape {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Ahead => Self::Ahead,
            Phase::Open => Self::Open,
            Phase::Closed => Self::Closed,
        }
    }
}

/// Who a window admits, without saying which code or list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AudienceKind {
    /// Everyone.
    Public,
    /// Whoever has a code.
    Code,
    /// Whoever is on a list.
    List,
}

impl From<&Audience> for AudienceKind {
    fn from(audience: &Audience) -> Self {
        match audience {
            Audience::Public => Self::Public,
            Audience::Code(_) => Self::Code,
            Audience::List(_) => Self::List,
        }
    }
}

/// How the buyer receives the goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FulfilmentKindShape {
    /// Fetched at a place.
    Pickup,
    /// Sent.
    Delivery,
    /// Nothing to hand over.
    Digital,
}

impl From<FulfilmentKind> for FulfilmentKindShape {
    fn from(kind: FulfilmentKind) -> Self {
        match kind {
            FulfilmentKind::Pickup => Self::Pickup,
            FulfilmentKind::Delivery => Self::Delivery,
            FulfilmentKind::Digital => Self::Digital,
        }
    }
}

impl From<FulfilmentKindShape> for FulfilmentKind {
    fn from(kind: FulfilmentKindShape) -> Self {
        match kind {
            FulfilmentKindShape::Pickup => Self::Pickup,
            FulfilmentKindShape::Delivery => Self::Delivery,
            FulfilmentKindShape::Digital => Self::Digital,
        }
    }
}

/// A slot as a line of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SlotLine {
    /// Its id.
    pub id: SlotRef,
    /// Its name in addresses.
    pub slug: String,
    /// Its title.
    pub title: String,
    /// The picture's address, empty for none.
    pub image: String,
    /// Where it happens.
    pub place: String,
    /// When it starts.
    pub start: At,
    /// When it ends.
    pub end: At,
    /// The IANA zone in which it happens.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// Where it is in its life.
    pub state: SlotStateShape,
    /// Whether something of it can be bought now.
    pub sale: SaleState,
    /// When the next window opens, where one is still to come.
    pub opens_at: Option<At>,
    /// Units free for everyone now, over all offers; null where that says nothing.
    pub free: Option<u32>,
    /// The journal's sequence at which this is true.
    pub sequence: u64,
}

/// The numbers that a calendar's line shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaleReading {
    /// Whether something can be bought now.
    pub sale: SaleState,
    /// When the next window opens.
    pub opens_at: Option<Instant>,
    /// Units free for everyone now.
    pub free: Option<u32>,
    /// The journal's sequence at which this is true.
    pub sequence: u64,
}

impl SlotLine {
    /// The line of a slot.
    pub fn of(slot: &Slot, reading: SaleReading) -> Self {
        let spec = &slot.spec;
        Self {
            id: SlotRef(slot.id),
            slug: spec.slug.clone(),
            title: spec.title.clone(),
            image: spec.image.clone(),
            place: spec.place.clone(),
            start: At(spec.times.start),
            end: At(spec.times.end),
            zone: spec.times.zone.clone(),
            state: slot.state.into(),
            sale: reading.sale,
            opens_at: reading.opens_at.map(At),
            free: reading.free,
            sequence: reading.sequence,
        }
    }
}

/// A window as buyers see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowShape {
    /// Its id.
    pub id: WindowRef,
    /// Its name within the slot.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Who it admits.
    pub audience: AudienceKind,
    /// Where it is in its life.
    pub phase: PhaseShape,
    /// When it opens.
    pub opens: WhenView,
    /// When it closes.
    pub closes: WhenView,
    /// Seconds for which units are held.
    pub hold_seconds: i64,
    /// Units per buyer, where there is a limit.
    pub buyer_limit: Option<u32>,
    /// The offers it sells; empty means all.
    pub offers: Vec<OfferRef>,
}

impl WindowShape {
    /// A window as it looks at `now`.
    pub fn of(window: &Window, now: Instant) -> Self {
        let spec = &window.spec;
        Self {
            id: WindowRef(window.id),
            key: spec.key.clone(),
            title: spec.title.clone(),
            audience: AudienceKind::from(&spec.audience),
            phase: window.phase_at(now).into(),
            opens: spec.opens.into(),
            closes: spec.closes.into(),
            hold_seconds: spec.hold.span.0 / 1_000,
            buyer_limit: spec.hold.buyer_limit,
            offers: spec.offers.iter().copied().map(OfferRef).collect(),
        }
    }
}

/// A step of a ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepShape {
    /// Its title.
    pub title: String,
    /// The price of one unit.
    pub price: Price,
    /// When it begins by the clock.
    pub from: Option<WhenView>,
    /// After how many units taken it begins.
    pub after_units: Option<u32>,
    /// Units still to be taken before it begins.
    pub units_before: Option<u32>,
}

impl StepShape {
    /// A step, seen when so many units of its offer are taken.
    pub fn of(step: &Step, taken: u32) -> Self {
        Self {
            title: step.title.clone(),
            price: step.price.into(),
            from: step.from.map(WhenView::from),
            after_units: step.after_units,
            units_before: step.after_units.map(|units| units.saturating_sub(taken)),
        }
    }
}

/// An offer as this viewer may buy it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferShape {
    /// Its id.
    pub id: OfferRef,
    /// Its name within the slot.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What it is.
    pub about: String,
    /// The picture's address, empty for none.
    pub image: String,
    /// Whether this viewer can buy it now.
    pub state: SaleState,
    /// Units that this viewer may buy now. Units for those who wait are not among them.
    pub free: u32,
    /// The price of one unit now.
    pub price: Price,
    /// The title of the price step in force.
    pub step: String,
    /// The next price step, where there is one.
    pub next_step: Option<StepShape>,
    /// The window through which this viewer can buy it, now or next.
    pub window: Option<WindowRef>,
    /// The offers it is an add-on to; empty when it stands alone.
    pub with: Vec<OfferRef>,
    /// Further slots that it admits to.
    pub slots: Vec<SlotRef>,
    /// Units in one hold at most.
    pub units_max: u32,
}

/// What was computed for an offer and this viewer.
#[derive(Clone, Copy, Debug)]
pub struct OfferReading<'r> {
    /// The offer.
    pub offer: &'r Offer,
    /// Whether the viewer can buy it.
    pub state: SaleState,
    /// Units the viewer may buy now.
    pub free: u32,
    /// The window for this viewer.
    pub window: Option<WindowId>,
}

impl OfferShape {
    /// The offer as it looks at `now`.
    pub fn of(reading: &OfferReading<'_>, now: Instant) -> Option<Self> {
        let offer = reading.offer;
        let spec = &offer.spec;
        let step = spec.ladder.get(offer.step_at(now))?;
        let with = match &spec.kind {
            OfferKind::Main => Vec::new(),
            OfferKind::AddOn(mains) => mains.iter().copied().map(OfferRef).collect(),
        };
        Some(Self {
            id: OfferRef(offer.id),
            key: spec.key.clone(),
            title: spec.title.clone(),
            about: spec.about.clone(),
            image: spec.image.clone(),
            state: reading.state,
            free: reading.free,
            price: step.price.into(),
            step: step.title.clone(),
            next_step: offer.next_step(now).map(|step| StepShape::of(step, offer.taken)),
            window: reading.window.map(WindowRef),
            with,
            slots: spec.slots.iter().copied().map(SlotRef).collect(),
            units_max: spec.units_max,
        })
    }
}

/// A time box of a pickup block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoxShape {
    /// Its id: the pool that counts its places.
    pub id: PoolRef,
    /// When it begins.
    pub from: WhenView,
    /// When it ends.
    pub until: WhenView,
    /// How many places it has.
    pub places: u32,
    /// How many of them are left.
    pub left: u32,
}

/// A way to receive the goods.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FulfilmentBlockShape {
    /// Its id.
    pub id: FulfilmentRef,
    /// Its name within the slot.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Which way.
    pub kind: FulfilmentKindShape,
    /// Where.
    pub place: String,
    /// When it begins.
    pub opens: WhenView,
    /// When it ends.
    pub closes: WhenView,
    /// Its time boxes; empty means places without limit.
    pub boxes: Vec<BoxShape>,
}

/// A fulfilment block with the places left in each of its boxes, in their order.
#[derive(Clone, Debug)]
pub struct FulfilmentReading<'r> {
    /// The block.
    pub block: &'r Fulfilment,
    /// Places left, box by box.
    pub left: Vec<u32>,
}

impl FulfilmentBlockShape {
    /// The block with what is left.
    pub fn of(reading: &FulfilmentReading<'_>) -> Self {
        let spec = &reading.block.spec;
        let left = reading.left.iter().copied().chain(std::iter::repeat(0));
        let boxes = spec.boxes.iter().zip(left).map(|(time_box, left)| BoxShape {
            id: PoolRef(time_box.pool),
            from: time_box.from.into(),
            until: time_box.until.into(),
            places: time_box.places,
            left,
        });
        Self {
            id: FulfilmentRef(reading.block.id),
            key: spec.key.clone(),
            title: spec.title.clone(),
            kind: spec.kind.into(),
            place: spec.place.clone(),
            opens: spec.opens.into(),
            closes: spec.closes.into(),
            boxes: boxes.collect(),
        }
    }
}

/// A slot with all that it sells, as this viewer may buy it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SlotShape {
    /// What the calendar shows.
    #[serde(flatten)]
    pub line: SlotLine,
    /// The story, plain text in paragraphs.
    pub story: String,
    /// Rises by one with every change of the slot, its blocks or its offers.
    pub version: u32,
    /// The server's time for which all of this holds.
    pub as_of: At,
    /// The version of the zone database that derived the times.
    pub tzdb: String,
    /// How many wait in line.
    pub waiting: u32,
    /// Its windows.
    pub windows: Vec<WindowShape>,
    /// Its offers.
    pub offers: Vec<OfferShape>,
    /// The ways to receive the goods.
    pub fulfilments: Vec<FulfilmentBlockShape>,
    /// Its broadcasts by their time.
    pub broadcasts: Vec<BroadcastShape>,
    /// The titles of what comes with every confirmed order.
    pub extras: Vec<String>,
    /// What of the library it shows.
    #[serde(flatten)]
    pub shown: ShownShape,
}

/// A slot of the core with everything that was computed for this viewer.
#[derive(Clone, Debug)]
pub struct SlotReading<'r> {
    /// The slot.
    pub slot: &'r Slot,
    /// What its calendar line shows.
    pub sale: SaleReading,
    /// The instant of the reading.
    pub now: Instant,
    /// How many wait in line.
    pub waiting: u32,
    /// Its windows.
    pub windows: Vec<&'r Window>,
    /// Its offers.
    pub offers: Vec<OfferReading<'r>>,
    /// Its fulfilment blocks.
    pub fulfilments: Vec<FulfilmentReading<'r>>,
    /// Its blocks of other kinds by their time.
    pub blocks: Vec<&'r Block>,
    /// What of the library it shows.
    pub shown: ShownShape,
}

impl SlotShape {
    /// The shape of a reading.
    pub fn of(reading: &SlotReading<'_>) -> Self {
        let spec = &reading.slot.spec;
        Self {
            line: SlotLine::of(reading.slot, reading.sale),
            story: spec.story.clone(),
            version: reading.slot.version,
            as_of: At(reading.now),
            tzdb: spec.times.tzdb.clone(),
            waiting: reading.waiting,
            windows: reading.windows.iter().map(|window| WindowShape::of(window, reading.now)).collect(),
            offers: reading.offers.iter().filter_map(|offer| OfferShape::of(offer, reading.now)).collect(),
            fulfilments: reading.fulfilments.iter().map(FulfilmentBlockShape::of).collect(),
            broadcasts: reading.blocks.iter().filter_map(|block| BroadcastShape::of(block)).collect(),
            extras: spec.extras.iter().map(|extra| extra.title.clone()).collect(),
            shown: reading.shown.clone(),
        }
    }
}
