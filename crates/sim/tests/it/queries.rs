//! Every question that `core` answers beside commands is put to the books in a life.
//!
//! A question is a public function of `core` that reads the books, a method of the books, or a method of what they hold
//! that is answered by an instant. They are found in its sources, so that a new one can't be forgotten.

use std::fs;
use std::path::Path;

/// Who asks, and who asks the rest: commands and pulses go through the second.
const ASKED: [&str; 2] = [include_str!("../../src/queries.rs"), include_str!("../../src/under.rs")];

/// What nobody needs to ask, and why.
const UNASKED: &[(&str, &str)] = &[
    ("resume", "the keeper's, when books were read"),
    ("home", "a name, which every id has"),
    ("on", "of a plan that is being tried: nobody outside sees one"),
    ("has_begun", "of a price step: asked as the step that counts"),
    ("phase_anew", "what is noted when a window is written, which the fact says"),
    ("written", "what is noted when a window is written, which the fact says"),
    ("is_over", "of the publisher's list of late purchases: in no books"),
    ("persons", "of the publisher's list of late purchases: in no books"),
];

/// The questions in a source file of `core`, by its path there.
fn questions<'s>(path: &str, source: &'s str) -> Vec<&'s str> {
    let source = source.split("#[cfg(test)]").next().unwrap_or_default();
    let functions = source.match_indices("pub fn ").filter_map(|(at, found)| {
        let is_indented = source[..at].ends_with(' ');
        let rest = &source[at + found.len()..];
        let signature = &rest[..rest.find(['{', ';'])?];
        Some((is_indented, &rest[..rest.find(['(', '<'])?], signature))
    });
    let is_question = |(is_method, _, signature): &(bool, &str, &str)| {
        let reads = signature.contains("&self") || signature.contains("(self");
        let of_door = !is_method && path == "decide/mod.rs";
        let of_books = *is_method && reads && path == "books.rs";
        let by_instant = *is_method && reads && signature.contains(": Instant");
        // Time reckons with instants for a living.
        let by_instant = by_instant && path != "time.rs";
        let reads_books = signature.contains("&Books") || signature.contains("b Books");
        of_door || of_books || by_instant || reads_books
    };
    functions.filter(is_question).map(|(_, name, _)| name).collect()
}

/// Whether a source calls a function of this very name.
fn calls(source: &str, name: &str) -> bool {
    let is_whole =
        |at: usize| !source[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
    source.match_indices(&format!("{name}(")).any(|(at, _)| is_whole(at))
}

fn visit(folder: &Path, prefix: &str, seen: &mut impl FnMut(&str, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            visit(&entry.path(), &format!("{path}/"), seen);
        } else {
            seen(&path, &fs::read_to_string(entry.path()).unwrap());
        }
    }
}

/// A new query fails this until `queries` asks it, and a reason not to ask goes with what it was for.
#[test]
fn every_query_is_asked() {
    let mut names: Vec<String> = Vec::new();
    let core = Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/src");
    visit(&core, "", &mut |path, source| {
        names.extend(questions(path, source).into_iter().map(str::to_owned))
    });
    assert!(names.len() > 40, "the sources are read: {names:?}");
    for name in &names {
        let is_asked = ASKED.iter().any(|source| calls(source, name));
        let is_listed = UNASKED.iter().any(|(listed, _)| listed == name);
        assert!(is_asked || is_listed, "nobody asks `{name}`");
        assert!(!(is_asked && is_listed), "`{name}` is asked, and listed as if it were not");
    }
    for (listed, why) in UNASKED {
        assert!(names.iter().any(|name| name == listed), "there is no `{listed}` to be left out: {why}");
    }
}

/// The search itself: what is new would be found wherever it stands and however long it is, and a longer name is no call
/// of a shorter one.
#[test]
fn a_new_query_would_be_found() {
    let new = "impl Hold {\n    pub fn is_late(\n        &self,\n        now: Instant,\n    ) -> bool {\n    }\n    \
        pub fn units(&self) -> u32 {\n    }\n}\npub fn owed<'b>(\n    books: &'b Books,\n) -> u32 {\n}\n\
        pub fn spoil(books: &mut Books) {\n}\n#[cfg(test)]\nmod tests { pub fn aid(books: &Books) {} }\n";
    assert_eq!(questions("hold.rs", new), ["is_late", "owed"]);
    assert_eq!(questions("hold.rs", "pub fn owed(books: &Books, slot: SlotId) -> u32 {"), ["owed"]);
    assert_eq!(
        questions("books.rs", "    pub fn next(&self) -> u32 {\n    pub fn open(by: Id) -> Self {"),
        ["next"]
    );
    assert_eq!(questions("decide/mod.rs", "pub fn spoil(books: &mut Books) {"), ["spoil"]);
    assert!(calls("same(closed_by(books))", "closed_by") && calls("books.left(now)", "left"));
    assert!(!calls("same(slots_closed_by(books))", "closed_by"));
}
