//! Slots as buyers see them (the calendar, one slot, its live counts), and as their organiser edits them.

mod calendar;
mod cancel;
mod change;
mod create;
mod edit;
mod list;
pub(crate) mod live;
mod overlay;
mod own;
mod publish;
mod relocate;
pub(crate) mod shape;
mod sheet;
mod show;
pub(crate) mod viewer;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(show::show, change::change))
        .routes(routes!(live::live))
        .routes(routes!(own::own, create::create))
        .routes(routes!(calendar::calendar))
        .routes(routes!(overlay::show, overlay::renew))
        .routes(routes!(sheet::sheet))
        .routes(routes!(relocate::relocate))
        .routes(routes!(publish::publish))
        .routes(routes!(cancel::cancel))
}
