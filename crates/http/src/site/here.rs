//! Under which name a page was asked for, and the addresses that follow from it.
//!
//! Under the installation's name an organiser's pages begin with its slug: `/kiln/first-drop`. Under a name of its own
//! they do not: `/first-drop`. A request that came by such a name is led to the same routes ([`by_name`]), and links,
//! redirects and cookies on its way out are short again. The name is a matter of the request and of nothing that a page
//! is filled from, so it goes along with the request's task. Whatever name a page is read by, machines are told one
//! address for it ([`canonical`]).

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use dayshelf_core::domain::Domain;
use dayshelf_core::ids::Home;
use dayshelf_core::organiser::Organiser;
use dayshelf_desk::SlotCard;
use dayshelf_wire::own_name::{self, Under, origin, stays};

use crate::app::App;

/// What is at home under the installation's name alone: sessions and passkeys are bound to it.
const AT_HOME: [&str; 2] = ["console", "dav"];

/// The organiser by whose own name a request came.
#[derive(Clone)]
struct Here {
    home: Home,
    slug: String,
}

tokio::task_local! {
    static HERE: Here;
}

/// Leads a request that came by an organiser's own name to that organiser's pages.
pub(crate) async fn by_name(State(app): State<App>, mut request: Request, next: Next) -> Response {
    app.names.renew(&app.store).await;
    let Some(here) = here(&app, &request) else { return next.run(request).await };
    let first = first(request.uri().path());
    if AT_HOME.contains(&first) {
        return to_home(&app, request.uri());
    }
    if !stays(first, &here.slug)
        && let Some(uri) = under(&here.slug, request.uri())
    {
        *request.uri_mut() = uri;
    }
    HERE.scope(here, next.run(request)).await
}

fn here(app: &App, request: &Request) -> Option<Here> {
    let given = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let host = request.uri().authority().map(|authority| authority.as_str()).or(given)?;
    let name = Domain::parse(host.split(':').next()?)?;
    let home = app.names.whose(name.as_str())?;
    let card = app.board().organiser(home)?;
    app.names.origins().reached(home, &name, app.now());
    Some(Here { home, slug: card.organiser.spec.slug.clone() })
}

fn first(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

fn under(slug: &str, uri: &Uri) -> Option<Uri> {
    let rest = uri.path_and_query().map_or("/", |path| path.as_str());
    // `/` is the calendar, and a query stands behind its slug.
    let rest = rest.strip_prefix('/').filter(|rest| rest.is_empty() || rest.starts_with('?')).unwrap_or(rest);
    format!("/{slug}{rest}").parse().ok()
}

fn to_home(app: &App, uri: &Uri) -> Response {
    let place = HeaderValue::from_str(&format!("{}{}", app.config.public_url, uri.path()));
    match place {
        Ok(place) => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, place)]).into_response(),
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The organiser alone whose pages are under the name that the request came by; `None` for the installation's.
pub(super) fn only() -> Option<Home> {
    HERE.try_with(|here| here.home).ok()
}

/// The way to an organiser's calendar from the page that is asked for.
pub(super) fn house_path(organiser: &Organiser) -> String {
    match only() {
        Some(home) if home == organiser.id.home() => "/".to_owned(),
        _ => format!("/{}", organiser.spec.slug),
    }
}

/// The way to an organiser's feed.
pub(super) fn feed_path(organiser: &Organiser) -> String {
    format!("{}/feed.ics", house_path(organiser).trim_end_matches('/'))
}

/// The way to a slot's page.
pub(super) fn slot_path(card: &SlotCard) -> String {
    let organiser = &card.sheet.organiser;
    let under = if only() == Some(organiser.id.home()) { Under::OwnName } else { Under::House };
    path_at(card, under)
}

fn path_at(card: &SlotCard, under: Under) -> String {
    own_name::slot_path(&card.sheet.organiser.spec.slug, &card.sheet.slot.spec.slug, under)
}

/// The addresses of an organiser's pages that machines are told.
pub(crate) struct Canonical {
    /// Scheme and name, without a slash at the end.
    pub origin: String,
    under: Under,
}

/// Where an organiser's pages are for machines: under its own name where it has one.
pub(crate) fn canonical(app: &App, home: Home) -> Canonical {
    let public_url = &app.config.public_url;
    match app.names.of(home) {
        Some(name) => Canonical { origin: origin(public_url, &name), under: Under::OwnName },
        None => Canonical { origin: public_url.clone(), under: Under::House },
    }
}

impl Canonical {
    /// An organiser's calendar.
    pub fn house(&self, organiser: &Organiser) -> String {
        match self.under {
            Under::OwnName => format!("{}/", self.origin),
            Under::House => format!("{}/{}", self.origin, organiser.spec.slug),
        }
    }

    /// An organiser's feed.
    pub fn feed(&self, organiser: &Organiser) -> String {
        format!("{}/feed.ics", self.house(organiser).trim_end_matches('/'))
    }

    /// A slot's page.
    pub fn slot(&self, card: &SlotCard) -> String {
        format!("{}{}", self.origin, path_at(card, self.under))
    }
}

/// What a slot's kept page is kept under: it differs by the name it is read by, and by the one machines are told.
pub(super) fn slot_key(app: &App, card: &SlotCard) -> String {
    let canonical = canonical(app, card.sheet.organiser.id.home());
    format!("{} {}", canonical.slot(card), slot_path(card))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes by an organiser's own name goes to its pages, the query with it.
    #[test]
    fn the_short_way_leads_to_the_long_one() {
        for (asked, led) in [
            ("/", "/kiln"),
            ("/?month=2026-12&view=list", "/kiln?month=2026-12&view=list"),
            ("/first-drop", "/kiln/first-drop"),
            ("/first-drop/hold", "/kiln/first-drop/hold"),
            ("/feed.ics?a=b", "/kiln/feed.ics?a=b"),
        ] {
            assert_eq!(under("kiln", &asked.parse().unwrap()).unwrap().to_string(), led, "{asked}");
        }
    }
}
