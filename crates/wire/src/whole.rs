//! Blocks, offers and slots as their organiser sees them: whole, with everything that was written.

use dayshelf_core::lobby::LobbyTerms;
use dayshelf_core::offer::{Offer, OfferKind, Step};
use dayshelf_core::slot::{Extra, Fulfilment, Slot, TimeBox};
use dayshelf_core::window::{Allotment, Audience, Fairness, HoldAt, Unsold, Window};
use serde::Serialize;
use utoipa::ToSchema;

use crate::block::BlockWhole;
use crate::change::TrailShape;
use crate::change::preview::{ClockShape, clocks};
use crate::library::FaqDoc;
use crate::money::Price;
use crate::name::{FulfilmentRef, ListRef, OfferRef, PoolRef, SlotRef, WindowRef};
use crate::order::ExtraShape;
use crate::slot::{FulfilmentKindShape, PhaseShape, SlotStateShape};
use crate::stock::DrawShape;
use crate::template::AppliedShape;
use crate::time::{At, Place, WhenView};

/// Who a window admits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AudienceWhole {
    /// Everyone.
    Public,
    /// Whoever has a code of this group.
    Code(String),
    /// Whoever is on this list.
    List(ListRef),
}

/// What becomes of the unsold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnsoldWhole {
    /// They go back to the pool.
    Return,
    /// They stay.
    Stay,
    /// They go on to this window.
    Roll(WindowRef),
}

/// When units are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldAtWhole {
    /// When the basket is made.
    Cart,
    /// When the buyer goes to checkout.
    Checkout,
    /// When the payment succeeds.
    Payment,
}

/// Who gets a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FairnessWhole {
    /// In the order of joining.
    FirstCome,
    /// In the order of lots.
    Lottery,
    /// Everyone is told.
    Announce,
}

/// Units lent to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AllotmentWhole {
    /// The pool that lends.
    pub pool: PoolRef,
    /// How many.
    pub units: u32,
    /// The pool that counts them while they are lent.
    pub lent: PoolRef,
}

impl From<&Allotment> for AllotmentWhole {
    fn from(lent: &Allotment) -> Self {
        Self { pool: PoolRef(lent.pool), units: lent.units, lent: PoolRef(lent.lent) }
    }
}

/// Units that come bit by bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct DripWhole {
    /// So many at the opening and after each span.
    pub units: u32,
    /// The span in seconds.
    pub every_seconds: i64,
}

/// How a window lets in those who come, and how many came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LobbyWhole {
    /// How many are let in a minute.
    pub per_minute: u32,
    /// So long before the opening one can take a number.
    pub ahead_seconds: i64,
    /// How long whoever was let in has to hold.
    pub seconds: i64,
    /// Numbers taken before the opening.
    pub early: u32,
    /// Numbers taken after it.
    pub late: u32,
}

impl LobbyWhole {
    fn of(terms: &LobbyTerms, window: &Window) -> Self {
        Self {
            per_minute: terms.per_minute,
            ahead_seconds: terms.ahead.0 / 1_000,
            seconds: terms.span.0 / 1_000,
            early: window.lobby.early,
            late: window.lobby.late,
        }
    }
}

/// How a window holds units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoldTermsWhole {
    /// When.
    pub at: HoldAtWhole,
    /// For how long.
    pub seconds: i64,
    /// How often a buyer may extend.
    pub extensions: u8,
    /// Units per buyer.
    pub limit: Option<u32>,
}

/// How a window serves its waitlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TurnTermsWhole {
    /// In which order.
    pub fairness: FairnessWhole,
    /// How long a turn lasts.
    pub seconds: i64,
}

/// A window, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WindowWhole {
    /// Its id.
    pub id: WindowRef,
    /// The slot it belongs to.
    pub slot: SlotRef,
    /// Its name within the slot.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Who it admits.
    pub audience: AudienceWhole,
    /// When it opens.
    pub opens: WhenView,
    /// When it closes.
    pub closes: WhenView,
    /// The offers it sells; empty means all.
    pub offers: Vec<OfferRef>,
    /// Units lent to it.
    pub allotments: Vec<AllotmentWhole>,
    /// What becomes of the unsold.
    pub unsold: UnsoldWhole,
    /// Whether units come bit by bit.
    pub drip: Option<DripWhole>,
    /// How those who come are let in.
    pub lobby: Option<LobbyWhole>,
    /// How units are held.
    pub hold: HoldTermsWhole,
    /// How waiters are served.
    pub waitlist: TurnTermsWhole,
    /// Where it is in its life.
    pub phase: PhaseShape,
    /// Offer units held or sold through it.
    pub taken: u32,
}

impl From<&Window> for WindowWhole {
    fn from(window: &Window) -> Self {
        let spec = &window.spec;
        let (at, fairness) = terms(spec.hold.at, spec.turn.fairness);
        Self {
            id: WindowRef(window.id),
            slot: SlotRef(spec.slot),
            key: spec.key.clone(),
            title: spec.title.clone(),
            audience: match &spec.audience {
                Audience::Public => AudienceWhole::Public,
                Audience::Code(group) => AudienceWhole::Code(group.clone()),
                Audience::List(list) => AudienceWhole::List(ListRef(*list)),
            },
            opens: spec.opens.into(),
            closes: spec.closes.into(),
            offers: spec.offers.iter().copied().map(OfferRef).collect(),
            allotments: spec.allotments.iter().map(AllotmentWhole::from).collect(),
            unsold: match spec.unsold {
                Unsold::Return => UnsoldWhole::Return,
                Unsold::Stay => UnsoldWhole::Stay,
                Unsold::Roll(window) => UnsoldWhole::Roll(WindowRef(window)),
            },
            drip: spec.drip.map(|drip| DripWhole { units: drip.units, every_seconds: drip.every.0 / 1_000 }),
            lobby: spec.lobby.map(|terms| LobbyWhole::of(&terms, window)),
            hold: HoldTermsWhole {
                at,
                seconds: spec.hold.span.0 / 1_000,
                extensions: spec.hold.extensions,
                limit: spec.hold.buyer_limit,
            },
            waitlist: TurnTermsWhole { fairness, seconds: spec.turn.span.0 / 1_000 },
            phase: window.phase.into(),
            taken: window.taken,
        }
    }
}

fn terms(at: HoldAt, fairness: Fairness) -> (HoldAtWhole, FairnessWhole) {
    let at = match at {
        HoldAt::Cart => HoldAtWhole::Cart,
        HoldAt::Checkout => HoldAtWhole::Checkout,
        HoldAt::Payment => HoldAtWhole::Payment,
    };
    let fairness = match fairness {
        Fairness::FirstCome => FairnessWhole::FirstCome,
        Fairness::Lottery => FairnessWhole::Lottery,
        Fairness::Announce => FairnessWhole::Announce,
    };
    (at, fairness)
}

/// A price step, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepWhole {
    /// Its title.
    pub title: String,
    /// The price of one unit.
    pub price: Price,
    /// When it begins by the clock.
    pub from: Option<WhenView>,
    /// After how many units taken it begins.
    pub after_units: Option<u32>,
}

impl From<&Step> for StepWhole {
    fn from(step: &Step) -> Self {
        Self {
            title: step.title.clone(),
            price: step.price.into(),
            from: step.from.map(WhenView::from),
            after_units: step.after_units,
        }
    }
}

/// An offer, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct OfferWhole {
    /// Its id.
    pub id: OfferRef,
    /// The slot that sells it.
    pub slot: SlotRef,
    /// Further slots that it admits to.
    pub slots: Vec<SlotRef>,
    /// Its name within the slot.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What it is.
    pub about: String,
    /// The picture's address.
    pub image: String,
    /// What it draws on.
    pub recipe: Vec<DrawShape>,
    /// Its prices.
    pub ladder: Vec<StepWhole>,
    /// The offers it is an add-on to.
    pub with: Vec<OfferRef>,
    /// Units in one hold at most.
    pub units_max: u32,
    /// Units held or sold.
    pub taken: u32,
}

impl From<&Offer> for OfferWhole {
    fn from(offer: &Offer) -> Self {
        let spec = &offer.spec;
        let with = match &spec.kind {
            OfferKind::Main => Vec::new(),
            OfferKind::AddOn(mains) => mains.iter().copied().map(OfferRef).collect(),
        };
        let part =
            |part: &dayshelf_core::offer::Part| DrawShape { pool: PoolRef(part.pool), units: part.units };
        Self {
            id: OfferRef(offer.id),
            slot: SlotRef(spec.slot),
            slots: spec.slots.iter().copied().map(SlotRef).collect(),
            key: spec.key.clone(),
            title: spec.title.clone(),
            about: spec.about.clone(),
            image: spec.image.clone(),
            recipe: spec.recipe.iter().map(part).collect(),
            ladder: spec.ladder.iter().map(StepWhole::from).collect(),
            with,
            units_max: spec.units_max,
            taken: offer.taken,
        }
    }
}

/// A time box, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BoxWhole {
    /// When it begins.
    pub from: WhenView,
    /// When it ends.
    pub until: WhenView,
    /// The pool that counts its places.
    pub pool: PoolRef,
    /// How many places it has.
    pub places: u32,
}

impl From<&TimeBox> for BoxWhole {
    fn from(time_box: &TimeBox) -> Self {
        Self {
            from: time_box.from.into(),
            until: time_box.until.into(),
            pool: PoolRef(time_box.pool),
            places: time_box.places,
        }
    }
}

/// A fulfilment block, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FulfilmentWhole {
    /// Its id.
    pub id: FulfilmentRef,
    /// The slot it belongs to.
    pub slot: SlotRef,
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
    /// Its time boxes.
    pub boxes: Vec<BoxWhole>,
}

impl From<&Fulfilment> for FulfilmentWhole {
    fn from(block: &Fulfilment) -> Self {
        let spec = &block.spec;
        Self {
            id: FulfilmentRef(block.id),
            slot: SlotRef(spec.slot),
            key: spec.key.clone(),
            title: spec.title.clone(),
            kind: spec.kind.into(),
            place: spec.place.clone(),
            opens: spec.opens.into(),
            closes: spec.closes.into(),
            boxes: spec.boxes.iter().map(BoxWhole::from).collect(),
        }
    }
}

/// A slot, whole, without its blocks and offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SlotWhole {
    /// Its id.
    pub id: SlotRef,
    /// Where it is in its life.
    pub state: SlotStateShape,
    /// Rises by one with every change of the slot, its blocks or its offers.
    pub version: u32,
    /// The name in addresses.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The story.
    pub story: String,
    /// The picture's address.
    pub image: String,
    /// Where it happens.
    pub place: String,
    /// When it starts.
    pub start: At,
    /// When it ends.
    pub end: At,
    /// The start on its zone's wall.
    #[schema(example = "2026-12-04T18:00:00")]
    pub start_local: String,
    /// The end on its zone's wall.
    pub end_local: String,
    /// The IANA zone.
    pub zone: String,
    /// The version of the zone database that derived the instants.
    pub tzdb: String,
    /// What comes with every confirmed order.
    pub extras: Vec<ExtraShape>,
    /// What people ask about this date.
    pub faqs: Vec<FaqDoc>,
    /// The template that it has parts of, at the version that it was brought to.
    pub template: Option<AppliedShape>,
    /// Since when its sale is paused; null while it is not. It goes on with `POST /v1/slots/{slot}/resume`.
    pub paused_since: Option<At>,
    /// Times that the clocks show twice, with the reading that was taken and the other one: for whoever made, published or
    /// moved it just now.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockShape>,
}

impl SlotWhole {
    /// The same with what is to be known of times that happen twice.
    #[must_use]
    pub fn told(self, place: &Place) -> Self {
        Self { clocks: clocks(place, &[]), ..self }
    }
}

impl From<&Slot> for SlotWhole {
    fn from(slot: &Slot) -> Self {
        let (spec, times) = (&slot.spec, &slot.spec.times);
        let wall = |local: dayshelf_core::time::LocalTime| dayshelf_ical::time::Civil(local.0).to_string();
        Self {
            id: SlotRef(slot.id),
            state: slot.state.into(),
            version: slot.version,
            slug: spec.slug.clone(),
            title: spec.title.clone(),
            story: spec.story.clone(),
            image: spec.image.clone(),
            place: spec.place.clone(),
            start: At(times.start),
            end: At(times.end),
            start_local: wall(times.start_local),
            end_local: wall(times.end_local),
            zone: times.zone.clone(),
            tzdb: times.tzdb.clone(),
            extras: spec.extras.iter().map(|extra: &Extra| ExtraShape::from(extra)).collect(),
            faqs: FaqDoc::all(&spec.faqs),
            template: slot.template.as_deref().map(AppliedShape::from),
            paused_since: slot.paused.map(At),
            clocks: Vec::new(),
        }
    }
}

/// A slot as its organiser sees it: with its blocks and offers, all of them whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct SheetShape {
    /// The slot.
    pub slot: SlotWhole,
    /// What its changes have left behind: when customers are told, until when the last can be taken back.
    pub trail: TrailShape,
    /// Its windows by opening.
    pub windows: Vec<WindowWhole>,
    /// Its offers.
    pub offers: Vec<OfferWhole>,
    /// Its fulfilment blocks by opening.
    pub fulfilments: Vec<FulfilmentWhole>,
    /// Its blocks of other kinds by their time.
    pub blocks: Vec<BlockWhole>,
}
