//! `POST /v1/feeds`.

use axum::extract::State;
use dayshelf_core::ids::FeedId;
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_store::{Feed, FeedCourse};
use dayshelf_wire::feed::{FEEDS_MAX, FeedRequest, FeedShape, FeedTerms};
use dayshelf_wire::problem::Problem;

use super::{shape, zone};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Organiser};
use crate::no::No;

/// Subscribe to a calendar. It is read within seconds, and again and again from then on; a calendar that is subscribed to
/// already is answered as it stands, with what the request says otherwise left out.
#[utoipa::path(
    post, path = "/v1/feeds", operation_id = "feed_create", tag = "import",
    request_body = FeedRequest,
    security(("organiser" = ["manage"])),
    responses(
        (status = 201, description = "The feed, not read yet", body = FeedShape),
        (status = 200, description = "The feed of this address, which is there already", body = FeedShape)
    ),
    extensions(("x-problems" = json!(["unknown", "limit_reached", "value_wrong", "too_long", "zone_unknown"])))
)]
pub(super) async fn create(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Body(request): Body<FeedRequest>,
) -> Result<Answer, No> {
    let home = organiser.home;
    let FeedTerms { url, title, every } = request.checked()?;
    // What a name leads to is looked at when it is read; what an address says by itself can be said now.
    if let Some(Err(unfit)) = app.librarian().map(|librarian| librarian.check(&url)) {
        return Err(Problem::value_wrong("url", &unfit).into());
    }
    let own = zone(&app, "zone", request.zone)?;
    let unknown_zone = zone(&app, "unknown_zone", request.unknown_zone)?;
    let feeds = app.store.feeds(home).await?;
    if let Some(there) = feeds.iter().find(|feed| feed.url == url) {
        return Answer::ok(&shape(there));
    }
    if feeds.len() >= FEEDS_MAX {
        return Err(Refusal::LimitReached { noun: Noun::Feed, max: FEEDS_MAX as u32 }.into());
    }
    let now = app.now();
    let course = FeedCourse {
        read: None,
        due: now,
        failures: 0,
        trouble: String::new(),
        etag: String::new(),
        modified: String::new(),
        report: String::new(),
    };
    let id = FeedId(app.desk.mint().id(home));
    let feed = Feed { id, url, title, zone: own, unknown_zone, every, made: now, course };
    app.store.keep_feed(feed.clone()).await?;
    Answer::created(&shape(&feed))
}
