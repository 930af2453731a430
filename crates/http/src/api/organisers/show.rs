//! `GET /v1/organiser`.

use axum::extract::State;
use dayshelf_wire::access::OrganiserShape;

use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Organiser, Read};
use crate::no::No;

/// The organiser that the key belongs to.
#[utoipa::path(
    get, path = "/v1/organiser", operation_id = "organiser_show", tag = "organisers",
    security(("organiser" = ["read"])),
    responses((status = 200, description = "The organiser", body = OrganiserShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, organiser: Organiser<Read>) -> Result<Answer, No> {
    let shape = look(&app, organiser.home, |books| Ok(OrganiserShape::from(&books.organiser))).await?;
    Ok(Answer::ok(&shape)?.version(shape.version))
}
