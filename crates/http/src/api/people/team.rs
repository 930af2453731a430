//! `/v1/people`: who may do what for the organiser.

use axum::extract::State;
use dayshelf_core::ids::PersonId;
use dayshelf_core::people::Role;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::name::PersonRef;
use dayshelf_wire::page::Page;
use dayshelf_wire::people::{MemberShape, RoleRequest};
use dayshelf_wire::problem::Kind;
use dayshelf_wire::time::At;

use super::person_shape;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Named, Owner, Session};
use crate::no::No;

/// Everybody who may do something for the organiser, the longest first, on one page.
#[utoipa::path(
    get, path = "/v1/people", operation_id = "person_list", tag = "people",
    security(("session" = ["owner"])),
    responses((status = 200, description = "All of them", body = Page<MemberShape>))
)]
pub(super) async fn all(State(app): State<App>, session: Session<Owner>) -> Result<Answer, No> {
    let members = app.store.members(session.kept.home).await?;
    let shape = |member: &dayshelf_store::Member| MemberShape {
        person: person_shape(&member.person),
        role: member.role.into(),
        since: At(member.since),
    };
    Answer::ok(&Page { items: members.iter().map(shape).collect::<Vec<_>>(), next: None })
}

/// Give somebody another role. It counts from their next request on.
#[utoipa::path(
    put, path = "/v1/people/{person}", operation_id = "person_change", tag = "people",
    params(("person" = PersonRef, Path, description = "The person's id")),
    request_body = RoleRequest,
    security(("session" = ["owner"])),
    responses((status = 204, description = "The role counts")),
    extensions(("x-problems" = json!(["unknown", "last_owner"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    session: Session<Owner>,
    Named(id): Named<PersonId>,
    Body(request): Body<RoleRequest>,
) -> Result<Answer, No> {
    put(&app, &session, id, Some(request.role.into())).await
}

/// Let somebody out. Where they are signed in for this organiser, that ends.
#[utoipa::path(
    delete, path = "/v1/people/{person}", operation_id = "person_remove", tag = "people",
    params(("person" = PersonRef, Path, description = "The person's id")),
    security(("session" = ["owner"])),
    responses((status = 204, description = "They may do nothing here any more")),
    extensions(("x-problems" = json!(["unknown", "last_owner"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    session: Session<Owner>,
    Named(id): Named<PersonId>,
) -> Result<Answer, No> {
    put(&app, &session, id, None).await
}

async fn put(app: &App, session: &Session<Owner>, id: PersonId, role: Option<Role>) -> Result<Answer, No> {
    let home = session.kept.home;
    let memberships = app.store.memberships(id).await?;
    if !memberships.iter().any(|(at, _)| *at == home) {
        return Err(No::unknown(Noun::Person));
    }
    if !app.store.set_role(home, id, role).await? {
        return Err(No::plain(Kind::LastOwner));
    }
    Ok(Answer::done())
}
