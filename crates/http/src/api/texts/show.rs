//! `GET /v1/texts/{text}`.

use axum::extract::State;
use dayshelf_core::ids::TextId;
use dayshelf_wire::name::TextRef;
use dayshelf_wire::texts::TextShape;

use super::{known, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A text that is kept.
#[utoipa::path(
    get, path = "/v1/texts/{text}", operation_id = "text_show", tag = "texts",
    params(("text" = TextRef, Path, description = "The text")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The text", body = TextShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, TextId>) -> Result<Answer, No> {
    let text = known(&app, own.id).await?;
    Ok(Answer::ok(&shape(&text))?.version(text.version))
}
