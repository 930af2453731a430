//! Time as the rules see it: instants, spans, wall-clock times and anchors.
//!
//! No clock and no zone database: instants are handed in, and whoever made a command has already
//! resolved wall-clock times to instants. Start at [`When`]: an anchor with the instant it stands for.

mod mark;

use std::collections::BTreeMap;

pub use mark::{PartKey, PartList, PartName};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z, leap seconds aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(pub i64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(pub i64);

impl Span {
    /// So many seconds.
    pub const fn seconds(count: i64) -> Self {
        Self(count * 1_000)
    }

    /// So many minutes.
    pub const fn minutes(count: i64) -> Self {
        Self(count * 60_000)
    }

    /// So many hours.
    pub const fn hours(count: i64) -> Self {
        Self(count * 3_600_000)
    }
}

impl Instant {
    /// This instant moved on by `span`; saturates at the ends of time.
    pub const fn plus(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }

    /// Whether this instant is not after `other`.
    pub fn at_or_before(self, other: Self) -> bool {
        self <= other
    }

    /// The span from `earlier` to this instant, negative when `earlier` is later.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

/// A wall-clock time without a zone: seconds since 1970-01-01T00:00:00 on that wall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalTime(pub i64);

impl LocalTime {
    /// The day on which it is.
    pub const fn day(self) -> LocalDay {
        LocalDay(self.0.div_euclid(86_400))
    }
}

/// A day on a wall without a zone: days since 1970-01-01.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDay(pub i64);

/// What a block hangs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edge {
    /// The slot's start.
    Start,
    /// The slot's end.
    End,
    /// The beginning of another part of the slot. Only the exact part of such an anchor counts.
    PartStart(PartName),
    /// The end of another part of the slot. Only the exact part of such an anchor counts.
    PartEnd(PartName),
}

/// Where the edges of a slot's parts are.
pub type Marks = BTreeMap<Edge, Instant>;

/// A place on the slot's time axis that moves with the slot, or with another part of it.
///
/// Days are civil (the same time on another day), seconds are exact, and an optional time of day sets
/// the clock on the day that the civil part reached. RFC 5545 reads durations in the same way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Anchor {
    /// The end of the slot, or of another part of it, that counts.
    pub edge: Edge,
    /// Civil days from that end, negative for before.
    pub days: i32,
    /// Seconds after midnight of that day, when the time of day is named rather than kept.
    pub clock: Option<u32>,
    /// Exact seconds, added last; negative for before.
    pub seconds: i64,
}

impl Anchor {
    /// Exactly so many seconds after the slot's start.
    pub const fn start(seconds: i64) -> Self {
        Self { edge: Edge::Start, days: 0, clock: None, seconds }
    }

    /// Exactly so many seconds after the slot's end.
    pub const fn end(seconds: i64) -> Self {
        Self { edge: Edge::End, days: 0, clock: None, seconds }
    }
}

impl Anchor {
    /// The edge of another part that it hangs on, with that part; none where it hangs on the slot itself.
    pub const fn hangs_on(self) -> Option<(Edge, PartName)> {
        match self.edge {
            Edge::Start | Edge::End => None,
            Edge::PartStart(name) | Edge::PartEnd(name) => Some((self.edge, name)),
        }
    }
}

/// An anchor and the instant that it stands for while the slot is where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct When {
    /// Where on the slot's axis.
    pub anchor: Anchor,
    /// The instant, resolved outside the core with the slot's zone; by the core itself where it hangs on another part.
    pub at: Instant,
}
