//! Commands about a series as a whole: made, changed, parted from another.
//!
//! "This and all future" reaches us as two entries: the one that was gets an end, and a new one with a name of its own
//! has the rest. Where it can be told that the new one goes on where the other ends, its evenings take over those that
//! stand, with their pools and orders. Start at [`seen`] and [`parted`].

use dayshelf_core::books::Books;
use dayshelf_core::change::Credential;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::{SeriesId, SlotId};
use dayshelf_core::series::{PutSeries, Series, Standing};
use dayshelf_ical::time::Civil;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::plan::{Context, Mistakes};
use dayshelf_wire::series::ask::{Asking, Member, change, make, members, template_in};
use dayshelf_wire::series::rewrite::Rewritten;

use super::ask::{self, By, Verdict};
use crate::course::{Course, DAY, Known};
use crate::entry::Said;
use crate::no::No;
use crate::server::{Call, Dav};

/// What stands in a new entry's UID behind that of the entry that it was parted from, as one service writes it.
const PARTED_MARK: &str = "_R";

/// Letters of a series' name that the rest of it keeps: its date, and what tells it from others, come behind them.
const KEY_CHARS: usize = 44;

/// A series with all that a change of it needs.
pub(super) struct Seen {
    /// The series and its slots.
    pub known: Known,
    members: Vec<Member>,
    template: Option<String>,
}

/// A series as it stands; `None` when there is none.
pub(super) async fn seen(call: &Call<'_>, id: SeriesId) -> Result<Option<Seen>, No> {
    Ok(call.dav.desk.look(id.home(), move |books, now| seen_in(books?, id, now)).await?)
}

fn seen_in(books: &Books, id: SeriesId, now: dayshelf_core::time::Instant) -> Option<Seen> {
    let known = Known::of(books, id)?;
    let doc = SeriesDoc::kept(&known.series.spec.text).ok()?;
    let template = template_in(books, doc.template.as_deref()).ok().flatten();
    Some(Seen { members: members(books, &known.series, now), template, known })
}

/// The command that makes a series; `None` when it can't be one: its rule makes too much, say.
pub(super) fn made(
    call: &Call<'_>,
    id: SeriesId,
    (doc, template): (&SeriesDoc, Option<String>),
    by: By,
) -> Result<Option<PutSeries>, No> {
    let asking = asking(Expect::New, by);
    let made = reading(call.dav, id, |context| make(doc, template, context, asking))?;
    Ok(made.ok().map(|put| PutSeries { id, ..put }))
}

/// Writes a series over.
pub(super) async fn changed(call: &Call<'_>, seen: &Seen, after: &Rewritten, by: By) -> Result<Verdict, No> {
    let series = &seen.known.series;
    let asking = asking(Expect::Version(series.version), by);
    // What is not made from the same template any more has none to be read.
    let template = seen.template.clone().filter(|_| after.doc.template.is_some());
    let put = reading(call.dav, series.id, |context| {
        change((series, &seen.members), after, template, context, asking)
    })?;
    match put {
        Ok(put) => Ok(ask::submit_whole(call.dav, put).await),
        Err(_) => Ok(Verdict::Refused),
    }
}

/// The command that makes a series of the rest of another one; `None` when the entry goes on where none ends.
pub(super) async fn parted(
    call: &Call<'_>,
    id: SeriesId,
    (said, course): (&Said, &Course),
    by: By,
) -> Result<Option<PutSeries>, No> {
    let named = named(call, said).await?;
    let (zone, zones, title) = (course.zone.name().to_owned(), call.dav.zones.clone(), course.title.clone());
    let start = course.start;
    let found = call.dav.desk.look(id.home(), move |books, now| {
        let books = books?;
        let is_named = |series: &Series| named.contains(&SlotId(series.id.0));
        let is_like = |series: &Series| series.spec.zone == zone && series.spec.title == title;
        let near = books.series.values().filter(|series| is_named(series) || is_like(series));
        let mut all = near.filter_map(|series| {
            let known = Known::of(books, series.id)?;
            known.doc(&zones)?;
            Some((series.id, goes_on_at(&known, start, is_named(series))?))
        });
        let (of, at) = all.next()?;
        Some((seen_in(books, of, now)?, at))
    });
    let Some((mut seen, at)) = found.await? else { return Ok(None) };
    let Some((doc, _)) = seen.known.doc(&call.dav.zones) else { return Ok(None) };
    let later = rest(&doc, (id, at), course);
    // What was called off when the other one ended is made anew.
    seen.members.retain(|one| !one.is_cancelled);
    let from = Some(dayshelf_core::time::LocalTime(at.0));
    let after = Rewritten { earlier: Some(doc), doc: later, shift: course.start.0 - at.0, from };
    let asking = asking(Expect::Version(seen.known.series.version), by);
    let template = seen.template.clone();
    let put = reading(call.dav, id, |context| {
        change((&seen.known.series, &seen.members), &after, template, context, asking)
    })?;
    Ok(put.ok().map(|put| PutSeries { id, ..put }))
}

/// Where a series that was ended would have gone on: at its evening on the day on which another one starts, if nothing
/// that it makes lies behind. One that is named need not be ended yet.
fn goes_on_at(known: &Known, start: Civil, is_named: bool) -> Option<Civil> {
    let day = start.0.div_euclid(DAY);
    let (at, _) = known.evenings.iter().find(|(at, _)| at.0.div_euclid(DAY) == day)?;
    let mut rest = known.evenings.range(at..);
    let first = known.evenings.keys().next()?;
    let is_ended = rest.all(|(_, evening)| evening.standing == Standing::Dropped);
    // Whoever copies a series as a whole has not parted it.
    ((is_ended && known.series.reach.due.is_none()) || is_named).then_some(*at).filter(|at| at != first)
}

/// The series that an entry names as the one that it was parted from, as the ids of their entries.
async fn named(call: &Call<'_>, said: &Said) -> Result<Vec<SlotId>, No> {
    let node = said.object.document().node(said.object.master().at);
    let related =
        node.into_iter().flat_map(|node| node.named("RELATED-TO")).map(|one| one.value.trim().to_owned());
    let uid = said.object.uid();
    let parted = uid.find(PARTED_MARK).map(|at| {
        let (head, tail) = uid.split_at(at);
        let host = tail.find('@').map_or("", |at| &tail[at..]);
        format!("{head}{host}")
    });
    let (mut found, home) = (Vec::new(), call.scene.viewer.home);
    for uid in related.chain(parted) {
        for calendar in super::others(&call.scene.calendars.all, "") {
            if let Some(name) = call.dav.store.calendar_uid(home, &calendar.name, &uid).await? {
                found.extend(call.entry(&calendar.name, &name).await?.map(|entry| entry.head.slot));
            }
        }
    }
    Ok(found)
}

/// The rest of a series as a new entry has it: its slots are made as before, and what the entry says is so.
fn rest(doc: &SeriesDoc, (id, at): (SeriesId, Civil), course: &Course) -> SeriesDoc {
    let (day, tail) = (at.to_string(), id.0.to_string());
    let tail = &tail[tail.len().saturating_sub(4)..];
    let head: String = doc.key.chars().take(KEY_CHARS).collect();
    let SeriesDoc { title, place, start, length, rule, also, except, changes, .. } =
        course.doc(String::new());
    SeriesDoc {
        key: format!("{}-{}-{tail}", head.trim_end_matches('-'), day.get(..10).unwrap_or(&day)),
        slug: Some(doc.slug.as_ref().unwrap_or(&doc.key).clone()),
        title,
        place,
        start,
        length,
        rule,
        also,
        except,
        changes,
        ..doc.clone()
    }
}

fn asking(expected: Expect, by: By) -> Asking {
    Asking { expected, tell: by.tell, by: Credential::Password(by.password) }
}

/// Reads something that a plan could have, as of now.
fn reading<T>(
    dav: &Dav,
    id: SeriesId,
    read: impl FnOnce(&Context<'_>) -> Result<T, Mistakes>,
) -> Result<Result<T, Mistakes>, No> {
    let home = id.home();
    let card = dav.shelf.card(home)?;
    let spec = &card.organiser.spec;
    let mint = || dav.desk.mint().id(home);
    let context = Context {
        zones: &dav.zones,
        now: dav.desk.mint().now(),
        home,
        zone: Some(&spec.zone),
        currency: Some(spec.currency),
        mint: &mint,
        read_file: &|_: &str| Err("a series reads no files".to_owned()),
    };
    Ok(read(&context))
}
