//! Load: so many connections, each one request at a time, as fast as they are answered (closed) or at a
//! fixed rate (open).
//!
//! In an open loop a request's time counts from when it was meant to be sent, not from when a busy
//! connection got round to it: a server that stalls is charged for everybody who would have come
//! meanwhile. The timer's grain of a millisecond is inside these figures. Start at [`Load`].

use std::collections::BTreeMap;
use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Barrier, OnceLock};
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::Outcome;
use crate::client::Connection;

/// Threads that make load, each with a loop of its own: half of the machine may be theirs.
const THREADS: usize = 2;

/// What a turn comes to: the status that counts for it.
pub type Turned<'a> = Pin<Box<dyn Future<Output = io::Result<u16>> + Send + 'a>>;

/// What each connection does again and again.
pub trait Act: Send + Sync + 'static {
    /// One turn; `number` is another in each.
    fn turn<'a>(&'a self, connection: &'a mut Connection, room: &'a mut Vec<u8>, number: u64) -> Turned<'a>;
}

/// An act of one request, which is written by a function.
pub struct Request<F>(pub F);

impl<F: Fn(u64, &mut Vec<u8>) + Send + Sync + 'static> Act for Request<F> {
    fn turn<'a>(&'a self, connection: &'a mut Connection, room: &'a mut Vec<u8>, number: u64) -> Turned<'a> {
        room.clear();
        (self.0)(number, room);
        Box::pin(async move { Ok(connection.ask(room).await?.status) })
    }
}

/// How fast.
#[derive(Clone, Copy, Debug)]
pub enum Pace {
    /// The next request follows the answer.
    Closed,
    /// So many requests a second, whether they are answered or not.
    Open(f64),
}

/// A load.
#[derive(Clone, Debug)]
pub struct Load {
    /// Where to; connections are spread over them.
    pub addresses: Vec<SocketAddr>,
    /// How many connections.
    pub connections: usize,
    /// How long is measured.
    pub span: Duration,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Measured {
    /// From sending, or from when it should have been sent, to the end of the answer.
    pub micros: Histogram<u64>,
    /// How many answers had which status.
    pub statuses: BTreeMap<u16, u64>,
    /// How long was measured.
    pub span: Duration,
}

impl Measured {
    /// Nothing yet.
    pub fn new(span: Duration) -> Outcome<Self> {
        Ok(Self { micros: Histogram::new_with_bounds(1, 120_000_000, 3)?, statuses: BTreeMap::new(), span })
    }

    /// Answers a second.
    pub fn per_second(&self) -> f64 {
        self.micros.len() as f64 / self.span.as_secs_f64()
    }

    /// Milliseconds that this share of the answers needed at most.
    pub fn millis(&self, share: f64) -> f64 {
        self.micros.value_at_quantile(share) as f64 / 1_000.0
    }

    /// How many answers had a status in this hundred: 2 for successes, 5 for our faults.
    pub fn hundred(&self, hundred: u16) -> u64 {
        self.statuses.iter().filter(|(status, _)| *status / 100 == hundred).map(|(_, count)| count).sum()
    }

    /// Takes in what another thread measured.
    pub fn merge(&mut self, other: &Self) -> Outcome {
        self.micros.add(&other.micros)?;
        for (status, count) in &other.statuses {
            *self.statuses.entry(*status).or_default() += count;
        }
        Ok(())
    }

    fn note(&mut self, took: Duration, status: u16) {
        self.micros.saturating_record(took.as_micros() as u64);
        *self.statuses.entry(status).or_default() += 1;
    }
}

/// When a load begins, from when on it counts, and when it ends: known when all connections are open.
#[derive(Clone, Copy)]
struct Times {
    start: Instant,
    from: Instant,
    until: Instant,
}

/// What one connection needs to know.
#[derive(Clone)]
struct Part {
    address: SocketAddr,
    first: u64,
    step: u64,
    pace: Pace,
    act: Arc<dyn Act>,
}

impl Load {
    /// Opens all connections, makes the load and measures it, after a fifth of the time to warm up.
    ///
    /// # Errors
    /// A connection that failed.
    pub fn run(&self, pace: Pace, act: Arc<dyn Act>) -> Outcome<Measured> {
        let count = THREADS.min(self.connections);
        let (ready, span) = (Arc::new(Barrier::new(count)), self.span);
        let times = Arc::new(OnceLock::new());
        let threads: Vec<_> = (0..count)
            .map(|thread| {
                let parts: Vec<Part> = (thread..self.connections)
                    .step_by(THREADS)
                    .map(|place| Part {
                        address: self.addresses[place % self.addresses.len()],
                        first: place as u64,
                        step: self.connections as u64,
                        pace,
                        act: Arc::clone(&act),
                    })
                    .collect();
                let (ready, times) = (Arc::clone(&ready), Arc::clone(&times));
                let begin = move || {
                    ready.wait();
                    *times.get_or_init(|| Times::from_now(span))
                };
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
                Ok(std::thread::spawn(move || on_one_thread(&runtime, parts, begin)))
            })
            .collect::<io::Result<_>>()?;
        let mut all = Measured::new(self.span)?;
        for thread in threads {
            let measured = thread.join().map_err(|_| "a load thread panicked")??;
            all.merge(&measured)?;
        }
        Ok(all)
    }
}

impl Times {
    fn from_now(span: Duration) -> Self {
        let start = Instant::now() + Duration::from_millis(100);
        let from = start + span / 5;
        Self { start, from, until: from + span }
    }
}

/// Runs connections on this thread, from when `begin` returns: it waits for the other threads' connections.
fn on_one_thread(
    runtime: &tokio::runtime::Runtime,
    parts: Vec<Part>,
    begin: impl FnOnce() -> Times,
) -> Outcome<Measured> {
    runtime.block_on(async move {
        let opening = parts.iter().map(|part| Connection::open(part.address));
        let open = futures_util::future::join_all(opening).await;
        let times = begin();
        let mut running = Vec::with_capacity(parts.len());
        for (part, connection) in parts.into_iter().zip(open) {
            running.push(tokio::spawn(part.run(connection?, times)));
        }
        let mut all = Measured::new(Duration::ZERO)?;
        for part in running {
            all.merge(&part.await??)?;
        }
        Ok(all)
    })
}

impl Part {
    async fn run(self, mut connection: Connection, times: Times) -> Outcome<Measured> {
        let Times { start, from, until } = times;
        let mut measured = Measured::new(Duration::ZERO)?;
        let mut room = Vec::with_capacity(1_024);
        let mut number = self.first;
        tokio::time::sleep_until(start.into()).await;
        loop {
            let began = match self.pace {
                Pace::Closed => Instant::now(),
                Pace::Open(rate) => {
                    let due = start + Duration::from_secs_f64(number as f64 / rate);
                    if due > Instant::now() {
                        tokio::time::sleep_until(due.into()).await;
                    }
                    due
                }
            };
            if began >= until {
                return Ok(measured);
            }
            let status = self.act.turn(&mut connection, &mut room, number).await?;
            if began >= from {
                measured.note(began.elapsed(), status);
            }
            number += self.step;
        }
    }
}
