//! Links inside the repository: every Markdown link that is not to the web leads to a file, and its fragment
//! to a heading.

use super::Finding;
use super::repository::Repository;
use crate::shell::Outcome;

/// Checks each link of each Markdown file.
pub fn find(repository: &Repository) -> Outcome<Vec<Finding>> {
    let mut found = Vec::new();
    for file in repository.ending(".md") {
        for (line, target) in links(&file.text) {
            if let Some(text) = fault(repository, &file.path, &target) {
                found.push(Finding::new(&file.path, line, text));
            }
        }
    }
    Ok(found)
}

fn fault(repository: &Repository, from: &str, target: &str) -> Option<String> {
    let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
    let path = if path.is_empty() { Some(from.to_owned()) } else { resolve(from, path) };
    let Some(path) = path.filter(|path| repository.has(path)) else {
        return Some(format!("`{target}` leads nowhere"));
    };
    let page = repository.file(&path)?;
    let known =
        fragment.is_empty() || !path.ends_with(".md") || headings(&page.text).any(|slug| slug == fragment);
    (!known).then(|| format!("`{target}`: {path} has no such heading"))
}

/// The link targets that are not on the web, each with its line; code is passed over.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (line, prose) in prose_lines(text) {
        let without_code: String = prose.split('`').step_by(2).collect::<Vec<_>>().join(" ");
        let inline = without_code.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
        let definition = without_code
            .trim_start()
            .strip_prefix('[')
            .and_then(|rest| rest.split_once("]: "))
            .and_then(|(_, target)| target.split_whitespace().next());
        let local = |target: &&str| !target.contains("://") && !target.starts_with("mailto:");
        found.extend(inline.chain(definition).filter(local).map(|target| (line, target.to_owned())));
    }
    found
}

/// Lines outside fenced code, counted from 1.
fn prose_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fenced = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let fence = line.trim_start().starts_with("```");
        fenced ^= fence;
        (!fenced && !fence).then_some((index + 1, line))
    })
}

/// The fragments of a page's headings, as forges make them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    prose_lines(text).filter(|(_, line)| line.starts_with('#')).map(|(_, line)| {
        let title = line.trim_start_matches('#').trim().to_lowercase();
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        title.chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
    })
}

/// The path from the root that a relative link in `from` means; none if it leaves the repository.
pub(super) fn resolve(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = if target.starts_with('/') { Vec::new() } else { from.split('/').collect() };
    parts.pop();
    for part in target.split('/').filter(|part| !matches!(*part, "" | ".")) {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::super::repository::made_of;
    use super::*;

    const PAGE: &str = "# Top\n[up](../README.md) [folder](../docs) [web](https://dayshelf.example/x)\n\
        [here](#one-hold) [there](../README.md#a-first-tour)\n```\n[code](nowhere)\n```\n`[code](nowhere)`\n## One hold\n";

    fn found(more: &str) -> Vec<(usize, String)> {
        let page = format!("{PAGE}{more}");
        let tree = made_of(&[("docs/page.md", &page), ("README.md", "# Dayshelf\n## A first tour\n")]);
        find(&tree).unwrap().into_iter().map(|finding| (finding.line, finding.text)).collect()
    }

    // Aim: what leads somewhere passes, each way to nowhere is found on its line.
    #[test]
    fn links_lead_somewhere() {
        assert_eq!(found(""), []);
        assert_eq!(found("[a](gone.md)\n")[0].0, 9);
        assert_eq!(found("[a](../../outside.md)\n").len(), 1);
        assert_eq!(found("[a](../README.md#gone)\n").len(), 1);
        assert_eq!(found("[a]: gone.md\n").len(), 1);
    }
}
