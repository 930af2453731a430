//! `GET /v1/products/{product}`.

use axum::extract::State;
use dayshelf_core::ids::ProductId;
use dayshelf_wire::library::ProductShape;
use dayshelf_wire::name::ProductRef;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A product.
#[utoipa::path(
    get, path = "/v1/products/{product}", operation_id = "product_show", tag = "library",
    params(("product" = ProductRef, Path, description = "A product")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands", body = ProductShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, ProductId>) -> Result<Answer, No> {
    let product = shown(&app, own.id).await?;
    Ok(Answer::ok(&ProductShape::from(&product))?.version(product.version))
}
