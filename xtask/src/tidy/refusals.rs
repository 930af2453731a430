//! The refusals in docs/reference/refusals.md against the enum in `core`: the same codes in the same order,
//! since the order is the order of precedence.
//!
//! In core/src/refusal.rs a code stands at the start of its line as `code => Variant` within `refusals! {`; in
//! the docs it is the first cell of a table's row, in backticks.

use super::Finding;
use super::repository::Repository;
use crate::shell::Outcome;

const SOURCE: &str = "crates/core/src/refusal.rs";
/// The line that opens the list in the source; a line with nothing but a brace closes it.
const LIST: &str = "refusals! {";
const PAGE: &str = "docs/reference/refusals.md";

/// Compares the two lists; before the enum is there, there is nothing to compare.
pub fn find(repository: &Repository) -> Outcome<Vec<Finding>> {
    let Some(source) = repository.file(SOURCE) else { return Ok(Vec::new()) };
    let coded = coded(&source.text);
    if coded.is_empty() {
        return Ok(vec![Finding::new(SOURCE, 1, "no `code => Variant` was found in `refusals! {`")]);
    }
    let Some(page) = repository.file(PAGE) else {
        return Ok(vec![Finding::new(PAGE, 1, "is missing; it lists every refusal")]);
    };
    Ok(compare(&coded, &documented(&page.text)))
}

/// A code and the line it stands on.
type Codes<'a> = Vec<(usize, &'a str)>;

fn compare(coded: &Codes, documented: &Codes) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, code) in coded {
        if !documented.iter().any(|(_, known)| known == code) {
            found.push(Finding::new(SOURCE, *line, format!("`{code}` is not in {PAGE}")));
        }
    }
    for (line, code) in documented {
        if !coded.iter().any(|(_, known)| known == code) {
            found.push(Finding::new(PAGE, *line, format!("`{code}` is not in {SOURCE}")));
        }
    }
    if found.is_empty() && coded.len() != documented.len() {
        found.push(Finding::new(PAGE, 1, "a code is listed twice"));
    }
    if found.is_empty() {
        let differs = coded.iter().zip(documented).find(|((_, coded), (_, documented))| coded != documented);
        if let Some(((_, coded), (line, documented))) = differs {
            let text = format!("`{documented}` stands where the enum's order of precedence has `{coded}`");
            found.push(Finding::new(PAGE, *line, text));
        }
    }
    found
}

fn coded(source: &str) -> Codes<'_> {
    let list =
        source.lines().enumerate().skip_while(|(_, line)| *line != LIST).take_while(|(_, line)| *line != "}");
    list.filter_map(|(index, line)| Some((index + 1, code_in_source(line)?))).collect()
}

fn documented(page: &str) -> Codes<'_> {
    page.lines().enumerate().filter_map(|(index, line)| Some((index + 1, code_in_docs(line)?))).collect()
}

fn code_in_source(line: &str) -> Option<&str> {
    let (code, variant) = line.split_once("=>")?;
    let code = code.trim();
    (is_code(code) && variant.trim_start().starts_with(|c: char| c.is_ascii_uppercase())).then_some(code)
}

fn code_in_docs(line: &str) -> Option<&str> {
    let (code, _) = line.strip_prefix("| `")?.split_once('`')?;
    is_code(code).then_some(code)
}

fn is_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::super::repository::made_of;
    use super::*;

    const ENUM: &str = "refusals! {\n    /// Its time is over.\n    hold_lapsed => HoldLapsed { at: Instant };\n    \
                        too_few => TooFew;\n}\nmatch x {\n    other => Some(other),\n}\n";

    fn found(page: &str) -> Vec<String> {
        let tree = made_of(&[(SOURCE, ENUM), (PAGE, page)]);
        find(&tree).unwrap().into_iter().map(|finding| finding.text).collect()
    }

    // Aim: equal lists pass; a missing, a strange, a doubled and a misplaced code are each found.
    #[test]
    fn lists_are_compared_both_ways_and_in_order() {
        assert_eq!(found("| `hold_lapsed` | … |\n| `too_few` | … |\n"), [""; 0]);
        assert!(found("| `hold_lapsed` | … |\n")[0].contains("`too_few` is not in docs"));
        assert!(
            found("| `hold_lapsed` |\n| `too_few` |\n| `gone` |\n")[0].contains("`gone` is not in crates")
        );
        assert!(found("| `hold_lapsed` |\n| `too_few` |\n| `too_few` |\n")[0].contains("twice"));
        assert!(found("| `too_few` |\n| `hold_lapsed` |\n")[0].contains("order of precedence"));
    }

    #[test]
    fn before_the_enum_there_is_nothing_to_find() {
        assert_eq!(find(&made_of(&[])).unwrap(), []);
        assert_eq!(find(&made_of(&[(SOURCE, "enum Refusal {}\n")])).unwrap().len(), 1);
        assert!(find(&made_of(&[(SOURCE, ENUM)])).unwrap()[0].text.contains("is missing"));
    }
}
