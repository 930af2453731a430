//! `DELETE /v1/products/{product}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::ProductId;
use dayshelf_wire::name::ProductRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{IfMatch, Manage, Own};
use crate::no::No;

/// Remove a product. Offers of its key stay, and its pictures stay in the library.
#[utoipa::path(
    delete, path = "/v1/products/{product}", operation_id = "product_remove", tag = "library",
    params(
        ("product" = ProductRef, Path, description = "A product"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, ProductId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemoveProduct { id: own.id, expected }, None).await?;
    Ok(Answer::done())
}
