//! Series: one slot that recurs, read into a slot of its own for each occurrence.
//!
//! The rule is RFC 5545's and counts on the wall of the series' zone. An occurrence is named by where the rule has
//! it, so that one that is moved keeps its slot. Only what lies ahead is read, as far as the series says.

use std::collections::BTreeMap;

use dayshelf_core::time::Span;
use dayshelf_ical::anchor::SpanText;
use dayshelf_ical::object::Object;
use dayshelf_ical::recur::{Asked, occurrences};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zone;
use serde::Deserialize;
use utoipa::ToSchema;

use super::build::{Reader, below};
use super::doc::{PoolDoc, SlotDoc};
use super::template::ScalarDoc;
use crate::problem::Problem;

/// Days ahead for which occurrences are made where the plan does not say it.
const DAYS_AHEAD: u32 = 180;
/// Days ahead at most: as far as rules are walked.
const DAYS_AHEAD_MAX: u32 = 730;
/// Occurrences of one series at most.
const OCCURRENCES_MAX: usize = 1_000;

/// A slot that recurs. Each occurrence is a slot of its own: its slug is the series' key and its date.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesDoc {
    /// Its name; the slugs of its slots begin with it.
    pub key: String,
    /// The title of its slots.
    pub title: String,
    /// The story, plain text in paragraphs.
    #[serde(default)]
    pub story: String,
    /// The picture's address.
    #[serde(default)]
    pub image: String,
    /// Where it happens.
    #[serde(default)]
    pub place: String,
    /// The IANA zone; the organiser's when left out.
    #[serde(default)]
    pub zone: Option<String>,
    /// The first start, on the zone's wall.
    #[schema(example = "2026-12-04T18:00")]
    pub start: String,
    /// How long each is.
    #[schema(example = "65m")]
    pub length: String,
    /// The rule, as RFC 5545's RRULE has it.
    #[schema(example = "FREQ=WEEKLY;BYDAY=FR")]
    pub rule: String,
    /// Further starts that the rule does not make.
    #[serde(default)]
    pub also: Vec<String>,
    /// Starts that the rule makes and that are left out.
    #[serde(default)]
    pub except: Vec<String>,
    /// Occurrences that are otherwise than the rest.
    #[serde(default)]
    pub changes: Vec<OccurrenceDoc>,
    /// Days ahead for which slots are made; 180 when left out.
    #[serde(default)]
    pub days_ahead: Option<u32>,
    /// Whether its slots go on the calendar; yes when left out.
    #[serde(default = "yes")]
    pub publish: bool,
    /// The template whose blocks and offers its slots have.
    #[serde(default)]
    pub template: Option<String>,
    /// The values of the template's parameters. A parameter `date` that is not named here is the occurrence's date.
    #[serde(default)]
    pub with: BTreeMap<String, ScalarDoc>,
    /// Pools that every occurrence has of its own: a hyphen and its date follow the key.
    #[serde(default)]
    pub pools: Vec<PoolDoc>,
}

/// An occurrence that is otherwise.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OccurrenceDoc {
    /// Where the rule has it.
    #[schema(example = "2026-12-25T18:00")]
    pub occurrence: String,
    /// When it starts instead.
    #[serde(default)]
    pub start: Option<String>,
    /// How long it is instead.
    #[serde(default)]
    pub length: Option<String>,
    /// Its own title.
    #[serde(default)]
    pub title: Option<String>,
    /// Its own place.
    #[serde(default)]
    pub place: Option<String>,
}

fn yes() -> bool {
    true
}

/// One occurrence, as a slot and the pools that it has of its own.
pub(super) struct Made {
    pub slot: SlotDoc,
    pub pools: Vec<PoolDoc>,
}

impl Reader<'_> {
    /// The slots of a series that lie ahead.
    pub(super) fn series(&mut self, doc: &SeriesDoc, path: &str, dated: bool) -> Vec<Made> {
        let Some(zone) = self.zone_of(doc.zone.as_deref(), path) else { return Vec::new() };
        let Some(walls) = self.walls(doc, path, &zone) else { return Vec::new() };
        let mut days: BTreeMap<String, u32> = BTreeMap::new();
        let mut made = Vec::with_capacity(walls.len());
        for wall in walls {
            let text = wall.to_string();
            let (day, clock) = text.split_once('T').unwrap_or((&text, ""));
            let nth = days.entry(day.to_owned()).or_default();
            *nth += 1;
            // A second one on a day has its time behind it too.
            let date = match *nth {
                1 => day.to_owned(),
                _ => format!("{day}-{}", clock.get(..5).unwrap_or(clock).replace(':', "")),
            };
            made.extend(self.occurrence(doc, path, (wall, &date), dated));
        }
        made
    }

    fn occurrence(
        &mut self,
        doc: &SeriesDoc,
        path: &str,
        (wall, date): (Civil, &str),
        dated: bool,
    ) -> Option<Made> {
        let own = doc.changes.iter().find(|own| Civil::parse(&own.occurrence) == Some(wall));
        let length = own.and_then(|own| own.length.as_deref()).unwrap_or(&doc.length);
        let length = self.span(Some(length), &below(path, "length"), Span::hours(1))?;
        let length = SpanText((length.0 / 1_000).unsigned_abs());
        let mut with = doc.with.clone();
        if dated {
            with.entry("date".to_owned()).or_insert_with(|| ScalarDoc::Text(date.to_owned()));
        }
        let slot = SlotDoc {
            slug: format!("{}-{date}", doc.key),
            title: own.and_then(|own| own.title.clone()).unwrap_or_else(|| doc.title.clone()),
            story: doc.story.clone(),
            image: doc.image.clone(),
            place: own.and_then(|own| own.place.clone()).unwrap_or_else(|| doc.place.clone()),
            zone: doc.zone.clone(),
            start: own.and_then(|own| own.start.clone()).unwrap_or_else(|| wall.to_string()),
            end: format!("start + {length}"),
            publish: doc.publish,
            template: doc.template.clone(),
            with,
            products: None,
            extras: Vec::new(),
            windows: Vec::new(),
            offers: Vec::new(),
            fulfilments: Vec::new(),
            blocks: Vec::new(),
        };
        let pool = |pool: &PoolDoc| PoolDoc { key: format!("{}-{date}", pool.key), ..pool.clone() };
        Some(Made { slot, pools: doc.pools.iter().map(pool).collect() })
    }

    /// Where the rule has the occurrences that lie ahead, on the series' wall.
    fn walls(&mut self, doc: &SeriesDoc, path: &str, zone: &Zone) -> Option<Vec<Civil>> {
        let start = self.civil(&doc.start, &below(path, "start"))?;
        let mut lines =
            format!("DTSTART;TZID={}:{}\nRRULE:{}\n", zone.name(), basic(start), one_line(&doc.rule));
        for (name, list, field) in [("RDATE", &doc.also, "also"), ("EXDATE", &doc.except, "except")] {
            for (text, place) in list.iter().zip(0_usize..) {
                let at = self.civil(text, &below(path, &format!("{field}[{place}]")))?;
                lines.push_str(&format!("{name};TZID={}:{}\n", zone.name(), basic(at)));
            }
        }
        let days = doc.days_ahead.unwrap_or(DAYS_AHEAD);
        if !(1..=DAYS_AHEAD_MAX).contains(&days) {
            let sentence = format!("write 1 to {DAYS_AHEAD_MAX} days");
            self.flaw(Problem::value_wrong(&below(path, "days_ahead"), &sentence));
            return None;
        }
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:series\n{lines}END:VEVENT\nEND:VCALENDAR\n");
        let now = Moment(self.context.now.0);
        let asked = Asked { from: now, until: now.plus_seconds(i64::from(days) * 86_400) };
        let read = Object::read(text).ok().and_then(|object| {
            let legend = object.legend(self.context.zones, zone);
            occurrences(object.master(), object.overrides(), &legend, asked.not_beyond(now)).ok()
        });
        let found = read.filter(|found| found.unread.is_empty() && found.stopped.is_none());
        let Some(found) = found.filter(|found| found.occurrences.len() <= OCCURRENCES_MAX) else {
            let sentence = format!(
                "this is no rule that makes at most {OCCURRENCES_MAX} occurrences; write one as \"FREQ=WEEKLY;BYDAY=FR\""
            );
            self.flaw(Problem::value_wrong(&below(path, "rule"), &sentence));
            return None;
        };
        Some(found.occurrences.iter().map(|one| zone.local(one.original.moment())).collect())
    }

    fn civil(&mut self, text: &str, field: &str) -> Option<Civil> {
        let read = Civil::parse(text);
        if read.is_none() {
            let sentence = format!("{text:?} is no wall-clock time; write 2026-12-04T18:00");
            self.flaw(Problem::value_wrong(field, &sentence));
        }
        read
    }
}

/// A wall-clock time as iCalendar writes it.
fn basic(at: Civil) -> String {
    at.to_string().chars().filter(|letter| !matches!(letter, '-' | ':')).collect()
}

/// A rule can't end its line and begin another property.
fn one_line(rule: &str) -> String {
    rule.chars().filter(|letter| !letter.is_control()).collect()
}
