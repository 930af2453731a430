//! `POST /v1/pools/{pool}/movements`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::PoolId;
use dayshelf_core::pool::PoolRole;
use dayshelf_wire::name::PoolRef;
use dayshelf_wire::stock::{MovementRequest, StockDone};

use super::stock_done;
use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Asked, Own, Sell};
use crate::no::No;

/// Move stock for a reason: in, out, lost, found, or to another pool. The same `source` is done once, under
/// whatever key.
#[utoipa::path(
    post, path = "/v1/pools/{pool}/movements", operation_id = "pool_movement", tag = "pools",
    params(
        ("pool" = PoolRef, Path, description = "The pool"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = MovementRequest,
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "What moved", body = StockDone)),
    extensions(("x-problems" = json!(["source_reused", "unknown", "invalid", "too_few_units"])))
)]
pub(super) async fn relocate(
    State(app): State<App>,
    own: Own<Sell, PoolId>,
    asked: Asked<MovementRequest>,
) -> Result<Answer, No> {
    let home = own.id.home();
    let key = asked.once.key(own.organiser.caller(), home);
    let ask = asked.body.command(own.id)?;
    let source = ask.source;
    let decided = match app.submit(home, Command::MoveStock(Box::new(ask)), Some(key)).await {
        Ok(decided) => decided,
        Err(no) => {
            let is_there = is_stock(&app, own.id).await?;
            return Err(no.map(|problem| {
                let problem = problem.of_movement(asked.body.kind);
                // Where the one that gives is there, it is the one that gets.
                if is_there { problem.at_named(&[("pool", "to")]) } else { problem }
            }));
        }
    };
    stock_done(&app, (own.id, source), &decided).await
}

/// Whether there is such a pool whose stock can be moved.
async fn is_stock(app: &App, pool: PoolId) -> Result<bool, No> {
    look(app, pool.home(), move |books| {
        Ok(books.pools.get(&pool).is_some_and(|pool| pool.role == PoolRole::Stock))
    })
    .await
}
