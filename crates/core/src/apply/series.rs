//! Facts about series: what they are, and which slots are theirs.

use crate::books::Books;
use crate::fact::Fact;
use crate::series::Occurrence;

pub(super) fn apply(books: &mut Books, fact: &Fact) {
    match fact {
        Fact::SeriesPut(series) => drop(books.series.insert(series.id, (**series).clone())),
        Fact::OccurrencePut(occurrence) => books.put_occurrence((**occurrence).clone()),
        _ => {}
    }
}

impl Books {
    /// Puts a slot into the run of its series, and takes it out of the one that it was in.
    fn put_occurrence(&mut self, occurrence: Occurrence) {
        if let Some(before) = self.occurrences.get(&occurrence.slot)
            && let Some(run) = self.runs.get_mut(&before.series)
            && run.get(&before.at) == Some(&before.slot)
        {
            run.remove(&before.at);
            if run.is_empty() {
                self.runs.remove(&before.series);
            }
        }
        self.runs.entry(occurrence.series).or_default().insert(occurrence.at, occurrence.slot);
        self.occurrences.insert(occurrence.slot, occurrence);
    }

    /// Rebuilds the runs of all series.
    pub(super) fn reindex_series(&mut self) {
        self.runs.clear();
        for occurrence in std::mem::take(&mut self.occurrences).into_values() {
            self.put_occurrence(occurrence);
        }
    }
}
