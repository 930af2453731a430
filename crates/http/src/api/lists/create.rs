//! `POST /v1/lists`.

use axum::extract::State;
use dayshelf_core::ids::ListId;
use dayshelf_wire::access::{ListRequest, ListShape};

use super::put;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Large, Manage, Organiser};
use crate::no::No;

/// Make a customer list from mail addresses.
#[utoipa::path(
    post, path = "/v1/lists", operation_id = "list_create", tag = "lists",
    request_body = ListRequest,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "The list", body = ListShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Large(request): Large<ListRequest>,
) -> Result<Answer, No> {
    let id = ListId(app.desk.mint().id(organiser.home));
    Answer::created(&put(&app, id, &request).await?)
}
