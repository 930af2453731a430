//! `cargo xtask sim`: builds the simulator and lives many lives of a drop, or one, or hunts the planted bugs.
//!
//! Not here: the lives; they are in `crates/sim`. What they may be asked is in its `main.rs`.

use crate::shell::{self, Outcome};

/// Builds and runs `dayshelf-sim`; every argument is its own. Planted bugs are built in only where they are hunted.
pub fn run(args: &[String]) -> Outcome {
    if !shell::has_package("dayshelf-sim")? {
        return Err("crates/sim is not in this workspace, so there is nothing to live".to_owned());
    }
    shell::heading("building the simulator");
    let mut build = shell::cargo(&["build", "--profile", "up", "--package", "dayshelf-sim"]);
    if args.iter().any(|arg| arg == "--planted") {
        build.args(["--features", "planted"]);
    }
    shell::run(&mut build)?;
    shell::run(shell::program(shell::built("up", "dayshelf-sim")?).args(args).current_dir(shell::root()))
}
