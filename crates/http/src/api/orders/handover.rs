//! `POST /v1/orders/{order}/handover`, and taking one back.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::OrderId;
use dayshelf_core::limits::HANDOVER_UNDO_SPAN;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::OrderRef;
use dayshelf_wire::order::{HandOverRequest, OrderShape, UndoHandOverRequest};
use dayshelf_wire::problem::{Kind, Problem};

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
    extensions(("x-problems" = json!(["unknown", "order_closed", "already_redeemed"])))
)]
pub(super) async fn handover(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    organiser: Organiser<Sell>,
    asked: Asked<HandOverRequest>,
) -> Result<Answer, No> {
    let home = organiser.own(order.0, Noun::Order)?;
    let key = asked.once.key(organiser.caller(), home);
    let command = Command::HandOver(Box::new(asked.body.command(order, organiser.credential())?));
    let handed = app.submit(home, command, Some(key)).await;
    let decided = handed.map_err(|no| no.map(|problem| problem.at_named(&[("line", "line")])))?;
    let order = find(&decided, |fact| match fact {
        Fact::OrderHanded { order, .. } => Some(order),
        _ => None,
    })?;
    let shape = shape(&app, order, None).with_redemptions(order);
    Ok(Answer::ok(&shape)?.version(order.version).replayed(decided.replayed))
}

/// Take a handover back that was a slip of the hand, within a quarter of an hour.
#[utoipa::path(
    post, path = "/v1/orders/{order}/handover/undo", operation_id = "order_handover_undo", tag = "orders",
    params(
        ("order" = OrderRef, Path, description = "The order"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = UndoHandOverRequest,
    security(("organiser" = ["sell"])),
    responses((status = 200, description = "The order as it stands after", body = OrderShape)),
    extensions(("x-problems" = json!(["unknown", "nothing_to_undo", "slot_not_published", "slot_cancelled"])))
)]
pub(super) async fn undo(
    State(app): State<App>,
    Named(order): Named<OrderId>,
    organiser: Organiser<Sell>,
    asked: Asked<UndoHandOverRequest>,
) -> Result<Answer, No> {
    let home = organiser.own(order.0, Noun::Order)?;
    let key = asked.once.key(organiser.caller(), home);
    let command = Command::UndoHandOver { order, line: asked.body.line };
    let undone = app.submit(home, command, Some(key)).await;
    let decided = undone.map_err(|no| no.map(too_late))?;
    let order = find(&decided, |fact| match fact {
        Fact::HandOverUndone { order, .. } => Some(order),
        _ => None,
    })?;
    let shape = shape(&app, order, None).with_redemptions(order);
    Ok(Answer::ok(&shape)?.version(order.version).replayed(decided.replayed))
}

/// The same in the words of a handover, which can't be changed again as a slot can.
fn too_late(problem: Problem) -> Problem {
    if problem.kind != Kind::NothingToUndo {
        return problem.at_named(&[("line", "line")]);
    }
    let minutes = HANDOVER_UNDO_SPAN.0 / 60_000;
    let detail = format!(
        "This line was not handed over, or more than {minutes} minutes ago. Look at the order; what comes back later is a \
         count of the pool."
    );
    Problem { detail, ..problem }
}
