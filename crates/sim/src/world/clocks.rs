//! Clocks of a world: the one that decides, and one for each node, none of which agrees with another; and how time
//! goes on ([`World::advance`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::Time;

use super::{Verdict, World};

/// So much time goes by only while nobody has anything to do.
const DAY: Span = Span::hours(24);

/// The clock that decides: that of the database.
#[derive(Clone, Debug, Default)]
pub(super) struct Deciding(Arc<AtomicI64>);

impl Deciding {
    pub(super) fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::Relaxed);
    }

    pub(super) fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::Relaxed))
    }

    /// The clock as the store asks for it.
    pub(super) fn time(&self) -> Time {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

/// A node's own clock, which may be wrong, drift, and be set anew.
#[derive(Clone, Debug)]
pub(super) struct Skewed {
    truth: Deciding,
    skew: Arc<AtomicI64>,
    /// Milliseconds that it gains in a thousand seconds.
    drift: i64,
}

impl Skewed {
    pub(super) fn new(truth: &Deciding, skew: i64, drift: i64) -> Self {
        Self { truth: truth.clone(), skew: Arc::new(AtomicI64::new(skew)), drift }
    }

    /// So much time has gone by.
    pub(super) fn pass(&self, millis: i64) {
        self.skew.fetch_add(millis * self.drift / 1_000_000, Ordering::Relaxed);
    }

    /// Somebody sets it.
    pub(super) fn step(&self, millis: i64) {
        self.skew.store(millis, Ordering::Relaxed);
    }

    pub(super) fn time(&self) -> Time {
        let clock = self.clone();
        Arc::new(move || Instant(clock.truth.now().0 + clock.skew.load(Ordering::Relaxed)))
    }
}

impl World {
    /// Time goes on.
    pub(super) fn advance(&mut self, now: Instant) {
        let millis = now.since(self.now).0.max(0);
        self.nodes.iter().for_each(|node| node.clock.pass(millis));
        self.now = self.now.max(now);
        self.common.deciding.set(self.now);
    }

    /// Nodes have answered what they were handed before a day goes by: a request that was under way for longer than
    /// its key answers would be another one, and rightly so.
    pub(super) fn let_finish(&mut self, now: Instant) -> Verdict {
        if now.since(self.now) < DAY {
            return Ok(());
        }
        (0..self.nodes.len()).try_for_each(|node| self.run_out(node))
    }

    /// Now and then the deciding clock is set back. What was decided at an instant is never decided earlier, so
    /// that nothing else may come of it.
    pub(super) fn set_back(&mut self) {
        let last = self.shadow.record(self.shadow.place()).map(|record| record.at);
        if self.temper.skewed && last == Some(self.now) && self.chance.percent(20) {
            self.common.deciding.set(self.now.plus(Span::seconds(-3)));
        }
    }
}
