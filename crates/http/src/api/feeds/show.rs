//! `GET /v1/feeds/{feed}`.

use axum::extract::State;
use dayshelf_core::ids::FeedId;
use dayshelf_wire::feed::FeedShape;
use dayshelf_wire::name::FeedRef;

use super::{known, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// A calendar that is subscribed to, with what its last reading came to.
#[utoipa::path(
    get, path = "/v1/feeds/{feed}", operation_id = "feed_show", tag = "import",
    params(("feed" = FeedRef, Path, description = "The feed")),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The feed", body = FeedShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, own: Own<Manage, FeedId>) -> Result<Answer, No> {
    Answer::ok(&shape(&known(&app, own.id).await?))
}
