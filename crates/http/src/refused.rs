//! Rights that were refused, for the log: at most one line a second, so that whoever tries many keys fills no disk.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long the log is silent after a line.
const SILENT: Duration = Duration::from_secs(1);

/// What was refused since the last line.
#[derive(Debug, Default)]
pub(crate) struct Refused(Mutex<Since>);

#[derive(Debug, Default)]
struct Since {
    line: Option<Instant>,
    times: u64,
}

impl Refused {
    /// Counts one; with the number since the last line when it is time for another.
    pub fn count(&self, now: Instant) -> Option<u64> {
        let mut since = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.times += 1;
        if since.line.is_some_and(|line| now.saturating_duration_since(line) < SILENT) {
            return None;
        }
        since.line = Some(now);
        Some(std::mem::take(&mut since.times))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first is told at once, those of the same second with the next line; none is lost.
    #[test]
    fn a_flood_is_one_line() {
        let (refused, start) = (Refused::default(), Instant::now());
        assert_eq!(refused.count(start), Some(1));
        assert!((1..500).all(|ms| refused.count(start + Duration::from_millis(ms)).is_none()));
        assert_eq!(refused.count(start + SILENT), Some(500));
        assert_eq!(refused.count(start + SILENT * 3), Some(1));
    }
}
