//! Anchors on another part of the slot, over every listed zone: they stand as far from it as was written, wherever the
//! slot is moved to and whatever its clocks do.

#![allow(clippy::unwrap_used, reason = "a test may stop where it stands")]

use dayshelf_core::time::{Edge, Instant, PartList, PartName};
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::time::{Place, anchor_text};
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

/// 2020-01-01 and 2038-01-01, in minutes.
const MINUTES: std::ops::Range<i64> = 26_297_280..35_765_280;

fn written(seconds: i64) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign} {}s", seconds.unsigned_abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// A chain of three: a window by the slot's own wall, a talk after it, and a cue before the talk's end. Wherever the
    /// slot stands, the spans between them are what was written, in whatever order they are read.
    #[test]
    fn a_chain_keeps_its_spans(
        minutes in MINUTES,
        days in -3_i32..4,
        clock in 0_u32..1_440,
        spans in (-90_000_i64..90_000, 1_i64..20_000, -5_000_i64..5_000),
        turned in any::<bool>(),
    ) {
        let zones = Zones::bundled();
        let part = |list, key| PartName::new(list, key).unwrap();
        let (vip, talk) = (part(PartList::Windows, "vip"), part(PartList::Blocks, "talk"));
        let own = format!("start {} {}d at {:02}:{:02}", if days < 0 { '-' } else { '+' }, days.abs(), clock / 60, clock % 60);
        let after = format!("windows.vip.end {}", written(spans.0));
        let until = format!("blocks.talk.start {}", written(spans.1));
        let mut texts = vec![
            (Edge::PartEnd(vip), own.as_str()),
            (Edge::PartStart(talk), after.as_str()),
            (Edge::PartEnd(talk), until.as_str()),
        ];
        if turned {
            texts.reverse();
        }
        for name in ZONES {
            let start = Civil(minutes * 60);
            let zone = zones.zone(name).unwrap();
            let place = Place::new(zone, start, start.plus_days(1));
            // A time that the clocks jump over is refused, and what hangs on it with it.
            let Ok(base) = place.when(&own) else { continue };
            let place = place.with_marks(&texts);
            let cue = place.when(&format!("blocks.talk.end {}", written(spans.2))).unwrap();
            let sum = spans.0 + spans.1 + spans.2;
            prop_assert_eq!(cue.at, Instant(base.at.0 + sum * 1_000));
            prop_assert_eq!(place.when(&anchor_text(cue.anchor)), Ok(cue));
        }
    }
}
