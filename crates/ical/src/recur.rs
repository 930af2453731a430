//! Recurrence: which occurrences a series has in a span of time.
//!
//! Rules count on the wall of the zone in which the series starts ([`walk`]); each occurrence then becomes a moment,
//! one in a gap shifted and reported, one in a fold at its first time. Dates are added and left out, and overrides
//! take the place of what they name. All of it is bounded: in occurrences, in steps, and by the span asked for.
//! Start at [`occurrences`].

use std::collections::BTreeMap;

use crate::document::ComponentAt;
use crate::entry::{End, Entry, NoSpan, Span};
use crate::object::diff::Which;
use crate::text::value::Time;
use crate::time::{Civil, Moment};
use crate::zone::legend::{Legend, Place};
use crate::zone::{Resolution, Zone};

mod days;
pub mod rule;
pub mod split;
pub mod walk;

use rule::{NoRule, Rule};
use walk::{OutOfSteps, Steps, Walk};

/// Occurrences of one object at most.
pub const OCCURRENCES_MAX: usize = 5_000;
/// Days ahead of now up to which occurrences are looked for: two years.
pub const AHEAD_DAYS: i64 = 731;
/// Steps of all rules of one object at most: some ten milliseconds.
pub const STEPS_MAX: u64 = 1_000_000;
/// Around an edge of the span asked for, when the clocks change near it: no gap and no fold is longer.
const MARGIN_SECONDS: i64 = 2 * 86_400;
/// How far before the span an occurrence may start that reaches into it.
const LENGTH_MAX_SECONDS: i64 = 400 * 86_400;

/// The time that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Occurrences that end later than this, or start at it.
    pub from: Moment,
    /// Occurrences that start before this.
    pub until: Moment,
}

/// One of a series, or the only one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Where the series has it: what its RECURRENCE-ID says.
    pub original: Place,
    /// When it is.
    pub span: Span,
    /// The VEVENT that describes it: the master or an override.
    pub entry: ComponentAt,
    /// The clocks jump over its start, which is read as later by the gap.
    pub is_shifted: bool,
}

/// The occurrences of an object in a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// By start.
    pub occurrences: Vec<Occurrence>,
    /// Why there may be more.
    pub stopped: Option<Stopped>,
    /// Rules that can't be read, so that their occurrences are missing.
    pub unread: Vec<NoRule>,
    /// The steps that it took: [`STEPS_MAX`] at most.
    pub steps: u64,
}

/// Why expanding ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// More than [`OCCURRENCES_MAX`].
    Occurrences,
    /// More than [`STEPS_MAX`].
    Steps,
}

impl Asked {
    /// The same, but not more than two years ahead of now.
    #[must_use]
    pub fn not_beyond(self, now: Moment) -> Self {
        Self { until: self.until.min(now.plus_seconds(AHEAD_DAYS * 86_400)), ..self }
    }
}

/// The occurrences of an entry and its overrides.
///
/// ```
/// use dayshelf_ical::{object::Object, recur::{Asked, occurrences}, time::Moment, zone::Zones};
/// let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260327T023000\n\
///     RRULE:FREQ=DAILY;COUNT=4\nEND:VEVENT\nEND:VCALENDAR\n";
/// let (object, zones) = (Object::read(text).unwrap(), Zones::bundled());
/// let legend = object.legend(&zones, &zones.zone("Europe/Berlin").unwrap());
/// let asked = Asked { from: Moment(0), until: Moment(4_000_000_000_000) };
/// let found = occurrences(object.master(), object.overrides(), &legend, asked).unwrap();
/// // On the 29th the clocks jump from two to three: that one is shifted, and says so.
/// assert_eq!(found.occurrences.iter().map(|one| one.is_shifted).collect::<Vec<_>>(), [false, false, true, false]);
/// ```
///
/// # Errors
/// When the entry has no start, or its zone is a question.
pub fn occurrences(
    master: &Entry,
    overrides: &[Entry],
    legend: &Legend,
    asked: Asked,
) -> Result<Expansion, NoSpan> {
    let series = Series::of(master, overrides, legend)?;
    let mut found = Expansion::default();
    let walls = series.walls(asked, legend, &mut found);
    let mut seen = 0;
    for (local, end) in walls {
        if let Some(one) = series.occurrence(local, end.as_ref(), legend)
            && asked.touches(&one.span)
        {
            seen += 1;
            if seen > OCCURRENCES_MAX {
                found.stopped = Some(Stopped::Occurrences);
                break;
            }
            found.occurrences.push(one);
        }
    }
    let moved = series.overrides.values().filter_map(|change| Some((change, change.span(legend).ok()?)));
    for (change, span) in moved.filter(|(_, span)| asked.touches(span)) {
        found.occurrences.push(change.occurrence(span));
    }
    found.occurrences.sort_by_key(|one| one.span.start.moment());
    found.occurrences.truncate(OCCURRENCES_MAX);
    Ok(found)
}

impl Asked {
    fn touches(self, span: &Span) -> bool {
        let (start, end) = span.moments();
        start < self.until && (end > self.from || start >= self.from)
    }
}

/// A series with its exceptions by the moment or day that they name.
struct Series<'e> {
    master: &'e Entry,
    start: Place,
    length: Length,
    excepted: Vec<Which>,
    overrides: BTreeMap<Which, Override<'e>>,
    /// Overrides that go for all that follow, by where they begin.
    changes: Vec<Change<'e>>,
}

/// An override with where the series has what it stands for.
struct Override<'e> {
    entry: &'e Entry,
    original: Place,
}

/// What is otherwise from one occurrence on.
struct Change<'e> {
    from: Moment,
    /// How much later on the wall.
    by_seconds: i64,
    length: Length,
    entry: &'e Entry,
}

/// How long each occurrence is.
#[derive(Clone)]
enum Length {
    /// As its own fields say: days on the wall.
    Said(End),
    /// As long as the first, to the second.
    Exact(i64),
}

impl<'e> Series<'e> {
    fn of(master: &'e Entry, overrides: &'e [Entry], legend: &Legend) -> Result<Self, NoSpan> {
        let span = master.span(legend)?;
        let mut series = Self {
            master,
            length: Length::of(master, &span),
            start: span.start,
            excepted: Vec::new(),
            overrides: BTreeMap::new(),
            changes: Vec::new(),
        };
        series.excepted = master.excepted.iter().map(|time| series.which(time, legend)).collect();
        series.excepted.sort();
        for entry in overrides {
            let Some(id) = &entry.recurrence_id else { continue };
            let original = series.original(id, legend);
            match entry.span(legend) {
                Ok(span) if entry.and_future => series.changes.push(Change {
                    from: original.moment(),
                    by_seconds: span.start.local.0 - original.zone_local(&span.start.zone).0,
                    length: Length::of(entry, &span),
                    entry,
                }),
                _ => {
                    series.overrides.insert(series.which(id, legend), Override { entry, original });
                }
            }
        }
        series.changes.sort_by_key(|change| change.from);
        Ok(series)
    }

    /// Which of the series a time names, whatever its form: a day, a moment, a wall-clock time.
    fn which(&self, time: &Time, legend: &Legend) -> Which {
        let original = self.original(time, legend);
        match time {
            _ if self.start.whole_day => Which::Day(original.local.at_clock(0)),
            Time::Date(day) => Which::Day(*day),
            _ => Which::At(original.moment()),
        }
    }

    /// Where the series has what a time names. A zone that nobody knows is read as the series' own.
    fn original(&self, time: &Time, legend: &Legend) -> Place {
        let local = match (legend.place(time), time) {
            (Err(_), _) | (_, Time::Date(_) | Time::Floating(_)) => time.local(),
            (Ok(_), Time::Zoned { local, .. }) if self.start.whole_day => *local,
            (Ok(place), _) => place.zone_local(&self.start.zone),
        };
        self.start.with(if self.start.whole_day { local.at_clock(0) } else { local })
    }

    /// The wall-clock times that the rules and the added dates make around the span asked for, with an end that is
    /// an added date's own.
    fn walls(&self, asked: Asked, legend: &Legend, found: &mut Expansion) -> BTreeMap<Civil, Option<End>> {
        let zone = &self.start.zone;
        let shift = self.changes.iter().map(|change| change.by_seconds.abs()).max().unwrap_or(0);
        let before = margin(zone, asked.from) + shift + LENGTH_MAX_SECONDS.min(self.length_seconds());
        let from = Civil(zone.local(asked.from).0.saturating_sub(before));
        let until = Civil(zone.local(asked.until).0.saturating_add(margin(zone, asked.until) + shift));
        let mut walls = BTreeMap::new();
        let mut steps = Steps::new(STEPS_MAX);
        let mut made = Made { walls: &mut walls, from, until };
        made.add(self.start.local, None);
        for text in &self.master.rules {
            match Rule::parse(text) {
                Ok(rule) => found.stopped = found.stopped.or(made.by(&rule, &self.start, &mut steps)),
                Err(cause) => found.unread.push(cause),
            }
        }
        found.steps = steps.taken_of(STEPS_MAX);
        for (time, end) in &self.master.added {
            let day = self.original(time, legend).local;
            // A day that is added to a series of times is at the time of the others.
            let local = match time {
                Time::Date(_) => Civil(day.0 + self.start.local.0.rem_euclid(86_400)),
                _ => day,
            };
            made.add(local, Some(end.clone()).filter(|end| *end != End::Open));
        }
        walls
    }

    fn length_seconds(&self) -> i64 {
        let of = |length: &Length| match length {
            Length::Exact(seconds) => *seconds,
            Length::Said(End::After(duration)) => i64::from(duration.days) * 86_400 + duration.seconds,
            Length::Said(_) => 86_400,
        };
        let others = self.changes.iter().map(|change| of(&change.length));
        others.chain([of(&self.length)]).max().unwrap_or(0)
    }

    /// The occurrence that the series has there, unless it is left out or has an override of its own.
    fn occurrence(&self, local: Civil, end: Option<&End>, legend: &Legend) -> Option<Occurrence> {
        let original = self.start.with(local);
        let moment = original.moment();
        let names = names_of(&original, moment);
        if names.iter().any(|name| self.excepted.binary_search(name).is_ok())
            || names.iter().any(|name| self.overrides.contains_key(name))
        {
            return None;
        }
        let change = self.changes.iter().rfind(|change| change.from <= moment);
        let (entry, later, length) = match change {
            Some(change) => (change.entry, change.by_seconds, &change.length),
            None => (self.master, 0, &self.length),
        };
        let start = original.with(Civil(local.0.saturating_add(later)));
        let end = match end {
            Some(end) => end.place(&start, legend).ok()?,
            None => length.end(&start, legend)?,
        };
        let is_shifted = start.is_in_gap();
        Some(Occurrence { original, span: Span { start, end }, entry: entry.at, is_shifted })
    }
}

/// What a RECURRENCE-ID or an EXDATE may name it by: its moment or its day.
const fn names_of(original: &Place, moment: Moment) -> [Which; 2] {
    [Which::At(moment), Which::Day(original.local.at_clock(0))]
}

/// How far the wall may be from the moment at an edge of the span asked for. Where the clocks do not change there is
/// none, so that a rule of every second is not walked for nothing.
fn margin(zone: &Zone, edge: Moment) -> i64 {
    let (from, until) = (edge.plus_seconds(-MARGIN_SECONDS), edge.plus_seconds(MARGIN_SECONDS));
    if zone.changes(from, until, 1).is_empty() { 0 } else { MARGIN_SECONDS }
}

impl Override<'_> {
    fn span(&self, legend: &Legend) -> Result<Span, NoSpan> {
        self.entry.span(legend)
    }

    fn occurrence(&self, span: Span) -> Occurrence {
        let is_shifted = span.start.is_in_gap();
        Occurrence { original: self.original.clone(), span, entry: self.entry.at, is_shifted }
    }
}

impl Place {
    /// What another zone's wall shows then; a whole day is the same day everywhere.
    fn zone_local(&self, zone: &Zone) -> Civil {
        if self.whole_day || self.zone.name() == zone.name() { self.local } else { zone.local(self.moment()) }
    }

    fn is_in_gap(&self) -> bool {
        !self.whole_day && matches!(self.zone.resolve(self.local), Resolution::Gap { .. })
    }
}

impl Length {
    fn of(entry: &Entry, span: &Span) -> Self {
        match &entry.end {
            // RFC 5545, 3.8.5.3: with a DTEND the exact length is repeated, with a DURATION the one on the wall.
            End::At(_) if !span.start.whole_day => {
                let (start, end) = span.moments();
                Self::Exact((end.0 - start.0) / 1_000)
            }
            End::At(_) => Self::Said(End::After(crate::text::value::Duration {
                days: i32::try_from((span.end.local.0 - span.start.local.0) / 86_400).unwrap_or(0),
                seconds: 0,
            })),
            other => Self::Said(other.clone()),
        }
    }

    fn end(&self, start: &Place, legend: &Legend) -> Option<Place> {
        match self {
            Self::Said(end) => end.place(start, legend).ok(),
            Self::Exact(seconds) => Some(start.with(start.zone.shown(start.moment().plus_seconds(*seconds)))),
        }
    }
}

/// Wall-clock times that are being made.
struct Made<'w> {
    walls: &'w mut BTreeMap<Civil, Option<End>>,
    from: Civil,
    until: Civil,
}

impl Made<'_> {
    fn add(&mut self, local: Civil, end: Option<End>) {
        if self.from <= local && local < self.until {
            self.walls.insert(local, end);
        }
    }

    /// Adds what a rule makes; says why it did not come to its end.
    fn by(&mut self, rule: &Rule, start: &Place, steps: &mut Steps) -> Option<Stopped> {
        let mut times = Times::new(rule, start, self.from);
        loop {
            match times.next(self.until, steps) {
                Ok(Some(time)) => self.add(time, None),
                Ok(None) => return None,
                Err(OutOfSteps) => return Some(Stopped::Steps),
            }
            if self.walls.len() > OCCURRENCES_MAX {
                return Some(Stopped::Occurrences);
            }
        }
    }
}

/// What a rule makes behind the start, one by one, up to its own end.
struct Times<'r> {
    walk: Walk<'r>,
    start: Place,
    last: Last,
    /// How many more the rule's count allows.
    left: Option<u32>,
    ready: std::vec::IntoIter<Civil>,
}

impl<'r> Times<'r> {
    fn new(rule: &'r Rule, start: &Place, from: Civil) -> Self {
        Self {
            walk: Walk::new(rule, start.local, from),
            last: Last::of(rule.until.as_ref(), start),
            start: start.clone(),
            // The start is the first of the count, whether the rule makes it or not.
            left: rule.count.map(|count| count.saturating_sub(1)),
            ready: Vec::new().into_iter(),
        }
    }

    fn next(&mut self, until: Civil, steps: &mut Steps) -> Result<Option<Civil>, OutOfSteps> {
        loop {
            if let Some(time) = self.ready.by_ref().find(|time| *time != self.start.local) {
                if self.last.is_before(time, &self.start) || self.left == Some(0) {
                    return Ok(None);
                }
                self.left = self.left.map(|left| left - 1);
                return Ok(Some(time));
            }
            match self.walk.next(until, steps)? {
                Some(times) => self.ready = times.into_iter(),
                None => return Ok(None),
            }
        }
    }
}

/// All that a rule makes from its start until a time on the wall; nothing when that is more than may be walked.
pub(crate) fn times_of(rule: &Rule, start: &Place, until: Civil) -> Option<Vec<Civil>> {
    let mut steps = Steps::new(STEPS_MAX / 10);
    let mut times = Times::new(rule, start, start.local);
    let mut found = Vec::new();
    while let Some(time) = times.next(until, &mut steps).ok()? {
        if found.len() == OCCURRENCES_MAX {
            return None;
        }
        found.push(time);
    }
    Some(found)
}

/// The last time at which a rule may make something.
enum Last {
    Never,
    /// On the wall.
    Wall(Civil),
    /// A moment, with what the wall shows then.
    Moment(Moment, Civil),
}

impl Last {
    fn of(until: Option<&Time>, start: &Place) -> Self {
        match until {
            None => Self::Never,
            // A day counts whole, and a series of days counts days.
            Some(Time::Date(day)) => Self::Wall(day.at_clock(86_399)),
            Some(Time::Floating(local) | Time::Zoned { local, .. }) => Self::Wall(*local),
            Some(Time::Utc(moment)) if start.whole_day => Self::Wall(start.zone.local(*moment)),
            Some(Time::Utc(moment)) => Self::Moment(*moment, start.zone.local(*moment)),
        }
    }

    fn is_before(&self, time: Civil, start: &Place) -> bool {
        match self {
            Self::Never => false,
            Self::Wall(last) => *last < time,
            // Only near the end the zone has to be asked.
            Self::Moment(_, wall) if time < wall.plus_days(-2) => false,
            Self::Moment(_, wall) if time > wall.plus_days(2) => true,
            Self::Moment(last, _) => *last < start.zone.moment(time),
        }
    }
}
