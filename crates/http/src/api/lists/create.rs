//! `POST /v1/lists`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::ListId;
use dayshelf_wire::access::{ListRequest, ListShape};

use super::put;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Make a customer list from mail addresses. A long one is made short and then replaced, which takes more
/// at once.
#[utoipa::path(
    post, path = "/v1/lists", operation_id = "list_create", tag = "lists",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = ListRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The list", body = ListShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<ListRequest>,
) -> Result<Answer, No> {
    let id = ListId(app.desk.mint().id(organiser.home));
    let key = asked.once.key(organiser.caller(), organiser.home);
    put(&app, asked.body.list(id)?, (Expect::New, Some(key))).await?.answer(Answer::created)
}
