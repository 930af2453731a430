//! `POST /v1/slots/{slot}/change`.

use axum::extract::State;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::change::{ChangeAnswer, ChangeRequest};
use dayshelf_wire::name::SlotRef;

use super::pipeline::{Wanted, carried_out, rehearsed};
use crate::answer::Answer;
use crate::api::author::{place_of, read_with};
use crate::app::App;
use crate::extract::{Asked, IfMatch, Manage, Own};
use crate::no::No;

/// Change a slot, move it, or call it off. What is left out stays as it is.
///
/// At new times, everything that is anchored to the slot moves with it, and customers are told once it has been
/// quiet. What would destroy what people have or were promised is not done: it waits for a yes, and the answer is
/// 202. With `dry_run` it is only said what would come of it, by the same rules.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/change", operation_id = "slot_change", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("If-Match" = String, Header, description = "The slot's ETag"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    request_body = ChangeRequest,
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "It is done, or what would come of it", body = ChangeAnswer),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "invalid", "limit_reached", "name_taken", "slot_cancelled", "time_in_gap",
        "zone_unknown", "plan_wrong"
    ])))
)]
pub(super) async fn change(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    asked: Asked<ChangeRequest>,
) -> Result<Answer, No> {
    let slot = own.id;
    let request = &asked.body;
    let before = place_of(&app, slot).await?;
    let zone = Some(before.zone.name());
    let (wish, place) = read_with(&app, slot.home(), (zone, None), |context| request.wish(&before, context))?;
    let wanted = Wanted { slot, expected, wish, tell: request.tell.into(), place };
    let ask = wanted.ask(&app, own.organiser.credential()).await?;
    if request.dry_run {
        return rehearsed(&app, ask).await;
    }
    let key = asked.once.key(own.organiser.caller(), slot.home());
    carried_out(&app, ask, Some(key)).await
}
