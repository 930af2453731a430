//! What surrounds every handler: its bound, its time, its log line, its headers, and the net below it.
//!
//! Never logged: the `Authorization` header, queries, and paths as they were sent, because some carry
//! secrets. The route stands for the path.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use dayshelf_wire::problem::{Kind, Problem};
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use tower::{Layer, Service};

use crate::app::App;
use crate::extract::{params_known, said_length};
use crate::metrics::method_label;
use crate::no::{No, log_id};
use crate::openapi;
use crate::people::Acting;
use crate::within::{TooLate, within};

/// The route of an address that has none.
const NO_ROUTE: &str = "none";
/// The id of a request, for whoever asks us about it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Headers that are added to an answer at most.
const HEADERS_MAX: usize = 8;
/// How long a browser may remember what another site may ask, in seconds.
const PREFLIGHT_SECONDS: u32 = 86_400;

/// Puts the frame around a service. Written by hand: the library's own way to surround a route copies it for every
/// request.
#[derive(Clone)]
pub(crate) struct Frame(pub App);

/// A service within its frame.
#[derive(Clone)]
pub(crate) struct Framed<S> {
    app: App,
    inner: S,
}

impl<S> Layer<S> for Frame {
    type Service = Framed<S>;

    fn layer(&self, inner: S) -> Framed<S> {
        Framed { app: self.0.clone(), inner }
    }
}

impl<S> Service<Request> for Framed<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let app = self.app.clone();
        let about = About::of(&app, &mut request);
        let work = match answer_ahead(&about, &request) {
            Some(answered) => Err(answered),
            None => Ok(self.inner.call(request)),
        };
        Box::pin(async move { Ok(surround(&app, about, work).await) })
    }
}

/// What the frame keeps of a request, which goes to its handler.
struct About {
    began: Instant,
    id: String,
    route: Option<MatchedPath>,
    method: Method,
    /// Whether pages of other sites may call this.
    open: bool,
    /// How long the handler may take.
    span: Duration,
    /// Who acts, and on what, where that is to be noted.
    acting: Option<(Acting, String)>,
}

impl About {
    fn of(app: &App, request: &mut Request) -> Self {
        let began = Instant::now();
        let matched = request.extensions().get::<MatchedPath>().cloned();
        let route = route_of(matched.as_ref());
        let method = request.method().clone();
        let open = is_open(route, &method, request.headers());
        let is_noted = !is_tried(route, request.uri()) && may_be_noted(route, &method, request.headers());
        let acting = is_noted.then(|| (Acting::default(), request.uri().path().to_owned()));
        if let Some((acting, _)) = &acting {
            request.extensions_mut().insert(acting.clone());
        }
        let bounds = &app.config.bounds;
        let span = bounds.request + bounds.on_the_way(said_length(request.headers()));
        Self { began, id: log_id(), route: matched, method, open, span, acting }
    }
}

fn route_of(matched: Option<&MatchedPath>) -> &str {
    matched.map_or(NO_ROUTE, MatchedPath::as_str)
}

/// What is answered without a handler: what a browser asks about us before it lets a page ask, and a query that its
/// route would not look at. Whoever writes `dry_run` where there is none must not find that the thing was done.
fn answer_ahead(about: &About, request: &Request) -> Option<Response> {
    let route = route_of(about.route.as_ref());
    if is_preflight(&about.method, request.headers()) {
        return Some(preflight(route));
    }
    request.uri().query()?;
    let no = params_known(request.uri(), openapi::query_names(&about.method, route)?).err()?;
    Some(no.into_response())
}

/// Runs a handler, unless it is answered already, and makes of its answer what every answer is.
async fn surround<W>(app: &App, about: About, work: Result<W, Response>) -> Response
where
    W: Future<Output = Result<Response, Infallible>>,
{
    let About { began, id, route, method, open, span, acting } = about;
    let route = route_of(route.as_ref());
    let mut response = match work {
        Err(answered) => answered,
        Ok(work) => bounded(app, work, span, &id).await,
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        response = method_not_allowed(&response);
    }
    dress(response.headers_mut(), app, open);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    if let Some((acting, subject)) = acting {
        acting.keep(app, format!("{method} {route}"), &subject, status).await;
    }
    app.metrics.answered(method_label(&method), route, status, took);
    let answered =
        Answered { request: &id, method: &method, route, status, took_us: took.as_micros() as u64 };
    log(&answered);
    if matches!(status, 401 | 403) {
        log_refused(app, &answered);
    }
    response
}

/// Whether somebody who is signed in, or who signs in by this, may change something.
fn may_be_noted(route: &str, method: &Method, headers: &HeaderMap) -> bool {
    let enters =
        ["/v1/setup", "/v1/session", "/v1/session/passkey", "/v1/invitations/accept", "/v1/recovery/use"];
    let enters = enters.contains(&route);
    !method.is_safe() && (enters || headers.contains_key(header::COOKIE))
}

/// Whether it only asks what would come of something, which a form does with every pause in typing.
fn is_tried(route: &str, uri: &Uri) -> bool {
    let mut asked = uri.query().unwrap_or_default().split('&');
    route == "/v1/plan/preview" || asked.any(|pair| pair == "dry_run=true")
}

/// What is logged about an answer.
struct Answered<'a> {
    request: &'a str,
    method: &'a Method,
    route: &'a str,
    status: u16,
    took_us: u64,
}

/// Failures of ours at the usual level, the rest where somebody looks for it: a line for each of tens of
/// thousands of answers a second costs more than the answers. How many there were is in the measures.
fn log(answered: &Answered<'_>) {
    let Answered { request, method, route, status, took_us } = *answered;
    if status >= 500 {
        tracing::info!(request, %method, route, status, took_us, "answered");
    } else {
        tracing::debug!(request, %method, route, status, took_us, "answered");
    }
}

/// Whoever tries keys or passwords stands in the log at the usual level, however many they try.
fn log_refused(app: &App, answered: &Answered<'_>) {
    let Answered { request, method, route, status, .. } = *answered;
    if let Some(times) = app.refused.count(Instant::now()) {
        tracing::info!(request, %method, route, status, times, "not allowed");
    }
}

/// Runs the handler within its bounds.
async fn bounded<W>(app: &App, work: W, span: Duration, id: &str) -> Response
where
    W: Future<Output = Result<Response, Infallible>>,
{
    let Ok(_in_work) = app.requests.try_acquire() else {
        return No::from(Problem::busy(1)).into_response();
    };
    match within(span, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(Ok(response))) => response,
        Ok(Ok(Err(never))) => match never {},
        // The panic's own message and place were logged where it happened.
        Ok(Err(_)) => {
            tracing::error!(fault = id, "a handler panicked");
            No::from(Problem::fault(id)).into_response()
        }
        Err(TooLate) => No::from(Problem::outcome_unknown(1)).into_response(),
    }
}

fn method_not_allowed(bare: &Response) -> Response {
    let mut response = No::plain(Kind::MethodNotAllowed).into_response();
    if let Some(allow) = bare.headers().get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allow.clone());
    }
    response
}

/// The headers that every answer has, unless the handler set its own.
fn dress(headers: &mut HeaderMap, app: &App, open: bool) {
    headers.reserve(HEADERS_MAX);
    let mut or = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    or(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    or(header::REFERRER_POLICY, "no-referrer");
    or(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    or(header::CACHE_CONTROL, "no-store");
    if app.config.public_url.starts_with("https://") {
        let alone = "max-age=31536000";
        let all = "max-age=31536000; includeSubDomains";
        or(header::STRICT_TRANSPORT_SECURITY, if app.config.hsts_subdomains { all } else { alone });
    }
    if open {
        or(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        or(header::ACCESS_CONTROL_EXPOSE_HEADERS, "etag, idempotent-replayed, retry-after, x-request-id");
    }
}

/// Whether pages of other sites may call this: what buyers' programs use, and never with cookies. Keys of
/// organisers don't belong into a browser, so their routes are left out.
fn is_open(route: &str, method: &Method, headers: &HeaderMap) -> bool {
    let asked = headers.get(header::ACCESS_CONTROL_REQUEST_METHOD).and_then(|asked| asked.to_str().ok());
    let method = asked.filter(|_| method == Method::OPTIONS).unwrap_or(method.as_str());
    match method {
        "GET" | "HEAD" => {
            ["/v1/organisers/{organiser}/slots", "/openapi.json", "/{organiser}/pass-keys.json"]
                .contains(&route)
                || buyers_route(route)
        }
        "POST" | "DELETE" => buyers_route(route) && !TEAMS_ENDS.iter().any(|end| route.ends_with(end)),
        _ => false,
    }
}

/// What only the team does with an order.
const TEAMS_ENDS: [&str; 4] = ["/handover", "/handover/undo", "/notes", "/resend"];

fn buyers_route(route: &str) -> bool {
    let (slots, rest) = (
        ["/v1/slots/{slot}", "/v1/slots/{slot}/live", "/v1/slots/{slot}/waitlist", "/v1/slots/{slot}/lobby"],
        ["/v1/holds", "/v1/orders/", "/v1/waitlist/"],
    );
    slots.contains(&route) || rest.iter().any(|start| route.starts_with(start))
}

fn is_preflight(method: &Method, headers: &HeaderMap) -> bool {
    method == Method::OPTIONS && headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

fn preflight(route: &str) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    if buyers_route(route) || route == "/v1/organisers/{organiser}/slots" {
        let headers = response.headers_mut();
        let methods = HeaderValue::from_static("GET, HEAD, POST, DELETE");
        let names = HeaderValue::from_static(
            "authorization, content-type, idempotency-key, last-event-id, x-dayshelf-code, x-dayshelf-number",
        );
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, methods);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, names);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from(PREFLIGHT_SECONDS));
    }
    response
}
