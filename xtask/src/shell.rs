//! How the commands reach the machine: the repository's root, cargo, npm, and running a program.
//!
//! Not here: what is installed and how to get it (`needs`).

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::Duration;

/// Lines of a failed program's output that its error repeats.
const LAST_LINES: usize = 14;
/// Characters of such a line that are repeated.
const LINE_LEN_MAX: usize = 240;
/// How long a program's output is read on after its end.
const OUTPUT_SPAN_MAX: Duration = Duration::from_secs(2);

/// What a command of this crate answers: nothing, or one text for the person who ran it.
pub type Outcome<T = ()> = Result<T, String>;

/// The repository's root folder.
pub fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or(here.clone(), Path::to_path_buf)
}

/// Whether this runs in CI, where nothing may be left out in silence.
pub fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// A program to run from the repository's root, with no standard input.
///
/// What `cargo run` told this process about the crate `xtask` is taken out of the environment: build scripts
/// that watch those variables (ring's does) would otherwise run again each time.
pub fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    for (key, _) in std::env::vars_os() {
        let Some(text) = key.to_str() else { continue };
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"];
        if ours.iter().any(|prefix| text.starts_with(prefix)) {
            command.env_remove(&key);
        }
    }
    command
}

/// The cargo that runs us, or the one on the path.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = program(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args);
    command
}

/// Runs a program in the open: its output goes where ours goes. Where nobody watches, the error ends with the
/// last lines that it wrote, so that a long log need not be searched.
pub fn run(command: &mut Command) -> Outcome {
    let shown = line_of(command);
    if std::io::stdout().is_terminal() {
        return match command.status() {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("`{shown}` ended with {status}")),
            Err(cause) => Err(format!("`{shown}` did not start: {cause}")),
        };
    }
    match overheard(command) {
        Ok((status, _)) if status.success() => Ok(()),
        Ok((status, last)) => Err(format!("`{shown}` ended with {status}\n{last}")),
        Err(cause) => Err(format!("`{shown}` did not start: {cause}")),
    }
}

/// Lets a program write as it likes, and keeps its last lines.
fn overheard(command: &mut Command) -> std::io::Result<(ExitStatus, String)> {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let last = Lines::default();
    let (tell, ended) = mpsc::channel();
    if let Some(out) = child.stdout.take() {
        pass_on(out, std::io::stdout(), &last, &tell);
    }
    if let Some(errors) = child.stderr.take() {
        pass_on(errors, std::io::stderr(), &last, &tell);
    }
    let status = child.wait()?;
    for _ in 0..2 {
        // What a program leaves behind may hold its output open; nobody waits for that.
        let _ended = ended.recv_timeout(OUTPUT_SPAN_MAX);
    }
    let last = last.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((status, last.iter().map(String::as_str).collect::<Vec<_>>().join("\n")))
}

/// What a program wrote last, a line each.
type Lines = Arc<Mutex<VecDeque<String>>>;

/// On a thread of its own, which tells when there is nothing more to come.
fn pass_on(
    from: impl Read + Send + 'static,
    mut to: impl Write + Send + 'static,
    last: &Lines,
    tell: &mpsc::Sender<()>,
) {
    let (last, tell) = (Arc::clone(last), tell.clone());
    std::thread::spawn(move || {
        let mut from = BufReader::new(from);
        let mut line = Vec::new();
        while matches!(from.read_until(b'\n', &mut line), Ok(1..)) {
            let _written = to.write_all(&line).and_then(|()| to.flush());
            let text: String = String::from_utf8_lossy(&line).trim_end().chars().take(LINE_LEN_MAX).collect();
            line.clear();
            let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
            if !text.is_empty() {
                last.push_back(text);
            }
            if last.len() > LAST_LINES {
                last.pop_front();
            }
        }
        let _told = tell.send(());
    });
}

/// Runs a program and returns what it wrote to its standard output; its errors go where ours go.
pub fn capture(command: &mut Command) -> Outcome<String> {
    let shown = line_of(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|cause| format!("`{shown}` did not start: {cause}"))?;
    if !output.status.success() {
        return Err(format!("`{shown}` ended with {}", output.status));
    }
    String::from_utf8(output.stdout).map_err(|cause| format!("`{shown}` wrote what is not text: {cause}"))
}

/// Whether a program starts and ends well, its output thrown away.
pub fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// The first of these programs that is on the path.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

/// The platform we ship for.
pub const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// What `cargo metadata` says of our own crates.
pub fn metadata() -> Outcome<serde_json::Value> {
    let text = capture(&mut cargo(&["metadata", "--format-version", "1", "--no-deps"]))?;
    serde_json::from_str(&text).map_err(|cause| format!("what cargo metadata wrote is not JSON: {cause}"))
}

/// Whether the workspace has a package of this name.
pub fn has_package(name: &str) -> Outcome<bool> {
    let metadata = metadata()?;
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    Ok(packages.iter().any(|package| package["name"] == name))
}

/// Where cargo puts what it builds in this profile's folder (`debug`, `release`, `up`).
pub fn built(profile: &str, binary: &str) -> Outcome<PathBuf> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    Ok(Path::new(folder).join(profile).join(binary))
}

/// Runs `npm ci` in a folder, unless what is installed there is newer than its lock file.
pub fn npm_ci(folder: &Path) -> Outcome {
    let changed = |name: &str| folder.join(name).metadata().and_then(|found| found.modified()).ok();
    if let (Some(wanted), Some(installed)) =
        (changed("package-lock.json"), changed("node_modules/.package-lock.json"))
        && wanted <= installed
    {
        return Ok(());
    }
    run(npm(folder, &["ci", "--no-audit", "--no-fund"]).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// An npm command in a folder.
pub fn npm(folder: &Path, args: &[&str]) -> Command {
    let mut command = program("npm");
    command.current_dir(folder).args(args);
    command
}

/// A line that stands out: bold on a terminal, marked by its own text elsewhere.
pub fn heading(text: &str) {
    if coloured() {
        println!("\n\u{1b}[1;36m== {text}\u{1b}[0m");
    } else {
        println!("\n== {text}");
    }
}

/// Follows cargo's own switch, so that one setting governs all of the output.
fn coloured() -> bool {
    match std::env::var("CARGO_TERM_COLOR").as_deref() {
        Ok("always") => true,
        Ok("never") => false,
        _ => std::env::var_os("NO_COLOR").is_none() && std::io::stdout().is_terminal(),
    }
}

fn line_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let args = command.get_args().map(|arg| arg.to_string_lossy().into_owned());
    std::iter::once(name).chain(args).collect::<Vec<_>>().join(" ")
}
