//! The JSON API by resource. Each resource has its folder, each route its file.

mod facts;
mod holds;
pub(crate) mod orders;
pub(crate) mod slots;
mod waitlist;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(slots::routes())
        .merge(holds::routes())
        .merge(orders::routes())
        .merge(waitlist::routes())
}
