//! `cargo xtask torture [--minutes N] [--only PART]`: builds the program and what tortures it, and lets it.
//!
//! Not here: what is done to the program; that is in `crates/torture`.

use crate::needs::{self, Need};
use crate::shell::{self, Outcome};

/// The packages that the torture needs beside the database server.
const PROGRAMS: [&str; 5] = ["ip", "nsenter", "unshare", "prlimit", "setpriv"];

/// Builds and runs `dayshelf-torture`; every argument is its own.
pub fn run(args: &[String]) -> Outcome {
    match need()? {
        Need::Met(()) => {}
        Need::Missing(advice) => return Err(advice),
    }
    shell::heading("building the program and what tortures it");
    // First the build that must be found out, put aside; then the real one takes its place.
    let lowered = shell::built("up", "torture")?.join("dayshelf-lowered");
    if args.is_empty() || args.iter().any(|arg| arg == "power-lowered" || arg == "--minutes") {
        let feature = ["build", "--profile", "up", "--package", "dayshelf", "--features", "lowered-sync"];
        shell::run(&mut shell::cargo(&feature))?;
        let built = shell::built("up", "dayshelf")?;
        let folder = lowered.parent().ok_or("the target folder has no folder")?;
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::copy(&built, &lowered))
            .map_err(|cause| format!("{}: {cause}", lowered.display()))?;
    }
    build("up", &["--profile", "up"])?;
    torture("up", args)
}

/// The short form of every part, on the build that the other tests use.
pub fn short() -> Outcome<Need<()>> {
    if let Need::Missing(advice) = need()? {
        return Ok(Need::Missing(advice));
    }
    build("debug", &[])?;
    torture("debug", &[])?;
    Ok(Need::Met(()))
}

fn build(profile: &str, args: &[&str]) -> Outcome {
    let mut command =
        shell::cargo(&["build", "--package", "dayshelf-torture", "--package", "dayshelf", "--bins"]);
    shell::run(command.args(args)).map_err(|cause| format!("the {profile} build: {cause}"))
}

fn torture(profile: &str, args: &[String]) -> Outcome {
    let mut command = shell::program(shell::built(profile, "dayshelf-torture")?);
    if std::env::var_os("DAYSHELF_BIN").is_none() {
        command.env("DAYSHELF_BIN", shell::built(profile, "dayshelf")?);
    }
    let lowered = shell::built(profile, "torture")?.join("dayshelf-lowered");
    if lowered.is_file() {
        command.env("DAYSHELF_LOWERED_BIN", lowered);
    }
    shell::run(command.args(args))
}

/// What the machine must have: the database server, network namespaces, and a kernel with FUSE.
fn need() -> Outcome<Need<()>> {
    if let Need::Missing(advice) = needs::postgres()? {
        return Ok(Need::Missing(advice));
    }
    if let Need::Missing(advice) = needs::network_tools(&PROGRAMS)? {
        return Ok(Need::Missing(advice));
    }
    needs::fuse()
}
