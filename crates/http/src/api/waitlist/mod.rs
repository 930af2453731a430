//! The waitlist: getting in line, seeing where one stands, leaving, declining a turn; and who
//! waits, for the organiser.

mod decline;
pub(crate) mod join;
mod leave;
mod line;
pub(crate) mod shape;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(join::join, line::line))
        .routes(routes!(show::show, leave::leave))
        .routes(routes!(decline::decline))
}
