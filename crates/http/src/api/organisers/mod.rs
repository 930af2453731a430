//! Organisers: founding one, and what it says about itself.

mod change;
mod domain;
mod found;
mod look;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) use found::founded;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(found::found))
        .routes(routes!(show::show, change::change))
        .routes(routes!(domain::show, domain::change))
        .routes(routes!(domain::ask))
        .routes(routes!(look::change))
        .routes(routes!(look::contrast))
}
