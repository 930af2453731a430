//! `DELETE /v1/keys/{key}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::KeyId;
use dayshelf_wire::name::KeyRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// End an API key, at once and for good. A key may end itself.
#[utoipa::path(
    delete, path = "/v1/keys/{key}", operation_id = "key_revoke", tag = "keys",
    params(("key" = KeyRef, Path, description = "The key's id, which is not its text")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It works no longer")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn revoke(State(app): State<App>, own: Own<Manage, KeyId>) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RevokeKey(own.id), None).await?;
    app.store.forget_heard(own.id).await?;
    Ok(Answer::done())
}
