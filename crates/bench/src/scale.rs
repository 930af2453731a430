//! How much of everything: for figures, or to see that all of it still runs.

use std::time::Duration;

/// How much of everything.
#[derive(Clone, Debug)]
pub struct Scale {
    /// How long one load is measured.
    pub span: Duration,
    /// How often a load and its floor take turns; the median counts.
    pub rounds: usize,
    /// Connections at once, case by case.
    pub connections: Vec<usize>,
    /// Buyers who come in one instant.
    pub buyers: usize,
    /// Viewers of one slot.
    pub viewers: usize,
    /// Slots of a plan and of a calendar.
    pub slots: usize,
    /// Holds in the journal at a restart.
    pub journal: usize,
    /// Live holds while memory is read.
    pub live: usize,
    /// How long a scenario may take before it is given up: many times what it takes.
    pub patience: Duration,
}

impl Scale {
    /// For figures.
    pub fn full() -> Self {
        Self {
            span: Duration::from_secs(4),
            rounds: 3,
            connections: vec![64, 256],
            buyers: 1_000,
            viewers: 10_000,
            slots: 500,
            journal: 1_000_000,
            live: 100_000,
            patience: Duration::from_secs(30 * 60),
        }
    }

    /// To see that it runs.
    pub fn quick() -> Self {
        Self {
            span: Duration::from_millis(200),
            rounds: 1,
            connections: vec![4],
            buyers: 60,
            viewers: 20,
            slots: 5,
            journal: 500,
            live: 500,
            patience: Duration::from_secs(3 * 60),
        }
    }
}
