//! Calendars of others that organisers subscribe to: who reads them, when, and what becomes of what they say.
//!
//! A feed that is due is claimed by one node, fetched (`fetch`) and brought in (`bring`) by the same commands as
//! everybody's. A node that dies while it reads one loses its claim in time, and another does the same again: an entry is
//! remembered by its name and becomes nothing twice. Start at [`Feeds`].

mod bring;
mod fetch;
mod series;

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::ids::FeedId;
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::Desk;
use dayshelf_ical::zone::Zones;
use dayshelf_store::{Feed, FeedCourse, Store, StoreFault};
use dayshelf_wire::feed::FeedReport;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::rounds::Rounds;
use crate::webhooks::Guard;
use fetch::{Fetched, Fetcher};

/// How often the worker looks for feeds that are due.
const ROUND: Duration = Duration::from_secs(5);
/// Feeds of a shard that are read in one round.
const FEEDS_AT_ONCE: usize = 10;
/// How long nobody else reads a feed that is being read: longer than it may take.
const CLAIM: Span = Span::minutes(10);
/// A day.
const DAY: Span = Span::hours(24);
/// The longest wait after a reading that failed.
const WAIT_MAX: Span = Span::hours(24);

/// The running worker.
pub struct Feeds {
    librarian: Librarian,
    task: JoinHandle<()>,
}

/// Who reads feeds. Cheap to clone.
#[derive(Clone)]
pub struct Librarian(Arc<Shared>);

struct Shared {
    desk: Desk,
    store: Store,
    zones: Zones,
    fetcher: Fetcher,
}

/// What a wish to read a feed now came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// It was read, or it was tried: the feed says how it went.
    Done(Box<Feed>),
    /// Somebody reads it at this moment.
    Busy,
    /// There is none.
    Unknown,
}

impl Feeds {
    /// Starts the worker; it ends when `stop` says so.
    ///
    /// # Errors
    /// When the HTTP client can't be made.
    pub fn start(
        desk: &Desk,
        store: &Store,
        guard: Guard,
        stop: &CancellationToken,
    ) -> Result<Self, reqwest::Error> {
        let (fetcher, zones) = (Fetcher::new(guard)?, Zones::bundled());
        let shared = Shared { desk: desk.clone(), store: store.clone(), zones, fetcher };
        let librarian = Librarian(Arc::new(shared));
        let task = tokio::spawn(librarian.clone().run(stop.clone()));
        Ok(Self { librarian, task })
    }

    /// Who reads feeds when somebody asks for it.
    pub fn librarian(&self) -> Librarian {
        self.librarian.clone()
    }

    /// Waits until the worker has ended, after it was told to.
    pub async fn join(self) {
        drop(self.task.await);
    }
}

impl Librarian {
    async fn run(self, stop: CancellationToken) {
        let mut rounds = Rounds::new(ROUND, &stop);
        while rounds.next().await {
            for shard in 0..self.0.desk.shards() {
                // A reading that is cut off is done again by whoever comes next.
                tokio::select! {
                    () = stop.cancelled() => return,
                    read = self.read_due(shard) => {
                        if let Err(fault) = read {
                            tracing::warn!(shard, %fault, "feeds can't be looked at");
                        }
                    }
                }
            }
        }
    }

    /// Whether calendars are read from such an address, as far as that can be said without asking anybody.
    ///
    /// # Errors
    /// Why they are not.
    pub fn check(&self, url: &str) -> Result<(), String> {
        self.0.fetcher.checked(url).map(drop)
    }

    async fn read_due(&self, shard: u16) -> Result<(), StoreFault> {
        let now = self.0.desk.mint().now();
        for feed in self.0.store.feeds_due(shard, now, FEEDS_AT_ONCE).await? {
            self.read(feed.id).await?;
        }
        Ok(())
    }

    /// Reads a feed now, due or not.
    ///
    /// # Errors
    /// What the store says.
    pub async fn read(&self, id: FeedId) -> Result<Reading, StoreFault> {
        let now = self.0.desk.mint().now();
        if !self.0.store.claim_feed(id, now, now.plus(CLAIM)).await? {
            let is_there = self.0.store.feed(id).await?.is_some();
            return Ok(if is_there { Reading::Busy } else { Reading::Unknown });
        }
        let Some(feed) = self.0.store.feed(id).await? else { return Ok(Reading::Unknown) };
        let course = self.0.course(&feed, now).await;
        self.0.store.settle_feed(id, course.clone()).await?;
        Ok(Reading::Done(Box::new(Feed { course, ..feed })))
    }
}

impl Shared {
    /// Reads a feed that was claimed: how it went.
    async fn course(&self, feed: &Feed, now: Instant) -> FeedCourse {
        let went = |read| FeedCourse {
            read: Some(read),
            due: now.plus(feed.every),
            failures: 0,
            trouble: String::new(),
            ..feed.course.clone()
        };
        match self.fetcher.fetch(feed, tells_again(feed, now)).await {
            Fetched::Same => went(now),
            Fetched::Nothing(trouble, asked) => failed(feed, now, trouble, asked),
            Fetched::Calendar { text, etag, modified } => match bring::bring(self, feed, text).await {
                Ok(report) => {
                    let report = serde_json::to_string(&report).unwrap_or_default();
                    FeedCourse { etag, modified, report, ..went(now) }
                }
                Err(trouble) => failed(feed, now, trouble.to_string(), None),
            },
        }
    }
}

/// Whether the calendar is compared again though it is the same: what it differs from may have changed, and what recurs
/// and is no series has another date within reach each day.
fn tells_again(feed: &Feed, now: Instant) -> bool {
    let report = serde_json::from_str::<FeedReport>(&feed.course.report);
    let day = |at: Instant| at.0.div_euclid(DAY.0);
    let is_another_day = feed.course.read.is_none_or(|read| day(read) != day(now));
    report.map_or(true, |report| {
        !report.differences.is_empty()
            || !report.gone.is_empty()
            || report.left_out > 0
            || !report.questions.is_empty()
            || (report.by_date > 0 && is_another_day)
    })
}

/// The wait doubles with every failure, up to a day; a server that asks for more time gets it.
fn failed(feed: &Feed, now: Instant, trouble: String, asked: Option<Span>) -> FeedCourse {
    let failures = feed.course.failures.saturating_add(1);
    let doubled = feed.every.0.saturating_mul(1 << failures.min(16).saturating_sub(1));
    let wait =
        doubled.min(WAIT_MAX.0.max(feed.every.0)).max(asked.map_or(0, |asked| asked.0.min(7 * WAIT_MAX.0)));
    tracing::info!(feed = %feed.id, failures, trouble, "a feed can't be read");
    FeedCourse { due: now.plus(Span(wait)), failures, trouble, ..feed.course.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A calendar of dates that are made one by one is read anew on another day, and one that differs always.
    #[test]
    fn the_same_calendar_is_read_again_where_more_may_come_of_it() {
        let read = Instant(20 * DAY.0 + 1);
        let feed = |report: FeedReport| Feed {
            id: FeedId(dayshelf_core::ids::Id(1)),
            url: String::new(),
            title: String::new(),
            zone: None,
            unknown_zone: None,
            every: Span::hours(1),
            made: Instant(0),
            course: FeedCourse {
                read: Some(read),
                due: read,
                failures: 0,
                trouble: String::new(),
                etag: "one".into(),
                modified: String::new(),
                report: serde_json::to_string(&report).unwrap(),
            },
        };
        let (soon, tomorrow) = (read.plus(Span::hours(2)), read.plus(DAY));
        let by_date = FeedReport { by_date: 1, ..FeedReport::default() };
        let left_out = FeedReport { left_out: 1, ..FeedReport::default() };
        for (report, now, again) in [
            (FeedReport::default(), tomorrow, false),
            (by_date.clone(), soon, false),
            (by_date, tomorrow, true),
            (left_out, soon, true),
        ] {
            assert_eq!(tells_again(&feed(report.clone()), now), again, "{report:?}");
        }
        let mut old = feed(FeedReport::default());
        old.course.report = old.course.report.replace("\"by_date\":0,", "");
        assert!(!tells_again(&old, tomorrow), "a report of an older version is one all the same");
    }
}
