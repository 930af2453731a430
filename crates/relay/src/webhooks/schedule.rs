//! When a delivery is tried, and the clock that says when that is.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use dayshelf_core::time::{Instant, Span};

/// The longest that a receiver may ask us to wait.
const RETRY_AFTER_MAX: Span = Span::hours(24);
/// Parts of a wait that chance may add: a tenth.
const JITTER_PARTS: u64 = 10;

/// The waits between tries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// The wait before each try after the first one.
    pub waits: Vec<Span>,
}

impl Default for Schedule {
    /// Ten tries over three days, as the Standard Webhooks specification advises.
    fn default() -> Self {
        let hours = [2, 5, 10, 14, 20, 24].map(Span::hours);
        let first = [Span::seconds(5), Span::minutes(5), Span::minutes(30)];
        Self { waits: first.into_iter().chain(hours).collect() }
    }
}

impl Schedule {
    /// When to try again after so many tries, the last of them at `now`; `None` when they are used up.
    ///
    /// A tenth at most is added by chance, so that what failed together does not come back together.
    pub fn next(&self, now: Instant, tries: u32, asked: Option<Span>, chance: u64) -> Option<Instant> {
        let wait = self.waits.get(usize::try_from(tries).ok()?.checked_sub(1)?)?;
        let most = u64::try_from(wait.0).unwrap_or(0) / JITTER_PARTS;
        let jitter = if most == 0 { 0 } else { chance % most };
        let wait = Span(wait.0.saturating_add(i64::try_from(jitter).unwrap_or(0)));
        let asked = asked.map_or(Span(0), |asked| asked.min(RETRY_AFTER_MAX));
        Some(now.plus(wait.max(asked)))
    }
}

/// A clock for what is due. Tests bring their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Instant + Send + Sync>);

impl Clock {
    /// A clock that asks this.
    pub fn new(now: impl Fn() -> Instant + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The instant.
    pub fn now(&self) -> Instant {
        (self.0)()
    }
}

impl Default for Clock {
    /// The wall clock of this machine.
    fn default() -> Self {
        Self::new(|| {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        })
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("clock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ten tries, each within a tenth after its time, three days in all.
    #[test]
    fn ten_tries_in_three_days() {
        let schedule = Schedule::default();
        let mut at = Instant(0);
        for tries in 1..10 {
            let early = schedule.next(at, tries, None, 0).unwrap();
            let late = schedule.next(at, tries, None, u64::MAX).unwrap();
            let wait = early.since(at).0;
            assert!(late.since(early).0 <= wait / 10);
            at = early;
        }
        assert_eq!(schedule.next(at, 10, None, 0), None);
        let days = at.0 as f64 / f64::from(24 * 3_600_000);
        assert!((3.0..3.3).contains(&days), "{days}");
    }

    /// A receiver may ask for a longer wait, up to a day, never for a shorter one.
    #[test]
    fn receivers_may_ask_for_time() {
        let next = |asked| Schedule::default().next(Instant(0), 1, Some(asked), 0);
        assert_eq!(next(Span::seconds(60)), Some(Instant(60_000)));
        assert_eq!(next(Span::seconds(1)), Some(Instant(5_000)));
        assert_eq!(next(Span::hours(1_000)), Some(Instant(Span::hours(24).0)));
    }
}
