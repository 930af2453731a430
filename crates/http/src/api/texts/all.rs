//! `GET /v1/texts`.

use axum::extract::State;
use dayshelf_wire::page::Page;
use dayshelf_wire::texts::TextShape;

use super::shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Organiser, Read};
use crate::no::No;

/// All texts that are kept to be used again, on one page, oldest first.
#[utoipa::path(
    get, path = "/v1/texts", operation_id = "text_list", tag = "texts",
    security(("organiser" = ["read"])),
    responses((status = 200, description = "All of them", body = Page<TextShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(State(app): State<App>, organiser: Organiser<Read>) -> Result<Answer, No> {
    let texts = app.store.texts(organiser.home).await?;
    Answer::ok(&Page::<TextShape> { items: texts.iter().map(shape).collect(), next: None })
}
