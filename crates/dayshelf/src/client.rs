//! A client of the public API: what the command line and the demo's buyers talk through.
//!
//! Start at [`Client`]. A no of the server is a value ([`No::Problem`]) with its code and its sentence.

use std::fmt;
use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde_json::Value;

use crate::config::Redacted;
use crate::failure::Failure;

/// How long an answer may take: longer than the longest work that a server allows itself.
const ANSWER_SPAN: Duration = Duration::from_secs(60);

/// A server, and the key to it.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    key: Option<Redacted>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The body; null where there was none.
    pub body: Value,
}

/// Why there is no answer to use.
#[derive(Clone, Debug)]
pub enum No {
    /// The server says no.
    Problem(Reply),
    /// There is no server, or it went away.
    Unreachable(String),
}

impl Client {
    /// A client of the server at an address.
    ///
    /// # Errors
    /// When TLS can't be set up.
    pub fn new(base: &str) -> Result<Self, Failure> {
        // The second call of a process finds it set up, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder()
            .timeout(ANSWER_SPAN)
            .build()
            .map_err(|cause| Failure::because("the HTTP client", &cause))?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key: None })
    }

    /// The same server with a key: an API key, the operator's, or a buyer's secret.
    #[must_use]
    pub fn with_key(&self, key: Redacted) -> Self {
        Self { key: Some(key), ..self.clone() }
    }

    /// The server's address.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Reads.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn get(&self, path: &str) -> Result<Reply, No> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Reads what is no JSON.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn text(&self, path: &str) -> Result<String, No> {
        let (status, bytes) = self.answered(self.request(Method::GET, path)).await?;
        match (200..300).contains(&status) {
            true => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            false => Err(No::Problem(Reply::of(status, &bytes))),
        }
    }

    /// Asks for something to be done, once, whatever state it is in by then.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn post_over(&self, path: &str, body: &Value) -> Result<Reply, No> {
        let request = self.request(Method::POST, path).header("If-Match", "*");
        self.send(request.header("Idempotency-Key", fresh_key()).json(body)).await
    }

    /// Sends a body.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn put(&self, path: &str, body: &Value) -> Result<Reply, No> {
        self.send(self.request(Method::PUT, path).header("Idempotency-Key", fresh_key()).json(body)).await
    }

    /// Removes.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn delete(&self, path: &str) -> Result<Reply, No> {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// Asks for something to be done, once.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn post(&self, path: &str, body: &Value) -> Result<Reply, No> {
        self.post_once(path, &fresh_key(), body).await
    }

    /// Asks for something to be done, under a key of one's own.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn post_once(&self, path: &str, key: &str, body: &Value) -> Result<Reply, No> {
        self.send(self.request(Method::POST, path).header("Idempotency-Key", key).json(body)).await
    }

    /// Asks for something to be done, as somebody behind a proxy that the server trusts.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn post_for(&self, origin: &str, path: &str, key: &str, body: &Value) -> Result<Reply, No> {
        let request = self.request(Method::POST, path).header("X-Forwarded-For", origin);
        self.send(request.header("Idempotency-Key", key).json(body)).await
    }

    /// Puts a picture into the library of the key's organiser: its media type and bytes.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn post_picture(
        &self,
        title: &str,
        alt: &str,
        (media_type, bytes): (&str, Vec<u8>),
    ) -> Result<Reply, No> {
        let request = self.request(Method::POST, "/v1/pictures").query(&[("title", title), ("alt", alt)]);
        let request = request.header("Content-Type", media_type).header("Idempotency-Key", fresh_key());
        self.send(request.body(bytes)).await
    }

    /// Sends a form of a page, as a browser would; the page that it leads to is not read.
    ///
    /// # Errors
    /// A problem, or nobody there.
    pub async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<(), No> {
        let (status, bytes) = self.answered(self.request(Method::POST, path).form(fields)).await?;
        if (200..300).contains(&status) { Ok(()) } else { Err(No::Problem(Reply::of(status, &bytes))) }
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.key {
            Some(key) => request.bearer_auth(key.reveal()),
            None => request,
        }
    }

    async fn send(&self, request: RequestBuilder) -> Result<Reply, No> {
        let (status, bytes) = self.answered(request).await?;
        let reply = Reply::of(status, &bytes);
        if (200..300).contains(&status) { Ok(reply) } else { Err(No::Problem(reply)) }
    }

    async fn answered(&self, request: RequestBuilder) -> Result<(u16, Vec<u8>), No> {
        let lost = |cause: reqwest::Error| {
            let why = Failure::because(format!("no answer from {}", self.base), &cause.without_url());
            No::Unreachable(why.to_string())
        };
        let answer = request.send().await.map_err(lost)?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await.map_err(lost)?;
        Ok((status, bytes.to_vec()))
    }
}

impl Reply {
    fn of(status: u16, bytes: &[u8]) -> Self {
        Self { status, body: serde_json::from_slice(bytes).unwrap_or(Value::Null) }
    }

    /// A text of the body; empty where there is none.
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }
}

impl No {
    /// The stable code of the problem; `unreachable` where nobody answered.
    pub fn code(&self) -> &str {
        match self {
            Self::Problem(reply) => match reply.text("/type").rsplit('/').next() {
                Some(code) if !code.is_empty() => code,
                _ => "no_problem_document",
            },
            Self::Unreachable(_) => "unreachable",
        }
    }

    /// The status; 0 where nobody answered.
    pub fn status(&self) -> u16 {
        match self {
            Self::Problem(reply) => reply.status,
            Self::Unreachable(_) => 0,
        }
    }

    /// The problem's document.
    pub fn problem(&self) -> Option<&Value> {
        match self {
            Self::Problem(reply) => Some(&reply.body),
            Self::Unreachable(_) => None,
        }
    }
}

impl fmt::Display for No {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable(why) => out.write_str(why),
            Self::Problem(reply) if !reply.text("/detail").is_empty() => out.write_str(reply.text("/detail")),
            Self::Problem(reply) => write!(out, "the server answered with status {}", reply.status),
        }
    }
}

impl From<No> for Failure {
    fn from(no: No) -> Self {
        Self::new(no.to_string())
    }
}

/// A new idempotency key.
pub fn fresh_key() -> String {
    let number = u128::from_le_bytes(dayshelf_desk::random::<16>());
    format!("{number:032x}")
}
