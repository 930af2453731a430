//! Intent: what an app puts, deletes and moves, on its way to the desk and back into the calendar.
//!
//! A slot and the bytes of its entry are written in two transactions, and a crash may come between them. So the
//! bytes go first, as pending, beside those that are shown; then the desk is asked; then the entry is written
//! anew from the slot as it is, with the pending bytes as its text. Whoever looks after a crash does that last
//! step ([`crate::shelf`]): what the desk has done is shown with the bytes that came with it, and what it has not
//! done is not shown. An app is answered after the last step, so nothing that was acknowledged is ever lost.
//! Start at [`put`].

mod ask;
mod delete;
mod delta;
mod put;
mod relocate;
mod series;
mod template;
mod whole;

pub use delete::delete;
pub use put::put;
pub use relocate::relocate;

use std::sync::Arc;

use dayshelf_core::ids::SeriesId;
use dayshelf_desk::SlotSheet;
use dayshelf_store::{Calendar, CalendarChange, Calendars, EntryHead, StoredEntry};

use crate::no::No;
use crate::server::Call;
use crate::shelf::{put_in, retired, touch};

/// How often an edit is tried anew because its slot changed in the meantime.
const TRIES: usize = 5;

impl Call<'_> {
    /// The sheet of an entry's slot as it is now.
    fn sheet_of(&self, head: &EntryHead) -> Result<Arc<SlotSheet>, No> {
        let card = self.dav.desk.board().slot(head.slot);
        card.map(|card| Arc::clone(&card.sheet)).ok_or(No::NOTHING)
    }

    /// The series that an entry shows, if it shows one.
    async fn series_of(&self, head: &EntryHead) -> Result<Option<SeriesId>, No> {
        let id = SeriesId(head.slot.0);
        Ok(self.dav.shelf.course(id).await?.map(|_| id))
    }

    /// Changes an entry's row, whatever has become of it since it was read; nothing when it is gone.
    async fn change_entry(
        &self,
        (calendar, name): (&str, &str),
        change: impl Fn(&StoredEntry, u64) -> StoredEntry + Send + Sync,
    ) -> Result<(), No> {
        let make = |calendars: &Calendars, entry: Option<&StoredEntry>| {
            let mut made = change_of(calendars);
            made.entries.extend(entry.map(|entry| change(entry, made.seen + 1)));
            touch(&mut made, calendars.all.clone());
            Ok(made)
        };
        self.dav.shelf.change(self.scene.viewer.home, Some((calendar, name)), make).await
    }

    /// Keeps what an app has put until the desk has decided.
    async fn keep_pending(&self, head: &EntryHead, body: Option<&[u8]>) -> Result<(), No> {
        let keep =
            |entry: &StoredEntry, _: u64| StoredEntry { pending: body.map(<[u8]>::to_vec), ..entry.clone() };
        self.change_entry((&head.calendar, &head.name), keep).await
    }

    /// Writes our version of an entry, and lets every app hear of it even where it is the same as before: what
    /// the app has now is not what was decided.
    async fn say_no(&self, head: &EntryHead, base: &[u8]) -> Result<(), No> {
        let renewal = self.dav.shelf.renewal(self.scene.viewer.home).await?;
        let sheet = self.sheet_of(head)?;
        let write = |entry: &StoredEntry, token: u64| {
            let body = renewal.text(Some(base), &sheet.slot);
            let mut written = put_in(entry, body, sheet.slot.version.into(), token, &renewal);
            written.head.token = token;
            written
        };
        self.change_entry((&head.calendar, &head.name), write).await
    }

    /// Takes an entry off the calendar.
    async fn retire(&self, head: &EntryHead, version: u64) -> Result<(), No> {
        let now = self.dav.desk.mint().now();
        let retire = |entry: &StoredEntry, token: u64| retired(entry, version, token, now);
        self.change_entry((&head.calendar, &head.name), retire).await
    }
}

/// A change of the calendars as they are.
fn change_of(calendars: &Calendars) -> CalendarChange {
    CalendarChange { seen: calendars.revision, edition: calendars.edition, ..CalendarChange::default() }
}

/// The other calendars that apps may write.
fn others<'c>(all: &'c [Calendar], than: &'c str) -> impl Iterator<Item = &'c Calendar> {
    all.iter().filter(move |calendar| calendar.name != than && crate::scene::is_written(calendar.kind))
}
