//! `DELETE /v1/slots/{slot}/fulfilments/{fulfilment}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::{FulfilmentId, SlotId};
use dayshelf_wire::name::{FulfilmentRef, SlotRef};

use super::shown;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{IfMatch, Manage, Named, Own};
use crate::no::No;

/// Remove a fulfilment block that nobody has chosen.
#[utoipa::path(
    delete, path = "/v1/slots/{slot}/fulfilments/{fulfilment}", operation_id = "fulfilment_remove", tag = "fulfilments",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("fulfilment" = FulfilmentRef, Path, description = "A fulfilment block"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 204, description = "It is gone")),
    extensions(("x-problems" = json!(["unknown", "in_use", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(fulfilment): Named<FulfilmentId>,
    IfMatch(expected): IfMatch,
) -> Result<Answer, No> {
    shown(&app, own.id, fulfilment).await?;
    app.submit(own.id.home(), Command::RemoveFulfilment { id: fulfilment, expected }, None).await?;
    Ok(Answer::done())
}
