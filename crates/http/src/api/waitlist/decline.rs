//! `POST /v1/waitlist/{entry}/decline`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::EntryId;
use dayshelf_wire::name::EntryRef;
use dayshelf_wire::secret::Opens;
use dayshelf_wire::waitlist::EntryShape;

use super::shape::{read, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Asked, Bearer, Named, Nothing};
use crate::no::No;

/// Let a turn go to the next in line.
#[utoipa::path(
    post, path = "/v1/waitlist/{entry}/decline", operation_id = "waitlist_decline", tag = "waitlist",
    params(
        ("entry" = EntryRef, Path, description = "The entry"),
        ("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")
    ),
    security(("bearer" = ["entry"])),
    responses((status = 200, description = "Out of line", body = EntryShape)),
    extensions(("x-problems" = json!(["unknown", "hold_confirming", "entry_left", "no_turn"])))
)]
pub(super) async fn decline(
    State(app): State<App>,
    Named(entry): Named<EntryId>,
    bearer: Bearer,
    asked: Asked<Nothing>,
) -> Result<Answer, No> {
    let (by, caller) = bearer.by(Opens::Entry, entry.0)?;
    let home = entry.home();
    let key = asked.once.key(caller, home);
    let decided = app.submit(home, Command::DeclineTurn { entry, by }, Some(key)).await?;
    // Whoever declined is out of line for good, so this is the same at every retry.
    let left = read(&app, entry).await?;
    Ok(Answer::ok(&shape(&app, &left, &bearer).await?)?.replayed(decided.replayed))
}
