//! Clocks of a world: the one that decides, and one for each node, none of which agrees with another.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use dayshelf_core::time::Instant;
use dayshelf_desk::Time;

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
