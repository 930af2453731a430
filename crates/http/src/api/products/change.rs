//! `PUT /v1/products/{product}`.

use axum::extract::State;
use dayshelf_core::ids::ProductId;
use dayshelf_wire::library::{ProductRequest, ProductShape};
use dayshelf_wire::name::ProductRef;

use super::put;
use crate::answer::Answer;
use crate::api::author::Which;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// Change a product; what is left out is empty. Pages show it at once.
#[utoipa::path(
    put, path = "/v1/products/{product}", operation_id = "product_change", tag = "library",
    params(
        ("product" = ProductRef, Path, description = "A product"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    request_body = ProductRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = ProductShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, ProductId>,
    IfMatch(expected): IfMatch,
    Body(said): Body<ProductRequest>,
) -> Result<Answer, No> {
    put(&app, own.id.home(), Which::Known(own.id, expected), said).await
}
