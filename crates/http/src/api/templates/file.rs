//! `GET /v1/templates/{template}/file`.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use dayshelf_core::ids::TemplateId;
use dayshelf_wire::name::TemplateRef;
use dayshelf_wire::plan::template::TemplateText;

use super::shown;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A template as a plan file, for whoever else wants to use it: `dayshelf apply` keeps it there.
#[utoipa::path(
    get, path = "/v1/templates/{template}/file", operation_id = "template_file", tag = "templates",
    params(("template" = TemplateRef, Path, description = "A template")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The file", body = String, content_type = "application/toml")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn file(State(app): State<App>, own: Own<Read, TemplateId>) -> Result<Response, No> {
    let template = shown(&app, own.id).await?;
    let text = TemplateText::kept(&template.text)?.toml();
    Ok(([(header::CONTENT_TYPE, "application/toml")], text).into_response())
}
