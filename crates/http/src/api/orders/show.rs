//! `GET /v1/orders/{order}`.

use axum::extract::State;
use dayshelf_core::command::By;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::OrderShape;
use dayshelf_wire::secret::Opens;

use super::shape::shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{BearerOr, Named, Read, may_read};
use crate::no::No;

/// An order as it stands, with its passes and extras.
#[utoipa::path(
    get, path = "/v1/orders/{order}", operation_id = "order_show", tag = "orders",
    params(("order" = OrderRef, Path, description = "The order")),
    security(("bearer" = ["order"]), ("organiser" = ["read"])),
    responses((status = 200, description = "The order", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    Named(id): Named<OrderId>,
    caller: BearerOr<Read>,
) -> Result<Answer, No> {
    let (by, _) = caller.by(Opens::Order, id.0, Noun::Order)?;
    let order = app.reader.order(id).await?.ok_or_else(|| No::unknown(Noun::Order))?;
    may_read(by, &order.secret)?;
    let shape = shape(&app, &order, None);
    let shape = if caller.sees_address() { shape } else { shape.without_address() };
    let is_team = matches!(&caller, BearerOr::Organiser(organiser) if organiser.sees_address());
    let shape = if is_team { shape.with_notes(&order) } else { shape };
    let shape = if by == By::Organiser { shape.with_redemptions(&order) } else { shape };
    Ok(Answer::ok(&shape)?.version(order.version))
}
