//! Holds: making one, showing it, and everything its bearer may do with it.

pub(crate) mod bank;
mod changed;
mod checkout;
mod confirm;
pub(crate) mod create;
mod extend;
mod release;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(create::create))
        .routes(routes!(show::show))
        .routes(routes!(checkout::checkout))
        .routes(routes!(extend::extend))
        .routes(routes!(release::release))
        .routes(routes!(confirm::confirm))
}
