//! `GET /v1/waitlist/{entry}`.

use axum::extract::State;
use dayshelf_core::ids::EntryId;
use dayshelf_wire::name::EntryRef;
use dayshelf_wire::secret::Opens;
use dayshelf_wire::waitlist::EntryShape;

use super::shape::{read, shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Bearer, Named, may_read};
use crate::no::No;

/// Where a waiter stands; at its turn, with the hold and its secret.
#[utoipa::path(
    get, path = "/v1/waitlist/{entry}", operation_id = "waitlist_show", tag = "waitlist",
    params(("entry" = EntryRef, Path, description = "The entry")),
    security(("bearer" = ["entry"])),
    responses((status = 200, description = "The entry", body = EntryShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(
    State(app): State<App>,
    Named(id): Named<EntryId>,
    bearer: Bearer,
) -> Result<Answer, No> {
    let (by, _) = bearer.by(Opens::Entry, id.0)?;
    let entry = read(&app, id).await?;
    may_read(by, &entry.secret)?;
    Answer::ok(&shape(&app, &entry, &bearer).await?)
}
