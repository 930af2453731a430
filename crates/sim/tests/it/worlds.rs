//! Lives over the real desk and store, with everything going wrong that can, and what else must be true there.

use dayshelf_sim::life;
use dayshelf_sim::world::{Count, Report, Steady, live, prove_prefixes, prove_stops};
use dayshelf_testkit::site::Site;

/// Worlds that went wrong once, beyond those that are lived anyway.
const KEPT: [u64; 11] = [
    21,
    28,
    54,
    100_029,
    200_013,
    1_883_054_675_066_997,
    1_883_054_675_067_043,
    1_883_054_675_067_118,
    1_883_054_675_067_210,
    1_883_059_560_383_059,
    1_883_061_509_685_279,
];

fn lives(seeds: impl IntoIterator<Item = u64>) -> Vec<Report> {
    seeds.into_iter().map(|seed| live(seed).unwrap_or_else(|cause| panic!("world {seed}: {cause}"))).collect()
}

/// Nothing that was answered is lost, nothing is done twice, and books and journal agree, in some twenty lives of
/// kills, power cuts, failing disks, wrong clocks and clients that ask again.
#[test]
fn many_worlds() {
    let reports = lives((0..17).chain(KEPT));
    let sum = |of: fn(&Count) -> u64| reports.iter().map(|report| of(&report.count)).sum::<u64>();
    let went_through = [
        ("kills", sum(|count| count.kills), 15),
        ("struck calls", sum(|count| count.struck), 15),
        ("power cuts", sum(|count| count.cuts), 8),
        ("stops", sum(|count| count.stopped), 2),
        ("lost answers", sum(|count| count.lost), 20),
        ("twins", sum(|count| count.twins), 40),
        ("requests of the past", sum(|count| count.past), 40),
        ("strangers", sum(|count| count.strangers), 8),
        ("waits for the lock", sum(|count| count.held_up), 20),
        ("newer programs", sum(|count| count.newer), 3),
        ("steps of the relay's workers", sum(|count| count.steps), 300),
        ("tries outside that failed", sum(|count| count.refused_outside), 100),
        ("messages that came again", sum(|count| count.told_again), 20),
        ("tasks beside", sum(|count| count.tasks), 80),
        ("examinations", sum(|count| count.doctors), 10),
    ];
    for (what, times, least) in went_through {
        assert!(times >= least, "the lives are too quiet: {times} {what}");
    }
}

/// The same seed is the same world to the byte, faults and all; another seed is another one.
#[test]
fn the_same_world_again() {
    for seed in [4, 8] {
        assert_eq!(live(seed), live(seed), "world {seed}");
    }
    assert_ne!(live(4).map(|report| report.hash), live(8).map(|report| report.hash));
}

/// A life over one engine is the life over the rules alone, and that over the other engine: equal answers, and
/// equal books at the end.
#[test]
fn engines_agree() {
    for seed in 200..202 {
        let alone = life::live(seed).map_err(|failure| failure.to_string()).unwrap();
        let file = Site::file();
        let mut one = Steady::open(&file.config).unwrap();
        let lived = life::live_over(seed, &mut one).map_err(|failure| failure.to_string()).unwrap();
        assert_eq!(lived, alone, "life {seed} over a file");
        assert_eq!(one.doctor().unwrap(), []);
        let Some(server) = Site::server(1) else { continue };
        let mut two = Steady::open(&server.config).unwrap();
        let lived = life::live_over(seed, &mut two).map_err(|failure| failure.to_string()).unwrap();
        assert_eq!(lived, alone, "life {seed} over a server");
        assert_eq!(two.doctor().unwrap(), []);
        assert_eq!(one.books(), two.books(), "books after life {seed}");
    }
}

/// Wherever the journal ends, the books that are read from the rows are those that its records make.
#[test]
fn every_prefix_of_the_journal_gives_its_books() {
    for seed in 300..302 {
        let places = prove_prefixes(seed).unwrap_or_else(|cause| panic!("life {seed}: {cause}"));
        assert!(places > 20, "life {seed} had only {places} records");
    }
}

/// Whichever call of the disk fails, all who wait are told the same: to try again, or that the desk has stopped.
#[test]
fn who_waits_hears_of_a_failing_disk() {
    let stops = prove_stops(400).unwrap();
    assert!(stops >= 5, "the desk stopped {stops} times only");
}
