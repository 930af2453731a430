//! `GET /v1/endpoints/{endpoint}/deliveries`.

use axum::extract::State;
use dayshelf_core::ids::EndpointId;
use dayshelf_wire::endpoint::DeliveryShape;
use dayshelf_wire::name::EndpointRef;
use dayshelf_wire::page::Page;

use super::{known, shape};
use crate::answer::Answer;
use crate::api::author::Range;
use crate::app::App;
use crate::extract::{Manage, Own, Params};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "deliveries";

/// What was sent to an endpoint and what waits for it, newest first.
#[utoipa::path(
    get, path = "/v1/endpoints/{endpoint}/deliveries", operation_id = "delivery_list", tag = "webhooks",
    params(
        ("endpoint" = EndpointRef, Path, description = "The endpoint"),
        ("limit" = Option<u32>, Query, description = "Deliveries on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "A page of the log", body = Page<DeliveryShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn deliveries(
    State(app): State<App>,
    own: Own<Manage, EndpointId>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    known(&app, own.id).await?;
    // The newest come first, so the page before ended with the oldest that was shown.
    let found = app.store.delivery_log(own.id, range.after, range.limit + 1).await?;
    Answer::ok(&range.page(LIST, found, |delivery| delivery.id, shape))
}
