//! `DELETE /v1/feeds/{feed}`.

use axum::extract::State;
use dayshelf_core::ids::FeedId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::FeedRef;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// End a subscription. What has become of its entries stays.
#[utoipa::path(
    delete, path = "/v1/feeds/{feed}", operation_id = "feed_remove", tag = "import",
    params(("feed" = FeedRef, Path, description = "The feed")),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is read no more")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn remove(State(app): State<App>, own: Own<Manage, FeedId>) -> Result<Answer, No> {
    if app.store.end_feed(own.id).await? { Ok(Answer::done()) } else { Err(No::unknown(Noun::Feed)) }
}
