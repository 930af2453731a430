//! `DELETE /v1/texts/{text}`.

use axum::extract::State;
use dayshelf_core::ids::TextId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::TextRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// Keep a text no longer. Where it was used, it stays.
#[utoipa::path(
    delete, path = "/v1/texts/{text}", operation_id = "text_remove", tag = "texts",
    params(("text" = TextRef, Path, description = "The text")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is kept no longer")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn remove(State(app): State<App>, own: Own<Manage, TextId>) -> Result<Answer, No> {
    if app.store.remove_text(own.id).await? { Ok(Answer::done()) } else { Err(No::unknown(Noun::Text)) }
}
