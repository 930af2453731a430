//! `DELETE /v1/slots/{slot}/fulfilments/{fulfilment}`.

use axum::extract::State;
use dayshelf_core::change::Part;
use dayshelf_core::ids::{FulfilmentId, SlotId};
use dayshelf_wire::change::{ChangeAnswer, TellShape};
use dayshelf_wire::name::{FulfilmentRef, SlotRef};

use super::shown;
use crate::answer::Answer;
use crate::api::single::{Manner, Single};
use crate::app::App;
use crate::extract::{IfMatch, Manage, Named, Own, Told};
use crate::no::No;

/// Remove a fulfilment block. One that people have bought for waits for a yes; while somebody holds for it, or has a
/// place in one of its time boxes, it stays.
#[utoipa::path(
    delete, path = "/v1/slots/{slot}/fulfilments/{fulfilment}", operation_id = "fulfilment_remove", tag = "fulfilments",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("fulfilment" = FulfilmentRef, Path, description = "A fulfilment block"),
        ("tell" = Option<TellShape>, Query, description = "Whether customers hear of it where their pickup is elsewhere"),
        ("dry_run" = Option<bool>, Query, description = "Only say what would come of it"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "What would come of it", body = ChangeAnswer),
        (status = 204, description = "It is gone"),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "query_wrong", "credential_frozen", "in_use", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    Named(fulfilment): Named<FulfilmentId>,
    heeded: (IfMatch, Told),
) -> Result<Answer, No> {
    let (IfMatch(expected), told) = heeded;
    shown(&app, own.id, fulfilment).await?;
    let single = Single { slot: own.id, expected, part: Part::Fulfilment(fulfilment, None) };
    single.remove(&app, Manner::of(own.organiser.credential(), told)).await
}
