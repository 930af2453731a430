//! `POST /v1/pools`.

use axum::extract::State;
use dayshelf_wire::plan::doc::PoolDoc;
use dayshelf_wire::stock::PoolShape;

use super::put;
use crate::answer::Answer;
use crate::api::author::Which;
use crate::api::single::Manner;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make a pool. All its units are free.
#[utoipa::path(
    post, path = "/v1/pools", operation_id = "pool_create", tag = "pools",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = PoolDoc,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The pool", body = PoolShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<PoolDoc>,
) -> Result<Answer, No> {
    let key = asked.once.key(organiser.caller(), organiser.home);
    let manner = Manner::usual(organiser.credential());
    put(&app, organiser.home, Which::New(key), manner, &asked.body).await
}
