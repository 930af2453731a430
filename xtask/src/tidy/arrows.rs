//! The arrow table: which of our crates may use which, as ARCHITECTURE.md says it, against `cargo metadata`.
//!
//! The table stands below a line with `<!-- arrows`; its columns are the crate, what it may use, and what its
//! tests may use besides. `all (dev only)` marks a crate that may use everything and that nothing shipped may
//! use.

use super::Finding;
use super::repository::Repository;
use crate::shell::{self, Outcome};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const PAGE: &str = "ARCHITECTURE.md";
/// Once the binary is there, the rooms are filled, and the table is held to what there is.
const LAST_ROOM: &str = "dayshelf";

type Names = BTreeSet<String>;

/// One row of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    line: usize,
    uses: Uses,
    in_tests: Names,
}

#[derive(Debug, PartialEq, Eq)]
enum Uses {
    /// Dev only: everything.
    All,
    These(Names),
}

/// One of our crates as cargo sees it: what it uses, and what its tests use besides.
#[derive(Default)]
struct Arrows {
    uses: Names,
    in_tests: Names,
}

/// The table and the workspace, compared both ways.
pub fn find(repository: &Repository) -> Outcome<Vec<Finding>> {
    let Some(page) = repository.file(PAGE) else {
        return Ok(vec![Finding::new(PAGE, 1, "is missing; it holds the arrow table")]);
    };
    Ok(compare(&table(&page.text), &workspace(&shell::metadata()?)))
}

fn compare(table: &BTreeMap<String, Row>, workspace: &BTreeMap<String, Arrows>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (name, arrows) in workspace {
        let Some(row) = table.get(name) else {
            found.push(Finding::new(PAGE, 1, format!("the arrow table has no row for the crate `{name}`")));
            continue;
        };
        let Uses::These(allowed) = &row.uses else { continue };
        let mut say = |text: String| found.push(Finding::new(PAGE, row.line, text));
        for target in arrows.uses.difference(allowed) {
            say(format!("`{name}` uses `{target}`, which its row does not allow"));
        }
        for target in
            arrows.in_tests.iter().filter(|to| !allowed.contains(*to) && !row.in_tests.contains(*to))
        {
            say(format!("the tests of `{name}` use `{target}`, which its row does not allow"));
        }
        for target in
            allowed.iter().filter(|target| matches!(table.get(*target), Some(row) if row.uses == Uses::All))
        {
            say(format!("`{name}` is shipped and may not use `{target}`, which is dev only"));
        }
        if workspace.contains_key(LAST_ROOM) {
            for target in allowed.difference(&arrows.uses) {
                say(format!("`{name}` does not use `{target}`: take it out of its row"));
            }
        }
    }
    if workspace.contains_key(LAST_ROOM) {
        for (name, row) in table.iter().filter(|(name, _)| !workspace.contains_key(*name)) {
            found.push(Finding::new(PAGE, row.line, format!("there is no crate `{name}`: take out its row")));
        }
    }
    found
}

/// The rows between the marker and the table's end, by crate.
fn table(page: &str) -> BTreeMap<String, Row> {
    let lines = page.lines().enumerate().skip_while(|(_, line)| !line.starts_with("<!-- arrows")).skip(1);
    let rows =
        lines.skip_while(|(_, line)| line.trim().is_empty()).take_while(|(_, line)| line.starts_with('|'));
    // The first two are the table's heading and its rule.
    rows.skip(2)
        .filter_map(|(index, line)| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, uses, in_tests] = cells.as_slice() else { return None };
            let uses = if uses.starts_with("all") { Uses::All } else { Uses::These(names(uses)) };
            Some((plain(name), Row { line: index + 1, uses, in_tests: names(in_tests) }))
        })
        .collect()
}

/// The names in a cell; a dash or the word "nothing" is none.
fn names(cell: &str) -> Names {
    cell.split(',').map(plain).filter(|name| !matches!(name.as_str(), "" | "–" | "-" | "nothing")).collect()
}

fn plain(cell: &str) -> String {
    cell.trim().trim_matches('`').to_owned()
}

fn workspace(metadata: &Value) -> BTreeMap<String, Arrows> {
    let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
    let arrows = |package: &Value| {
        let mut arrows = Arrows::default();
        for dependency in package["dependencies"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let target = dependency["name"].as_str().map(short).unwrap_or_default();
            // A crate of ours comes by path; one of the same name from elsewhere is not an arrow. What comes by path and
            // is none of ours is in no row, and so found.
            if dependency["path"].is_null() {
                continue;
            }
            let kind = if dependency["kind"] == "dev" { &mut arrows.in_tests } else { &mut arrows.uses };
            kind.insert(target);
        }
        arrows
    };
    packages.iter().filter_map(|package| Some((short(package["name"].as_str()?), arrows(package)))).collect()
}

/// The table calls `dayshelf-core` by its folder, `core`.
fn short(package: &str) -> String {
    package.strip_prefix("dayshelf-").unwrap_or(package).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
<!-- arrows -->

| crate | may use | in tests also |
|---|---|---|
| `core` | nothing | – |
| `desk` | `core` | `testkit` |
| `testkit` | all (dev only) | – |
| `dayshelf` | `core`, `desk` | – |

| another | table | here |
";

    fn found(packages: &[(&str, &[&str], &[&str])]) -> Vec<String> {
        let set = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let workspace = packages
            .iter()
            .map(|(name, uses, in_tests)| {
                ((*name).to_owned(), Arrows { uses: set(uses), in_tests: set(in_tests) })
            })
            .collect();
        compare(&table(TABLE), &workspace).into_iter().map(|finding| finding.text).collect()
    }

    // Aim: a workspace that is as the table says is left alone, also while rooms are still to come.
    #[test]
    fn what_the_table_allows_passes() {
        assert_eq!(found(&[("core", &[], &[]), ("desk", &["core"], &["testkit"])]), [""; 0]);
    }

    #[test]
    fn an_arrow_outside_the_table_is_found() {
        let found = found(&[("core", &["desk"], &["testkit"]), ("desk", &["core"], &[])]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`core` uses `desk`"));
        assert!(found[1].contains("the tests of `core` use `testkit`"));
    }

    // Aim: a crate that was copied into a folder is an arrow out of the workspace, one from the registry is none.
    #[test]
    fn a_copied_crate_is_found() {
        let uses =
            |name: &str, path: Option<&str>| serde_json::json!({"name": name, "path": path, "kind": null});
        let dependencies =
            [uses("dayshelf-core", Some("/w/core")), uses("copied", Some("/w/copied")), uses("desk", None)];
        let packages = [
            serde_json::json!({"name": "dayshelf-desk", "dependencies": dependencies}),
            serde_json::json!({"name": "dayshelf-core", "dependencies": []}),
        ];
        let workspace = workspace(&serde_json::json!({"packages": packages}));
        let found: Vec<String> =
            compare(&table(TABLE), &workspace).into_iter().map(|finding| finding.text).collect();
        assert_eq!(found, ["`desk` uses `copied`, which its row does not allow"]);
    }

    #[test]
    fn a_crate_without_a_row_is_found() {
        assert!(found(&[("common", &[], &[])])[0].contains("no row for the crate `common`"));
    }

    // Aim: once the binary is there, the table says no more than what is.
    #[test]
    fn a_row_or_an_arrow_that_nothing_uses_is_found() {
        let found = found(&[("core", &[], &[]), ("desk", &[], &[]), ("dayshelf", &["core", "desk"], &[])]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("`desk` does not use `core`"));
        assert!(found[1].contains("there is no crate `testkit`"));
    }
}
