//! `restart` and `memory`: what a long journal and many live holds cost.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use dayshelf_core::command::{By, Command as Asked};
use dayshelf_core::ids::HoldId;
use dayshelf_desk::{Ask, Desk, Key, Reply, random};
use dayshelf_store::Store;
use dayshelf_testkit::shop::hold;

use super::{Data, HOT, get, load};
use crate::Outcome;
use crate::child::Server;
use crate::client::Connection;
use crate::load::Pace;
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::{Laid, Wanted, lay};

/// Long enough that nothing lapses meanwhile.
const LONG: Wanted = Wanted { hold_minutes: 48 * 60, ..HOT };
/// Holds that are asked for at once while a journal is filled.
const AT_ONCE: usize = 1_000;
/// The word on the command line that fills a journal.
pub const FILL: &str = "fill";
const MEBIBYTE: f64 = 1_048_576.0;

/// Serving again over a journal with that many holds, all of them live; and with all but a tenth of them
/// given back, which is nearer to life.
pub fn restart(scale: &Scale) -> Outcome<Vec<Row>> {
    let cases = [("all live", 0), ("nine of ten given back", 9)];
    cases.into_iter().map(|(what, back)| restarted(scale, what, back)).collect()
}

fn restarted(scale: &Scale, what: &str, back: usize) -> Outcome<Row> {
    let data = Data::new()?;
    let began = Instant::now();
    let records = fill_apart(&data.url(), scale.journal, back)?;
    let filled = began.elapsed();
    let began = Instant::now();
    let server = Server::start(&data.url(), None)?;
    ready(&server)?;
    let took = began.elapsed();
    Ok(Row::new("restart", format!("{records} records, {what}"))
        .figure("seconds", took.as_secs_f64())
        .figure("resident_mib", server.resident()? / MEBIBYTE)
        .figure("filling_seconds", filled.as_secs_f64()))
}

/// Fills a journal in a process of its own: whoever restarts has not read anything before. How many records
/// that made.
fn fill_apart(url: &str, holds: usize, back: usize) -> Outcome<usize> {
    let words = [FILL, url, &holds.to_string(), &back.to_string()];
    let out = Command::new(std::env::current_exe()?).args(words).stderr(Stdio::inherit()).output()?;
    if !out.status.success() {
        return Err("the journal was not filled".into());
    }
    Ok(String::from_utf8(out.stdout)?.trim().parse()?)
}

/// What the process that `restart` starts for this does.
///
/// # Errors
/// What the desk says no to.
pub fn fill(args: &[String]) -> Outcome {
    let [url, holds, back] = args else {
        return Err("fill wants the data, holds, and how many of ten go back".into());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let records = runtime.block_on(filled(url, holds.parse()?, back.parse()?))?;
    println!("{records}");
    Ok(())
}

/// Makes holds at the desk, and gives so many of each ten back; how many records that made.
async fn filled(url: &str, holds: usize, back: usize) -> Outcome<usize> {
    let store = Store::open(&dayshelf_store::Config { url: url.to_owned(), shards: Some(1) }).await?;
    let desk = Desk::open(&store).await?;
    let laid = lay(&desk, LONG).await?;
    let shares = (0..AT_ONCE).map(|place| {
        let (desk, laid) = (desk.clone(), laid.clone());
        let mine = holds / AT_ONCE + usize::from(place < holds % AT_ONCE);
        tokio::spawn(async move {
            for number in 0..mine {
                made(&desk, &laid, (place + number) % 10 < back).await?;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        })
    });
    for share in shares.collect::<Vec<_>>() {
        share.await??;
    }
    let head = store.reader().head(0).await?;
    Ok(usize::try_from(head.seq)?)
}

async fn made(desk: &Desk, laid: &Laid, back: bool) -> Outcome {
    let id = desk.mint().id(laid.home);
    let key = || Some(Key { fingerprint: u128::from_le_bytes(random()), request: [1; 16], salt: random() });
    let made = Ask { home: laid.home, command: hold(id, laid.slot, laid.offer, 1), key: key() };
    let mut asks = vec![made];
    if back {
        let command = Asked::ReleaseHold { hold: HoldId(id), by: By::Organiser };
        asks.push(Ask { home: laid.home, command, key: key() });
    }
    for ask in asks {
        match desk.submit(ask).await {
            Reply::Done(_) => {}
            other => return Err(format!("not done: {other:?}").into()),
        }
    }
    Ok(())
}

/// Waits until the server says that it serves.
fn ready(server: &Server) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let until = Instant::now() + Duration::from_secs(60);
        let mut connection = Connection::open(server.address).await?;
        while Instant::now() < until {
            if connection.ask(&get("/readyz")).await?.status == 200 {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err("the server never became ready".into())
    })
}

/// Resident memory of a server with that many live holds, all made over HTTP.
pub fn memory(scale: &Scale) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let server = data.serve(LONG)?;
    let before = server.resident()?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let records = || -> Outcome<u64> { runtime.block_on(records(&data.url())) };
    let laid = records()?;
    let mut made = 0;
    while made < scale.live as u64 {
        let load = crate::load::Load { span: Duration::from_millis(200), ..load(scale, &server, 64) };
        let measured = load.run(Pace::Closed, super::holds(&server, "/v1/holds"))?;
        super::holds::only_successes(&measured)?;
        made = records()? - laid;
    }
    let after = server.resident()?;
    Ok(vec![
        Row::new("memory", format!("{made} live holds"))
            .figure("resident_mib", after / MEBIBYTE)
            .figure("before_mib", before / MEBIBYTE)
            .figure("bytes_a_hold", (after - before) / made as f64),
    ])
}

/// How many records the journal has, seen from beside the server.
async fn records(url: &str) -> Outcome<u64> {
    let store = Store::look(&dayshelf_store::Config::url(url)).await?;
    Ok(store.reader().head(0).await?.seq)
}
