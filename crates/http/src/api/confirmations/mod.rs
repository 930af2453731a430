//! Changes that wait for a yes: seeing them, answering them.

mod all;
pub(crate) mod answer;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(all::all))
        .routes(routes!(show::show))
        .routes(routes!(answer::answer))
}
