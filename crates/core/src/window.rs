//! The audience window: who may buy, from when to when, what it was lent, and what becomes of the unsold.

use crate::ids::{ListId, OfferId, PoolId, SlotId, WindowId};
use crate::lobby::{Lobby, LobbyTerms};
use crate::time::{Instant, Span, When};

/// Who a window admits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Everyone.
    Public,
    /// Whoever has a code of this group.
    Code(String),
    /// Whoever is on this list.
    List(ListId),
}

/// When units leave the free account for a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldAt {
    /// When the basket is made.
    Cart,
    /// When the buyer goes to checkout.
    Checkout,
    /// When the payment succeeds: the first who pays.
    Payment,
}

/// What happens to a window's unsold allotment when it closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsold {
    /// They go back to the pool they were lent from.
    Return,
    /// They go on to this window.
    Roll(WindowId),
    /// They stay where they are until the organiser decides.
    Stay,
}

/// Who gets a turn when units come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fairness {
    /// In the order of joining.
    FirstCome,
    /// In the order of the lots drawn at joining.
    Lottery,
    /// Everyone is told, and the units are free for all.
    Announce,
}

/// A window that lets its units out bit by bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drip {
    /// So many at the opening and after each span.
    pub units: u32,
    /// The span between two portions.
    pub every: Span,
}

/// Units of a pool lent to a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allotment {
    /// The pool that lends.
    pub pool: PoolId,
    /// How many.
    pub units: u32,
    /// The pool that counts them while they are lent.
    pub lent: PoolId,
}

/// How a window holds units for a buyer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldTerms {
    /// When units are held.
    pub at: HoldAt,
    /// For how long.
    pub span: Span,
    /// How often the buyer may extend, each time by `span`.
    pub extensions: u8,
    /// Units per buyer in this window, orders included; none means no limit.
    pub buyer_limit: Option<u32>,
}

/// How a window serves its waitlist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TurnTerms {
    /// In which order.
    pub fairness: Fairness,
    /// How long a turn lasts.
    pub span: Span,
}

/// What the organiser wrote about a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WindowSpec {
    /// The slot it belongs to.
    pub slot: SlotId,
    /// Its name within the slot, for plans.
    pub key: String,
    /// Its title for people.
    pub title: String,
    /// Who is admitted.
    pub audience: Audience,
    /// When it opens.
    pub opens: When,
    /// When it closes; the instant itself is no longer inside.
    pub closes: When,
    /// The offers it sells; empty means all of the slot's.
    pub offers: Vec<OfferId>,
    /// What it was lent.
    pub allotments: Vec<Allotment>,
    /// What becomes of the unsold.
    pub unsold: Unsold,
    /// Whether units come bit by bit.
    pub drip: Option<Drip>,
    /// Whether those who come take a number and are let in one after the other.
    pub lobby: Option<LobbyTerms>,
    /// How units are held.
    pub hold: HoldTerms,
    /// How waiters are served.
    pub turn: TurnTerms,
}

/// Where a window is in its life. It follows the clock through due commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Not yet open.
    Ahead,
    /// Selling.
    Open,
    /// Over.
    Closed,
}

/// A window as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    /// Its id.
    pub id: WindowId,
    /// How far the due commands have taken it.
    pub phase: Phase,
    /// Offer units held or sold through it, which is what a drip counts.
    pub taken: u32,
    /// Portions of its drip up to this instant have been told, or came with the edit that laid them here.
    pub told: Instant,
    /// Who came to its lobby.
    pub lobby: Lobby,
    /// What the organiser wrote.
    pub spec: WindowSpec,
}

impl Window {
    /// Where the window stands at `now` by the clock alone.
    ///
    /// The opening instant is inside, the closing one is not.
    pub fn phase_at(&self, now: Instant) -> Phase {
        if now < self.spec.opens.at || (crate::planted!(WindowOpensLate) && now == self.spec.opens.at) {
            Phase::Ahead
        } else if now < self.spec.closes.at
            || (crate::planted!(WindowClosesLate) && now == self.spec.closes.at)
        {
            Phase::Open
        } else {
            Phase::Closed
        }
    }

    /// The phase to note when the times have changed: what lies ahead of the clock again opens again.
    pub fn phase_anew(&self, now: Instant) -> Phase {
        if self.phase > self.phase_at(now) { Phase::Ahead } else { self.phase }
    }

    /// Offer units that the drip still lets out at `now`, or none when there is no drip.
    pub fn drip_left(&self, now: Instant) -> Option<u32> {
        let drip = self.spec.drip?;
        let passed = now.since(self.spec.opens.at).0.max(0) / drip.every.0.max(1);
        let portions = u32::try_from(passed)
            .unwrap_or(u32::MAX)
            .saturating_add(1 + u32::from(crate::planted!(DripTooMuch)));
        Some(portions.saturating_mul(drip.units).saturating_sub(self.taken))
    }

    /// When the next portion comes, if one comes before the window closes.
    pub fn drip_next(&self, now: Instant) -> Option<Instant> {
        let drip = self.spec.drip?;
        let every = drip.every.0.max(1);
        let passed = now.since(self.spec.opens.at).0.max(0) / every;
        let next = self.spec.opens.at.plus(Span(every.saturating_mul(passed + 1)));
        (next < self.spec.closes.at).then_some(next)
    }

    /// Whether the window sells this offer.
    pub fn sells(&self, offer: OfferId) -> bool {
        self.spec.offers.is_empty() || self.spec.offers.contains(&offer)
    }

    /// The pool that counts what this window was lent from `pool`, if it was lent any.
    pub fn lent_from(&self, pool: PoolId) -> Option<PoolId> {
        self.spec.allotments.iter().find(|lent| lent.pool == pool).map(|lent| lent.lent)
    }
}
