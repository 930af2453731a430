//! `cargo xtask fuzz [--seconds N] [--only NAME]`: every reader of outside bytes under libFuzzer.
//!
//! The flags are those that cargo-fuzz gives with `--sanitizer none`, so that the stable toolchain is enough and
//! nothing needs to be installed but a C++ compiler. Not here: the readers and their laws (`crates/fuzz`) and
//! the short form of every push, which is that crate's own test. Start at `run`.

use crate::needs::{self, Need};
use crate::shell::{self, Outcome};
use std::path::Path;

/// Seconds for each reader where nothing else is said.
const SECONDS: u32 = 20;
/// Coverage for libFuzzer to steer by.
const FLAGS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing -Ccodegen-units=1";
/// Bytes of an input at most: several times the longest sample.
const INPUT_BYTES_MAX: u32 = 32 * 1024;

/// Builds and runs the readers, one after the other.
pub fn run(args: &[String]) -> Outcome {
    let (seconds, only) = asked(args)?;
    if let Need::Missing(advice) = needs::cpp_compiler()? {
        return Err(advice);
    }
    let cargo = ["run", "--quiet", "--package", "dayshelf-fuzz", "--"];
    let names = shell::capture(&mut shell::cargo(&cargo))?;
    let names: Vec<&str> =
        names.lines().filter(|name| only.as_deref().is_none_or(|only| only == *name)).collect();
    if names.is_empty() {
        return Err(format!("there is no reader `{}`", only.unwrap_or_default()));
    }
    let folder = shell::root().join("target/fuzz");
    let mut build = shell::cargo(&["build", "--release", "--manifest-path", "fuzz/Cargo.toml"]);
    // The platform is named so that build scripts are built without the flags.
    build.args(["--target", shell::PLATFORM, "--target-dir"]).arg(&folder);
    for name in &names {
        build.args(["--bin", name]);
    }
    shell::run(build.env("RUSTFLAGS", FLAGS))?;
    for name in names {
        shell::heading(name);
        let (corpus, findings) = (folder.join("corpus").join(name), folder.join("findings").join(name));
        make(&findings)?;
        let mut seed = shell::cargo(&cargo);
        shell::run(seed.arg(name).arg(&corpus))?;
        let mut program = shell::program(folder.join(shell::PLATFORM).join("release").join(name));
        program.arg(format!("-max_total_time={seconds}")).arg(format!("-max_len={INPUT_BYTES_MAX}"));
        program.arg(format!("-artifact_prefix={}/", findings.display()));
        shell::run(program.args(["-verbosity=0", "-print_final_stats=1"]).arg(&corpus))?;
    }
    Ok(())
}

fn make(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder).map_err(|cause| format!("{}: {cause}", folder.display()))
}

fn asked(args: &[String]) -> Outcome<(u32, Option<String>)> {
    let (mut seconds, mut only) = (SECONDS, None);
    let mut rest = args.iter();
    while let Some(arg) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("`{arg}` wants a value"))?;
        match arg.as_str() {
            "--seconds" => {
                seconds = value.parse().map_err(|_| format!("`{value}` is no number of seconds"))?;
            }
            "--only" => only = Some(value.clone()),
            _ => return Err(format!("fuzz does not know `{arg}`; it takes --seconds N and --only NAME")),
        }
    }
    Ok((seconds, only))
}
