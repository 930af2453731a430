//! `POST /v1/codes`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::CodeId;
use dayshelf_wire::access::{CodeRequest, CodeShape};

use super::put;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make a code. Its text is kept as a digest only: note it down.
#[utoipa::path(
    post, path = "/v1/codes", operation_id = "code_create", tag = "codes",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = CodeRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The code", body = CodeShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<CodeRequest>,
) -> Result<Answer, No> {
    let id = CodeId(app.desk.mint().id(organiser.home));
    let key = asked.once.key(organiser.caller(), organiser.home);
    put(&app, asked.body.code(id)?, (Expect::New, Some(key))).await?.answer(Answer::created)
}
