//! `PUT /v1/templates/{template}`.

use axum::extract::State;
use dayshelf_core::ids::TemplateId;
use dayshelf_wire::name::TemplateRef;
use dayshelf_wire::plan::doc::TemplateDoc;
use dayshelf_wire::template::TemplateWhole;
use serde_json::Value;

use super::put;
use crate::answer::Answer;
use crate::api::author::Which;
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// The next version of a template. Slots that have parts of an older one keep them until they are brought up.
#[utoipa::path(
    put, path = "/v1/templates/{template}", operation_id = "template_change", tag = "templates",
    params(
        ("template" = TemplateRef, Path, description = "A template"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    request_body = TemplateDoc,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = TemplateWhole)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached", "unknown_field", "missing_field", "wrong_type", "value_wrong"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, TemplateId>,
    IfMatch(expected): IfMatch,
    Body(doc): Body<Value>,
) -> Result<Answer, No> {
    put(&app, own.id.home(), Which::Known(own.id, expected), doc).await
}
