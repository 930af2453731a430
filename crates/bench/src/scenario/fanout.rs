//! `sse-fanout`: many viewers of one slot while it sells; how late they hear of it, and what each costs.
//!
//! The lag counts from the instant of the batch, which is before its commit: what is shown here is a
//! little more than what a viewer waits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use dayshelf_wire::time::At;

use super::{Data, HOT, get, holds, load};
use crate::Outcome;
use crate::child::Server;
use crate::client::{Connection, find};
use crate::load::{Measured, Pace};
use crate::report::Row;
use crate::scale::Scale;

/// Changes a second.
const CHANGES: f64 = 10.0;
const THREADS: usize = 2;
/// A viewer reads small messages.
const ROOM: usize = 2_048;

/// What all viewers share.
struct Watch {
    address: SocketAddr,
    request: Vec<u8>,
    open: AtomicUsize,
    /// Nothing counts before this: milliseconds since 1970; nothing at all until it is set.
    from: AtomicU64,
    until: AtomicU64,
}

/// Runs it, if live streams are served.
pub fn run(scale: &Scale) -> Outcome<Vec<Row>> {
    let data = Data::new()?;
    let server = data.serve(HOT)?;
    let row = Row::new("sse-fanout", format!("{} viewers", scale.viewers));
    let request = get(&format!("/v1/slots/{}/live", server.said("slot")));
    if !served(&server, &request)? {
        return Ok(vec![row.note("not served yet")]);
    }
    let before = server.resident()?;
    let watch = Arc::new(Watch {
        address: server.address,
        request,
        open: AtomicUsize::new(0),
        from: AtomicU64::new(u64::MAX),
        until: AtomicU64::new(u64::MAX),
    });
    let threads: Vec<_> = (0..THREADS)
        .map(|thread| {
            let (watch, viewers) = (Arc::clone(&watch), (thread..scale.viewers).step_by(THREADS).count());
            std::thread::spawn(move || view_all(&watch, viewers))
        })
        .collect();
    wait_for(&watch, scale.viewers)?;
    let each = (server.resident()? - before) / scale.viewers as f64;
    let span = scale.span.max(Duration::from_millis(500)) * 2;
    let load = crate::load::Load { span, ..load(scale, &server, 2) };
    watch.from.store(millis() + 500, Ordering::Relaxed);
    let processor = server.processor_time()?;
    let made = load.run(Pace::Open(CHANGES), holds(&server, "/v1/holds"))?;
    let processor = (server.processor_time()? - processor).as_secs_f64() / (span.as_secs_f64() * 1.2);
    watch.until.store(millis(), Ordering::Relaxed);
    // One more change, so that every viewer looks at the clock.
    load_one(&server)?;
    let mut lags = Measured::new(span)?;
    for thread in threads {
        lags.merge(&thread.join().map_err(|_| "a viewer panicked")??)?;
    }
    super::holds::only_successes(&made)?;
    Ok(vec![
        row.measured(&lags)
            .figure("bytes_a_viewer", each)
            .figure("server_cores", processor)
            .note("lag from the batch's instant; per s counts messages received"),
    ])
}

fn millis() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64)
}

fn served(server: &Server, request: &[u8]) -> Outcome<bool> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(async {
        let mut connection = Connection::open(server.address).await?;
        Ok::<_, std::io::Error>(connection.follow(request).await.is_ok())
    })?)
}

fn load_one(server: &Server) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(server.address).await?;
        holds(server, "/v1/holds").turn(&mut connection, &mut Vec::new(), 0).await
    })?;
    Ok(())
}

fn wait_for(watch: &Watch, viewers: usize) -> Outcome {
    let until = Instant::now() + Duration::from_secs(60);
    while watch.open.load(Ordering::Relaxed) < viewers {
        if Instant::now() > until {
            return Err("the viewers never all came in".into());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Ok(())
}

fn view_all(watch: &Arc<Watch>, viewers: usize) -> Outcome<Measured> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut running = Vec::with_capacity(viewers);
        for _ in 0..viewers {
            let mut connection = Connection::open(watch.address).await?;
            connection.follow(&watch.request).await?;
            connection.shrink(ROOM);
            watch.open.fetch_add(1, Ordering::Relaxed);
            running.push(tokio::spawn(view(Arc::clone(watch), connection)));
        }
        let mut all = Measured::new(Duration::ZERO)?;
        for viewer in running {
            for lag in viewer.await?? {
                all.micros.saturating_record(lag * 1_000);
            }
        }
        Ok(all)
    })
}

/// The lags in milliseconds that one viewer saw.
async fn view(watch: Arc<Watch>, mut connection: Connection) -> Outcome<Vec<u64>> {
    let mut lags = Vec::new();
    loop {
        let bytes = connection.more().await?;
        let now = millis();
        let Some(made) = made_at(bytes) else { continue };
        if made >= watch.from.load(Ordering::Relaxed) {
            if made > watch.until.load(Ordering::Relaxed) {
                return Ok(lags);
            }
            lags.push(now.saturating_sub(made));
        }
    }
}

/// The instant that the first message in these bytes is true at.
fn made_at(bytes: &[u8]) -> Option<u64> {
    let name = b"\"as_of\":";
    let rest = &bytes[find(bytes, name)? + name.len()..];
    let end = rest.iter().skip(1).position(|byte| *byte == b'"')? + 2;
    let at: At = serde_json::from_slice(&rest[..end]).ok()?;
    u64::try_from(at.0.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The instant is found in a message, and in nothing else.
    #[test]
    fn instants_are_read() {
        let message = br#"event: stock
data: {"slot":"s","sequence":7,"as_of":"1970-01-01T00:00:01.500Z","window":null}"#;
        assert_eq!(made_at(message), Some(1_500));
        assert_eq!(made_at(b": still here\n\n"), None);
    }
}
