//! `/v1/setup`: the first start, by the link that the terminal shows.

use axum::extract::State;
use axum::response::Response;
use dayshelf_core::people::Role;
use dayshelf_core::refusal::Noun;
use dayshelf_store::Entered;
use dayshelf_wire::access::OrganiserShape;
use dayshelf_wire::people::{SessionShape, SetupChoices, SetupRequest, SetupShape, TokenRequest};
use dayshelf_wire::problem::{Kind, Problem};
use dayshelf_wire::secret::same_digest;

use super::{Door, newcomer};
use crate::answer::Answer;
use crate::api::organisers::founded;
use crate::app::App;
use crate::config::setup_digest;
use crate::extract::{Asked, Body, Caller};
use crate::no::No;

/// Whether nobody runs this installation yet.
#[utoipa::path(
    get, path = "/v1/setup", operation_id = "setup_show", tag = "people",
    responses((status = 200, description = "Where the first start stands", body = SetupShape))
)]
pub(super) async fn show(State(app): State<App>) -> Result<Answer, No> {
    Answer::ok(&SetupShape { open: !app.store.has_people().await? })
}

/// What the first start can be done with: organisers that programs have founded before anybody signed in.
#[utoipa::path(
    post, path = "/v1/setup/choices", operation_id = "setup_choices", tag = "people",
    request_body = TokenRequest,
    responses((status = 200, description = "Organisers that are there", body = SetupChoices)),
    extensions(("x-problems" = json!(["link_spent", "cross_site", "rate_limited"])))
)]
pub(super) async fn choices(
    State(app): State<App>,
    _: Door,
    Body(request): Body<TokenRequest>,
) -> Result<Answer, No> {
    still_open(&app, &request.token).await?;
    let cards = app.board().organisers();
    let existing = cards.iter().map(|card| OrganiserShape::from(&*card.organiser)).collect();
    Answer::ok(&SetupChoices { existing })
}

/// Set this installation up: the first person, as owner of a new organiser or of one that is there.
#[utoipa::path(
    post, path = "/v1/setup", operation_id = "setup", tag = "people",
    params(("Idempotency-Key" = String, Header, description = "A new UUID; the same one for retries")),
    request_body = SetupRequest,
    responses((status = 201, description = "Who is signed in", body = SessionShape)),
    extensions(("x-problems" = json!(["link_spent", "passkey_wrong", "passkeys_unavailable", "cross_site", "rate_limited", "unknown", "name_taken", "invalid", "limit_reached", "zone_unknown", "currency_unknown", "plan_wrong"])))
)]
pub(super) async fn setup(
    State(app): State<App>,
    door: Door,
    asked: Asked<SetupRequest>,
) -> Result<Response, No> {
    let request = &asked.body;
    still_open(&app, &request.token).await?;
    let checked = request.person.checked("person.")?;
    let home = match (&request.organiser, &request.existing) {
        (Some(new), None) => {
            let (decided, _) = founded(&app, new, (&asked.once, Caller::Operator)).await?;
            decided.home
        }
        (None, Some(slug)) => {
            let card = app.board().organiser_by_slug(slug).ok_or_else(|| No::unknown(Noun::Organiser))?;
            card.organiser.id.home()
        }
        _ => return Err(Problem::value_wrong("organiser", "say either `organiser` or `existing`").into()),
    };
    let newcomer = newcomer(&app, &door, checked).await?;
    match app.store.enter_first(newcomer.clone(), home).await? {
        Entered::Done => door.open(&app, newcomer.person, (home, Role::Owner)).await,
        Entered::Spent | Entered::Known => Err(No::plain(Kind::LinkSpent)),
    }
}

/// Lets the holder of the link pass while nobody runs this installation.
async fn still_open(app: &App, token: &str) -> Result<(), No> {
    let kept = app.config.setup_token.as_ref();
    let fits = kept.is_some_and(|kept| same_digest(kept, &setup_digest(token)));
    if !fits || app.store.has_people().await? {
        return Err(No::plain(Kind::LinkSpent));
    }
    Ok(())
}
