//! The repository's own commands: `cargo xtask up|test|tidy|gen|sim|torture|fuzz|bench|race`.
//!
//! Here: which command was asked for. Not here: what each one does; that is in the module of its name
//! (`test` is in `suite`, `gen` in `generated`). Start at `main`.
//!
//! Every command builds this crate first, so it has one dependency and parses its arguments by hand.

mod bench;
mod deny;
mod fuzz;
mod generated;
mod needs;
mod race;
mod shell;
mod sim;
mod suite;
mod tidy;
mod torture;
mod up;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask <command>

  up [args]            build Dayshelf and start the demo; the arguments go to `dayshelf demo`
  test [--list]        run every test there is, installing or starting what they need
       [--only STEP]   run one step alone (may be given more than once)
  tidy                 check the repository's own rules, with file and line
  gen [--check]        write the generated files that are committed, or check that they are fresh
  sim [--seeds N]      live N simulated lives of a drop, the one of `--seed S`, as many as fit in `--minutes N`,
                       with `--beneath` over desk and store; or hunt the planted bugs: `--planted`
  torture [args]       kill, cut off and fill up the real program; the arguments go to `dayshelf-torture`:
                       --minutes N, --only PART, --seed N, --list
  fuzz [--seconds N]   every reader of outside bytes under libFuzzer, N seconds each
       [--only NAME]   one reader alone
  bench [args]         build and run the benchmarks; the arguments go to `dayshelf-bench`
  race [--only NAME]   Dayshelf and its peers at the same job, installing what is missing
       [--quick]       once and small
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next();
    let rest: Vec<String> = args.collect();
    let outcome = match command.as_deref() {
        Some("up") => up::run(&rest),
        Some("test") => suite::run(&rest),
        Some("tidy") => tidy::run(&rest),
        Some("gen") => generated::run(&rest),
        Some("sim") => sim::run(&rest),
        Some("bench") => bench::run(&rest),
        Some("torture") => torture::run(&rest),
        Some("fuzz") => fuzz::run(&rest),
        Some("race") => race::run(&rest),
        None | Some("help" | "-h" | "--help") => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(other) => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(cause) => {
            eprintln!("xtask: {cause}");
            ExitCode::FAILURE
        }
    }
}
