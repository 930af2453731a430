//! `/v1/second-factor`: a code of an app beside the password, and recovery codes for when the app is away.
//!
//! How codes are made is in `people::totp`. Start at [`begin`].

use axum::extract::State;
use dayshelf_core::ids::PersonId;
use dayshelf_core::text::Digest;
use dayshelf_store::Person;
use dayshelf_wire::pass::qr_rows;
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::sign_in::{CodeOnce, RecoveryCodes, SecondFactorBegun, SecondFactorShape};
use dayshelf_wire::time::At;

use super::fresh;
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Anyone, Body, Client, Session};
use crate::no::No;
use crate::people::passkey::Party;
use crate::people::totp;

/// Seconds until wrong codes are forgotten, at most.
const WAIT_SECONDS: u64 = 15 * 60;

/// How your second factor stands.
#[utoipa::path(
    get, path = "/v1/second-factor", operation_id = "second_factor_show", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 200, description = "Whether it is on", body = SecondFactorShape))
)]
pub(super) async fn show(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    let person = session.kept.person.id;
    let since = app.store.second_factor(person).await?.and_then(|factor| factor.since);
    let codes_left = app.store.recovery_codes_left(person).await?;
    Answer::ok(&SecondFactorShape { on: since.is_some(), since: since.map(At), codes_left })
}

/// Begin with a second factor: a secret for an app. It is answered here and never again, and counts once a code of
/// it was sent.
#[utoipa::path(
    post, path = "/v1/second-factor", operation_id = "second_factor_begin", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 201, description = "The secret", body = SecondFactorBegun)),
    extensions(("x-problems" = json!(["sign_in_again", "second_factor_on"])))
)]
pub(super) async fn begin(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    fresh(&app, &session)?;
    let person = session.kept.person;
    let secret = totp::new_secret();
    let sealed = app.config.seal.as_ref().and_then(|seal| seal.close(person.id, &secret));
    let kept = sealed.unwrap_or_else(|| secret.clone());
    if !app.store.begin_factor(person.id, kept).await? {
        return Err(No::plain(Kind::SecondFactorOn));
    }
    let host = Party::of(&app.config.public_url).map(|party| party.id).unwrap_or_default();
    let uri = totp::address(&secret, &person.email, &host);
    let qr = qr_rows(&uri).unwrap_or_default();
    Answer::created(&SecondFactorBegun { secret: totp::base32(&secret), uri, qr })
}

/// Make the second factor count, by a code of the app. The answer has ten recovery codes, here and never again.
#[utoipa::path(
    post, path = "/v1/second-factor/confirm", operation_id = "second_factor_confirm", tag = "people",
    request_body = CodeOnce,
    security(("session" = ["viewer"])),
    responses((status = 200, description = "It is on", body = RecoveryCodes)),
    extensions(("x-problems" = json!(["second_factor_off", "rate_limited"])))
)]
pub(super) async fn confirm(
    State(app): State<App>,
    session: Session<Anyone>,
    client: Client,
    Body(request): Body<CodeOnce>,
) -> Result<Answer, No> {
    app.knocks.take(client.0, std::time::Instant::now()).map_err(Problem::rate_limited)?;
    let (person, now) = (session.kept.person.id, app.now());
    let begun = app.store.second_factor(person).await?.filter(|factor| factor.since.is_none());
    let begun = begun.ok_or_else(|| No::plain(Kind::SecondFactorOff))?;
    let wrong = || Problem::value_wrong("code", "this is not the code that your app shows now");
    let step = step_of(&app, person, &begun.secret, &request.code).ok_or_else(wrong)?;
    let codes = totp::new_codes();
    if !app.store.confirm_factor(person, (step, now), digests(&session, &codes)).await? {
        return Err(No::plain(Kind::SecondFactorOff));
    }
    Answer::ok(&RecoveryCodes { codes })
}

/// Make ten new recovery codes in place of those so far. They are answered here and never again.
#[utoipa::path(
    post, path = "/v1/second-factor/codes", operation_id = "second_factor_codes", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 200, description = "The codes", body = RecoveryCodes)),
    extensions(("x-problems" = json!(["sign_in_again", "second_factor_off"])))
)]
pub(super) async fn codes(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    fresh(&app, &session)?;
    let codes = totp::new_codes();
    if !app.store.renew_codes(session.kept.person.id, digests(&session, &codes)).await? {
        return Err(No::plain(Kind::SecondFactorOff));
    }
    Answer::ok(&RecoveryCodes { codes })
}

/// Do without a second factor. Its recovery codes end with it.
#[utoipa::path(
    delete, path = "/v1/second-factor", operation_id = "second_factor_end", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 204, description = "The password alone suffices")),
    extensions(("x-problems" = json!(["sign_in_again"])))
)]
pub(super) async fn end(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    fresh(&app, &session)?;
    app.store.end_factor(session.kept.person.id).await?;
    Ok(Answer::done())
}

/// Lets somebody pass whose password was right: without a second factor, or with a code that was not used before.
pub(super) async fn passed(app: &App, person: &Person, code: Option<&str>) -> Result<(), No> {
    let factor = app.store.second_factor(person.id).await?.filter(|factor| factor.since.is_some());
    let Some(factor) = factor else { return Ok(()) };
    let code = code.filter(|code| !code.trim().is_empty());
    let code = code.ok_or_else(|| No::plain(Kind::SecondFactorWanted))?;
    if !app.store.try_factor(person.id, app.now()).await? {
        return Err(Problem::rate_limited(WAIT_SECONDS).into());
    }
    let taken = match step_of(app, person.id, &factor.secret, code) {
        Some(step) => app.store.use_step(person.id, step).await?,
        None => app.store.use_recovery_code(person.id, totp::code_digest(person.id, code)).await?,
    };
    if taken { Ok(()) } else { Err(No::plain(Kind::SecondFactorWrong)) }
}

/// The step of a code, if the secret that is kept of somebody makes it about now. What lies there as it is counts as well:
/// it was kept before anything was sealed.
fn step_of(app: &App, whose: PersonId, kept: &[u8], code: &str) -> Option<i64> {
    if kept.len() == totp::SECRET_BYTES {
        return totp::step_of(kept, code, app.now());
    }
    let secret = app.config.seal.as_ref().and_then(|seal| seal.open(whose, kept));
    if secret.is_none() {
        tracing::error!(person = %whose, "a second factor is sealed with a key that this node does not have");
    }
    totp::step_of(&secret?, code, app.now())
}

fn digests(session: &Session<Anyone>, codes: &[String]) -> Vec<Digest> {
    codes.iter().map(|code| totp::code_digest(session.kept.person.id, code)).collect()
}
