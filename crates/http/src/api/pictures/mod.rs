//! Pictures of the library: sent as they are, drawn anew, described, removed.

mod change;
mod create;
mod list;
mod remove;
mod show;

use std::collections::BTreeSet;

use dayshelf_core::ids::{Home, OrganiserId, PictureId};
use dayshelf_core::picture::Picture;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::time::{Instant, Span};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::look;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list::list, create::create)).routes(routes!(
        show::show,
        change::change,
        remove::remove
    ))
}

/// Files that no picture names are left so long: whoever looks at a page that showed one still gets it, and a picture
/// that is being kept has time for it.
const UNNAMED: Span = Span::hours(1);

/// Whose files they are.
async fn whose(app: &App, home: Home) -> Result<OrganiserId, No> {
    look(app, home, |books| Ok(books.organiser.id)).await
}

/// A picture as it stands, and whose it is.
async fn shown(app: &App, id: PictureId) -> Result<(Picture, OrganiserId), No> {
    let unknown = Refusal::Unknown(Noun::Picture);
    look(app, id.home(), move |books| {
        books.pictures.get(&id).cloned().map(|picture| (picture, books.organiser.id)).ok_or(unknown)
    })
    .await
}

/// Lets go the files of pictures that were removed some time ago.
async fn sweep(app: &App, home: Home) -> Result<(), No> {
    let before = Instant(app.now().0 - UNNAMED.0);
    let named = look(app, home, |books| {
        let files = books.pictures.values().flat_map(|picture| &picture.drawn.files);
        Ok(files.map(|file| file.digest).collect::<BTreeSet<_>>())
    });
    let swept = app.store.sweep_picture_files(home, named.await?, before).await?;
    if swept > 0 {
        tracing::debug!(swept, "files of pictures that were removed are gone");
    }
    Ok(())
}
