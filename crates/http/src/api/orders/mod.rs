//! Orders: showing one, giving it back, taking it to another slot, handing the goods over, with a pass or without, what
//! the team writes about it; and the keys that verify passes.

mod cancel;
mod edit;
mod handover;
mod note;
mod own;
mod pass_keys;
mod redeem;
mod relocate;
mod resend;
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
        .routes(routes!(edit::edit))
        .routes(routes!(note::note))
        .routes(routes!(resend::resend))
        .routes(routes!(handover::undo))
        .routes(routes!(redeem::redeem))
        .routes(routes!(pass_keys::show))
}
