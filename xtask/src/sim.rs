//! `cargo xtask sim [--seeds N | --seed S]`: builds the simulator and lives many lives of a drop, or one.
//!
//! Not here: the lives; they are in `crates/sim`.

use crate::shell::{self, Outcome};

/// Builds and runs `dayshelf-sim`; every argument is its own.
pub fn run(args: &[String]) -> Outcome {
    if !shell::has_package("dayshelf-sim")? {
        return Err("crates/sim is not in this workspace, so there is nothing to live".to_owned());
    }
    shell::heading("building the simulator");
    shell::run(&mut shell::cargo(&["build", "--profile", "up", "--package", "dayshelf-sim"]))?;
    shell::run(shell::program(shell::built("up", "dayshelf-sim")?).args(args))
}
