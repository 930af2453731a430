//! `GET /v1/pictures/{picture}`.

use axum::extract::State;
use dayshelf_core::ids::PictureId;
use dayshelf_wire::library::PictureShape;
use dayshelf_wire::name::PictureRef;

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Own, Read};
use crate::no::No;

/// A picture with its files.
#[utoipa::path(
    get, path = "/v1/pictures/{picture}", operation_id = "picture_show", tag = "library",
    params(("picture" = PictureRef, Path, description = "A picture")),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "As it stands", body = PictureShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Read, PictureId>) -> Result<Answer, No> {
    let (picture, whose) = shown(&app, own.id).await?;
    Ok(Answer::ok(&PictureShape::of(&picture, whose))?.version(picture.version))
}
