//! Where a rule does not hold, and why. Nothing else excuses a finding.

/// A place that one rule passes over.
pub struct Exception {
    /// The rule's name.
    pub rule: &'static str,
    /// A file, or a folder with its slash, from the repository's root.
    pub path: &'static str,
    /// Why, as a sentence for whoever wonders whether it may go.
    pub reason: &'static str,
}

pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        rule: "lints",
        path: "fuzz/",
        reason: "A workspace of its own, since it is built with flags of its own: it has nothing to inherit from.",
    },
    Exception {
        rule: "lints",
        path: "tests/deny/breach/",
        reason: "A workspace apart whose crates are empty: it is there to be refused by cargo-deny.",
    },
    Exception {
        rule: "length",
        path: "crates/wire/src/problem/kinds.rs",
        reason: "One table of all problems, in the order in which they are looked for: in two files it would be in none.",
    },
    Exception {
        rule: "leftover",
        path: "xtask/src/tidy/lines.rs",
        reason: "The rule names the words that it looks for.",
    },
    Exception {
        rule: "machine-path",
        path: "xtask/src/tidy/lines.rs",
        reason: "The rule names the paths that it looks for.",
    },
    Exception {
        rule: "engine-name",
        path: "xtask/",
        reason: "The tests' own house has to find the database's server programs.",
    },
    Exception {
        rule: "engine-name",
        path: "crates/dayshelf/src/logs.rs",
        reason: "The database's client says too much in the log, and is named by its library's name there.",
    },
    Exception {
        rule: "engine-name",
        path: "crates/testkit/",
        reason: "The throw-away database is started here.",
    },
    Exception {
        rule: "engine-name",
        path: "crates/sim/src/world/vfs.rs",
        reason: "The simulated disk is handed to the embedded engine through its own C interface.",
    },
    Exception {
        rule: "engine-name",
        path: "crates/torture/",
        reason: "Database servers are started, killed and failed over here.",
    },
];
