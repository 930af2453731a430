//! `sse-fanout`: many viewers of one slot while it sells; how late they hear of it, and what each costs.
//!
//! Each change is one hold, so the journal's sequence in a message says which changes it tells of. The lag
//! counts from when the hold was asked for: its commit is inside. A change whose message was made together
//! with a later one's counts until that came.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::{Data, HOT, get, post};
use crate::Outcome;
use crate::child::Server;
use crate::client::Connection;
use crate::load::Measured;
use crate::report::Row;
use crate::scale::Scale;

/// Changes a second.
const CHANGES: u32 = 10;
const THREADS: usize = 2;
/// A viewer reads small messages.
const ROOM: usize = 2_048;
/// How long everybody may need to come in, and to hear of the last change.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all viewers share.
struct Watch {
    address: SocketAddr,
    request: Vec<u8>,
    began: Instant,
    open: AtomicUsize,
    /// When each change was asked for, in microseconds from the beginning.
    asked: Vec<AtomicU64>,
}

/// What viewers saw.
struct Seen {
    lags: Measured,
    messages: u64,
}

/// Runs it.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let server = data.serve(HOT)?;
    let span = scale.span.max(Duration::from_millis(500)) * 2;
    let changes = (span.as_secs_f64() * f64::from(CHANGES)) as usize;
    let watch = Arc::new(Watch {
        address: server.address,
        request: get(&format!("/v1/slots/{}/live", server.said("slot"))),
        began: Instant::now(),
        open: AtomicUsize::new(0),
        asked: (0..changes).map(|_| AtomicU64::new(0)).collect(),
    });
    let before = server.resident()?;
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (watch, viewers) = (Arc::clone(&watch), (thread..scale.viewers).step_by(THREADS).count());
            std::thread::spawn(move || view_all(&watch, viewers))
        })
        .collect();
    wait_for(&watch, scale.viewers)?;
    let each = (server.resident()? - before) / scale.viewers as f64;
    let (processor, selling) = (server.processor_time()?, Instant::now());
    sell(&server, &watch)?;
    let (processor, selling) = (server.processor_time()? - processor, selling.elapsed());
    let mut all = Seen { lags: Measured::new(span)?, messages: 0 };
    for thread in threads {
        let seen = thread.join().map_err(|_| "a viewer panicked")??;
        all.lags.merge(&seen.lags)?;
        all.messages += seen.messages;
    }
    let expected = (scale.viewers * changes) as u64;
    if all.lags.micros.len() != expected {
        return Err(format!("{} changes were seen of {expected}", all.lags.micros.len()).into());
    }
    let mut row = Row::new("sse-fanout", format!("{} viewers, {CHANGES} changes/s", scale.viewers));
    row = row.measured(&all.lags).figure("bytes_a_viewer", each);
    row.per_second = Some(all.messages as f64 / selling.as_secs_f64());
    let cores = processor.as_secs_f64() / selling.as_secs_f64();
    Ok(vec![row.figure("server_cores", cores).note("messages received per s; lag with the commit in it")])
}

fn wait_for(watch: &Watch, viewers: usize) -> Outcome {
    let until = Instant::now() + PATIENCE;
    while watch.open.load(Ordering::Relaxed) < viewers {
        if Instant::now() > until {
            return Err("the viewers never all came in".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

/// Makes the changes, evenly.
fn sell(server: &Server, watch: &Watch) -> Outcome {
    let body = format!(
        r#"{{"slot":"{}","lines":[{{"offer":"{}","quantity":1}}]}}"#,
        server.said("slot"),
        server.said("offer")
    );
    let run = u64::from_le_bytes(dayshelf_desk::random());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(server.address).await?;
        let mut tick = tokio::time::interval(Duration::from_secs(1) / CHANGES);
        let mut request = Vec::new();
        for (number, asked) in watch.asked.iter().enumerate() {
            tick.tick().await;
            request.clear();
            post(&mut request, "/v1/holds", (run, number as u64), &body);
            asked.store(watch.began.elapsed().as_micros() as u64, Ordering::Release);
            let status = connection.ask(&request).await?.status;
            if status != 201 {
                return Err(format!("a hold was answered {status}").into());
            }
        }
        Ok(())
    })
}

fn view_all(watch: &Arc<Watch>, viewers: usize) -> Outcome<Seen> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut running = Vec::with_capacity(viewers);
        for _ in 0..viewers {
            let mut connection = Connection::open(watch.address).await?;
            let first = connection.follow(&watch.request).await?;
            connection.shrink(ROOM);
            running.push(tokio::spawn(view(Arc::clone(watch), connection, sequence(&first))));
        }
        let mut all = Seen { lags: Measured::new(Duration::ZERO)?, messages: 0 };
        for viewer in running {
            let (lags, messages) = tokio::time::timeout(PATIENCE * 2, viewer).await???;
            lags.iter().for_each(|lag| all.lags.micros.saturating_record(u64::from(*lag)));
            all.messages += messages;
        }
        Ok(all)
    })
}

/// The lags in microseconds that one viewer saw, and how many messages came.
async fn view(watch: Arc<Watch>, mut connection: Connection, first: Option<u64>) -> Outcome<(Vec<u32>, u64)> {
    let first = match first {
        Some(first) => first,
        None => loop {
            if let Some(first) = sequence(connection.more().await?) {
                break first;
            }
        },
    };
    // Nothing changes before all have come in: everybody begins with the same sequence.
    watch.open.fetch_add(1, Ordering::Relaxed);
    let mut lags = Vec::with_capacity(watch.asked.len());
    let mut messages = 0;
    while lags.len() < watch.asked.len() {
        let Some(reached) = sequence(connection.more().await?) else { continue };
        let now = watch.began.elapsed().as_micros() as u64;
        messages += 1;
        let told = usize::try_from(reached.saturating_sub(first))?.min(watch.asked.len());
        for asked in &watch.asked[lags.len().min(told)..told] {
            lags.push(u32::try_from(now.saturating_sub(asked.load(Ordering::Acquire)))?);
        }
    }
    Ok((lags, messages))
}

/// The sequence of the last message in these bytes.
fn sequence(bytes: &[u8]) -> Option<u64> {
    let name = b"\nid: ";
    let place = bytes.windows(name.len()).rposition(|window| window == name)? + name.len();
    let digits = bytes[place..].iter().take_while(|byte| byte.is_ascii_digit());
    Some(digits.fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sequence of the last message counts; a comment has none.
    #[test]
    fn sequences_are_read() {
        let one = "event: stock\nid: 7\ndata: {}\n\n";
        assert_eq!(sequence(one.as_bytes()), Some(7));
        assert_eq!(sequence(one.repeat(2).replacen('7', "6", 1).as_bytes()), Some(7));
        assert_eq!(sequence(b": still here\n\n"), None);
    }
}
