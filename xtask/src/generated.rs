//! `cargo xtask gen [--check]`: the files that are made by the program and committed all the same, because
//! people and other tools read them.
//!
//! Here: which files, and who makes them. To add one, add a row to `FILES`.

use crate::shell::{self, Outcome};
use std::fs;

/// A committed file and the arguments that make `dayshelf` write it to its standard output.
struct Generated {
    path: &'static str,
    args: &'static [&'static str],
}

const FILES: &[Generated] = &[Generated { path: "openapi.json", args: &["openapi"] }];

/// Writes the generated files, or with `--check` compares them and changes nothing.
pub fn run(args: &[String]) -> Outcome {
    match args {
        [] => each(write),
        [flag] if flag == "--check" => check(),
        _ => Err("gen takes `--check` or nothing".to_owned()),
    }
}

/// Fails with the names of all files that are not what the program would write now.
pub fn check() -> Outcome {
    each(compare)
}

fn each(act: fn(&str, &str) -> Outcome) -> Outcome {
    if !shell::has_package("dayshelf")? {
        println!("crates/dayshelf is not in this workspace: there is nothing to generate.");
        return Ok(());
    }
    // Built as part of the workspace, so that this shares its features and its cache with the tests.
    shell::run(&mut shell::cargo(&["build", "--workspace", "--bin", "dayshelf"]))?;
    let binary = shell::built("debug", "dayshelf")?;
    let mut faults = Vec::new();
    for file in FILES {
        let text = shell::capture(shell::program(&binary).args(file.args))?;
        if let Err(cause) = act(file.path, &text) {
            faults.push(cause);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn write(path: &str, text: &str) -> Outcome {
    if compare(path, text).is_ok() {
        println!("{path} is fresh");
        return Ok(());
    }
    fs::write(shell::root().join(path), text)
        .map_err(|cause| format!("{path} cannot be written: {cause}"))?;
    println!("{path} written");
    Ok(())
}

fn compare(path: &str, text: &str) -> Outcome {
    match fs::read_to_string(shell::root().join(path)) {
        Ok(committed) if committed == text => Ok(()),
        Ok(_) => Err(format!("{path} is stale: run `cargo xtask gen` and commit it")),
        Err(cause) => Err(format!("{path} cannot be read ({cause}): run `cargo xtask gen` and commit it")),
    }
}
