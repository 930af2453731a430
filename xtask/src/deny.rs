//! What we build with, held against `deny.toml` by cargo-deny: licences, what must not be in the program, one TLS stack
//! of one version, and where everything comes from.
//!
//! A check that finds nothing says nothing, so a workspace that breaks the rules (`tests/deny/breach`) must be refused for
//! each of its breaches. Not here: known weaknesses, whose list is in the network (SECURITY.md). Start at `run`.

use crate::needs::{self, Need};
use crate::shell::{self, Outcome};
use std::path::Path;
use std::process::Command;

/// The graphs of what we build, by the manifests that they begin at.
const GRAPHS: &[&str] = &["Cargo.toml", "fuzz/Cargo.toml"];
/// A workspace that breaks the rules.
const BREACH: &str = "tests/deny/breach/Cargo.toml";
/// What must be found there: the code that cargo-deny has for it, and the crate.
const BREACHES: &[(&str, &str)] =
    &[("rejected", "copyleft"), ("banned", "openssl-sys"), ("duplicate", "rustls")];

/// Checks the graphs, and that a breach is found.
pub fn run() -> Outcome<Need<()>> {
    let python = match needs::python()? {
        Need::Met(python) => python,
        Need::Missing(advice) => return Ok(Need::Missing(advice)),
    };
    let python = needs::virtual_environment(&python, "tests/deny/requirements.txt", ".tools/deny")?;
    let program = python.with_file_name("cargo-deny");
    for manifest in GRAPHS {
        println!("{manifest}");
        shell::run(&mut check(&program, manifest)?)?;
    }
    let mut breach = check(&program, BREACH)?;
    let said = breach.output().map_err(|cause| format!("{} can't be run: {cause}", program.display()))?;
    if said.status.success() {
        return Err(format!("{BREACH} breaks the rules, and nothing is found"));
    }
    let missed = missed(&String::from_utf8_lossy(&said.stderr));
    if missed.is_empty() { Ok(Need::Met(())) } else { Err(format!("{BREACH}: nobody finds {missed:?}")) }
}

/// cargo-deny over the graph of a manifest. It would fetch what other platforms need; what cargo says of ours is enough.
fn check(program: &Path, manifest: &str) -> Outcome<Command> {
    let graph = shell::root().join("target").join(format!("deny-{}.json", manifest.replace('/', "-")));
    let mut metadata =
        shell::cargo(&["metadata", "--format-version", "1", "--locked", "--manifest-path", manifest]);
    metadata.args(["--filter-platform", shell::PLATFORM]);
    let written = graph.parent().map_or(Ok(()), std::fs::create_dir_all);
    let text = shell::capture(&mut metadata)?;
    written
        .and_then(|()| std::fs::write(&graph, text))
        .map_err(|cause| format!("{}: {cause}", graph.display()))?;
    let mut check = shell::program(program);
    check.arg("--metadata-path").arg(graph).args(["--offline", "--format", "json", "--config", "deny.toml"]);
    check.args(["check", "licenses", "bans", "sources"]).current_dir(shell::root());
    Ok(check)
}

/// The breaches of which there is no word, a line of JSON for each, in what cargo-deny said.
fn missed(said: &str) -> Vec<(&'static str, &'static str)> {
    let lines: Vec<serde_json::Value> =
        said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let is_found = |(code, name): &&(&str, &str)| {
        let of = |line: &serde_json::Value| {
            let fields = &line["fields"];
            let is_error = fields["severity"] == "error" && fields["code"] == *code;
            is_error && fields["graphs"][0]["Krate"]["name"] == *name
        };
        lines.iter().any(of)
    };
    BREACHES.iter().filter(|breach| !is_found(breach)).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Aim: what is said of another crate, or as a mere remark, is no find.
    #[test]
    fn a_breach_is_found_by_its_name() {
        let line = |code: &str, name: &str, severity: &str| {
            serde_json::json!({"type": "diagnostic", "fields": {"code": code, "severity": severity,
                "graphs": [{"Krate": {"name": name, "version": "0.1.0"}}]}})
            .to_string()
        };
        let said = [
            line("rejected", "copyleft", "error"),
            line("banned", "rustls", "error"),
            line("duplicate", "rustls", "warning"),
        ];
        assert_eq!(missed(&said.join("\n")), [("banned", "openssl-sys"), ("duplicate", "rustls")]);
        assert_eq!(missed("error: no such file").len(), BREACHES.len());
    }
}
