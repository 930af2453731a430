//! `GET /v1/lists/{list}`.

use axum::extract::State;
use dayshelf_core::ids::ListId;
use dayshelf_wire::access::ListShape;
use dayshelf_wire::name::ListRef;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A customer list: how many are on it, not who.
#[utoipa::path(
    get, path = "/v1/lists/{list}", operation_id = "list_show", tag = "lists",
    params(("list" = ListRef, Path, description = "The list")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands", body = ListShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, ListId>) -> Result<Answer, No> {
    shown(&app, own.id).await?.answer(Answer::ok)
}
