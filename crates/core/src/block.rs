//! Blocks beside windows, offers and fulfilment: broadcast, reminder, announcement, shift, cue and rule.
//!
//! All hang on the slot by anchors and move with it. What acts outside (players, mails) reads them from the
//! journal: [`crate::fact::BlockChange::Began`] says that one's time has come. Rules act inside, see
//! `decide::rules`. Start at [`Block`]; the kinds are a closed enum, [`BlockKind`].

use crate::ids::{BlockId, OfferId, PoolId, SlotId, WindowId};
use crate::time::{Instant, When};

/// What plays at an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceKind {
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What plays there.
    pub kind: SourceKind,
    /// Its address.
    pub url: String,
}

/// A broadcast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broadcast {
    /// The first that plays is shown; the others are its fallbacks, in this order.
    pub sources: Vec<Source>,
    /// Where it can be seen afterwards; empty for nowhere.
    pub replay: String,
}

/// Who is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Who has a confirmed order.
    Buyers,
    /// Who is in line.
    Waiting,
    /// Who asked to be told of the organiser's slots.
    Followers,
    /// Who has a shift.
    Crew,
}

/// How they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Channel {
    /// By mail.
    Mail,
    /// By text message.
    Sms,
    /// By push.
    Push,
    /// On the slot's page.
    Page,
}

/// What a reminder or an announcement says, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who is told.
    pub told: Told,
    /// How.
    pub channel: Channel,
    /// What, plain text.
    pub text: String,
}

/// Work of one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Who does it; empty while nobody is assigned.
    pub person: String,
    /// What there is to do.
    pub tasks: Vec<String>,
}

/// A line of the run of show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cue {
    /// Which camera, and how.
    pub camera: String,
    /// What the drone does.
    pub drone: String,
    /// Who speaks.
    pub host: String,
    /// What is shown.
    pub offer: Option<OfferId>,
}

/// When a rule acts: at the crossing, and not again before it was crossed back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Fewer units of a pool are for sale than this.
    FreeBelow {
        /// The pool.
        pool: PoolId,
        /// The threshold.
        units: u32,
    },
    /// An open window has nothing left of anything it sells.
    SoldOut(WindowId),
}

/// What a rule does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// These slots sell nothing until it is crossed back; with none named, all other slots that draw on the
    /// trigger's pools.
    Close(Vec<SlotId>),
    /// No more than this stays for sale of a pool; what is above goes out of it until it is crossed back.
    Shrink {
        /// The pool.
        pool: PoolId,
        /// So many stay.
        keep: u32,
    },
    /// A window of the slot opens now instead of later.
    Open(WindowId),
    /// A draft goes on the calendar.
    Publish(SlotId),
}

/// A rule. It watches from the block's `when` to its `until`, while its slot is on the calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// When it acts.
    pub trigger: Trigger,
    /// What it does.
    pub act: Act,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlockKind {
    /// A stream.
    Broadcast(Broadcast),
    /// Those who have something of the slot are reminded.
    Reminder(Message),
    /// Others are told.
    Announcement(Message),
    /// Somebody works.
    Shift(Shift),
    /// A line of the run of show.
    Cue(Cue),
    /// Capacity follows stock.
    Rule(Rule),
}

/// What the organiser wrote about a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSpec {
    /// The slot it belongs to.
    pub slot: SlotId,
    /// Its name within the slot.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// When it is, or begins.
    pub when: When,
    /// When it ends, where it has a length.
    pub until: Option<When>,
    /// What it is.
    pub kind: BlockKind,
}

/// Where a block is in its life, beside the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockState {
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
    Fired {
        /// Units that it took out of the pool that it shrank.
        taken: u32,
    },
}

/// A block as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// Whether its time has come.
    pub begun: bool,
    /// Where it is in its life.
    pub state: BlockState,
    /// What the organiser wrote.
    pub spec: BlockSpec,
}

impl BlockKind {
    /// The state of a block of this kind that was just written.
    pub fn first_state(&self) -> BlockState {
        match self {
            Self::Shift(shift) if !shift.person.is_empty() => BlockState::Assigned,
            Self::Rule(_) => BlockState::Armed,
            _ => BlockState::Set,
        }
    }
}

impl Block {
    /// The rule that it is, if it is one.
    pub fn rule(&self) -> Option<&Rule> {
        match &self.spec.kind {
            BlockKind::Rule(rule) => Some(rule),
            _ => None,
        }
    }

    /// Whether it is under way at `now`; without an end it is for as long as it is there.
    pub fn is_under_way(&self, now: Instant) -> bool {
        self.begun && self.spec.until.is_none_or(|until| now < until.at)
    }

    /// Whether it has acted and has not been crossed back.
    pub fn has_fired(&self) -> bool {
        matches!(self.state, BlockState::Fired { .. })
    }

    /// All times that hang on the slot.
    pub fn whens(&self) -> impl Iterator<Item = When> + '_ {
        std::iter::once(self.spec.when).chain(self.spec.until)
    }
}
