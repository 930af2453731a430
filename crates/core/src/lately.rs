//! What may be said of others' buying: how many people bought in a slot lately, and when that is too few to tell.
//!
//! A page that says "6 people booked this slot in the last 15 minutes" counts persons, each once, of this slot
//! alone; an order that was called off or moved away counts no more. Below [`PERSONS_MIN`] nothing is said, since
//! a number that small says more of somebody than of the slot. What is said is true at the instant it was asked
//! for, and stands for [`SHOWN_SPAN`] at most. Start at [`Lately::persons`].
//!
//! The list is kept by whoever reads the journal and starts empty with the process: after a start fewer are known
//! than there were, and never more.

use std::collections::BTreeSet;

use crate::text::BuyerKey;
use crate::time::{Instant, Span};

/// How far back is looked.
pub const LOOKED_BACK: Span = Span::minutes(15);
/// How long a number may stand on a page after it was true.
pub const SHOWN_SPAN: Span = Span::seconds(60);
/// Fewer persons are not told of.
pub const PERSONS_MIN: u32 = 3;
/// Purchases that are remembered of one slot; in a rush beyond that, the number says "at least".
pub const BOUGHT_MAX: usize = 200;

/// Who bought in one slot lately, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lately {
    bought: Vec<(BuyerKey, Instant)>,
}

impl Lately {
    /// Notes a purchase; what is too old to be told of is let go.
    pub fn bought(&mut self, buyer: BuyerKey, at: Instant) {
        self.bought.retain(|(_, then)| at.since(*then) < LOOKED_BACK);
        if self.bought.len() == BOUGHT_MAX {
            self.bought.remove(0);
        }
        self.bought.push((buyer, at));
    }

    /// Lets go of a buyer whose order does not stand any more.
    pub fn gone(&mut self, buyer: BuyerKey) {
        self.bought.retain(|(known, _)| *known != buyer);
    }

    /// Whether nobody bought within the look back, so that nothing is lost with the list.
    pub fn is_over(&self, now: Instant) -> bool {
        self.bought.iter().all(|(_, at)| now.since(*at) >= LOOKED_BACK)
    }

    /// How many persons bought within the last minutes, where it may be said.
    ///
    /// ```
    /// use dayshelf_core::lately::Lately;
    /// use dayshelf_core::text::BuyerKey;
    /// use dayshelf_core::time::Instant;
    /// let mut lately = Lately::default();
    /// for buyer in [1, 2, 2] {
    ///     lately.bought(BuyerKey(buyer), Instant(0));
    /// }
    /// assert_eq!(lately.persons(Instant(0)), None, "three purchases of two persons");
    /// ```
    pub fn persons(&self, now: Instant) -> Option<u32> {
        let within = self.bought.iter().filter(|(_, at)| *at <= now && now.since(*at) < LOOKED_BACK);
        let persons: BTreeSet<BuyerKey> = within.map(|(buyer, _)| *buyer).collect();
        u32::try_from(persons.len()).ok().filter(|persons| *persons >= PERSONS_MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bought: &[(u128, i64)]) -> Lately {
        let mut lately = Lately::default();
        for (buyer, minute) in bought {
            lately.bought(BuyerKey(*buyer), Instant(minute * 60_000));
        }
        lately
    }

    fn at(minute: i64) -> Instant {
        Instant(minute * 60_000)
    }

    /// A person counts once, two are too few, and the oldest drops out at the end of the look back.
    #[test]
    fn counts_persons_within_the_look_back() {
        let lately = of(&[(1, 0), (2, 4), (2, 5), (3, 6)]);
        assert_eq!(lately.persons(at(6)), Some(3));
        assert_eq!(lately.persons(at(14)), Some(3));
        assert_eq!(lately.persons(at(15)), None, "the first is fifteen minutes old");
        assert_eq!(of(&[(1, 0), (2, 0)]).persons(at(0)), None);
        assert!(!lately.is_over(at(20)) && lately.is_over(at(21)));
        assert_eq!(lately.persons(at(5)), None, "what is still to come does not count");
    }

    /// Whoever called off is not among those who booked, however often they did.
    #[test]
    fn forgets_who_called_off() {
        let mut lately = of(&[(1, 0), (2, 0), (3, 0), (3, 1)]);
        lately.gone(BuyerKey(3));
        assert_eq!(lately.persons(at(1)), None);
    }

    /// The memory is bounded in a rush, and then says less than there was.
    #[test]
    fn remembers_so_many() {
        let rush: Vec<(u128, i64)> = (0..500).map(|buyer| (buyer, 1)).collect();
        let lately = of(&rush);
        assert_eq!(lately.persons(at(1)), u32::try_from(BOUGHT_MAX).ok());
    }
}
