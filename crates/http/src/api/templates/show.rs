//! `GET /v1/templates/{template}`.

use axum::extract::State;
use dayshelf_core::ids::TemplateId;
use dayshelf_wire::name::TemplateRef;
use dayshelf_wire::template::TemplateWhole;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A template, whole.
#[utoipa::path(
    get, path = "/v1/templates/{template}", operation_id = "template_show", tag = "templates",
    params(("template" = TemplateRef, Path, description = "A template")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands", body = TemplateWhole)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, TemplateId>) -> Result<Answer, No> {
    let template = shown(&app, own.id).await?;
    Ok(Answer::ok(&TemplateWhole::from(&template))?.version(template.version))
}
