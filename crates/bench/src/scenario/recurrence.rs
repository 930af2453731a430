//! `recurrence`: entries whose rules would never end, each asked for its occurrences of the next two years.
//!
//! The same list of rules as the test has that counts their steps: three times each in one entry, as an attacker
//! would. The goal is 100 ms for the worst of them.

use std::time::Instant;

use dayshelf_ical::object::Object;
use dayshelf_ical::recur::{Asked, occurrences};
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::Zones;

use crate::Outcome;
use crate::progress::say;
use crate::report::Row;
use crate::scale::Scale;

const BOMBS: &str = include_str!("../../../ical/tests/data/bombs.txt");

/// Runs it so many times as there are rounds.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let zones = Zones::bundled();
    let own = zones.zone("Europe/Berlin").map_err(|unknown| unknown.name)?;
    let asked = Asked { from: Moment(0), until: Moment(i64::MAX / 4) };
    let asked = asked.not_beyond(Moment::parse("2026-11-26T00:00:00Z").ok_or("no moment")?);
    let (mut worst, mut steps, mut all) = (0.0_f64, 0, Vec::new());
    for _ in 0..scale.rounds {
        for line in BOMBS.lines().filter(|line| !line.starts_with('#')) {
            say(&format!("recurrence: {line}"));
            let text = entry(line).ok_or("a line of the list has three parts")?;
            let began = Instant::now();
            let object = Object::read(text).map_err(|cause| format!("{line}: {cause:?}"))?;
            let legend = object.legend(&zones, &own);
            let found = occurrences(object.master(), object.overrides(), &legend, asked);
            let found = found.map_err(|cause| format!("{line}: {cause:?}"))?;
            let millis = began.elapsed().as_secs_f64() * 1_000.0;
            worst = worst.max(millis);
            steps = steps.max(found.steps);
            all.push(millis);
        }
    }
    all.sort_by(f64::total_cmp);
    let row = Row::new("recurrence", "rules that would never end, two years");
    let row = row.figure("ms", all[all.len() / 2]).figure("ms_max", worst);
    Ok(vec![row.figure("steps_max", steps as f64)])
}

/// An entry with the rule of a line three times.
fn entry(line: &str) -> Option<String> {
    let mut parts = line.split(" | ");
    let (start, rule) = (parts.next()?, parts.next()?);
    let all = |max: u32| (0..max).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let every_second = format!("BYHOUR={};BYMINUTE={};BYSECOND={}", all(24), all(60), all(60));
    let rules = format!("RRULE:{}\n", rule.replace("{every second}", &every_second)).repeat(3);
    Some(format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:{start}\n{rules}END:VEVENT\nEND:VCALENDAR\n"))
}
