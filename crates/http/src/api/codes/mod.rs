//! Codes that open windows. Their text goes in once and never comes out.

mod all;
mod change;
mod create;
mod remove;
mod show;

use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::CodeId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::Key;
use dayshelf_wire::access::{CodeRequest, CodeShape};
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

/// The code as it stands.
async fn shown(app: &App, id: CodeId) -> Result<CodeShape, No> {
    look(app, id.home(), move |books| {
        let known = books.codes.get(&id).ok_or(Refusal::Unknown(Noun::Code))?;
        Ok(CodeShape::from(known))
    })
    .await
}

/// Puts one in the words of its author, and says how it stands; the flag says whether this was a retry.
async fn put(
    app: &App,
    id: CodeId,
    key: Option<Key>,
    request: &CodeRequest,
) -> Result<(CodeShape, bool), No> {
    let code = request.code(id)?;
    let asked = CodeShape::from(&code);
    let decided = app.submit(id.home(), Command::PutCode(Box::new(code)), key).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::CodePut(code) => Some(CodeShape::from(&**code)),
        _ => None,
    });
    Ok((put.unwrap_or(asked), decided.replayed))
}
