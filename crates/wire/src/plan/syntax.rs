//! What is wrong with text that is not TOML, in words of ours: what stands there, and what to write instead.
//!
//! The library tells what it met in words for its own authors, which change with its versions. They are used to choose
//! among ours and never shown: whatever is not known here is told as the line with its usual causes. Start at [`sentence`].

/// Characters of the text that are shown.
const SHOWN_CHARS_MAX: usize = 40;

/// What is said of a date or a time that there is not.
const NO_TIME: &str = "{} is no time; write it in quotes, as \"2026-12-04T18:00\"";

/// What the library says, in part, and what is said in its place; `{}` is what stands there. The first that fits counts.
const WORDS: &[(&str, &str)] = &[
    (
        "duplicate key",
        "{} stands twice here; remove one of the two, or write [[slots]] with two brackets for a further slot",
    ),
    (
        "cannot extend value",
        "{} has a value already and can't have members besides; write all of it in one place",
    ),
    ("recurs", "this is nested too deep; write fewer tables within each other"),
    ("unclosed array table", "a heading of a list ends with two brackets; write [[slots]]"),
    ("unclosed table", "a heading ends with its bracket; write [organiser]"),
    ("missing table open", "a heading begins with its bracket; write [organiser]"),
    ("unclosed array", "a list is not closed; write ] behind its last item"),
    ("unclosed inline table", "a table in braces is not closed; write } behind its last member"),
    ("missing array opening", "there is a ] too many; remove it, or write [ where the list begins"),
    ("missing inline table opening", "there is a } too many; remove it, or write { where the table begins"),
    ("extra comma", "there is a comma too many; remove it"),
    ("missing comma", "two items stand side by side; write a comma between them"),
    ("extra `=`", "there is an = too many; remove it, or write what stands before it on a line of its own"),
    ("extra assignment", "there is an = too many; remove it, or write a comma between two members"),
    ("in array", "an item of a list has no name; write { key = \"vip\" } for one that has members"),
    ("missing assignment", "a name has no value; write = and the value behind it"),
    ("key with no value", "{} has no value; write = and the value behind it"),
    ("missing value", "there is no value; write one behind the =, text in quotes"),
    ("missing key", "there is no name; write one in front of the ="),
    ("unquoted keys cannot be empty", "there is no name; write one in front of the ="),
    ("unquoted key", "{} can't be a name as it stands; write letters, digits, - and _, or put it in quotes"),
    (
        "string values must be quoted",
        "{} is text without quotes, or several values in one; write text in quotes, as \"Berlin\", and commas between items",
    ),
    ("missing opening quote", "text is not in quotes; write one in front of it too"),
    (
        "escape",
        "a \\ begins something that is no sign; write \\\\ for a backslash, or put the text in single quotes",
    ),
    (
        "string",
        "text does not end on its line; write a quote behind it, or three quotes around several lines",
    ),
    ("boolean", "{} is neither true nor false; write one of the two"),
    ("invalid date", NO_TIME),
    ("invalid year", NO_TIME),
    ("invalid month", NO_TIME),
    ("invalid day", NO_TIME),
    ("invalid hour", NO_TIME),
    ("invalid minute", NO_TIME),
    ("invalid second", NO_TIME),
    ("invalid time", NO_TIME),
    ("invalid offset", NO_TIME),
    ("leading zero", "{} is a number that begins with 0; write it without, or in quotes where it is a name"),
    ("`_` may only", "{} is no number; write _ between digits only"),
    ("sign", "{} has a sign that it can't have; write the number without"),
    ("radix", "{} is no number; write plain digits"),
    ("prefix", "{} is no number; write plain digits"),
    ("number", "{} is no number; write plain digits, or put it in quotes"),
    ("float", "{} is no number; write digits on both sides of the point, or put it in quotes"),
    ("comment", "a comment has a sign in it that can't be seen; remove it"),
    (
        "unexpected key or value",
        "{} stands behind a value that was complete; write it on a line of its own, or put the whole text in quotes",
    ),
];

/// What is said of anything else.
const ELSE: &str = "this line is not a name, an = and a value; check its quotes, brackets and commas, or write it as title = \"A drop\"";

/// What is wrong at a place of the text, and what to do.
pub(super) fn sentence(message: &str, text: &str, start: usize) -> String {
    let there = shown(text, start);
    // To the library nothing is text without quotes, too.
    let message =
        if there.is_none() && message.contains("must be quoted") { "missing value" } else { message };
    let found = WORDS.iter().find(|(said, _)| message.contains(said));
    let said = found.map_or(ELSE, |(_, said)| said);
    said.replace("{}", there.as_deref().unwrap_or("this"))
}

/// What stands at a place, as far as it is one thing.
fn shown(text: &str, start: usize) -> Option<String> {
    let rest = text.get(start..).unwrap_or_default();
    let line = rest.lines().next().unwrap_or_default();
    let word = line.split([',', '=', ']', '}', '#']).next().unwrap_or_default().trim();
    if word.is_empty() {
        return None;
    }
    let cut: String = word.chars().take(SHOWN_CHARS_MAX).collect();
    Some(if cut.len() < word.len() { format!("`{cut}…`") } else { format!("`{cut}`") })
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    /// Broken text with what has to be said of it.
    const BROKEN: &[(&str, usize, &str)] = &[
        ("title = A drop", 1, "`A drop` is text without quotes"),
        ("title = \"A drop", 1, "write a quote behind it"),
        ("title = 'A drop", 1, "write a quote behind it"),
        ("a = 1\ntitle = ", 2, "there is no value"),
        ("title", 1, "has no value"),
        ("title \"A drop\"", 1, "has no value"),
        ("= 1", 1, "write one in front of the ="),
        ("a = 1\na = 2", 2, "`a` stands twice here"),
        ("[slots]\na = 1\n[slots]\nb = 1", 3, "[[slots]] with two brackets"),
        ("a = 1\n[a]\nb = 1", 2, "stands twice"),
        ("[organiser\na = 1", 1, "write [organiser]"),
        ("[[slots]\na = 1", 1, "write [[slots]]"),
        ("a = [1, 2\nb = 3", 2, "write"),
        ("a = [1 2]", 1, "commas between items"),
        ("a = [1,, 2]", 1, "a comma too many"),
        ("a = { b = 1", 1, "write } behind its last member"),
        ("a = { b = 1 c = 2 }", 1, "write a comma between"),
        ("a = 1 2", 1, "several values in one"),
        ("a = \"1\" 2", 1, "stands behind a value that was complete"),
        ("a = 007", 1, "begins with 0"),
        ("a = 1__0", 1, "between digits only"),
        ("a = 2026-13-04", 1, "is no time"),
        ("a = \"\\q\"", 1, "write \\\\ for a backslash"),
        ("a == 1", 1, "an = too many"),
        ("a = 1 ]", 1, "write"),
        ("ö = 1", 1, "put it in quotes"),
        ("a.b = 1\na = 2", 2, "stands twice"),
        ("a = 1\na.b = 2", 2, "has a value already"),
    ];

    /// Each says on which line, what stands there and what to write, in no word of the library's.
    #[test]
    fn every_flaw_is_told_in_our_words() {
        let mut wrong = Vec::new();
        for (text, line, words) in BROKEN {
            let flaws = Source::read(text).err().unwrap_or_else(|| panic!("{text:?} is TOML"));
            let told =
                |flaw: &super::super::source::SyntaxFlaw| (flaw.at.map(|at| at.line), flaw.sentence.clone());
            let told: Vec<_> = flaws.iter().map(told).collect();
            let (at, sentence) = &told[0];
            let strange = ["expected", "invalid", "literal", "scalar", "std", "type "];
            let plain = |sentence: &String| {
                sentence.contains("; ") && !strange.iter().any(|word| sentence.contains(word))
            };
            let well = *at == Some(*line) && sentence.contains(words);
            if !well || !told.iter().all(|(_, sentence)| plain(sentence)) {
                wrong.push((text, told));
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
        assert_eq!(sentence("nobody has said this before", "a", 0), ELSE);
    }
}
