//! The scenarios, and what they share: a folder for data, a server over it, and requests.

mod confirm;
mod desk;
mod entries;
mod fanout;
mod holds;
pub mod lasting;
mod moves;
mod nodes;
mod plan;
mod reads;
mod recurrence;
mod rush;
mod series;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use dayshelf_store::Config;

use crate::Outcome;
use crate::child::Server;
use crate::load::{Act, Load, Measured, Pace, Request};
use crate::report::Row;
use crate::scale::Scale;
use crate::shop::Wanted;

/// A scenario.
pub struct Scenario {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it measures.
    pub about: &'static str,
    /// Runs it.
    pub run: fn(&Scale) -> Outcome<Vec<Row>>,
}

/// Every scenario, in the order in which they run.
pub const ALL: &[Scenario] = &[
    Scenario { name: "desk", about: "durable holds without HTTP", run: desk::run },
    Scenario { name: "hold-hot", about: "durable holds on one hot pool, beside the floor", run: holds::run },
    Scenario { name: "rush", about: "everybody at once on a hundred units", run: rush::run },
    Scenario { name: "hold-confirm", about: "a hold and its confirmation", run: confirm::run },
    Scenario {
        name: "slot-page",
        about: "the page of a slot and its JSON, beside the floor",
        run: reads::slot,
    },
    Scenario { name: "calendar-month", about: "a month with hundreds of slots", run: reads::calendar },
    Scenario {
        name: "calendar-apps",
        about: "a calendar of thousands of entries through CalDAV",
        run: entries::run,
    },
    Scenario { name: "sse-fanout", about: "many viewers of one slot while it sells", run: fanout::run },
    Scenario { name: "plan", about: "hundreds of slots with blocks in one plan", run: plan::run },
    Scenario {
        name: "series",
        about: "a rule that makes hundreds of slots at once, and moves them",
        run: series::run,
    },
    Scenario { name: "move", about: "a slot with 200 blocks and thousands of orders", run: moves::run },
    Scenario { name: "recurrence", about: "entries whose rules would never end", run: recurrence::run },
    Scenario { name: "restart", about: "serving again over a long journal", run: lasting::restart },
    Scenario { name: "memory", about: "resident memory with many live holds", run: lasting::memory },
    Scenario { name: "nodes", about: "hold-hot on a shared database, one node and three", run: nodes::run },
];

/// What the hot pool of most scenarios is.
const HOT: Wanted = Wanted { units: 10_000_000, price: 2_800, hold_minutes: 8, more_slots: 0 };

/// Where results and data go: `target/bench`, beside the build that is measured.
///
/// # Errors
/// When this program is nowhere.
pub fn folder() -> Outcome<PathBuf> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(|profile| profile.parent()).ok_or("no target folder")?;
    Ok(target.join("bench"))
}

/// A folder for one server's data, which goes with it.
struct Data(PathBuf);

impl Data {
    fn new() -> Outcome<Self> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let path = folder()?.join(format!("data-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path)?;
        Ok(Self(path))
    }

    fn url(&self) -> String {
        Config::file(&self.0.join("data.db")).url
    }

    fn serve(&self, wanted: Wanted) -> Outcome<Server> {
        Server::start(&self.url(), Some(wanted))
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

/// A load on one server.
fn load(scale: &Scale, server: &Server, connections: usize) -> Load {
    Load { addresses: vec![server.address], connections, span: scale.span }
}

/// Requests for one unit each, every one with an idempotency key of its own.
fn holds(server: &Server, path: &'static str) -> Arc<dyn Act> {
    let body = format!(
        r#"{{"slot":"{}","lines":[{{"offer":"{}","quantity":1}}]}}"#,
        server.said("slot"),
        server.said("offer")
    );
    let run = u64::from_le_bytes(dayshelf_desk::random());
    Arc::new(Request(move |number, out: &mut Vec<u8>| post(out, path, (run, number), &body)))
}

/// Writes a POST of JSON with an idempotency key.
fn post(out: &mut Vec<u8>, path: &str, key: (u64, u64), body: &str) {
    use std::io::Write as _;
    let (run, number) = key;
    // Writing into memory can't fail.
    write!(
        out,
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n\
         idempotency-key: {run:016x}{number:016x}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap_or_default();
}

/// Writes a GET.
fn get(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\naccept: */*\r\n\r\n").into_bytes()
}

/// What a load came to beside the floor, both measured in turns so that both meet the same machine.
struct Beside {
    measured: Measured,
    floor: f64,
    /// Server time per answer, in microseconds.
    server_micros: f64,
    /// The same of the floor.
    floor_micros: f64,
}

impl Beside {
    /// The share of the floor that could be had at most, in percent, with as much server time per answer: if no core ever
    /// idled, and the load cost what it costs beside the floor.
    fn ceiling(&self) -> Outcome<f64> {
        let cores = std::thread::available_parallelism()?.get() as f64;
        let more = (self.server_micros - self.floor_micros) / 1e6;
        Ok(100.0 / (1.0 + self.floor * more / cores))
    }
}

/// Runs floor and load in turns; the median of each.
fn beside(
    scale: &Scale,
    server: &Server,
    connections: usize,
    make: &dyn Fn() -> Arc<dyn Act>,
) -> Outcome<Beside> {
    let load = load(scale, server, connections);
    let (mut floors, mut runs) = (Vec::new(), Vec::new());
    let round = |act| -> Outcome<(Measured, f64)> {
        let before = server.processor_time()?;
        let measured = load.run(Pace::Closed, act)?;
        // The warm-up's answers are not counted, its time is: a fifth more.
        let answers = measured.micros.len().max(1) as f64 * 1.2;
        let micros = server.processor_time()?.saturating_sub(before).as_micros() as f64 / answers;
        Ok((measured, micros))
    };
    for _ in 0..scale.rounds {
        floors.push(round(holds(server, "/floor"))?);
        runs.push(round(make())?);
    }
    let (floor, floor_micros) = median(floors);
    let (measured, server_micros) = median(runs);
    Ok(Beside { measured, floor: floor.per_second(), server_micros, floor_micros })
}

/// The run in the middle, by answers a second.
fn median(mut runs: Vec<(Measured, f64)>) -> (Measured, f64) {
    runs.sort_by(|one, other| one.0.per_second().total_cmp(&other.0.per_second()));
    runs.swap_remove(runs.len() / 2)
}
