//! JSON bodies: of the right media type, within their bound, and strictly of their shape.

use axum::body::{Body as Content, to_bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use bytes::Bytes;
use dayshelf_wire::body;
use dayshelf_wire::problem::{Kind, Problem};
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::no::No;
use crate::within::{TooLate, within};

/// A body that is read as `T`. No body at all is read as an object without fields.
#[derive(Debug)]
pub struct Body<T>(pub T);

/// A body that may be as large as a plan: a customer list.
#[derive(Debug)]
pub struct Large<T>(pub T);

/// The bytes of a plan, in TOML or JSON.
#[derive(Debug)]
pub struct PlanBytes {
    /// The bytes.
    pub bytes: Bytes,
    /// The media type without parameters, in lower case.
    pub media_type: String,
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (head, content) = request.into_parts();
        let bytes = arrive(&head.headers, content, app, app.config.bounds.body_bytes).await?;
        read(&head.headers, &bytes).map(Self)
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Large<T> {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (head, content) = request.into_parts();
        let bytes = arrive(&head.headers, content, app, app.config.bounds.plan_bytes).await?;
        read(&head.headers, &bytes).map(Self)
    }
}

impl FromRequest<App> for PlanBytes {
    type Rejection = No;

    async fn from_request(request: Request, app: &App) -> Result<Self, No> {
        let (head, content) = request.into_parts();
        let media_type = media_type(&head.headers).unwrap_or_default().to_ascii_lowercase();
        let bytes = arrive(&head.headers, content, app, app.config.bounds.plan_bytes).await?;
        Ok(Self { bytes, media_type })
    }
}

/// Reads the whole body, bounded in size and time.
pub(super) async fn arrive(
    headers: &HeaderMap,
    content: Content,
    app: &App,
    max_bytes: usize,
) -> Result<Bytes, No> {
    let too_large = || No::from(Problem::too_large(max_bytes));
    let said = said_length(headers);
    if said > max_bytes {
        return Err(too_large());
    }
    let bounds = &app.config.bounds;
    let span = bounds.body + bounds.on_the_way(said);
    let read = within(span, to_bytes(content, max_bytes)).await;
    // Beside the bound, only a connection that breaks can end it, and then nobody reads the answer.
    read.map_err(|TooLate| No::plain(Kind::TimedOut))?.map_err(|_| too_large())
}

/// How long a body says that it is; 0 where it does not.
pub(crate) fn said_length(headers: &HeaderMap) -> usize {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    length.unwrap_or(0)
}

/// Reads the bytes as a shape.
pub(super) fn read<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, No> {
    if bytes.is_empty() {
        return Ok(body::read(b"{}")?);
    }
    if media_type(headers).is_none_or(|given| !given.eq_ignore_ascii_case("application/json")) {
        return Err(Problem::media_type_wrong(&["application/json"]).into());
    }
    Ok(body::read(bytes)?)
}

/// The media type without parameters, as it was sent.
fn media_type(headers: &HeaderMap) -> Option<&str> {
    let text = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    Some(text.split(';').next().unwrap_or_default().trim())
}
