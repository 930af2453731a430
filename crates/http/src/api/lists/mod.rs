//! Customer lists that windows admit. Addresses go in and never come out.

mod admit;
mod all;
mod change;
mod create;
mod remove;
mod show;

use dayshelf_core::access::List;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::ListId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::{Decided, Key};
use dayshelf_wire::access::ListShape;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::look;
use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(all::all, create::create)).routes(routes!(
        show::show,
        change::change,
        admit::admit,
        remove::remove
    ))
}

/// A list as it stands, and whether a retry is told of it.
struct Stands {
    shape: ListShape,
    version: u32,
    replayed: bool,
}

impl Stands {
    fn answer(&self, with: fn(&ListShape) -> Result<Answer, No>) -> Result<Answer, No> {
        Ok(with(&self.shape)?.version(self.version).replayed(self.replayed))
    }
}

impl From<&List> for Stands {
    fn from(list: &List) -> Self {
        Self { shape: ListShape::from(list), version: list.version, replayed: false }
    }
}

/// The list itself.
async fn known(app: &App, id: ListId) -> Result<List, No> {
    look(app, id.home(), move |books| books.lists.get(&id).cloned().ok_or(Refusal::Unknown(Noun::List))).await
}

/// The list as it stands.
async fn shown(app: &App, id: ListId) -> Result<Stands, No> {
    Ok(Stands::from(&known(app, id).await?))
}

/// Puts one, and says how it stands.
async fn put(app: &App, list: List, (expected, key): (Expect, Option<Key>)) -> Result<Stands, No> {
    let id = list.id;
    let command = Command::PutList { expected, list: Box::new(list) };
    let decided = app.submit(id.home(), command, key).await?;
    stands(app, id, &decided).await
}

/// How the list stands after a decision.
async fn stands(app: &App, id: ListId, decided: &Decided) -> Result<Stands, No> {
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::ListPut(list) => Some((&**list).into()),
        _ => None,
    });
    // Nothing was different from what was known.
    let known = match put {
        Some(stands) => stands,
        None => shown(app, id).await?,
    };
    Ok(Stands { replayed: decided.replayed, ..known })
}
