//! The rounds of a worker that comes by itself.

use std::time::Duration;

use tokio::time::{Interval, MissedTickBehavior};
use tokio_util::sync::CancellationToken;

/// One round after the other, until it is told to stop.
pub(crate) struct Rounds {
    interval: Interval,
    stop: CancellationToken,
}

impl Rounds {
    /// Rounds that begin so long after each other; the first at once.
    pub fn new(every: Duration, stop: &CancellationToken) -> Self {
        let mut interval = tokio::time::interval(every);
        // After a long round there is a rest, and no hurry.
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { interval, stop: stop.clone() }
    }

    /// Waits for the next round; `false` when there is none any more.
    pub async fn next(&mut self) -> bool {
        tokio::select! {
            biased;
            () = self.stop.cancelled() => false,
            _ = self.interval.tick() => true,
        }
    }
}
