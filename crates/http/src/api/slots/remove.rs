//! `DELETE /v1/slots/{slot}`.

use axum::extract::State;
use dayshelf_core::change::Wish;
use dayshelf_core::ids::SlotId;
use dayshelf_wire::change::{ChangeAnswer, TellShape};
use dayshelf_wire::name::SlotRef;

use super::pipeline::{Wanted, carried_out, rehearsed};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{IfMatch, Manage, Own, Told};
use crate::no::No;

/// Call a slot off, as `change` with `cancel` alone does. With `dry_run` it is only said what would come of it.
///
/// Nothing that anybody bought is taken without a yes: where somebody has something of the slot, it waits for one,
/// and the answer is 202.
#[utoipa::path(
    delete, path = "/v1/slots/{slot}", operation_id = "slot_remove", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("dry_run" = Option<bool>, Query, description = "Say what would come of it, and change nothing"),
        ("tell" = Option<TellShape>, Query, description = "Whether and when customers hear of other times and places"),
        ("If-Match" = String, Header, description = "The slot's ETag")
    ),
    security(("organiser" = ["manage"])),
    responses(
        (status = 200, description = "It is called off, or what would come of it", body = ChangeAnswer),
        (status = 202, description = "It waits for a yes", body = ChangeAnswer)
    ),
    extensions(("x-problems" = json!(["unknown", "credential_frozen", "limit_reached", "slot_cancelled"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    IfMatch(expected): IfMatch,
    told: Told,
) -> Result<Answer, No> {
    let wanted = Wanted { slot: own.id, expected, wish: Wish::Cancel, tell: told.tell, place: None };
    let ask = wanted.ask(&app, own.organiser.credential()).await?;
    if told.dry_run {
        return rehearsed(&app, ask).await;
    }
    carried_out(&app, ask, None).await
}
