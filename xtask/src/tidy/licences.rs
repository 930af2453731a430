//! What we build with: its licences are on the list, it comes from the one registry, what must not be in the
//! program is not, and there is one TLS stack of one version. Our own licence is there too.
//!
//! Known weaknesses are not looked up: their list is not in the repository, and a test must not need a network.

use super::Finding;
use super::repository::Repository;
use crate::shell::{self, Outcome};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Licences that ask for no more than their text; MPL-2.0 asks for changes to its own files, and we make none.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "MPL-2.0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// A second TLS stack, or one that wants a C tool chain of its own, comes in by a forgotten default feature.
const BANNED: &[&str] = &[
    "openssl-sys",
    "native-tls",
    "aws-lc-sys",
    "aws-lc-fips-sys",
    "boring-sys",
    "s2n-tls-sys",
    "mbedtls-sys-auto",
    "wolfssl-sys",
];

/// The parts of the one TLS stack. Two versions of one are two stacks, each with its own list of faults.
const ONCE: &[&str] =
    &["ring", "rustls", "rustls-webpki", "rustls-pki-types", "tokio-rustls", "hyper-rustls", "webpki"];

/// Where everything that is not ours comes from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

/// Our licence, and everything that the resolved graph brings.
pub fn find(repository: &Repository) -> Outcome<Vec<Finding>> {
    let mut found = Vec::new();
    if !repository.file("LICENSE").is_some_and(|file| file.text.contains("Apache License")) {
        found.push(Finding::new("LICENSE", 1, "the text of Apache-2.0 is missing"));
    }
    found.extend(faults(&shell::metadata(true)?).into_iter().map(|text| Finding::new("Cargo.lock", 1, text)));
    Ok(found)
}

/// Only what the graph reaches with our features counts; a lock file also lists what is switched off.
fn faults(metadata: &Value) -> Vec<String> {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let reached: BTreeSet<String> = list(&metadata["resolve"]["nodes"])
        .iter()
        .filter_map(|node| node["id"].as_str().map(str::to_owned))
        .collect();
    let ours: Vec<Value> = list(&metadata["workspace_members"]);
    let mut found = Vec::new();
    let mut versions: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in list(&metadata["packages"]) {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        if !reached.contains(&text("id")) {
            continue;
        }
        let (name, licence) = (text("name"), text("license"));
        if BANNED.contains(&name.as_str()) {
            found.push(format!("`{name}` is banned: see who brings it with `cargo tree -i {name}`"));
        }
        if licence.is_empty() {
            found.push(format!("`{name}` names no licence"));
        } else if !is_allowed(&licence) {
            found.push(format!("`{name}` is under {licence}, which is not on the list"));
        }
        found.extend(from_elsewhere(&package, ours.contains(&package["id"])));
        versions.entry(name).or_default().push(text("version"));
    }
    versions.retain(|name, versions| ONCE.contains(&name.as_str()) && versions.len() > 1);
    found.extend(versions.iter().map(|(name, versions)| {
        format!("`{name}` is there in the versions {}: see `cargo tree -d`", versions.join(" and "))
    }));
    found
}

/// What is wrong about where a package comes from: a repository or a folder can change without a trace.
fn from_elsewhere(package: &Value, ours: bool) -> Option<String> {
    let name = &package["name"];
    match package["source"].as_str() {
        None if ours => None,
        Some(REGISTRY) => None,
        Some(other) => Some(format!("{name} comes from {other}, which is not the registry")),
        None => Some(format!("{name} comes from a folder and is no crate of the workspace")),
    }
}

/// Whether an SPDX expression leaves a way that is on the list: all parts of an AND, one part of an OR.
fn is_allowed(expression: &str) -> bool {
    // Old manifests write OR as a slash.
    let spaced = expression.replace('/', " OR ").replace('(', " ( ").replace(')', " ) ");
    let mut words = spaced.split_whitespace().peekable();
    let allowed = either(&mut words);
    allowed && words.next().is_none()
}

type Words<'a> = std::iter::Peekable<std::str::SplitWhitespace<'a>>;

fn either(words: &mut Words) -> bool {
    let mut allowed = both(words);
    while words.next_if_eq(&"OR").is_some() {
        // Not `||`, which would leave the rest of the expression unread.
        allowed |= both(words);
    }
    allowed
}

fn both(words: &mut Words) -> bool {
    let mut allowed = one(words);
    while words.next_if_eq(&"AND").is_some() {
        allowed &= one(words);
    }
    allowed
}

fn one(words: &mut Words) -> bool {
    let Some(word) = words.next() else { return false };
    if word == "(" {
        let allowed = either(words);
        return words.next_if_eq(&")").is_some() && allowed;
    }
    let mut licence = word.to_owned();
    if words.next_if_eq(&"WITH").is_some() {
        licence = format!("{licence} WITH {}", words.next().unwrap_or_default());
    }
    ALLOWED.contains(&licence.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn expressions_are_read_as_spdx_means_them() {
        for yes in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "Apache-2.0 AND ISC",
            "(MIT OR GPL-2.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR GPL-2.0",
        ] {
            assert!(is_allowed(yes), "{yes}");
        }
        for no in
            ["AGPL-3.0-only", "MIT AND GPL-3.0-only", "(MIT OR GPL-2.0) AND LGPL-2.1", "", "MIT MIT", "(MIT"]
        {
            assert!(!is_allowed(no), "{no}");
        }
    }

    // Aim: what the graph reaches is judged, what it does not reach is not.
    #[test]
    fn the_graph_decides() {
        let metadata = graph(&[
            json!({"id": "a", "name": "good", "license": "MIT", "source": REGISTRY}),
            json!({"id": "b", "name": "openssl-sys", "license": "MIT", "source": REGISTRY}),
            json!({"id": "d", "name": "silent", "license": null, "source": REGISTRY}),
            json!({"id": "e", "name": "bad", "license": "GPL-3.0-only", "source": REGISTRY}),
            json!({"id": "f", "name": "ours", "license": "Apache-2.0", "source": null}),
        ]);
        let found = faults(&metadata);
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("openssl-sys"));
        assert!(found[1].contains("silent"));
        assert!(found[2].contains("bad"));
    }

    // Aim: what comes from elsewhere is found, and so is a part of the TLS stack that is there twice.
    #[test]
    fn sources_and_versions_are_judged() {
        let package = |id: &str, name: &str, version: &str, source: Option<&str>| json!({"id": id, "name": name, "version": version, "license": "MIT", "source": source});
        let found = faults(&graph(&[
            package("a", "rustls", "0.23.1", Some(REGISTRY)),
            package("b", "rustls", "0.22.0", Some(REGISTRY)),
            package("c", "getrandom", "0.3.0", Some(REGISTRY)),
            package("d", "getrandom", "0.4.0", Some(REGISTRY)),
            package("e", "borrowed", "1.0.0", Some("git+https://example.org/borrowed")),
            package("g", "copied", "1.0.0", None),
            package("f", "ours", "0.1.0", None),
        ]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("borrowed") && found[1].contains("copied"), "{found:?}");
        assert!(found[2].contains("`rustls` is there in the versions 0.23.1 and 0.22.0"), "{found:?}");
    }

    /// These packages, all reached but one, and `f` ours.
    fn graph(packages: &[Value]) -> Value {
        let mut all = packages.to_vec();
        let nodes: Vec<Value> = all.iter().map(|package| json!({"id": package["id"]})).collect();
        all.push(json!({"id": "z", "name": "switched-off", "license": "AGPL-3.0-only", "source": null}));
        json!({"packages": all, "resolve": {"nodes": nodes}, "workspace_members": ["f"]})
    }
}
