//! Calendars of others that are read again and again, in JSON: what is subscribed to, and what the last reading came to.
//!
//! An entry of such a feed becomes a draft, as in an import, and is remembered; what is compared then is in
//! [`memory`]. Start at [`FeedRequest`].

pub mod memory;

use dayshelf_core::time::Span;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::LABEL_CHARS_MAX;
use crate::endpoint::URL_CHARS_MAX;
use crate::import::QuestionShape;
use crate::name::{FeedRef, SeriesRef, SlotRef};
use crate::problem::Problem;
use crate::range::Minutes;
use crate::stock::text;
use crate::time::At;

/// Minutes between two readings, at least: whoever publishes a calendar is not to be bothered.
pub const MINUTES_MIN: u32 = 15;
/// Minutes between two readings, at most: a week.
pub const MINUTES_MAX: u32 = 10_080;
/// Minutes between two readings where nobody says it.
pub const MINUTES_USUAL: u32 = 60;
/// Feeds of one organiser.
pub const FEEDS_MAX: usize = 20;

/// A calendar to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedRequest {
    /// Its address: `https://`, or `webcal://`, which is the same.
    #[schema(example = "https://example.org/kiln.ics", max_length = 2000)]
    pub url: String,
    /// What it is called.
    #[schema(example = "The workshop's calendar", max_length = 100)]
    pub title: String,
    /// The zone of times that name none; the organiser's if left out.
    #[serde(default)]
    pub zone: Option<String>,
    /// The answer to the question which zone is meant, for all that ask it.
    #[serde(default)]
    pub unknown_zone: Option<String>,
    /// Minutes between two readings, 15 to 10080; 60 if left out.
    #[serde(default, deserialize_with = "Minutes::read_option")]
    #[schema(minimum = 15, maximum = 10080)]
    pub minutes: Option<u32>,
}

/// What shall be otherwise about a feed; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FeedChangeRequest {
    /// What it is called.
    #[serde(default)]
    pub title: Option<String>,
    /// The zone of times that name none; empty for the organiser's.
    #[serde(default)]
    pub zone: Option<String>,
    /// The answer to the question which zone is meant; empty for none.
    #[serde(default)]
    pub unknown_zone: Option<String>,
    /// Minutes between two readings.
    #[serde(default, deserialize_with = "Minutes::read_option")]
    #[schema(minimum = 15, maximum = 10080)]
    pub minutes: Option<u32>,
}

/// A feed as its organiser sees it.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FeedShape {
    /// Its id.
    pub id: FeedRef,
    /// Its address. Whoever knows it may read the calendar.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// The zone of times that name none; null for the organiser's.
    pub zone: Option<String>,
    /// The answer to the question which zone is meant.
    pub unknown_zone: Option<String>,
    /// Minutes between two readings.
    pub minutes: u32,
    /// When it was subscribed to.
    pub made_at: At,
    /// When it was last read, or found to be as it was; null for never.
    pub read_at: Option<At>,
    /// When it is read next.
    pub next_at: At,
    /// Readings that failed since.
    pub failures: u32,
    /// Why the last one did; null when it did not.
    pub trouble: Option<String>,
    /// What the last reading that brought a calendar came to; null before the first.
    pub report: Option<FeedReport>,
}

/// What a reading of a feed came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedReport {
    /// Drafts that were made.
    pub made: Vec<FeedSlot>,
    /// Drafts that were changed, since their entries were.
    pub changed: Vec<FeedSlot>,
    /// Drafts that nobody had touched, of entries that are gone: they were discarded.
    pub discarded: Vec<FeedSlot>,
    /// Slots of entries that are gone, which stay: they are published, or somebody has worked on them.
    pub gone: Vec<FeedSlot>,
    /// What the feed says otherwise than a slot that it does not change.
    pub differences: Vec<FeedDifference>,
    /// What has to be answered before something is made of an entry.
    pub questions: Vec<FeedQuestion>,
    /// Entries, or occurrences of them, that are as they were.
    pub same: usize,
    /// Entries that are over.
    pub over: usize,
    /// Entries that are called off.
    pub cancelled: usize,
    /// Entries beyond what one reading makes.
    pub left_out: usize,
    /// Entries that recur and can be no series: their dates are made one by one, so that the calendar is read anew
    /// each day though it is the same.
    #[serde(default)]
    pub by_date: usize,
    /// Lines that make no sense, and are left out.
    pub flaws: Vec<String>,
}

/// A slot or series that a feed has made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedSlot {
    /// The slot; null for a series.
    pub slot: Option<SlotRef>,
    /// The series; null for a slot.
    pub series: Option<SeriesRef>,
    /// Its title.
    pub title: String,
}

/// Something that a feed says otherwise than the slot that it made once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedDifference {
    /// The slot; null for a series.
    pub slot: Option<SlotRef>,
    /// The series; null for a slot.
    pub series: Option<SeriesRef>,
    /// Its title.
    pub title: String,
    /// In what: `title`, `story`, `place`, `times`, or `series` for a series as a whole.
    #[schema(example = "times")]
    pub field: String,
    /// How it is.
    #[schema(example = "2026-12-04T18:00:00/2026-12-04T19:00:00 Europe/Berlin")]
    pub is: String,
    /// How the feed has it.
    pub feed: String,
}

/// Something that has to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FeedQuestion {
    /// The entry's own name.
    pub uid: Option<String>,
    /// Its title.
    pub title: String,
    /// The question.
    #[schema(example = "which zone is \"Customized Time Zone\"?")]
    pub question: String,
}

impl FeedSlot {
    /// A slot.
    pub fn slot(id: SlotRef, title: &str) -> Self {
        Self { slot: Some(id), series: None, title: title.to_owned() }
    }

    /// A series.
    pub fn series(id: SeriesRef, title: &str) -> Self {
        Self { slot: None, series: Some(id), title: title.to_owned() }
    }
}

impl From<QuestionShape> for FeedQuestion {
    fn from(shape: QuestionShape) -> Self {
        let QuestionShape { uid, title, question } = shape;
        Self { uid, title, question }
    }
}

/// What a request for a feed comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeedTerms {
    /// Its address, by https where it was `webcal://`.
    pub url: String,
    /// What it is called.
    pub title: String,
    /// Between two readings.
    pub every: Span,
}

impl FeedRequest {
    /// Checks the address, the title and the minutes.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<FeedTerms, Problem> {
        let url = text("url", &self.url, URL_CHARS_MAX)?;
        let url = match url.strip_prefix("webcal://") {
            Some(rest) => format!("https://{rest}"),
            None => url,
        };
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        let is_plain = host.is_some_and(|host| !host.is_empty() && !host.starts_with('/'));
        if !is_plain || url.chars().any(|letter| letter.is_whitespace() || letter.is_control()) {
            return Err(Problem::value_wrong("url", "the address begins with https:// or webcal://"));
        }
        let title = text("title", &self.title, LABEL_CHARS_MAX)?;
        let every = every(self.minutes.unwrap_or(MINUTES_USUAL))?;
        Ok(FeedTerms { url, title, every })
    }
}

impl FeedChangeRequest {
    /// The title and the time between two readings, where they shall be otherwise.
    ///
    /// # Errors
    /// The field that is wrong.
    pub fn checked(&self) -> Result<(Option<String>, Option<Span>), Problem> {
        let title = self.title.as_deref().map(|title| text("title", title, LABEL_CHARS_MAX)).transpose()?;
        Ok((title, self.minutes.map(every).transpose()?))
    }
}

fn every(minutes: u32) -> Result<Span, Problem> {
    if (MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
        return Ok(Span::minutes(i64::from(minutes)));
    }
    Err(Problem::value_wrong("minutes", "a feed is read every 15 to 10080 minutes"))
}

/// Whole minutes of a span.
pub fn minutes(every: Span) -> u32 {
    u32::try_from(every.0 / 60_000).unwrap_or(MINUTES_MAX)
}

impl FeedDifference {
    /// How a slot or series differs in a field.
    pub fn new(of: FeedSlot, field: &str, (is, feed): (&str, &str)) -> Self {
        let FeedSlot { slot, series, title } = of;
        Self { slot, series, title, field: field.to_owned(), is: is.to_owned(), feed: feed.to_owned() }
    }
}
