//! `GET /v1/endpoints`.

use axum::extract::State;
use dayshelf_wire::endpoint::EndpointShape;
use dayshelf_wire::page::Page;

use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Manage, Organiser};
use crate::no::No;

/// All webhook endpoints, without their secrets, on one page.
#[utoipa::path(
    get, path = "/v1/endpoints", operation_id = "endpoint_list", tag = "webhooks",
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "All of them", body = Page<EndpointShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(State(app): State<App>, organiser: Organiser<Manage>) -> Result<Answer, No> {
    let items = look(&app, organiser.home, |books| {
        Ok(books.endpoints.values().map(EndpointShape::of).collect::<Vec<_>>())
    })
    .await?;
    Answer::ok(&Page { items, next: None })
}
