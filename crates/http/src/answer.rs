//! Successes: JSON from the facts, with the headers that go with it.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::no::No;

/// Says that an answer is the first answer to this idempotency key again.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Most answers are shorter: a hold with two lines.
const BODY_BYTES_USUAL: usize = 1_024;

/// Headers of most answers, those of the frame included: room for them is made once.
const HEADERS_USUAL: usize = 12;

/// A JSON answer.
#[derive(Debug)]
pub struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    replayed: bool,
    version: Option<u32>,
}

impl Answer {
    /// 200 with this.
    ///
    /// # Errors
    /// A fault when the shape can't be written, which is a bug.
    pub fn ok(shape: &impl Serialize) -> Result<Self, No> {
        Self::with(StatusCode::OK, shape)
    }

    /// 201 with this.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn created(shape: &impl Serialize) -> Result<Self, No> {
        Self::with(StatusCode::CREATED, shape)
    }

    /// 202 with this: it goes on by itself.
    ///
    /// # Errors
    /// As [`Answer::ok`].
    pub fn accepted(shape: &impl Serialize) -> Result<Self, No> {
        Self::with(StatusCode::ACCEPTED, shape)
    }

    /// 204: it is done, and there is nothing to show.
    pub fn done() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Vec::new(), replayed: false, version: None }
    }

    fn with(status: StatusCode, shape: &impl Serialize) -> Result<Self, No> {
        // Room for what is answered most often, so that it does not grow step by step.
        let mut body = Vec::with_capacity(BODY_BYTES_USUAL);
        serde_json::to_writer(&mut body, shape)
            .map_err(|fault| No::fault("an answer could not be written", &fault))?;
        Ok(Self { status, body, replayed: false, version: None })
    }

    /// The same, marked as the first answer again where it is.
    #[must_use]
    pub fn replayed(mut self, replayed: bool) -> Self {
        self.replayed = replayed;
        self
    }

    /// The same without an ETag: what it is of is not what the address names.
    #[must_use]
    pub fn unversioned(mut self) -> Self {
        self.version = None;
        self
    }

    /// The same with the version as its ETag; [`crate::extract::IfMatch`] reads it back.
    #[must_use]
    pub fn version(mut self, version: u32) -> Self {
        self.version = Some(version);
        self
    }
}

/// The ETag of a version.
pub fn etag(version: u32) -> String {
    format!("\"v{version}\"")
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.reserve(HEADERS_USUAL);
        if self.status != StatusCode::NO_CONTENT {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        if self.replayed {
            headers.insert(REPLAYED, HeaderValue::from_static("true"));
        }
        if let Some(tag) = self.version.and_then(|version| HeaderValue::from_str(&etag(version)).ok()) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}
