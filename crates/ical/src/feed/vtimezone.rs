//! A zone's rules as a VTIMEZONE: one STANDARD or DAYLIGHT for each change in the time that is covered.
//!
//! No recurrence rules are guessed: what is written is exactly what the zone database says.

use crate::text::value::{basic, escaped};
use crate::time::{Civil, Moment};
use crate::zone::Zone;

/// Changes written at most: fifty years of two changes each.
const CHANGES_MAX: usize = 100;

/// The lines of the zone's rules for `from..until`, not folded.
pub(crate) fn lines(zone: &Zone, from: Moment, until: Moment) -> Vec<String> {
    let mut lines = vec!["BEGIN:VTIMEZONE".to_owned(), format!("TZID:{}", zone.name())];
    let (offset, name, daylight) = zone.offset_at(from);
    let first = Civil(from.0.div_euclid(1_000) + i64::from(offset));
    lines.extend(Part { daylight, start: first, from: offset, to: offset, name: &name }.lines());
    for change in zone.changes(from, until, CHANGES_MAX) {
        // RFC 5545 wants the wall time as the offset before the change shows it.
        let start = Civil(change.at.0.div_euclid(1_000) + i64::from(change.from));
        let part =
            Part { daylight: change.daylight, start, from: change.from, to: change.to, name: &change.name };
        lines.extend(part.lines());
    }
    lines.push("END:VTIMEZONE".to_owned());
    lines
}

/// A stretch of one offset.
struct Part<'n> {
    daylight: bool,
    start: Civil,
    from: i32,
    to: i32,
    name: &'n str,
}

impl Part<'_> {
    fn lines(&self) -> [String; 6] {
        let kind = if self.daylight { "DAYLIGHT" } else { "STANDARD" };
        [
            format!("BEGIN:{kind}"),
            format!("DTSTART:{}", basic(self.start)),
            format!("TZOFFSETFROM:{}", offset_text(self.from)),
            format!("TZOFFSETTO:{}", offset_text(self.to)),
            format!("TZNAME:{}", escaped(self.name)),
            format!("END:{kind}"),
        ]
    }
}

/// `+0100`, with seconds only where there are any.
fn offset_text(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    let size = seconds.unsigned_abs();
    let (hours, minutes, rest) = (size / 3_600, size / 60 % 60, size % 60);
    if rest == 0 {
        format!("{sign}{hours:02}{minutes:02}")
    } else {
        format!("{sign}{hours:02}{minutes:02}{rest:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::offset_text;

    /// Half hours, negative offsets and the seconds of old local times are all written.
    #[test]
    fn offsets_in_words() {
        assert_eq!(offset_text(19_800), "+0530");
        assert_eq!(offset_text(-12_600), "-0330");
        assert_eq!(offset_text(0), "+0000");
        assert_eq!(offset_text(-17_762), "-045602");
    }
}
