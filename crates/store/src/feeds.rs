//! Calendars of others that organisers subscribe to, and what has become of their entries.
//!
//! They make slots by the same commands as everybody, so they stand in no journal themselves. Of several nodes one reads
//! a feed at a time: whoever has claimed it. Start at [`Feed`] and [`Store::claim_feed`].

use dayshelf_core::ids::{FeedId, Home, Id, SeriesId, SlotId};
use dayshelf_core::time::{Instant, Span};

use crate::calendars::key;
use crate::cell::{Cell, Row};
use crate::fault::{FaultKind, StoreFault};
use crate::statements;
use crate::store::Store;
use crate::tables::{self, Rows};

/// A feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    /// Its id.
    pub id: FeedId,
    /// Its address. Whoever knows it may read the calendar, so it goes into no log.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// The zone of times that name none; none for the organiser's.
    pub zone: Option<String>,
    /// The answer to the question which zone is meant.
    pub unknown_zone: Option<String>,
    /// Between two readings.
    pub every: Span,
    /// When it was subscribed to.
    pub made: Instant,
    /// How reading it has gone.
    pub course: FeedCourse,
}

/// How reading a feed has gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedCourse {
    /// When it was last read, or found to be as it was.
    pub read: Option<Instant>,
    /// When it is read next.
    pub due: Instant,
    /// Readings that failed since.
    pub failures: u32,
    /// Why the last one did; empty when it did not.
    pub trouble: String,
    /// The server's ETag of what was read.
    pub etag: String,
    /// The server's Last-Modified.
    pub modified: String,
    /// What the last reading that brought a calendar came to, as JSON; empty before the first.
    pub report: String,
}

/// What an entry of a feed has become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedSubject {
    /// A slot.
    Slot(SlotId),
    /// A series.
    Series(SeriesId),
}

/// An entry of a feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedEntry {
    /// By what it is known again.
    pub name: String,
    /// What it has become.
    pub subject: FeedSubject,
    /// The slot's version as the feed left it.
    pub version: u32,
    /// What the feed last said, as JSON.
    pub said: String,
}

fn or_none(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

impl Feed {
    fn from_row(row: &Row) -> Result<Self, StoreFault> {
        let failures = u32::try_from(row.int(9)?).unwrap_or(u32::MAX);
        Ok(Self {
            id: FeedId(Id::from_bytes(row.id(0)?)),
            url: row.text(1)?.to_owned(),
            title: row.text(2)?.to_owned(),
            zone: or_none(row.text(3)?),
            unknown_zone: or_none(row.text(4)?),
            every: Span(row.int(5)?),
            made: Instant(row.int(6)?),
            course: FeedCourse {
                read: Some(Instant(row.int(7)?)).filter(|read| read.0 >= 0),
                due: Instant(row.int(8)?),
                failures,
                trouble: row.text(10)?.to_owned(),
                etag: row.text(11)?.to_owned(),
                modified: row.text(12)?.to_owned(),
                report: row.text(13)?.to_owned(),
            },
        })
    }
}

impl FeedEntry {
    fn from_row(row: &Row) -> Result<Self, StoreFault> {
        let id = Id::from_bytes(row.id(2)?);
        let subject = match row.int(1)? {
            0 => FeedSubject::Slot(SlotId(id)),
            1 => FeedSubject::Series(SeriesId(id)),
            _ => return Err(StoreFault::new(FaultKind::Incoherent, "an entry of a feed is of no kind")),
        };
        let version = u32::try_from(row.int(3)?).unwrap_or_default();
        Ok(Self { name: row.text(0)?.to_owned(), subject, version, said: row.text(4)?.to_owned() })
    }
}

/// Everything here fails with what the engine says.
impl Store {
    /// An organiser's feeds, oldest first.
    pub async fn feeds(&self, home: Home) -> Result<Vec<Feed>, StoreFault> {
        let rows = self.reader().rows(statements::FEEDS, key(home)).await?;
        rows.iter().map(Feed::from_row).collect()
    }

    /// A feed.
    pub async fn feed(&self, id: FeedId) -> Result<Option<Feed>, StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        let rows = self.reader().rows(statements::FEED, cells).await?;
        rows.first().map(Feed::from_row).transpose()
    }

    /// Feeds of a shard that are due and that nobody reads, the longest due first.
    pub async fn feeds_due(&self, shard: u16, now: Instant, limit: usize) -> Result<Vec<Feed>, StoreFault> {
        let cells = vec![Cell::from(shard), Cell::Int(now.0), Cell::Int(now.0), Cell::from(limit)];
        let rows = self.reader().rows(statements::FEEDS_DUE, cells).await?;
        rows.iter().map(Feed::from_row).collect()
    }

    /// Keeps a new feed.
    pub async fn keep_feed(&self, feed: Feed) -> Result<(), StoreFault> {
        let home = feed.id.home();
        let mut rows = Rows::add(&tables::FEED, home.shard);
        let Feed { id, url, title, zone, unknown_zone, every, made, course } = feed;
        rows.cells.extend([
            Cell::from(home.number),
            Cell::from(id.0),
            Cell::Text(url),
            Cell::Text(title),
            Cell::Text(zone.unwrap_or_default()),
            Cell::Text(unknown_zone.unwrap_or_default()),
            Cell::Int(every.0),
            Cell::Int(made.0),
            Cell::Int(course.read.map_or(-1, |read| read.0)),
            Cell::Int(course.due.0),
            Cell::Int(0),
            Cell::from(course.failures),
            Cell::Text(course.trouble),
            Cell::Text(course.etag),
            Cell::Text(course.modified),
            Cell::Text(course.report),
        ]);
        self.aside(Box::new(move |session| Box::pin(async move { session.write(&[rows]).await }))).await
    }

    /// Changes what an organiser says of a feed. It is read at once, and whole: what is said may make more of it clear.
    pub async fn change_feed(&self, feed: &Feed, now: Instant) -> Result<bool, StoreFault> {
        let words = vec![
            Cell::Text(feed.title.clone()),
            Cell::Text(feed.zone.clone().unwrap_or_default()),
            Cell::Text(feed.unknown_zone.clone().unwrap_or_default()),
            Cell::Int(feed.every.0),
            Cell::Int(now.0),
        ];
        let cells = [words, key(feed.id.home()), vec![Cell::from(feed.id.0)]].concat();
        self.execute_feed(statements::CHANGE_FEED, cells).await.map(|count| count > 0)
    }

    /// Keeps all others from reading a feed until then; says whether nobody was.
    pub async fn claim_feed(&self, id: FeedId, now: Instant, until: Instant) -> Result<bool, StoreFault> {
        let own = [key(id.home()), vec![Cell::from(id.0)]].concat();
        let cells = [vec![Cell::Int(until.0)], own, vec![Cell::Int(now.0)]].concat();
        self.execute_feed(statements::CLAIM_FEED, cells).await.map(|count| count > 0)
    }

    /// Notes how reading a feed went, and lets others at it.
    pub async fn settle_feed(&self, id: FeedId, course: FeedCourse) -> Result<(), StoreFault> {
        let words = vec![
            Cell::Int(course.read.map_or(-1, |read| read.0)),
            Cell::Int(course.due.0),
            Cell::from(course.failures),
            Cell::Text(course.trouble),
            Cell::Text(course.etag),
            Cell::Text(course.modified),
            Cell::Text(course.report),
        ];
        let cells = [words, key(id.home()), vec![Cell::from(id.0)]].concat();
        self.execute_feed(statements::SETTLE_FEED, cells).await.map(drop)
    }

    /// Ends a feed and forgets its entries; says whether there was one. What it has made stays.
    pub async fn end_feed(&self, id: FeedId) -> Result<bool, StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        self.aside(Box::new(move |session| {
            Box::pin(async move {
                session.execute(statements::FORGET_FEED_ENTRIES, &cells).await?;
                session.execute(statements::REMOVE_FEED, &cells).await.map(|count| count > 0)
            })
        }))
        .await
    }

    /// What has become of a feed's entries.
    pub async fn feed_entries(&self, id: FeedId) -> Result<Vec<FeedEntry>, StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0)]].concat();
        let rows = self.reader().rows(statements::FEED_ENTRIES, cells).await?;
        rows.iter().map(FeedEntry::from_row).collect()
    }

    /// Remembers what an entry has become and has said, if its feed is still there.
    pub async fn keep_feed_entry(&self, id: FeedId, entry: FeedEntry) -> Result<(), StoreFault> {
        let home = id.home();
        let (kind, subject) = match entry.subject {
            FeedSubject::Slot(slot) => (0, slot.0),
            FeedSubject::Series(series) => (1, series.0),
        };
        let mut rows = Rows::put(&tables::FEED_ENTRY, home.shard);
        rows.cells.extend([
            Cell::from(home.number),
            Cell::from(id.0),
            Cell::Text(entry.name),
            Cell::Int(kind),
            Cell::from(subject),
            Cell::from(entry.version),
            Cell::Text(entry.said),
        ]);
        let of = [key(home), vec![Cell::from(id.0)]].concat();
        self.aside(Box::new(move |session| {
            Box::pin(async move {
                let is_there = !session.query(statements::FEED, &of).await?.is_empty();
                if is_there { session.write(&[rows]).await } else { Ok(()) }
            })
        }))
        .await
    }

    /// Forgets an entry.
    pub async fn forget_feed_entry(&self, id: FeedId, name: String) -> Result<(), StoreFault> {
        let cells = [key(id.home()), vec![Cell::from(id.0), Cell::Text(name)]].concat();
        self.execute_feed(statements::FORGET_FEED_ENTRY, cells).await.map(drop)
    }

    async fn execute_feed(&self, text: &'static str, cells: Vec<Cell>) -> Result<u64, StoreFault> {
        self.aside(Box::new(move |session| Box::pin(async move { session.execute(text, &cells).await })))
            .await
    }
}
