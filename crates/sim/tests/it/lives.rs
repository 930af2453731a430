//! Many seeds hold, a seed is one life only, and the lives are not all dull.

use dayshelf_sim::life::{Trace, live};

/// Two hundred lives without a difference between the rules and the auditor.
#[test]
fn many_seeds() {
    let traces: Vec<Trace> =
        (0..200).map(|seed| live(seed).unwrap_or_else(|cause| panic!("seed {seed}: {cause}"))).collect();
    let sum = |of: fn(&Trace) -> u32| traces.iter().map(of).sum::<u32>();
    assert!(sum(|trace| trace.sold) > 500, "nearly nothing is sold");
    assert!(sum(|trace| trace.turns) > 200, "nearly nobody waits");
    assert!(sum(|trace| trace.late) > 20, "no payment is late");
}

/// The same seed lives the same life; another one lives another.
#[test]
fn the_same_seed_again() {
    assert_eq!(live(42), live(42));
    assert_ne!(live(42).map(|trace| trace.hash), live(43).map(|trace| trace.hash));
}
