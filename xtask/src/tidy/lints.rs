//! Clippy's settings and each crate's manifest: a crate's own clippy.toml replaces the root's as a whole, so it
//! has to repeat it; and every crate takes the workspace's lints and licence.

use super::Finding;
use super::repository::{File, Repository};
use crate::shell::Outcome;

/// The lines that every crate's manifest has, and what each is for.
const MANIFEST_LINES: &[&str] =
    &["license.workspace = true", "publish.workspace = true", "[lints]\nworkspace = true"];

/// Checks the settings of every crate.
pub fn find(repository: &Repository) -> Outcome<Vec<Finding>> {
    let root = repository.file("clippy.toml").map(|file| file.text.as_str()).unwrap_or_default();
    let mut found = Vec::new();
    for file in repository.ending("/clippy.toml") {
        found.extend(lacking(file, root.lines().filter(|line| !line.trim().is_empty())));
    }
    for file in repository.ending("/Cargo.toml") {
        found.extend(lacking(file, MANIFEST_LINES.iter().copied()));
    }
    Ok(found)
}

fn lacking<'a>(file: &'a File, wanted: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Finding> {
    wanted
        .filter(|line| !file.text.contains(line))
        .map(|line| Finding::new(&file.path, 1, format!("lacks `{}`", line.replace('\n', " "))))
}

#[cfg(test)]
mod tests {
    use super::super::repository::made_of;
    use super::*;

    const MANIFEST: &str =
        "[package]\nlicense.workspace = true\npublish.workspace = true\n[lints]\nworkspace = true\n";

    // Aim: a threshold that a crate forgot, and a manifest that goes its own way, are found.
    #[test]
    fn settings_are_repeated() {
        let tree = made_of(&[
            ("clippy.toml", "a = 1\nb = 2\n"),
            ("crates/core/clippy.toml", "b = 2\na = 1\nc = 3\n"),
            ("crates/desk/clippy.toml", "a = 1\n"),
            ("crates/core/Cargo.toml", MANIFEST),
            ("crates/desk/Cargo.toml", &MANIFEST.replace("license.workspace = true", "license = \"MIT\"")),
        ]);
        let found: Vec<String> = find(&tree)
            .unwrap()
            .into_iter()
            .map(|finding| format!("{} {}", finding.path, finding.text))
            .collect();
        assert_eq!(
            found,
            [
                "crates/desk/clippy.toml lacks `b = 2`",
                "crates/desk/Cargo.toml lacks `license.workspace = true`"
            ]
        );
    }
}
