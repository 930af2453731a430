//! `POST /v1/pools/{pool}/counts`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::PoolId;
use dayshelf_wire::name::PoolRef;
use dayshelf_wire::stock::{CountRequest, StockDone};

use super::stock_done;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Own, Sell};
use crate::no::No;

/// Reconcile a pool with what was counted. What is missing is taken from what is free, then from the newest
/// holds, never from what was bought; the same `source` is taken in once.
#[utoipa::path(
    post, path = "/v1/pools/{pool}/counts", operation_id = "pool_count", tag = "pools",
    params(
        ("pool" = PoolRef, Path, description = "The pool"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = CountRequest,
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "What the count came to", body = StockDone)),
    extensions(("x-problems" = json!(["source_reused", "unknown", "invalid", "count_stale"])))
)]
pub(super) async fn count(
    State(app): State<App>,
    own: Own<Sell, PoolId>,
    asked: Asked<CountRequest>,
) -> Result<Answer, No> {
    let home = own.id.home();
    let key = asked.once.key(own.organiser.caller(), home);
    let ask = asked.body.command(own.id)?;
    let source = ask.source;
    let decided = app.submit(home, Command::CountStock(Box::new(ask)), Some(key)).await?;
    stock_done(&app, (own.id, source), &decided).await
}
