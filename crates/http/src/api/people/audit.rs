//! `/v1/audit`: who did what from where.

use axum::extract::State;
use dayshelf_store::AuditLine;
use dayshelf_wire::name::{AuditRef, PersonRef};
use dayshelf_wire::page::Page;
use dayshelf_wire::people::AuditShape;
use dayshelf_wire::time::At;

use crate::answer::Answer;
use crate::api::author::Range;
use crate::app::App;
use crate::extract::{Owner, Params, Session};
use crate::no::No;

/// What this list's cursors are for.
const LIST: &str = "audit";

/// What people of the team changed, newest first. What was decided by it stands in the journal.
#[utoipa::path(
    get, path = "/v1/audit", operation_id = "audit_list", tag = "people",
    params(
        ("limit" = Option<u32>, Query, description = "Lines on a page, 1 to 500", minimum = 1, maximum = 500),
        ("cursor" = Option<String>, Query, description = "What `next` of the page before said")
    ),
    security(("session" = ["owner"])),
    responses((status = 200, description = "A page of lines", body = Page<AuditShape>))
)]
pub(super) async fn log(
    State(app): State<App>,
    session: Session<Owner>,
    mut params: Params,
) -> Result<Answer, No> {
    let range = Range::take(&mut params, LIST)?;
    params.end()?;
    let found = app.store.audit_log(session.kept.home, range.after, range.limit + 1).await?;
    Answer::ok(&range.page(LIST, found, |line| line.id.0, shape))
}

fn shape(line: &AuditLine) -> AuditShape {
    AuditShape {
        id: AuditRef(line.id),
        at: At(line.at),
        person: PersonRef(line.person),
        name: line.name.clone(),
        act: line.act.clone(),
        subject: line.subject.clone(),
        status: line.status,
        address: line.address.clone(),
    }
}
