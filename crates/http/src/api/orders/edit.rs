//! `PUT /v1/orders/{order}/buyer`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::{EditRequest, OrderShape};

use super::shape::shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, IfMatch, Named, Organiser, Sell};
use crate::no::No;

/// Write an order's buyer anew: name, mail address, where the goods go. The pass stays good; what is told from now on
/// goes to the new address. Nobody is told of the edit itself: `resend` does that.
#[utoipa::path(
    put, path = "/v1/orders/{order}/buyer", operation_id = "order_edit", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("If-Match" = String, Header, description = "Its ETag")
    ),
    request_body = EditRequest,
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "The order as it stands after", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "version_stale", "buyer_limit", "address_missing"])))
)]
pub(super) async fn edit(
    State(app): State<App>,
    Named(id): Named<OrderId>,
    organiser: Organiser<Sell>,
    IfMatch(expected): IfMatch,
    Body(asked): Body<EditRequest>,
) -> Result<Answer, No> {
    let home = organiser.own(id.0, Noun::Order)?;
    let buyer = Box::new(asked.buyer.buyer(home)?);
    let decided = app.submit(home, Command::EditOrder { order: id, expected, buyer }, None).await?;
    let edited = decided.facts.iter().find_map(|fact| match fact {
        Fact::OrderEdited { order, .. } => Some((**order).clone()),
        _ => None,
    });
    let order = match edited {
        Some(order) => order,
        // Nothing of it was new.
        None => app.reader.order(id).await?.ok_or_else(|| No::unknown(Noun::Order))?,
    };
    Ok(Answer::ok(&shape(&app, &order, None).with_notes(&order))?.version(order.version))
}
