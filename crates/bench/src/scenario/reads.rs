//! `slot-page` and `calendar-month`: what visitors read, as HTML and as JSON, beside the floor.

use std::sync::Arc;

use super::{Data, HOT, beside, get};
use crate::Outcome;
use crate::child::Server;
use crate::client::Connection;
use crate::load::{Act, Request};
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::{ORGANISER, SLOT, Wanted};

/// The page of the slot that everybody wants.
pub fn slot(scale: &Scale) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let server = data.serve(HOT)?;
    let json = format!("/v1/slots/{}", server.said("slot"));
    let html = format!("/{ORGANISER}/{SLOT}");
    each(scale, "slot-page", &server, &[("HTML", html), ("JSON", json)])
}

/// A month of the organiser's calendar.
pub fn calendar(scale: &Scale) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let server = data.serve(Wanted { more_slots: scale.slots, ..HOT })?;
    let json = format!("/v1/organisers/{ORGANISER}/slots");
    each(scale, "calendar-month", &server, &[("HTML", format!("/{ORGANISER}")), ("JSON", json)])
}

fn each(
    scale: &Scale,
    scenario: &'static str,
    server: &Server,
    paths: &[(&str, String)],
) -> Outcome<Vec<Row>> {
    let connections = scale.connections[0];
    let mut rows = Vec::new();
    for (what, path) in paths {
        let row = Row::new(scenario, format!("{what}, {connections} connections"));
        let (status, bytes) = size(server, path)?;
        if status != 200 {
            rows.push(row.note(format!("not served yet: {status}")));
            continue;
        }
        let request = get(path);
        let make = || -> Arc<dyn Act> {
            let request = request.clone();
            Arc::new(Request(move |_, out: &mut Vec<u8>| out.extend_from_slice(&request)))
        };
        let found = beside(scale, server, connections, &make)?;
        super::holds::only_successes(&found.measured)?;
        rows.push(
            row.measured(&found.measured)
                .beside(found.floor)
                .figure("bytes", bytes as f64)
                .figure("server_us", found.server_micros),
        );
    }
    Ok(rows)
}

fn size(server: &Server, path: &str) -> Outcome<(u16, usize)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(server.address).await?;
        let answer = connection.ask(&get(path)).await?;
        Ok((answer.status, answer.body.len()))
    })
}
