//! `plan`: hundreds of slots with all their blocks as one document, read and applied.

use std::time::Instant;

use dayshelf_core::ids::Home;
use dayshelf_desk::Desk;
use dayshelf_store::Store;
use dayshelf_testkit::shop::Shop;

use super::{Data, HOT};
use crate::Outcome;
use crate::client::Connection;
use crate::progress::say;
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::{ORGANISER, ask, plan_command, plan_text};

/// At the desk, and over HTTP.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    Ok(vec![runtime.block_on(at_the_desk(scale.slots))?, runtime.block_on(over_http(scale.slots))?])
}

async fn at_the_desk(slots: usize) -> Outcome<Row> {
    say(&format!("plan: {slots} slots at the desk"));
    let data = Data::new()?;
    let store = Store::open(&dayshelf_store::Config::url(data.url())).await?;
    let desk = Desk::open(&store).await?;
    let home = Home { shard: 0, number: 0 };
    let home = ask(&desk, home, Shop::founding(ORGANISER, desk.mint().now())).await?.home;
    let text = plan_text(slots);
    let began = Instant::now();
    let command = plan_command(&desk, home, &text)?;
    let read = began.elapsed();
    let decided = ask(&desk, home, command).await?;
    let all = began.elapsed();
    Ok(Row::new("plan", format!("{slots} slots, at the desk"))
        .figure("ms", all.as_secs_f64() * 1_000.0)
        .figure("reading_ms", read.as_secs_f64() * 1_000.0)
        .figure("facts", decided.facts.len() as f64)
        .figure("bytes", text.len() as f64))
}

async fn over_http(slots: usize) -> Outcome<Row> {
    say(&format!("plan: {slots} slots over HTTP"));
    let data = Data::new()?;
    let server = data.serve(HOT)?;
    let text = plan_text(slots);
    let mut request = format!(
        "PUT /v1/plan HTTP/1.1\r\nhost: bench\r\ncontent-type: application/toml\r\nauthorization: Bearer {}\r\n\
         idempotency-key: {:032x}\r\ncontent-length: {}\r\n\r\n",
        server.said("key"),
        u128::from_le_bytes(dayshelf_desk::random()),
        text.len()
    )
    .into_bytes();
    request.extend_from_slice(text.as_bytes());
    let row = Row::new("plan", format!("{slots} slots, over HTTP"));
    let mut connection = Connection::open(server.address).await?;
    let began = Instant::now();
    let answer = connection.ask(&request).await?;
    match answer.is_success() {
        true => Ok(row.figure("ms", began.elapsed().as_secs_f64() * 1_000.0)),
        false => Ok(row.note(format!("not served yet: {}", answer.status))),
    }
}
