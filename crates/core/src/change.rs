//! Changes of slots: what is asked, what the policy says, what customers saw meanwhile, how it is taken back.
//!
//! Only the nouns. The pipeline itself is [`crate::decide::preview`] and its neighbours: a request is weighed,
//! carried out or kept until somebody says yes, and leaves a [`Trail`] from which customers are told once. Start
//! at [`Wish`].

mod handover;
mod part;
mod promise;
mod telling;

pub use handover::Handover;
pub use part::Part;
pub use promise::{Promise, Shown};
pub use telling::Telling;

use crate::ids::{ConfirmationId, FulfilmentId, Id, KeyId, PasswordId, PersonId, PoolId, SlotId, WindowId};
use crate::product::Faq;
use crate::slot::{Extra, SlotSpec, SlotTimes};
use crate::template::{Applied, Filling, Parts};
use crate::time::{Instant, Span};
use crate::window::Phase;

/// What an organiser has settled about changes of its slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangeTerms {
    /// How long it must be quiet after a change before customers are told; people drag twice.
    pub quiet: Span,
    /// Slots that one credential may move or call off within [`crate::limits::BREAKER_SPAN`]; some parts that it
    /// removes are as one, see [`crate::limits::PARTS_PER_SLOT`].
    pub burst: u32,
}

impl ChangeTerms {
    /// What holds until the organiser says otherwise.
    pub const USUAL: Self =
        Self { quiet: crate::limits::QUIET_SPAN_USUAL, burst: crate::limits::BURST_SLOTS_USUAL };
}

/// Whose credential a change came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Credential {
    /// The operator of the installation, or the program itself.
    House,
    /// An API key.
    Key(KeyId),
    /// An app password of one device.
    Password(PasswordId),
    /// Somebody who is signed in.
    Person(PersonId),
    /// The secret link of a change that waits for a yes.
    Link(ConfirmationId),
}

impl Credential {
    /// The id under which it is watched; none for what can't run wild.
    pub const fn watched(self) -> Option<Id> {
        match self {
            Self::Key(key) => Some(key.0),
            Self::Password(password) => Some(password.0),
            // Whoever is signed in has each change before their eyes.
            Self::House | Self::Person(_) | Self::Link(_) => None,
        }
    }
}

/// What is wanted of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// That something about it is otherwise.
    Edit(Box<Edit>),
    /// That one of its parts is otherwise, or gone.
    Part(Box<Part>),
    /// That it has the parts of a template, or is brought up to a newer version of the one that it has.
    Template(Box<Filling>),
    /// That it is called off: holds end, waiters leave, orders are cancelled and paid back.
    Cancel,
}

impl Wish {
    /// The times that it wants a slot at, where it wants others.
    pub fn times(&self) -> Option<&SlotTimes> {
        match self {
            Self::Edit(edit) => edit.times.as_ref(),
            Self::Part(_) | Self::Template(_) | Self::Cancel => None,
        }
    }

    /// As it is kept while it waits for a yes.
    pub fn kept(&self) -> Self {
        match self {
            Self::Template(filling) => Self::Template(Box::new(filling.kept())),
            other => other.clone(),
        }
    }

    /// The wish that was kept, with what a template comes to now.
    pub fn with_parts(&self, parts: Option<&Parts>) -> Self {
        match self {
            Self::Template(filling) => {
                Self::Template(Box::new(Filling { parts: parts.cloned(), ..(**filling).clone() }))
            }
            other => other.clone(),
        }
    }

    /// What a credential touches with it, as the breaker counts: the slot, or a part that goes.
    pub fn touches(&self, slot: SlotId) -> Option<Id> {
        match self {
            Self::Edit(edit) => edit.times.as_ref().map(|_| slot.0),
            Self::Part(part) => part.removes(),
            Self::Template(_) | Self::Cancel => Some(slot.0),
        }
    }
}

/// What shall be otherwise about a slot. What is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    /// Its name in addresses.
    pub slug: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Its story.
    pub story: Option<String>,
    /// Its picture's address.
    pub image: Option<String>,
    /// Where it happens.
    pub place: Option<String>,
    /// When it is; everything that is anchored to it goes with it.
    pub times: Option<SlotTimes>,
    /// What comes with every confirmed order.
    pub extras: Option<Vec<Extra>>,
    /// What people ask about this date.
    pub faqs: Option<Vec<Faq>>,
    /// How many units a pool has that its offers draw on.
    pub units: Option<(PoolId, u32)>,
}

impl Edit {
    /// An edit that moves a slot and nothing else.
    pub fn to(times: SlotTimes) -> Self {
        Self { times: Some(times), ..Self::default() }
    }

    /// An edit after which a slot is as this says.
    pub fn whole(spec: SlotSpec) -> Self {
        let SlotSpec { slug, title, story, image, place, times, extras, faqs } = spec;
        Self {
            slug: Some(slug),
            title: Some(title),
            story: Some(story),
            image: Some(image),
            place: Some(place),
            times: Some(times),
            extras: Some(extras),
            faqs: Some(faqs),
            units: None,
        }
    }

    /// What a slot is after it.
    pub fn over(&self, spec: &SlotSpec) -> SlotSpec {
        let or = |new: &Option<String>, old: &String| new.as_ref().unwrap_or(old).clone();
        SlotSpec {
            slug: or(&self.slug, &spec.slug),
            title: or(&self.title, &spec.title),
            story: or(&self.story, &spec.story),
            image: or(&self.image, &spec.image),
            place: or(&self.place, &spec.place),
            times: self.times.as_ref().unwrap_or(&spec.times).clone(),
            extras: self.extras.as_ref().unwrap_or(&spec.extras).clone(),
            faqs: self.faqs.as_ref().unwrap_or(&spec.faqs).clone(),
        }
    }

    /// The edit that takes this one back, from what the slot was before; `units` is what the pool had.
    pub fn back(&self, spec: &SlotSpec, units: Option<u32>) -> Self {
        fn was<T: Clone>(new: Option<&T>, old: &T) -> Option<T> {
            new.is_some().then(|| old.clone())
        }
        Self {
            slug: was(self.slug.as_ref(), &spec.slug),
            title: was(self.title.as_ref(), &spec.title),
            story: was(self.story.as_ref(), &spec.story),
            image: was(self.image.as_ref(), &spec.image),
            place: was(self.place.as_ref(), &spec.place),
            times: was(self.times.as_ref(), &spec.times),
            extras: was(self.extras.as_ref(), &spec.extras),
            faqs: was(self.faqs.as_ref(), &spec.faqs),
            units: self.units.zip(units).map(|((pool, _), units)| (pool, units)),
        }
    }
}

/// Whether and when customers hear of a change of time or place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// At once.
    Now,
    /// When it has been quiet for as long as the organiser says.
    AfterQuiet,
    /// Not because of this change.
    Nobody,
}

/// What the policy says to a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is so already.
    Nothing,
    /// It is done, and nobody has to be told.
    Apply,
    /// It is done, and customers are told.
    Settle,
    /// It waits until somebody says yes.
    Confirm,
    /// It is not done: its credential changes too much at once and is frozen by it.
    Freeze,
}

/// Why a change waits for a yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// People hold or have bought, and would lose it.
    Bought {
        /// Holds that live.
        holds: u32,
        /// Orders that stand.
        orders: u32,
    },
    /// Fewer units than are held and sold.
    BelowSold {
        /// The pool.
        pool: PoolId,
        /// Units that are missing beyond those that are free. Unpaid holds end for them, the newest first.
        missing: u32,
        /// Units of these that are sold or being paid: they stay, and it is for the organiser to cancel orders.
        short: u32,
    },
    /// It would have begun, or be over, at once.
    IntoPast,
    /// A window would open, close or open again at once, or be skipped.
    AcrossWindow {
        /// The window.
        window: WindowId,
        /// Where it is now.
        before: Phase,
        /// Where it would be.
        after: Phase,
    },
    /// Whoever comes to fetch when they were told to would find nobody there.
    BeyondPromise {
        /// The block.
        block: FulfilmentId,
        /// The time box, where the block has them.
        places: Option<PoolId>,
    },
}

/// A change that waits for a yes. Nothing of it has been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Its id.
    pub id: ConfirmationId,
    /// The slot.
    pub slot: SlotId,
    /// What is wanted.
    pub wish: Wish,
    /// Who is told.
    pub tell: Tell,
    /// Whose credential it came with.
    pub by: Credential,
    /// Why it waits.
    pub reasons: Vec<Reason>,
    /// When it was asked for.
    pub asked_at: Instant,
    /// When it is forgotten.
    pub expires: Instant,
}

/// How a change that waited came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PendingEnd {
    /// Somebody said yes, and it was done.
    Granted(Credential),
    /// Somebody said no.
    Declined(Credential),
    /// Nobody answered in time.
    Expired,
    /// The slot was moved or called off otherwise, something else was asked of it, the template that it was to have is
    /// another one, or one of its parts that the template may write over.
    Overtaken,
}

/// The answer to a change that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Do it.
    Yes,
    /// Leave it.
    No,
}

/// What customers saw of a slot, until it was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Whoever bought before this instant saw it, unless an older one is before theirs too.
    pub until: Instant,
    /// When it was.
    pub times: SlotTimes,
    /// Where it was.
    pub place: String,
    /// Pickups that stood elsewhere until then, apart from the slot's own moves.
    pub handovers: Vec<Handover>,
}

impl Seen {
    /// Whether a customer who saw this need not be told: it is so now.
    pub fn still(&self, times: &SlotTimes, place: &str) -> bool {
        self.times.same_as(times) && self.place == place
    }

    /// Takes over what a later part of the past, which is left out, knows of pickups.
    pub fn inherit(&mut self, later: Vec<Handover>) {
        for handover in later {
            if !self.handovers.iter().any(|known| known.choice == handover.choice) {
                self.handovers.push(handover);
            }
        }
    }
}

/// What a slot's changes have left behind: what customers know of it, and the way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trail {
    /// The slot.
    pub slot: SlotId,
    /// How often its customers were told of another time or place: iCalendar's SEQUENCE.
    pub sequence: u32,
    /// What was shown since they were last told and is not so any more, oldest first. Parts of it in which
    /// nobody bought are left out.
    pub seen: Vec<Seen>,
    /// When customers are told, if they are to be.
    pub notice: Option<Notice>,
    /// The way back, while there is one.
    pub undo: Option<Box<Undo>>,
}

impl Trail {
    /// The trail of a slot that was never changed.
    pub const fn new(slot: SlotId) -> Self {
        Self { slot, sequence: 0, seen: Vec::new(), notice: None, undo: None }
    }

    /// When customers are told, if they are to be.
    pub fn due(&self) -> Option<Instant> {
        self.notice.map(|notice| notice.at)
    }
}

/// That customers are to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Since when.
    pub since: Instant,
    /// When they are.
    pub at: Instant,
}

/// The way back from a slot's last change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undo {
    /// What takes it back.
    pub back: Back,
    /// Until when.
    pub until: Instant,
    /// Who was to be told of the change.
    pub tell: Tell,
}

/// What takes a slot's last change back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Back {
    /// An edit of the slot.
    Edit(Box<Edit>),
    /// Its parts, as they were before a template was applied.
    Parts(Box<PartsBack>),
}

impl Back {
    /// The times that it brings the slot back to, where they are others.
    pub fn times(&self) -> Option<&SlotTimes> {
        match self {
            Self::Edit(edit) => edit.times.as_ref(),
            Self::Parts(_) => None,
        }
    }
}

/// Parts of a slot as they were before a template was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartsBack {
    /// Those that it changed, made or removed, as they were.
    pub parts: Vec<Part>,
    /// The template that the slot had parts of.
    pub template: Option<Box<Applied>>,
}

/// What kind of change was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MadeKind {
    /// Something else than its times.
    Edited,
    /// Its times, and perhaps more.
    Moved,
    /// It was called off.
    Cancelled,
    /// The last change was taken back.
    Undone,
    /// A plan brought the slot to what it says: one deliberate act, whatever it moves.
    Planned,
    /// A part of it was removed.
    PartRemoved(Id),
    /// It got the parts of a template, or of a newer version of it.
    Filled {
        /// Whether parts were removed that customers may have seen.
        removes: bool,
    },
}

/// A change that was carried out: who did what, and what follows for customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The slot.
    pub slot: SlotId,
    /// What kind.
    pub kind: MadeKind,
    /// Whose credential it came with.
    pub by: Credential,
    /// When.
    pub at: Instant,
    /// Who is told.
    pub tell: Tell,
    /// What it had needed a yes for, and got it.
    pub granted: Vec<Reason>,
    /// What it leaves behind.
    pub trail: Trail,
}

/// What one credential has moved and called off lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// The credential.
    pub credential: Credential,
    /// Slots with the instants at which it last moved them or called them off, or asked to; and parts of slots that
    /// it removed.
    pub recent: Vec<(Instant, Id)>,
    /// Since when it may change nothing, if so.
    pub frozen: Option<Instant>,
}
