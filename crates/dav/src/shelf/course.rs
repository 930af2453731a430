//! The entries of series: one row for all evenings of one.
//!
//! Its version is a number that rises with the series and with each of its slots. Start at [`Renewal::renew_series`].

use dayshelf_core::ids::SlotId;
use dayshelf_core::time::Instant;
use dayshelf_ical::time::Moment;
use dayshelf_store::{CalendarChange, EntryHead, EntryState, StoredEntry};

use super::renew::{Renewal, SLOTS, entry_of, put_in, retired};
use crate::course::{Fresh, Known, Wanted, written};
use crate::span::{Span, span_of};

/// The note of an entry that is gone since all of its series is over: nobody has taken it off the calendar.
const OVER: &str = "It is over.";

impl Renewal {
    /// Puts the entry of a series into a change. `kept` is all that is kept of it.
    pub fn renew_series(&self, known: &Known, kept: &[StoredEntry], change: &mut CalendarChange) {
        let token = change.seen + 1;
        let alive = kept.iter().find(|entry| entry.head.state != EntryState::Gone);
        let wanted = self.wanted(known);
        if let Some(gone) = kept.iter().find(|_| alive.is_none()) {
            change.entries.push(match wanted.filter(|wanted| !wanted.is_over && gone.head.note == OVER) {
                Some(wanted) => self.back_again(gone, known, &wanted, token),
                None => {
                    // Its organiser has taken it off the calendar; all there is to keep is that this was seen.
                    let head = EntryHead { version: known.stamp, ..gone.head.clone() };
                    StoredEntry { head, ..gone.clone() }
                }
            });
            return;
        }
        let Some(wanted) = wanted else { return };
        let entry = match alive {
            Some(entry) if wanted.is_over => over(retired(entry, known.stamp, token, self.now)),
            Some(entry) => {
                let base = entry.pending.as_deref().unwrap_or(&entry.body);
                put_in(entry, self.written(Some(base), known, &wanted), known.stamp, token, self)
            }
            // Nobody has ever heard of it, so nobody is told that it is gone.
            None if wanted.is_over => {
                over(retired(&self.fresh_series(known, Vec::new(), 0), known.stamp, 0, self.now))
            }
            None => self.fresh_series(known, self.written(None, known, &wanted), token),
        };
        change.entries.push(entry);
    }

    /// What the entry of a series shall say; `None` when its own text can't be read.
    pub fn wanted(&self, known: &Known) -> Option<Wanted> {
        Wanted::of(known, &self.zones, |slot| self.waits(slot))
    }

    /// The text that shows a series, from what the organiser has written.
    pub fn written(&self, base: Option<&[u8]>, known: &Known, wanted: &Wanted) -> Vec<u8> {
        self.written_as(uid(known), base, (known, wanted))
    }

    fn written_as(&self, uid: String, base: Option<&[u8]>, (known, wanted): (&Known, &Wanted)) -> Vec<u8> {
        let fresh = Fresh {
            uid,
            stamp: Moment(known.series.id.0.made_at_ms()),
            url: format!("{}/{}", self.public_url, self.organiser.spec.slug),
        };
        written(base, wanted, &fresh, (&self.zones, &self.own))
    }

    /// The entry of a series that was over and goes on: under the name and the UID that it had.
    fn back_again(&self, gone: &StoredEntry, known: &Known, wanted: &Wanted, token: u64) -> StoredEntry {
        let body = self.written_as(gone.head.uid.clone(), None, (known, wanted));
        put_in(&over_no_more(gone), body, known.stamp, token, self)
    }

    fn fresh_series(&self, known: &Known, body: Vec<u8>, token: u64) -> StoredEntry {
        let Span { from, until } = span_of(&body, &self.zones, &self.own);
        let head = EntryHead {
            calendar: SLOTS.to_owned(),
            name: format!("{}.ics", known.series.id),
            slot: SlotId(known.series.id.0),
            uid: uid(known),
            state: EntryState::Shown,
            version: known.stamp,
            token,
            tag: [0; 16],
            size: 0,
            from: Instant(from.0),
            until: Instant(until.0),
            changed: self.now,
            note: String::new(),
        };
        entry_of(head, body)
    }
}

/// An entry that is gone since all of its series is over, and that comes back if it goes on.
fn over(mut entry: StoredEntry) -> StoredEntry {
    OVER.clone_into(&mut entry.head.note);
    entry
}

fn over_no_more(entry: &StoredEntry) -> StoredEntry {
    let head = EntryHead { note: String::new(), ..entry.head.clone() };
    StoredEntry { head, ..entry.clone() }
}

fn uid(known: &Known) -> String {
    format!("{}@dayshelf", known.series.id)
}
