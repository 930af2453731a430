//! `GET /v1/blocks/{block}`.

use axum::extract::State;
use dayshelf_core::ids::BlockId;
use dayshelf_wire::block::BlockWhole;
use dayshelf_wire::name::BlockRef;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A block, whole, with where it is in its life.
#[utoipa::path(
    get, path = "/v1/blocks/{block}", operation_id = "block_show", tag = "blocks",
    params(("block" = BlockRef, Path, description = "A block")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands; the ETag is the slot's", body = BlockWhole)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, BlockId>) -> Result<Answer, No> {
    let (block, version) = shown(&app, own.id).await?;
    Ok(Answer::ok(&BlockWhole::from(&block))?.version(version))
}
