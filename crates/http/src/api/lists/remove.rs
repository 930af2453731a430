//! `DELETE /v1/lists/{list}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::ListId;
use dayshelf_wire::name::ListRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// Remove a customer list that no window names.
#[utoipa::path(
    delete, path = "/v1/lists/{list}", operation_id = "list_remove", tag = "lists",
    params(("list" = ListRef, Path, description = "The list")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "in_use"])))
)]
pub(super) async fn remove(State(app): State<App>, own: Own<Manage, ListId>) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemoveList(own.id), None).await?;
    Ok(Answer::done())
}
