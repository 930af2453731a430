//! `POST /v1/orders/{order}/resend`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::OrderShape;

use super::shape::shape;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Named, Nothing, Organiser, Sell};
use crate::no::No;

/// Send the buyer once more what they were sent of their order: the words, the entry for their calendar, the address
/// of the order's page. It goes the way of all mail, once for each idempotency key.
#[utoipa::path(
    post, path = "/v1/orders/{order}/resend", operation_id = "order_resend", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "The order; its mail is on the way", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "order_closed"])))
)]
pub(super) async fn resend(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    organiser: Organiser<Sell>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let home = organiser.own(order.0, Noun::Order)?;
    let key = asked.once.key(organiser.caller(), home);
    let decided = app.submit(home, Command::ResendOrder(order), Some(key)).await?;
    let order = find(&decided, |fact| match fact {
        Fact::OrderResent(order) => Some(order),
        _ => None,
    })?;
    let shape = shape(&app, order, None).with_notes(order);
    Ok(Answer::ok(&shape)?.version(order.version).replayed(decided.replayed))
}
