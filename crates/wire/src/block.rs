//! Blocks beside windows, offers and fulfilment in JSON and in plans: as written, and as they stand.
//!
//! One shape for all kinds: exactly one of the fields named after a kind is there. Start at [`BlockDoc`] for
//! what comes in and at [`BlockWhole`] for what goes out. Reading with a zone is in `plan::kinds`.

mod kinds;

use dayshelf_core::block::{Act, Block, BlockKind, BlockState, Rule, Trigger};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::{BlockRef, OfferRef, PoolRef, SlotRef, WindowRef};
use crate::range::{SomeUnits, Units};
use crate::time::WhenView;

/// A block as it is written. Exactly one of the kinds stands in it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BlockDoc {
    /// Its name within the slot.
    pub key: String,
    /// Its title; the key when left out.
    #[serde(default)]
    pub title: Option<String>,
    /// When it is, or begins: `start - 20m`, `start + 1d at 10:00`, or a time on the wall.
    #[schema(example = "start - 20m")]
    pub when: String,
    /// When it ends, where it has a length. A shift needs it.
    #[serde(default)]
    #[schema(example = "end")]
    pub until: Option<String>,
    /// A stream.
    #[serde(default)]
    pub broadcast: Option<BroadcastDoc>,
    /// Those who have something of the slot are reminded.
    #[serde(default)]
    pub reminder: Option<MessageDoc>,
    /// Others are told.
    #[serde(default)]
    pub announcement: Option<MessageDoc>,
    /// Somebody works.
    #[serde(default)]
    pub shift: Option<ShiftShape>,
    /// A line of the run of show.
    #[serde(default)]
    pub cue: Option<CueDoc>,
    /// Capacity follows stock.
    #[serde(default)]
    pub rule: Option<RuleDoc>,
}

/// What plays at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceKindShape {
    /// An HLS playlist.
    Hls,
    /// The page of a platform, embedded.
    Embed,
    /// Sound alone.
    Audio,
    /// A still picture.
    Still,
}

/// One source of a broadcast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceShape {
    /// What plays there.
    pub kind: SourceKindShape,
    /// Its address.
    #[schema(example = "https://example.org/live.m3u8")]
    pub url: String,
}

/// A broadcast: the first source that plays is shown, the others are its fallbacks in this order.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BroadcastDoc {
    /// The sources in order.
    #[serde(default)]
    pub sources: Vec<SourceShape>,
    /// Where it can be seen afterwards.
    #[serde(default)]
    pub replay: String,
}

/// Who is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToldShape {
    /// Who has a confirmed order.
    #[default]
    Buyers,
    /// Who is in line.
    Waiting,
    /// Who asked to be told of the organiser's slots.
    Followers,
    /// Who has a shift.
    Crew,
}

/// How they are told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelShape {
    /// By mail.
    #[default]
    Mail,
    /// By text message.
    Sms,
    /// By push.
    Push,
    /// On the slot's page.
    Page,
}

/// What a reminder or an announcement says, and to whom.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MessageDoc {
    /// Who is told; buyers when left out.
    #[serde(default)]
    pub audience: ToldShape,
    /// How; by mail when left out.
    #[serde(default)]
    pub channel: ChannelShape,
    /// What, plain text.
    pub text: String,
}

/// Work of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShiftShape {
    /// Who does it; nobody yet when left out.
    #[serde(default)]
    pub person: String,
    /// What there is to do.
    #[serde(default)]
    pub tasks: Vec<String>,
}

/// A line of the run of show.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CueDoc {
    /// Which camera, and how.
    #[serde(default)]
    pub camera: String,
    /// What the drone does.
    #[serde(default)]
    pub drone: String,
    /// Who speaks.
    #[serde(default)]
    pub host: String,
    /// The key of the offer that is shown.
    #[serde(default)]
    pub offer: Option<String>,
}

/// A rule: when stock crosses a threshold, capacity follows. Either `below` or `sold_out` stands in it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleDoc {
    /// It acts when fewer units of a pool are for sale.
    #[serde(default)]
    pub below: Option<BelowDoc>,
    /// It acts when this open window has nothing left.
    #[serde(default)]
    pub sold_out: Option<String>,
    /// What it does.
    pub then: ActDoc,
}

/// A threshold.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BelowDoc {
    /// The pool's key.
    pub pool: String,
    /// Fewer than so many.
    #[serde(deserialize_with = "SomeUnits::read")]
    #[schema(minimum = 1, maximum = 10000000)]
    pub units: u32,
}

/// What a rule does.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActDoc {
    /// Slots of these slugs sell nothing until it is crossed back; with none named, all others that draw on it.
    Close(Vec<String>),
    /// No more than so many units of a pool stay for sale until it is crossed back.
    Shrink(ShrinkDoc),
    /// The window of this key opens now instead of later.
    Open(String),
    /// The draft of this slug goes on the calendar.
    Publish(String),
}

/// How far a pool shrinks.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ShrinkDoc {
    /// The pool's key.
    pub pool: String,
    /// So many units stay for sale.
    #[serde(default, deserialize_with = "Units::read")]
    #[schema(minimum = 0, maximum = 10000000)]
    pub keep: u32,
}

/// The kinds of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockKindShape {
    /// A stream.
    Broadcast,
    /// Those who have something of the slot are reminded.
    Reminder,
    /// Others are told.
    Announcement,
    /// Somebody works.
    Shift,
    /// A line of the run of show.
    Cue,
    /// Capacity follows stock.
    Rule,
}

/// Where a block is in its life, beside the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BlockStateShape {
    /// It is written; nothing else is to be known.
    Set,
    /// A shift whose person has not answered.
    Assigned,
    /// A shift whose person comes.
    Accepted,
    /// A shift whose person does not come.
    Declined,
    /// A rule that waits for its crossing.
    Armed,
    /// A rule that has acted and waits to be crossed back.
    Fired,
}

/// A broadcast, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BroadcastWhole {
    /// The sources in order.
    pub sources: Vec<SourceShape>,
    /// Where it can be seen afterwards; empty for nowhere.
    pub replay: String,
}

/// A message, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MessageWhole {
    /// Who is told.
    pub audience: ToldShape,
    /// How.
    pub channel: ChannelShape,
    /// What.
    pub text: String,
}

/// A cue, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CueWhole {
    /// Which camera, and how.
    pub camera: String,
    /// What the drone does.
    pub drone: String,
    /// Who speaks.
    pub host: String,
    /// The offer that is shown.
    pub offer: Option<OfferRef>,
}

/// A threshold, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BelowWhole {
    /// The pool.
    pub pool: PoolRef,
    /// Fewer than so many.
    pub units: u32,
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActWhole {
    /// These slots sell nothing; with none named, all others that draw on it.
    Close(Vec<SlotRef>),
    /// So many units of a pool stay for sale.
    Shrink(ShrinkWhole),
    /// This window opens.
    Open(WindowRef),
    /// This draft goes on the calendar.
    Publish(SlotRef),
}

/// How far a pool shrinks, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ShrinkWhole {
    /// The pool.
    pub pool: PoolRef,
    /// So many units stay for sale.
    pub keep: u32,
}

/// A rule, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct RuleWhole {
    /// It acts when fewer units of a pool are for sale.
    pub below: Option<BelowWhole>,
    /// It acts when this open window has nothing left.
    pub sold_out: Option<WindowRef>,
    /// What it does.
    pub then: ActWhole,
    /// Units that it has taken out of the pool that it shrinks.
    pub taken: u32,
}

/// A block, whole. Exactly the field of its kind is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BlockWhole {
    /// Its id.
    pub id: BlockRef,
    /// The slot it belongs to.
    pub slot: SlotRef,
    /// Its name within the slot.
    pub key: String,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: BlockKindShape,
    /// When it is, or begins.
    pub when: WhenView,
    /// When it ends.
    pub until: Option<WhenView>,
    /// Whether its time has come.
    pub begun: bool,
    /// Where it is in its life.
    pub state: BlockStateShape,
    /// A stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broadcast: Option<BroadcastWhole>,
    /// Those who have something of the slot are reminded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reminder: Option<MessageWhole>,
    /// Others are told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub announcement: Option<MessageWhole>,
    /// Somebody works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shift: Option<ShiftShape>,
    /// A line of the run of show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cue: Option<CueWhole>,
    /// Capacity follows stock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<RuleWhole>,
}

impl From<&Block> for BlockWhole {
    fn from(block: &Block) -> Self {
        let spec = &block.spec;
        let mut whole = Self {
            id: BlockRef(block.id),
            slot: SlotRef(spec.slot),
            key: spec.key.clone(),
            title: spec.title.clone(),
            kind: kind(&spec.kind),
            when: spec.when.into(),
            until: spec.until.map(WhenView::from),
            begun: block.begun,
            state: state(block.state),
            broadcast: None,
            reminder: None,
            announcement: None,
            shift: None,
            cue: None,
            rule: None,
        };
        match &spec.kind {
            BlockKind::Broadcast(broadcast) => whole.broadcast = Some(broadcast.into()),
            BlockKind::Reminder(message) => whole.reminder = Some(message.into()),
            BlockKind::Announcement(message) => whole.announcement = Some(message.into()),
            BlockKind::Shift(shift) => whole.shift = Some(shift.into()),
            BlockKind::Cue(cue) => whole.cue = Some(cue.into()),
            BlockKind::Rule(rule) => whole.rule = Some(rule_whole(rule, block.state)),
        }
        whole
    }
}

fn kind(kind: &BlockKind) -> BlockKindShape {
    match kind {
        BlockKind::Broadcast(_) => BlockKindShape::Broadcast,
        BlockKind::Reminder(_) => BlockKindShape::Reminder,
        BlockKind::Announcement(_) => BlockKindShape::Announcement,
        BlockKind::Shift(_) => BlockKindShape::Shift,
        BlockKind::Cue(_) => BlockKindShape::Cue,
        BlockKind::Rule(_) => BlockKindShape::Rule,
    }
}

fn state(state: BlockState) -> BlockStateShape {
    match state {
        BlockState::Set => BlockStateShape::Set,
        BlockState::Assigned => BlockStateShape::Assigned,
        BlockState::Accepted => BlockStateShape::Accepted,
        BlockState::Declined => BlockStateShape::Declined,
        BlockState::Armed => BlockStateShape::Armed,
        BlockState::Fired { .. } => BlockStateShape::Fired,
    }
}

fn rule_whole(rule: &Rule, state: BlockState) -> RuleWhole {
    let (below, sold_out) = match rule.trigger {
        Trigger::FreeBelow { pool, units } => (Some(BelowWhole { pool: PoolRef(pool), units }), None),
        Trigger::SoldOut(window) => (None, Some(WindowRef(window))),
    };
    let then = match &rule.act {
        Act::Close(slots) => ActWhole::Close(slots.iter().copied().map(SlotRef).collect()),
        Act::Shrink { pool, keep } => ActWhole::Shrink(ShrinkWhole { pool: PoolRef(*pool), keep: *keep }),
        Act::Open(window) => ActWhole::Open(WindowRef(*window)),
        Act::Publish(slot) => ActWhole::Publish(SlotRef(*slot)),
    };
    let taken = if let BlockState::Fired { taken } = state { taken } else { 0 };
    RuleWhole { below, sold_out, then, taken }
}
