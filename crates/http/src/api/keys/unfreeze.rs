//! `POST /v1/keys/{key}/unfreeze`.

use axum::extract::State;
use dayshelf_core::change::Credential;
use dayshelf_core::ids::KeyId;
use dayshelf_wire::name::KeyRef;

use crate::answer::Answer;
use crate::api::thaw::thaw;
use crate::app::App;
use crate::extract::{Asked, Manage, Nothing, Own};
use crate::no::No;

/// Let a key change slots again that moved or called off too many at once. Another key must say so.
#[utoipa::path(
    post, path = "/v1/keys/{key}/unfreeze", operation_id = "key_unfreeze", tag = "keys",
    params(
        ("key" = KeyRef, Path, description = "The key's id, which is not its text"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is not frozen any more")),
    extensions(("x-problems" = json!(["unknown", "credential_frozen"])))
)]
pub(super) async fn unfreeze(
    State(app): State<App>,
    own: Own<Manage, KeyId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let home = own.id.home();
    let key = asked.once.key(own.organiser.caller(), home);
    thaw(&app, (home, Credential::Key(own.id)), &own.organiser, key).await
}
