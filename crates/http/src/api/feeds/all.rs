//! `GET /v1/feeds`.

use axum::extract::State;
use dayshelf_wire::feed::FeedShape;
use dayshelf_wire::page::Page;

use super::shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Organiser};
use crate::no::No;

/// All calendars that are subscribed to, on one page, oldest first, with what the last reading of each came to.
#[utoipa::path(
    get, path = "/v1/feeds", operation_id = "feed_list", tag = "import",
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "All of them", body = Page<FeedShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn all(State(app): State<App>, organiser: Organiser<Manage>) -> Result<Answer, No> {
    let feeds = app.store.feeds(organiser.home).await?;
    Answer::ok(&Page::<FeedShape> { items: feeds.iter().map(shape).collect(), next: None })
}
