//! `DELETE /v1/pools/{pool}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::PoolId;
use dayshelf_wire::name::PoolRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// Remove a pool whose units are all free and that nothing draws on.
#[utoipa::path(
    delete, path = "/v1/pools/{pool}", operation_id = "pool_remove", tag = "pools",
    params(("pool" = PoolRef, Path, description = "The pool")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "in_use"])))
)]
pub(super) async fn remove(State(app): State<App>, own: Own<Manage, PoolId>) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemovePool(own.id), None).await?;
    Ok(Answer::done())
}
