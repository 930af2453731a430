//! The commands of a series, from what its author wrote and what the books have of it.
//!
//! The rule is walked here, and every occurrence is looked up among those that have slots already. Nothing is
//! decided. Start at [`Asking`].

use std::collections::BTreeMap;

use dayshelf_core::books::Books;
use dayshelf_core::change::{Credential, Tell};
use dayshelf_core::command::Expect;
use dayshelf_core::ids::{ConfirmationId, SeriesId, SlotId};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::series::{GrowSeries, Kept, Parted, Planned, PutSeries, Series};
use dayshelf_core::time::{Anchor, Instant, LocalTime, Span};

use super::rewrite::Rewritten;
use crate::plan::series::{SeriesDoc, Walked};
use crate::plan::template::TemplateText;
use crate::plan::{Context, Mistake, Mistakes};
use crate::problem::Problem;
use crate::time::Place;

/// Who asks, and how customers hear of it.
#[derive(Clone, Copy, Debug)]
pub struct Asking {
    /// What they have seen of the series.
    pub expected: Expect,
    /// Whether and when customers hear of other times and places.
    pub tell: Tell,
    /// Whose credential it is.
    pub by: Credential,
}

/// A slot of a series that lies ahead.
#[derive(Clone, Debug)]
pub struct Member {
    /// Where the rule has it.
    pub at: LocalTime,
    /// The slot.
    pub slot: SlotId,
    /// Whether it was changed by itself.
    pub is_overridden: bool,
    /// Whether it was called off.
    pub is_cancelled: bool,
    /// Whether it has begun: its place goes along with the rule, its slot stays as it is.
    pub has_begun: bool,
    anchors: Vec<Anchor>,
}

/// The text of a template in the books, by its key.
///
/// # Errors
/// When there is none of that key.
pub fn template_in(books: &Books, key: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    let known = books.templates.values().find(|template| template.key == key);
    known.map(|known| Some(known.text.clone())).ok_or(Refusal::Unknown(Noun::Template))
}

/// The slots of a series, those that have begun and those that were called off among them.
pub fn members(books: &Books, series: &Series, now: Instant) -> Vec<Member> {
    let run = books.runs.get(&series.id).into_iter().flatten();
    let all = run.filter_map(|(at, slot)| {
        let (one, slot) = (books.occurrences.get(slot)?, books.slots.get(slot)?);
        Some(Member {
            at: *at,
            slot: slot.id,
            is_overridden: one.is_overridden(series, slot),
            is_cancelled: slot.state.is_off(),
            has_begun: slot.spec.times.start <= now,
            anchors: books.whens_of(slot.id).into_iter().map(|when| when.anchor).collect(),
        })
    });
    all.collect()
}

/// A new series.
///
/// # Errors
/// All mistakes in it.
pub fn make(
    doc: &SeriesDoc,
    template: Option<String>,
    context: &Context<'_>,
    asking: Asking,
) -> Result<PutSeries, Mistakes> {
    let span = (context.now, doc.ahead(context.now));
    let Walked { planned, reach } = walk(doc, template, (span, context))?;
    Ok(PutSeries {
        id: SeriesId((context.mint)()),
        expected: Expect::New,
        spec: doc.spec(),
        reach,
        parted: None,
        planned,
        kept: Vec::new(),
        tell: asking.tell,
        by: asking.by,
    })
}

/// A series that is written over.
///
/// # Errors
/// All mistakes in it.
pub fn change(
    (series, members): (&Series, &[Member]),
    after: &Rewritten,
    template: Option<String>,
    context: &Context<'_>,
    asking: Asking,
) -> Result<PutSeries, Mistakes> {
    let Rewritten { earlier, doc, shift, from } = after;
    let concerned: Vec<&Member> =
        members.iter().filter(|one| from.is_none_or(|from| from <= one.at)).collect();
    let moved = |one: &Member| LocalTime(one.at.0 + shift);
    // What stands further ahead than the walk would go is in it: an end of the walk calls nothing off.
    let last = concerned.iter().map(|one| moved(one)).max();
    let last = last.map(|last| first_instant(doc, last, context)).transpose()?;
    let last = last.map_or(context.now, |last| last.plus(Span(1)));
    let until = doc.ahead(context.now).max(series.reach.until).max(last);
    let first = concerned.iter().filter(|one| !one.has_begun).map(|one| moved(one)).min();
    let since = match first {
        Some(first) => first_instant(doc, first, context)?.min(context.now),
        None => context.now,
    };
    let Walked { planned, reach } = walk(doc, template, ((since, until), context))?;
    let mut planned: BTreeMap<LocalTime, Planned> = planned.into_iter().map(|one| (one.at, one)).collect();
    let mut kept = Vec::with_capacity(concerned.len());
    for one in concerned {
        let made = planned.remove(&moved(one));
        let is_ahead = |made: &Planned| context.now <= made.slot.spec.times.start;
        if one.has_begun && !made.as_ref().is_some_and(is_ahead) {
            continue;
        }
        let now = made.map(|made| made.slot.spec);
        let place = now.as_ref().map(|spec| Place::of(&spec.times, context.zones)).transpose();
        let place = place.map_err(|unknown| flawed(Problem::zone_unknown("zone", &unknown)))?;
        let anchors = one.anchors.iter().copied();
        kept.push(Kept {
            was: one.at,
            at: moved(one),
            now,
            resolved: place.map(|place| place.resolutions(anchors)).unwrap_or_default(),
            waits_as: ConfirmationId((context.mint)()),
        });
    }
    let ahead = planned.into_values().filter(|one| context.now <= one.slot.spec.times.start);
    let parted = earlier.as_ref().map(|earlier| Parted {
        series: series.id,
        expected: asking.expected,
        spec: earlier.spec(),
    });
    let (id, expected) = match parted {
        Some(_) => (SeriesId((context.mint)()), Expect::New),
        None => (series.id, asking.expected),
    };
    Ok(PutSeries {
        id,
        expected,
        spec: doc.spec(),
        reach,
        parted,
        planned: ahead.collect(),
        kept,
        tell: asking.tell,
        by: asking.by,
    })
}

/// A series that is written anew as a whole. Its slots stay with their places in the rule; where the new rule makes none
/// of those that lie ahead, all of them go along with the start.
///
/// # Errors
/// All mistakes in it.
pub fn put(
    (series, members): (&Series, &[Member]),
    (was, doc): (&SeriesDoc, SeriesDoc),
    template: Option<String>,
    context: &Context<'_>,
    asking: Asking,
) -> Result<PutSeries, Mistakes> {
    let shift = start_of(&doc).zip(start_of(was)).map_or(0, |(start, was)| start - was);
    let mut after = Rewritten { earlier: None, doc, shift: 0, from: None };
    let stays = change((series, members), &after, template.clone(), context, asking)?;
    if shift == 0 || stays.kept.iter().any(|kept| kept.now.is_some()) {
        return Ok(stays);
    }
    after.shift = shift;
    change((series, members), &after, template, context, asking)
}

/// Seconds on the wall.
fn start_of(doc: &SeriesDoc) -> Option<i64> {
    dayshelf_ical::time::Civil::parse(&doc.start).map(|start| start.0)
}

/// The next occurrences of a series.
///
/// # Errors
/// When what its author wrote can't be read any more.
pub fn grow(
    series: &Series,
    doc: &SeriesDoc,
    template: Option<String>,
    context: &Context<'_>,
) -> Result<GrowSeries, Mistakes> {
    let since = series.reach.until.max(context.now);
    let until = doc.ahead(context.now).max(series.reach.until);
    let Walked { planned, reach } = walk(doc, template, ((since, until), context))?;
    Ok(GrowSeries { id: series.id, version: series.version, planned, reach })
}

fn walk(
    doc: &SeriesDoc,
    template: Option<String>,
    (span, context): ((Instant, Instant), &Context<'_>),
) -> Result<Walked, Mistakes> {
    let template = template.map(|text| TemplateText::kept(&text)).transpose().map_err(flawed)?;
    doc.walk(span, template, context)
}

fn first_instant(doc: &SeriesDoc, at: LocalTime, context: &Context<'_>) -> Result<Instant, Mistakes> {
    let name = doc.zone.as_deref().unwrap_or_default();
    let zone = context.zones.zone(name).map_err(|unknown| flawed(Problem::zone_unknown("zone", &unknown)))?;
    Ok(Instant(zone.moment(dayshelf_ical::time::Civil(at.0)).0))
}

fn flawed(problem: Problem) -> Mistakes {
    Mistakes(vec![Mistake::new(problem)])
}
