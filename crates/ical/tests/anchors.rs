//! Properties of anchored offsets over every clock change of eight zones.
#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use dayshelf_ical::anchor::{Anchor, Edge, Entry};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{Resolution, Zone, Zones};
use proptest::prelude::*;

const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Pacific/Apia",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Africa/Cairo",
];

/// 2020-01-01 and 2038-01-01, in seconds.
const SECONDS: std::ops::Range<i64> = 1_577_836_800..2_145_916_800;

/// The hours at which a zone's offset changes, found by looking and not by asking the database's list.
fn changes(zone: &Zone) -> Vec<i64> {
    let offset = |seconds: i64| zone.local(Moment(seconds * 1_000)).0 - seconds;
    let hours = SECONDS.step_by(3_600);
    hours.filter(|at| offset(*at) != offset(at - 3_600)).collect()
}

fn zones() -> Vec<(Zone, Vec<i64>)> {
    let zones = Zones::bundled();
    ZONES.iter().map(|name| zones.zone(name).unwrap()).map(|zone| (zone.clone(), changes(&zone))).collect()
}

/// Every zone has the changes it is known for; without them the properties below would prove little.
#[test]
fn the_changes_are_there() {
    let counts: Vec<usize> = zones().iter().map(|(_, changes)| changes.len()).collect();
    assert!(counts[0] == 36 && counts[1] == 36 && counts[2] == 36, "{counts:?}");
    assert!(
        counts[3] > 10 && counts[4] > 0 && counts[5] == 0 && counts[6] == 0 && counts[7] > 25,
        "{counts:?}"
    );
}

/// Around every change: a wall-clock time read to a moment shows the same wall-clock time, unless the
/// clocks jumped over it; then it shows as much later as they jumped.
#[test]
fn walls_survive_every_change() {
    for (zone, changes) in zones() {
        for around in changes.iter().flat_map(|at| (at - 10_800..at + 10_800).step_by(600)) {
            let moment = Moment(around * 1_000);
            let local = zone.local(moment);
            let shown = zone.shown(moment);
            assert_eq!(
                (shown.local, zone.moment(shown)),
                (local, moment),
                "also the second of two times alike"
            );
            assert_eq!(zone.read(&zone.text(shown)), Some(shown));
            match zone.resolve(local) {
                Resolution::Exact(same) => assert_eq!(same, moment),
                Resolution::Fold { earlier, later } => {
                    assert!(earlier < later && (moment == earlier || moment == later));
                }
                Resolution::Gap { .. } => panic!("a wall showed {local}, which the clocks jump over"),
            }
            let wall = Civil(around + 7_200 * zone.name().len() as i64 % 50_000);
            if let Resolution::Gap { before, after } = zone.resolve(wall) {
                let jump = before.0 / 1_000 - after.0 / 1_000;
                assert_eq!(zone.local(before), Civil(wall.0 + jump));
            }
        }
    }
}

fn anchors() -> impl Strategy<Value = Anchor> {
    let edge = prop_oneof![Just(Edge::Start), Just(Edge::End)];
    let clock = proptest::option::of((0_u32..1_440).prop_map(|minutes| minutes * 60));
    let exact = (-200_000_i64..200_000).prop_map(|seconds| seconds / 60 * 60);
    (edge, -40_i32..40, clock, exact).prop_map(|(edge, days, clock, seconds)| Anchor {
        edge,
        days,
        clock,
        seconds,
    })
}

/// A wall-clock minute near a change of the zone, or anywhere where there is none.
fn near(changes: &[i64], pick: usize, shift: i64) -> Civil {
    let at = changes.get(pick % changes.len().max(1)).copied().unwrap_or(SECONDS.start + 40_000_000);
    Civil((at + shift).div_euclid(60) * 60)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// An exact anchor moves by the same span as the edge it hangs on; a civil one keeps its wall time.
    #[test]
    fn anchors_move_with_their_entry(
        pick in 0_usize..1_000,
        shift in -200_000_i64..200_000,
        days_moved in -400_i32..400,
        length in 1_i64..5_000,
        anchor in anchors(),
    ) {
        for (zone, changes) in zones_once() {
            let start = near(changes, pick, shift);
            let end = Civil(start.0 + length * 60);
            let entry = Entry { start: start.into(), end: end.into(), zone };
            let later = |local: Civil| local.plus_days(days_moved).into();
            let moved = Entry { start: later(start), end: later(end), zone };

            let exact = Anchor { days: 0, clock: None, ..anchor };
            let edge = Anchor::at(anchor.edge);
            let span = |anchor: Anchor, entry: &Entry<'_>| anchor.resolve(entry).at.0;
            prop_assert_eq!(
                span(exact, &moved) - span(exact, &entry),
                span(edge, &moved) - span(edge, &entry)
            );

            let civil = Anchor { seconds: 0, ..anchor };
            let day = (match anchor.edge { Edge::Start => moved.start, Edge::End => moved.end }).local.plus_days(anchor.days);
            let wall = anchor.clock.map_or(day, |clock| day.at_clock(clock));
            let anchored = civil.resolve(&moved);
            if !matches!(anchored.reading, Resolution::Gap { .. }) {
                prop_assert_eq!(zone.local(anchored.at), wall);
            }
            prop_assert_eq!(Anchor::parse(&anchor.to_string()), Ok(anchor));
        }
    }
}

fn zones_once() -> &'static [(Zone, Vec<i64>)] {
    static ONCE: std::sync::OnceLock<Vec<(Zone, Vec<i64>)>> = std::sync::OnceLock::new();
    ONCE.get_or_init(zones)
}
