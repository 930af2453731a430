//! A VTIMEZONE's own rules, and the zone of the database that keeps the same time.
//!
//! The rules say which moments are meant; the zone of the database is one whose clocks do exactly that in the years
//! in question. Where no zone does, there is none. Start at [`zone_of_rules`].

use super::alias::zones_of_the_world;
use super::{Zone, Zones};
use crate::document::Node;
use crate::recur::rule::Rule;
use crate::recur::times_of;
use crate::text::value::Time;
use crate::time::{Civil, Moment};
use crate::zone::legend::Place;

/// Changes of a zone that are compared at most.
const CHANGES_MAX: usize = 64;
/// Parts of a VTIMEZONE that are read at most.
const PARTS_MAX: usize = 300;

/// Offsets over a stretch of time: the one at its start, and each that differs from the one before.
type Course = (i64, Vec<(Moment, i64)>);

/// A zone whose clocks do in `from..until` what the VTIMEZONE says. The best known of those that do.
pub(super) fn zone_of_rules(node: Node<'_>, zones: &Zones, from: Moment, until: Moment) -> Option<Zone> {
    let utc = zones.zone("UTC").ok()?;
    let wanted = said(node, &utc, from, until)?;
    if wanted.1.is_empty() {
        return fixed(wanted.0, zones);
    }
    let mut known = zones_of_the_world().filter_map(|name| zones.zone(name).ok());
    known.find(|zone| kept(zone, from, until) == wanted)
}

/// A zone that is always so many seconds east.
pub(super) fn fixed(seconds: i64, zones: &Zones) -> Option<Zone> {
    let hours = seconds / 3_600;
    if seconds % 3_600 != 0 {
        return None;
    }
    // The names of these zones have their sign the other way round.
    zones.zone(&if hours == 0 { "UTC".to_owned() } else { format!("Etc/GMT{:+}", -hours) }).ok()
}

/// What a zone of the database does.
fn kept(zone: &Zone, from: Moment, until: Moment) -> Course {
    let changes = zone.changes(from, until, CHANGES_MAX);
    course(zone.offset_at(from).0.into(), changes.into_iter().map(|change| (change.at, change.to.into())))
}

/// What the VTIMEZONE says. Nothing when a part of it can't be read.
fn said(node: Node<'_>, utc: &Zone, from: Moment, until: Moment) -> Option<Course> {
    let mut changes: Vec<(Moment, i64)> = Vec::new();
    let mut first: Option<(Moment, i64)> = None;
    for part in node.children().filter(|part| matches!(part.kind(), "STANDARD" | "DAYLIGHT")).take(PARTS_MAX)
    {
        let (before, after) = (offset(part, "TZOFFSETFROM")?, offset(part, "TZOFFSETTO")?);
        for onset in onsets(part, utc, before, until)? {
            let at = Moment((onset.0 - before).saturating_mul(1_000));
            changes.push((at, after));
            if first.is_none_or(|(earliest, _)| at < earliest) {
                first = Some((at, before));
            }
        }
    }
    changes.sort_unstable();
    let passed = changes.iter().rfind(|(at, _)| *at <= from).map(|(_, after)| *after);
    let start = passed.or(first.map(|(_, before)| before))?;
    let following = changes.into_iter().filter(|(at, _)| from < *at && *at < until);
    Some(course(start, following))
}

fn course(start: i64, changes: impl Iterator<Item = (Moment, i64)>) -> Course {
    let mut offset = start;
    let mut kept = Vec::new();
    for (at, after) in changes {
        if after != offset {
            kept.push((at, after));
            offset = after;
        }
    }
    (start, kept)
}

/// When a part begins, on its own wall before the change.
fn onsets(part: Node<'_>, utc: &Zone, before: i64, until: Moment) -> Option<Vec<Civil>> {
    let start = Time::of(part.property("DTSTART")?)?.local();
    let mut all = vec![start];
    let end = Civil(until.0 / 1_000 + before);
    let place = Place::at(start, utc);
    for property in part.named("RRULE") {
        let mut rule = Rule::parse(&property.value).ok()?;
        // Everything here is on the part's own wall, so the end of the rule is brought onto it.
        if let Some(Time::Utc(moment)) = rule.until {
            rule.until = Some(Time::Floating(Civil(moment.0 / 1_000 + before)));
        }
        all.extend(times_of(&rule, &place, end)?);
    }
    for property in part.named("RDATE") {
        for text in property.value.split(',') {
            let time = Time::parse(text, None)?;
            all.push(match time {
                Time::Utc(moment) => Civil(moment.0 / 1_000 + before),
                other => other.local(),
            });
        }
    }
    Some(all)
}

/// `+0100`, or `-053000`, in seconds.
fn offset(part: Node<'_>, name: &str) -> Option<i64> {
    let text = part.property(name)?.value.trim();
    let (sign, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let number = |from: usize| -> Option<i64> {
        digits.get(from..from + 2).filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?.parse().ok()
    };
    let seconds = if digits.len() == 6 { number(4)? } else { 0 };
    matches!(digits.len(), 4 | 6).then_some(())?;
    Some(sign * (number(0)? * 3_600 + number(2)? * 60 + seconds))
}
