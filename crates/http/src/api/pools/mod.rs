//! Pools: what there is of everything, how it stands, and how stock comes, goes and is counted.

mod change;
mod count;
mod create;
mod list;
mod relocate;
mod remove;
mod show;

use dayshelf_core::books::Books;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::decide::pool_spec;
use dayshelf_core::ids::{Home, PoolId};
use dayshelf_core::pool::Pool;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_wire::plan::doc::PoolDoc;
use dayshelf_wire::plan::single;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::{look, reading};
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
async fn put(
    app: &App,
    home: Home,
    id: Option<PoolId>,
    expected: Expect,
    doc: &PoolDoc,
) -> Result<PoolId, No> {
    let plan = reading(app, home, |context| Ok(single::pool(doc, context)))?;
    let fresh = plan.id;
    let spec = look(app, home, move |books| {
        id.map(|id| known(books, id)).transpose()?;
        pool_spec(books, &plan)
    })
    .await?;
    let id = id.unwrap_or(fresh);
    app.submit(home, Command::PutPool { id, expected, spec: Box::new(spec) }, None)
        .await
        .map_err(No::alone)?;
    Ok(id)
}
