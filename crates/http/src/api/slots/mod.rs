//! Slots as buyers see them (the calendar, one slot, its live counts), and as their organiser edits them.

mod booked;
mod calendar;
mod change;
mod create;
pub(crate) mod edit;
mod list;
pub(crate) mod live;
mod overlay;
mod own;
mod pause;
pub(crate) mod pipeline;
mod publish;
mod put;
mod remove;
mod resume;
pub(crate) mod shape;
mod sheet;
mod show;
mod undo;
pub(crate) mod viewer;
mod written;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(show::show, put::put, remove::remove))
        .routes(routes!(live::live))
        .routes(routes!(own::own, create::create))
        .routes(routes!(calendar::calendar))
        .routes(routes!(overlay::show, overlay::renew))
        .routes(routes!(sheet::sheet))
        .routes(routes!(booked::booked))
        .routes(routes!(publish::publish))
        .routes(routes!(pause::pause))
        .routes(routes!(resume::resume))
        .routes(routes!(change::change))
        .routes(routes!(undo::undo))
}
