//! `GET /v1/organiser/domain`, `PUT /v1/organiser/domain`, `GET /v1/domains/ask`.

use axum::extract::State;
use dayshelf_core::domain::Domain;
use dayshelf_core::ids::Home;
use dayshelf_core::refusal::Noun;
use dayshelf_wire::domain::{DomainRequest, DomainShape};
use dayshelf_wire::problem::{Kind, Problem};

use crate::answer::Answer;
use crate::app::App;
use crate::extract::{Body, Manage, Organiser, Params, Read};
use crate::no::No;
use crate::site::canonical;

/// The name of its own that the organiser's pages are reached by.
#[utoipa::path(
    get, path = "/v1/organiser/domain", operation_id = "organiser_domain_show", tag = "organisers",
    security(("organiser" = ["read"])),
    responses((status = 200, description = "Where the pages are", body = DomainShape)),
    extensions(("x-problems" = json!(["unknown"])))
)]
pub(super) async fn show(State(app): State<App>, organiser: Organiser<Read>) -> Result<Answer, No> {
    app.names.read(&app.store).await;
    shape(&app, organiser.home)
}

/// Give the organiser's pages a name of their own, or none. Whether the name leads to this server is not looked up: the
/// pages are there once it does, and stay where they were as well. A name is one organiser's.
#[utoipa::path(
    put, path = "/v1/organiser/domain", operation_id = "organiser_domain", tag = "organisers",
    request_body = DomainRequest,
    security(("organiser" = ["manage"])),
    responses((status = 200, description = "Where the pages are now", body = DomainShape)),
    extensions(("x-problems" = json!(["unknown", "value_wrong", "name_taken"])))
)]
pub(super) async fn change(
    State(app): State<App>,
    organiser: Organiser<Manage>,
    Body(asked): Body<DomainRequest>,
) -> Result<Answer, No> {
    let name = asked.name()?;
    let taken = || No::from(Problem::plain(Kind::NameTaken).with("field", "domain"));
    // The installation's own name leads to everybody.
    if name.is_some() && name == installation(&app) {
        return Err(taken());
    }
    if !app.store.put_domain(organiser.home, name, app.now()).await? {
        return Err(taken());
    }
    app.names.read(&app.store).await;
    shape(&app, organiser.home)
}

/// Whether pages are served under a name: for what gets certificates when a name is first asked for, and should get none
/// for names that are nobody's.
#[utoipa::path(
    get, path = "/v1/domains/ask", operation_id = "domain_ask", tag = "operate",
    params(("domain" = String, Query, description = "The name")),
    responses((status = 200, description = "They are", body = String)),
    extensions(("x-problems" = json!(["unknown", "query_wrong"])))
)]
pub(super) async fn ask(State(app): State<App>, mut params: Params) -> Result<&'static str, No> {
    let asked = params.take("domain").unwrap_or_default();
    params.end()?;
    let unknown = || No::unknown(Noun::Organiser);
    let name = Domain::parse(&asked).ok_or_else(unknown)?;
    let ours = installation(&app).is_some_and(|own| own == name);
    if ours || app.store.domain_owner(&name).await?.is_some() { Ok("ok\n") } else { Err(unknown()) }
}

fn installation(app: &App) -> Option<Domain> {
    let uri: axum::http::Uri = app.config.public_url.parse().ok()?;
    Domain::parse(uri.host()?)
}

fn shape(app: &App, home: Home) -> Result<Answer, No> {
    let card = app.board().organiser(home).ok_or_else(|| No::unknown(Noun::Organiser))?;
    let domain = app.names.of(home).map(|name| name.to_string());
    Answer::ok(&DomainShape { domain, url: canonical(app, home).house(&card.organiser) })
}
