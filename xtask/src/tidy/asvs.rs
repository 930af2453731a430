//! The page on the verification standard: every requirement of levels 1 and 2 has one row, and what a row calls shown
//! names a test that is in a file which it links.
//!
//! The standard's own words are not here, only its numbers. Start at [`find`].

use super::Finding;
use super::links::resolve;
use super::repository::Repository;
use crate::shell::Outcome;
use std::collections::{BTreeMap, BTreeSet};

/// Where the rows are.
const PAGE: &str = "docs/internals/asvs.md";
/// How a requirement may stand.
const STANDS: &[&str] = &["shown", "built", "absent", "left", "open"];
/// Each section of the standard's release 5.0.0 with how many requirements of levels 1 and 2 it begins with; those of
/// level 3 come last in each.
const ASKED: &[(&str, usize)] = &[
    ("1.1", 2),
    ("1.2", 9),
    ("1.3", 11),
    ("1.4", 3),
    ("1.5", 2),
    ("2.1", 3),
    ("2.2", 3),
    ("2.3", 4),
    ("2.4", 1),
    ("3.2", 2),
    ("3.3", 4),
    ("3.4", 6),
    ("3.5", 5),
    ("3.7", 2),
    ("4.1", 3),
    ("4.2", 1),
    ("4.3", 2),
    ("4.4", 4),
    ("5.1", 1),
    ("5.2", 3),
    ("5.3", 2),
    ("5.4", 3),
    ("6.1", 3),
    ("6.2", 12),
    ("6.3", 4),
    ("6.4", 4),
    ("6.5", 5),
    ("6.6", 3),
    ("6.8", 4),
    ("7.1", 3),
    ("7.2", 4),
    ("7.3", 2),
    ("7.4", 5),
    ("7.5", 2),
    ("7.6", 2),
    ("8.1", 2),
    ("8.2", 3),
    ("8.3", 1),
    ("8.4", 1),
    ("9.1", 3),
    ("9.2", 4),
    ("10.1", 2),
    ("10.2", 2),
    ("10.3", 4),
    ("10.4", 11),
    ("10.5", 5),
    ("10.6", 2),
    ("10.7", 3),
    ("11.1", 2),
    ("11.2", 3),
    ("11.3", 3),
    ("11.4", 4),
    ("11.5", 1),
    ("11.6", 1),
    ("12.1", 3),
    ("12.2", 2),
    ("12.3", 4),
    ("13.1", 1),
    ("13.2", 5),
    ("13.3", 2),
    ("13.4", 5),
    ("14.1", 2),
    ("14.2", 4),
    ("14.3", 3),
    ("15.1", 3),
    ("15.2", 3),
    ("15.3", 7),
    ("16.1", 1),
    ("16.2", 5),
    ("16.3", 4),
    ("16.4", 3),
    ("16.5", 3),
    ("17.1", 1),
    ("17.2", 4),
    ("17.3", 2),
];

/// A row of a requirement.
struct Row<'a> {
    line: usize,
    number: &'a str,
    stands: &'a str,
    answer: &'a str,
}

/// Checks the page.
pub fn find(repository: &Repository) -> Outcome<Vec<Finding>> {
    let Some(page) = repository.file(PAGE) else {
        return Ok(vec![Finding::new(PAGE, 1, "the page on the verification standard is gone")]);
    };
    let rows: Vec<_> = page.text.lines().enumerate().filter_map(row).collect();
    let places = definitions(&page.text);
    let mut found: Vec<_> = numbers(&rows).into_iter().map(|text| Finding::new(PAGE, 1, text)).collect();
    for row in &rows {
        found.extend(fault(repository, &places, row).map(|text| Finding::new(PAGE, row.line, text)));
    }
    Ok(found)
}

/// A line of the page as a row, if it begins with the number of a requirement.
fn row((index, line): (usize, &str)) -> Option<Row<'_>> {
    let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.splitn(4, " | ");
    let number = cells.next().filter(|cell| cell.split('.').all(|part| part.parse::<u8>().is_ok()))?;
    let (_about, stands, answer) = (cells.next()?, cells.next()?, cells.next()?);
    Some(Row { line: index + 1, number, stands, answer })
}

/// What lacks a row, has two, or is no requirement.
fn numbers(rows: &[Row<'_>]) -> Vec<String> {
    let asked: BTreeSet<String> = ASKED
        .iter()
        .flat_map(|(section, count)| (1..=*count).map(move |last| format!("{section}.{last}")))
        .collect();
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    rows.iter().for_each(|row| *times.entry(row.number).or_default() += 1);
    let lacking = asked.iter().filter(|number| !times.contains_key(number.as_str()));
    let lacking = lacking.map(|number| format!("{number} has no row"));
    let doubled =
        times.iter().filter(|(_, times)| **times > 1).map(|(number, _)| format!("{number} has two rows"));
    let unknown = times.keys().filter(|number| !asked.contains(**number));
    let unknown = unknown.map(|number| format!("{number} is no requirement of levels 1 and 2"));
    lacking.chain(doubled).chain(unknown).collect()
}

/// Where the page's references lead, by their names.
fn definitions(text: &str) -> BTreeMap<&str, String> {
    let pairs = text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: "));
    pairs.filter_map(|(name, target)| Some((name, resolve(PAGE, target)?))).collect()
}

/// What is wrong with a row.
fn fault(repository: &Repository, places: &BTreeMap<&str, String>, row: &Row<'_>) -> Option<String> {
    if !STANDS.contains(&row.stands) {
        return Some(format!("`{}` is no way to stand: {}", row.stands, STANDS.join(", ")));
    }
    if row.answer.trim().is_empty() {
        return Some(format!("{} has no answer", row.number));
    }
    let named: Vec<&str> = row.answer.split('`').skip(1).step_by(2).collect();
    let linked: Vec<&str> = places
        .iter()
        .filter(|(name, _)| row.answer.contains(&format!("[{name}]")))
        .filter_map(|(_, path)| repository.file(path))
        .map(|file| file.text.as_str())
        .collect();
    let is_there = |name: &&str| linked.iter().any(|text| text.contains(*name));
    match row.stands {
        "shown" if !named.iter().any(is_there) => {
            Some(format!("{} names no test that is linked", row.number))
        }
        "shown" | "open" => {
            let gone = named.iter().filter(|name| is_test(name)).find(|name| !is_there(name))?;
            Some(format!("{}: `{gone}` is in no file that is linked", row.number))
        }
        "built" if linked.is_empty() && !row.answer.contains("](") => {
            let folders = places.iter().any(|(name, _)| row.answer.contains(&format!("[{name}]")));
            (!folders).then(|| format!("{} links nothing that does it", row.number))
        }
        _ => None,
    }
}

/// Whether a word in code is a test's name, as ours are, and nothing else.
fn is_test(name: &str) -> bool {
    let words = name.contains('_') || name.contains(' ');
    words
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | ' ' | ','))
}

#[cfg(test)]
mod tests {
    use super::super::repository::made_of;
    use super::*;

    fn said(row: &str) -> Vec<String> {
        let page = format!("{row}\n\n[a]: ../../a.rs\n");
        let tree = made_of(&[(PAGE, &page), ("a.rs", "fn it_holds() {}")]);
        let found = find(&tree).unwrap().into_iter().map(|finding| finding.text);
        found.filter(|text| !text.ends_with("has no row")).collect()
    }

    // Aim: a sound row passes, and each way to say more than is so is found.
    #[test]
    fn rows_say_what_is_so() {
        assert_eq!(said("| 1.1.1 | x | shown | By [a] `it_holds` |"), [""; 0]);
        assert_eq!(said("| 1.1.1 | x | absent | None |"), [""; 0]);
        for wrong in [
            "| 1.1.1 | x | shown | By `it_holds` |",
            "| 1.1.1 | x | shown | By [a] |",
            "| 1.1.1 | x | shown | By [a] `it_holds`, `it_does_not` |",
            "| 1.1.1 | x | done | By [a] `it_holds` |",
            "| 1.1.1 | x | built | It is |",
            "| 1.1.3 | x | absent | None |",
            "| 1.1.1 | x | absent | None |\n| 1.1.1 | x | absent | None |",
        ] {
            assert_eq!(said(wrong).len(), 1, "{wrong}: {:?}", said(wrong));
        }
    }

    // Aim: the numbers are as many as the standard has, and one that is left out is missed.
    #[test]
    fn all_are_asked_for() {
        assert_eq!(ASKED.iter().map(|(_, count)| count).sum::<usize>(), 253);
        assert_eq!(find(&made_of(&[(PAGE, "| 1.1.1 | x | absent | None |\n")])).unwrap().len(), 252);
    }
}
