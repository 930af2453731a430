//! What was said of others' buying, so that each new thing said is logged once.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use dayshelf_core::ids::SlotId;
use dayshelf_core::lately::SHOWN_SPAN;
use dayshelf_core::time::Instant;

/// Slots that are remembered; more, and all are forgotten, which logs something once more.
const SLOTS_MAX: usize = 1_000;

/// The last number that was said of each slot, and when.
#[derive(Default)]
pub(crate) struct Said(Mutex<HashMap<SlotId, (u32, Instant)>>);

impl Said {
    /// Whether this number was not said of the slot within the time that it may stand.
    pub fn first(&self, slot: SlotId, persons: u32, now: Instant) -> bool {
        let mut said = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = |(known, at): &(u32, Instant)| *known == persons && now.since(*at) < SHOWN_SPAN;
        if said.get(&slot).is_some_and(stands) {
            return false;
        }
        if said.len() >= SLOTS_MAX {
            said.clear();
        }
        said.insert(slot, (persons, now));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::Id;

    /// The same number again within the minute is no news; another is, and so is the same one later.
    #[test]
    fn each_number_once_a_minute() {
        let (said, slot) = (Said::default(), SlotId(Id::from_bytes([7; 16])));
        assert!(said.first(slot, 4, Instant(0)));
        assert!(!said.first(slot, 4, Instant(59_999)));
        assert!(said.first(slot, 5, Instant(60_000)));
        assert!(said.first(slot, 5, Instant(120_000)));
    }
}
