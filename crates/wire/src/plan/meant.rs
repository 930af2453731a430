//! What a series says about single occurrences: it is about ones that there are.
//!
//! How a rule is walked is in `series`.

use dayshelf_ical::recur::rule::Rule;
use dayshelf_ical::recur::{Asked, occurrences};
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::{Zone, Zones};

use super::build::{Reader, below};
use super::series::SeriesDoc;
use crate::problem::Problem;
use crate::time::existing;

/// How far from a date the nearest occurrence is looked for: a year and a leap day.
const NEAR_SECONDS: i64 = 366 * 86_400;

impl SeriesDoc {
    /// Whether its rule or its further starts make an occurrence there, left out or not.
    pub fn makes(&self, at: Civil, zone: &Zone, zones: &Zones) -> bool {
        let Some(object) = Self { except: Vec::new(), ..self.clone() }.object(zone) else { return false };
        let moment = zone.moment(at);
        let asked = Asked { from: moment.plus_seconds(-1), until: moment.plus_seconds(1) };
        let found = occurrences(object.master(), object.overrides(), &object.legend(zones, zone), asked);
        found.is_ok_and(|found| found.occurrences.iter().any(|one| one.original.local == at))
    }

    /// The occurrences before and after an instant that are nearest to it, left out or not.
    fn nearest(&self, at: Civil, zone: &Zone, zones: &Zones) -> Vec<Civil> {
        let Some(object) = Self { except: Vec::new(), ..self.clone() }.object(zone) else {
            return Vec::new();
        };
        let moment = zone.moment(at);
        let (from, until) = (moment.plus_seconds(-NEAR_SECONDS), moment.plus_seconds(NEAR_SECONDS));
        let legend = object.legend(zones, zone);
        let found = occurrences(object.master(), object.overrides(), &legend, Asked { from, until });
        let all: Vec<Civil> = found.map_or_else(
            |_| Vec::new(),
            |found| found.occurrences.iter().map(|one| one.original.local).collect(),
        );
        let before = all.iter().copied().filter(|one| *one < at).max();
        before.into_iter().chain(all.iter().copied().filter(|one| at < *one).min()).collect()
    }
}

impl Reader<'_> {
    /// The starts that are written out are times of the zone. One that the rule makes, and that the clocks jump over, is
    /// later by so much; so is one that stood there before, as calendar apps may write it.
    pub(super) fn starts_exist(
        &mut self,
        (doc, before): (&SeriesDoc, Option<&SeriesDoc>),
        path: &str,
        zone: &Zone,
    ) {
        let stood = |text: &String| before.is_some_and(|was| was.start == *text || was.also.contains(text));
        let also = doc.also.iter().enumerate().map(|(place, text)| (format!("also[{place}]"), text));
        let starts = [("start".to_owned(), &doc.start)].into_iter().chain(also);
        for (field, text) in starts.filter(|(_, text)| !stood(text)) {
            // What is no time at all is told where it is walked from.
            let Some(Err(flaw)) = Civil::parse(text).map(|at| existing(zone, at)) else { continue };
            self.flaw(Problem::time(&below(path, &field), &flaw));
        }
    }

    /// What is left out or is otherwise is an occurrence, and values are of a template. A series that was kept is not
    /// looked at again: calendar apps leave out what no rule makes.
    pub(super) fn means_something(&mut self, doc: &SeriesDoc, path: &str, zone: &Zone) {
        self.each_occurrence_once(doc, path);
        if doc.template.is_none() && !doc.with.is_empty() {
            self.with_nothing(path);
        }
        self.starts_exist((doc, None), path, zone);
        if Rule::parse(&doc.rule).is_err() || doc.object(zone).is_none() {
            return;
        }
        let except = doc.except.iter().enumerate().map(|(place, text)| (format!("except[{place}]"), text));
        let changes = doc.changes.iter().enumerate();
        let changes = changes.map(|(place, own)| (format!("changes[{place}].occurrence"), &own.occurrence));
        for (field, text) in except.chain(changes) {
            let field = below(path, &field);
            let Some(at) = self.civil(text, &field) else { continue };
            if !doc.makes(at, zone, self.context.zones) {
                let nearest = doc.nearest(at, zone, self.context.zones);
                let nearest: Vec<String> = nearest.iter().map(Civil::to_string).collect();
                let next = match nearest.is_empty() {
                    true => "take it out".to_owned(),
                    false => format!("write {}, or take it out", nearest.join(" or ")),
                };
                let sentence = format!("the rule makes no occurrence at {at}; {next}");
                self.flaw(Problem::value_wrong(&field, &sentence));
            }
        }
    }
}
