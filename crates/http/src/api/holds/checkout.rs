//! `POST /v1/holds/{hold}/checkout`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::HoldId;
use dayshelf_wire::hold::HoldShape;
use dayshelf_wire::name::HoldRef;
use dayshelf_wire::secret::Opens;

use super::changed::changed;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Bearer, Named, Nothing};
use crate::no::No;

/// Turn a basket into a hold, where the window holds at checkout.
#[utoipa::path(
    post, path = "/v1/holds/{hold}/checkout", operation_id = "hold_checkout", tag = "holds",
    params(
        ("hold" = HoldRef, Path, description = "The hold"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("bearer" = ["hold"])),
    responses((status = 200, description = "The units are held", body = HoldShape)),
    extensions(("x-problems" = json!(["unknown", "hold_ended", "hold_confirming", "hold_taken", "slot_not_published", "slot_cancelled", "slot_over", "not_offered", "window_not_open", "window_closed", "buyer_limit", "places_full", "too_few_left"])))
)]
pub(super) async fn checkout(
    State(app): State<App>,
    Named(hold): Named<HoldId>,
    bearer: Bearer,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let (by, caller) = bearer.by(Opens::Hold, hold.0)?;
    let home = hold.home();
    let key = asked.once.key(caller, home);
    let decided = app.submit(home, Command::CheckOut { hold, by }, Some(key)).await?;
    Ok(Answer::ok(&changed(&app, hold, &decided).await?)?.replayed(decided.replayed))
}
