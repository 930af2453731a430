//! What is known to be wrong is found: the short form of the hunt, from one starting point.

use dayshelf_core::planted::{Plant, activate};
use dayshelf_sim::hunt::{hunt, in_core};
use dayshelf_sim::life::live;
use dayshelf_sim::shrink::shrink;

/// Every bug that is planted in the rules is found.
#[test]
fn every_bug_is_found() {
    // A panic of the rules is a catch like any other.
    std::panic::set_hook(Box::new(|_| {}));
    let lost: Vec<&str> = in_core()
        .map(|plant| hunt(plant, 1))
        .filter(|catch| !catch.is_found())
        .map(|catch| catch.plant.name())
        .collect();
    drop(std::panic::take_hook());
    assert!(lost.is_empty(), "not found within the seeds of one starting point: {lost:?}");
    assert!(in_core().count() >= 30, "too few bugs are planted");
}

/// A life that goes wrong is made much shorter, and still goes wrong in the same way.
#[test]
fn a_failure_shrinks() {
    activate(Some(Plant::LimitPerHold));
    let failure = (0..500).find_map(|seed| live(seed).err()).expect("it is found");
    let short = shrink(&failure);
    activate(None);
    assert_eq!(short.found, failure.found);
    assert!(short.said.len() <= 25, "{} of {} acts are left", short.said.len(), failure.said.len());
}
