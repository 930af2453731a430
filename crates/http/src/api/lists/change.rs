//! `PUT /v1/lists/{list}`.

use axum::extract::State;
use dayshelf_core::ids::ListId;
use dayshelf_wire::access::{ListRequest, ListShape};
use dayshelf_wire::name::ListRef;

use super::{put, shown};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{IfMatch, Large, Manage, Own};
use crate::no::No;

/// Replace a customer list.
#[utoipa::path(
    put, path = "/v1/lists/{list}", operation_id = "list_change", tag = "lists",
    params(
        ("list" = ListRef, Path, description = "The list"),
        ("If-Match" = String, Header, description = "The list's ETag")
    ),
    request_body = ListRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = ListShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, ListId>,
    IfMatch(expected): IfMatch,
    Large(request): Large<ListRequest>,
) -> Result<Answer, No> {
    // Ids are made here, never by a client: what does not exist is not made by a change.
    shown(&app, own.id).await?;
    put(&app, own.id, (expected, None), &request).await?.answer(Answer::ok)
}
