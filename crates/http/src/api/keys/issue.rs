//! `POST /v1/keys`.

use axum::extract::State;
use dayshelf_wire::access::{KeyRequest, KeyShape};

use super::issued;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make an API key. Its text is answered here, and to a retry with the same idempotency key; it is kept as
/// a digest only.
#[utoipa::path(
    post, path = "/v1/keys", operation_id = "key_issue", tag = "keys",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = KeyRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The key with its text", body = KeyShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "limit_reached"])))
)]
pub(super) async fn issue(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<KeyRequest>,
) -> Result<Answer, No> {
    let caller = (&asked.once, organiser.caller());
    let (shape, replayed) = issued(&app, organiser.home, caller, &asked.body).await?;
    Ok(Answer::created(&shape)?.replayed(replayed))
}
