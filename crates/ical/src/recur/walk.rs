//! The wall-clock times that one rule makes, in order, within a bounded number of steps.
//!
//! Zones do not matter here: a rule counts on the wall. A rule without a count is entered near the times that are
//! asked for; one with a count is counted from its start. Start at [`Walk`].

use super::days::{DAY, Date, Picker, first_of_month, first_of_week};
use super::rule::{Frequency, Rule};
use crate::time::Civil;

/// What walking may still cost. A step looks at one day, or at one moment of a rule that counts in hours or less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    left: u64,
}

/// The steps are used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfSteps;

impl Steps {
    /// So many.
    pub const fn new(count: u64) -> Self {
        Self { left: count }
    }

    /// How many of so many are used up.
    pub(super) const fn taken_of(self, count: u64) -> u64 {
        count.saturating_sub(self.left)
    }

    fn take(&mut self, count: u64) -> Result<(), OutOfSteps> {
        match self.left.checked_sub(count) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = 0;
                Err(OutOfSteps)
            }
        }
    }
}

/// A rule on its way.
#[derive(Debug)]
pub(super) struct Walk<'r> {
    rule: &'r Rule,
    start: Civil,
    picker: Picker<'r>,
    /// Seconds of the day at which it happens on a day that is picked, for rules of days and longer.
    clocks: Vec<i64>,
    /// The period that comes next, counted from the start's.
    period: i64,
}

impl<'r> Walk<'r> {
    /// From the start on; where the rule has no count, from near `from`.
    pub(super) fn new(rule: &'r Rule, start: Civil, from: Civil) -> Self {
        let picker = Picker::new(rule, Date::of(start.0.div_euclid(DAY)));
        let clocks = if rule.frequency >= Frequency::Daily { clocks(rule, start) } else { Vec::new() };
        let mut walk = Self { rule, start, picker, clocks, period: 0 };
        if rule.count.is_none() && from > start {
            walk.period = walk.period_of(from);
        }
        walk
    }

    /// The times of the next period that has any, but none before the start; nothing when `until` is reached.
    ///
    /// # Errors
    /// When the steps are used up.
    pub(super) fn next(&mut self, until: Civil, steps: &mut Steps) -> Result<Option<Vec<Civil>>, OutOfSteps> {
        loop {
            steps.take(1)?;
            let (first, _) = self.bounds();
            if first >= until.0 {
                return Ok(None);
            }
            let times = if self.rule.frequency >= Frequency::Daily {
                self.times_of_days(steps)?
            } else {
                match self.jump(first) {
                    Some(period) => {
                        self.period = period;
                        continue;
                    }
                    None => self.times_of_clock(first, steps)?,
                }
            };
            self.period += 1;
            let times: Vec<Civil> = times.into_iter().map(Civil).filter(|time| *time >= self.start).collect();
            if !times.is_empty() {
                return Ok(Some(times));
            }
        }
    }

    /// The next period's first second and the one behind its last.
    fn bounds(&self) -> (i64, i64) {
        let count = self.period.saturating_mul(self.rule.interval);
        let start = Date::of(self.start.0.div_euclid(DAY));
        let days = |first: i64, last: i64| (first.saturating_mul(DAY), last.saturating_mul(DAY));
        match self.rule.frequency {
            Frequency::Yearly => {
                let year = start.year.saturating_add(count);
                days(first_of_month(year, 1), first_of_month(year + 1, 1))
            }
            Frequency::Monthly => {
                let month = start.month.saturating_add(count);
                days(first_of_month(start.year, month), first_of_month(start.year, month + 1))
            }
            Frequency::Weekly => {
                let first = first_of_week(start.number, self.rule.week_start) + count * 7;
                days(first, first + 7)
            }
            Frequency::Daily => days(start.number + count, start.number + count + 1),
            _ => {
                let unit = self.unit();
                let first = self.start.0 - self.start.0.rem_euclid(unit) + count.saturating_mul(unit);
                (first, first + unit)
            }
        }
    }

    /// Seconds of an hour, a minute or a second.
    const fn unit(&self) -> i64 {
        match self.rule.frequency {
            Frequency::Hourly => 3_600,
            Frequency::Minutely => 60,
            _ => 1,
        }
    }

    /// The last period that begins at or before a time.
    fn period_of(&self, time: Civil) -> i64 {
        let (start, then) = (Date::of(self.start.0.div_euclid(DAY)), Date::of(time.0.div_euclid(DAY)));
        let passed = match self.rule.frequency {
            Frequency::Yearly => then.year - start.year,
            Frequency::Monthly => (then.year - start.year) * 12 + then.month - start.month,
            Frequency::Weekly => (then.number - first_of_week(start.number, self.rule.week_start)) / 7,
            Frequency::Daily => then.number - start.number,
            _ => (time.0 - self.start.0) / self.unit(),
        };
        passed.max(0) / self.rule.interval
    }

    /// The picked days of the period at their times, as the places of the rule say.
    fn times_of_days(&self, steps: &mut Steps) -> Result<Vec<i64>, OutOfSteps> {
        let (first, end) = self.bounds();
        let (first, last) = (first.div_euclid(DAY), end.div_euclid(DAY));
        steps.take(last.saturating_sub(first).unsigned_abs())?;
        let days = self.picker.days(first, last);
        let (clocks, per_day) = (&self.clocks, self.clocks.len());
        let at = |place: usize| Some(days.get(place.checked_div(per_day)?)? * DAY + clocks[place % per_day]);
        self.placed(days.len() * per_day, at, steps)
    }

    /// For rules of hours and less: the period to go to when the one at `first` is on a day, in an hour or in a
    /// minute that is not picked.
    fn jump(&self, first: i64) -> Option<i64> {
        let fits = |values: &[i64], value: i64| values.is_empty() || values.contains(&value);
        let of_day = first.rem_euclid(DAY);
        let to = if !self.picker.picks(Date::of(first.div_euclid(DAY))) {
            first - of_day + DAY
        } else if !fits(&self.rule.by_hour, of_day / 3_600) {
            first - first.rem_euclid(3_600) + 3_600
        } else if self.rule.frequency < Frequency::Hourly && !fits(&self.rule.by_minute, of_day / 60 % 60) {
            first - first.rem_euclid(60) + 60
        } else {
            return None;
        };
        let step = self.unit().saturating_mul(self.rule.interval);
        // At least one on, and then as many as it takes to reach the time.
        Some(self.period + ((to - first + step - 1) / step).max(1))
    }

    /// The times within an hour, a minute or a second.
    fn times_of_clock(&self, first: i64, steps: &mut Steps) -> Result<Vec<i64>, OutOfSteps> {
        let own = |values: &[i64], value: i64| if values.is_empty() { vec![value] } else { values.to_vec() };
        let seconds = own(&self.rule.by_second, self.start.0.rem_euclid(60));
        let inside: Vec<i64> = match self.rule.frequency {
            Frequency::Hourly => {
                let minutes = own(&self.rule.by_minute, self.start.0.rem_euclid(3_600) / 60);
                product(&minutes, &seconds, 60)
            }
            Frequency::Minutely => seconds,
            _ if self.rule.by_second.is_empty() || self.rule.by_second.contains(&first.rem_euclid(60)) => {
                vec![0]
            }
            _ => Vec::new(),
        };
        let inside: Vec<i64> = inside.into_iter().filter(|second| *second < self.unit()).collect();
        self.placed(inside.len(), |place| Some(first + inside.get(place)?), steps)
    }

    /// Of so many times of a period those whose places the rule names; all when it names none.
    fn placed(
        &self,
        count: usize,
        at: impl Fn(usize) -> Option<i64>,
        steps: &mut Steps,
    ) -> Result<Vec<i64>, OutOfSteps> {
        let places = &self.rule.by_place;
        if places.is_empty() {
            steps.take(count as u64)?;
            return Ok((0..count).filter_map(at).collect());
        }
        let total = i64::try_from(count).unwrap_or(i64::MAX);
        let place = |place: &i64| if *place > 0 { place - 1 } else { total + place };
        let mut places: Vec<i64> =
            places.iter().map(place).filter(|place| (0..total).contains(place)).collect();
        places.sort_unstable();
        places.dedup();
        Ok(places.into_iter().filter_map(|place| at(usize::try_from(place).ok()?)).collect())
    }
}

/// Seconds of the day at which a rule of days and longer happens.
fn clocks(rule: &Rule, start: Civil) -> Vec<i64> {
    let of_day = start.0.rem_euclid(DAY);
    let own = |values: &[i64], value: i64| if values.is_empty() { vec![value] } else { values.to_vec() };
    let hours = own(&rule.by_hour, of_day / 3_600);
    let minutes = own(&rule.by_minute, of_day / 60 % 60);
    let seconds = own(&rule.by_second, of_day % 60);
    product(&hours, &product(&minutes, &seconds, 60), 3_600)
}

/// Each of the large units with each of the small, in order. A leap second is read as the second before it.
fn product(large: &[i64], small: &[i64], unit: i64) -> Vec<i64> {
    let mut all: Vec<i64> = large
        .iter()
        .flat_map(|large| small.iter().map(move |small| large * unit + (*small).min(unit - 1)))
        .collect();
    all.dedup();
    all
}
