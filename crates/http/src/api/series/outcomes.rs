//! What became of the occurrences of a series, read off the facts.

use std::collections::BTreeMap;

use dayshelf_core::command::Command;
use dayshelf_core::fact::{Fact, SlotChange};
use dayshelf_core::ids::{Home, SeriesId, SlotId};
use dayshelf_core::series::{PutSeries, Series};
use dayshelf_desk::{Decided, Key, Reply};
use dayshelf_wire::name::{ConfirmationRef, SlotRef};
use dayshelf_wire::plan::single::SlotClock;
use dayshelf_wire::series::ask::Member;
use dayshelf_wire::series::{Became, OutcomeShape, SeriesAnswer, SeriesHead};

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

/// A series that is put, really or only to see what would come of it.
pub(super) struct Putting {
    pub ask: PutSeries,
    /// Its slots so far.
    pub members: Vec<Member>,
    pub dry_run: bool,
    /// None where the ETag keeps it from being done twice.
    pub key: Option<Key>,
}

impl Putting {
    /// Carries it out, and says what came of it.
    pub async fn carried_out(self, app: &App) -> Result<(SeriesAnswer, Decided), No> {
        let Self { ask, members, dry_run, key } = self;
        let (id, home) = (ask.id, ask.id.home());
        let named: Vec<_> = ask.kept.iter().map(|kept| kept.was).collect();
        let clocks = SlotClock::of_series(&ask, &app.zones);
        let command = Command::PutSeries(Box::new(ask));
        let decided = if dry_run {
            rehearsed(app, home, command).await?
        } else {
            app.submit(home, command, key).await?
        };
        let mut outcomes = outcomes(&decided.facts);
        for member in
            members.iter().filter(|one| one.is_overridden && !one.is_cancelled && named.contains(&one.at))
        {
            let stays = OutcomeShape::done(SlotRef(member.slot), Became::Stays);
            outcomes.entry(member.slot).or_insert(stays);
        }
        let series = match put(&decided.facts, id) {
            Some(series) => series,
            // A retry is answered with the facts of the first time, and its ids.
            None => shown(app, last(&decided.facts).unwrap_or(id)).await?,
        };
        let outcomes = outcomes.into_values().collect();
        Ok((SeriesAnswer { dry_run, series: SeriesHead::from(&series), outcomes, clocks }, decided))
    }
}

/// The answer to whoever changed or ended a series.
pub(super) fn answer(answer: &SeriesAnswer, decided: &Decided) -> Result<Answer, No> {
    Ok(Answer::ok(answer)?.version(answer.series.version).replayed(decided.replayed))
}

async fn rehearsed(app: &App, home: Home, command: Command) -> Result<Decided, No> {
    match app.desk.rehearse(home, command).await {
        Reply::Done(decided) => Ok(decided),
        Reply::Refused { refusal, .. } => Err(refusal.into()),
        Reply::Fault(fault) => Err(fault.into()),
    }
}

/// The series as the facts leave it: the one that was asked for, or after a retry the one that was made then.
fn put(facts: &[Fact], id: SeriesId) -> Option<Series> {
    let last = last(facts).unwrap_or(id);
    facts.iter().rev().find_map(|fact| match fact {
        Fact::SeriesPut(series) if series.id == last => Some((**series).clone()),
        _ => None,
    })
}

fn last(facts: &[Fact]) -> Option<SeriesId> {
    facts.iter().rev().find_map(|fact| match fact {
        Fact::SeriesPut(series) => Some(series.id),
        _ => None,
    })
}

fn outcomes(facts: &[Fact]) -> BTreeMap<SlotId, OutcomeShape> {
    let mut all = BTreeMap::new();
    for fact in facts {
        let (slot, outcome) = match fact {
            Fact::SlotPut { slot, change: SlotChange::Created } => {
                (slot.id, OutcomeShape::done(SlotRef(slot.id), Became::Made))
            }
            Fact::SlotPut { slot, .. } if slot.state.is_off() => {
                (slot.id, OutcomeShape::done(SlotRef(slot.id), Became::Cancelled))
            }
            Fact::ChangeMade(made) => (made.slot, OutcomeShape::done(SlotRef(made.slot), Became::Changed)),
            Fact::ConfirmationAsked(pending) => {
                let id = ConfirmationRef(pending.id);
                (pending.slot, OutcomeShape::waits(SlotRef(pending.slot), id, &pending.reasons))
            }
            _ => continue,
        };
        all.insert(slot, outcome);
    }
    all
}
