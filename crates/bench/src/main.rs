//! The load generator and its scenarios: `dayshelf-bench [--quick] [scenario…]`.
//!
//! Here: what was asked for, and in which order it runs. Not here: a scenario (`scenario`), the server
//! under load (`serve`), what makes the load (`load`). How to read the figures is in docs/performance.md.

mod bare;
mod child;
mod client;
mod journal;
mod load;
mod log;
mod progress;
mod report;
mod scale;
mod scenario;
mod serve;
mod shop;

use std::process::ExitCode;

use crate::progress::{Ended, say, within};
use crate::scale::Scale;
use crate::serve::Serving;
use crate::shop::Wanted;

/// The program's own allocator, so that the server under load is as the program is.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What everything here answers: a value, or one text for the person who ran it.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const USAGE: &str = "\
usage: dayshelf-bench [--quick] [scenario…]

  --quick    each scenario small, in seconds: whether it works, not how fast it is
  --list     the scenarios, each with what it measures

Without a name every scenario runs.
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match args.first().map(String::as_str) {
        Some("serve") => serving(&args[1..]).and_then(|serving| serve::run(&serving)),
        Some(scenario::lasting::FILL) => scenario::lasting::fill(&args[1..]),
        Some("--help" | "-h") => {
            print!("{USAGE}");
            Ok(())
        }
        Some("--list") => {
            scenario::ALL.iter().for_each(|scenario| println!("{:<15} {}", scenario.name, scenario.about));
            Ok(())
        }
        _ => measure(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("dayshelf-bench: {fault}");
            ExitCode::FAILURE
        }
    }
}

/// What `child` asks of the process that it starts.
fn serving(args: &[String]) -> Outcome<Serving> {
    let url = args.first().ok_or("serve wants to know where the data is")?.clone();
    let wanted = match &args[1..] {
        [] => None,
        [units, price, hold_minutes, more_slots] => Some(Wanted {
            units: units.parse()?,
            price: price.parse()?,
            hold_minutes: hold_minutes.parse()?,
            more_slots: more_slots.parse()?,
        }),
        _ => return Err("serve takes the data and, maybe, what to put up".into()),
    };
    Ok(Serving { url, wanted })
}

fn measure(args: &[String]) -> Outcome {
    let quick = args.iter().any(|arg| arg == "--quick");
    let names: Vec<&String> = args.iter().filter(|arg| *arg != "--quick").collect();
    if let Some(unknown) = names.iter().find(|name| scenario::ALL.iter().all(|one| one.name != **name)) {
        return Err(format!("there is no scenario `{unknown}`; --list shows them").into());
    }
    let scale = if quick { Scale::quick() } else { Scale::full() };
    if cfg!(debug_assertions) && !quick {
        eprintln!("dayshelf-bench: this is a debug build; its figures say nothing");
    }
    raise_open_files();
    println!("{}", report::heading());
    let mut rows = Vec::new();
    let mut failed = Vec::new();
    for scenario in scenario::ALL {
        if !names.is_empty() && !names.iter().any(|name| *name == scenario.name) {
            continue;
        }
        say(scenario.name);
        let (run, scale) = (scenario.run, scale.clone());
        match within(scale.patience, move || run(&scale)) {
            Ended::InTime(Ok(found)) => {
                found.iter().for_each(|row| println!("{}", report::line(row)));
                rows.extend(found);
            }
            Ended::InTime(Err(fault)) => {
                println!("{:<15} FAILED: {fault}", scenario.name);
                failed.push(scenario.name);
            }
            Ended::TooLate(at) => {
                println!("{:<15} FAILED: it has not ended in time, and was at: {at}", scenario.name);
                failed.push(scenario.name);
                break;
            }
        }
    }
    let path = report::write(&rows, &scenario::folder()?)?;
    println!("\nwritten to {}", path.display());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", ")).into()) }
}

/// Ten thousand viewers are ten thousand open files, here and in the server, which inherits this.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(fault) = setrlimit(Resource::Nofile, limit) {
        eprintln!("dayshelf-bench: the limit of open files stays as it is: {fault}");
    }
}
