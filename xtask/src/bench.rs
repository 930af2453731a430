//! `cargo xtask bench [--quick] [scenario…]`: builds the benchmarks for release and runs them.
//!
//! Not here: the scenarios; they are in `crates/bench`.

use crate::shell::{self, Outcome};

/// Builds and runs `dayshelf-bench`; every argument is its own.
pub fn run(args: &[String]) -> Outcome {
    if !shell::has_package("dayshelf-bench")? {
        return Err("crates/bench is not in this workspace, so there is nothing to measure".to_owned());
    }
    shell::heading("building the benchmarks for release");
    shell::run(&mut shell::cargo(&["build", "--release", "--package", "dayshelf-bench"]))?;
    shell::run(shell::program(shell::built("release", "dayshelf-bench")?).args(args))
}
