//! `POST /v1/orders/{order}/handover`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::{HandOverRequest, OrderShape};

use super::shape::shape;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Named, Organiser, Sell};
use crate::no::No;

/// Give the goods of a line to the buyer.
#[utoipa::path(
    post, path = "/v1/orders/{order}/handover", operation_id = "order_handover", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = HandOverRequest,
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "The order as it stands after", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "order_closed"])))
)]
pub(super) async fn handover(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    organiser: Organiser<Sell>,
    asked: Asked<HandOverRequest>,
) -> Result<Answer, No> {
    let home = organiser.own(order.0, Noun::Order)?;
    let key = asked.once.key(organiser.caller(), home);
    let command = Command::HandOver { order, line: asked.body.line };
    let decided = app.submit(home, command, Some(key)).await?;
    let order = find(&decided, |fact| match fact {
        Fact::OrderHanded { order, .. } => Some(order),
        _ => None,
    })?;
    Ok(Answer::ok(&shape(&app, order, None))?.version(order.version).replayed(decided.replayed))
}
