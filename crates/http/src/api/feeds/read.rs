//! `POST /v1/feeds/{feed}/read`.

use axum::extract::State;
use dayshelf_core::ids::FeedId;
use dayshelf_core::refusal::Noun;
use dayshelf_relay::feeds::Reading;
use dayshelf_wire::feed::FeedShape;
use dayshelf_wire::name::FeedRef;
use dayshelf_wire::problem::Problem;

use super::{known, librarian, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Manage, Own};
use crate::no::No;

/// Read a feed now. Whether it could be read stands in the answer: `trouble` and `failures`. While it is being read
/// already, it is busy.
#[utoipa::path(
    post, path = "/v1/feeds/{feed}/read", operation_id = "feed_read", tag = "import",
    params(("feed" = FeedRef, Path, description = "The feed")),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The feed, with how it went", body = FeedShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn read(State(app): State<App>, own: Own<Manage, FeedId>) -> Result<Answer, No> {
    known(&app, own.id).await?;
    let librarian = librarian(&app)?.clone();
    // Whoever hangs up stops nothing halfway.
    let reading = tokio::spawn(async move { librarian.read(own.id).await });
    let reading = reading.await.map_err(|fault| No::fault("a feed could not be read", &fault))?;
    match reading? {
        Reading::Done(feed) => Answer::ok(&shape(&feed)),
        Reading::Busy => Err(Problem::busy(2).into()),
        Reading::Unknown => Err(No::unknown(Noun::Feed)),
    }
}
