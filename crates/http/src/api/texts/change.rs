//! `PUT /v1/texts/{text}`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::TextId;
use dayshelf_core::refusal::Refusal;
use dayshelf_store::KeptText;
use dayshelf_wire::name::TextRef;
use dayshelf_wire::texts::{TextRequest, TextShape};
use serde_json::Value;

use super::{known, shape};
use crate::answer::Answer;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "version", "changed_at"]);

/// Write a text anew. Where it was used, it stays as it was.
#[utoipa::path(
    put, path = "/v1/texts/{text}", operation_id = "text_change", tag = "texts",
    params(
        ("text" = TextRef, Path, description = "The text"),
        ("If-Match" = String, Header, description = "The text's ETag")
    ),
    request_body = TextRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The text as it stands now", body = TextShape)),
    extensions(("x-problems" = json!(["unknown", "version_stale", "value_wrong", "too_long"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, TextId>,
    IfMatch(expected): IfMatch,
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let before = known(&app, own.id).await?;
    let request: TextRequest = as_written(&app, own.id.home(), &FORM, (sent, &shape(&before))).await?;
    let (title, body) = request.checked()?;
    if let Expect::Version(seen) = expected
        && seen != before.version
    {
        return Err(Refusal::VersionStale { current: before.version }.into());
    }
    if (&title, &body) == (&before.title, &before.body) {
        return Ok(Answer::ok(&shape(&before))?.version(before.version));
    }
    let text = KeptText { id: own.id, version: before.version + 1, title, body, changed: app.now() };
    if !app.store.change_text(text.clone()).await? {
        // Somebody else was faster, or it is gone by now.
        return Err(Refusal::VersionStale { current: known(&app, own.id).await?.version }.into());
    }
    Ok(Answer::ok(&shape(&text))?.version(text.version))
}
