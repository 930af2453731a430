//! The reference page of problems, from their table.
//!
//! Not here: the table itself (`kinds`). Start at [`reference_page`].

use super::Kind;

/// The reference page: every kind with what to do next, as Markdown.
pub fn reference_page() -> String {
    let mut page = String::from(HEAD);
    for kind in Kind::ALL {
        let [buyer, organiser, operator] = kind.next_steps();
        page.push_str(&format!(
            "\n## {}\n\n{} · status {}\n\n{}\n\n- Buyer: {buyer}\n- Organiser: {organiser}\n- Operator: {operator}\n",
            kind.code(),
            kind.title(),
            kind.status(),
            kind.when()
        ));
        if *kind == Kind::Invalid {
            page.push_str("\nIts `type` ends in what is wrong, which also stands in `flaw`:\n\n");
            for flaw in super::flaw::flaws() {
                let (name, sentence) = super::flaw::flaw_words(&flaw);
                page.push_str(&format!("- `invalid#{name}`: {sentence}\n"));
            }
        }
    }
    page
}

const HEAD: &str = "# Problems

Every answer that is not a success is a problem document (RFC 9457, `application/problem+json`). Its `type`
ends in a stable code, `detail` is a sentence for a person, and further members say what to do next:
`opens_at`, `left`, `waitlist_url`, `retry_after`, `field` and others named below.

Of two problems that apply, the one that stands earlier on this page is answered.
This page is generated from the table in `crates/wire/src/problem/kinds.rs`; change it there.
";

#[cfg(test)]
mod tests {
    use super::*;

    /// The page in the docs is this table. With `DAYSHELF_WRITE=1` the test writes it anew.
    #[test]
    fn the_page_is_fresh() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/problems.md");
        if std::env::var_os("DAYSHELF_WRITE").is_some() {
            std::fs::write(path, reference_page()).unwrap();
        }
        let page = std::fs::read_to_string(path).unwrap_or_default();
        assert!(page == reference_page(), "stale: run DAYSHELF_WRITE=1 cargo test -p dayshelf-wire the_page");
    }
}
