//! `PUT /v1/products/{product}`.

use axum::extract::State;
use dayshelf_core::ids::ProductId;
use dayshelf_wire::library::{ProductRequest, ProductShape};
use dayshelf_wire::name::ProductRef;
use serde_json::Value;

use super::{put, shown};
use crate::answer::Answer;
use crate::api::author::Which;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "version"]);

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
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let shown = ProductShape::from(&shown(&app, own.id).await?);
    let said: ProductRequest = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    put(&app, own.id.home(), Which::Known(own.id, expected), said).await
}
