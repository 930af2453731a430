//! `POST /v1/calendar-passwords/{password}/unfreeze`.

use axum::extract::State;
use dayshelf_core::change::Credential;
use dayshelf_core::ids::PasswordId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::PasswordRef;

use crate::answer::Answer;
use crate::api::thaw::thaw;
use crate::app::App;
use crate::extract::{Asked, Manage, Nothing, Own};
use crate::no::No;

/// Let a calendar app change slots again that moved or called off too many at once.
#[utoipa::path(
    post, path = "/v1/calendar-passwords/{password}/unfreeze", operation_id = "calendar_password_unfreeze",
    tag = "calendars",
    params(
        ("password" = PasswordRef, Path, description = "The password's id, which is not its text"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is not frozen any more")),
    extensions(("x-problems" = json!(["unknown", "credential_frozen"])))
)]
pub(super) async fn unfreeze(
    State(app): State<App>,
    own: Own<Manage, PasswordId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let home = own.id.home();
    // Passwords stand in rows beside the books.
    if !app.store.app_passwords(home).await?.iter().any(|password| password.id == own.id) {
        return Err(No::unknown(Noun::Key));
    }
    let key = asked.once.key(own.organiser.caller(), home);
    thaw(&app, (home, Credential::Password(own.id)), &own.organiser, key).await
}
