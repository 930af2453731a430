//! The people who run organisers: the first start, signing in and out, the team, invitations, the audit log.
//!
//! They are no commerce: their rows lie in the store and no fact tells of them. Start at `session`.

mod audit;
mod invitations;
mod passkeys;
mod recovery;
mod rules;
mod second_factor;
mod session;
mod sessions;
mod setup;
mod team;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{HeaderValue, SET_COOKIE, USER_AGENT};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use dayshelf_core::ids::{Home, PersonId, SessionId};
use dayshelf_core::people::Role;
use dayshelf_core::refusal::Noun;
use dayshelf_core::text::Digest;
use dayshelf_desk::random;
use dayshelf_store::{Newcomer, Person, Session as Kept, SessionEntry};
use dayshelf_wire::access::OrganiserShape;
use dayshelf_wire::name::{PersonRef, SessionRef};
use dayshelf_wire::people::{CheckedPerson, MembershipShape, PersonShape, SessionShape};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::{token_digest, token_text};
use dayshelf_wire::time::At;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Client, LeastRole, SESSION_TOKEN, Session};
use crate::no::No;
use crate::people::{self, Acting, Actor, SESSION_FRESH, SESSION_IDLE, cross_site, door_token, same_site};

/// What tokens of browsers at the door are kept under.
const DOOR_TOKEN: &str = "door";
/// Characters of a browser's own name that are kept.
const AGENT_CHARS_MAX: usize = 300;
/// The home of what belongs to the installation and to no organiser.
const NOBODY: Home = Home { shard: 0, number: 0 };

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(setup::show, setup::setup))
        .routes(routes!(setup::choices))
        .routes(routes!(session::sign_in, session::show, session::turn, session::sign_out))
        .routes(routes!(session::password))
        .routes(routes!(passkeys::question))
        .routes(routes!(passkeys::sign_in))
        .routes(routes!(passkeys::options))
        .routes(routes!(passkeys::all, passkeys::add))
        .routes(routes!(passkeys::rename, passkeys::remove))
        .routes(routes!(second_factor::show, second_factor::begin, second_factor::end))
        .routes(routes!(second_factor::confirm))
        .routes(routes!(second_factor::codes))
        .routes(routes!(recovery::show, recovery::ask))
        .routes(routes!(recovery::make))
        .routes(routes!(recovery::look))
        .routes(routes!(recovery::come_back))
        .routes(routes!(sessions::all))
        .routes(routes!(sessions::end))
        .routes(routes!(team::all))
        .routes(routes!(team::change, team::remove))
        .routes(routes!(invitations::all, invitations::invite))
        .routes(routes!(invitations::remove))
        .routes(routes!(invitations::look))
        .routes(routes!(invitations::accept))
        .routes(routes!(audit::log))
        .routes(routes!(rules::show, rules::change))
}

/// Somebody at the door: a request that may end with a session, and that only our own page may send.
#[derive(Debug)]
struct Door {
    client: Client,
    agent: String,
    acting: Option<Acting>,
    /// What is kept of the token by which the browser is known again, if it has one.
    browser: Option<Digest>,
    /// That token.
    token: Option<String>,
    /// What is kept of the session that the browser had so far, if it had one.
    before: Option<Digest>,
}

impl FromRequestParts<App> for Door {
    type Rejection = No;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, No> {
        if !same_site(&parts.method, &parts.headers, &app.config.public_url) {
            return Err(cross_site(&parts.headers).into());
        }
        let Ok(client) = Client::from_request_parts(parts, app).await;
        let wait = |seconds| No::from(Problem::rate_limited(seconds));
        app.knocks.take(client.0, std::time::Instant::now()).map_err(wait)?;
        let browser = door_token(&parts.headers, &app.config.public_url);
        Ok(Self {
            client,
            agent: agent(&parts.headers),
            acting: parts.extensions.get().cloned(),
            browser: browser.map(|text| token_digest(DOOR_TOKEN, text)),
            token: browser.map(str::to_owned),
            before: people::token(&parts.headers, &app.config.public_url)
                .map(|text| token_digest(SESSION_TOKEN, text)),
        })
    }
}

impl Door {
    /// Signs a person in for one of their organisers, and answers with the session. The one that the browser had
    /// ends: its cookie is overwritten, and nobody else should have it.
    async fn open(self, app: &App, person: Person, (home, _): (Home, Role)) -> Result<Response, No> {
        let text = token_text(&random());
        let now = app.now();
        self.note(&person, home);
        let entry = SessionEntry {
            id: SessionId(app.desk.mint().id(home)),
            made_at: now,
            seen_at: now,
            until: now.plus(SESSION_IDLE),
            agent: self.agent,
            address: self.client.0.to_string(),
        };
        let digest = token_digest(SESSION_TOKEN, &text);
        if let Some(before) = self.before
            && let Some(kept) = app.store.session(before).await?
        {
            app.store.end_session(kept.person.id, kept.entry.id).await?;
        }
        app.store.begin_session(digest, entry, (person.id, home)).await?;
        let kept = app.store.session(digest).await?.ok_or_else(|| No::plain(Kind::Unauthorised))?;
        let shape = shape(app, &kept).await?;
        with_cookie(Answer::created(&shape)?, &people::set(&text, &app.config.public_url))
    }

    /// Notes who asks, for the audit log.
    fn note(&self, person: &Person, home: Home) {
        if let Some(acting) = &self.acting {
            let (person, name) = (person.id, person.name.clone());
            acting.note(Actor { home, person, name, address: self.client.0 });
        }
    }
}

/// Whether somebody signed in so lately that they may change how they do.
fn fresh<R: LeastRole>(app: &App, session: &Session<R>) -> Result<(), No> {
    if app.now() < session.kept.entry.made_at.plus(SESSION_FRESH) {
        return Ok(());
    }
    Err(No::plain(Kind::SignInAgain))
}

fn agent(headers: &HeaderMap) -> String {
    let text = headers.get(USER_AGENT).and_then(|text| text.to_str().ok()).unwrap_or_default();
    text.chars().take(AGENT_CHARS_MAX).collect()
}

fn with_cookie(answer: Answer, cookie: &str) -> Result<Response, No> {
    let value =
        HeaderValue::from_str(cookie).map_err(|fault| No::fault("a cookie could not be made", &fault))?;
    let mut response = answer.into_response();
    response.headers_mut().insert(SET_COOKIE, value);
    Ok(response)
}

/// Somebody new, with the hash of their password and their passkey looked at.
async fn newcomer(app: &App, door: &Door, checked: CheckedPerson) -> Result<Newcomer, No> {
    let CheckedPerson { name, email, password, passkey } = checked;
    let passkey = match passkey {
        Some(passkey) => {
            let passkey = passkeys::of_newcomer(app, door, &passkey).await?;
            // A challenge for somebody who is known already is no newcomer's.
            if app.store.person(passkey.person).await?.is_some() {
                return Err(No::plain(Kind::PasskeyWrong));
            }
            Some(passkey)
        }
        None => None,
    };
    let password = match password {
        Some(password) => app.passwords.hash(password).await?,
        None => String::new(),
    };
    let id = passkey.as_ref().map_or_else(|| PersonId(app.desk.mint().id(NOBODY)), |passkey| passkey.person);
    Ok(Newcomer { person: Person { id, email, name, password, made_at: app.now() }, passkey })
}

fn person_shape(person: &Person) -> PersonShape {
    PersonShape { id: PersonRef(person.id), name: person.name.clone(), email: person.email.clone() }
}

fn organiser_shape(app: &App, home: Home) -> Result<OrganiserShape, No> {
    let card = app.board().organiser(home).ok_or_else(|| No::unknown(Noun::Organiser))?;
    Ok(OrganiserShape::from(&*card.organiser))
}

async fn shape(app: &App, kept: &Kept) -> Result<SessionShape, No> {
    let memberships = app.store.memberships(kept.person.id).await?;
    let known = memberships.into_iter().filter_map(|(home, role)| {
        let card = app.board().organiser(home)?;
        let spec = &card.organiser.spec;
        Some(MembershipShape { slug: spec.slug.clone(), name: spec.name.clone(), role: role.into() })
    });
    Ok(SessionShape {
        id: SessionRef(kept.entry.id),
        person: person_shape(&kept.person),
        role: kept.role.into(),
        organiser: organiser_shape(app, kept.home)?,
        memberships: known.collect(),
        lacks_factor: kept.lacks_factor,
        has_password: !kept.person.password.is_empty(),
        fresh_until: At(kept.entry.made_at.plus(SESSION_FRESH)),
        until: At(kept.entry.until),
    })
}
