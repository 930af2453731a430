//! `POST /v1/slots/{slot}/undo`.

use axum::extract::State;
use dayshelf_core::command::{Command, UndoChange};
use dayshelf_core::ids::SlotId;
use dayshelf_core::refusal::Refusal;
use dayshelf_wire::change::ChangeAnswer;
use dayshelf_wire::name::SlotRef;
use dayshelf_wire::time::Place;

use super::edit::resolved;
use super::pipeline::answer_of;
use crate::answer::Answer;
use crate::api::author::look;
use crate::app::App;
use crate::extract::{Asked, Manage, Nothing, Own};
use crate::no::No;

/// Take a slot's last change back, with everything that moved with it, until the quiet time after it is over.
#[utoipa::path(
    post, path = "/v1/slots/{slot}/undo", operation_id = "slot_undo", tag = "slots",
    params(
        ("slot" = SlotRef, Path, description = "The slot"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "It is as before", body = ChangeAnswer)),
    extensions(("x-problems" = json!([
        "unknown", "credential_frozen", "version_stale", "name_taken", "invalid", "nothing_to_undo",
        "slot_cancelled"
    ])))
)]
pub(super) async fn undo(
    State(app): State<App>,
    own: Own<Manage, SlotId>,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let (slot, home) = (own.id, own.id.home());
    let times = look(&app, home, move |books| {
        let way = books.trails.get(&slot).and_then(|trail| trail.undo.as_deref());
        Ok(way.ok_or(Refusal::NothingToUndo)?.back.times().cloned())
    });
    // A retry comes when the way back is used up, and gets the first answer: it is asked for all the same.
    let times = times.await.unwrap_or_default();
    let place =
        times.map(|times| Place::of(&times, &app.zones)).transpose().map_err(super::pipeline::no_zone)?;
    let resolved = match &place {
        Some(place) => resolved(&app, slot, place).await?,
        None => dayshelf_core::command::Resolutions::new(),
    };
    let undo = UndoChange { slot, by: own.organiser.credential(), resolved };
    let key = asked.once.key(own.organiser.caller(), home);
    let decided = app.submit(home, Command::UndoChange(Box::new(undo)), Some(key)).await?;
    answer_of(&app, slot, &decided).await
}
