//! `POST /v1/slots/{slot}/windows`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::plan::doc::WindowDoc;
use dayshelf_wire::whole::WindowWhole;

use super::{put, shown};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Own};
use crate::no::No;

/// Give a slot a window.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/windows", operation_id = "window_create", tag = "windows",
    params(("slot" = SlotRef, Path, description = "The slot")),
    request_body = WindowDoc,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "It is there; the ETag is the slot's", body = WindowWhole)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached", "in_use", "slot_cancelled", "too_few_units", "time_in_gap", "zone_unknown", "plan_wrong"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Body(doc): Body<WindowDoc>,
) -> Result<Answer, No> {
    let id = put(&app, own.id, None, Expect::New, &doc).await?;
    let (whole, version) = shown(&app, own.id, id).await?;
    Ok(Answer::created(&whole)?.version(version))
}
