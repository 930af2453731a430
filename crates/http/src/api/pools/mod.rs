//! Pools: what there is of everything, how it stands, and how stock comes, goes and is counted.

mod change;
mod count;
mod create;
mod list;
mod relocate;
mod remove;
mod show;

use dayshelf_core::books::Books;
use dayshelf_core::change::Part;
use dayshelf_core::command::Command;
use dayshelf_core::decide::{on_hand, pool_spec, selling};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, PoolId};
use dayshelf_core::pool::{Balance, Pool, PoolSpec};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::text::Digest;
use dayshelf_desk::{Decided, Reply};
use dayshelf_wire::plan::doc::PoolDoc;
use dayshelf_wire::plan::single;
use dayshelf_wire::stock::{PoolShape, StockDone};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{Which, look, reading};
use super::facts::find;
use super::single::{Came, Manner, Single};
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(relocate::relocate))
        .routes(routes!(count::count))
}

/// A pool as it stands, with what a count of it should find.
async fn shown(app: &App, id: PoolId) -> Result<(Pool, u32), No> {
    look(app, id.home(), move |books| Ok((known(books, id)?.clone(), on_hand(books, &[id]).values().sum())))
        .await
}

fn known(books: &Books, id: PoolId) -> Result<&Pool, Refusal> {
    books.pools.get(&id).ok_or(Refusal::Unknown(Noun::Pool))
}

/// What came of a movement or a count. A source that was taken in before gets what was answered then.
async fn stock_done(app: &App, (pool, source): (PoolId, Digest), decided: &Decided) -> Result<Answer, No> {
    let said = |fact: &Fact| fact.sourced().is_some_and(|said| said.source() == source);
    if decided.facts.iter().any(said) {
        return Ok(Answer::ok(&StockDone::of(pool, decided.seq, &decided.facts))?.replayed(decided.replayed));
    }
    let first = app.reader.sourced(pool.home(), source).await?.flatten();
    let (seq, facts) = first.as_ref().map_or((decided.seq, &[][..]), |record| (record.seq, record.facts()));
    Ok(Answer::ok(&StockDone::of(pool, seq, facts).again())?.replayed(decided.replayed))
}

/// Puts a pool in the words of its author.
async fn put(
    app: &App,
    home: Home,
    which: Which<PoolId>,
    manner: Manner,
    doc: &PoolDoc,
) -> Result<Answer, No> {
    let plan = reading(app, home, |context| Ok(single::pool(doc, context)))?;
    let fresh = plan.id;
    let known = which.id();
    let (spec, slot) = look(app, home, move |books| {
        known.map(|id| self::known(books, id)).transpose()?;
        Ok((pool_spec(books, &plan)?, known.and_then(|id| selling(books, id))))
    })
    .await?;
    let (expected, key) = which.terms();
    if let (Some(id), Some(slot)) = (known, slot) {
        let single = Single { slot, expected, part: Part::Pool(id, spec) };
        if let Came::Said(answer) = single.hand_in(app, manner, None).await? {
            return Ok(answer.unversioned());
        }
    } else {
        let command = Command::PutPool { id: known.unwrap_or(fresh), expected, spec: Box::new(spec) };
        if let (Some(id), true) = (known, manner.told.dry_run) {
            return rehearsed(app, id, command).await;
        }
        let decided = app.submit(home, command, key).await.map_err(No::alone)?;
        if known.is_none() {
            return made(&decided);
        }
    }
    let id = known.unwrap_or(fresh);
    let (pool, on_hand) = shown(app, id).await?;
    Ok(Answer::ok(&PoolShape::of(&pool, on_hand))?.version(pool.version))
}

/// A pool that nothing sells from, as a change would leave it.
async fn rehearsed(app: &App, id: PoolId, change: Command) -> Result<Answer, No> {
    let (mut pool, mut on_hand) = shown(app, id).await?;
    let version = pool.version;
    let decided = match app.desk.rehearse(id.home(), change).await {
        Reply::Done(decided) => decided,
        Reply::Refused { refusal, .. } => return Err(No::from(refusal).alone()),
        Reply::Fault(fault) => return Err(fault.into()),
    };
    for fact in decided.facts.iter() {
        if let Fact::PoolPut { pool: put, version, spec, .. } = fact
            && *put == id
        {
            let more = i64::from(spec.units) - i64::from(pool.spec.units);
            let plus = |units: u32| u32::try_from(i64::from(units) + more).unwrap_or_default();
            let (supplied, free) = (plus(pool.balance.supplied), plus(pool.balance.free));
            pool.balance = Balance { supplied, free, ..pool.balance };
            on_hand = plus(on_hand);
            (pool.version, pool.spec) = (*version, PoolSpec::clone(spec));
        }
    }
    Ok(Answer::ok(&PoolShape::of(&pool, on_hand))?.version(version))
}

/// A new pool, as it was when it was made: all its units are free. A retry gets the same.
fn made(decided: &Decided) -> Result<Answer, No> {
    let pool = find(decided, |fact| match fact {
        Fact::PoolPut { pool, role, version, spec, .. } => {
            let balance = Balance { supplied: spec.units, free: spec.units, ..Balance::default() };
            let (id, role, version, spec) = (*pool, *role, *version, PoolSpec::clone(spec));
            Some(Pool { id, role, version, spec, balance, counted: 0 })
        }
        _ => None,
    })?;
    let answer = Answer::created(&PoolShape::of(&pool, pool.balance.free))?;
    Ok(answer.version(pool.version).replayed(decided.replayed))
}
