//! `POST /v1/orders/{order}/cancel`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::{CancelRequest, OrderShape};
use dayshelf_wire::secret::Opens;

use super::shape::shape;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, BearerOr, Named, Sell};
use crate::no::No;

/// Give an order back, whole or by line. Its units are free again, and its money goes back.
#[utoipa::path(
    post, path = "/v1/orders/{order}/cancel", operation_id = "order_cancel", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = CancelRequest,
    security(("bearer" = ["order"]), ("organiser" = ["sell"])),
    responses((status = 200, description = "The order as it stands after", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "slot_over", "order_closed", "add_on_alone"])))
)]
pub(super) async fn cancel(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    caller: BearerOr<Sell>,
    asked: Asked<CancelRequest>,
) -> Result<Answer, No> {
    let (by, whose) = caller.by(Opens::Order, order.0, Noun::Order)?;
    let home = order.home();
    let key = asked.once.key(whose, home);
    let lines = asked.body.lines()?;
    let command = Command::CancelOrder { order, by, lines: lines.clone() };
    let decided = match app.submit(home, command, Some(key)).await {
        Ok(decided) => decided,
        Err(no) => {
            let field = place_of(&app, order, lines.as_deref()).await?;
            return Err(no.map(|problem| problem.at_named(&[("line", &field)])));
        }
    };
    let order = find(&decided, |fact| match fact {
        Fact::OrderCancelled { order, .. } => Some(order),
        _ => None,
    })?;
    Ok(Answer::ok(&shape(&app, order, None))?.version(order.version).replayed(decided.replayed))
}

/// The path of the first line that the order does not have.
async fn place_of(app: &App, order: OrderId, lines: Option<&[u16]>) -> Result<String, No> {
    let have = app.reader.order(order).await?.map_or(0, |order| order.lines.len());
    let place = lines.unwrap_or_default().iter().position(|line| have <= usize::from(*line));
    Ok(place.map_or_else(|| "lines".to_owned(), |place| format!("lines[{place}]")))
}
