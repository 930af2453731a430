//! `GET /v1/confirmations/{confirmation}`.

use axum::extract::State;
use dayshelf_core::ids::ConfirmationId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_wire::change::ConfirmationShape;
use dayshelf_wire::name::ConfirmationRef;

use crate::answer::Answer;
use crate::api::author::look;
use crate::api::slots::pipeline::url;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// A change that waits for a yes. It is gone once it was answered, has expired or was overtaken.
#[utoipa::path(
    get, path = "/v1/confirmations/{confirmation}", operation_id = "confirmation_show", tag = "confirmations",
    params(("confirmation" = ConfirmationRef, Path, description = "The change that waits")),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "It waits", body = ConfirmationShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Manage, ConfirmationId>) -> Result<Answer, No> {
    let id = own.id;
    let pending = look(&app, id.home(), move |books| {
        books.pendings.get(&id).cloned().ok_or(Refusal::Unknown(Noun::Confirmation))
    })
    .await?;
    Answer::ok(&ConfirmationShape::of(&pending, url(&app, &pending)))
}
