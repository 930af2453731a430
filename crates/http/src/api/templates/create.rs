//! `POST /v1/templates`.

use axum::extract::State;
use dayshelf_wire::plan::doc::TemplateDoc;
use dayshelf_wire::template::TemplateWhole;
use serde_json::Value;

use super::put;
use crate::answer::Answer;
use crate::api::author::Which;
use crate::app::App;
use crate::extract::{Asked, Manage, Organiser};
use crate::no::No;

/// Keep a template: windows, offers and blocks with parameters. Where a number is wanted, text that is the name of
/// a parameter in braces may stand.
#[utoipa::path(
    post, path = "/v1/templates", operation_id = "template_create", tag = "templates",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = TemplateDoc,
    security(("organiser" = ["manage"])),
    responses((status = 201, description = "It is there", body = TemplateWhole)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached", "unknown_field", "missing_field", "wrong_type", "value_wrong"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    asked: Asked<Value>,
) -> Result<Answer, No> {
    let key = asked.once.key(organiser.caller(), organiser.home);
    put(&app, organiser.home, Which::New(key), asked.body).await
}
