//! `GET /v1/pools/{pool}`.

use axum::extract::State;
use dayshelf_core::ids::PoolId;
use dayshelf_wire::name::PoolRef;
use dayshelf_wire::stock::PoolShape;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A pool with its balances.
#[utoipa::path(
    get, path = "/v1/pools/{pool}", operation_id = "pool_show", tag = "pools",
    params(("pool" = PoolRef, Path, description = "The pool")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The pool", body = PoolShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, PoolId>) -> Result<Answer, No> {
    let (pool, on_hand) = shown(&app, own.id).await?;
    Ok(Answer::ok(&PoolShape::of(&pool, on_hand))?.version(pool.version))
}
