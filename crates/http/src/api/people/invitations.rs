//! `/v1/invitations`: links that let somebody in, once.
//!
//! A link carries its token behind the hash, where no server and no log sees it; the page hands it in.

use axum::extract::State;
use axum::response::Response;
use dayshelf_core::ids::InvitationId;
use dayshelf_core::text::Digest;
use dayshelf_desk::random;
use dayshelf_store::{Entered, Invitation};
use dayshelf_wire::access::label;
use dayshelf_wire::name::InvitationRef;
use dayshelf_wire::page::Page;
use dayshelf_wire::people::{
    AcceptRequest, InvitationRequest, InvitationShape, InvitedShape, SessionShape, TokenRequest,
};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::{token_digest, token_text};
use dayshelf_wire::time::At;

use super::{Door, newcomer, organiser_shape};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Anyone, Body, Named, Owner, Session};
use crate::no::No;
use crate::people::INVITATION_LIFE;

/// The invitations that nobody has used, newest first, without their links, on one page.
#[utoipa::path(
    get, path = "/v1/invitations", operation_id = "invitation_list", tag = "people",
    security(("session" = ["owner"])),
    responses((status = 200, description = "All of them", body = Page<InvitationShape>))
)]
pub(super) async fn all(State(app): State<App>, session: Session<Owner>) -> Result<Answer, No> {
    let now = app.now();
    let open = app.store.invitations(session.kept.home).await?;
    let open = open.into_iter().filter(|invitation| now < invitation.until);
    let items: Vec<_> = open.map(|invitation| shape(invitation, None)).collect();
    Answer::ok(&Page { items, next: None })
}

/// Make a link that lets one person in. It is answered here and never again.
#[utoipa::path(
    post, path = "/v1/invitations", operation_id = "invitation_make", tag = "people",
    request_body = InvitationRequest,
    security(("session" = ["owner"])),
    responses((status = 201, description = "The invitation with its link", body = InvitationShape))
)]
pub(super) async fn invite(
    State(app): State<App>,
    session: Session<Owner>,
    Body(request): Body<InvitationRequest>,
) -> Result<Answer, No> {
    let (home, now) = (session.kept.home, app.now());
    let invitation = Invitation {
        id: InvitationId(app.desk.mint().id(home)),
        home,
        role: request.role.into(),
        label: label("label", &request.label)?,
        made_by: session.kept.person.id,
        made_at: now,
        until: now.plus(INVITATION_LIFE),
    };
    let token = token_text(&random());
    app.store.invite(link_digest(&token), invitation.clone()).await?;
    let link = format!("{}/console#invitation={token}", app.config.public_url);
    Answer::created(&shape(invitation, Some(link)))
}

/// Take an invitation back. One that was used is none.
#[utoipa::path(
    delete, path = "/v1/invitations/{invitation}", operation_id = "invitation_remove", tag = "people",
    params(("invitation" = InvitationRef, Path, description = "The invitation's id")),
    security(("session" = ["owner"])),
    responses((status = 204, description = "Its link lets nobody in")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    session: Session<Owner>,
    Named(id): Named<InvitationId>,
) -> Result<Answer, No> {
    app.store.end_invitation(session.kept.home, id).await?;
    Ok(Answer::done())
}

/// See what an invitation is for. It stays unused.
#[utoipa::path(
    post, path = "/v1/invitations/look", operation_id = "invitation_look", tag = "people",
    request_body = TokenRequest,
    responses((status = 200, description = "To whom it invites", body = InvitedShape)),
    extensions(("x-problems" = json!(["link_spent", "cross_site", "rate_limited"])))
)]
pub(super) async fn look(
    State(app): State<App>,
    _: Door,
    Body(request): Body<TokenRequest>,
) -> Result<Answer, No> {
    let invitation = known(&app, link_digest(&request.token)).await?;
    let organiser = organiser_shape(&app, invitation.home)?;
    Answer::ok(&InvitedShape { organiser, role: invitation.role.into(), until: At(invitation.until) })
}

/// Come in by an invitation: as somebody new, or as whoever is signed in. It is used up by that.
#[utoipa::path(
    post, path = "/v1/invitations/accept", operation_id = "invitation_accept", tag = "people",
    request_body = AcceptRequest,
    responses((status = 201, description = "Who is signed in", body = SessionShape)),
    extensions(("x-problems" = json!(["unauthorised", "link_spent", "person_known", "passkey_wrong", "passkeys_unavailable", "cross_site", "rate_limited"])))
)]
pub(super) async fn accept(
    State(app): State<App>,
    door: Door,
    session: Option<Session<Anyone>>,
    Body(request): Body<AcceptRequest>,
) -> Result<Response, No> {
    let link = link_digest(&request.token);
    let invitation = known(&app, link).await?;
    let (person, entered) = match (request.person, session) {
        (Some(person), _) => {
            let newcomer = newcomer(&app, &door, person.checked("person.")?).await?;
            let entered = app.store.enter(newcomer.clone(), link, app.now()).await?;
            (newcomer.person, entered)
        }
        (None, Some(session)) => {
            let person = session.kept.person;
            let entered = app.store.join(person.id, link, app.now()).await?;
            (person, entered)
        }
        (None, None) => return Err(No::plain(Kind::Unauthorised)),
    };
    match entered {
        Entered::Done => door.open(&app, person, (invitation.home, invitation.role)).await,
        Entered::Spent => Err(No::plain(Kind::LinkSpent)),
        Entered::Known => Err(Problem::plain(Kind::PersonKnown).with("field", "person.email").into()),
    }
}

async fn known(app: &App, link: Digest) -> Result<Invitation, No> {
    let invitation = app.store.invitation(link).await?;
    let open = invitation.filter(|invitation| app.now() < invitation.until);
    open.ok_or_else(|| No::plain(Kind::LinkSpent))
}

fn link_digest(text: &str) -> Digest {
    token_digest("invitation", text)
}

fn shape(invitation: Invitation, link: Option<String>) -> InvitationShape {
    let Invitation { id, role, label, until, .. } = invitation;
    InvitationShape { id: InvitationRef(id), label, role: role.into(), until: At(until), link }
}
