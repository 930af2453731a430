//! `DELETE /v1/codes/{code}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::CodeId;
use dayshelf_wire::name::CodeRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// Remove a code. What was bought with it stays.
#[utoipa::path(
    delete, path = "/v1/codes/{code}", operation_id = "code_remove", tag = "codes",
    params(("code" = CodeRef, Path, description = "The code")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "in_use"])))
)]
pub(super) async fn remove(State(app): State<App>, own: Own<Manage, CodeId>) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemoveCode(own.id), None).await?;
    Ok(Answer::done())
}
