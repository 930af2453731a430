//! All routes in one router, with the frame around each.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{any, get};
use dayshelf_wire::problem::Kind;
use utoipa_axum::router::OpenApiRouter;

use crate::app::App;
use crate::frame::Frame;
use crate::no::No;
use crate::{api, openapi, operate, site};

/// Everything that is served.
pub fn router(app: App) -> Router {
    router_with(app, Router::new())
}

/// Everything that is served, with further routes inside the same frame.
pub fn router_with(app: App, more: Router<App>) -> Router {
    let (routes, _) = documented().split_for_parts();
    let api = routes
        // Else a page's two parameters would take what the API does not know.
        .route("/v1", any(nothing_here))
        .route("/v1/{*rest}", any(nothing_here));
    let pages =
        site::routes().route("/openapi.json", get(openapi::serve)).merge(more).fallback(site::nothing_here);
    // Which page it is follows from the name as well, so the name is looked at before the pages' routes are. The API is
    // the same under every name, is asked more often than anything, and is not led that way.
    let pages = Router::new()
        .fallback_service(framed(&app, pages))
        .layer(from_fn_with_state(app.clone(), site::by_name));
    framed(&app, api).fallback_service(pages)
}

fn framed(app: &App, routes: Router<App>) -> Router {
    routes.layer(Frame(app.clone())).with_state(app.clone())
}

/// The routes that stand in the OpenAPI document.
pub(crate) fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::default().merge(api::routes()).merge(operate::routes())
}

async fn nothing_here() -> No {
    No::plain(Kind::RouteUnknown)
}
