//! `PUT /v1/blocks/{block}`.

use axum::extract::State;
use dayshelf_core::ids::BlockId;
use dayshelf_wire::block::{BlockDoc, BlockWhole};
use dayshelf_wire::change::{ChangeAnswer, PutOrDry, TellShape};
use dayshelf_wire::name::BlockRef;
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
const FORM: Form = Form::plain(&["id", "slot", "kind", "begun", "state", "rule.taken"]);

/// Change a block: what is left out has its default again. A shift at another time, or of another person, is
/// asked for anew; a rule that becomes another one undoes what it did.
#[utoipa::path(
    put, path = "/v1/blocks/{block}", operation_id = "block_change", tag = "blocks",
    params(
        ("block" = BlockRef, Path, description = "A block"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    request_body = BlockDoc,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "As it stands now, or what would come of it; the ETag is the slot's", body = PutOrDry<BlockWhole>),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "name_taken", "invalid", "limit_reached", "slot_cancelled", "time_in_gap", "zone_unknown", "plan_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, BlockId>,
    heeded: (IfMatch, Told),
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let (block, _) = shown(&app, own.id).await?;
    let shown = BlockWhole::from(&block);
    let doc: BlockDoc = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    let (IfMatch(expected), told) = heeded;
    let manner = Manner::of(own.organiser.credential(), told);
    put(&app, block.spec.slot, Which::Known(own.id, expected), manner, &doc).await
}
