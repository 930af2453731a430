//! `/v1/session`: signing in, seeing who is signed in, going on for another organiser, signing out.

use axum::extract::State;
use axum::response::Response;
use dayshelf_core::refusal::Noun;
use dayshelf_store::Person;
use dayshelf_wire::people::{
    PASSWORD_CHARS_MAX, PasswordRequest, SessionShape, SignInRequest, TurnRequest, email,
    password as long_enough,
};
use dayshelf_wire::problem::{Kind, Problem};

use super::{Door, fresh, second_factor, shape, with_cookie};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Anyone, Body, Client, Session};
use crate::no::No;
use crate::people::cleared;

/// Sign in. The answer sets a cookie that script can't read; with it, every route that takes an organiser's key
/// works as the role allows. A request that changes something must come from a page of this server.
#[utoipa::path(
    post, path = "/v1/session", operation_id = "session_begin", tag = "people",
    request_body = SignInRequest,
    responses((status = 201, description = "Who is signed in", body = SessionShape)),
    extensions(("x-problems" = json!(["sign_in_wrong", "second_factor_wanted", "second_factor_wrong", "cross_site", "rate_limited"])))
)]
pub(super) async fn sign_in(
    State(app): State<App>,
    door: Door,
    Body(request): Body<SignInRequest>,
) -> Result<Response, No> {
    let wrong = || No::plain(Kind::SignInWrong);
    let address = email("email", &request.email)?;
    let person = app.store.person_by_email(&address).await?;
    let kept = person.as_ref().map(|person| person.password.clone());
    if request.password.chars().count() > PASSWORD_CHARS_MAX {
        return Err(wrong());
    }
    let fits = app.passwords.fits(request.password, kept).await?;
    let person = person.filter(|_| fits).ok_or_else(wrong)?;
    // Whoever was let out everywhere has nothing to sign in for.
    let at = app.store.memberships(person.id).await?.first().copied().ok_or_else(wrong)?;
    if let Err(no) = second_factor::passed(&app, &person, request.code.as_deref()).await {
        // Whoever got this far has the password: its owner should see that in the log.
        if request.code.is_some() {
            door.note(&person, at.0);
        }
        return Err(no);
    }
    door.open(&app, person, at).await
}

/// Who is signed in.
#[utoipa::path(
    get, path = "/v1/session", operation_id = "session_show", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 200, description = "Who is signed in, and for whom", body = SessionShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    Answer::ok(&shape(&app, &session.kept).await?)
}

/// Go on for another organiser that one has a role for.
#[utoipa::path(
    put, path = "/v1/session", operation_id = "session_turn", tag = "people",
    request_body = TurnRequest,
    security(("session" = ["viewer"])),
    responses((status = 200, description = "Who is signed in, and for whom now", body = SessionShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn turn(
    State(app): State<App>,
    session: Session<Anyone>,
    Body(request): Body<TurnRequest>,
) -> Result<Answer, No> {
    let unknown = || No::unknown(Noun::Organiser);
    let card = app.board().organiser_by_slug(&request.organiser).ok_or_else(unknown)?;
    let home = card.organiser.id.home();
    let memberships = app.store.memberships(session.kept.person.id).await?;
    if !memberships.iter().any(|(at, _)| *at == home) {
        return Err(unknown());
    }
    app.store.turn_session(session.token, home).await?;
    let kept = app.store.session(session.token).await?.ok_or_else(|| No::plain(Kind::Unauthorised))?;
    Answer::ok(&shape(&app, &kept).await?)
}

/// Sign out here.
#[utoipa::path(
    delete, path = "/v1/session", operation_id = "session_end", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 204, description = "Nobody is signed in here any more"))
)]
pub(super) async fn sign_out(State(app): State<App>, session: Session<Anyone>) -> Result<Response, No> {
    app.store.end_session(session.kept.person.id, session.kept.entry.id).await?;
    with_cookie(Answer::done(), &cleared(&app.config.public_url))
}

/// Choose another password. It signs out everywhere else. Whoever has none so far must have signed in lately.
#[utoipa::path(
    put, path = "/v1/session/password", operation_id = "password_change", tag = "people",
    request_body = PasswordRequest,
    security(("session" = ["viewer"])),
    responses((status = 204, description = "The new password counts")),
    extensions(("x-problems" = json!(["sign_in_again", "rate_limited"])))
)]
pub(super) async fn password(
    State(app): State<App>,
    session: Session<Anyone>,
    client: Client,
    Body(request): Body<PasswordRequest>,
) -> Result<Answer, No> {
    let wait = |seconds| No::from(Problem::rate_limited(seconds));
    app.knocks.take(client.0, std::time::Instant::now()).map_err(wait)?;
    let Person { name, email, .. } = &session.kept.person;
    let new = long_enough("password", &request.password, &[name, email])?;
    let kept = session.kept.person.password.clone();
    if kept.is_empty() {
        fresh(&app, &session)?;
    } else {
        let before = request.before.ok_or_else(|| Problem::missing_field("before"))?;
        if before.chars().count() > PASSWORD_CHARS_MAX || !app.passwords.fits(before, Some(kept)).await? {
            return Err(Problem::value_wrong("before", "this is not your password so far").into());
        }
    }
    let hash = app.passwords.hash(new).await?;
    app.store.set_password(session.kept.person.id, hash, session.token).await?;
    Ok(Answer::done())
}
