//! `cargo xtask up`: from a fresh checkout to a running demo.
//!
//! Here: the console's build where Node is there, the program's build, and its start. Not here: what the demo
//! does; that is `dayshelf demo`.

use crate::shell::{self, Outcome};
use std::os::unix::process::CommandExt;

const USAGE: &str = "\
usage: cargo xtask up [--crowd N] [--seconds N] [any other flag of `dayshelf demo`]

Builds the console and the program, and starts the demo. With --crowd so many simulated buyers come, with --seconds the
whole drop takes that long. `dayshelf demo --help` has all flags.";

/// Builds everything and turns into `dayshelf demo`, so that Ctrl-C reaches the program itself.
pub fn run(args: &[String]) -> Outcome {
    if args.iter().any(|arg| arg == "--help" || arg == "-h") {
        println!("{USAGE}");
        return Ok(());
    }
    if !shell::has_package("dayshelf")? {
        return Err("crates/dayshelf is not in this workspace, so there is no program to start".to_owned());
    }
    build_web()?;
    shell::heading("building dayshelf (the first time takes a few minutes)");
    shell::run(&mut shell::cargo(&["build", "--profile", "up", "--package", "dayshelf"]))?;

    let binary = shell::built("up", "dayshelf")?;
    shell::heading("starting the demo");
    let mut demo = shell::program(&binary);
    let cause = demo.stdin(std::process::Stdio::inherit()).arg("demo").args(args).exec();
    Err(format!("{} did not start: {cause}", binary.display()))
}

/// The console is optional: without Node the program serves everything else and says how to build it.
fn build_web() -> Outcome {
    let web = shell::root().join("web");
    if !web.join("package.json").is_file() {
        return Ok(());
    }
    if shell::on_path(&["npm"]).is_none() {
        println!("Node is not installed: the console is left out, everything else is served.");
        return Ok(());
    }
    shell::heading("building the console");
    shell::npm_ci(&web)?;
    shell::run(&mut shell::npm(&web, &["run", "build"]))
}
