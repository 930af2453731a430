//! How much of a password is more than what anybody would try first: one's own name, the program's, a row of keys, the
//! same again and again.
//!
//! Not here: that it is long enough (`people`), and how it is kept (`http`). Start at [`surprises`].

use std::collections::BTreeSet;

/// Words that are tried first here, whoever it is.
const WORDS: [&str; 6] = ["dayshelf", "password", "passwort", "letmein", "welcome", "admin"];
/// Keys in the order in which they lie.
const ROWS: [&str; 6] = ["qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm"];
/// Letters of a name that is worth looking for.
const NAME_CHARS_MIN: usize = 3;

/// The letters that are left without known words and names, and that do not follow from the one before: the next in
/// the alphabet or in a row of keys, the same, or one that has followed there already.
pub(crate) fn surprises(given: &str, names: &[&str]) -> usize {
    let mut rest = given.to_lowercase();
    let names =
        names.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric())).map(str::to_lowercase);
    let names = names.filter(|name| name.chars().count() >= NAME_CHARS_MIN);
    for word in names.chain(WORDS.map(str::to_owned)) {
        rest = rest.replace(&word, " ");
    }
    let (mut seen, mut before, mut count) = (BTreeSet::new(), None, 0);
    for letter in rest.chars().filter(|letter| !letter.is_whitespace()) {
        let follows = before.is_some_and(|before| !seen.insert((before, letter)) || are_next(before, letter));
        count += usize::from(!follows);
        before = Some(letter);
    }
    count
}

fn are_next(one: char, other: char) -> bool {
    let in_row = |row: &&str| {
        let place = |wanted: char| row.chars().position(|letter| letter == wanted);
        place(one).zip(place(other)).is_some_and(|(one, other)| one.abs_diff(other) <= 1)
    };
    u32::from(one).abs_diff(u32::from(other)) <= 1 || ROWS.iter().any(in_row)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is tried first has little that surprises; words in a row have a lot.
    #[test]
    fn what_is_tried_first_says_little() {
        let ada = ["Ada Berg", "ada.berg@mugs.example"];
        for weak in [
            "aaaaaaaaaaaa",
            "123456789012",
            "qwertyuiopas",
            "asdfghjkl123",
            "abcabcabcabc",
            "Password1234",
            "dayshelf 2026",
            "Ada.Berg@mugs",
            "adaberg-adaberg",
            "Welcome12345!",
        ] {
            assert!(surprises(weak, &ada) < 6, "{weak}: {}", surprises(weak, &ada));
        }
        for strong in ["correct horse", "twelve letters", "a longer sentence", "kX9#vQ2!mZ7w"] {
            assert!(surprises(strong, &ada) >= 6, "{strong}: {}", surprises(strong, &ada));
        }
    }
}
