//! Pools: what there is of everything, how it stands, and how stock comes, goes and is counted.

mod change;
mod count;
mod create;
mod list;
mod relocate;
mod remove;
mod show;

use dayshelf_core::books::Books;
use dayshelf_core::command::Command;
use dayshelf_core::decide::pool_spec;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::{Home, PoolId};
use dayshelf_core::pool::{Balance, Pool, PoolSpec};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::Decided;
use dayshelf_wire::plan::doc::PoolDoc;
use dayshelf_wire::plan::single;
use dayshelf_wire::stock::PoolShape;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{Which, look, reading};
use super::facts::find;
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

/// A pool as it stands.
async fn shown(app: &App, id: PoolId) -> Result<Pool, No> {
    look(app, id.home(), move |books| known(books, id).cloned()).await
}

fn known(books: &Books, id: PoolId) -> Result<&Pool, Refusal> {
    books.pools.get(&id).ok_or(Refusal::Unknown(Noun::Pool))
}

/// Puts a pool in the words of its author.
async fn put(app: &App, home: Home, which: Which<PoolId>, doc: &PoolDoc) -> Result<Answer, No> {
    let plan = reading(app, home, |context| Ok(single::pool(doc, context)))?;
    let fresh = plan.id;
    let known = which.id();
    let spec = look(app, home, move |books| {
        known.map(|id| self::known(books, id)).transpose()?;
        pool_spec(books, &plan)
    })
    .await?;
    let (expected, key) = which.terms();
    let command = Command::PutPool { id: known.unwrap_or(fresh), expected, spec: Box::new(spec) };
    let decided = app.submit(home, command, key).await.map_err(No::alone)?;
    let Some(id) = known else { return made(&decided) };
    let pool = shown(app, id).await?;
    Ok(Answer::ok(&PoolShape::from(&pool))?.version(pool.version))
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
    let answer = Answer::created(&PoolShape::from(&pool))?;
    Ok(answer.version(pool.version).replayed(decided.replayed))
}
