//! `DELETE /v1/templates/{template}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::TemplateId;
use dayshelf_wire::name::TemplateRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{IfMatch, Manage, Own};
use crate::no::No;

/// Remove a template that no slot has parts of.
#[utoipa::path(
    delete, path = "/v1/templates/{template}", operation_id = "template_remove", tag = "templates",
    params(
        ("template" = TemplateRef, Path, description = "A template"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "in_use"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, TemplateId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemoveTemplate { id: own.id, expected }, None).await?;
    Ok(Answer::done())
}
