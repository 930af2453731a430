//! `PUT /v1/codes/{code}`.

use axum::extract::State;
use dayshelf_core::command::Expect;
use dayshelf_core::ids::CodeId;
use dayshelf_wire::access::{CodeChange, CodeShape};
use dayshelf_wire::name::CodeRef;
use serde_json::Value;

use super::{known, put};
use crate::answer::Answer;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id"]);

/// Change a code: its group, its text, when it stops working. A text that is left out stays.
#[utoipa::path(
    put, path = "/v1/codes/{code}", operation_id = "code_change", tag = "codes",
    params(
        ("code" = CodeRef, Path, description = "The code"),
        ("If-Match" = String, Header, description = "The code's ETag")
    ),
    request_body = CodeChange,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = CodeShape)),
    extensions(("x-problems" = json!(["unknown", "name_taken", "invalid", "limit_reached"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, CodeId>,
    IfMatch(expected): IfMatch,
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    // Ids are made here, never by a client: what does not exist is not made by a change.
    let before = known(&app, own.id).await?;
    let shown = CodeShape::from(&before);
    let change: CodeChange = as_written(&app, own.id.home(), &FORM, (sent, &shown)).await?;
    // A text that stays is the one that was seen here.
    let expected = match expected {
        Expect::Any if change.code.is_none() => Expect::Version(before.version),
        expected => expected,
    };
    put(&app, change.code(&before)?, (expected, None)).await?.answer(Answer::ok)
}
