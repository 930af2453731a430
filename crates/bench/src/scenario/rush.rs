//! `rush`: everybody at once on a hundred units, with baskets of one and of two. Everybody gets a hold or a
//! truthful no, and the sum is exact.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Barrier;

use super::{Data, HOT, post};
use crate::Outcome;
use crate::child::Server;
use crate::client::Connection;
use crate::load::Measured;
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::Wanted;

const UNITS: u32 = 100;

/// What a buyer was told.
#[derive(Clone, Copy)]
struct Told {
    took: Duration,
    status: u16,
    /// Units that were asked for.
    wanted: u32,
}

/// Runs it on a fresh server.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let units = UNITS.min(scale.buyers as u32 / 2);
    let data = Data::new()?;
    let server = data.serve(Wanted { units, ..HOT })?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let told = runtime.block_on(rush(&server, scale.buyers))?;
    let mut measured = Measured::new(Duration::from_secs(1))?;
    for one in &told {
        measured.micros.saturating_record(one.took.as_micros() as u64);
        *measured.statuses.entry(one.status).or_default() += 1;
    }
    let held: u32 = told.iter().filter(|one| one.status == 201).map(|one| one.wanted).sum();
    let rest = runtime.block_on(take_the_rest(&server))?;
    if held + rest != units {
        return Err(format!("{held} units were held and {rest} were left of {units}").into());
    }
    let no = told.iter().filter(|one| one.status == 409).count();
    if told.iter().filter(|one| one.status == 201).count() + no != told.len() {
        return Err(format!("answers other than holds and refusals: {:?}", measured.statuses).into());
    }
    let span = told.iter().map(|one| one.took).max().unwrap_or_default();
    let mut row = Row::new("rush", format!("{} buyers, {units} units", told.len())).measured(&measured);
    row.per_second = Some(told.len() as f64 / span.as_secs_f64());
    let row = row.figure("held_units", f64::from(held)).figure("refused", no as f64);
    Ok(vec![row.note("sum exact")])
}

/// Everybody connects and asks in one instant; the time counts from before they connect.
async fn rush(server: &Server, buyers: usize) -> Outcome<Vec<Told>> {
    let start = Arc::new(Barrier::new(buyers + 1));
    let run = u64::from_le_bytes(dayshelf_desk::random());
    let mut running = Vec::with_capacity(buyers);
    for number in 0..buyers {
        // Every third buyer wants a pair, every fifth two pairs.
        let (offer, quantity, wanted) = match number {
            number if number % 5 == 0 => ("pair", 2, 4),
            number if number % 3 == 0 => ("pair", 1, 2),
            _ => ("offer", 1, 1),
        };
        let body = format!(
            r#"{{"slot":"{}","lines":[{{"offer":"{}","quantity":{quantity}}}]}}"#,
            server.said("slot"),
            server.said(offer)
        );
        let mut request = Vec::new();
        post(&mut request, "/v1/holds", (run, number as u64), &body);
        let (start, address) = (Arc::clone(&start), server.address);
        running.push(tokio::spawn(async move {
            start.wait().await;
            let began = Instant::now();
            let mut connection = Connection::open(address).await?;
            let answer = connection.ask(&request).await?;
            let told = Told { took: began.elapsed(), status: answer.status, wanted };
            truthful(&told, std::str::from_utf8(answer.body).unwrap_or_default())?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(told)
        }));
    }
    start.wait().await;
    let mut told = Vec::with_capacity(buyers);
    for one in running {
        told.push(one.await??);
    }
    Ok(told)
}

/// A no must be that too few are left, and fewer than were asked for.
fn truthful(told: &Told, body: &str) -> Outcome {
    if told.status == 201 {
        return Ok(());
    }
    let problem: serde_json::Value = serde_json::from_str(body)?;
    let left = problem["left"].as_u64();
    let about_units = problem["type"].as_str().is_some_and(|kind| kind.ends_with("too_few_left"));
    match left {
        // `left` counts in units of the offer.
        Some(left) if about_units && left < u64::from(told.wanted) => Ok(()),
        _ => Err(format!("{} is no truthful no: {body}", told.status).into()),
    }
}

/// Buys what is left, one by one, until there is none.
async fn take_the_rest(server: &Server) -> Outcome<u32> {
    let mut connection = Connection::open(server.address).await?;
    let run = u64::from_le_bytes(dayshelf_desk::random());
    let body = format!(
        r#"{{"slot":"{}","lines":[{{"offer":"{}","quantity":1}}]}}"#,
        server.said("slot"),
        server.said("offer")
    );
    for taken in 0..=UNITS {
        let mut request = Vec::new();
        post(&mut request, "/v1/holds", (run, u64::from(taken)), &body);
        if connection.ask(&request).await?.status != 201 {
            return Ok(taken);
        }
    }
    Err("more was left than there ever was".into())
}
