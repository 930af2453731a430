//! `/v1/passkeys` and signing in by one.
//!
//! A ceremony has two requests: one is answered with a challenge, which is kept for the browser that asked; the other
//! brings what a device signed. What the device says is looked at in `people::passkey`. Start at [`sign_in`].

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use dayshelf_core::ids::{PasskeyId, PersonId};
use dayshelf_core::refusal::Noun;
use dayshelf_core::text::Digest;
use dayshelf_desk::random;
use dayshelf_store::{Challenge, Ended, Passkey};
use dayshelf_wire::name::PasskeyRef;
use dayshelf_wire::page::Page;
use dayshelf_wire::people::{SessionShape, email};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::{token_digest, token_text};
use dayshelf_wire::sign_in::{
    CreationOptions, Descriptor, KeyKind, NewPasskey, PasskeyName, PasskeyRequest, PasskeyShape, PasskeyUser,
    PasskeyWish, RelyingParty, RequestOptions, Selection, UsedPasskey, passkey_name,
};
use dayshelf_wire::time::At;

use super::{DOOR_TOKEN, Door, NOBODY, fresh, recovery, with_cookie};
use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Anyone, Body, Named, Session};
use crate::no::No;
use crate::people::passkey::{ALGORITHMS, CHALLENGE_BYTES, Flaw, Made, Party, bytes, text};
use crate::people::{CHALLENGE_LIFE, set_door};

/// What a passkey is of, where its maker says.
const PUBLIC_KEY: &str = "public-key";
/// A passkey that comes with somebody new is called so.
const FIRST_NAME: &str = "First passkey";
/// Passkeys of one person. More are of no use.
const PASSKEYS_MAX: usize = 20;

/// Begin to sign in by a passkey: the question that a device has to sign. No name is needed.
#[utoipa::path(
    post, path = "/v1/session/passkey/options", operation_id = "passkey_question", tag = "people",
    responses((status = 201, description = "The question, for this browser alone", body = RequestOptions)),
    extensions(("x-problems" = json!(["passkeys_unavailable", "cross_site", "rate_limited"])))
)]
pub(super) async fn question(State(app): State<App>, door: Door) -> Result<Response, No> {
    let party = party(&app)?;
    let (asker, cookie) = at_the_door(&app, &door);
    let challenge = ask(&app, asker, None).await?;
    let options =
        RequestOptions { challenge, timeout: timeout(), rp_id: party.id, user_verification: "required" };
    known_again(Answer::created(&options)?, cookie)
}

/// Sign in by a passkey. Its device has seen its owner, so that it counts as both factors.
#[utoipa::path(
    post, path = "/v1/session/passkey", operation_id = "session_begin_by_passkey", tag = "people",
    request_body = UsedPasskey,
    responses((status = 201, description = "Who is signed in", body = SessionShape)),
    extensions(("x-problems" = json!(["passkey_wrong", "passkeys_unavailable", "cross_site", "rate_limited"])))
)]
pub(super) async fn sign_in(
    State(app): State<App>,
    door: Door,
    Body(request): Body<UsedPasskey>,
) -> Result<Response, No> {
    let party = party(&app)?;
    let whose = answered(&app, door.browser, &request.response.client_data_json).await?;
    // A challenge that makes a passkey signs nobody in.
    let credential = bytes(&request.id).map_err(unfit)?;
    let known = app.store.passkey(&credential).await?.filter(|_| whose.is_none()).ok_or_else(wrong)?;
    let handle = request.response.user_handle.as_deref().map(bytes).transpose().map_err(unfit)?;
    if handle.is_some_and(|handle| handle != known.person.0.to_bytes()) {
        return Err(wrong());
    }
    let used = party.used(&request, &known.public_key).map_err(unfit)?;
    let stands = (used.counter, used.backed_up);
    if !app.store.use_passkey(credential, stands, app.now()).await? {
        tracing::warn!(passkey = %known.id, "a passkey's counter has not risen: there may be a copy of it");
        return Err(wrong());
    }
    let person = app.store.person(known.person).await?.ok_or_else(wrong)?;
    let at = app.store.memberships(person.id).await?.first().copied().ok_or_else(wrong)?;
    door.open(&app, person, at).await
}

/// Begin to make a passkey: for oneself, for somebody new, or by a recovery link.
#[utoipa::path(
    post, path = "/v1/passkeys/options", operation_id = "passkey_options", tag = "people",
    request_body = PasskeyWish,
    responses((status = 201, description = "What the browser is to ask its device for", body = CreationOptions)),
    extensions(("x-problems" = json!(["passkeys_unavailable", "sign_in_again", "link_spent", "cross_site", "rate_limited"])))
)]
pub(super) async fn options(
    State(app): State<App>,
    door: Door,
    session: Option<Session<Anyone>>,
    Body(wish): Body<PasskeyWish>,
) -> Result<Response, No> {
    let party = party(&app)?;
    let (door_asker, cookie) = at_the_door(&app, &door);
    let (id, name, display_name, asker) = match (wish, session) {
        (PasskeyWish { recovery: Some(link), .. }, _) => {
            let (_, person) = recovery::known(&app, &link).await?;
            (person.id, person.email, person.name, door_asker)
        }
        (PasskeyWish { email: Some(address), .. }, _) => {
            let address = email("email", &address)?;
            (PersonId(app.desk.mint().id(NOBODY)), address.clone(), address, door_asker)
        }
        (_, Some(session)) => {
            fresh(&app, &session)?;
            let person = session.kept.person;
            (person.id, person.email, person.name, session.token)
        }
        (_, None) => return Err(Problem::missing_field("email").into()),
    };
    let there = app.store.passkeys(id).await?;
    let descriptor = |passkey: &Passkey| Descriptor { kind: PUBLIC_KEY, id: text(&passkey.credential) };
    let options = CreationOptions {
        rp: RelyingParty { name: format!("Dayshelf {}", party.id), id: party.id },
        user: PasskeyUser { id: text(&id.0.to_bytes()), name, display_name },
        challenge: ask(&app, asker, Some(id)).await?,
        pub_key_cred_params: ALGORITHMS.map(|alg| KeyKind { kind: PUBLIC_KEY, alg }).to_vec(),
        timeout: timeout(),
        exclude_credentials: there.iter().map(descriptor).collect(),
        authenticator_selection: Selection {
            resident_key: "required",
            require_resident_key: true,
            user_verification: "required",
        },
        attestation: "none",
    };
    known_again(Answer::created(&options)?, cookie)
}

/// Your passkeys, newest first, on one page.
#[utoipa::path(
    get, path = "/v1/passkeys", operation_id = "passkey_list", tag = "people",
    security(("session" = ["viewer"])),
    responses((status = 200, description = "All of them", body = Page<PasskeyShape>))
)]
pub(super) async fn all(State(app): State<App>, session: Session<Anyone>) -> Result<Answer, No> {
    let kept = app.store.passkeys(session.kept.person.id).await?;
    Answer::ok(&Page { items: kept.iter().map(shape).collect::<Vec<_>>(), next: None })
}

/// Add a passkey, made with what `POST /v1/passkeys/options` answered.
#[utoipa::path(
    post, path = "/v1/passkeys", operation_id = "passkey_add", tag = "people",
    request_body = PasskeyRequest,
    security(("session" = ["viewer"])),
    responses((status = 201, description = "The passkey", body = PasskeyShape)),
    extensions(("x-problems" = json!(["passkey_wrong", "passkeys_unavailable", "sign_in_again", "limit_reached"])))
)]
pub(super) async fn add(
    State(app): State<App>,
    session: Session<Anyone>,
    Body(request): Body<PasskeyRequest>,
) -> Result<Answer, No> {
    fresh(&app, &session)?;
    let person = session.kept.person.id;
    if app.store.passkeys(person).await?.len() >= PASSKEYS_MAX {
        return Err(No::plain(Kind::LimitReached));
    }
    let name = passkey_name(&request.name)?;
    let new = checked(&app, Some(session.token), &request.credential).await?;
    let new = Passkey { name, ..new };
    if new.person != person || !app.store.keep_passkey(new.clone()).await? {
        return Err(wrong());
    }
    Answer::created(&shape(&new))
}

/// Give a passkey another name.
#[utoipa::path(
    put, path = "/v1/passkeys/{passkey}", operation_id = "passkey_change", tag = "people",
    params(("passkey" = PasskeyRef, Path, description = "The passkey's id")),
    request_body = PasskeyName,
    security(("session" = ["viewer"])),
    responses((status = 204, description = "It is called so")),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn rename(
    State(app): State<App>,
    session: Session<Anyone>,
    Named(id): Named<PasskeyId>,
    Body(request): Body<PasskeyName>,
) -> Result<Answer, No> {
    let name = passkey_name(&request.name)?;
    match app.store.name_passkey(session.kept.person.id, id, name).await? {
        true => Ok(Answer::done()),
        false => Err(No::unknown(Noun::Key)),
    }
}

/// End a passkey. Not the last way in.
#[utoipa::path(
    delete, path = "/v1/passkeys/{passkey}", operation_id = "passkey_remove", tag = "people",
    params(("passkey" = PasskeyRef, Path, description = "The passkey's id")),
    security(("session" = ["viewer"])),
    responses((status = 204, description = "It signs nobody in any more")),
    extensions(("x-problems" = json!(["unknown", "sign_in_again", "last_way_in"])))
)]
pub(super) async fn remove(
    State(app): State<App>,
    session: Session<Anyone>,
    Named(id): Named<PasskeyId>,
) -> Result<Answer, No> {
    fresh(&app, &session)?;
    match app.store.end_passkey(session.kept.person.id, id).await? {
        Ended::Done => Ok(Answer::done()),
        Ended::LastWay => Err(No::plain(Kind::LastWayIn)),
    }
}

/// The passkey of somebody who comes in by a link; whose it is was settled when they were asked.
pub(super) async fn of_newcomer(app: &App, door: &Door, answer: &NewPasskey) -> Result<Passkey, No> {
    checked(app, door.browser, answer).await
}

/// A new passkey, if the answer is right, to a challenge of ours, and unknown so far.
async fn checked(app: &App, asker: Option<Digest>, answer: &NewPasskey) -> Result<Passkey, No> {
    let party = party(app)?;
    let person = answered(app, asker, &answer.response.client_data_json).await?.ok_or_else(wrong)?;
    let Made { credential, public_key, counter, backed_up } = party.made(answer).map_err(unfit)?;
    if app.store.passkey(&credential).await?.is_some() {
        return Err(wrong());
    }
    Ok(Passkey {
        id: PasskeyId(app.desk.mint().id(NOBODY)),
        person,
        credential,
        public_key,
        name: FIRST_NAME.to_owned(),
        counter,
        backed_up,
        made_at: app.now(),
        used_at: None,
    })
}

/// Whom the challenge that an answer names was for. It is used up by this, whatever becomes of the answer.
async fn answered(app: &App, asker: Option<Digest>, said: &str) -> Result<Option<PersonId>, No> {
    let challenge = Party::challenge(said).map_err(unfit)?;
    let asker = asker.ok_or_else(wrong)?;
    app.store.answered(challenge_digest(&challenge), asker, app.now()).await?.ok_or_else(wrong)
}

async fn ask(app: &App, asker: Digest, person: Option<PersonId>) -> Result<String, No> {
    let challenge = text(&random::<CHALLENGE_BYTES>());
    let now = app.now();
    let kept = Challenge { asker, person, until: now.plus(CHALLENGE_LIFE) };
    match app.store.ask(challenge_digest(&challenge), kept, now).await? {
        true => Ok(challenge),
        false => Err(Problem::busy(60).into()),
    }
}

/// The answer, with the cookie by which the browser is known again.
fn known_again(answer: Answer, cookie: Option<String>) -> Result<Response, No> {
    match cookie {
        Some(cookie) => with_cookie(answer, &cookie),
        None => Ok(answer.into_response()),
    }
}

/// What a browser at the door is known by, and the cookie, set anew so that it outlives the answer.
fn at_the_door(app: &App, door: &Door) -> (Digest, Option<String>) {
    let token = door.token.clone().unwrap_or_else(|| token_text(&random()));
    (token_digest(DOOR_TOKEN, &token), Some(set_door(&token, &app.config.public_url)))
}

fn challenge_digest(challenge: &str) -> Digest {
    token_digest("challenge", challenge)
}

fn party(app: &App) -> Result<Party, No> {
    Party::of(&app.config.public_url).ok_or_else(|| No::plain(Kind::PasskeysUnavailable))
}

fn timeout() -> u32 {
    u32::try_from(CHALLENGE_LIFE.0).unwrap_or(u32::MAX)
}

fn wrong() -> No {
    No::plain(Kind::PasskeyWrong)
}

/// What is wrong is for whoever looks for it, not for whoever tries.
fn unfit(flaw: Flaw) -> No {
    tracing::debug!(?flaw, "a passkey's answer does not fit");
    wrong()
}

fn shape(passkey: &Passkey) -> PasskeyShape {
    PasskeyShape {
        id: PasskeyRef(passkey.id),
        name: passkey.name.clone(),
        backed_up: passkey.backed_up,
        made_at: At(passkey.made_at),
        used_at: passkey.used_at.map(At),
    }
}
