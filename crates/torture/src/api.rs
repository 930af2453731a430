//! The public API as a client sees it: a question, and an answer or none.

use std::time::Duration;

use reqwest::Method;
use serde_json::Value;

use crate::Outcome;

/// How long an answer is waited for; then nobody knows what became of the question.
const ANSWER_SPAN: Duration = Duration::from_secs(15);

/// How often one looks when nobody answers.
const LOOKS_MAX: usize = 20;
/// The pause before one looks again.
const LOOK_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// A question.
#[derive(Clone, Debug)]
pub struct Ask {
    /// `GET` where nothing is asked for but what there is.
    pub method: Method,
    /// The path.
    pub path: String,
    /// The secret or key; empty for none.
    pub bearer: String,
    /// The idempotency key; empty for none.
    pub key: String,
    /// The body; null for none.
    pub body: Value,
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
    /// Whether it is a problem document, as every no must be.
    pub problem: bool,
}

impl Ask {
    /// A look at something.
    pub fn get(path: impl Into<String>, bearer: &str) -> Self {
        let (path, bearer) = (path.into(), bearer.to_owned());
        Self { method: Method::GET, path, bearer, key: String::new(), body: Value::Null }
    }

    /// Something to be done once.
    pub fn post(path: impl Into<String>, bearer: &str, key: String, body: Value) -> Self {
        Self { method: Method::POST, path: path.into(), bearer: bearer.to_owned(), key, body }
    }
}

impl Answer {
    /// Whether it is a yes.
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether it settles the question: a yes, or a no that is not about the program's own trouble.
    pub fn settles(&self) -> bool {
        self.status < 500 && !matches!(self.status, 408 | 429) && self.code() != "key_in_flight"
    }

    /// The stable code of a problem.
    pub fn code(&self) -> &str {
        self.text("/type").rsplit('/').next().unwrap_or_default()
    }

    /// A text in the body.
    pub fn text(&self, pointer: &str) -> &str {
        self.body.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
    }

    /// A number in the body.
    pub fn number(&self, pointer: &str) -> Option<i64> {
        self.body.pointer(pointer).and_then(Value::as_i64)
    }
}

/// A client of one or several nodes.
#[derive(Clone)]
pub struct Api {
    http: reqwest::Client,
}

impl Api {
    /// A client.
    ///
    /// # Errors
    /// When it can't be set up.
    pub fn new() -> Outcome<Self> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let http = reqwest::Client::builder().timeout(ANSWER_SPAN).connect_timeout(Duration::from_secs(3));
        Ok(Self { http: http.no_proxy().build()? })
    }

    /// Asks once; nothing when no whole answer came.
    pub async fn ask(&self, base: &str, ask: &Ask) -> Option<Answer> {
        let mut request = self.http.request(ask.method.clone(), format!("{base}{}", ask.path));
        if !ask.bearer.is_empty() {
            request = request.bearer_auth(&ask.bearer);
        }
        if !ask.key.is_empty() {
            request = request.header("Idempotency-Key", &ask.key);
        }
        if !ask.body.is_null() {
            request = request.json(&ask.body);
        }
        let answer = request.send().await.ok()?;
        let status = answer.status().as_u16();
        let kind = answer.headers().get("content-type").and_then(|kind| kind.to_str().ok());
        let problem = kind.is_some_and(|kind| kind.starts_with("application/problem+json"));
        let bytes = answer.bytes().await.ok()?;
        Some(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null), problem })
    }

    /// Looks at something that must be there to see, a few times if nobody answers.
    ///
    /// # Errors
    /// When there is no answer, or a no.
    pub async fn see(&self, base: &str, path: &str, bearer: &str) -> Outcome<Answer> {
        for _ in 0..LOOKS_MAX {
            match self.ask(base, &Ask::get(path, bearer)).await {
                Some(answer) if answer.is_yes() => return Ok(answer),
                Some(answer) if answer.settles() => {
                    return Err(format!("GET {path} was answered {}: {}", answer.status, answer.body).into());
                }
                // The connection was one to a node that is gone, or the node has just found its database again.
                _ => tokio::time::sleep(LOOK_AGAIN_AFTER).await,
            }
        }
        Err(format!("GET {path} was not answered").into())
    }
}
