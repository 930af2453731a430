//! `PUT /v1/pictures/{picture}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::PictureId;
use dayshelf_wire::library::{PictureRequest, PictureShape};
use dayshelf_wire::name::PictureRef;
use serde_json::Value;

use super::shown;
use crate::answer::Answer;
use crate::api::written::{Form, as_written};
use crate::app::App;
use crate::extract::{Body, IfMatch, Manage, Own};
use crate::no::No;

/// How what is read differs from what is written.
const FORM: Form = Form::plain(&["id", "version", "made_at", "files"]);

/// Say other things about a picture: its title, what it shows, the point that stays in sight. Its files stay.
#[utoipa::path(
    put, path = "/v1/pictures/{picture}", operation_id = "picture_change", tag = "library",
    params(
        ("picture" = PictureRef, Path, description = "A picture"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    request_body = PictureRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "As it stands now", body = PictureShape)),
    extensions(("x-problems" = json!(["unknown", "invalid"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, PictureId>,
    IfMatch(expected): IfMatch,
    Body(sent): Body<Value>,
) -> Result<Answer, No> {
    let (known, whose) = shown(&app, own.id).await?;
    let shape = PictureShape::of(&known, whose);
    let said: PictureRequest = as_written(&app, own.id.home(), &FORM, (sent, &shape)).await?;
    let picture = Box::new(said.picture(own.id, known.drawn, known.made_at));
    app.submit(own.id.home(), Command::PutPicture { expected, picture }, None).await?;
    let (put, _) = shown(&app, own.id).await?;
    Ok(Answer::ok(&PictureShape::of(&put, whose))?.version(put.version))
}
