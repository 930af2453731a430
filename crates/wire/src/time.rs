//! Times in JSON and in plans, and the way between wall-clock words and the core's instants.
//!
//! Instants are RFC 3339 in UTC with the slot's zone beside them. Blocks are written as words that hang
//! on the slot (`start - 20m`) or on another part of it (`windows.vip.end`), or as a wall-clock time, which is
//! read as days from the slot's start and a time of day. Start at [`Place`].

use std::borrow::Cow;
use std::fmt;

use dayshelf_core::command::Resolutions;
use dayshelf_core::slot::SlotTimes;
use dayshelf_core::time::{Anchor, Edge, Instant, LocalTime, Marks, PartName, Span, When};
use dayshelf_ical::anchor as words;
use dayshelf_ical::time::{Civil, Moment};
use dayshelf_ical::zone::{Resolution, UnknownZone, WallTime, Zone, Zones};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

/// Seconds of a civil day.
const DAY_SECONDS: i64 = 86_400;

/// An instant as RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At(pub Instant);

impl From<Instant> for At {
    fn from(instant: Instant) -> Self {
        Self(instant)
    }
}

impl fmt::Display for At {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        Moment(self.0.0).fmt(out)
    }
}

impl Serialize for At {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for At {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(input)?;
        let read = Moment::parse(&text).map(|moment| Self(Instant(moment.0)));
        read.ok_or_else(|| {
            serde::de::Error::custom("write a time with its offset, as 2026-12-04T18:00:00+01:00")
        })
    }
}

impl PartialSchema for At {
    fn schema() -> RefOr<Schema> {
        let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
        let object = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).format(Some(format));
        object.examples([serde_json::Value::from("2026-12-04T17:00:00.000Z")]).build().into()
    }
}

impl ToSchema for At {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Time")
    }
}

/// When a block begins or ends, and what it hangs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WhenView {
    /// The instant.
    pub at: At,
    /// The words: what happens to it when the slot moves.
    #[schema(example = "start - 20m")]
    pub anchor: String,
}

impl From<When> for WhenView {
    fn from(when: When) -> Self {
        Self { at: At(when.at), anchor: anchor_text(when.anchor) }
    }
}

/// Why a time could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFlaw {
    /// It is no time; the sentence says what to write.
    Unreadable(String),
    /// The clocks jump over it.
    Gap(Gap),
}

/// A wall-clock time that does not exist, with the two that it may mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// What was written.
    pub written: Civil,
    /// The zone.
    pub zone: String,
    /// The wall-clock time as long before the jump as was meant.
    pub before: Civil,
    /// The wall-clock time as long after it, which calendars would take.
    pub after: Civil,
}

impl fmt::Display for TimeFlaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(sentence) => out.write_str(sentence),
            Self::Gap(gap) => write!(
                out,
                "the clocks of {} jump over {}; write {} or {}",
                gap.zone, gap.written, gap.before, gap.after
            ),
        }
    }
}

/// A slot's place in time while it is being read.
#[derive(Clone, Debug)]
pub struct Place {
    /// The zone.
    pub zone: Zone,
    /// The start on its wall.
    pub start: WallTime,
    /// The end on its wall.
    pub end: WallTime,
    /// Where the edges of its parts are, for what hangs on them.
    pub marks: Marks,
}

impl Place {
    /// A slot of this time whose parts are not known.
    pub fn new(zone: Zone, start: impl Into<WallTime>, end: impl Into<WallTime>) -> Self {
        Self { zone, start: start.into(), end: end.into(), marks: Marks::new() }
    }

    /// The place of a slot that stands in the books.
    ///
    /// # Errors
    /// When the database no longer knows the slot's zone.
    pub fn of(times: &SlotTimes, zones: &Zones) -> Result<Self, UnknownZone> {
        let zone = zones.zone(&times.zone)?;
        let (start, end) = wall_times(times, &zone);
        Ok(Self::new(zone, start, end))
    }

    /// The same start, and as long on the wall as a slot was; as long by the clock where the wall shows one of the
    /// ends of that twice, and so says nothing of its length.
    #[must_use]
    pub fn as_long_as(mut self, was: &Self) -> Self {
        self.end = if was.start.is_second || was.end.is_second {
            let length = was.zone.moment(was.end).0.saturating_sub(was.zone.moment(was.start).0);
            self.zone.shown(self.zone.moment(self.start).plus_seconds(length / 1_000))
        } else {
            let length = was.end.local.0.saturating_sub(was.start.local.0);
            Civil(self.start.local.0.saturating_add(length)).into()
        };
        self
    }

    /// The core's value: the wall-clock truth and the instants derived from it.
    pub fn times(&self) -> SlotTimes {
        SlotTimes {
            zone: self.zone.name().to_owned(),
            start_local: LocalTime(self.start.local.0),
            end_local: LocalTime(self.end.local.0),
            start: Instant(self.zone.moment(self.start).0),
            end: Instant(self.zone.moment(self.end).0),
            tzdb: Zones::version().to_owned(),
        }
    }

    /// The same with the edges of parts that are being written, as far as they can be read.
    #[must_use]
    pub fn with_marks(&self, written: &[(Edge, &str)]) -> Self {
        let mut place = self.clone();
        place.marks.retain(|edge, _| !written.iter().any(|(known, _)| known == edge));
        let mut left = written.to_vec();
        // Each may hang on another one; those that hang in the air are left over.
        loop {
            let before = left.len();
            left.retain(|(edge, text)| match place.when(text) {
                Ok(when) => {
                    place.marks.insert(*edge, when.at);
                    false
                }
                Err(_) => true,
            });
            if left.len() == before {
                return place;
            }
        }
    }

    /// What an anchor of the slot itself stands for here.
    pub fn instant(&self, anchor: Anchor) -> Instant {
        let entry = words::Entry { start: self.start, end: self.end, zone: &self.zone };
        Instant(anchor_words(anchor).resolve(&entry).at.0)
    }

    /// How the wall-clock part of an anchor is read here.
    pub fn reading(&self, anchor: Anchor) -> Resolution {
        let entry = words::Entry { start: self.start, end: self.end, zone: &self.zone };
        anchor_words(anchor).resolve(&entry).reading
    }

    /// What each of these anchors stands for here, as moving or changing a slot needs it. Those that hang on other parts
    /// follow by themselves.
    pub fn resolutions(&self, anchors: impl IntoIterator<Item = Anchor>) -> Resolutions {
        let own = anchors.into_iter().filter(|anchor| anchor.hangs_on().is_none());
        own.map(|anchor| (anchor, self.instant(anchor))).collect()
    }

    /// Reads `start - 20m`, `end + 1d at 10:00`, `windows.vip.end + 10m` or a wall-clock time.
    ///
    /// # Errors
    /// When it can't be read, hangs on a part that is not there, or falls into a gap of the zone.
    pub fn when(&self, text: &str) -> Result<When, TimeFlaw> {
        if let Some(read) = part_anchor(text) {
            let anchor = read.map_err(TimeFlaw::Unreadable)?;
            let at = self.marks.get(&anchor.edge).map(|at| at.plus(Span::seconds(anchor.seconds)));
            let nothing = || {
                let part = text.split_whitespace().next().unwrap_or_default();
                TimeFlaw::Unreadable(format!(
                    "there is no {part} in this slot that has a time of its own; name one that is there, or begin with \"start\" or \"end\""
                ))
            };
            return at.map(|at| When { anchor, at }).ok_or_else(nothing);
        }
        let anchor = match Civil::parse(text) {
            Some(local) => self.anchor_at(local),
            None => anchor_core(words::Anchor::parse(text).map_err(|sentence| {
                // A slot's own start and end hang on no part of it.
                let part = if self.marks.is_empty() {
                    ""
                } else {
                    "; or hang it on another part, as \"windows.vip.end\""
                };
                let wall = "; or write a time on the slot's wall, as \"2026-12-04T18:00\"";
                TimeFlaw::Unreadable(format!("{text:?} is no time: {sentence}{part}{wall}"))
            })?),
        };
        let entry = words::Entry { start: self.start, end: self.end, zone: &self.zone };
        let anchored = anchor_words(anchor).resolve(&entry);
        // An exact offset is read from an instant; only a wall-clock time can be in a gap.
        if let (Resolution::Gap { .. }, true) = (anchored.reading, anchor.clock.is_some() || anchor.days != 0)
        {
            let local = Civil::parse(text).unwrap_or_else(|| self.wall_of(anchor));
            return Err(TimeFlaw::Gap(gap(&self.zone, local, anchored.reading)));
        }
        Ok(When { anchor, at: Instant(anchored.at.0) })
    }

    /// A wall-clock time as days from the start and a time of day.
    fn anchor_at(&self, local: Civil) -> Anchor {
        let days = local.0.div_euclid(DAY_SECONDS) - self.start.local.0.div_euclid(DAY_SECONDS);
        let clock = u32::try_from(local.0.rem_euclid(DAY_SECONDS)).ok();
        Anchor { edge: Edge::Start, days: i32::try_from(days).unwrap_or(i32::MAX), clock, seconds: 0 }
    }

    fn wall_of(&self, anchor: Anchor) -> Civil {
        let edge = if anchor.edge == Edge::Start { self.start } else { self.end };
        let day = edge.local.plus_days(anchor.days);
        anchor.clock.map_or(day, |clock| day.at_clock(clock))
    }
}

/// A slot's start and end on the wall of its zone, each with which one it is where the clocks show it twice.
pub fn wall_times(times: &SlotTimes, zone: &Zone) -> (WallTime, WallTime) {
    let shown = |local: LocalTime, at: Instant| zone.wall_time(Civil(local.0), Moment(at.0));
    (shown(times.start_local, times.start), shown(times.end_local, times.end))
}

/// Checks that a wall-clock time exists in the zone.
///
/// # Errors
/// When the clocks jump over it.
pub fn existing(zone: &Zone, local: Civil) -> Result<Civil, TimeFlaw> {
    match zone.resolve(local) {
        reading @ Resolution::Gap { .. } => Err(TimeFlaw::Gap(gap(zone, local, reading))),
        _ => Ok(local),
    }
}

fn gap(zone: &Zone, written: Civil, reading: Resolution) -> Gap {
    // The offset from before the gap shows a later wall time than was written, and the other way round.
    let (before, after) = match reading {
        Resolution::Gap { before, after } => (zone.local(after), zone.local(before)),
        _ => (written, written),
    };
    Gap { written, zone: zone.name().to_owned(), before, after }
}

/// An anchor on another part of the slot; nothing for words that are none.
fn part_anchor(text: &str) -> Option<Result<Anchor, String>> {
    let (name, rest) =
        text.trim().split_at(text.trim().find(char::is_whitespace).unwrap_or(text.trim().len()));
    if !["windows.", "fulfilments.", "blocks."].iter().any(|list| name.starts_with(list)) {
        return None;
    }
    let wrong = || {
        format!(
            "{text:?} is no time; write the part, its start or its end, and how long from it: \"windows.vip.end + 10m\""
        )
    };
    let edge = name.rsplit_once('.').and_then(|(part, end)| {
        let part = PartName::parse(part)?;
        match end {
            "start" => Some(Edge::PartStart(part)),
            "end" => Some(Edge::PartEnd(part)),
            _ => None,
        }
    });
    let offset = words::Anchor::parse(&format!("start{rest}"));
    let exact = |offset: words::Anchor| {
        // A rule may open a window at any second, and what hangs on it follows at once.
        let sentence = "from another part hours, minutes and seconds are counted; days and times of day hang on the \
                        slot's own start or end";
        if offset.days == 0 && offset.clock.is_none() { Ok(offset.seconds) } else { Err(sentence.to_owned()) }
    };
    let seconds = offset.and_then(exact);
    Some(edge.ok_or_else(wrong).and_then(|edge| Ok(Anchor { edge, days: 0, clock: None, seconds: seconds? })))
}

/// An anchor in words.
pub fn anchor_text(anchor: Anchor) -> String {
    let text = anchor_words(anchor).to_string();
    match anchor.edge {
        Edge::Start | Edge::End => text,
        Edge::PartStart(part) | Edge::PartEnd(part) => format!("{part}.{text}"),
    }
}

/// The core's anchor as the calendar crate writes it, as if it hung on the slot.
fn anchor_words(anchor: Anchor) -> words::Anchor {
    let edge = match anchor.edge {
        Edge::Start | Edge::PartStart(_) => words::Edge::Start,
        Edge::End | Edge::PartEnd(_) => words::Edge::End,
    };
    words::Anchor { edge, days: anchor.days, clock: anchor.clock, seconds: anchor.seconds }
}

fn anchor_core(anchor: words::Anchor) -> Anchor {
    let edge = match anchor.edge {
        words::Edge::Start => Edge::Start,
        words::Edge::End => Edge::End,
    };
    Anchor { edge, days: anchor.days, clock: anchor.clock, seconds: anchor.seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(start: &str, end: &str) -> Place {
        let zone = Zones::bundled().zone("Europe/Berlin").unwrap();
        let (start, end) = (Civil::parse(start).unwrap(), Civil::parse(end).unwrap());
        Place::new(zone, start, end)
    }

    /// Words hang on the slot; a wall-clock time becomes days and a time of day.
    #[test]
    fn reads_when() {
        let place = place("2026-12-04T18:00", "2026-12-04T19:05");
        let at = |text: &str| At(place.when(text).unwrap().at).to_string();
        assert_eq!(at("start - 20m"), "2026-12-04T16:40:00.000Z");
        assert_eq!(at("2026-12-05T10:00"), "2026-12-05T09:00:00.000Z");
        let view = WhenView::from(place.when("2026-12-05T10:00").unwrap());
        assert_eq!(view.anchor, "start + 1d at 10:00");
        assert!(matches!(place.when("soon"), Err(TimeFlaw::Unreadable(_))));
    }

    /// Words may hang on another part, in any order of writing; what hangs in the air, or by days, is refused with a
    /// sentence that says what to write.
    #[test]
    fn reads_what_hangs_on_another_part() {
        let place = place("2026-12-04T18:00", "2026-12-04T19:05");
        let vip = PartName::parse("windows.vip-2").unwrap();
        let talk = PartName::parse("blocks.talk").unwrap();
        let written = [
            (Edge::PartStart(talk), "windows.vip-2.end + 10m"),
            (Edge::PartEnd(talk), "blocks.talk.start + 1h"),
            (Edge::PartStart(vip), "start - 20m"),
            (Edge::PartEnd(vip), "start"),
        ];
        let place = place.with_marks(&written);
        let when = place.when("blocks.talk.end - 5m").unwrap();
        assert_eq!(At(when.at).to_string(), "2026-12-04T18:05:00.000Z");
        assert_eq!(WhenView::from(when).anchor, "blocks.talk.end - 5m");
        assert_eq!(place.when(&anchor_text(when.anchor)), Ok(when), "it is read as it is written");
        let flaw = |text: &str| place.when(text).unwrap_err().to_string();
        assert!(flaw("windows.public.end").contains("there is no windows.public.end"));
        assert!(flaw("windows.vip-2.end + 1d").contains("hours, minutes and seconds"));
        assert!(flaw("windows.vip-2 + 1h").contains("windows.vip.end + 10m"));
        assert!(flaw("windows.vip-2.end + soon").len() > 10);
        let round = [
            (Edge::PartStart(vip), "windows.vip-2.end - 5m"),
            (Edge::PartEnd(vip), "windows.vip-2.start + 5m"),
        ];
        assert!(place.with_marks(&round).when("windows.vip-2.end").is_err(), "they hang on each other");
    }

    /// A time that the clocks jump over names the readings on both sides.
    #[test]
    fn names_both_readings_of_a_gap() {
        let place = place("2026-03-28T18:00", "2026-03-28T19:00");
        let flaw = place.when("start + 1d at 02:30").unwrap_err();
        let sentence = "the clocks of Europe/Berlin jump over 2026-03-29T02:30:00; \
                        write 2026-03-29T01:30:00 or 2026-03-29T03:30:00";
        assert_eq!(flaw.to_string(), sentence);
        assert!(place.when("2026-03-29T02:30").is_err());
        assert!(place.when("start + 8h30m").is_ok());
        assert!(existing(&place.zone, Civil::parse("2026-03-29T02:30").unwrap()).is_err());
    }

    /// RFC 3339 with any offset comes in, UTC goes out; a time without an offset is refused.
    #[test]
    fn instants_are_rfc_3339() {
        let at: At = serde_json::from_str("\"2026-12-04T18:00:00+01:00\"").unwrap();
        assert_eq!(serde_json::to_string(&at).unwrap(), "\"2026-12-04T17:00:00.000Z\"");
        assert!(serde_json::from_str::<At>("\"2026-12-04T18:00:00\"").is_err());
    }
}
