//! `series`: a rule that makes hundreds of slots at once, each with a pool and the parts of a template, over HTTP.

use std::time::Instant;

use dayshelf_ical::time::Civil;
use serde_json::{Value, json};

use super::{Data, HOT};
use crate::Outcome;
use crate::client::Connection;
use crate::progress::say;
use crate::report::Row;
use crate::scale::Scale;

/// Makes it, and moves all of it by an hour.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(over_http(scale.slots))
}

/// What each evening gets.
fn template() -> Value {
    json!({
        "key": "evening", "parameters": [{"key": "date", "default": "x"}],
        "windows": [
            {"key": "early", "opens": "start - 20m", "closes": "start"},
            {"key": "public", "opens": "start", "closes": "end"},
        ],
        "offers": [{"key": "seat", "title": "A seat", "recipe": [{"pool": "seats-{date}"}], "price": "28.00"}],
        "fulfilments": [{"key": "there", "kind": "pickup", "opens": "start", "closes": "end"}],
        "blocks": [{"key": "doors", "when": "start - 30m", "cue": {"host": "Ann"}}],
    })
}

async fn over_http(slots: usize) -> Outcome<Vec<Row>> {
    say("series: a server is started");
    let data = Data::new()?;
    let server = data.serve(HOT)?;
    let mut asking =
        Asking { connection: Connection::open(server.address).await?, key: server.said("key").to_owned() };
    asking.post("/v1/templates", &template()).await?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs() as i64;
    let tomorrow = Civil(now / 86_400 * 86_400 + 42 * 3_600);
    let series = json!({
        "key": "evening", "title": "Evening", "zone": "Europe/Berlin", "start": tomorrow.to_string(),
        "length": "2h", "rule": "FREQ=DAILY", "days_ahead": slots, "template": "evening",
        "pools": [{"key": "seats", "units": 8}],
    });
    say(&format!("series: a rule makes {slots} slots"));
    let (made, made_ms) = asking.post("/v1/series", &series).await?;
    let id = made["series"]["id"].as_str().unwrap_or_default();
    say("series: all of them are moved by an hour");
    let moved = asking.post(&format!("/v1/series/{id}/change"), &json!({"move": "1h"})).await?;
    let count = |answer: &Value| answer["outcomes"].as_array().map_or(0, Vec::len) as f64;
    Ok(vec![
        Row::new("series", format!("made, {slots} slots"))
            .figure("ms", made_ms)
            .figure("slots", count(&made)),
        Row::new("series", format!("moved, {slots} slots"))
            .figure("ms", moved.1)
            .figure("slots", count(&moved.0)),
    ])
}

struct Asking {
    connection: Connection,
    key: String,
}

impl Asking {
    /// The answer, and the milliseconds until it was there.
    async fn post(&mut self, path: &str, body: &Value) -> Outcome<(Value, f64)> {
        let body = body.to_string();
        let mut request = format!(
            "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nauthorization: Bearer {}\r\n\
             idempotency-key: {:032x}\r\nif-match: *\r\ncontent-length: {}\r\n\r\n",
            self.key,
            u128::from_le_bytes(dayshelf_desk::random()),
            body.len()
        )
        .into_bytes();
        request.extend_from_slice(body.as_bytes());
        let began = Instant::now();
        let answer = self.connection.ask(&request).await?;
        let took = began.elapsed().as_secs_f64() * 1_000.0;
        if !answer.is_success() {
            return Err(format!(
                "{path} was answered {}: {}",
                answer.status,
                String::from_utf8_lossy(answer.body)
            )
            .into());
        }
        Ok((serde_json::from_slice(answer.body)?, took))
    }
}
