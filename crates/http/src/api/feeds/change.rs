//! `PATCH /v1/feeds/{feed}`.

use axum::extract::State;
use dayshelf_core::ids::FeedId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::feed::{FeedChangeRequest, FeedShape};
use dayshelf_wire::name::FeedRef;

use super::{known, shape, zone};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Own};
use crate::no::No;

/// Change what is said of a feed; what is left out stays. It is read anew within seconds.
#[utoipa::path(
    patch, path = "/v1/feeds/{feed}", operation_id = "feed_change", tag = "import",
    params(("feed" = FeedRef, Path, description = "The feed")),
    request_body = FeedChangeRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The feed as it stands now", body = FeedShape)),
    extensions(("x-problems" = json!(["unknown", "value_wrong", "too_long", "zone_unknown"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, FeedId>,
    Body(request): Body<FeedChangeRequest>,
) -> Result<Answer, No> {
    let mut feed = known(&app, own.id).await?;
    let (title, every) = request.checked()?;
    feed.title = title.unwrap_or(feed.title);
    feed.every = every.unwrap_or(feed.every);
    if request.zone.is_some() {
        feed.zone = zone(&app, "zone", request.zone)?;
    }
    if request.unknown_zone.is_some() {
        feed.unknown_zone = zone(&app, "unknown_zone", request.unknown_zone)?;
    }
    if !app.store.change_feed(&feed, app.now()).await? {
        return Err(No::unknown(Noun::Feed));
    }
    Answer::ok(&shape(&known(&app, own.id).await?))
}
