//! Every question that `core` answers beside commands is put to the books in a life.

/// What `core` lets others ask of the books.
const DOOR: &str = include_str!("../../../core/src/decide/mod.rs");
const BOOKS: &str = include_str!("../../../core/src/books.rs");
/// Who asks it.
const ASKED: &str = include_str!("../../src/queries.rs");
/// Who asks the rest: commands and pulses go through here.
const UNDER: &str = include_str!("../../src/under.rs");

/// The names behind `pub use` and `pub fn`.
fn offered(source: &str) -> Vec<&str> {
    let uses = source.lines().filter_map(|line| line.strip_prefix("pub use "));
    let named = uses.flat_map(|line| {
        let list = line.rsplit("::").next().unwrap_or_default();
        list.trim_matches(['{', '}', ';']).trim_end_matches("};").split(", ")
    });
    let functions = source.lines().filter_map(|line| line.trim_start().strip_prefix("pub fn "));
    let functions = functions.filter_map(|line| line.split(['(', '<']).next());
    named.chain(functions).filter(|name| name.starts_with(char::is_lowercase)).collect()
}

/// A new query fails this until `queries` asks it; what the books do for their keeper is listed.
#[test]
fn every_query_is_asked() {
    let keeper = [
        "reindex",
        "resume",
        "forget_fetched",
        "open",
        "home",
        "is_empty",
        // Asked by way of what they list: windows, offers and blocks of a slot.
        "windows_of",
        "offers_of",
        "fulfilments_of",
        "blocks_of",
    ];
    let names: Vec<&str> = offered(DOOR).into_iter().chain(offered(BOOKS)).collect();
    assert!(names.len() > 12, "the sources are read: {names:?}");
    for name in names {
        let is_asked = ASKED.contains(&format!("{name}(")) || UNDER.contains(&format!("{name}("));
        assert!(is_asked || keeper.contains(&name), "nobody asks `{name}`");
    }
}
