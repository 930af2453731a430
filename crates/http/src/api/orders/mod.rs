//! Orders: showing one, giving it back, taking it to another slot, handing the goods over, with a pass or without;
//! and the keys that verify passes.

mod cancel;
mod handover;
mod own;
mod pass_keys;
mod redeem;
mod relocate;
pub(crate) mod shape;
mod show;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(own::own))
        .routes(routes!(show::show))
        .routes(routes!(cancel::cancel))
        .routes(routes!(relocate::relocate))
        .routes(routes!(handover::handover))
        .routes(routes!(handover::undo))
        .routes(routes!(redeem::redeem))
        .routes(routes!(pass_keys::show))
}
