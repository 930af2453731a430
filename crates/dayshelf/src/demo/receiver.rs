//! A small webhook receiver: it checks every signature and prints the remaining units as they come.
//!
//! It is what an integrator would write first, against the same specification.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use dayshelf_wire::webhook::{HEADER_ID, HEADER_SIGNATURE, HEADER_TIMESTAMP, Message};
use serde_json::Value;
use tokio::net::TcpListener;

use crate::config::Redacted;
use crate::failure::Failure;
use crate::out::tell;

/// A receiver that listens.
#[derive(Clone, Default)]
pub struct Receiver(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// The endpoint's key, once the endpoint is made.
    key: OnceLock<Redacted>,
    seen: Mutex<Seen>,
}

/// What has come in.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Messages with a signature that fits.
    pub verified: u64,
    /// Messages without one.
    pub refused: u64,
    /// The last count that was printed, and the sequence it was true at.
    last: Option<(u64, String)>,
}

impl Receiver {
    /// Listens on a free port of this machine.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn listen() -> Result<(Self, SocketAddr), Failure> {
        let fault = |cause: std::io::Error| Failure::because("the webhook receiver", &cause);
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(fault)?;
        let address = listener.local_addr().map_err(fault)?;
        let receiver = Self::default();
        let routes = Router::new().route("/", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        Ok((receiver, address))
    }

    /// The key that checks, as the endpoint's maker was told it.
    pub fn learn(&self, key: Redacted) {
        drop(self.0.key.set(key));
    }

    /// What has come in.
    pub fn seen(&self) -> Seen {
        self.0.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    fn take(&self, headers: &HeaderMap, body: &[u8]) -> StatusCode {
        let mut seen = self.0.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if !self.fits(headers, body) {
            seen.refused += 1;
            return StatusCode::UNAUTHORIZED;
        }
        seen.verified += 1;
        let payload: Value = serde_json::from_slice(body).unwrap_or_default();
        if let Some(Stock { sequence, left, price, window }) = stock(&payload) {
            // Deliveries of one subject come in order, but a retry may bring an old one again.
            if seen.last.as_ref().is_none_or(|(before, shown)| *before < sequence && *shown != left) {
                tell!("  webhook   {left} at {price}{window}   (sequence {sequence}, signature verified)");
                seen.last = Some((sequence, left));
            }
        }
        StatusCode::NO_CONTENT
    }

    fn fits(&self, headers: &HeaderMap, body: &[u8]) -> bool {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let (Some(key), Ok(timestamp)) = (self.0.key.get(), header(HEADER_TIMESTAMP).parse()) else {
            return false;
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let message = Message { id: header(HEADER_ID), timestamp, body };
        message.verify(header(HEADER_SIGNATURE), key.reveal(), i64::try_from(now).unwrap_or(0)).is_ok()
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> StatusCode {
    receiver.take(&headers, &body)
}

/// What a stock message says of its first offer.
struct Stock {
    sequence: u64,
    /// How many can be had, or that nobody can have any yet.
    left: String,
    price: String,
    /// Where it is sold.
    window: String,
}

/// What a stock message says: of the window that is open, or of the public's where none is.
fn stock(payload: &Value) -> Option<Stock> {
    let data = payload.get("data")?;
    let open = data.get("windows").and_then(|windows| windows.get(0));
    let offer = open.unwrap_or(data).get("offers")?.get(0)?;
    let title = open.and_then(|window| window.get("title")).and_then(Value::as_str);
    let free = offer.get("free")?.as_u64()?;
    let is_ahead = offer.get("state").and_then(Value::as_str) == Some("ahead");
    Some(Stock {
        sequence: data.get("sequence")?.as_u64()?,
        left: if is_ahead { "not open yet,".to_owned() } else { format!("{free:>3} left") },
        price: super::voice::money(offer.get("price")?),
        window: title.map(|title| format!(" in {title}")).unwrap_or_default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;
    use dayshelf_wire::webhook::shared_text;

    fn signed(body: &[u8], secret: &[u8]) -> HeaderMap {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let signature = Message { id: "msg_1", timestamp: now as i64, body }.sign(secret);
        let pairs = [
            (HEADER_ID, "msg_1".to_owned()),
            (HEADER_TIMESTAMP, now.to_string()),
            (HEADER_SIGNATURE, signature),
        ];
        pairs
            .into_iter()
            .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_str(&value).unwrap()))
            .collect()
    }

    /// A forged message is turned away and counted; a signed one is taken.
    #[test]
    fn signatures_are_checked() {
        let receiver = Receiver::default();
        receiver.learn(Redacted::new(shared_text(&[7; 32])));
        let body = br#"{"type":"stock.changed","data":{"sequence":4,"offers":[{"free":12,"price":{"amount":4800,"currency":"EUR"}}]}}"#;
        assert_eq!(receiver.take(&signed(body, &[8; 32]), body), StatusCode::UNAUTHORIZED);
        assert_eq!(receiver.take(&signed(body, &[7; 32]), body), StatusCode::NO_CONTENT);
        assert_eq!(receiver.take(&HeaderMap::new(), body), StatusCode::UNAUTHORIZED);
        let vip = br#"{"type":"stock.changed","data":{"sequence":5,"offers":[{"free":0,"price":{"amount":4800,"currency":"EUR"}}],"windows":[{"title":"VIP","offers":[{"free":7,"price":{"amount":4800,"currency":"EUR"}}]}]}}"#;
        assert_eq!(
            stock(&serde_json::from_slice(vip).unwrap()).map(|stock| stock.left),
            Some("  7 left".into())
        );
        let ahead = br#"{"type":"stock.changed","data":{"sequence":6,"offers":[{"free":0,"state":"ahead","price":{"amount":4800,"currency":"EUR"}}],"windows":[]}}"#;
        let ahead = stock(&serde_json::from_slice(ahead).unwrap()).unwrap();
        assert_eq!((ahead.left.as_str(), ahead.sequence), ("not open yet,", 6));
        let seen = receiver.seen();
        assert_eq!((seen.verified, seen.refused, seen.last), (1, 2, Some((4, " 12 left".to_owned()))));
    }
}
