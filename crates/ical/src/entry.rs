//! What one VEVENT says: the fields that mean something, read once.
//!
//! What can't be read is listed in [`Entry::unread`], never guessed. Zones are not looked up here, but for the ends
//! of an entry ([`Entry::span`]). Start at [`Entry::read`].

use crate::document::{ComponentAt, Node};
use crate::text::property::Property;
use crate::text::value::{Duration, Time, parts, unescaped};
use crate::time::{Civil, Moment};
use crate::zone::legend::{Legend, Place, Question};

/// Dates that are read from the RDATEs and EXDATEs of one entry at most.
const DATES_MAX: usize = 10_000;

/// A VEVENT's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is in its document.
    pub at: ComponentAt,
    /// Its name for ever.
    pub uid: Option<String>,
    /// When it starts.
    pub start: Option<Time>,
    /// When it ends.
    pub end: End,
    /// Which occurrence of its series it stands for.
    pub recurrence_id: Option<Time>,
    /// Whether it stands for that occurrence and all after it.
    pub and_future: bool,
    /// The values of its RRULEs.
    pub rules: Vec<String>,
    /// More occurrences: when they start, and when they end if that is their own.
    pub added: Vec<(Time, End)>,
    /// Occurrences that are left out.
    pub excepted: Vec<Time>,
    /// Its title.
    pub summary: Option<String>,
    /// Its text.
    pub description: Option<String>,
    /// Where it is.
    pub location: Option<String>,
    /// What it is filed under.
    pub categories: Vec<String>,
    /// Its status in capital letters.
    pub status: Option<String>,
    /// How often it was changed.
    pub sequence: u32,
    /// Names of properties whose value can't be read.
    pub unread: Vec<String>,
}

/// How an entry says when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// At a time.
    At(Time),
    /// After a while.
    After(Duration),
    /// Not at all: a whole day lasts one day, a time no time.
    Open,
}

/// When an entry is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// When it starts.
    pub start: Place,
    /// When it ends, never before its start.
    pub end: Place,
}

/// Why an entry has no span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoSpan {
    /// It has no start that can be read.
    NoStart,
    /// Nobody knows its zone.
    Zone(Question),
}

impl From<Question> for NoSpan {
    fn from(question: Question) -> Self {
        Self::Zone(question)
    }
}

impl Entry {
    /// Reads a VEVENT.
    pub fn read(node: Node<'_>) -> Self {
        let mut fields = Fields { node, unread: Vec::new() };
        let recurrence_id = fields.time("RECURRENCE-ID");
        let range = node.property("RECURRENCE-ID").and_then(|property| property.param("RANGE"));
        let text = |name| node.text(name).filter(|text| !text.is_empty());
        let categories = node.named("CATEGORIES").flat_map(|property| parts(&property.value));
        Self {
            at: node.at(),
            uid: text("UID").map(|uid| uid.trim().to_owned()).filter(|uid| !uid.is_empty()),
            start: fields.time("DTSTART"),
            end: fields.end(),
            recurrence_id,
            and_future: range.is_some_and(|range| range.eq_ignore_ascii_case("THISANDFUTURE")),
            rules: node.named("RRULE").map(|property| property.value.trim().to_owned()).collect(),
            added: fields.added(),
            excepted: fields.excepted(),
            summary: text("SUMMARY"),
            description: text("DESCRIPTION"),
            location: text("LOCATION"),
            categories: categories
                .map(|part| unescaped(part).trim().to_owned())
                .filter(|part| !part.is_empty())
                .collect(),
            status: text("STATUS").map(|status| status.trim().to_ascii_uppercase()),
            sequence: node
                .property("SEQUENCE")
                .and_then(|property| property.value.trim().parse().ok())
                .unwrap_or(0),
            unread: fields.unread,
        }
    }

    /// Whether it is one of a series that its own fields describe.
    pub const fn is_series(&self) -> bool {
        !self.rules.is_empty() || !self.added.is_empty()
    }

    /// When it is.
    ///
    /// A zone on one end only counts for both. An end before the start is read as the start.
    ///
    /// # Errors
    /// When it has no start, or a zone is a question.
    pub fn span(&self, legend: &Legend) -> Result<Span, NoSpan> {
        let mut start = self.start.clone().ok_or(NoSpan::NoStart)?;
        if let (Time::Floating(local), End::At(Time::Zoned { tzid, .. })) = (&start, &self.end) {
            start = Time::Zoned { tzid: tzid.clone(), local: *local };
        }
        let start = legend.place(&start)?;
        let end = self.end.place(&start, legend)?;
        Ok(Span { start, end })
    }
}

impl End {
    /// Where something ends that starts there.
    ///
    /// # Errors
    /// When its zone is a question.
    pub fn place(&self, start: &Place, legend: &Legend) -> Result<Place, Question> {
        let end = match self {
            Self::At(Time::Floating(local) | Time::Date(local)) => start.with(*local),
            Self::At(time) => legend.place(time)?,
            Self::After(duration) => duration.behind(start),
            Self::Open if start.whole_day => start.with(start.local.plus_days(1)),
            Self::Open => start.clone(),
        };
        Ok(if end.moment() < start.moment() { start.clone() } else { end })
    }
}

impl Duration {
    /// Days on the wall first, then the exact rest; between whole days all of it is on the wall.
    fn behind(self, start: &Place) -> Place {
        let day = start.local.plus_days(self.days);
        if start.whole_day {
            return start.with(Civil(day.0.saturating_add(self.seconds)));
        }
        let from = if self.days == 0 { start.moment() } else { start.zone.moment(day) };
        start.with(start.zone.shown(from.plus_seconds(self.seconds)))
    }
}

impl Span {
    /// The moments of both ends.
    pub fn moments(&self) -> (Moment, Moment) {
        (self.start.moment(), self.end.moment())
    }
}

/// A VEVENT while it is read.
struct Fields<'d> {
    node: Node<'d>,
    unread: Vec<String>,
}

impl Fields<'_> {
    fn time(&mut self, name: &str) -> Option<Time> {
        let property = self.node.property(name)?;
        let time = Time::of(property);
        if time.is_none() {
            self.unread.push(name.to_owned());
        }
        time
    }

    fn end(&mut self) -> End {
        if let Some(time) = self.time("DTEND") {
            return End::At(time);
        }
        let Some(property) = self.node.property("DURATION") else { return End::Open };
        match Duration::parse(&property.value) {
            Some(duration) => End::After(duration),
            None => {
                self.unread.push("DURATION".to_owned());
                End::Open
            }
        }
    }

    fn added(&mut self) -> Vec<(Time, End)> {
        self.dates("RDATE", |text, property| {
            let (start, end) = text.split_once('/').map_or((text, None), |(start, end)| (start, Some(end)));
            let tzid = property.param("TZID");
            let end = match end {
                None => End::Open,
                Some(end) => {
                    Time::parse(end, tzid).map(End::At).or_else(|| Duration::parse(end).map(End::After))?
                }
            };
            Some((Time::parse(start, tzid)?, end))
        })
    }

    fn excepted(&mut self) -> Vec<Time> {
        self.dates("EXDATE", |text, property| Time::parse(text, property.param("TZID")))
    }

    /// The values of all properties of this name, each a list.
    fn dates<T>(&mut self, name: &str, read: impl Fn(&str, &Property) -> Option<T>) -> Vec<T> {
        let mut found = Vec::new();
        for property in self.node.named(name) {
            for text in property.value.split(',').filter(|text| !text.trim().is_empty()) {
                match read(text, property) {
                    Some(date) if found.len() < DATES_MAX => found.push(date),
                    _ => self.unread.push(name.to_owned()),
                }
                // One name is enough to say what can't be read.
                self.unread.dedup();
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::zone::Zones;

    /// The span of an entry of these lines, in a calendar of Berlin, as its two moments.
    fn span(lines: &str) -> Result<String, NoSpan> {
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}\nEND:VEVENT\nEND:VCALENDAR\n");
        let document = Document::read(text).unwrap();
        let zones = Zones::bundled();
        let legend = Legend::of(&document, &zones, zones.zone("Europe/Berlin").unwrap());
        let entry = Entry::read(document.nodes("VEVENT").next().unwrap());
        let (start, end) = entry.span(&legend)?.moments();
        Ok(format!("{start} {end}").replace(":00.000Z", "").replace("2026-", ""))
    }

    /// All ways to say when an entry is, the odd ones that calendars have among them.
    #[test]
    fn spans() {
        for (lines, moments) in [
            ("DTSTART;TZID=America/New_York:20261204T180000\nDURATION:PT90M", "12-04T23:00 12-05T00:30"),
            ("DTSTART:20261204T180000\nDTEND:20261204T190000", "12-04T17:00 12-04T18:00"),
            (
                "DTSTART;TZID=America/New_York:20261204T180000\nDTEND:20261204T190000",
                "12-04T23:00 12-05T00:00",
            ),
            (
                "DTSTART:20261204T180000\nDTEND;TZID=America/New_York:20261204T190000",
                "12-04T23:00 12-05T00:00",
            ),
            ("DTSTART;VALUE=DATE:20261204", "12-03T23:00 12-04T23:00"),
            ("DTSTART;VALUE=DATE:20261024\nDURATION:P2D", "10-23T22:00 10-25T23:00"),
            ("DTSTART;VALUE=DATE:20261024\nDURATION:PT24H", "10-23T22:00 10-24T22:00"),
            ("DTSTART:20261025T010000\nDURATION:P1D", "10-24T23:00 10-26T00:00"),
            ("DTSTART:20261025T010000\nDURATION:PT24H", "10-24T23:00 10-25T23:00"),
            ("DTSTART:20261204T180000Z\nDTEND:20261204T170000Z", "12-04T18:00 12-04T18:00"),
        ] {
            assert_eq!(span(lines).as_deref(), Ok(moments), "{lines}");
        }
        assert_eq!(span("SUMMARY:x"), Err(NoSpan::NoStart));
        assert!(matches!(span("DTSTART;TZID=Nowhere:20261204T180000"), Err(NoSpan::Zone(_))));
    }

    /// Fields are read without their escapes, and what can't be read is named.
    #[test]
    fn fields() {
        let text = "BEGIN:VEVENT\nUID: 1 \nSUMMARY:A\\, b\nCATEGORIES:drop,a\\,b\nCATEGORIES:c\nRRULE:FREQ=DAILY\nRDATE;VALUE=PERIOD:20261204T180000Z/PT1H,20261205T180000Z\nEXDATE:x,20261204\nSTATUS:confirmed\nDURATION:long\nSEQUENCE:3\nEND:VEVENT\n";
        let document = Document::read(text).unwrap();
        let entry = Entry::read(document.nodes("VEVENT").next().unwrap());
        assert_eq!((entry.uid.as_deref(), entry.summary.as_deref()), (Some("1"), Some("A, b")));
        assert_eq!(entry.categories, ["drop", "a,b", "c"]);
        assert_eq!((entry.added.len(), entry.excepted.len(), entry.sequence), (2, 1, 3));
        assert_eq!(entry.status.as_deref(), Some("CONFIRMED"));
        assert_eq!(entry.unread, ["DURATION", "EXDATE"]);
    }
}
