//! `GET /v1/orders`.

use axum::extract::State;
use dayshelf_core::ids::{OrderId, SlotId};
use dayshelf_core::order::Order;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::order::OrderShape;
use dayshelf_wire::page::Page;

use super::shape::shape;
use crate::answer::Answer;
use crate::api::author::Range;
use crate::app::App;
use crate::extract::{Organiser, Params, Read};
use crate::no::No;

/// The name of the list inside its cursors.
const LIST: &str = "orders";

/// The organiser's orders, or those of one slot, oldest first.
#[utoipa::path(
    get, path = "/v1/orders", operation_id = "order_list", tag = "orders",
    params(
        ("slot" = Option<String>, Query, description = "Only orders of this slot"),
        ("limit" = Option<u32>, Query, description = "Orders on a page, 100 if left out, 500 at most"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before")
    ),
    security(("organiser" = ["read"])),
    responses((status = 200, description = "A page of orders", body = Page<OrderShape>)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn own(
    State(app): State<App>,
    organiser: Organiser<Read>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    let slot = params.take("slot");
    params.end()?;
    let (after, more) = (range.after.map(OrderId), range.limit + 1);
    let found = match slot {
        None => app.reader.orders_of(organiser.home, after, more).await?,
        Some(text) => {
            let slot = SlotId::parse(&text).ok_or_else(|| No::unknown(Noun::Slot))?;
            organiser.own(slot.0, Noun::Slot)?;
            app.board().slot(slot).ok_or_else(|| No::unknown(Noun::Slot))?;
            app.reader.orders_of_slot(slot, after, more).await?
        }
    };
    let shown = |order: &Order| match organiser.sees_address() {
        true => shape(&app, order, None).with_notes(order).with_redemptions(order),
        false => shape(&app, order, None).without_address(),
    };
    Answer::ok(&range.page(LIST, found, |order| order.id.0, shown))
}
