//! Slots as buyers see them: the calendar, one slot, and its live counts.

mod list;
mod live;
pub(crate) mod shape;
mod show;
pub(crate) mod viewer;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list::list))
        .routes(routes!(show::show))
        .routes(routes!(live::live))
}
