//! What operators and their machines ask: health, readiness, measures; and what a problem means.

mod health;
mod problems;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(health::measures))
        .routes(routes!(problems::describe))
}
