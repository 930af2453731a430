//! Codes that open windows. Their text goes in once and never comes out.

mod all;
mod change;
mod create;
mod remove;
mod show;

use dayshelf_core::access::Code;
use dayshelf_core::command::{Command, Expect};
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::CodeId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_desk::Key;
use dayshelf_wire::access::CodeShape;
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
        remove::remove
    ))
}

/// A code as it stands, and whether a retry is told of it.
struct Stands {
    shape: CodeShape,
    version: u32,
    replayed: bool,
}

impl Stands {
    fn answer(&self, with: fn(&CodeShape) -> Result<Answer, No>) -> Result<Answer, No> {
        Ok(with(&self.shape)?.version(self.version).replayed(self.replayed))
    }
}

impl From<&Code> for Stands {
    fn from(code: &Code) -> Self {
        Self { shape: CodeShape::from(code), version: code.version, replayed: false }
    }
}

/// The code itself.
async fn known(app: &App, id: CodeId) -> Result<Code, No> {
    look(app, id.home(), move |books| books.codes.get(&id).cloned().ok_or(Refusal::Unknown(Noun::Code))).await
}

/// The code as it stands.
async fn shown(app: &App, id: CodeId) -> Result<Stands, No> {
    Ok(Stands::from(&known(app, id).await?))
}

/// Puts one, and says how it stands.
async fn put(app: &App, code: Code, (expected, key): (Expect, Option<Key>)) -> Result<Stands, No> {
    let id = code.id;
    let command = Command::PutCode { expected, code: Box::new(code) };
    let decided = app.submit(id.home(), command, key).await?;
    let put = decided.facts.iter().find_map(|fact| match fact {
        Fact::CodePut(code) => Some((&**code).into()),
        _ => None,
    });
    // Nothing was different from what was known.
    let known = match put {
        Some(stands) => stands,
        None => shown(app, id).await?,
    };
    Ok(Stands { replayed: decided.replayed, ..known })
}
