//! `cargo xtask race [--only NAME] [--quick]`: Dayshelf and its peers at the same job, in one run.
//!
//! Here: what the race needs, installed into `.tools/peers`, which git ignores. Not here: the race itself; it is in
//! `bench/peers`, start at `race.mjs`. What is installed is what its makers publish, under their licences, for the
//! race alone: nothing of it is built into Dayshelf or kept in the repository.

use crate::needs;
use crate::shell::{self, Outcome};
use std::fs;
use std::path::PathBuf;

/// Installs what the chosen contestants need, builds Dayshelf for release, and runs the race.
pub fn run(args: &[String]) -> Outcome {
    needs::npm().required()?;
    let chosen = |name: &str| {
        let mut wanted = args.windows(2).filter(|pair| pair[0] == "--only").map(|pair| &pair[1]).peekable();
        wanted.peek().is_none() || wanted.any(|wanted| wanted.starts_with(name))
    };
    let mut race = drivers();
    race.args(args).env("POSTGRES_BIN", needs::postgres()?.required()?);
    if chosen("vendure") {
        race.env("RACE_VENDURE", vendure()?);
    }
    if chosen("pretix") {
        race.env("RACE_PRETIX", pretix()?);
    }
    if chosen("pretix") || chosen("by-hand") {
        needs::redis()?.required()?;
    }
    if chosen("dayshelf") {
        shell::heading("building dayshelf for release");
        shell::run(&mut shell::cargo(&["build", "--release", "--package", "dayshelf"]))?;
        race.env("DAYSHELF_BIN", shell::built("release", "dayshelf")?);
    }
    shell::heading("the race");
    shell::run(&mut race)
}

/// The drivers, which write their results to `target/race`.
pub fn drivers() -> std::process::Command {
    let root = shell::root();
    let mut node = shell::program("node");
    node.arg(root.join("bench/peers/race.mjs")).env("RACE_OUT", root.join("target/race"));
    node
}

/// The folder with Vendure's packages.
fn vendure() -> Outcome<PathBuf> {
    let wanted = shell::root().join("bench/peers/wanted/vendure.json");
    let text = fs::read_to_string(&wanted).map_err(|cause| format!("{}: {cause}", wanted.display()))?;
    let folder = shell::root().join(".tools/peers/vendure");
    let stamp = folder.join("installed.json");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == text) {
        return Ok(folder);
    }
    shell::heading("installing Vendure");
    let fault = |cause: std::io::Error| format!("{}: {cause}", folder.display());
    fs::create_dir_all(&folder).map_err(fault)?;
    fs::write(folder.join("package.json"), &text).map_err(fault)?;
    let quiet = ["install", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error"];
    shell::run(&mut shell::npm(&folder, &quiet))?;
    fs::write(&stamp, text).map_err(fault)?;
    Ok(folder)
}

/// The folder with the programs of pretix's virtual environment.
fn pretix() -> Outcome<PathBuf> {
    shell::heading("installing pretix, unless it is there");
    let python = needs::python()?.required()?;
    let inside = needs::virtual_environment(&python, "bench/peers/wanted/pretix.txt", ".tools/peers/pretix")?;
    inside.parent().map(PathBuf::from).ok_or_else(|| format!("{} is in no folder", inside.display()))
}
