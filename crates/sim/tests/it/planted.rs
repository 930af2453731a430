//! What is known to be wrong is found: the short form of the hunt, from one starting point.

use std::sync::atomic::{AtomicUsize, Ordering};

use dayshelf_core::planted::{Plant, activate};
use dayshelf_sim::hunt::{beneath, caught_beneath, hunt, hunt_beneath, in_core};
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

/// The page with the table of the bugs in desk, store and relay.
const PAGE: &str = include_str!("../../../../docs/internals/world-beneath.md");
/// Worlds that are lived for a bug that the world of the table does not show any more. All of them hold by themselves
/// (`worlds::many_worlds`), so that it is the bug that is found.
const SEEDS_MAX: u64 = 17;

/// The world that shows a bug, by the table.
fn kept(plant: Plant) -> Option<u64> {
    let cells = |line: &'static str| line.split('|').map(str::trim).collect::<Vec<_>>();
    let mut rows = PAGE.lines().map(cells).filter(|cells| cells.len() == 7);
    rows.find(|cells| cells[1] == plant.name())?[5].parse().ok()
}

/// Every bug that is planted in desk, store and relay is found: in the world that the table names, or, where lives have
/// become other ones since it was written, in one of the first.
#[test]
fn every_bug_beneath_is_found() {
    std::panic::set_hook(Box::new(|_| {}));
    let (plants, next) = (beneath().collect::<Vec<_>>(), AtomicUsize::new(0));
    let is_found = |plant: Plant| {
        kept(plant).is_some_and(|seed| caught_beneath(plant, seed).is_some())
            || hunt_beneath(plant, SEEDS_MAX).found.is_some()
    };
    let hunter = || {
        let mine = std::iter::from_fn(|| plants.get(next.fetch_add(1, Ordering::Relaxed)).copied());
        mine.filter(|plant| !is_found(*plant)).map(Plant::name).collect::<Vec<_>>()
    };
    let lost: Vec<&str> = std::thread::scope(|scope| {
        let hunters = [scope.spawn(hunter), scope.spawn(hunter)];
        hunters.into_iter().flat_map(|hunter| hunter.join().unwrap()).collect()
    });
    drop(std::panic::take_hook());
    assert!(lost.is_empty(), "nobody finds {lost:?}");
    let unlisted: Vec<&str> =
        plants.iter().filter(|plant| kept(**plant).is_none()).map(|plant| plant.name()).collect();
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
