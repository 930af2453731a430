//! `dayshelf-sim`: lives many lives, or one; `--beneath` lives them over desk and store on a machine that fails;
//! `--planted` hunts the planted bugs.
//!
//! A life that goes wrong is printed with its seed, the commit, and the shortest list of acts that still goes
//! wrong; every run is noted in `target/sim/ledger.jsonl`.

use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use dayshelf_sim::ledger::{self, Entry};
use dayshelf_sim::life::{Failure, live};
use dayshelf_sim::shrink::shrink;
use dayshelf_sim::world;

const USAGE: &str = "usage: sim [[--beneath] [--seeds N [--from S] | --seed S | --minutes N] | --planted [--beneath] [--starts N] [--seeds N] [--bug NAME] [--write]]";
const LEDGER: &str = "target/sim/ledger.jsonl";
/// Lives that go wrong before a run gives up.
const FAILURES_MAX: u64 = 5;

/// What is asked for.
enum Form {
    Seeds { from: u64, count: u64 },
    One(u64),
    Minutes(u64),
    Planted(Hunted),
}

/// Which bugs are hunted, and how far.
#[cfg_attr(not(feature = "planted"), allow(dead_code, reason = "read by builds with planted bugs only"))]
struct Hunted {
    beneath: bool,
    /// One of them alone.
    bug: Option<String>,
    starts: u64,
    seeds: u64,
    write: bool,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let beneath = args.iter().any(|arg| arg == "--beneath");
    let rest: Vec<String> = args.into_iter().filter(|arg| arg != "--beneath").collect();
    let Some(form) = read(&rest) else {
        eprintln!("{USAGE}");
        return ExitCode::FAILURE;
    };
    let lived = if beneath { lived_beneath } else { lived_alone };
    match form {
        Form::Seeds { from, count } => many("seeds", from, lived, |seed, _| seed < from + count),
        Form::One(seed) if beneath => one_beneath(seed),
        Form::One(seed) => one(seed),
        Form::Minutes(minutes) => {
            // Other seeds each time, so that soaks add up.
            let from = std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| since.as_secs() << 20);
            let until = Duration::from_secs(minutes * 60);
            many("minutes", from, lived, |_, spent| spent < until)
        }
        Form::Planted(hunted) => planted(&Hunted { beneath, ..hunted }),
    }
}

fn read(args: &[String]) -> Option<Form> {
    let value = |flag: &str| {
        let place = args.iter().position(|arg| arg == flag)?;
        Some(args.get(place + 1).and_then(|number| number.parse::<u64>().ok()))
    };
    let known = ["--seeds", "--from", "--seed", "--minutes", "--planted", "--starts", "--write", "--bug"];
    let bug = args.iter().position(|arg| arg == "--bug").and_then(|place| args.get(place + 1)).cloned();
    let is_known = |arg: &String| {
        arg.parse::<u64>().is_ok() || known.contains(&arg.as_str()) || bug.as_ref() == Some(arg)
    };
    if !args.iter().all(is_known) {
        return None;
    }
    if args.iter().any(|arg| arg == "--planted") {
        let starts = value("--starts").flatten().unwrap_or(5);
        let seeds = value("--seeds").flatten().unwrap_or(500);
        let write = args.iter().any(|arg| arg == "--write");
        return Some(Form::Planted(Hunted { beneath: false, bug, starts, seeds, write }));
    }
    match (value("--seed"), value("--minutes"), value("--seeds")) {
        (Some(seed), ..) => Some(Form::One(seed?)),
        (_, Some(minutes), _) => Some(Form::Minutes(minutes?)),
        (.., Some(count)) => {
            Some(Form::Seeds { from: value("--from").flatten().unwrap_or(0), count: count? })
        }
        _ if args.is_empty() => Some(Form::Seeds { from: 0, count: 1_000 }),
        _ => None,
    }
}

fn one(seed: u64) -> ExitCode {
    match live(seed) {
        Ok(trace) => {
            println!("{trace:#?}");
            ExitCode::SUCCESS
        }
        Err(failure) => {
            tell(seed, &failure);
            ExitCode::FAILURE
        }
    }
}

/// Lives one life over desk and store, and says what it went through.
fn one_beneath(seed: u64) -> ExitCode {
    match world::live(seed) {
        Ok(report) => {
            println!("{report:#?}");
            ExitCode::SUCCESS
        }
        Err(cause) => {
            println!("seed {seed} at {}: {cause}", ledger::commit());
            ExitCode::FAILURE
        }
    }
}

/// What a life adds to a run: commands, faults beneath, violations.
struct Lived {
    commands: u64,
    faults: u64,
    violations: u64,
}

/// A life over the rules alone; one that goes wrong is told.
fn lived_alone(seed: u64) -> Lived {
    match live(seed) {
        Ok(trace) => Lived { commands: u64::from(trace.commands), faults: 0, violations: 0 },
        Err(failure) => {
            tell(seed, &failure);
            Lived { commands: failure.said.len() as u64, faults: 0, violations: 1 }
        }
    }
}

/// A life over desk and store; one that goes wrong is told as it is, since what befell it can't be made shorter.
fn lived_beneath(seed: u64) -> Lived {
    match world::live(seed) {
        Ok(report) => {
            let count = report.count;
            let faults = count.kills + count.struck + count.cuts + count.lost;
            Lived { commands: count.commands, faults, violations: 0 }
        }
        Err(cause) => {
            println!("seed {seed} at {}: {cause}", ledger::commit());
            println!("again: cargo xtask sim --beneath --seed {seed}");
            Lived { commands: 0, faults: 0, violations: 1 }
        }
    }
}

fn many(
    form: &'static str,
    from: u64,
    lived: fn(u64) -> Lived,
    goes_on: impl Fn(u64, Duration) -> bool,
) -> ExitCode {
    let begun = Instant::now();
    let mut entry = Entry { form, from, ..Entry::default() };
    let mut seed = from;
    while goes_on(seed, begun.elapsed()) && entry.violations < FAILURES_MAX {
        let life = lived(seed);
        entry.commands += life.commands;
        entry.faults += life.faults;
        entry.violations += life.violations;
        seed += 1;
        entry.seeds += 1;
    }
    entry.millis = begun.elapsed().as_millis();
    let rate = u128::from(entry.commands) * 1_000 / entry.millis.max(1);
    println!(
        "{} lives from seed {from}, {} commands, {rate} commands a second, {} faults beneath, {} went wrong",
        entry.seeds, entry.commands, entry.faults, entry.violations
    );
    note(&entry);
    if entry.violations == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn note(entry: &Entry) {
    if let Err(cause) = ledger::note(Path::new(LEDGER), entry) {
        eprintln!("{LEDGER}: {cause}");
    }
}

/// Prints what went wrong, and the shortest list that still goes wrong.
fn tell(seed: u64, failure: &Failure) {
    let short = shrink(failure);
    println!("seed {seed} at {}: {failure}", ledger::commit());
    println!("again: cargo xtask sim --seed {seed}");
    println!("{} acts, of which these are enough:", failure.said.len());
    for (at, command) in &short.said {
        println!("  {} {command:?}", at.0);
    }
    println!("which ends with {short}");
}

#[cfg(not(feature = "planted"))]
fn planted(_: &Hunted) -> ExitCode {
    eprintln!(
        "this build has no planted bugs: build with --features planted, as `cargo xtask sim --planted` does"
    );
    ExitCode::FAILURE
}

/// The pages with the tables of bugs, and where a table begins in its page.
#[cfg(feature = "planted")]
const PAGE: (&str, &str) = ("docs/internals/simulation.md", "cargo xtask sim --planted --write");
#[cfg(feature = "planted")]
const PAGE_BENEATH: (&str, &str) =
    ("docs/internals/world-beneath.md", "cargo xtask sim --planted --beneath --write");

/// Hunts the planted bugs, several at once, and says how each was caught.
#[cfg(feature = "planted")]
fn planted(hunted: &Hunted) -> ExitCode {
    use dayshelf_sim::hunt::{Catch, Reach, beneath, hunt, in_core, table, with_each};
    let begun = Instant::now();
    // A panic of the rules is a catch like any other; its text is not wanted here.
    std::panic::set_hook(Box::new(|_| {}));
    let Hunted { starts, seeds, .. } = *hunted;
    let mut plants = if hunted.beneath { beneath() } else { in_core() };
    plants.retain(|plant| hunted.bug.as_ref().is_none_or(|bug| plant.name() == bug));
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let mut catches: Vec<Catch> = with_each(&plants, threads, |plant| {
        let catch = hunt(plant, Reach { starts, seeds });
        println!("{} {:?} {:?}", catch.plant.name(), catch.seeds, catch.caught_by);
        catch
    });
    catches.sort_by_key(|catch| catch.plant);
    let lost = plants.len() - catches.iter().filter(|catch| catch.is_found()).count();
    let table = table(&catches);
    println!("{table}\n{} bugs, {lost} not found from every one of {starts} starting points", plants.len());
    let form = if hunted.beneath { "planted-beneath" } else { "planted" };
    let seeds_lived = catches.iter().map(|catch| catch.lives).sum();
    let millis = begun.elapsed().as_millis();
    note(&Entry { form, seeds: seeds_lived, violations: lost as u64, millis, ..Entry::default() });
    let head = format!(
        "Hunted {}, each bug from {starts} starting points, over {seeds} seeds at most.",
        when_and_where()
    );
    let page = if hunted.beneath { PAGE_BENEATH } else { PAGE };
    if hunted.write
        && let Err(cause) = write_table(page, &head, &table)
    {
        eprintln!("{}: {cause}", page.0);
        return ExitCode::FAILURE;
    }
    if lost == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Puts a table between its marks in a page.
#[cfg(feature = "planted")]
fn write_table((path, mark): (&str, &str), head: &str, table: &str) -> std::io::Result<()> {
    let (open, close) = (format!("<!-- planted: {mark} -->"), "<!-- /planted -->");
    let page = std::fs::read_to_string(path)?;
    let (before, rest) = page.split_once(&open).ok_or_else(|| std::io::Error::other("no mark"))?;
    let (_, after) = rest.split_once(close).ok_or_else(|| std::io::Error::other("no end mark"))?;
    std::fs::write(path, format!("{before}{open}\n\n{head}\n\n{table}\n{close}{after}"))
}

/// The day and the machine.
#[cfg(feature = "planted")]
fn when_and_where() -> String {
    let day = std::process::Command::new("date").args(["-u", "+%F"]).output();
    let day = day.map(|day| String::from_utf8_lossy(&day.stdout).trim().to_owned()).unwrap_or_default();
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let machine = model.trim_start_matches([' ', '\t', ':']);
    format!("on {day} on {machine}")
}
