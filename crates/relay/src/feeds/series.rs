//! Entries of a feed that recur, and the draft series that they become.
//!
//! A series follows its entry while it is a draft in all its slots, written as the feed had it, and nobody has given any
//! of them a window, an offer or anything else; else it stays, and the difference is told.

use dayshelf_core::books::Books;
use dayshelf_core::change::{Credential, Tell};
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::ids::{SeriesId, SlotId};
use dayshelf_core::series::Series;
use dayshelf_core::slot::SlotState;
use dayshelf_core::time::Instant;
use dayshelf_ical::time::Civil;
use dayshelf_store::{FeedEntry, FeedSubject};
use dayshelf_wire::feed::{FeedDifference, FeedSlot};
use dayshelf_wire::import::SeriesDraft;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::plan::{Context, Mistakes};
use dayshelf_wire::series::ask::{Asking, Member, change, make, members};
use dayshelf_wire::series::rewrite::Rewritten;

use super::bring::{Bringing, Trouble, short};

/// Seconds of a civil day.
const DAY: i64 = 86_400;

/// A series as it stands.
struct Course {
    series: Series,
    members: Vec<Member>,
    /// Whether it is as the feed has made it.
    is_untouched: bool,
    /// Whether anything of it lies ahead.
    is_ahead: bool,
}

/// Whether nobody has done anything about a slot but made it.
pub(super) fn is_bare(books: &Books, id: SlotId) -> bool {
    let is_draft =
        books.slots.get(&id).is_none_or(|slot| slot.state == SlotState::Draft || slot.state.is_off());
    let is_empty = books.windows_of(id).next().is_none()
        && books.offers_of(id).next().is_none()
        && books.fulfilments_of(id).next().is_none()
        && books.blocks_of(id).next().is_none();
    is_draft && is_empty
}

impl Course {
    fn of(books: &Books, id: SeriesId, now: Instant) -> Option<Self> {
        let series = books.series.get(&id)?.clone();
        let members = members(books, &series, now);
        let is_untouched = members.iter().all(|one| !one.is_overridden && is_bare(books, one.slot));
        // One without any date yet has them all ahead.
        let is_ahead = members.is_empty() || members.iter().any(|one| !one.is_cancelled && !one.has_begun);
        Some(Self { series, members, is_untouched, is_ahead })
    }

    /// Whether it is still written as the feed had it.
    fn is_as(&self, said: &str) -> bool {
        let (kept, said) = (SeriesDoc::kept(&self.series.spec.text), SeriesDoc::kept(said));
        kept.is_ok_and(|kept| said.is_ok_and(|said| kept == said))
    }
}

/// Whether two series are the same in all that a calendar says of them.
fn says_the_same(one: &SeriesDoc, other: &SeriesDoc) -> bool {
    let start = |doc: &SeriesDoc| Civil::parse(&doc.start);
    let words =
        |doc: &SeriesDoc| [&doc.title, &doc.story, &doc.place, &doc.length, &doc.rule].map(String::clone);
    start(one) == start(other)
        && words(one) == words(other)
        && one.zone == other.zone
        && (&one.also, &one.except, &one.changes) == (&other.also, &other.except, &other.changes)
}

/// A series as it is kept and compared.
fn text_of(doc: &SeriesDoc) -> String {
    serde_json::to_string(doc).unwrap_or_default()
}

/// What people read of a series in a report.
fn words_of(doc: &SeriesDoc) -> String {
    short(&format!("{}, {} for {}, {}, {}", doc.title, doc.start, doc.length, doc.rule, doc.place))
}

impl Bringing<'_> {
    /// An entry that recurs and was not seen before.
    pub(super) async fn series_first(&mut self, draft: &SeriesDraft) -> Result<(), Trouble> {
        let (key, title) = (draft.doc.key.clone(), draft.doc.title.as_str());
        let said = text_of(&draft.doc);
        let there = self.shared.desk.look(self.home, move |books, now| {
            let id = books?.series.values().find(|series| series.spec.key == key)?.id;
            Course::of(books?, id, now)
        });
        if let Some(there) = there.await? {
            self.report.same += 1;
            if there.is_as(&said) {
                self.remember(&draft.name, FeedSubject::Series(there.series.id), (0, said)).await?;
            }
            return Ok(());
        }
        let asking = asking(Expect::New);
        let put = self.reading(|context| make(&draft.doc, None, context, asking));
        let put = match put {
            Ok(put) => put,
            Err(mistakes) => {
                self.ask(mistakes.to_string(), title);
                return Ok(());
            }
        };
        let id = put.id;
        if self.submit(Command::PutSeries(Box::new(put)), title).await?.is_some() {
            self.report.made.push(FeedSlot::series(id.into(), title));
            self.remember(&draft.name, FeedSubject::Series(id), (0, said)).await?;
        }
        Ok(())
    }

    /// An entry that recurs and has become something before.
    pub(super) async fn series_again(
        &mut self,
        entry: FeedEntry,
        draft: &SeriesDraft,
    ) -> Result<(), Trouble> {
        let (title, said) = (draft.doc.title.as_str(), text_of(&draft.doc));
        let id = match entry.subject {
            FeedSubject::Series(id) => id,
            FeedSubject::Slot(id) => {
                let of = FeedSlot::slot(SlotRef(id), title);
                let words = words_of(&draft.doc);
                self.report.differences.push(FeedDifference::new(of, "series", ("one date", &words)));
                return Ok(());
            }
        };
        let course = self.course(id).await?;
        let Some(course) = course.filter(|course| entry.said != said && course.is_ahead) else {
            self.report.same += 1;
            return Ok(());
        };
        let is = SeriesDoc::kept(&course.series.spec.text).ok();
        if is.as_ref().is_some_and(|is| says_the_same(is, &draft.doc)) {
            // Somebody has made it equal.
            self.report.same += 1;
            return self.remember(&entry.name, entry.subject, (0, said)).await;
        }
        if course.is_untouched && course.is_as(&entry.said) {
            let start = |doc: &SeriesDoc| Civil::parse(&doc.start).map_or(0, |start| start.0);
            let old = SeriesDoc::kept(&entry.said).map_or(0, |old| start(&old));
            // Another hour is a move of what there is; another day, which a rule has many of, is another rule.
            let shift = Some(start(&draft.doc) - old).filter(|shift| shift.abs() < DAY).unwrap_or(0);
            let after = Rewritten { earlier: None, doc: draft.doc.clone(), shift, from: None };
            if self.rewrite(&course, &after).await? {
                self.report.changed.push(FeedSlot::series(id.into(), title));
                return self.remember(&entry.name, entry.subject, (0, said)).await;
            }
        }
        let is = is.map(|doc| words_of(&doc)).unwrap_or_default();
        let of = FeedSlot::series(id.into(), &course.series.spec.title);
        self.report.differences.push(FeedDifference::new(of, "series", (&is, &words_of(&draft.doc))));
        Ok(())
    }

    /// An entry that recurred and is not in the calendar any more.
    pub(super) async fn series_gone(&mut self, entry: FeedEntry, id: SeriesId) -> Result<(), Trouble> {
        let Some(course) = self.course(id).await?.filter(|course| course.is_ahead) else { return Ok(()) };
        let of = FeedSlot::series(id.into(), &course.series.spec.title);
        let zone = self.shared.zones.zone(&course.series.spec.zone).ok();
        let now = self.shared.desk.mint().now();
        let ended = SeriesDoc::kept(&course.series.spec.text)
            .ok()
            .filter(|_| course.is_untouched && course.is_as(&entry.said))
            .zip(zone)
            .and_then(|(doc, zone)| doc.ended(now, &zone).ok());
        if let Some(doc) = ended {
            let after = Rewritten { earlier: None, doc, shift: 0, from: None };
            if self.rewrite(&course, &after).await? {
                self.report.discarded.push(of);
                return Ok(self.shared.store.forget_feed_entry(self.feed.id, entry.name).await?);
            }
        }
        self.report.gone.push(of);
        Ok(())
    }

    async fn course(&self, id: SeriesId) -> Result<Option<Course>, Trouble> {
        Ok(self.shared.desk.look(self.home, move |books, now| Course::of(books?, id, now)).await?)
    }

    /// Writes a series over; says whether it was done.
    async fn rewrite(&mut self, course: &Course, after: &Rewritten) -> Result<bool, Trouble> {
        let asking = asking(Expect::Version(course.series.version));
        let title = course.series.spec.title.as_str();
        match self.reading(|context| change((&course.series, &course.members), after, None, context, asking))
        {
            Ok(put) => Ok(self.submit(Command::PutSeries(Box::new(put)), title).await?.is_some()),
            Err(mistakes) => {
                self.ask(mistakes.to_string(), title);
                Ok(false)
            }
        }
    }

    /// Reads something that a plan could have, as of now.
    fn reading<T>(&self, read: impl FnOnce(&Context<'_>) -> Result<T, Mistakes>) -> Result<T, Mistakes> {
        let desk = &self.shared.desk;
        let card = desk.board().organiser(self.home);
        let spec = card.as_ref().map(|card| &card.organiser.spec);
        let mint = || desk.mint().id(self.home);
        read(&Context {
            zones: &self.shared.zones,
            now: desk.mint().now(),
            home: self.home,
            zone: spec.map(|spec| spec.zone.as_str()),
            currency: spec.map(|spec| spec.currency),
            mint: &mint,
            read_file: &|_: &str| Err("a feed reads no files".to_owned()),
        })
    }
}

const fn asking(expected: Expect) -> Asking {
    Asking { expected, tell: Tell::Nobody, by: Credential::House }
}
