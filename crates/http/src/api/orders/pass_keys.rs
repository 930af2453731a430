//! `GET /{organiser}/pass-keys.json`.

use axum::extract::{Path, State};
use dayshelf_core::refusal::Noun;
use dayshelf_wire::pass::PassKeysShape;

use crate::answer::Answer;
use crate::app::App;
use crate::no::No;

/// The keys that verify an organiser's passes, also without network.
#[utoipa::path(
    get, path = "/{organiser}/pass-keys.json", operation_id = "pass_keys", tag = "orders",
    params(("organiser" = String, Path, description = "The organiser's name in addresses")),
    responses((status = 200, description = "The public keys", body = PassKeysShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, Path(slug): Path<String>) -> Result<Answer, No> {
    let card = app.board().organiser_by_slug(&slug).ok_or_else(|| No::unknown(Noun::Organiser))?;
    Answer::ok(&PassKeysShape::of(&card.organiser))
}
