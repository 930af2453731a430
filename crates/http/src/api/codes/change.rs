//! `PUT /v1/codes/{code}`.

use axum::extract::State;
use dayshelf_core::ids::CodeId;
use dayshelf_wire::access::{CodeRequest, CodeShape};
use dayshelf_wire::name::CodeRef;

use super::{put, shown};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// Change a code: its group, its text, when it stops working.
#[utoipa::path(
    put, path = "/v1/codes/{code}", operation_id = "code_change", tag = "codes",
    params(
        ("code" = CodeRef, Path, description = "The code"),
        ("If-Match" = String, Header, description = "The code's ETag")
    ),
    request_body = CodeRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = CodeShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, CodeId>,
    IfMatch(expected): IfMatch,
    Body(request): Body<CodeRequest>,
) -> Result<Answer, No> {
    // Ids are made here, never by a client: what does not exist is not made by a change.
    shown(&app, own.id).await?;
    put(&app, own.id, (expected, None), &request).await?.answer(Answer::ok)
}
