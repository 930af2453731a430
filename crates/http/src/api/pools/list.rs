//! `GET /v1/pools`.

use axum::extract::State;
use dayshelf_core::decide::on_hand;
use dayshelf_core::pool::Pool;
use dayshelf_wire::page::Page;
use dayshelf_wire::stock::PoolShape;

use crate::answer::Answer;
use crate::api::author::{Range, look};
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "pools";

/// All pools with their balances, in the order of their making; those of allotments and time boxes too.
#[utoipa::path(
    get, path = "/v1/pools", operation_id = "pool_list", tag = "pools",
    params(
        ("limit" = Option<u32>, Query, description = "Pools on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of pools", body = Page<PoolShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn list(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let look = look(&app, organiser.home, move |books| {
        let found = range.of(books.pools.values(), |pool| pool.id.0);
        let on_hand = on_hand(books, &found.iter().map(|pool| pool.id).collect::<Vec<_>>());
        Ok(found
            .into_iter()
            .map(|pool| (pool.clone(), on_hand.get(&pool.id).copied().unwrap_or(0)))
            .collect())
    });
    let found: Vec<(Pool, u32)> = look.await?;
    Answer::ok(&range.page(
        LIST,
        found,
        |(pool, _)| pool.id.0,
        |(pool, on_hand)| PoolShape::of(pool, *on_hand),
    ))
}
