//! The plan: a whole drop as one document, in the words of its author.
//!
//! Things refer to each other by key, because the author does not know ids. Every thing carries the id
//! that it gets if its key is new. `decide` turns a plan into the commands that it stands for.

use std::collections::{BTreeMap, BTreeSet};

use crate::access::List;
use crate::block::{BlockKind, Cue};
use crate::ids::{BlockId, CodeId, FulfilmentId, OfferId, PoolId, SlotId, WindowId};
use crate::lobby::LobbyTerms;
use crate::money::Money;
use crate::nights::Nights;
use crate::organiser::OrganiserSpec;
use crate::series::PlanSeries;
use crate::slot::{FulfilmentKind, SlotSpec};
use crate::template::Template;
use crate::text::Digest;
use crate::time::{Instant, When};
use crate::window::{Drip, HoldTerms, TurnTerms};

/// A whole drop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// What the organiser says about itself, if the plan says it.
    pub organiser: Option<OrganiserSpec>,
    /// Its pools.
    pub pools: Vec<PlanPool>,
    /// Its customer lists; the id counts when the key is new.
    pub lists: Vec<List>,
    /// Its codes.
    pub codes: Vec<PlanCode>,
    /// Its templates; the id and the version count when the key is new.
    pub templates: Vec<Template>,
    /// Its slots with all that they own.
    pub slots: Vec<PlanSlot>,
    /// Which of its slots have parts of which template.
    pub applied: Vec<PlanApplied>,
    /// Which of its slots are occurrences of which series.
    pub series: Vec<PlanSeries>,
}

/// A slot of a plan that has parts of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanApplied {
    /// The slot's slug.
    pub slot: String,
    /// The template's key.
    pub template: String,
    /// The values that were given.
    pub values: BTreeMap<String, String>,
    /// Which of the slot's parts are its, as [`crate::template::Applied`] has it.
    pub parts: BTreeSet<String>,
}

/// A pool of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanPool {
    /// The id if the key is new.
    pub id: PoolId,
    /// The key.
    pub key: String,
    /// The title.
    pub title: String,
    /// Units put in.
    pub units: u32,
    /// Units kept back.
    pub buffer: u32,
    /// Keys of the pools it borrows from.
    pub borrows: Vec<String>,
    /// The nights for which its units are, where they are for given nights only.
    pub nights: Option<Nights>,
    /// Where its units lie, in words.
    pub place: String,
    /// Through which channel they are meant to go, in words.
    pub channel: String,
}

/// A code of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanCode {
    /// The id if the code is new.
    pub id: CodeId,
    /// The group that windows name.
    pub group: String,
    /// The keyed digest of its text.
    pub digest: Digest,
    /// When it stops working.
    pub expires: Option<Instant>,
}

/// A slot of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanSlot {
    /// The id if the slug is new.
    pub id: SlotId,
    /// What it is.
    pub spec: SlotSpec,
    /// Whether it goes on the calendar.
    pub publish: bool,
    /// Its windows.
    pub windows: Vec<PlanWindow>,
    /// Its offers.
    pub offers: Vec<PlanOffer>,
    /// Its fulfilment blocks.
    pub fulfilments: Vec<PlanFulfilment>,
    /// Its blocks of other kinds.
    pub blocks: Vec<PlanBlock>,
}

impl PlanSlot {
    /// When its parts begin and end.
    pub fn whens(&self) -> Vec<When> {
        let windows = self.windows.iter().flat_map(|window| [window.opens, window.closes]);
        let blocks = self.fulfilments.iter().flat_map(|block| [block.opens, block.closes]);
        let boxes = self.fulfilments.iter().flat_map(|block| &block.boxes);
        let boxes = boxes.flat_map(|place| [place.from, place.until]);
        let steps = self.offers.iter().flat_map(|offer| &offer.ladder).filter_map(|step| step.from);
        let others = self.blocks.iter().flat_map(|block| std::iter::once(block.when).chain(block.until));
        windows.chain(blocks).chain(boxes).chain(steps).chain(others).collect()
    }
}

/// Who a plan's window admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanAudience {
    /// Everyone.
    Public,
    /// Whoever has a code of this group.
    Code(String),
    /// Whoever is on the list of this key.
    List(String),
}

/// What becomes of a plan's unsold units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanUnsold {
    /// They go back to the pool.
    Return,
    /// They go on to the window of this key.
    Roll(String),
    /// They stay.
    Stay,
}

/// A window of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanWindow {
    /// The id if the key is new.
    pub id: WindowId,
    /// The key.
    pub key: String,
    /// The title.
    pub title: String,
    /// Who is admitted.
    pub audience: PlanAudience,
    /// When it opens.
    pub opens: When,
    /// When it closes.
    pub closes: When,
    /// Keys of the offers it sells; empty means all.
    pub offers: Vec<String>,
    /// What it is lent: the pool's key, how many, and the id of the counting pool if it is new.
    pub allotments: Vec<(String, u32, PoolId)>,
    /// What becomes of the unsold.
    pub unsold: PlanUnsold,
    /// Whether units come bit by bit.
    pub drip: Option<Drip>,
    /// Whether those who come take a number and are let in one after the other.
    pub lobby: Option<LobbyTerms>,
    /// How units are held.
    pub hold: HoldTerms,
    /// How waiters are served.
    pub turn: TurnTerms,
}

/// A price step of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// Its title.
    pub title: String,
    /// The price of one.
    pub price: Money,
    /// When it begins by the clock.
    pub from: Option<When>,
    /// After how many units it begins.
    pub after_units: Option<u32>,
}

/// An offer of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanOffer {
    /// The id if the key is new.
    pub id: OfferId,
    /// The key.
    pub key: String,
    /// The title.
    pub title: String,
    /// What it is.
    pub about: String,
    /// Its picture.
    pub image: String,
    /// Slugs of further slots that it admits to.
    pub slots: Vec<String>,
    /// The recipe: pool keys and units.
    pub recipe: Vec<(String, u32)>,
    /// The price.
    pub ladder: Vec<PlanStep>,
    /// Keys of the offers that it is an add-on to; empty means it stands alone.
    pub with: Vec<String>,
    /// Units in one hold at most.
    pub units_max: u32,
}

/// A fulfilment block of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanFulfilment {
    /// The id if the key is new.
    pub id: FulfilmentId,
    /// The key.
    pub key: String,
    /// The title.
    pub title: String,
    /// Which way.
    pub kind: FulfilmentKind,
    /// Where.
    pub place: String,
    /// When it begins.
    pub opens: When,
    /// When it ends.
    pub closes: When,
    /// Its time boxes, with the id of the places' pool if the box is new.
    pub boxes: Vec<PlanBox>,
}

/// A time box of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlanBox {
    /// When it begins.
    pub from: When,
    /// When it ends.
    pub until: When,
    /// How many places.
    pub places: u32,
    /// The id of its pool if the box is new.
    pub pool: PoolId,
}

/// A block of another kind in a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanBlock {
    /// The id if the key is new.
    pub id: BlockId,
    /// The key.
    pub key: String,
    /// The title.
    pub title: String,
    /// When it is, or begins.
    pub when: When,
    /// When it ends.
    pub until: Option<When>,
    /// What it is.
    pub kind: PlanBlockKind,
}

/// What a plan's block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanBlockKind {
    /// A kind that names nothing else.
    Plain(BlockKind),
    /// A cue that shows the offer of this key.
    Cue(Cue, String),
    /// A rule.
    Rule(PlanTrigger, PlanAct),
}

/// When a plan's rule acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanTrigger {
    /// Fewer units of the pool of this key are for sale.
    FreeBelow(String, u32),
    /// The window of this key has nothing left.
    SoldOut(String),
}

/// What a plan's rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlanAct {
    /// Slots of these slugs sell nothing; with none, all others that draw on it.
    Close(Vec<String>),
    /// Of the pool of this key so many stay for sale.
    Shrink(String, u32),
    /// The window of this key opens.
    Open(String),
    /// The draft of this slug goes on the calendar.
    Publish(String),
}
