//! The JSON API by resource. Each resource has its folder, each route its file.

pub(crate) mod author;
mod blocks;
mod calendars;
mod codes;
pub(crate) mod confirmations;
mod endpoints;
mod facts;
mod feeds;
mod fulfilments;
pub(crate) mod holds;
mod import;
mod journal;
mod keys;
mod lists;
pub(crate) mod lobby;
mod offers;
pub(crate) mod orders;
mod organisers;
mod outbox;
mod people;
mod pictures;
mod plan;
mod pools;
mod products;
mod series;
mod single;
pub(crate) mod slots;
pub(crate) mod templates;
mod texts;
mod thaw;
pub(crate) mod waitlist;
mod windows;
mod written;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(slots::routes())
        .merge(confirmations::routes())
        .merge(lobby::routes())
        .merge(holds::routes())
        .merge(orders::routes())
        .merge(waitlist::routes())
        .merge(organisers::routes())
        .merge(keys::routes())
        .merge(calendars::routes())
        .merge(people::routes())
        .merge(windows::routes())
        .merge(offers::routes())
        .merge(fulfilments::routes())
        .merge(blocks::routes())
        .merge(pictures::routes())
        .merge(products::routes())
        .merge(templates::routes())
        .merge(series::routes())
        .merge(pools::routes())
        .merge(codes::routes())
        .merge(lists::routes())
        .merge(endpoints::routes())
        .merge(outbox::routes())
        .merge(plan::routes())
        .merge(journal::routes())
        .merge(import::routes())
        .merge(feeds::routes())
        .merge(texts::routes())
}
