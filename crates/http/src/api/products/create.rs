//! `POST /v1/products`.

use axum::extract::State;
use dayshelf_wire::library::{ProductRequest, ProductShape};

use super::put;
use crate::answer::Answer;
use crate::api::author::Which;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make a product. Every slot that has an offer of its key shows its pictures, its text and its questions.
#[utoipa::path(
    post, path = "/v1/products", operation_id = "product_create", tag = "library",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = ProductRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "It is there", body = ProductShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<ProductRequest>,
) -> Result<Answer, No> {
    let key = asked.once.key(organiser.caller(), organiser.home);
    put(&app, organiser.home, Which::New(key), asked.body).await
}
