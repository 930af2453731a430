//! The repository's own rules, each a function from the repository to findings.
//!
//! `cargo xtask tidy` prints all findings; `cargo test -p xtask` runs the same functions as tests. Here: the
//! list of rules and how findings are shown. Each rule is in a file of its own; exceptions, with their
//! reasons, are in `exceptions`. Start at `RULES`.

mod arrows;
mod asvs;
mod exceptions;
mod lines;
mod links;
mod lints;
mod refusals;
mod repository;

use crate::generated;
use crate::shell::Outcome;
use exceptions::{EXCEPTIONS, Exception};
use repository::Repository;

/// Something that a rule forbids, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Relative to the repository's root, with forward slashes.
    pub path: String,
    /// Counted from 1; 1 also stands for the file as a whole.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub text: String,
}

impl Finding {
    fn new(path: impl Into<String>, line: usize, text: impl Into<String>) -> Self {
        Finding { path: path.into(), line, text: text.into() }
    }
}

/// One rule of the repository.
struct Rule {
    name: &'static str,
    find: fn(&Repository) -> Outcome<Vec<Finding>>,
}

const RULES: &[Rule] = &[
    Rule { name: "arrows", find: arrows::find },
    Rule { name: "asvs", find: asvs::find },
    Rule { name: "opening", find: lines::openings },
    Rule { name: "length", find: lines::lengths },
    Rule { name: "leftover", find: lines::leftovers },
    Rule { name: "machine-path", find: lines::machine_paths },
    Rule { name: "engine-name", find: lines::engine_names },
    Rule { name: "refusals", find: refusals::find },
    Rule { name: "links", find: links::find },
    Rule { name: "lints", find: lints::find },
];

/// `cargo xtask tidy`: the rules, and then the generated files.
pub fn run(args: &[String]) -> Outcome {
    if let Some(arg) = args.first() {
        return Err(format!("tidy takes no arguments, not `{arg}`"));
    }
    rules()?;
    generated::check()
}

/// Checks all rules, prints every finding, and fails if there is one.
pub fn rules() -> Outcome {
    let repository = Repository::read()?;
    let mut count = 0;
    for rule in RULES {
        for finding in findings(rule, &repository)? {
            println!("{}:{}: [{}] {}", finding.path, finding.line, rule.name, finding.text);
            count += 1;
        }
    }
    println!("{} rules over {} files: {count} findings", RULES.len(), repository.files.len());
    if count == 0 { Ok(()) } else { Err(format!("{count} findings")) }
}

/// What a rule finds, less the exceptions; an exception that excuses nothing is a finding itself.
fn findings(rule: &Rule, repository: &Repository) -> Outcome<Vec<Finding>> {
    let mut found = (rule.find)(repository)?;
    for exception in EXCEPTIONS.iter().filter(|exception| exception.rule == rule.name) {
        let before = found.len();
        found.retain(|finding| !finding.path.starts_with(exception.path));
        if found.len() == before {
            let Exception { path, reason, .. } = exception;
            let text =
                format!("nothing in {path} needs this exception from `{}` any more: {reason}", rule.name);
            found.push(Finding::new("xtask/src/tidy/exceptions.rs", 1, text));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str) {
        let rule = RULES.iter().find(|rule| rule.name == name).expect("a rule of this name");
        let repository = Repository::read().expect("the repository is readable");
        let found = findings(rule, &repository).expect("the rule can be checked");
        let lines: Vec<String> = found
            .iter()
            .map(|finding| format!("{}:{}: {}", finding.path, finding.line, finding.text))
            .collect();
        assert!(lines.is_empty(), "{}", lines.join("\n"));
    }

    #[test]
    fn arrows_are_as_the_table_says() {
        check("arrows");
    }

    #[test]
    fn every_requirement_has_its_answer() {
        check("asvs");
    }

    #[test]
    fn every_source_file_says_what_lives_there() {
        check("opening");
    }

    #[test]
    fn no_source_file_is_too_long() {
        check("length");
    }

    #[test]
    fn nothing_is_left_over() {
        check("leftover");
    }

    #[test]
    fn no_path_of_one_machine() {
        check("machine-path");
    }

    #[test]
    fn engines_are_named_only_where_they_live() {
        check("engine-name");
    }

    #[test]
    fn refusals_in_the_docs_equal_the_enum() {
        check("refusals");
    }

    #[test]
    fn links_resolve() {
        check("links");
    }

    #[test]
    fn crate_lints_repeat_the_workspace_lints() {
        check("lints");
    }

    // Aim: an exception names a rule that exists and gives a reason.
    #[test]
    fn exceptions_are_reasoned() {
        for exception in EXCEPTIONS {
            assert!(RULES.iter().any(|rule| rule.name == exception.rule), "{}", exception.rule);
            assert!(exception.reason.len() > 10, "{}: {}", exception.path, exception.reason);
        }
    }
}
