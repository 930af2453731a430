//! How what an author wrote of a series is written over: moved on the wall, parted at an occurrence, ended.
//!
//! Text in, text out; what becomes of the slots is the core's to say. Start at [`Rewritten`].

use std::collections::BTreeMap;

use dayshelf_core::time::{Instant, LocalTime};
use dayshelf_ical::anchor::parse_span;
use dayshelf_ical::recur::rule::{DayOfWeek, Rule};
use dayshelf_ical::recur::split::split;
use dayshelf_ical::text::value::Time;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::legend::Place;
use dayshelf_ical::zone::{Zone, Zones};

use super::SeriesChangeRequest;
use crate::plan::series::SeriesDoc;
use crate::problem::Problem;

/// Seconds of a civil day.
const DAY: i64 = 86_400;
/// Days by which a series moves at most: further, it is another one.
const DAYS_MAX: i64 = 366;

/// A series after a change.
#[derive(Clone, Debug, PartialEq)]
pub struct Rewritten {
    /// What is left of it before the occurrence from which on it is another series, if it is parted.
    pub earlier: Option<SeriesDoc>,
    /// What it is from then on.
    pub doc: SeriesDoc,
    /// Seconds by which its places on the wall moved.
    pub shift: i64,
    /// The first of them that is concerned.
    pub from: Option<LocalTime>,
}

impl SeriesChangeRequest {
    /// The series as this wants it. `zone` is the series' own.
    ///
    /// # Errors
    /// The field that can't be read, or does not go with the rule.
    pub fn rewritten(&self, doc: &SeriesDoc, zone: &Zone, zones: &Zones) -> Result<Rewritten, Problem> {
        let shift = self.shift.as_deref().map_or(Ok(0), seconds)?;
        let mut after = Rewritten { earlier: None, doc: doc.clone(), shift, from: None };
        if let Some(from) = &self.from {
            let at = civil(from, "from")?;
            if Civil::parse(&doc.start) != Some(at) {
                let (earlier, later) = doc.parted(at, zone, zones)?;
                (after.earlier, after.doc, after.from) = (Some(earlier), later, Some(LocalTime(at.0)));
                if let Some(key) = &self.key {
                    after.doc.key.clone_from(key);
                }
            }
        }
        if shift != 0 {
            after.doc.shift(shift, self.rule.is_none())?;
        }
        self.edit(&mut after.doc);
        Ok(after)
    }

    /// What is named is so.
    fn edit(&self, doc: &mut SeriesDoc) {
        fn put<T: Clone>(new: Option<&T>, old: &mut T) {
            if let Some(new) = new {
                old.clone_from(new);
            }
        }
        put(self.rule.as_ref(), &mut doc.rule);
        put(self.also.as_ref(), &mut doc.also);
        put(self.except.as_ref(), &mut doc.except);
        put(self.title.as_ref(), &mut doc.title);
        put(self.story.as_ref(), &mut doc.story);
        put(self.image.as_ref(), &mut doc.image);
        put(self.place.as_ref(), &mut doc.place);
        put(self.length.as_ref(), &mut doc.length);
        put(self.with.as_ref(), &mut doc.with);
        put(self.pools.as_ref(), &mut doc.pools);
        if self.template.is_some() {
            doc.template.clone_from(&self.template);
        }
    }
}

impl SeriesDoc {
    /// The series without what its rule makes from now on.
    ///
    /// # Errors
    /// When its rule can't be read.
    pub fn ended(&self, now: Instant, zone: &Zone) -> Result<Self, Problem> {
        let rule = Rule::parse(&self.rule).map_err(|flaw| Problem::value_wrong("rule", &flaw.to_string()))?;
        let last = Moment(now.0).plus_seconds(-1);
        let is_past = matches!(&rule.until, Some(Time::Utc(until)) if *until <= last);
        let rule = if is_past { rule } else { Rule { count: None, until: Some(Time::Utc(last)), ..rule } };
        // What makes nothing more needs no template; it may be gone by now.
        let (template, with) = (None, BTreeMap::new());
        let mut ended = Self { rule: rule.to_string(), template, with, ..self.clone() };
        let is_over = |text: &String| Civil::parse(text).is_some_and(|at| zone.moment(at) <= last);
        ended.also.retain(is_over);
        // The start is an occurrence whatever the rule says.
        if !is_over(&self.start) && !self.except.contains(&self.start) {
            ended.except.push(self.start.clone());
        }
        Ok(ended)
    }

    /// The two series that it becomes at an occurrence of its rule.
    fn parted(&self, at: Civil, zone: &Zone, zones: &Zones) -> Result<(Self, Self), Problem> {
        let no = |sentence: &str| Problem::value_wrong("from", sentence);
        let object = self.object(zone).ok_or_else(|| no("its own text can't be read"))?;
        let legend = object.legend(zones, zone);
        let place = Place::at(at, zone);
        let halves = split(object.master(), &legend, &place)
            .map_err(|_| no("the rule makes no occurrence there; name one as the series' page has it"))?;
        let rule = |half: &[Rule]| half.first().map(Rule::to_string).ok_or_else(|| no("it has no rule"));
        let mut earlier = Self { rule: rule(&halves.earlier)?, ..self.clone() };
        let mut later = Self { rule: rule(&halves.later)?, start: at.to_string(), ..self.clone() };
        let is_before = |text: &String| Civil::parse(text).is_some_and(|one| one < at);
        for (before, after) in
            [(&mut earlier.also, &mut later.also), (&mut earlier.except, &mut later.except)]
        {
            before.retain(is_before);
            after.retain(|text| !is_before(text));
        }
        earlier.changes.retain(|own| is_before(&own.occurrence));
        later.changes.retain(|own| !is_before(&own.occurrence));
        later.slug = Some(self.slug.as_ref().unwrap_or(&self.key).clone());
        let text = at.to_string();
        later.key = format!("{}-{}", self.key, text.get(..10).unwrap_or(&text));
        Ok((earlier, later))
    }

    /// Everything so many seconds later on the wall, the rule too if it is to go along.
    fn shift(&mut self, seconds: i64, with_rule: bool) -> Result<(), Problem> {
        let start = civil(&self.start, "start")?;
        if with_rule {
            self.rule = shifted_rule(&self.rule, start, seconds)?;
        }
        let later = |text: &str| Civil::parse(text).map(|at| Civil(at.0 + seconds).to_string());
        self.start = Civil(start.0 + seconds).to_string();
        let dates = self.also.iter_mut().chain(&mut self.except);
        for text in dates.chain(self.changes.iter_mut().map(|own| &mut own.occurrence)) {
            *text = later(text).unwrap_or_else(|| text.clone());
        }
        Ok(())
    }
}

/// A rule whose occurrences are so many seconds later on the wall.
fn shifted_rule(text: &str, start: Civil, seconds: i64) -> Result<String, Problem> {
    let no = || {
        let sentence =
            "the rule names days or hours that can't be moved by this; send the rule as it shall be, too";
        Problem::value_wrong("move", sentence)
    };
    let rule = Rule::parse(text).map_err(|flaw| Problem::value_wrong("rule", &flaw.to_string()))?;
    let days = (start.0 + seconds).div_euclid(DAY) - start.0.div_euclid(DAY);
    let names_times = ![&rule.by_hour, &rule.by_minute, &rule.by_second].into_iter().all(Vec::is_empty);
    let names_days = ![&rule.by_month_day, &rule.by_year_day, &rule.by_week, &rule.by_month, &rule.by_place]
        .into_iter()
        .all(Vec::is_empty);
    let counts_days = rule.by_day.iter().any(|day| day.nth.is_some());
    if (names_times && seconds.rem_euclid(DAY) != 0) || (days != 0 && (names_days || counts_days)) {
        return Err(no());
    }
    let turned = |weekday: i64| (weekday + days).rem_euclid(7);
    let until = rule.until.clone().map(|until| match until {
        Time::Date(day) => Time::Date(Civil(day.0 + days * DAY)),
        Time::Utc(moment) => Time::Utc(moment.plus_seconds(seconds)),
        Time::Floating(local) => Time::Floating(Civil(local.0 + seconds)),
        Time::Zoned { tzid, local } => Time::Zoned { tzid, local: Civil(local.0 + seconds) },
    });
    let by_day = rule.by_day.iter().map(|day| DayOfWeek { weekday: turned(day.weekday), ..*day }).collect();
    let rule = Rule { by_day, until, week_start: turned(rule.week_start), ..rule };
    Ok(rule.to_string())
}

fn seconds(text: &str) -> Result<i64, Problem> {
    let text = text.trim();
    let (sign, span) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let no = |sentence: &str| Problem::value_wrong("move", sentence);
    // Days are the wall's own, as everything is that this moves.
    let (days, rest) = match span.split_once('d') {
        Some((days, rest)) => {
            let days = days.trim().parse::<i64>().ok().filter(|days| (0..=DAYS_MAX).contains(days));
            (days.ok_or_else(|| no("write days as \"1d\", hours as \"2h\""))?, rest.trim())
        }
        None => (0, span.trim()),
    };
    let exact = if rest.is_empty() && days > 0 { Ok(0) } else { parse_span(rest) };
    exact.map(|seconds| sign * (days * DAY + seconds)).map_err(|sentence| no(&sentence))
}

fn civil(text: &str, field: &str) -> Result<Civil, Problem> {
    let no =
        || Problem::value_wrong(field, &format!("{text:?} is no wall-clock time; write 2026-12-04T18:00"));
    Civil::parse(text).ok_or_else(no)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doc() -> SeriesDoc {
        serde_json::from_value(serde_json::json!({
            "key": "evening", "title": "Evening", "zone": "Europe/Berlin", "start": "2026-12-04T18:00",
            "length": "2h", "rule": "FREQ=WEEKLY;BYDAY=FR;COUNT=5", "except": ["2026-12-18T18:00"]
        }))
        .unwrap()
    }

    fn changed(request: &SeriesChangeRequest) -> Result<Rewritten, Problem> {
        let zones = Zones::bundled();
        let zone = zones.zone("Europe/Berlin").unwrap();
        request.rewritten(&doc(), &zone, &zones)
    }

    /// A series that moves takes its weekdays, its exceptions and its end along.
    #[test]
    fn moves_on_the_wall() {
        let late = SeriesChangeRequest { shift: Some("7h".to_owned()), ..SeriesChangeRequest::default() };
        let after = changed(&late).unwrap().doc;
        assert_eq!(
            (after.start.as_str(), after.except[0].as_str()),
            ("2026-12-05T01:00:00", "2026-12-19T01:00:00")
        );
        assert_eq!(after.rule, "FREQ=WEEKLY;COUNT=5;BYDAY=SA;WKST=TU");
        let early = SeriesChangeRequest { shift: Some("-30m".to_owned()), ..SeriesChangeRequest::default() };
        let after = changed(&early).unwrap();
        assert_eq!((after.doc.start.as_str(), after.shift), ("2026-12-04T17:30:00", -1_800));
        let first = shifted_rule("FREQ=MONTHLY;BYDAY=1FR", Civil(0), DAY);
        assert_eq!(
            first.unwrap_err().members["field"],
            "move",
            "the first Friday and a day is not the first Saturday"
        );
    }

    /// This one and all after it: what comes before ends, and the count goes on from there.
    #[test]
    fn parts_at_an_occurrence() {
        let request = SeriesChangeRequest {
            from: Some("2026-12-11T18:00".to_owned()),
            shift: Some("1h".to_owned()),
            ..SeriesChangeRequest::default()
        };
        let after = changed(&request).unwrap();
        let earlier = after.earlier.unwrap();
        assert_eq!(earlier.rule, "FREQ=WEEKLY;UNTIL=20261211T165959Z;BYDAY=FR");
        assert!(earlier.except.is_empty());
        assert_eq!(after.doc.rule, "FREQ=WEEKLY;COUNT=4;BYDAY=FR");
        assert_eq!(after.doc.start, "2026-12-11T19:00:00");
        assert_eq!(
            (after.doc.key.as_str(), after.doc.slug.as_deref()),
            ("evening-2026-12-11", Some("evening"))
        );
        assert_eq!(after.doc.except, ["2026-12-18T19:00:00"]);
        let nowhere = SeriesChangeRequest { from: Some("2026-12-12T18:00".to_owned()), ..request };
        assert_eq!(changed(&nowhere).unwrap_err().members["field"], "from");
    }
}
