//! `POST /v1/slots/{slot}/cancel`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::whole::SlotWhole;

use crate::answer::Answer;
use crate::api::facts::find;
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Nothing, Own};
use crate::no::No;

/// Call a slot off: holds end, waiters leave, orders are cancelled and paid back.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/cancel", operation_id = "slot_cancel", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("If-Match" = String, Header, description = "The slot's ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "The slot, cancelled", body = SlotWhole)),
    extensions(("x-problems" = json!(["unknown", "slot_cancelled"])))
)]
pub(super) async fn cancel(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let (slot, home) = (own.id, own.id.home());
    let key = asked.once.key(own.organiser.caller(), home);
    let decided = app.submit(home, Command::CancelSlot { slot, expected }, Some(key)).await?;
    let slot = find(&decided, |fact| match fact {
        Fact::SlotPut { slot, .. } => Some(slot),
        _ => None,
    })?;
    Ok(Answer::ok(&SlotWhole::from(&**slot))?.version(slot.version).replayed(decided.replayed))
}
