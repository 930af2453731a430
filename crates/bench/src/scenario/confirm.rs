//! `hold-confirm`: a hold and its confirmation, one after the other, free, and paid to the sandbox.

use std::sync::Arc;

use super::{Data, HOT, load, post};
use crate::Outcome;
use crate::child::Server;
use crate::client::Connection;
use crate::load::{Act, Pace, Turned};
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::Wanted;

/// A hold, then its confirmation.
struct Buy {
    run: u64,
    hold: String,
    /// How it is paid, as the confirmation says it.
    payment: &'static str,
}

const FREE: &str = r#"{"method":"free"}"#;
const SANDBOX: &str = r#"{"method":"sandbox","token":"tok_success"}"#;

impl Act for Buy {
    fn turn<'a>(&'a self, connection: &'a mut Connection, room: &'a mut Vec<u8>, number: u64) -> Turned<'a> {
        Box::pin(async move {
            room.clear();
            post(room, "/v1/holds", (self.run, number), &self.hold);
            let answer = connection.ask(room).await?;
            let (Some(id), Some(secret), 201) = (answer.member("id"), answer.member("secret"), answer.status)
            else {
                return Ok(answer.status);
            };
            let request = confirm(id, secret, (self.run, number), self.payment);
            Ok(connection.ask(&request).await?.status)
        })
    }
}

fn confirm(id: &str, secret: &str, key: (u64, u64), payment: &str) -> Vec<u8> {
    let (run, number) = key;
    let body =
        format!(r#"{{"buyer":{{"name":"Ann Miller","email":"ann@example.org"}},"payment":{payment}}}"#);
    format!(
        "POST /v1/holds/{id}/confirm HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
         authorization: Bearer {secret}\r\nidempotency-key: {run:016x}{number:016x}-confirm\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Runs it for each number of connections.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let mut rows = Vec::new();
    for (what, price, payment) in [("free", 0, FREE), ("sandbox", HOT.price, SANDBOX)] {
        for connections in &scale.connections {
            let data = Data::new()?;
            let server = data.serve(Wanted { price, ..HOT })?;
            let measured = load(scale, &server, *connections).run(Pace::Closed, buy(&server, payment))?;
            super::holds::only_successes(&measured)?;
            let row = Row::new("hold-confirm", format!("{what}, {connections} connections"));
            rows.push(row.measured(&measured).note("per pair of requests"));
        }
    }
    Ok(rows)
}

fn buy(server: &Server, payment: &'static str) -> Arc<dyn Act> {
    let hold = format!(
        r#"{{"slot":"{}","lines":[{{"offer":"{}","quantity":1}}]}}"#,
        server.said("slot"),
        server.said("offer")
    );
    Arc::new(Buy { run: u64::from_le_bytes(dayshelf_desk::random()), hold, payment })
}
