//! How a request goes: read what it names, who asks, bring the calendars up, answer by its method.
//!
//! Dispatched by hand, because PROPFIND and REPORT are outside of what a router knows. Start at [`Dav::routes`].

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{any, options};
use dayshelf_desk::Desk;
use dayshelf_ical::zone::Zones;
use dayshelf_store::Store;

use crate::login::{Logins, Typed, Viewer};
use crate::methods;
use crate::no::No;
use crate::place::{self, Place};
use crate::ring::{Note, Owner, Ring};
use crate::scene::Scene;
use crate::shelf::Shelf;

/// Bytes of a request's body at most. An entry that is a little too big should be told so by its own condition.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long a body may take to arrive.
const BODY_SPAN: Duration = Duration::from_secs(15);
/// What we are, to every OPTIONS: no scheduling, since nothing is ever mailed from here.
const CLASSES: &str = "1, 3, access-control, calendar-access";
/// Every method that something here answers.
const METHODS: &str = "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, MKCALENDAR, MOVE";

/// The CalDAV server. Cheap to clone.
#[derive(Clone)]
pub struct Dav(Arc<Parts>);

/// What [`Dav`] leads to.
pub struct Parts {
    pub(crate) desk: Desk,
    pub(crate) store: Store,
    pub(crate) zones: Zones,
    pub(crate) public_url: String,
    pub(crate) shelf: Shelf,
    pub(crate) ring: Ring,
    logins: Logins,
}

impl std::ops::Deref for Dav {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// A request whose sender is known.
pub(crate) struct Call<'c> {
    pub(crate) dav: &'c Dav,
    pub(crate) scene: Scene,
    pub(crate) place: Place,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Dav {
    /// The server over this desk and this store, reached at this address.
    pub fn new(desk: Desk, store: Store, public_url: impl Into<String>) -> Self {
        let (zones, public_url) = (Zones::bundled(), public_url.into());
        let shelf = Shelf::new(desk.clone(), store.clone(), zones.clone(), public_url.clone());
        Self(Arc::new(Parts {
            desk,
            store,
            zones,
            public_url,
            shelf,
            ring: Ring::default(),
            logins: Logins::default(),
        }))
    }

    /// The routes, to be merged into others.
    pub fn routes<S>(&self) -> Router<S> {
        Router::new()
            .route("/", options(serve).fallback(serve))
            .route("/dav", any(serve))
            .route("/dav/", any(serve))
            .route("/dav/{*rest}", any(serve))
            .route("/.well-known/caldav", any(found))
            .route("/remote.php/dav", any(serve))
            .route("/remote.php/dav/", any(serve))
            .merge(crate::setup::routes())
            .with_state(self.clone())
    }

    /// Who asks.
    pub(crate) async fn admit(&self, headers: &HeaderMap) -> Result<Viewer, No> {
        let typed = Typed::of(headers).ok_or(No::Login)?;
        self.logins.admit(&self.desk, &self.store, headers, &typed).await
    }
}

/// Where calendars are, whoever asks and however.
async fn found() -> Redirect {
    Redirect::permanent(place::ROOT)
}

async fn serve(State(dav): State<Dav>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let mut asked = Asked { method: head.method, path: head.uri.path().to_owned(), headers: head.headers };
    if asked.path.trim_end_matches('/') == "/remote.php/dav" {
        // One desktop asks another product's address whether calendars are spoken here at all.
        place::ROOT.clone_into(&mut asked.path);
    }
    let answer = dav.answer(&asked, body).await;
    let (owner, word) = (answer.owner, answer.word);
    let mut response = answer.response;
    dress(&mut response);
    let agent = asked.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    if let Some(owner) = owner {
        let note = Note {
            at: dav.desk.mint().now(),
            asked: asked.method.to_string(),
            path: asked.path,
            agent: agent.unwrap_or_default().to_owned(),
            status: response.status().as_u16(),
            word,
        };
        dav.ring.note(owner, note);
    }
    response
}

/// A request's head.
struct Asked {
    method: Method,
    path: String,
    headers: HeaderMap,
}

/// An answer, and whose log it belongs into.
struct Answered {
    response: Response,
    owner: Option<Owner>,
    word: String,
}

impl Dav {
    async fn answer(&self, asked: &Asked, body: Body) -> Answered {
        if asked.method == Method::OPTIONS {
            return Answered { response: StatusCode::OK.into_response(), owner: None, word: String::new() };
        }
        let viewer = match self.admit(&asked.headers).await {
            Ok(viewer) => viewer,
            Err(no) => {
                let user = Typed::of(&asked.headers).map(|typed| typed.user);
                let card = user.and_then(|user| self.desk.board().organiser_by_slug(&user));
                let owner = card.map(|card| Owner::Nobody(card.organiser.id.home()));
                let word = no.word().to_owned();
                return Answered { response: unread(no, body).await, owner, word };
            }
        };
        let owner = Some(Owner::Password(viewer.password));
        match self.answer_known(asked, viewer, body).await {
            Ok(response) => Answered { response, owner, word: String::new() },
            Err(no) => Answered { word: no.word().to_owned(), response: no.into_response(), owner },
        }
    }

    async fn answer_known(&self, asked: &Asked, viewer: Viewer, body: Body) -> Result<Response, No> {
        let body = read_body(body).await?;
        let place = Place::read(&asked.path).ok_or(No::NOTHING)?;
        if place.user().is_some_and(|user| user != viewer.user) {
            return Err(No::NOTHING);
        }
        let scene = self.scene(viewer).await?;
        let (method, headers) = (asked.method.clone(), asked.headers.clone());
        let call = Call { dav: self, scene, place, method, headers, body };
        methods::answer(call).await
    }

    /// The calendars of whoever asks, as the slots are now.
    pub(crate) async fn scene(&self, viewer: Viewer) -> Result<Scene, No> {
        let calendars = self.shelf.bring_up(viewer.home).await?;
        let card = self.shelf.card(viewer.home)?;
        let own = self.store.calendar_properties(viewer.home, &viewer.user).await?;
        let zone = self.zones.zone(&card.organiser.spec.zone).ok();
        let zone_text = zone.map(|zone| crate::entry::zone_text(&zone, self.desk.mint().now()));
        Ok(Scene::new(viewer, card.organiser, calendars, zone_text.unwrap_or_default().into(), own))
    }
}

async fn read_body(body: Body) -> Result<Bytes, No> {
    let read = axum::body::to_bytes(body, BODY_BYTES_MAX);
    match tokio::time::timeout(BODY_SPAN, read).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(_)) => Err(No::caldav("max-resource-size")),
        Err(_) => Err(No::Plain(StatusCode::REQUEST_TIMEOUT)),
    }
}

/// A no to a request whose body nobody has read: it is read to its end and let go, because some apps see a
/// connection that breaks while they still send, and not the answer.
async fn unread(no: No, body: Body) -> Response {
    let drained = read_body(body).await.is_ok();
    let mut response = no.into_response();
    if !drained {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// The headers of every answer. Proxies must not touch what an ETag names.
fn dress(response: &mut Response) {
    let headers = response.headers_mut();
    headers.insert("dav", HeaderValue::from_static(CLASSES));
    headers.insert(header::ALLOW, HeaderValue::from_static(METHODS));
    let caching = HeaderValue::from_static("private, no-cache, no-transform");
    headers.entry(header::CACHE_CONTROL).or_insert(caching);
}
