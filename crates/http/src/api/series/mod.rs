//! Series: slots that recur, made, looked at, changed as a whole or from an occurrence on, published, ended.

mod change;
mod create;
mod end;
mod list;
mod outcomes;
mod publish;
mod put;
mod show;

use dayshelf_core::ids::SeriesId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::series::Series;
use dayshelf_wire::plan::series::SeriesDoc;
use dayshelf_wire::series::ask::{Member, members, template_in};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::author::look;
use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list, create::create))
        .routes(routes!(show::show, put::put))
        .routes(routes!(change::change))
        .routes(routes!(end::end))
        .routes(routes!(publish::publish))
}

/// A series as it stands.
async fn shown(app: &App, id: SeriesId) -> Result<Series, No> {
    let unknown = Refusal::Unknown(Noun::Series);
    look(app, id.home(), move |books| books.series.get(&id).cloned().ok_or(unknown)).await
}

/// Its slots that lie ahead, and the text of the template that `doc` names.
async fn known(app: &App, series: &Series, doc: &SeriesDoc) -> Result<(Vec<Member>, Option<String>), No> {
    let (series, key, now) = (series.clone(), doc.template.clone(), app.now());
    look(app, series.id.home(), move |books| {
        Ok((members(books, &series, now), template_in(books, key.as_deref())?))
    })
    .await
}
