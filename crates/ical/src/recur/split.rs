//! "This and all future": one series becomes two at an occurrence.
//!
//! The earlier half ends before it, the later half starts with it. What each occurrence is does not change; that is
//! what the tests hold. Start at [`split`].

use super::rule::{NoRule, Rule};
use super::walk::{OutOfSteps, Steps};
use super::{STEPS_MAX, Times};
use crate::entry::{Entry, NoSpan};
use crate::text::value::Time;
use crate::zone::legend::{Legend, Place};

/// The rules of the two halves of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Halves {
    /// Of the half that ends before the occurrence.
    pub earlier: Vec<Rule>,
    /// Of the half that starts at it.
    pub later: Vec<Rule>,
}

/// Why a series can't be parted there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSplit {
    /// It has no span.
    Span(NoSpan),
    /// A rule can't be read.
    Rule(NoRule),
    /// A rule does not make that occurrence, so it could not go on from it in step.
    NotOfRule,
    /// The rule's occurrences up to there are too many to count.
    TooMany,
}

impl From<OutOfSteps> for NoSplit {
    fn from(_: OutOfSteps) -> Self {
        Self::TooMany
    }
}

/// Parts a series at one of its occurrences, given where the series has it. Added and excepted dates, and overrides,
/// go with the half in which they are.
///
/// # Errors
/// When the series has no span, its rules can't be read or counted, or do not make that occurrence.
pub fn split(master: &Entry, legend: &Legend, at: &Place) -> Result<Halves, NoSplit> {
    let start = master.span(legend).map_err(NoSplit::Span)?.start;
    let mut halves = Halves { earlier: Vec::new(), later: Vec::new() };
    for text in &master.rules {
        let rule = Rule::parse(text).map_err(NoSplit::Rule)?;
        let passed = passed(&rule, &start, at)?;
        let left = rule.count.map(|count| count.saturating_sub(passed));
        halves.earlier.push(Rule { count: None, until: Some(until_before(at)), ..rule.clone() });
        halves.later.push(Rule { count: left, ..rule });
    }
    Ok(halves)
}

/// How many occurrences a rule with a count makes before one of its own; the start is the first of them.
fn passed(rule: &Rule, start: &Place, at: &Place) -> Result<u32, NoSplit> {
    if at.local == start.local {
        return Ok(0);
    }
    let mut steps = Steps::new(STEPS_MAX);
    let mut times = Times::new(rule, start, at.local);
    let mut count = 1;
    loop {
        match times.next(at.local.plus_days(1), &mut steps)? {
            Some(time) if time == at.local => return Ok(count),
            Some(time) if time < at.local => count += 1,
            _ => return Err(NoSplit::NotOfRule),
        }
    }
}

/// The last time before an occurrence, as RFC 5545 wants an UNTIL: a day for days, else in UTC.
fn until_before(at: &Place) -> Time {
    if at.whole_day {
        return Time::Date(at.local.plus_days(-1));
    }
    Time::Utc(at.moment().plus_seconds(-1))
}
