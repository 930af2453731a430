//! Customer lists that windows admit. Addresses go in and never come out.

mod all;
mod change;
mod create;
mod remove;
mod show;

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::ListId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::Key;
use dayshelf_wire::access::{ListRequest, ListShape};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::look;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(all::all, create::create)).routes(routes!(
        show::show,
        change::change,
        remove::remove
    ))
}

/// The list as it stands.
async fn shown(app: &App, id: ListId) -> Result<ListShape, No> {
    look(app, id.home(), move |books| {
        let known = books.lists.get(&id).ok_or(Refusal::Unknown(Noun::List))?;
        Ok(ListShape::from(known))
    })
    .await
}

/// Puts one in the words of its author, and says how it stands; the flag says whether this was a retry.
async fn put(
    app: &App,
    id: ListId,
    key: Option<Key>,
    request: &ListRequest,
) -> Result<(ListShape, bool), No> {
    let list = request.list(id)?;
    let asked = ListShape::from(&list);
    let decided = app.submit(id.home(), Command::PutList(Box::new(list)), key).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::ListPut(list) => Some(ListShape::from(&**list)),
        _ => None,
    });
    Ok((put.unwrap_or(asked), decided.replayed))
}
