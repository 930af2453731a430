//! Calendars of others that are subscribed to: made, changed, ended, read now.
//!
//! Nothing is fetched here: the librarian of the relay does, by itself or when it is asked to. An address is as good as a
//! password to some calendars, so that all of it takes a key that manages.

mod all;
mod change;
mod create;
mod read;
mod remove;
mod show;

use dayshelf_core::ids::FeedId;
use dayshelf_core::refusal::Noun;
use dayshelf_relay::feeds::Librarian;
use dayshelf_store::Feed;
use dayshelf_wire::feed::{FeedShape, minutes};
use dayshelf_wire::name::FeedRef;
use dayshelf_wire::problem::Problem;
use dayshelf_wire::time::At;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::no::No;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(all::all, create::create))
        .routes(routes!(show::show, change::change, remove::remove))
        .routes(routes!(read::read))
}

/// A feed as it stands.
async fn known(app: &App, id: FeedId) -> Result<Feed, No> {
    app.store.feed(id).await?.ok_or_else(|| No::unknown(Noun::Feed))
}

/// Who reads feeds, once the program has started that.
fn librarian(app: &App) -> Result<&Librarian, No> {
    app.librarian().ok_or_else(|| Problem::busy(5).into())
}

/// A zone that somebody names, or none.
fn zone(app: &App, field: &str, name: Option<String>) -> Result<Option<String>, No> {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Ok(None) };
    let zone = app.zones.zone(&name).map_err(|unknown| Problem::zone_unknown(field, &unknown))?;
    Ok(Some(zone.name().to_owned()))
}

fn shape(feed: &Feed) -> FeedShape {
    let course = &feed.course;
    FeedShape {
        id: FeedRef(feed.id),
        url: feed.url.clone(),
        title: feed.title.clone(),
        zone: feed.zone.clone(),
        unknown_zone: feed.unknown_zone.clone(),
        minutes: minutes(feed.every),
        made_at: At(feed.made),
        read_at: course.read.map(At),
        next_at: At(course.due),
        failures: course.failures,
        trouble: Some(course.trouble.clone()).filter(|trouble| !trouble.is_empty()),
        report: serde_json::from_str(&course.report).ok(),
    }
}
