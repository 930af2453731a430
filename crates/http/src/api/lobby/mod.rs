//! The lobby of a window: taking a number, and where one stands with it.

pub(crate) mod show;
pub(crate) mod take;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(take::take, show::show))
}
