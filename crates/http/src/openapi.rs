//! The OpenAPI document, from the routes themselves.
//!
//! A route lists the refusals it can meet (`x-problems`). Their statuses are worked out here, and so are
//! the problems that follow from what the route is: one with a body can meet a body that is no JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use axum::http::{Method, header};
use axum::response::IntoResponse;
use dayshelf_wire::problem::{Kind, MEDIA_TYPE};
use serde_json::Value;
use utoipa::openapi::path::{Operation, Parameter, ParameterIn, PathItem};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Info, OpenApi, OpenApiBuilder, Ref, RefOr, ResponseBuilder, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::router::documented;

/// The list of codes on a route.
const PROBLEMS: &str = "x-problems";
/// What the addresses of the API begin with; the others are pages, calendars and what watches the program.
const API: &str = "/v1/";

/// The document.
pub fn openapi() -> OpenApi {
    let (_, gathered) = documented().split_for_parts();
    let mut info = Info::new("Dayshelf", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    let mut document = OpenApiBuilder::from(gathered).info(info).build();
    let components = document.components.get_or_insert_default();
    let problem: RefOr<Schema> = dayshelf_wire::problem::Problem::schema();
    components.schemas.insert(dayshelf_wire::problem::Problem::name().into_owned(), problem);
    for (name, about) in SCHEMES {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.description = Some((*about).to_owned());
        components.security_schemes.insert((*name).to_owned(), RefOr::T(SecurityScheme::Http(scheme)));
    }
    let cookie = ApiKeyValue::with_description(
        "dayshelf",
        "Somebody who is signed in. On https the cookie is called `__Host-dayshelf`. The role is the least that \
         suffices.",
    );
    let scheme = SecurityScheme::ApiKey(ApiKey::Cookie(cookie));
    components.security_schemes.insert("session".to_owned(), RefOr::T(scheme));
    for (path, item) in &mut document.paths.paths {
        let query = Some(Kind::QueryWrong).filter(|_| path.starts_with(API));
        operations(item).for_each(|(_, operation)| document_problems(operation, query));
    }
    document
}

/// The parameters that the query of a route of the API may have, as the document says them.
pub(crate) fn query_names(method: &Method, route: &str) -> Option<&'static BTreeSet<String>> {
    type Routes = BTreeMap<String, Vec<(Method, BTreeSet<String>)>>;
    static ROUTES: LazyLock<Routes> = LazyLock::new(|| {
        let (_, mut gathered) = documented().split_for_parts();
        let routes = gathered.paths.paths.iter_mut().filter(|(path, _)| path.starts_with(API));
        let names = |item| operations(item).map(|(method, operation)| (method, queried(operation))).collect();
        routes.map(|(path, item)| (path.clone(), names(item))).collect()
    });
    let method = if method == Method::HEAD { &Method::GET } else { method };
    ROUTES.get(route)?.iter().find(|(known, _)| known == method).map(|(_, names)| names)
}

fn queried(operation: &Operation) -> BTreeSet<String> {
    let queried = parameters(operation).filter(|one| one.parameter_in == ParameterIn::Query);
    queried.map(|one| one.name.clone()).collect()
}

const ABOUT: &str = "Slots on a calendar that sell limited things, exactly as many as there are. \
    Everything that is not a success is a problem document (RFC 9457); `/problems/{code}` says what it means. \
    A POST that moves units or money needs an `Idempotency-Key`: a retry with the same key gets the first \
    answer again, marked `Idempotent-Replayed: true`.";

/// Who may call, as `security(...)` names it; the roles beside the name are the opener or the least scope.
const SCHEMES: &[(&str, &str)] = &[
    (
        "bearer",
        "The secret that was answered when the hold, order or waitlist entry was made. The role says whose secret.",
    ),
    (
        "organiser",
        "An organiser's API key, or the cookie of somebody who is signed in with a role that has that scope. The \
         role is the least scope that suffices: read, sell or manage; viewers may read, stall staff sell, managers \
         and owners manage.",
    ),
    ("operator", "The operator's key, which lies in the data folder."),
];

fn operations(item: &mut PathItem) -> impl Iterator<Item = (Method, &mut Operation)> {
    let PathItem { get, put, post, delete, patch, .. } = item;
    let methods = [Method::GET, Method::PUT, Method::POST, Method::DELETE, Method::PATCH];
    let all = methods.into_iter().zip([get, put, post, delete, patch]);
    all.filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// Adds a response for each status of each problem that the operation can meet.
fn document_problems(operation: &mut Operation, query: Option<Kind>) {
    let listed = operation.extensions.as_ref().and_then(|all| all.get(PROBLEMS)).and_then(Value::as_array);
    let codes: BTreeSet<&str> = listed.into_iter().flatten().filter_map(Value::as_str).collect();
    let mut kinds: BTreeSet<Kind> =
        Kind::ALL.iter().copied().filter(|kind| codes.contains(kind.code())).collect();
    kinds.extend(by_nature(operation));
    // A query that the route does not know is refused ahead of it.
    kinds.extend(query);
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.status()).or_default().push(kind.code());
    }
    for (status, codes) in by_status {
        let schema = Ref::from_schema_name(dayshelf_wire::problem::Problem::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let response =
            ResponseBuilder::new().description(codes.join(", ")).content(MEDIA_TYPE, content).build();
        operation.responses.responses.insert(status.to_string(), RefOr::T(response));
    }
}

/// The problems that follow from what a route is.
fn by_nature(operation: &Operation) -> Vec<Kind> {
    let mut kinds = vec![Kind::Busy, Kind::Fault, Kind::OutcomeUnknown];
    let names: BTreeSet<&str> = parameters(operation).map(|parameter| parameter.name.as_str()).collect();
    // A route that happens once reads its body even where nothing needs to stand in it.
    if operation.request_body.is_some() || names.contains("Idempotency-Key") {
        kinds.extend([
            Kind::BodyNotJson,
            Kind::UnknownField,
            Kind::RepeatedField,
            Kind::MissingField,
            Kind::WrongType,
            Kind::ValueWrong,
            Kind::TooLong,
            Kind::MediaTypeWrong,
            Kind::TooLarge,
            Kind::TimedOut,
        ]);
    }
    if names.contains("Idempotency-Key") {
        kinds.extend([Kind::IdempotencyKeyMissing, Kind::IdempotencyKeyUnfit, Kind::KeyReused]);
    }
    if names.contains("If-Match") {
        kinds.extend([Kind::IfMatchMissing, Kind::IfMatchWrong, Kind::VersionStale]);
    }
    if names.contains("cursor") {
        kinds.push(Kind::CursorWrong);
    }
    let security = serde_json::to_value(&operation.security).unwrap_or_default();
    let named = |name: &str| security.as_array().into_iter().flatten().any(|one| one.get(name).is_some());
    if named("bearer") {
        kinds.extend([Kind::Unauthorised, Kind::SecretWrong]);
    }
    if named("organiser") {
        kinds.extend([
            Kind::Unauthorised,
            Kind::ScopeTooSmall,
            Kind::RoleTooSmall,
            Kind::SecondFactorDue,
            Kind::CrossSite,
        ]);
    }
    if named("session") {
        kinds.extend([Kind::Unauthorised, Kind::RoleTooSmall, Kind::SecondFactorDue, Kind::CrossSite]);
    }
    if named("operator") {
        kinds.push(Kind::Unauthorised);
    }
    kinds
}

/// The document as JSON, made once.
pub(crate) async fn serve() -> impl IntoResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| openapi().to_json().unwrap_or_default());
    ([(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "max-age=300")], TEXT.as_str())
}
