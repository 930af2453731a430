//! `POST /v1/pools`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_wire::plan::doc::PoolDoc;
use dayshelf_wire::stock::PoolShape;

use super::{put, shown};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Organiser};
use crate::no::No;

/// Make a pool. Its key is its own, so that a second try makes no second one.
#[utoipa::path(
    post, path = "/v1/pools", operation_id = "pool_create", tag = "pools",
    request_body = PoolDoc,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The pool", body = PoolShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Body(doc): Body<PoolDoc>,
) -> Result<Answer, No> {
    let id = put(&app, organiser.home, None, Expect::New, &doc).await?;
    let pool = shown(&app, id).await?;
    Ok(Answer::created(&PoolShape::from(&pool))?.version(pool.version))
}
