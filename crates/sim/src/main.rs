//! `dayshelf-sim --seeds N` lives N lives, `--seed S` one; a failing seed is printed and ends it.

use std::process::ExitCode;

use dayshelf_sim::life::live;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let parsed = match args.as_slice() {
        [flag, number] => number.parse::<u64>().ok().map(|number| (flag.as_str(), number)),
        [] => Some(("--seeds", 1_000)),
        _ => None,
    };
    let (from, until) = match parsed {
        Some(("--seeds", count)) => (0, count),
        Some(("--seed", seed)) => (seed, seed.saturating_add(1)),
        _ => {
            eprintln!("usage: sim [--seeds N | --seed S]");
            return ExitCode::FAILURE;
        }
    };
    let mut commands = 0u64;
    for seed in from..until {
        match live(seed) {
            Ok(trace) => {
                commands += u64::from(trace.commands);
                if until - from == 1 {
                    println!("{trace:#?}");
                }
            }
            Err(cause) => {
                eprintln!("seed {seed} fails: {cause}\nagain: cargo xtask sim --seed {seed}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{} lives, {commands} commands, no difference", until - from);
    ExitCode::SUCCESS
}
