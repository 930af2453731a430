//! Texts that an organiser keeps to use again: for announcements, messages, stories.
//!
//! They move nothing and no fact tells of them, so they are rows of the store beside the journal. Start at [`routes`].

mod all;
mod change;
mod create;
mod remove;
mod show;

use dayshelf_core::ids::TextId;
use dayshelf_core::refusal::Noun;
use dayshelf_store::KeptText;
use dayshelf_wire::name::TextRef;
use dayshelf_wire::texts::TextShape;
use dayshelf_wire::time::At;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(all::all, create::create)).routes(routes!(
        show::show,
        change::change,
        remove::remove
    ))
}

/// A text as it stands.
async fn known(app: &App, id: TextId) -> Result<KeptText, No> {
    app.store.text(id).await?.ok_or_else(|| No::unknown(Noun::Text))
}

fn shape(text: &KeptText) -> TextShape {
    TextShape {
        id: TextRef(text.id),
        version: text.version,
        title: text.title.clone(),
        text: text.body.clone(),
        changed_at: At(text.changed),
    }
}
