//! Which days of a period a rule picks. Days are counted from 1970-01-01, so that weeks need no calendar.
//!
//! All parts of a rule that speak of days are conditions that hold together; what the rule leaves open is taken from
//! the start. Times of day are not looked at here. Start at [`Picker`].

use super::rule::{Frequency, Rule};
use crate::time::Civil;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A day with what conditions ask about it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Date {
    /// Days since 1970-01-01.
    pub number: i64,
    pub year: i64,
    pub month: i64,
    /// From 1.
    pub day: i64,
}

impl Date {
    pub(super) fn of(number: i64) -> Self {
        let fields = Civil(number.saturating_mul(DAY)).fields();
        Self { number, year: fields.year.into(), month: fields.month.into(), day: fields.day.into() }
    }

    /// From 0 for Monday.
    pub(super) const fn weekday(self) -> i64 {
        weekday(self.number)
    }

    /// From 1.
    fn day_of_year(self) -> i64 {
        self.number - first_of_year(self.year) + 1
    }
}

const fn weekday(number: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (number + 3).rem_euclid(7)
}

/// The first day of the week that a day is in.
pub(super) const fn first_of_week(number: i64, week_start: i64) -> i64 {
    number - (weekday(number) - week_start).rem_euclid(7)
}

/// The day before which a month begins; months count on beyond their year.
pub(super) fn first_of_month(year: i64, month: i64) -> i64 {
    let (year, month) = (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1);
    let date = i16::try_from(year).ok().zip(i8::try_from(month).ok());
    date.and_then(|(year, month)| Civil::date(year, month, 1)).map_or(i64::MAX / DAY, |day| day.0 / DAY)
}

fn first_of_year(year: i64) -> i64 {
    first_of_month(year, 1)
}

/// The first day of week 1: the first week with at least four days in the year.
fn first_of_week_one(year: i64, week_start: i64) -> i64 {
    first_of_week(first_of_year(year) + 3, week_start)
}

/// A rule's conditions on days, with what the start fills in.
#[derive(Clone, Debug)]
pub(super) struct Picker<'r> {
    rule: &'r Rule,
    months: Vec<i64>,
    month_days: Vec<i64>,
    weekdays: Vec<i64>,
}

impl<'r> Picker<'r> {
    pub(super) fn new(rule: &'r Rule, start: Date) -> Self {
        let mut picker = Self {
            rule,
            months: rule.by_month.clone(),
            month_days: rule.by_month_day.clone(),
            weekdays: Vec::new(),
        };
        let says_days =
            !(rule.by_day.is_empty() && rule.by_month_day.is_empty() && rule.by_year_day.is_empty());
        if says_days {
            return picker;
        }
        match rule.frequency {
            // Weeks without a day: the start's day of the week.
            _ if !rule.by_week.is_empty() => picker.weekdays = vec![start.weekday()],
            Frequency::Weekly => picker.weekdays = vec![start.weekday()],
            Frequency::Monthly => picker.month_days = vec![start.day],
            Frequency::Yearly => {
                picker.month_days = vec![start.day];
                if picker.months.is_empty() {
                    picker.months = vec![start.month];
                }
            }
            _ => {}
        }
        picker
    }

    /// The picked days of `first..last`, which is one period of the rule.
    pub(super) fn days(&self, first: i64, last: i64) -> Vec<i64> {
        let mut picked = Vec::new();
        let mut at = first;
        while at < last {
            let date = Date::of(at);
            let month_end = first_of_month(date.year, date.month + 1).min(last);
            let is_month = self.months.is_empty() || self.months.contains(&date.month);
            let month = at..month_end;
            if is_month {
                // Within a month the day counts up by itself.
                picked.extend(
                    month
                        .map(|number| Date { number, day: date.day + number - at, ..date })
                        .filter(|date| self.picks_in_month(*date))
                        .map(|date| date.number),
                );
            }
            at = month_end;
        }
        picked
    }

    /// Whether one day is picked.
    pub(super) fn picks(&self, date: Date) -> bool {
        (self.months.is_empty() || self.months.contains(&date.month)) && self.picks_in_month(date)
    }

    fn picks_in_month(&self, date: Date) -> bool {
        self.is_month_day(date) && self.is_weekday(date) && self.is_year_day(date) && self.is_week(date)
    }

    fn is_month_day(&self, date: Date) -> bool {
        if self.month_days.is_empty() || self.month_days.contains(&date.day) {
            return true;
        }
        let counts_back = self.month_days.iter().any(|day| *day < 0);
        counts_back && self.month_days.contains(&(date.number - first_of_month(date.year, date.month + 1)))
    }

    fn is_year_day(&self, date: Date) -> bool {
        let days = &self.rule.by_year_day;
        let from_end = || date.number - first_of_year(date.year + 1);
        days.is_empty() || days.contains(&date.day_of_year()) || days.contains(&from_end())
    }

    /// Whether the week that the day is in has one of the numbers, in the year to which most of the week belongs.
    fn is_week(&self, date: Date) -> bool {
        let weeks = &self.rule.by_week;
        if weeks.is_empty() {
            return true;
        }
        let start = self.rule.week_start;
        let week_year = [date.year + 1, date.year, date.year - 1]
            .into_iter()
            .find(|year| first_of_week_one(*year, start) <= date.number)
            .unwrap_or(date.year);
        let number = (date.number - first_of_week_one(week_year, start)) / 7 + 1;
        let count = (first_of_week_one(week_year + 1, start) - first_of_week_one(week_year, start)) / 7;
        weeks.contains(&number) || weeks.contains(&(number - count - 1))
    }

    fn is_weekday(&self, date: Date) -> bool {
        let weekday = date.weekday();
        if !self.weekdays.is_empty() {
            return self.weekdays.contains(&weekday);
        }
        let days = &self.rule.by_day;
        days.is_empty()
            || days.iter().filter(|day| day.weekday == weekday).any(|day| match day.nth {
                Some(nth) if self.counts_weekdays() => self.is_nth(date, nth),
                _ => true,
            })
    }

    /// A number before a day of the week means something in months and years only, and not within weeks.
    const fn counts_weekdays(&self) -> bool {
        match self.rule.frequency {
            Frequency::Monthly => true,
            Frequency::Yearly => self.rule.by_week.is_empty(),
            _ => false,
        }
    }

    /// Whether the day is the n-th of its name in its month, or in its year when the rule names no months.
    fn is_nth(&self, date: Date, nth: i64) -> bool {
        let in_year = self.rule.frequency == Frequency::Yearly && self.rule.by_month.is_empty();
        let (first, end) = if in_year {
            (first_of_year(date.year), first_of_year(date.year + 1))
        } else {
            (first_of_month(date.year, date.month), first_of_month(date.year, date.month + 1))
        };
        let from_front = (date.number - first) / 7 + 1;
        let from_back = -((end - 1 - date.number) / 7 + 1);
        nth == from_front || nth == from_back
    }
}
