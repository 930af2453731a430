//! `/v1/sessions`: where one is signed in.

use axum::extract::State;
use dayshelf_core::ids::SessionId;
use dayshelf_wire::name::SessionRef;
use dayshelf_wire::page::Page;
use dayshelf_wire::people::SessionEntryShape;
use dayshelf_wire::time::At;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Anyone, Named, Session};
use crate::no::No;

/// Where you are signed in, newest first, on one page.
#[utoipa::path(
    get, path = "/v1/sessions", operation_id = "session_list", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 200, description = "All of them", body = Page<SessionEntryShape>))
)]
pub(super) async fn all(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    let kept = app.store.sessions(session.kept.person.id).await?;
    let items: Vec<_> = kept
        .into_iter()
        .map(|entry| SessionEntryShape {
            id: SessionRef(entry.id),
            here: entry.id == session.kept.entry.id,
            agent: entry.agent,
            address: entry.address,
            made_at: At(entry.made_at),
            seen_at: At(entry.seen_at),
            until: At(entry.until),
        })
        .collect();
    Answer::ok(&Page { items, next: None })
}

/// Sign out somewhere else. One that is over already is none.
#[utoipa::path(
    delete, path = "/v1/sessions/{session}", operation_id = "session_revoke", tag = "people",
    params(("session" = SessionRef, Path, description = "The session's id")),
    security(("session" = ["viewer"])),
    responses((status = 204, description = "Nobody is signed in there any more")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn end(
    State(app): State<App>,
    session: Session<Anyone>,
    Named(id): Named<SessionId>,
) -> Result<Answer, No> {
    app.store.end_session(session.kept.person.id, id).await?;
    Ok(Answer::done())
}
