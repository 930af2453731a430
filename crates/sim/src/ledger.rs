//! The ledger of runs: a line per run with the commit, the seeds, the commands, the faults and what was violated.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// One run.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// What was run: `seeds`, `minutes`, `planted`.
    pub form: &'static str,
    /// The first seed.
    pub from: u64,
    /// How many.
    pub seeds: u64,
    /// Commands said.
    pub commands: u64,
    /// Faults beneath: none over the rules alone.
    pub faults: u64,
    /// Lives that went wrong.
    pub violations: u64,
    /// How long it took.
    pub millis: u128,
}

/// The commit that is checked out, with a star if something is changed besides.
pub fn commit() -> String {
    let git = |args: &[&str]| {
        let out = Command::new("git").args(args).output().ok().filter(|out| out.status.success())?;
        Some(String::from_utf8_lossy(&out.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short=12", "HEAD"]) else { return "no-commit".into() };
    let changed = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|out| !out.is_empty());
    if changed { format!("{commit}*") } else { commit }
}

/// Adds a run to the ledger at `path`.
///
/// # Errors
/// The file can't be written.
pub fn note(path: &Path, entry: &Entry) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let at = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let Entry { form, from, seeds, commands, faults, violations, millis } = entry;
    let commit = commit();
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path)?;
    writeln!(
        file,
        "{{\"at\":{at},\"commit\":\"{commit}\",\"form\":\"{form}\",\"from\":{from},\"seeds\":{seeds},\
         \"commands\":{commands},\"faults\":{faults},\"violations\":{violations},\"millis\":{millis}}}"
    )
}
