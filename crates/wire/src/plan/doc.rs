//! The shapes of a plan: what its author writes, in TOML or as the same structure in JSON.
//!
//! Things refer to each other by key; times are words (see [`crate::time`]). What is left out has the named default.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

pub use super::pool::PoolDoc;
use super::price::PriceDoc;
pub use super::products::{ProductPoolDoc, ProductsDoc};
use super::series::SeriesDoc;
use super::template::{ParameterDoc, ScalarDoc};
use crate::block::BlockDoc;
use crate::library::FaqDoc;
use crate::lobby::LobbyDoc;
use crate::range::{Burst, Extensions, LineUnits, PartUnits, SomeUnits, Units};
use crate::slot::FulfilmentKindShape;

/// A whole drop as one document.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanDoc {
    /// What the organiser says about itself.
    #[serde(default)]
    pub organiser: Option<OrganiserDoc>,
    /// Products from a CSV table: each becomes pools, and an offer in the slots that sell it.
    #[serde(default)]
    pub products: Option<ProductsDoc>,
    /// Blocks and offers that slots share.
    #[serde(default)]
    #[schema(value_type = Vec<TemplateDoc>)]
    pub templates: Vec<Value>,
    /// Pools.
    #[serde(default)]
    pub pools: Vec<PoolDoc>,
    /// Customer lists.
    #[serde(default)]
    pub lists: Vec<ListDoc>,
    /// Codes.
    #[serde(default)]
    pub codes: Vec<CodeDoc>,
    /// Slots with their blocks and offers.
    #[serde(default)]
    pub slots: Vec<SlotDoc>,
    /// Slots that recur.
    #[serde(default)]
    pub series: Vec<SeriesDoc>,
}

/// The organiser.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OrganiserDoc {
    /// The name in addresses.
    pub slug: String,
    /// The name for people.
    pub name: String,
    /// A sentence or two.
    #[serde(default)]
    pub about: String,
    /// The IANA zone that slots have unless they name another.
    #[schema(example = "Europe/Berlin")]
    pub zone: String,
    /// The currency of every price.
    #[schema(example = "EUR")]
    pub currency: String,
    /// How long it must be quiet after a change before customers are told: 5s to 5m, and below 2m people who drag twice are told twice; 3m when left out.
    #[serde(default)]
    #[schema(example = "3m")]
    pub quiet: Option<String>,
    /// Slots that one credential may move or call off within five minutes; 20 when left out.
    #[serde(default, deserialize_with = "Burst::read_option")]
    #[schema(minimum = 2, maximum = 1000)]
    pub burst: Option<u32>,
    /// Whether what is fetched may be paid when it is fetched; true when left out. Cards are always taken.
    #[serde(default)]
    pub at_pickup: Option<bool>,
}

/// A customer list.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListDoc {
    /// Its name.
    pub key: String,
    /// Mail addresses.
    pub customers: Vec<String>,
}

/// A code.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeDoc {
    /// The group that windows name.
    pub group: String,
    /// Its text. It is kept as a digest only.
    pub code: String,
    /// When it stops working: a time on the organiser's wall, or `now + 48h`; never when left out.
    #[serde(default)]
    pub expires: Option<String>,
}

/// Blocks and offers that slots share: they are made anew in every slot that names the template.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TemplateDoc {
    /// Its name.
    #[serde(default)]
    pub key: String,
    /// Its title; the key when left out.
    #[serde(default)]
    pub title: Option<String>,
    /// Its parameters: `{name}` in a text stands for the value of one.
    #[serde(default)]
    pub parameters: Vec<ParameterDoc>,
    /// Windows.
    #[serde(default)]
    pub windows: Vec<WindowDoc>,
    /// Offers.
    #[serde(default)]
    pub offers: Vec<OfferDoc>,
    /// Fulfilment blocks.
    #[serde(default)]
    pub fulfilments: Vec<FulfilmentDoc>,
    /// Broadcasts, reminders, announcements, shifts, cues and rules.
    #[serde(default)]
    pub blocks: Vec<BlockDoc>,
    /// Digital extras.
    #[serde(default)]
    pub extras: Vec<ExtraDoc>,
    /// What people ask.
    #[serde(default)]
    pub faqs: Vec<FaqDoc>,
}

/// A slot.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SlotDoc {
    /// The name in addresses.
    pub slug: String,
    /// The title.
    pub title: String,
    /// The story, plain text in paragraphs.
    #[serde(default)]
    pub story: String,
    /// The picture's address.
    #[serde(default)]
    pub image: String,
    /// Where it happens.
    #[serde(default)]
    pub place: String,
    /// The IANA zone; the organiser's when left out.
    #[serde(default)]
    pub zone: Option<String>,
    /// When it starts: `2026-12-04T18:00` on the zone's wall, with an offset where the clocks show it twice and the
    /// second is meant, or `now + 2m` for rehearsals.
    pub start: String,
    /// When it ends: a time on the wall, or `start + 65m`.
    pub end: String,
    /// Whether it goes on the calendar; yes when left out. With `false` it stays where it is: a draft is a draft, and what
    /// is on the calendar is called off and not hidden.
    #[serde(default = "yes")]
    pub publish: bool,
    /// The template whose blocks and offers it has too.
    #[serde(default)]
    pub template: Option<String>,
    /// The values of the template's parameters that are not its defaults.
    #[serde(default)]
    pub with: BTreeMap<String, ScalarDoc>,
    /// Keys of the products it sells; all when left out.
    #[serde(default)]
    pub products: Option<Vec<String>>,
    /// Digital extras that come with every confirmed order.
    #[serde(default)]
    pub extras: Vec<ExtraDoc>,
    /// What people ask about this date.
    #[serde(default)]
    pub faqs: Vec<FaqDoc>,
    /// Windows.
    #[serde(default)]
    pub windows: Vec<WindowDoc>,
    /// Offers.
    #[serde(default)]
    pub offers: Vec<OfferDoc>,
    /// Fulfilment blocks.
    #[serde(default)]
    pub fulfilments: Vec<FulfilmentDoc>,
    /// Broadcasts, reminders, announcements, shifts, cues and rules.
    #[serde(default)]
    pub blocks: Vec<BlockDoc>,
}

fn yes() -> bool {
    true
}

/// A digital extra.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraDoc {
    /// What it is.
    pub title: String,
    /// Where it is; shown to buyers with a confirmed order only.
    pub url: String,
}

/// Who a window admits: `"public"`, `{ code = "group" }` or `{ list = "key" }`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AudienceDoc {
    /// Everyone.
    #[default]
    Public,
    /// Whoever has a code of this group.
    Code(String),
    /// Whoever is on the list of this key.
    List(String),
}

/// What becomes of the unsold: `"return"`, `"stay"` or `{ roll = "window" }`.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnsoldDoc {
    /// They go back to the pool.
    #[default]
    Return,
    /// They stay until the organiser decides.
    Stay,
    /// They go on to the window of this key.
    Roll(String),
}

/// When units are held.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoldAtDoc {
    /// When the basket is made.
    #[default]
    Cart,
    /// When the buyer goes to checkout.
    Checkout,
    /// When the payment succeeds.
    Payment,
}

/// Who gets a turn when units come back.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FairnessDoc {
    /// In the order of joining.
    #[default]
    FirstCome,
    /// In the order of lots.
    Lottery,
    /// Everyone is told.
    Announce,
}

/// An audience window.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WindowDoc {
    /// Its name within the slot.
    pub key: String,
    /// Its title; the key when left out.
    #[serde(default)]
    pub title: Option<String>,
    /// Who it admits; everyone when left out.
    #[serde(default)]
    pub audience: AudienceDoc,
    /// When it opens: `start - 20m`, `start + 1d at 10:00`, or a time on the wall.
    #[schema(example = "start - 20m")]
    pub opens: String,
    /// When it closes.
    #[schema(example = "start")]
    pub closes: String,
    /// Keys of the offers it sells; all when left out.
    #[serde(default)]
    pub offers: Vec<String>,
    /// Units lent to it.
    #[serde(default)]
    pub allotments: Vec<PartDoc>,
    /// What becomes of the unsold; back to the pool when left out.
    #[serde(default)]
    pub unsold: UnsoldDoc,
    /// Whether units come bit by bit.
    #[serde(default)]
    pub drip: Option<DripDoc>,
    /// Whether those who come take a number and are let in one after the other.
    #[serde(default)]
    pub lobby: Option<LobbyDoc>,
    /// How units are held.
    #[serde(default)]
    pub hold: HoldDoc,
    /// How waiters are served.
    #[serde(default)]
    pub waitlist: TurnDoc,
}

/// So many units of a pool.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartDoc {
    /// The pool's key.
    pub pool: String,
    /// How many; one when left out.
    #[serde(default = "one", deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub units: u32,
}

/// What one of an offer draws from a pool.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DrawDoc {
    /// The pool's key.
    pub pool: String,
    /// How many; one when left out.
    #[serde(default = "one", deserialize_with = "PartUnits::read")]
    #[schema(minimum = 1, maximum = 1000)]
    pub units: u32,
}

fn one() -> u32 {
    1
}

/// Units that come bit by bit.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DripDoc {
    /// So many at the opening and after each span.
    #[serde(deserialize_with = "SomeUnits::read")]
    #[schema(minimum = 1, maximum = 10000000)]
    pub units: u32,
    /// The span, as `60s`.
    pub every: String,
}

/// How a window holds units.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HoldDoc {
    /// When; at the cart when left out.
    #[serde(default)]
    pub at: HoldAtDoc,
    /// For how long; `10m` when left out.
    #[serde(rename = "for", default)]
    pub span: Option<String>,
    /// How often a buyer may extend; once when left out.
    #[serde(default, deserialize_with = "Extensions::read_option")]
    #[schema(minimum = 0, maximum = 5)]
    pub extensions: Option<u8>,
    /// Units per buyer; without limit when left out.
    #[serde(default, deserialize_with = "LineUnits::read_option")]
    #[schema(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// How a window serves its waitlist.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TurnDoc {
    /// In which order; first come when left out.
    #[serde(default)]
    pub fairness: FairnessDoc,
    /// How long a turn lasts; `10m` when left out.
    #[serde(default)]
    pub turn: Option<String>,
}

/// An offer.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferDoc {
    /// Its name within the slot.
    pub key: String,
    /// Its title; the key when left out.
    #[serde(default)]
    pub title: Option<String>,
    /// What it is.
    #[serde(default)]
    pub about: String,
    /// The picture's address.
    #[serde(default)]
    pub image: String,
    /// What it draws on.
    pub recipe: Vec<DrawDoc>,
    /// Its price, where it has only one.
    #[serde(default)]
    pub price: Option<PriceDoc>,
    /// Its prices over time and units, where it has several. The first has no condition.
    #[serde(default)]
    pub ladder: Vec<StepDoc>,
    /// Keys of the offers it is an add-on to; it stands alone when left out.
    #[serde(default)]
    pub with: Vec<String>,
    /// Slugs of further slots that it admits to.
    #[serde(default)]
    pub slots: Vec<String>,
    /// Units in one hold at most; ten when left out.
    #[serde(default, deserialize_with = "LineUnits::read_option")]
    #[schema(minimum = 1, maximum = 1000)]
    pub units_max: Option<u32>,
}

/// A price step.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepDoc {
    /// Its title.
    pub title: String,
    /// The price of one.
    pub price: PriceDoc,
    /// When it begins by the clock.
    #[serde(default)]
    pub from: Option<String>,
    /// After how many units taken it begins.
    #[serde(default, deserialize_with = "Units::read_option")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub after_units: Option<u32>,
}

/// A fulfilment block.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FulfilmentDoc {
    /// Its name within the slot.
    pub key: String,
    /// Its title; the key when left out.
    #[serde(default)]
    pub title: Option<String>,
    /// Which way.
    pub kind: FulfilmentKindShape,
    /// Where.
    #[serde(default)]
    pub place: String,
    /// When it begins.
    pub opens: String,
    /// When it ends.
    pub closes: String,
    /// Its time boxes.
    #[serde(default)]
    pub boxes: Vec<BoxDoc>,
    /// Time boxes of one length from the opening to the closing, instead of writing each.
    #[serde(default)]
    pub boxes_of: Option<BoxesDoc>,
}

/// A time box.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoxDoc {
    /// When it begins.
    pub from: String,
    /// When it ends.
    pub until: String,
    /// How many places it has.
    #[serde(deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub places: u32,
}

/// Time boxes of one length.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BoxesDoc {
    /// The length of each, as `30m`.
    pub length: String,
    /// How many places each has.
    #[serde(deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub places: u32,
}
