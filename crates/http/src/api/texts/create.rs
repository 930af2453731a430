//! `POST /v1/texts`.

use axum::extract::State;
use dayshelf_core::ids::TextId;
use dayshelf_core::limits::TEXTS_MAX;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_store::KeptText;
use dayshelf_wire::texts::{TextRequest, TextShape};

use super::shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Organiser};
use crate::no::No;

/// Keep a text to use it again. The same text under the same title is kept once, so a retry makes no second one.
#[utoipa::path(
    post, path = "/v1/texts", operation_id = "text_create", tag = "texts",
    request_body = TextRequest,
    security(("organiser" = ["manage"])),
    responses(
        (status = 201, description = "The text", body = TextShape),
        (status = 200, description = "The text, which was kept before", body = TextShape)
    ),
    extensions(("x-problems" = json!(["unknown", "limit_reached", "value_wrong", "too_long"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Body(request): Body<TextRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let (title, body) = request.checked()?;
    let texts = app.store.texts(home).await?;
    if let Some(there) = texts.iter().find(|text| text.title == title && text.body == body) {
        return Ok(Answer::ok(&shape(there))?.version(there.version));
    }
    if texts.len() >= TEXTS_MAX {
        return Err(Refusal::LimitReached { noun: Noun::Text, max: TEXTS_MAX as u32 }.into());
    }
    let id = TextId(app.desk.mint().id(home));
    let text = KeptText { id, version: 1, title, body, changed: app.now() };
    app.store.keep_text(text.clone()).await?;
    Ok(Answer::created(&shape(&text))?.version(text.version))
}
