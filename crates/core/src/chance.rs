//! The chance of somebody in line: how likely it is that enough of what others hold at this moment comes back.
//!
//! It is worked out and never guessed. What goes in: who holds how much now, how many units have to come back until
//! this one is served, and how many of the last holds of this slot ended without an order. Every hold is taken to end
//! as those did, each for itself. What may come besides (orders that are called off, units that are added, holds that
//! are still to be made) is left out, so the real chance is not lower by it. Where too few holds have ended to say
//! anything, nothing is said. Start at [`chance`].
//!
//! [`Ends`] are counted by whoever reads the journal, and start at nothing with the process: after a start less is said.

/// So many holds have ended before anything is said of how holds end.
pub const ENDS_MIN: u32 = 20;
/// Beyond so many, all count half: what happened lately says more.
const ENDS_MAX: u32 = 400;
/// Holds, and units, beyond which nobody works it out: it would take long, and a line so long tells enough.
const HOLDS_MAX: usize = 2_000;
const NEEDED_MAX: u32 = 2_000;

/// How the holds of a slot have ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// They became orders.
    pub kept: u32,
    /// They were given back, or lapsed.
    pub back: u32,
}

impl Ends {
    /// One became an order.
    pub fn note_kept(&mut self) {
        self.kept += 1;
        self.settle();
    }

    /// One gave its units back.
    pub fn note_back(&mut self) {
        self.back += 1;
        self.settle();
    }

    /// All of them.
    pub fn all(&self) -> u32 {
        self.kept + self.back
    }

    fn settle(&mut self) {
        if self.all() > ENDS_MAX {
            *self = Self { kept: self.kept / 2, back: self.back / 2 };
        }
    }
}

/// What a chance hangs on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stake {
    /// Units that have to come back until this one is served: its own and those of all who are before.
    pub needed: u32,
    /// Units of each hold that may still come back.
    pub held: Vec<u32>,
}

impl Stake {
    /// Units that are held now.
    pub fn held_units(&self) -> u32 {
        self.held.iter().fold(0, |sum, units| sum.saturating_add(*units))
    }
}

/// The chance in hundredths, cut off; `None` where nothing can be said.
///
/// ```
/// use dayshelf_core::chance::{Ends, Stake, chance};
/// // Three hold one unit each, one is needed, and every second hold came back: 1 - (1/2)³.
/// let stake = Stake { needed: 1, held: vec![1, 1, 1] };
/// assert_eq!(chance(&stake, Ends { kept: 10, back: 10 }), Some(87));
/// assert_eq!(chance(&stake, Ends { kept: 3, back: 3 }), None, "six are too few to go by");
/// ```
pub fn chance(stake: &Stake, ends: Ends) -> Option<u32> {
    if ends.all() < ENDS_MIN || stake.held.len() > HOLDS_MAX || stake.needed > NEEDED_MAX {
        return None;
    }
    let share = f64::from(ends.back) / f64::from(ends.all());
    // `short[units]`: how likely it is that so many came back, for all numbers that are too few.
    let mut short = vec![0.0; stake.needed as usize];
    if let Some(none) = short.first_mut() {
        *none = 1.0;
    }
    for units in &stake.held {
        for place in (0..short.len()).rev() {
            let with = place.checked_sub(*units as usize).map_or(0.0, |before| short[before]);
            short[place] = short[place] * (1.0 - share) + with * share;
        }
    }
    let enough = 1.0 - short.iter().sum::<f64>();
    // What whole numbers of floating parts lack at the last place is no reason to say less.
    Some((enough.clamp(0.0, 1.0) * 100.0 + 1e-9) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(needed: u32, held: &[u32], back: u32, kept: u32) -> Option<u32> {
        chance(&Stake { needed, held: held.to_vec() }, Ends { kept, back })
    }

    /// The sum over all ways in which holds can end, which is slow and plainly right.
    fn by_hand(needed: u32, held: &[u32], share: f64) -> f64 {
        (0..1_u32 << held.len()).fold(0.0, |sum, ways| {
            let ends = held.iter().enumerate().map(|(place, units)| (ways >> place & 1 == 1, *units));
            let back: u32 = ends.clone().filter(|(is_back, _)| *is_back).map(|(_, units)| units).sum();
            let likely: f64 = ends.map(|(is_back, _)| if is_back { share } else { 1.0 - share }).product();
            if back >= needed { sum + likely } else { sum }
        })
    }

    /// The same as going through all ways, whatever the holds.
    #[test]
    fn as_by_hand() {
        for held in [&[][..], &[1], &[2, 1], &[1, 1, 1, 1], &[4, 1, 3, 2, 2], &[6, 6, 1, 1, 2, 3, 1, 1]] {
            for needed in 1..12 {
                for back in [0, 1, 7, 12, 30] {
                    let (share, found) = (f64::from(back) / 30.0, of(needed, held, back, 30 - back));
                    let found = f64::from(found.unwrap()) / 100.0;
                    let right = by_hand(needed, held, share);
                    assert!(
                        (0.0..0.010_001).contains(&(right - found)),
                        "{held:?} {needed} {back}: {found} {right}"
                    );
                }
            }
        }
    }

    /// Nothing held is no chance, all that always comes back is certain, and too little known says nothing.
    #[test]
    fn at_its_ends() {
        assert_eq!(of(1, &[], 10, 10), Some(0));
        assert_eq!(of(5, &[2, 2], 20, 0), Some(0), "even all of it is too little");
        assert_eq!(of(4, &[2, 2], 20, 0), Some(100));
        assert_eq!(of(1, &[3], 0, 20), Some(0));
        assert_eq!(of(1, &[3], 10, 9), None);
        assert_eq!(of(NEEDED_MAX + 1, &[3], 10, 10), None);
        assert_eq!(of(1, &vec![1; HOLDS_MAX + 1], 10, 10), None);
        assert_eq!(of(NEEDED_MAX, &vec![u32::MAX; HOLDS_MAX], 20, 0), Some(100));
    }

    /// What is long ago counts less and less, and never so little that nothing can be said.
    #[test]
    fn lately_says_more() {
        let mut ends = Ends::default();
        (0..400).for_each(|_| ends.note_back());
        assert_eq!(ends, Ends { kept: 0, back: 400 });
        (0..400).for_each(|_| ends.note_kept());
        assert!(ends.kept > 2 * ends.back && ends.all() >= ENDS_MIN, "{ends:?}");
    }
}
