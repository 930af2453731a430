//! Series: one slot that recurs, read into a slot of its own for each occurrence.
//!
//! The rule is RFC 5545's and counts on the wall of the series' zone. An occurrence is named by where the rule has
//! it, so that one that is moved keeps its slot. How a series is written over (moved, parted, ended) is
//! [`crate::series`]'s. Start at [`SeriesDoc`], then at [`Walked`].

use std::collections::BTreeMap;

use dayshelf_core::ids::SeriesId;
use dayshelf_core::limits::TITLE_CHARS_MAX;
use dayshelf_core::plan::{Plan, PlanApplied, PlanPool, PlanSlot};
use dayshelf_core::series::{PlanSeries, Planned, Reach, SeriesSpec};
use dayshelf_core::time::{Instant, LocalTime, Span};
use dayshelf_ical::anchor::SpanText;
use dayshelf_ical::object::Object;
use dayshelf_ical::recur::rule::Rule;
use dayshelf_ical::recur::{AHEAD_DAYS, Asked, Expansion, occurrences};
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::Zone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::build::{Reader, applied_to, below};
use super::doc::{PoolDoc, SlotDoc};
use super::template::{ScalarDoc, TemplateText};
use super::{Context, Mistakes};
use crate::problem::Problem;
use crate::range::DaysAhead;
use crate::series::course::is_of_days;

/// Days ahead for which occurrences are made where the plan does not say it.
const DAYS_AHEAD: u32 = 180;
/// Days ahead at most: as far as rules are walked.
pub(crate) const DAYS_AHEAD_MAX: u32 = 730;
/// Occurrences of one series at most.
const OCCURRENCES_MAX: usize = dayshelf_core::limits::OCCURRENCES_MAX;
/// An occurrence's name depends on those before it on its day, so the walk begins so much earlier.
const NAMES_MS: i64 = 2 * 86_400_000;
/// Where a rule makes nothing within the two years that are walked, it is walked again after so long.
const AGAIN_MS: i64 = 180 * 86_400_000;
/// The last second before the year 9999, after which there are no times.
const LATEST: Moment = Moment(253_370_764_800_000);
/// A day.
const DAY_MS: i64 = 86_400_000;

/// A slot that recurs. Each occurrence is a slot of its own: its slug is the series' key and its date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SeriesDoc {
    /// Its name.
    pub key: String,
    /// What the slugs of its slots begin with; the key when left out.
    #[serde(default)]
    pub slug: Option<String>,
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
    #[serde(default, deserialize_with = "DaysAhead::read_option")]
    #[schema(minimum = 1, maximum = 730)]
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
    /// Pools that every occurrence has of its own: a hyphen and its date follow the key, and the date its title, which is the
    /// series' own when left out.
    #[serde(default)]
    pub pools: Vec<PoolDoc>,
}

/// An occurrence that is otherwise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
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

/// An occurrence on the wall.
struct Turn {
    /// Where the rule has it.
    at: Civil,
    /// When it is, which is later where the clocks jump over it.
    wall: Civil,
    moment: Moment,
    /// Its date, with the time behind it for a second one on a day.
    name: String,
}

/// The occurrences of a series in a span of time.
pub struct Walked {
    /// Each with all that its slot gets.
    pub planned: Vec<Planned>,
    /// How far that is.
    pub reach: Reach,
}

impl SeriesDoc {
    /// A series that was kept.
    ///
    /// # Errors
    /// When it is none, as one of another version of the program may be.
    pub fn kept(text: &str) -> Result<Self, Problem> {
        let value = serde_json::from_str(text);
        crate::body::read_value(value.map_err(|error| Problem::body_not_json(error.line(), error.column()))?)
    }

    /// What is kept of it.
    pub fn spec(&self) -> SeriesSpec {
        SeriesSpec {
            key: self.key.clone(),
            title: self.title.clone(),
            zone: self.zone.clone().unwrap_or_default(),
            // A document of text, numbers and lists always is JSON.
            text: serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Names the zone that it has, so that it keeps it when its organiser has another.
    ///
    /// # Errors
    /// When there is no such zone.
    pub fn settled(mut self, context: &Context<'_>) -> Result<Self, Mistakes> {
        let mut reader = Reader::new(context);
        let zone = reader.zone_of(self.zone.as_deref(), "");
        zone.iter().for_each(|zone| reader.means_something(&self, "", zone));
        self.zone = zone.map(|zone| zone.name().to_owned());
        reader.finish(self)
    }

    /// Checks that the starts that are written out exist, as far as they are others than before.
    ///
    /// # Errors
    /// Those that the clocks of its zone jump over.
    pub fn starts_exist(&self, before: &Self, context: &Context<'_>) -> Result<(), Mistakes> {
        let mut reader = Reader::new(context);
        if let Some(zone) = reader.zone_of(self.zone.as_deref(), "") {
            reader.starts_exist((self, Some(before)), "", &zone);
        }
        reader.finish(())
    }

    /// How far ahead it has slots, from an instant.
    pub fn ahead(&self, now: Instant) -> Instant {
        now.plus(Span(i64::from(self.days()) * DAY_MS))
    }

    pub(crate) fn days(&self) -> u32 {
        self.days_ahead.unwrap_or(DAYS_AHEAD)
    }

    /// Its occurrences that start within a span, with all that their slots get.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn walk(
        &self,
        span: (Instant, Instant),
        template: Option<TemplateText>,
        context: &Context<'_>,
    ) -> Result<Walked, Mistakes> {
        let mut reader = Reader::new(context);
        let templates: Vec<TemplateText> = template.into_iter().collect();
        let walked = reader.walked(self, "", (span, &templates));
        reader.finish(walked).and_then(|walked| walked.ok_or_else(Mistakes::default))
    }

    /// It as the lines of iCalendar that a rule is walked from.
    pub(crate) fn object(&self, zone: &Zone) -> Option<Object> {
        let start = Civil::parse(&self.start)?;
        let mut lines =
            format!("DTSTART;TZID={}:{}\nRRULE:{}\n", zone.name(), basic(start), one_line(&self.rule));
        for (name, list) in [("RDATE", &self.also), ("EXDATE", &self.except)] {
            for text in list {
                lines.push_str(&format!("{name};TZID={}:{}\n", zone.name(), basic(Civil::parse(text)?)));
            }
        }
        let text = format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:series\n{lines}END:VEVENT\nEND:VCALENDAR\n");
        Object::read(text).ok()
    }
}

impl Reader<'_> {
    /// A series of a plan: its slots that lie ahead become slots of the plan.
    pub(super) fn series(
        &mut self,
        doc: &SeriesDoc,
        path: &str,
        (plan, templates): (&mut Plan, &[TemplateText]),
    ) {
        let zone = self.zone_of(doc.zone.as_deref(), path);
        let Some(zone) = zone else { return };
        self.means_something(doc, path, &zone);
        let zone = zone.name().to_owned();
        if plan.series.iter().any(|other| other.spec.key == doc.key) {
            let sentence =
                format!("another series of this plan is called {:?}; `slug` may be the same", doc.key);
            self.flaw(Problem::value_wrong(&below(path, "key"), &sentence));
            return;
        }
        let doc = SeriesDoc { zone: Some(zone), ..doc.clone() };
        let now = self.context.now;
        let Some(walked) = self.walked(&doc, path, ((now, doc.ahead(now)), templates)) else { return };
        let slot = |planned: &Planned| (planned.slot.spec.slug.clone(), planned.at);
        plan.series.push(PlanSeries {
            id: SeriesId((self.context.mint)()),
            spec: doc.spec(),
            reach: walked.reach,
            slots: walked.planned.iter().map(slot).collect(),
        });
        for planned in walked.planned {
            plan.pools.extend(planned.pools);
            plan.applied.extend(planned.applied);
            plan.slots.push(planned.slot);
        }
    }

    /// The occurrences of a series in a span, and when the next one after it is due.
    fn walked(
        &mut self,
        doc: &SeriesDoc,
        path: &str,
        (span, templates): ((Instant, Instant), &[TemplateText]),
    ) -> Option<Walked> {
        let zone = self.zone_of(doc.zone.as_deref(), path)?;
        let (turns, reach) = self.turns(doc, path, (&zone, span))?;
        let named = doc.template.as_ref();
        let template = templates.iter().find(|text| Some(&text.names().0) == named);
        let dated = template.is_some_and(|text| text.has_parameter("date"));
        let mut planned = Vec::with_capacity(turns.len());
        for turn in turns {
            planned.extend(self.occurrence(doc, path, (&turn, dated, templates)));
        }
        Some(Walked { planned, reach })
    }

    fn occurrence(
        &mut self,
        doc: &SeriesDoc,
        path: &str,
        (turn, dated, templates): (&Turn, bool, &[TemplateText]),
    ) -> Option<Planned> {
        let place = doc.changes.iter().position(|own| Civil::parse(&own.occurrence) == Some(turn.at));
        let own = place.map(|place| &doc.changes[place]);
        let (length, at) = match own.and_then(|own| own.length.as_deref()) {
            Some(length) => (length, format!("changes[{}].length", place.unwrap_or_default())),
            None => (doc.length.as_str(), "length".to_owned()),
        };
        let length = self.span(Some(length), &below(path, &at), Span::hours(1))?;
        let start = match (place, own.and_then(|own| own.start.clone())) {
            (Some(place), Some(start)) => {
                let zone = self.zone_of(doc.zone.as_deref(), path)?;
                self.wall(&start, &below(path, &format!("changes[{place}].start")), &zone)?;
                start
            }
            _ => turn.wall.to_string(),
        };
        let seconds = length.0 / 1_000;
        let end = match Civil::parse(&start).is_some_and(|start| is_of_days(start, seconds)) {
            true => format!("start + {}d", seconds / 86_400),
            false => format!("start + {}", SpanText(seconds.unsigned_abs())),
        };
        let date = &turn.name;
        let mut with = doc.with.clone();
        if dated {
            with.entry("date".to_owned()).or_insert_with(|| ScalarDoc::Text(date.clone()));
        }
        let slot = SlotDoc {
            slug: format!("{}-{date}", doc.slug.as_ref().unwrap_or(&doc.key)),
            title: own.and_then(|own| own.title.clone()).unwrap_or_else(|| doc.title.clone()),
            story: doc.story.clone(),
            image: doc.image.clone(),
            place: own.and_then(|own| own.place.clone()).unwrap_or_else(|| doc.place.clone()),
            zone: doc.zone.clone(),
            start,
            end,
            publish: doc.publish,
            template: doc.template.clone(),
            with,
            products: None,
            extras: Vec::new(),
            faqs: Vec::new(),
            windows: Vec::new(),
            offers: Vec::new(),
            fulfilments: Vec::new(),
            blocks: Vec::new(),
        };
        let (planned, parts): (PlanSlot, _) = self.slot(&slot, path, (templates, None))?;
        let applied: Option<PlanApplied> = applied_to(&slot, parts);
        let own = |pool: &PoolDoc| PoolDoc {
            key: format!("{}-{date}", pool.key),
            title: Some(titled(doc, pool, date)),
            ..pool.clone()
        };
        let pools: Vec<PlanPool> = doc.pools.iter().map(|pool| self.pool(&own(pool))).collect();
        Some(Planned { at: LocalTime(turn.at.0), slot: planned, pools, applied })
    }

    /// Where the rule has its occurrences that start in a span.
    fn turns(
        &mut self,
        doc: &SeriesDoc,
        path: &str,
        (zone, (from, until)): (&Zone, (Instant, Instant)),
    ) -> Option<(Vec<Turn>, Reach)> {
        self.civil(&doc.start, &below(path, "start"))?;
        // Once, and not at each of its dates.
        let length = self.span(Some(&doc.length), &below(path, "length"), Span::hours(1))?;
        if length.0 <= 0 {
            let sentence = "write a length above zero, as \"90m\"";
            self.flaw(Problem::value_wrong(&below(path, "length"), sentence));
            return None;
        }
        for (list, field) in [(&doc.also, "also"), (&doc.except, "except")] {
            for (text, place) in list.iter().zip(0_usize..) {
                self.civil(text, &below(path, &format!("{field}[{place}]")))?;
            }
        }
        if let Some(place) = doc.pools.iter().position(|pool| pool.nights.is_some()) {
            let sentence = "nights are dates, and every occurrence has this pool anew; put a pool of nights under `pools` \
                            of the plan, and let the slots that need it draw on it";
            self.flaw(Problem::value_wrong(&below(path, &format!("pools[{place}].nights")), sentence));
            return None;
        }
        if !(1..=DAYS_AHEAD_MAX).contains(&doc.days()) {
            let sentence = format!("write 1 to {DAYS_AHEAD_MAX} days");
            self.flaw(Problem::value_wrong(&below(path, "days_ahead"), &sentence));
            return None;
        }
        let object = doc.object(zone);
        let asked = Asked { from: Moment(from.0 - NAMES_MS), until: Moment(until.0) };
        let found = object.as_ref().and_then(|object| self.expanded(object, zone, asked));
        let is_whole = |found: &Expansion| {
            let whole = found.unread.is_empty() && found.stopped.is_none();
            whole && found.occurrences.len() <= OCCURRENCES_MAX
        };
        // One that begins far ahead makes nothing yet; what it will make then is seen now.
        let first = object.as_ref().is_some_and(|object| {
            self.begins(object, zone, doc.days()).is_some_and(|found| is_whole(&found))
        });
        let Some(found) = found.filter(|found| first && is_whole(found)) else {
            let example = "write one as \"FREQ=WEEKLY;BYDAY=FR\"";
            let sentence = match Rule::parse(&doc.rule) {
                Err(flaw) => format!("{flaw}; {example}"),
                Ok(_) => {
                    format!("this is no rule that makes at most {OCCURRENCES_MAX} occurrences; {example}")
                }
            };
            self.flaw(Problem::value_wrong(&below(path, "rule"), &sentence));
            return None;
        };
        let mut turns = named(&found, zone);
        turns.retain(|turn| turn.moment.0 >= from.0);
        let ends = Rule::parse(&doc.rule).is_ok_and(|rule| rule.until.is_some() || rule.count.is_some());
        let next = object.and_then(|object| self.next(&object, zone, (Moment(until.0), ends)));
        let due = match next {
            Some(next) => Some(Instant(next.0).plus(Span(-i64::from(doc.days()) * DAY_MS))),
            None => (!ends).then(|| until.plus(Span(AGAIN_MS))),
        };
        Some((turns, Reach { until, due }))
    }

    fn expanded(&self, object: &Object, zone: &Zone, asked: Asked) -> Option<Expansion> {
        let legend = object.legend(self.context.zones, zone);
        let asked = asked.not_beyond(Moment(self.context.now.0));
        occurrences(object.master(), object.overrides(), &legend, asked).ok()
    }

    /// The occurrences of the first days of a series, so many as slots are made for at once.
    fn begins(&self, object: &Object, zone: &Zone, days: u32) -> Option<Expansion> {
        let legend = object.legend(self.context.zones, zone);
        let from = object.master().span(&legend).ok()?.start.moment();
        let until = LATEST.min(from.plus_seconds(i64::from(days) * DAY_MS / 1_000));
        occurrences(object.master(), object.overrides(), &legend, Asked { from, until }).ok()
    }

    /// The first occurrence from an instant on. A rule that ends is followed to its end, however far ahead it begins.
    fn next(&self, object: &Object, zone: &Zone, (from, ends): (Moment, bool)) -> Option<Moment> {
        let now = Moment(self.context.now.0);
        let until = if ends { LATEST } else { LATEST.min(now.plus_seconds(AHEAD_DAYS * 86_400)) };
        let legend = object.legend(self.context.zones, zone);
        let found = occurrences(object.master(), object.overrides(), &legend, Asked { from, until }).ok()?;
        found.occurrences.first().map(|one| one.original.moment())
    }

    pub(super) fn civil(&mut self, text: &str, field: &str) -> Option<Civil> {
        let read = Civil::parse(text);
        if read.is_none() {
            let sentence = format!("{text:?} is no wall-clock time; write 2026-12-04T18:00");
            self.flaw(Problem::value_wrong(field, &sentence));
        }
        read
    }
}

/// The occurrences with their names.
fn named(found: &Expansion, zone: &Zone) -> Vec<Turn> {
    let mut days: BTreeMap<String, u32> = BTreeMap::new();
    let mut turns = Vec::with_capacity(found.occurrences.len());
    for one in &found.occurrences {
        let (at, moment) = (one.original.local, one.original.moment());
        let text = at.to_string();
        let (day, clock) = text.split_once('T').unwrap_or((&text, ""));
        let nth = days.entry(day.to_owned()).or_default();
        *nth += 1;
        // A second one on a day has its time behind it too.
        let name = match *nth {
            1 => day.to_owned(),
            _ => format!("{day}-{}", clock.get(..5).unwrap_or(clock).replace(':', "")),
        };
        turns.push(Turn { at, wall: zone.local(moment), moment, name });
    }
    turns
}

/// What an occurrence's own pool is called, so that people tell it from those of other dates: by its title, or else by
/// the series, and the date.
fn titled(doc: &SeriesDoc, pool: &PoolDoc, date: &str) -> String {
    let name = match (&pool.title, doc.pools.len()) {
        (Some(title), _) => title.clone(),
        (None, 1) => doc.title.clone(),
        (None, _) => format!("{}: {}", doc.title, pool.key),
    };
    let room = TITLE_CHARS_MAX.saturating_sub(date.len() + 2);
    format!("{}, {date}", name.chars().take(room).collect::<String>())
}

/// A wall-clock time as iCalendar writes it.
fn basic(at: Civil) -> String {
    at.to_string().chars().filter(|letter| !matches!(letter, '-' | ':')).collect()
}

/// A rule can't end its line and begin another property.
fn one_line(rule: &str) -> String {
    rule.chars().filter(|letter| !letter.is_control()).collect()
}
