//! The JSON API by resource. Each resource has its folder, each route its file.

mod facts;
mod holds;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().merge(holds::routes())
}
