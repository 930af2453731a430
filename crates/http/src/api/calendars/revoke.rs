//! `DELETE /v1/calendar-passwords/{password}`.

use axum::extract::State;
use dayshelf_core::ids::PasswordId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::PasswordRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// End a calendar app's password, at once and for good.
#[utoipa::path(
    delete, path = "/v1/calendar-passwords/{password}", operation_id = "calendar_password_revoke",
    tag = "calendars",
    params(("password" = PasswordRef, Path, description = "The password's id, which is not its text")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It works no longer")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn revoke(State(app): State<App>, own: Own<Manage, PasswordId>) -> Result<Answer, No> {
    if app.store.end_app_password(own.id).await? { Ok(Answer::done()) } else { Err(No::unknown(Noun::Key)) }
}
