//! What surrounds every handler: its bound, its time, its log line, its headers, and the net below it.
//!
//! Never logged: the `Authorization` header, queries, and paths as they were sent, because some carry
//! secrets. The route stands for the path.

use std::panic::AssertUnwindSafe;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use dayshelf_wire::problem::{Kind, Problem};
use futures_util::FutureExt as _;

use crate::app::App;
use crate::extract::said_length;
use crate::metrics::method_label;
use crate::no::{No, log_id};
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

/// Surrounds a handler.
pub(crate) async fn surround(State(app): State<App>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let id = log_id();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(NO_ROUTE, MatchedPath::as_str);
    let method = request.method().clone();
    let open = is_open(route, &method, request.headers());
    let is_tried = is_tried(route, request.uri());
    let acting = (!is_tried && may_be_noted(route, &method, request.headers())).then(Acting::default);
    let mut subject = String::new();
    let mut request = request;
    if let Some(acting) = &acting {
        subject = request.uri().path().to_owned();
        request.extensions_mut().insert(acting.clone());
    }
    let mut response = match is_preflight(&method, request.headers()) {
        true => preflight(route),
        false => bounded(&app, request, next, &id).await,
    };
    if response.status() == StatusCode::METHOD_NOT_ALLOWED
        && !response.headers().contains_key(header::CONTENT_TYPE)
    {
        response = method_not_allowed(&response);
    }
    dress(response.headers_mut(), &app, open);
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    if let Some(acting) = acting {
        acting.keep(&app, format!("{method} {route}"), &subject, response.status().as_u16()).await;
    }
    app.metrics.answered(method_label(&method), route, status, took);
    let answered =
        Answered { request: &id, method: &method, route, status, took_us: took.as_micros() as u64 };
    log(&answered);
    if matches!(status, 401 | 403) {
        log_refused(&app, &answered);
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
async fn bounded(app: &App, request: Request, next: Next, id: &str) -> Response {
    let Ok(_in_work) = app.requests.try_acquire() else {
        return No::from(Problem::busy(1)).into_response();
    };
    let bounds = &app.config.bounds;
    let span = bounds.request + bounds.on_the_way(said_length(request.headers()));
    let work = AssertUnwindSafe(next.run(request)).catch_unwind();
    match within(span, work).await {
        Ok(Ok(response)) => response,
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
