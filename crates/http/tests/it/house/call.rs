//! Calling the house over HTTP, and looking at what it answers.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use bytes::Bytes;
use dayshelf_core::command::Command;
use dayshelf_core::hold::HoldState;
use dayshelf_core::ids::HoldId;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::House;

/// A request that is being written.
pub struct Call<'h> {
    house: &'h House,
    request: axum::http::request::Builder,
    body: Body,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Got {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

/// A new idempotency key.
pub fn fresh_key() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    format!("test-key-{:032x}", COUNT.fetch_add(1, Ordering::Relaxed))
}

impl House {
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        Call { house: self, request: Request::builder().method(method).uri(path), body: Body::empty() }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    /// A POST with a new idempotency key.
    pub fn post(&self, path: &str) -> Call<'_> {
        self.call(Method::POST, path).key(&fresh_key())
    }

    /// What asks for a hold on one offer.
    pub fn wish(&self, offer: &str, quantity: u32) -> Value {
        let (slot, _) = offer.split_once('/').unwrap();
        json!({"slot": self.id(slot), "lines": [{"offer": self.id(offer), "quantity": quantity}]})
    }

    /// A hold on one offer: its id and secret.
    pub async fn hold(&self, offer: &str, quantity: u32) -> (String, String) {
        let got = self.post("/v1/holds").json(&self.wish(offer, quantity)).send().await;
        assert_eq!(got.status, 201, "{got:?}");
        (got.text("id"), got.text("secret"))
    }

    /// An order of one offer, paid at pickup or free: its id and secret.
    pub async fn order(&self, offer: &str, quantity: u32) -> (String, String) {
        let (hold, secret) = self.hold(offer, quantity).await;
        let method = if offer.starts_with("gift") { "free" } else { "at_pickup" };
        let got = self.confirm(&hold, &secret, method).send().await;
        assert_eq!(got.status, 201, "{got:?}");
        (got.text("id"), got.text("secret"))
    }

    /// Confirms a hold as Ann.
    pub fn confirm(&self, hold: &str, secret: &str, method: &str) -> Call<'_> {
        let token = if method == "sandbox" { "tok_success" } else { "" };
        let body = json!({
            "buyer": {"name": "Ann", "email": "ann@example.org"},
            "payment": {"method": method, "token": token}
        });
        self.post(&format!("/v1/holds/{hold}/confirm")).bearer(secret).json(&body)
    }

    /// Plays the payment provider's part once a payment for the hold has begun.
    pub async fn pay(&self, hold: &str, authorised: bool) {
        let hold = HoldId::parse(hold).unwrap();
        let reader = self.store.reader();
        for _ in 0..6_000 {
            let row = reader.hold(hold).await.unwrap().unwrap();
            if let (HoldState::Confirming, Some(attempt)) = (row.state, row.attempt) {
                let payment = attempt.id;
                let command = match authorised {
                    true => Command::PaymentAuthorised { hold, payment, reference: "paid".into() },
                    false => Command::PaymentDeclined { hold, payment },
                };
                self.submit(command).await;
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("no payment has begun");
    }
}

impl Call<'_> {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Sets the idempotency key, in place of a new one.
    pub fn key(mut self, key: &str) -> Self {
        let headers = self.request.headers_mut().unwrap();
        headers.insert("idempotency-key", key.parse().unwrap());
        self
    }

    pub fn without_key(mut self) -> Self {
        self.request.headers_mut().unwrap().remove("idempotency-key");
        self
    }

    pub fn bearer(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    pub fn json(self, body: &Value) -> Self {
        self.raw("application/json", body.to_string())
    }

    pub fn raw(mut self, media_type: &str, body: impl Into<Body>) -> Self {
        self.body = body.into();
        self.header("content-type", media_type)
    }

    pub async fn send(self) -> Got {
        let request = self.request.body(self.body).unwrap();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.house.routes.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 10_000_000).await.unwrap();
        let got = Got { status: head.status, headers: head.headers, body };
        super::documented::check(&method, &path, &got);
        got
    }
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub fn text(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_else(|| panic!("no {name}: {self:?}")).to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn is_replay(&self) -> bool {
        self.header("idempotent-replayed") == Some("true")
    }

    /// The code of the problem, after checking that the document is whole.
    pub fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let json = self.json();
        assert_eq!(json["status"], self.status.as_u16(), "{self:?}");
        assert!(json["detail"].is_string() && json["title"].is_string(), "{self:?}");
        let reference = json["type"].as_str().unwrap().strip_prefix("/problems/").unwrap();
        let (code, flaw) =
            reference.split_once('#').map_or((reference, None), |(code, flaw)| (code, Some(flaw)));
        assert_eq!(json["flaw"].as_str(), flaw, "{self:?}");
        code.to_owned()
    }
}
