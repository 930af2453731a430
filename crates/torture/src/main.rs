//! `dayshelf-torture [--minutes N] [--only PART] [--seed N] [--list]`: tortures the program that
//! `DAYSHELF_BIN` names, and says what it found.
//!
//! Without minutes each part runs its short form. Every run adds a line for each part to the ledger,
//! `target/torture/ledger.jsonl`. Not here: the parts (`parts`).

use std::io::Write as _;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use dayshelf_torture::parts::{ALL, Part, Setting, Tally};
use dayshelf_torture::{Outcome, chance::Chance, place};
use serde_json::json;

const USAGE: &str = "usage: dayshelf-torture [--minutes N] [--only PART]... [--seed N] [--list]";

/// What this program tells itself when it starts itself in a network namespace.
const ALONE: &str = "--alone";

/// What was asked for.
#[derive(Default)]
struct Wanted {
    minutes: Option<f64>,
    only: Vec<String>,
    seed: Option<u64>,
    /// This process is alone in a network namespace.
    alone: bool,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--list") {
        ALL.iter().for_each(|part| println!("{:<10} {}", part.name, part.about));
        return ExitCode::SUCCESS;
    }
    match wanted(&args).and_then(|wanted| torture(&wanted)) {
        Ok(violations) if violations.is_empty() => ExitCode::SUCCESS,
        Ok(violations) => {
            eprintln!("dayshelf-torture: {} violations", violations.len());
            violations.iter().for_each(|violation| eprintln!("  !! {violation}"));
            ExitCode::FAILURE
        }
        Err(fault) => {
            eprintln!("dayshelf-torture: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn wanted(args: &[String]) -> Outcome<Wanted> {
    let mut wanted = Wanted::default();
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        if arg == ALONE {
            wanted.alone = true;
            continue;
        }
        let value = rest.next().ok_or(USAGE)?;
        match arg.as_str() {
            "--minutes" => wanted.minutes = Some(value.parse()?),
            "--only" => wanted.only.push(value.clone()),
            "--seed" => wanted.seed = Some(value.parse()?),
            _ => return Err(USAGE.into()),
        }
    }
    if let Some(unknown) = wanted.only.iter().find(|name| ALL.iter().all(|part| part.name != **name)) {
        return Err(format!("there is no part `{unknown}`; --list shows them").into());
    }
    Ok(wanted)
}

/// Runs the wanted parts; what they found.
fn torture(wanted: &Wanted) -> Outcome<Vec<String>> {
    let program = place::program()?;
    let parts: Vec<&Part> = ALL
        .iter()
        .filter(|part| wanted.only.is_empty() || wanted.only.iter().any(|name| name == part.name))
        .collect();
    let seed = wanted.seed.unwrap_or_else(|| Chance::fresh().number() % 1_000_000_000);
    if !wanted.alone {
        println!("torturing {} with seed {seed}", program.display());
    }
    let mut violations = Vec::new();
    for part in &parts {
        if part.network && !wanted.alone {
            if !elsewhere(part, wanted, (seed, parts.len()))? {
                violations.push(format!("{}: see above", part.name));
            }
            continue;
        }
        let begun = Instant::now();
        let share =
            wanted.minutes.map(|minutes| Duration::from_secs_f64(minutes * 60.0 / parts.len() as f64));
        let setting = Setting { program: program.clone(), until: share.map(|share| begun + share), seed };
        let tally = (part.run)(&setting).unwrap_or_else(|fault| Tally {
            violations: vec![format!("the part could not go on: {fault}")],
            ..Tally::default()
        });
        tell(part, &tally, begun.elapsed());
        note(part, &tally, seed, begun.elapsed())?;
        violations.extend(tally.violations.iter().map(|violation| format!("{}: {violation}", part.name)));
    }
    Ok(violations)
}

/// Runs a part in a network namespace of its own; whether it found nothing.
fn elsewhere(part: &Part, wanted: &Wanted, (seed, parts): (u64, usize)) -> Outcome<bool> {
    let mut command = Command::new("unshare");
    command.arg("--net").arg(std::env::current_exe()?).args([
        ALONE,
        "--only",
        part.name,
        "--seed",
        &seed.to_string(),
    ]);
    if let Some(minutes) = wanted.minutes {
        command.args(["--minutes", &(minutes / parts as f64).to_string()]);
    }
    Ok(command.status().map_err(|cause| format!("unshare (of util-linux): {cause}"))?.success())
}

fn tell(part: &Part, tally: &Tally, took: Duration) {
    println!(
        "{:<10} {:>5} rounds  {:>7} acknowledged  {:>6} asked again  {:>5} histories of {:>6}  {:>5.1} s  {}",
        part.name,
        tally.rounds,
        tally.acknowledged,
        tally.unsettled,
        tally.histories,
        tally.operations,
        took.as_secs_f64(),
        if tally.violations.is_empty() {
            "no violation".to_owned()
        } else {
            format!("{} VIOLATIONS", tally.violations.len())
        }
    );
    tally.notes.iter().for_each(|note| println!("           {note}"));
    tally.violations.iter().for_each(|violation| println!("  !! {violation}"));
}

/// Adds a line to the ledger of all runs.
fn note(part: &Part, tally: &Tally, seed: u64, took: Duration) -> Outcome {
    let target = std::env::current_exe()?
        .ancestors()
        .nth(2)
        .map_or_else(|| "target".into(), std::path::Path::to_path_buf);
    let folder = target.join("torture");
    std::fs::create_dir_all(&folder)?;
    let commit = Command::new("git").args(["describe", "--always", "--dirty"]).output();
    let commit =
        commit.map(|said| String::from_utf8_lossy(&said.stdout).trim().to_owned()).unwrap_or_default();
    let line = json!({
        "commit": commit, "part": part.name, "seed": seed, "seconds": took.as_secs(), "rounds": tally.rounds,
        "acknowledged": tally.acknowledged, "unsettled": tally.unsettled, "histories": tally.histories,
        "operations": tally.operations, "violations": tally.violations, "notes": tally.notes,
    });
    let mut file = std::fs::File::options().create(true).append(true).open(folder.join("ledger.jsonl"))?;
    Ok(writeln!(file, "{line}")?)
}
