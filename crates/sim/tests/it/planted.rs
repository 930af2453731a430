//! What is known to be wrong is found: the short form of the hunt.

use dayshelf_core::planted::{Plant, activate};
use dayshelf_sim::hunt::{Reach, beneath, caught, hunt, in_core, with_each};
use dayshelf_sim::life::live;
use dayshelf_sim::shrink::shrink;

/// The pages with the tables of bugs.
const RULES: &str = include_str!("../../../../docs/internals/simulation.md");
const BENEATH: &str = include_str!("../../../../docs/internals/world-beneath.md");
/// Lives that are lived for a bug which that of the table does not show any more, as when lives have become other ones
/// since it was written.
const SEEDS_MAX: u64 = 500;
/// All worlds up to here hold by themselves (`worlds::many_worlds`), so that it is the bug that is found.
const WORLDS_MAX: u64 = 17;

/// The life that shows a bug, by the table of a page: the last cell of its row.
fn kept(page: &str, plant: Plant) -> Option<u64> {
    let row = page.lines().find(|line| line.starts_with(&format!("| {} |", plant.name())))?;
    row.trim_end_matches(" |").rsplit(" | ").next()?.parse().ok()
}

/// The bugs that neither the life of the table shows nor one of the first, and those that the table lacks.
fn lost(page: &str, plants: &[Plant], seeds: u64) -> (Vec<&'static str>, Vec<&'static str>) {
    // A panic of the rules is a catch like any other.
    std::panic::set_hook(Box::new(|_| {}));
    let is_found = |plant: Plant| {
        kept(page, plant).is_some_and(|seed| caught(plant, seed).is_some())
            || hunt(plant, Reach { starts: 1, seeds }).is_found()
    };
    let found = with_each(plants, 2, |plant| is_found(plant).then_some(plant));
    drop(std::panic::take_hook());
    let named = |plants: Vec<&Plant>| plants.into_iter().map(|plant| plant.name()).collect();
    let lost = plants.iter().filter(|plant| !found.contains(&Some(**plant))).collect();
    (named(lost), named(plants.iter().filter(|plant| kept(page, **plant).is_none()).collect()))
}

/// Every bug that is planted in the rules is found.
#[test]
fn every_bug_is_found() {
    let (lost, unlisted) = lost(RULES, &in_core(), SEEDS_MAX);
    assert!(lost.is_empty(), "nobody finds {lost:?}");
    assert!(
        unlisted.is_empty(),
        "not in the table, which `cargo xtask sim --planted --write` writes: {unlisted:?}"
    );
    assert!(in_core().len() >= 40, "too few bugs are planted");
}

/// Every bug that is planted in desk, store and relay is found.
#[test]
fn every_bug_beneath_is_found() {
    let (lost, unlisted) = lost(BENEATH, &beneath(), WORLDS_MAX);
    assert!(lost.is_empty(), "nobody finds {lost:?}");
    assert!(
        unlisted.is_empty(),
        "not in the table, which `cargo xtask sim --planted --beneath --write` writes: {unlisted:?}"
    );
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
