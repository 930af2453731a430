//! `PUT /v1/pools/{pool}`.

use axum::extract::State;
use dayshelf_core::ids::PoolId;
use dayshelf_wire::change::{ChangeAnswer, PutOrDry, TellShape};
use dayshelf_wire::name::PoolRef;
use dayshelf_wire::plan::doc::PoolDoc;
use dayshelf_wire::stock::PoolShape;
use serde_json::Value;

use super::{put, shown};
use crate::answer::Answer;
use crate::api::author::Which;
use crate::api::single::Manner;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own, Told};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "role", "version", "balance", "available", "on_hand"]);

/// Change a pool. More or fewer units than were put in before come in or go out; fewer than are held and sold waits for
/// a yes.
#[utoipa::path(
    put, path = "/v1/pools/{pool}", operation_id = "pool_change", tag = "pools",
    params(
        ("pool" = PoolRef, Path, description = "The pool"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it"),
        ("If-Match" = String, Header, description = "The pool's ETag")
    ),
    request_body = PoolDoc,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "The pool as it stands now; after a dry run, what would come of it for the slot that sells from it, or else the pool as it would be", body = PutOrDry<PoolShape>),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "name_taken", "invalid", "too_few_units"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, PoolId>,
    heeded: (IfMatch, Told),
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let (pool, on_hand) = shown(&app, own.id).await?;
    let shown = PoolShape::of(&pool, on_hand);
    let doc: PoolDoc = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    let (IfMatch(expected), told) = heeded;
    let manner = Manner::of(own.organiser.credential(), told);
    put(&app, own.id.home(), Which::Known(own.id, expected), manner, &doc).await
}
