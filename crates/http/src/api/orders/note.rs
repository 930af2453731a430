//! `POST /v1/orders/{order}/notes`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::{NoteRequest, OrderShape};

use super::shape::shape;
use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, Named, Organiser, Sell};
use crate::no::No;

/// Write something down about an order, for the team. The buyer never reads it.
#[utoipa::path(
    post, path = "/v1/orders/{order}/notes", operation_id = "order_note", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = NoteRequest,
    security(("organiser" = ["sell"])),
    responses((status = 201, description = "The order with its notes", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "invalid", "limit_reached"])))
)]
pub(super) async fn note(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    organiser: Organiser<Sell>,
    asked: Asked<NoteRequest>,
) -> Result<Answer, No> {
    let home = organiser.own(order.0, Noun::Order)?;
    let key = asked.once.key(organiser.caller(), home);
    let text = asked.body.text.trim().to_owned();
    let command = Command::NoteOrder { order, by: organiser.credential(), text };
    let decided = app.submit(home, command, Some(key)).await?;
    let order = find(&decided, |fact| match fact {
        Fact::OrderNoted(order) => Some(order),
        _ => None,
    })?;
    let shape = shape(&app, order, None).with_notes(order);
    Ok(Answer::created(&shape)?.version(order.version).replayed(decided.replayed))
}
