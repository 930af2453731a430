//! `DELETE /v1/pictures/{picture}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::PictureId;
use dayshelf_wire::name::PictureRef;

use super::sweep;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{IfMatch, Manage, Own};
use crate::no::No;

/// Remove a picture that no product, slot or offer shows. Its files are swept after an hour.
#[utoipa::path(
    delete, path = "/v1/pictures/{picture}", operation_id = "picture_remove", tag = "library",
    params(
        ("picture" = PictureRef, Path, description = "A picture"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "in_use"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, PictureId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    app.submit(own.id.home(), Command::RemovePicture { id: own.id, expected }, None).await?;
    sweep(&app, own.id.home()).await?;
    Ok(Answer::done())
}
