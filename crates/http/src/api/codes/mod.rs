//! Codes that open windows. Their text goes in once and never comes out.

mod all;
mod change;
mod create;
mod remove;
mod show;

use dayshelf_core::command::Command;
use dayshelf_core::ids::CodeId;
use dayshelf_core::refusal::{Noun, Refusal};
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

/// Puts the code in the words of its author.
async fn put(app: &App, id: CodeId, request: &CodeRequest) -> Result<CodeShape, No> {
    let code = request.code(id)?;
    let shape = CodeShape::from(&code);
    app.submit(id.home(), Command::PutCode(Box::new(code)), None).await?;
    Ok(shape)
}
