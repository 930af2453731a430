//! What an app has changed of a series: the entry that it has seen against the one that it puts.
//!
//! What the entry shows and the series' own text does not say is ours: an evening that waits to be called off is shown
//! though it is left out, one that was thrown away is left out though nobody wrote so. None of that is the app's wish
//! when it comes back. Start at [`Delta`].

use std::collections::{BTreeMap, BTreeSet};

use dayshelf_core::series::Standing;
use dayshelf_ical::time::Civil;
use dayshelf_ical::zone::Zones;
use dayshelf_wire::plan::series::{OccurrenceDoc, SeriesDoc};

use super::whole::Seen;
use crate::course::{Course, Known, ONCE, Own};

/// Evenings that are looked at to see where a series went.
const LOOKED_AT_MAX: usize = 24;

/// What an app has seen, and what it puts.
pub(super) struct Delta {
    /// What the entry said that it has seen.
    pub seen: Course,
    /// What it says now.
    pub said: Course,
    /// Seconds by which the evenings' places on the wall moved.
    pub shift: i64,
}

impl Delta {
    /// Seconds by which the evenings moved with the first start. A series that begins with another of its evenings
    /// has not moved: its evenings are where they were.
    pub fn shift_of(&self, seen: &Seen, doc: &SeriesDoc, zones: &Zones) -> i64 {
        let shift = self.said.start.0 - self.seen.start.0;
        if shift == 0 {
            return 0;
        }
        let after = self.rewritten(doc, seen);
        let stands = seen.known.evenings.iter().filter(|(_, one)| !one.slot.state.is_off());
        let ats: Vec<Civil> = stands.map(|(at, _)| *at).take(LOOKED_AT_MAX).collect();
        let made =
            |by: i64| ats.iter().filter(|at| after.makes(Civil(at.0 + by), &self.said.zone, zones)).count();
        let (stay, go) = (made(0), made(shift));
        if go > stay || ats.is_empty() { shift } else { 0 }
    }

    /// The series' text with what the app has changed.
    pub fn rewritten(&self, doc: &SeriesDoc, seen: &Seen) -> SeriesDoc {
        let mut after = doc.clone();
        let (was, is) = (&self.seen, &self.said);
        if was.title != is.title {
            after.title.clone_from(&is.title);
        }
        if was.place != is.place {
            after.place.clone_from(&is.place);
        }
        if was.length != is.length {
            after.length = is.length_text();
        }
        if was.start != is.start {
            after.start = is.start.to_string();
        }
        if !was.has_rule(&is.rule) {
            after.rule = if is.rule.is_empty() { ONCE.to_owned() } else { is.rule.clone() };
        }
        let also = dates(&doc.also);
        let shown_only: BTreeSet<Civil> = was.also.difference(&also).copied().collect();
        put_dates(&mut after.also, self.without(&is.also, &shown_only));
        let except = dates(&doc.except);
        let ours: BTreeSet<Civil> = was.except.difference(&except).copied().collect();
        let hidden = except.difference(&was.except).map(|at| self.moved(*at));
        let mut left_out = self.without(&is.except, &ours);
        left_out.extend(hidden);
        // An evening that an app calls off by its status is left out.
        let called_off = is
            .own
            .iter()
            .filter(|(at, own)| own.is_cancelled && !self.was(**at).is_some_and(|own| own.is_cancelled));
        left_out.extend(called_off.map(|(at, _)| *at));
        put_dates(&mut after.except, left_out);
        self.put_own(doc, &mut after, seen);
        after
    }

    /// Dates without those that are only ours, here or where the series went.
    fn without(&self, dates: &BTreeSet<Civil>, ours: &BTreeSet<Civil>) -> BTreeSet<Civil> {
        let moved: BTreeSet<Civil> = ours.iter().map(|at| self.moved(*at)).collect();
        dates.iter().filter(|at| !ours.contains(at) && !moved.contains(at)).copied().collect()
    }

    fn moved(&self, at: Civil) -> Civil {
        Civil(at.0 + self.shift)
    }

    /// What the entry said of an evening that is there now.
    fn was(&self, at: Civil) -> Option<&Own> {
        self.seen.own.get(&Civil(at.0 - self.shift))
    }

    /// What it says of one by itself. Apps that move a series leave the names of its overrides, or move them along.
    fn is(&self, was_at: Civil) -> Option<&Own> {
        self.said.own.get(&self.moved(was_at)).or_else(|| self.said.own.get(&was_at))
    }

    /// Evenings that have no slot yet, or whose slot was made otherwise, are otherwise in the series' own text.
    fn put_own(&self, doc: &SeriesDoc, after: &mut SeriesDoc, seen: &Seen) {
        let mut own: BTreeMap<Civil, OccurrenceDoc> = BTreeMap::new();
        for change in &doc.changes {
            let Some(at) = Civil::parse(&change.occurrence) else { continue };
            let change = OccurrenceDoc { occurrence: self.moved(at).to_string(), ..change.clone() };
            own.insert(self.moved(at), change);
        }
        for (at, wanted) in self.evenings() {
            let before = Civil(at.0 - self.shift);
            if own.remove(&at).is_some() || !seen.known.evenings.contains_key(&before) {
                let change = self.said.change(at, &wanted);
                own.extend(change.map(|change| (at, change)));
            }
        }
        let left_out = dates(&after.except);
        own.retain(|at, _| !left_out.contains(at));
        after.changes = own.into_values().collect();
    }

    /// The evenings of which the app says something else than it has seen, where they are now. Those that went with
    /// the series are none.
    pub fn evenings(&self) -> BTreeMap<Civil, Own> {
        // A name that an app left behind when it moved the series is that of the evening that went.
        let is_told = |at: &&Civil| self.shift == 0 || !self.seen.own.contains_key(at);
        let told = self.said.own.keys().filter(is_told).map(|at| Civil(at.0 - self.shift));
        let ats: BTreeSet<Civil> = told.chain(self.seen.own.keys().copied()).collect();
        let mut all = BTreeMap::new();
        for at in ats {
            let now = self.moved(at);
            let (plain_was, plain) = (self.seen.plain(at), self.said.plain(now));
            let was = self.seen.own.get(&at).unwrap_or(&plain_was);
            let is = self.is(at).unwrap_or(&plain);
            let went_along = *was == plain_was && *is == plain;
            let is_left_out = is.is_cancelled || self.said.except.contains(&now);
            if is != was && !went_along && !is_left_out {
                all.insert(now, is.clone());
            }
        }
        all
    }

    /// Evenings that the app leaves out again, after somebody said no to that: they are asked about again.
    pub fn called_off(&self, known: &Known) -> Vec<Civil> {
        let asked =
            self.said.except.iter().filter(|at| !self.seen.except.contains(&Civil(at.0 - self.shift)));
        let stands = |at: &Civil| {
            let evening = known.evenings.get(at);
            evening.is_some_and(|one| one.standing == Standing::Dropped && !one.slot.state.is_off())
        };
        asked.copied().filter(stands).collect()
    }
}

fn dates(list: &[String]) -> BTreeSet<Civil> {
    list.iter().filter_map(|text| Civil::parse(text)).collect()
}

/// Puts dates in, where they are others: their author may have written them otherwise.
fn put_dates(list: &mut Vec<String>, wanted: BTreeSet<Civil>) {
    if dates(list) != wanted {
        *list = wanted.iter().map(ToString::to_string).collect();
    }
}
