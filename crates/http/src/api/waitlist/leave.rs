//! `DELETE /v1/waitlist/{entry}`.

use axum::extract::State;
use dayshelf_core::command::Command;
use dayshelf_core::ids::EntryId;
use dayshelf_wire::name::EntryRef;
use dayshelf_wire::secret::Opens;
use dayshelf_wire::waitlist::EntryShape;

use super::shape::{read, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Bearer, Named};
use crate::no::No;

/// Get out of line, at a turn too. Needs no idempotency key: whoever is out stays out.
#[utoipa::path(
    delete, path = "/v1/waitlist/{entry}", operation_id = "waitlist_leave", tag = "waitlist",
    params(("entry" = EntryRef, Path, description = "The entry")),
    security(("bearer" = ["entry"])),
    responses((status = 200, description = "Out of line", body = EntryShape)),
    extensions(("x-problems" = json!(["unknown", "entry_left", "hold_confirming", "no_turn"])))
)]
pub(super) async fn leave(
    State(app): State<App>,
    Named(entry): Named<EntryId>,
    bearer: Bearer,
) -> Result<Answer, No> {
    let (by, _) = bearer.by(Opens::Entry, entry.0)?;
    app.submit(entry.home(), Command::LeaveWaitlist { entry, by }, None).await?;
    let left = read(&app, entry).await?;
    Answer::ok(&shape(&app, &left, &bearer).await?)
}
