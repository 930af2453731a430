//! `POST /v1/orders/{order}/move`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::{MoveRequest, OrderShape};
use dayshelf_wire::secret::Opens;

use super::shape::shape;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, BearerOr, Named, Sell};
use crate::no::No;

/// Take an order to another slot that sells the same offers, if there is room.
#[utoipa::path(
    post, path = "/v1/orders/{order}/move", operation_id = "order_move", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = MoveRequest,
    security(("bearer" = ["order"]), ("organiser" = ["sell"])),
    responses((status = 200, description = "The order as it stands after", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "slot_not_published", "slot_cancelled", "slot_over", "not_offered", "not_admitted", "window_not_open", "window_closed", "offer_not_in_window", "buyer_limit", "address_missing", "places_full", "too_few_left", "order_closed", "no_counterpart"])))
)]
pub(super) async fn relocate(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    caller: BearerOr<Sell>,
    asked: Asked<MoveRequest>,
) -> Result<Answer, No> {
    let (by, whose) = caller.by(Opens::Order, order.0, Noun::Order)?;
    let home = order.home();
    let key = asked.once.key(whose, home);
    let command = Command::MoveOrder { order, by, slot: asked.body.slot.0 };
    let done = app.submit(home, command, Some(key)).await;
    let decided = done.map_err(|no| no.map(|problem| problem.at_named(&[("slot", "slot")])))?;
    let order = find(&decided, |fact| match fact {
        Fact::OrderMoved { order, .. } => Some(order),
        _ => None,
    })?;
    Ok(Answer::ok(&shape(&app, order, None))?.version(order.version).replayed(decided.replayed))
}
