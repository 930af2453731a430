//! The plan: a whole drop as one document, applied, tried, or looked at as buyers will see it.

mod apply;
mod preview;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(apply::apply)).routes(routes!(preview::preview))
}
