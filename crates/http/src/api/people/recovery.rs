//! `/v1/recovery`: the way back for whoever can't sign in.
//!
//! A link goes to their mail address, where there is a mail server; else the operator makes one. Whether there is
//! such a person is told to nobody. Start at [`ask`].

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use dayshelf_core::ids::AuditId;
use dayshelf_core::refusal::Noun;
use dayshelf_core::text::Digest;
use dayshelf_desk::random;
use dayshelf_relay::mail::{RECOVERY_LIFE, recovery_digest};
use dayshelf_store::{AuditLine, Person, Recovery, WayIn};
use dayshelf_wire::people::{SessionShape, TokenRequest, email, password as long_enough};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::token_text;
use dayshelf_wire::sign_in::{RecoverRequest, Recoverable, RecoveryLink, RecoveryRequest, RecoveryShape};
use dayshelf_wire::time::At;

use super::{Door, passkeys, second_factor};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Client, Operator};
use crate::no::No;

/// Whether links go by mail here.
#[utoipa::path(
    get, path = "/v1/recovery", operation_id = "recovery_show", tag = "people",
    responses((status = 200, description = "How links reach people", body = RecoveryShape))
)]
pub(super) async fn show(State(app): State<App>) -> Result<Answer, No> {
    Answer::ok(&RecoveryShape { by_mail: app.courier().is_some() })
}

/// Ask for a link to a mail address. The answer is the same whether or not there is such a person.
#[utoipa::path(
    post, path = "/v1/recovery", operation_id = "recovery_ask", tag = "people",
    request_body = RecoveryRequest,
    responses((status = 202, description = "If there is such a person, a link that works for half an hour is under way")),
    extensions(("x-problems" = json!(["no_mail_server", "cross_site", "rate_limited"])))
)]
pub(super) async fn ask(
    State(app): State<App>,
    door: Door,
    Body(request): Body<RecoveryRequest>,
) -> Result<Response, No> {
    let address = email("email", &request.email)?;
    let courier = app.courier().ok_or_else(|| No::plain(Kind::NoMailServer))?;
    // Whether anybody has this address is looked up behind the answer: its time tells nothing either.
    if !courier.ask(address, door.client.0.to_string()) {
        return Err(Problem::busy(60).into());
    }
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Make a link for somebody, as the operator. It also takes their second factor away.
#[utoipa::path(
    post, path = "/v1/recovery/links", operation_id = "recovery_make", tag = "people",
    request_body = RecoveryRequest,
    security(("operator" = [])),
    responses((status = 201, description = "The link, which works once within half an hour", body = RecoveryLink)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn make(
    State(app): State<App>,
    _: Operator,
    client: Client,
    Body(request): Body<RecoveryRequest>,
) -> Result<Answer, No> {
    let unknown = || No::unknown(Noun::Person);
    let person = app.store.person_by_email(&email("email", &request.email)?).await?.ok_or_else(unknown)?;
    let (token, now) = (token_text(&random()), app.now());
    let until = now.plus(RECOVERY_LIFE);
    let recovery = Recovery { person: person.id, lifts: true };
    app.store.keep_recovery(recovery_digest(&token), recovery, (now, until)).await?;
    for (home, _) in app.store.memberships(person.id).await? {
        let line = AuditLine {
            id: AuditId(app.desk.mint().id(home)),
            home,
            at: now,
            person: person.id,
            name: format!("operator, for {}", person.name),
            act: "POST /v1/recovery/links".to_owned(),
            subject: "/v1/recovery/links".to_owned(),
            status: StatusCode::CREATED.as_u16(),
            address: client.0.to_string(),
        };
        app.store.audit(line).await?;
    }
    let link = format!("{}/console#recovery={token}", app.config.public_url);
    Answer::created(&RecoveryLink { link, until: At(until) })
}

/// See what a recovery link is for. It stays unused.
#[utoipa::path(
    post, path = "/v1/recovery/look", operation_id = "recovery_look", tag = "people",
    request_body = TokenRequest,
    responses((status = 200, description = "Whom it lets back in", body = Recoverable)),
    extensions(("x-problems" = json!(["link_spent", "cross_site", "rate_limited"])))
)]
pub(super) async fn look(
    State(app): State<App>,
    _: Door,
    Body(request): Body<TokenRequest>,
) -> Result<Answer, No> {
    let (recovery, person) = known(&app, &request.token).await?;
    let factor = app.store.second_factor(person.id).await?.filter(|factor| factor.since.is_some());
    Answer::ok(&Recoverable { email: person.email, code: factor.is_some() && !recovery.lifts })
}

/// Come back by a recovery link, with a new password or a new passkey. The link is used up by that, and wherever else
/// the person was signed in, that ends.
#[utoipa::path(
    post, path = "/v1/recovery/use", operation_id = "recovery_use", tag = "people",
    request_body = RecoverRequest,
    responses((status = 201, description = "Who is signed in", body = SessionShape)),
    extensions(("x-problems" = json!([
        "link_spent", "passkey_wrong", "passkeys_unavailable", "second_factor_wanted", "second_factor_wrong", "cross_site",
        "rate_limited"
    ])))
)]
pub(super) async fn come_back(
    State(app): State<App>,
    door: Door,
    Body(request): Body<RecoverRequest>,
) -> Result<Response, No> {
    let (recovery, person) = known(&app, &request.token).await?;
    let spent = || No::plain(Kind::LinkSpent);
    let at = app.store.memberships(person.id).await?.first().copied().ok_or_else(spent)?;
    let way = match (&request.password, &request.passkey) {
        (Some(password), None) => {
            let new = long_enough("password", password, &[&person.name, &person.email])?;
            WayIn::Password(app.passwords.hash(new).await?)
        }
        (None, Some(answer)) => {
            let passkey = passkeys::of_newcomer(&app, &door, answer).await?;
            let theirs = Some(passkey).filter(|passkey| passkey.person == person.id);
            WayIn::Passkey(theirs.ok_or_else(|| No::plain(Kind::PasskeyWrong))?)
        }
        _ => return Err(Problem::value_wrong("password", "choose a password or a passkey").into()),
    };
    if !recovery.lifts {
        second_factor::passed(&app, &person, request.code.as_deref()).await.inspect_err(|_| {
            if request.code.is_some() {
                door.note(&person, at.0);
            }
        })?;
    }
    let link = recovery_digest(&request.token);
    app.store.recover(link, app.now(), way).await?.ok_or_else(spent)?;
    // As it stands now, with its new password.
    let person = app.store.person(person.id).await?.ok_or_else(spent)?;
    door.open(&app, person, at).await
}

/// What a link that is open is for, and for whom.
pub(super) async fn known(app: &App, token: &str) -> Result<(Recovery, Person), No> {
    let spent = || No::plain(Kind::LinkSpent);
    let link: Digest = recovery_digest(token);
    let recovery = app.store.recovery(link, app.now()).await?.ok_or_else(spent)?;
    let person = app.store.person(recovery.person).await?.ok_or_else(spent)?;
    Ok((recovery, person))
}
