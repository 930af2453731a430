//! Rules that look at source lines one by one: the opening comment, lengths, leftovers, machine paths and the
//! engines' names.

use super::Finding;
use super::repository::{File, Repository};
use crate::shell::Outcome;

/// Lines in a source file; aim at half of it.
const FILE_LINES_MAX: usize = 500;
/// Endings of what people write by hand and read as code.
const SOURCE_ENDINGS: &[&str] = &[".rs", ".ts", ".js", ".svelte", ".py", ".css"];
/// Macros that stand for work not done.
const LEFTOVER_MACROS: &[&str] = &["todo!", "dbg!", "unimplemented!"];
/// Words that stand for work not done, in any text.
const LEFTOVER_WORDS: &[&str] = &["TODO", "FIXME", "HACK"];
/// Folders of one machine, which mean nothing on another.
const MACHINE_PATHS: &[&str] = &["/work/", "/root/"];
/// The engines, in lower case; the names of their crates contain them.
const ENGINE_NAMES: &[&str] = &["sqlite", "postgres"];
/// The one folder whose Rust sources may name an engine.
const ENGINE_FOLDER: &str = "crates/store/src/engine/";

/// Every Rust file opens with `//!`: what lives here, what does not, where to start.
pub fn openings(repository: &Repository) -> Outcome<Vec<Finding>> {
    let silent = repository.ending(".rs").filter(|file| !file.text.starts_with("//! "));
    let text = "a file opens with `//!`: what lives here, what does not, where to start";
    Ok(silent.map(|file| Finding::new(&file.path, 1, text)).collect())
}

/// No source file is longer than one sitting.
pub fn lengths(repository: &Repository) -> Outcome<Vec<Finding>> {
    let long = |file: &&File| {
        SOURCE_ENDINGS.iter().any(|end| file.path.ends_with(end))
            && file.text.lines().count() > FILE_LINES_MAX
    };
    let text = |file: &File| format!("{} lines; at most {FILE_LINES_MAX}", file.text.lines().count());
    Ok(repository
        .files
        .iter()
        .filter(long)
        .map(|file| Finding::new(&file.path, FILE_LINES_MAX + 1, text(file)))
        .collect())
}

/// Nothing in the tree stands for work not done.
pub fn leftovers(repository: &Repository) -> Outcome<Vec<Finding>> {
    let mut found = scan(repository, |path| !is_lock_file(path), LEFTOVER_WORDS);
    found.extend(scan(repository, |path| path.ends_with(".rs"), LEFTOVER_MACROS));
    Ok(found)
}

/// No path that exists on one machine only.
pub fn machine_paths(repository: &Repository) -> Outcome<Vec<Finding>> {
    Ok(scan(repository, |path| !is_lock_file(path), MACHINE_PATHS))
}

/// The engines' names appear in Rust only in the store's engine folder.
pub fn engine_names(repository: &Repository) -> Outcome<Vec<Finding>> {
    let mut found = Vec::new();
    for file in repository.ending(".rs").filter(|file| !file.path.starts_with(ENGINE_FOLDER)) {
        for (index, line) in file.text.lines().enumerate() {
            let lower = line.to_lowercase();
            for name in ENGINE_NAMES.iter().filter(|name| lower.contains(**name)) {
                let text = format!("`{name}` is a word of {ENGINE_FOLDER} alone");
                found.push(Finding::new(&file.path, index + 1, text));
            }
        }
    }
    Ok(found)
}

fn scan(repository: &Repository, looks_at: fn(&str) -> bool, words: &[&str]) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in repository.files.iter().filter(|file| looks_at(&file.path)) {
        for (index, line) in file.text.lines().enumerate() {
            for word in words.iter().filter(|word| has_word(line, word)) {
                found.push(Finding::new(&file.path, index + 1, format!("`{word}` does not belong here")));
            }
        }
    }
    found
}

/// Lock files hold digests, in which any letters may stand side by side.
fn is_lock_file(path: &str) -> bool {
    path.ends_with("Cargo.lock") || path.ends_with("package-lock.json")
}

/// Whether the word stands by itself: `VTODO`, which calendars are full of, is not `TODO`.
fn has_word(line: &str, word: &str) -> bool {
    let joins = |found: Option<char>| found.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let after = &line[at + word.len()..];
        let runs_in = joins(line[..at].chars().next_back());
        let runs_on = word.ends_with(char::is_alphanumeric) && joins(after.chars().next());
        !runs_in && !runs_on
    })
}

#[cfg(test)]
mod tests {
    use super::super::repository::made_of;
    use super::*;

    // Aim: each rule bites where it should, and only there.
    #[test]
    fn opening_wanted_in_rust_only() {
        let tree = made_of(&[("a.rs", "//! Here.\n"), ("b.rs", "fn main() {}\n"), ("c.toml", "x = 1\n")]);
        let found = openings(&tree).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].path, "b.rs");
    }

    #[test]
    fn length_is_bounded() {
        let long = "x\n".repeat(FILE_LINES_MAX + 1);
        let tree = made_of(&[("a.rs", &long), ("b.md", &long), ("c.rs", &long[2..])]);
        let found = lengths(&tree).unwrap();
        assert_eq!(found.iter().map(|finding| finding.path.as_str()).collect::<Vec<_>>(), ["a.rs"]);
    }

    #[test]
    fn leftovers_are_whole_words() {
        let tree = made_of(&[
            ("a.rs", "//! VTODO\n// TODO: later\nlet x = dbg!(y);\nmy_todo!()\n"),
            ("b.md", "dbg!\n"),
        ]);
        let lines: Vec<usize> = leftovers(&tree).unwrap().iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [2, 3]);
    }

    #[test]
    fn machine_paths_are_found_but_not_urls_that_end_so() {
        let tree = made_of(&[("a.md", "see /work/main\nhttps://shop.example/work/7\n(/root/.cargo)\n")]);
        let lines: Vec<usize> = machine_paths(&tree).unwrap().iter().map(|finding| finding.line).collect();
        assert_eq!(lines, [1, 3]);
    }

    #[test]
    fn engines_are_named_in_their_folder_only() {
        let tree = made_of(&[
            ("crates/store/src/engine/one.rs", "use rusqlite;"),
            ("crates/desk/src/lib.rs", "//! Fine.\n// PostgreSQL does this\n"),
            ("docs/operate/engines.md", "SQLite"),
        ]);
        let found = engine_names(&tree).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].path.as_str(), found[0].line), ("crates/desk/src/lib.rs", 2));
    }
}
