//! `GET /v1/codes/{code}`.

use axum::extract::State;
use dayshelf_core::ids::CodeId;
use dayshelf_wire::access::CodeShape;
use dayshelf_wire::name::CodeRef;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A code, without its text.
#[utoipa::path(
    get, path = "/v1/codes/{code}", operation_id = "code_show", tag = "codes",
    params(("code" = CodeRef, Path, description = "The code")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands", body = CodeShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, CodeId>) -> Result<Answer, No> {
    shown(&app, own.id).await?.answer(Answer::ok)
}
