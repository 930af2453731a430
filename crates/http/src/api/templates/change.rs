//! `PUT /v1/templates/{template}`.

use axum::extract::State;
use dayshelf_core::ids::TemplateId;
use dayshelf_wire::name::TemplateRef;
use dayshelf_wire::plan::doc::TemplateDoc;
use dayshelf_wire::template::TemplateWhole;
use serde::Deserialize;
use serde_json::Value;

use super::{put, shown};
use crate::answer::Answer;
use crate::api::author::Which;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "version"]);

/// What is read of a template, sent back.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    key: Option<String>,
    title: Option<String>,
    template: Value,
}

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
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let doc = match sent.get("template") {
        Some(_) => unfolded(&app, own.id, sent).await?,
        None => sent,
    };
    put(&app, own.id.home(), Which::Known(own.id, expected), doc).await
}

/// What is read has the document within it, under its name and title: those count where they are others than were read.
async fn unfolded(app: &App, id: TemplateId, sent: Value) -> Result<Value, No> {
    let shown = TemplateWhole::from(&shown(app, id).await?);
    let whole: Whole = as_written(app, id.home(), &FORM, (sent, &shown)).await?;
    let mut doc = whole.template;
    for (name, said, read) in [("key", whole.key, shown.head.key), ("title", whole.title, shown.head.title)] {
        if let (Some(said), Some(doc)) = (said.filter(|said| *said != read), doc.as_object_mut()) {
            doc.insert(name.to_owned(), Value::from(said));
        }
    }
    Ok(doc)
}
