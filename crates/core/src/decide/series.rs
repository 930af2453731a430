//! Series: what each occurrence gets, and what becomes of the occurrences when the series is otherwise.
//!
//! An occurrence that has no slot gets one, whole, as a slot of a plan. One that has a slot is brought to what the
//! rule makes of it by the way of every change ([`change::weigh_in_whole`]): done, or waiting for a yes, each for
//! itself. One that was changed by hand, or called off, stays as it is. Nothing follows from an occurrence not being
//! named. Start at [`put`].

use std::collections::BTreeSet;

use super::definitions::{free_name, room};
use super::planning::{Trial, fill_slot, pools_of, put_slot, remember};
use super::{Decision, breaker, change, earliest, expect, validate};
use crate::books::Books;
use crate::change::{Edit, MadeKind, Pending, PendingEnd, Wish};
use crate::command::{ChangeSlot, Expect};
use crate::fact::Fact;
use crate::ids::{SeriesId, SlotId};
use crate::limits::{OCCURRENCES_MAX, SERIES_MAX, TEMPLATE_BYTES_MAX};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::series::{
    Given, GrowSeries, Kept, Occurrence, PlanSeries, Planned, PutSeries, Reach, Series, SeriesSpec, Standing,
};
use crate::slot::{Slot, SlotSpec};
use crate::time::Instant;

/// Slots that would have one name, before nobody can tell them apart any more.
const SAME_SLUGS_MAX: u32 = 100;

pub(super) fn put(books: &Books, now: Instant, ask: &PutSeries) -> Decision {
    let known = books.series.get(&ask.id);
    let parted = ask.parted.as_ref();
    let many = ask.planned.len() + ask.kept.len();
    let fits = if many > OCCURRENCES_MAX {
        Err(Refusal::LimitReached { noun: Noun::Slot, max: OCCURRENCES_MAX as u32 })
    } else {
        Ok(())
    };
    earliest([
        breaker::let_through(books, ask.by),
        expect(ask.expected, known.map(|known| known.version), Noun::Series),
        parted.map_or(Ok(()), |parted| {
            let known = books.series.get(&parted.series).map(|known| known.version);
            expect(parted.expected, known, Noun::Series)
        }),
        sound(books, ask.id, &ask.spec),
        if known.is_none() { room(books.series.len(), SERIES_MAX, Noun::Series) } else { Ok(()) },
        fits,
    ])?;
    let mut trial = Trial::on(books, now);
    if let Some(parted) = parted {
        let until = books.series.get(&parted.series).map_or(now, |known| known.reach.until);
        say(&mut trial, parted.series, (&parted.spec, Reach { until, due: None }));
    }
    say(&mut trial, ask.id, (&ask.spec, ask.reach));
    let from = parted.map_or(ask.id, |parted| parted.series);
    let stale = || Refusal::VersionStale { current: known.map_or(0, |known| known.version) };
    // All are found before any of them is put: where they are moved, one comes to stand where another one was.
    let run = books.runs.get(&from);
    let slots: Vec<SlotId> = ask
        .kept
        .iter()
        .map(|kept| run.and_then(|run| run.get(&kept.was)).copied().ok_or_else(stale))
        .collect::<Result<_, _>>()?;
    apart(books, ask, &slots)?;
    for (slot, kept) in slots.into_iter().zip(&ask.kept) {
        bring(&mut trial, (books, ask), (slot, kept))?;
    }
    for planned in &ask.planned {
        make(&mut trial, ask.id, planned)?;
    }
    Ok(trial.facts)
}

/// The next occurrences of a series that was walked at this version.
pub(super) fn grow(books: &Books, now: Instant, ask: &GrowSeries) -> Decision {
    let known = books.series.get(&ask.id).ok_or(Refusal::Unknown(Noun::Series))?;
    expect(Expect::Version(ask.version), Some(known.version), Noun::Series)?;
    if ask.planned.len() > OCCURRENCES_MAX {
        return Err(Refusal::LimitReached { noun: Noun::Slot, max: OCCURRENCES_MAX as u32 });
    }
    let mut trial = Trial::on(books, now);
    say(&mut trial, ask.id, (&known.spec, ask.reach));
    let run = books.runs.get(&ask.id);
    for planned in &ask.planned {
        if run.is_none_or(|run| !run.contains_key(&planned.at)) {
            make(&mut trial, ask.id, planned)?;
        }
    }
    Ok(trial.facts)
}

/// What a plan's series are, when its slots are there.
pub(super) fn of_plan(trial: &mut Trial, plan: &PlanSeries) -> Result<(), Refusal> {
    let known = trial.books.series.values().find(|known| known.spec.key == plan.spec.key);
    let id = known.map_or(plan.id, |known| known.id);
    let is_news = known.is_none_or(|known| known.spec != plan.spec);
    sound(&trial.books, id, &plan.spec)?;
    if known.is_none() {
        room(trial.books.series.len(), SERIES_MAX, Noun::Series)?;
    }
    let mut tied: Vec<Occurrence> = Vec::new();
    for (slug, at) in &plan.slots {
        let slot = trial.books.slugs.get(slug).and_then(|slot| trial.books.slots.get(slot));
        let slot = slot.ok_or(Refusal::Unknown(Noun::Slot))?;
        let given = Given::of(&slot.spec);
        tied.push(Occurrence { slot: slot.id, series: id, at: *at, given, standing: Standing::Made });
    }
    let books = &trial.books;
    tied.retain(|one| books.occurrences.get(&one.slot) != Some(one));
    // A series that slots leave for this one is another one too, and every reader of its version hears of it.
    let left = tied.iter().filter_map(|one| books.occurrences.get(&one.slot)).map(|was| was.series);
    let left: BTreeSet<SeriesId> = left.filter(|series| *series != id).collect();
    let left: Vec<_> = left.iter().filter_map(|series| books.series.get(series).cloned()).collect();
    for series in left {
        say(trial, series.id, (&series.spec, series.reach));
    }
    // The same plan again, some days later, says nothing new of a series that has all its slots.
    if is_news || !tied.is_empty() {
        say(trial, id, (&plan.spec, plan.reach));
    }
    trial.take(tied.into_iter().map(|one| Fact::OccurrencePut(Box::new(one))).collect());
    Ok(())
}

/// Whether a series may be called and written like this.
fn sound(books: &Books, id: SeriesId, spec: &SeriesSpec) -> Result<(), Refusal> {
    let taken = books.series.values().any(|other| other.spec.key == spec.key && other.id != id);
    let max = TEMPLATE_BYTES_MAX as i64;
    earliest([
        free_name(!taken, || "key".into()),
        validate::slug("key", &spec.key),
        validate::title("title", &spec.title),
        if spec.text.len() as i64 > max {
            Err(Refusal::invalid("text", Flaw::AboveMax(max)))
        } else {
            Ok(())
        },
    ])
}

/// No two occurrences stand at one place of the rule.
fn apart(books: &Books, ask: &PutSeries, slots: &[SlotId]) -> Result<(), Refusal> {
    let stays = books.runs.get(&ask.id).into_iter().flatten().filter(|(_, slot)| !slots.contains(slot));
    let mut taken: BTreeSet<_> = stays.map(|(at, _)| *at).collect();
    let mut all = ask.kept.iter().map(|kept| kept.at).chain(ask.planned.iter().map(|planned| planned.at));
    if all.all(|at| taken.insert(at)) { Ok(()) } else { Err(Refusal::invalid("rule", Flaw::Repeated)) }
}

/// The fact that a series is like this now, with its next version.
fn say(trial: &mut Trial, id: SeriesId, (spec, reach): (&SeriesSpec, Reach)) {
    let version = trial.books.series.get(&id).map_or(1, |known| known.version + 1);
    let series = Series { id, version, spec: spec.clone(), reach };
    trial.take(vec![Fact::SeriesPut(Box::new(series))]);
}

/// An occurrence gets its slot, with all that a slot of this series has.
fn make(trial: &mut Trial, series: SeriesId, planned: &Planned) -> Result<(), Refusal> {
    let mut plan = planned.slot.clone();
    plan.spec.slug = free_slug(&trial.books, &plan.spec.slug)?;
    let plan = &plan;
    pools_of(trial, &planned.pools)?;
    put_slot(trial, plan)?;
    fill_slot(trial, plan)?;
    remember(trial, plan.id, planned.applied.as_ref())?;
    let given = Given::of(&plan.spec);
    let one = Occurrence { slot: plan.id, series, at: planned.at, given, standing: Standing::Made };
    trial.take(vec![Fact::OccurrencePut(Box::new(one))]);
    Ok(())
}

/// The name of a new slot: the one that the series would give it, or the next that nobody has. Slots keep their
/// names where they are moved, so another occurrence may have it.
fn free_slug(books: &Books, wanted: &str) -> Result<String, Refusal> {
    let others = (2..SAME_SLUGS_MAX).map(|number| format!("{wanted}-{number}"));
    let mut all = std::iter::once(wanted.to_owned()).chain(others);
    let taken = || Refusal::NameTaken { field: format!("slots[{wanted}].slug") };
    all.find(|slug| !books.slugs.contains_key(slug)).ok_or_else(taken)
}

/// An occurrence that has its slot is brought to what the rule makes of it now.
fn bring(
    trial: &mut Trial,
    (books, ask): (&Books, &PutSeries),
    (id, kept): (SlotId, &Kept),
) -> Result<(), Refusal> {
    let known = books.occurrences.get(&id).ok_or(Refusal::Unknown(Noun::Slot))?;
    let slot = books.slots.get(&id).ok_or(Refusal::Unknown(Noun::Slot))?;
    let series = books.series.get(&known.series).ok_or(Refusal::Unknown(Noun::Series))?;
    let waits = books.pending_of(id).filter(|pending| is_own(pending, (series, known), slot));
    // What waits for a yes stands where it stood, which is no change by hand.
    let waits_to_move = waits.is_some_and(|pending| pending.wish != Wish::Cancel);
    let by_hand = known.is_overridden(series, slot) && !waits_to_move;
    let mut after = Occurrence { series: ask.id, at: kept.at, ..known.clone() };
    let wish = match &kept.now {
        Some(spec) => {
            after.given = Given::of(spec);
            after.standing = Standing::Made;
            (!by_hand).then(|| edit(&slot.spec, spec)).flatten()
        }
        None => {
            after.standing = Standing::Dropped;
            // Whoever said no to that once is not asked again because something else changed.
            (known.standing == Standing::Made).then_some(Wish::Cancel)
        }
    };
    // Nobody is asked any more about what the series does not want any more.
    let is_moot = after.standing == Standing::Made || known.standing == Standing::Made;
    let moot = waits.filter(|_| is_moot);
    if after != *known {
        trial.take(vec![Fact::OccurrencePut(Box::new(after))]);
    }
    let Some(wish) = wish.filter(|_| !slot.state.is_off() && trial.now < slot.spec.times.start) else {
        trial.take(moot.map(overtaken).into_iter().collect());
        return Ok(());
    };
    let asked = ChangeSlot {
        slot: id,
        expected: Expect::Any,
        wish,
        tell: ask.tell,
        by: ask.by,
        resolved: kept.resolved.clone(),
        waits_as: kept.waits_as,
    };
    let facts = weighed(&trial.books, trial.now, &asked)?;
    trial.take(facts);
    // It waits anew, or was overtaken by what was done; or it was done without being noticed, as another title is.
    let moot = moot.filter(|moot| trial.books.pending_of(id).is_some_and(|now| now.id == moot.id));
    let moot = moot.filter(|moot| moot.wish != asked.wish);
    trial.take(moot.map(overtaken).into_iter().collect());
    Ok(())
}

/// Whether a change waits because the series wants it, and not because somebody has asked for it by hand.
fn is_own(pending: &Pending, (series, known): (&Series, &Occurrence), slot: &Slot) -> bool {
    match &pending.wish {
        Wish::Edit(edit) => {
            let spec = edit.over(&slot.spec);
            edit.units.is_none()
                && spec != slot.spec
                && spec.times.zone == series.spec.zone
                && Given::of(&spec) == known.given
        }
        Wish::Cancel => known.standing == Standing::Dropped,
        Wish::Part(_) | Wish::Template(_) => false,
    }
}

fn overtaken(pending: &Pending) -> Fact {
    let (confirmation, slot) = (pending.id, pending.slot);
    Fact::ConfirmationEnded { confirmation, slot, end: PendingEnd::Overtaken }
}

/// The facts of one slot's change. All changes of a series are one deliberate act, whatever it moves.
fn weighed(books: &Books, now: Instant, asked: &ChangeSlot) -> Decision {
    let facts = change::weigh_in_whole(books, now, asked)?.facts;
    Ok(facts
        .into_iter()
        .map(|fact| match fact {
            Fact::ChangeMade(mut made) => {
                made.kind = MadeKind::Planned;
                Fact::ChangeMade(made)
            }
            other => other,
        })
        .collect())
}

/// What has to be otherwise about a slot so that it is what its series gives it; its name in addresses stays, since
/// people have it.
fn edit(slot: &SlotSpec, given: &SlotSpec) -> Option<Wish> {
    fn other<T: Clone + PartialEq>(is: &T, shall: &T) -> Option<T> {
        (is != shall).then(|| shall.clone())
    }
    let edit = Edit {
        title: other(&slot.title, &given.title),
        story: other(&slot.story, &given.story),
        image: other(&slot.image, &given.image),
        place: other(&slot.place, &given.place),
        times: (!slot.times.same_as(&given.times)).then(|| given.times.clone()),
        ..Edit::default()
    };
    (edit != Edit::default()).then(|| Wish::Edit(Box::new(edit)))
}
