//! How much of a password is more than what anybody would try first: one's own name, the program's, a row of keys, the
//! same again and again.
//!
//! Not here: that it is long enough (`people`), and how it is kept (`http`). Start at [`surprises`] and [`is_common`].

mod common;

use std::collections::BTreeSet;

use sha2::{Digest as _, Sha256};

/// Words that are tried first here, whoever it is.
const WORDS: [&str; 24] = [
    "dayshelf",
    "password",
    "passwort",
    "letmein",
    "welcome",
    "admin",
    "angel",
    "baby",
    "football",
    "fussball",
    "iloveyou",
    "ichliebedich",
    "liverpool",
    "michael",
    "monkey",
    "princess",
    "qwerty",
    "secret",
    "sonnenschein",
    "sunshine",
    "superman",
    "summer",
    "sommer",
    "winter",
];
/// Keys in the order in which they lie: along, down, and to and fro between two rows.
const ROWS: [&str; 22] = [
    "qwertyuiop",
    "qwertzuiop",
    "azertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "yxcvbnm",
    "1qaz",
    "2wsx",
    "3edc",
    "4rfv",
    "5tgb",
    "6yhn",
    "7ujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "a1s2d3f4g5h6j7k8l9",
    "z1x2c3v4b5n6m7",
    "qawsedrftgyhujikolp",
    "qazwsxedcrfvtgbyhnujm",
    "zaqxswcdevfrbgtnhymju",
    "147258369",
    "741852963",
];
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

/// Whether it is one of the commonest there are.
pub(crate) fn is_common(given: &str) -> bool {
    let digest = Sha256::digest(given.to_lowercase());
    let first = digest.iter().take(4).fold(0, |all: u32, byte| all << 8 | u32::from(*byte));
    common::COMMON.binary_search(&first).is_ok()
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

    /// What everybody takes is known, however it is written; the list is in order, or nothing would be found in it.
    #[test]
    fn the_commonest_are_known() {
        assert!(common::COMMON.is_sorted_by(|one, next| one < next));
        for common in ["finalfantasy", "Scandinavian", "NEEDFORSPEED", "supernatural"] {
            assert!(is_common(common) && surprises(common, &[]) >= 6, "{common}");
        }
        assert!(!is_common("correct horse"));
    }

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
            "1qaz2wsx3edc",
            "q1w2e3r4t5y6",
            "zaqxswcde123",
            "Sonnenschein1",
        ] {
            assert!(surprises(weak, &ada) < 6, "{weak}: {}", surprises(weak, &ada));
        }
        for strong in ["correct horse", "twelve letters", "a longer sentence", "kX9#vQ2!mZ7w"] {
            assert!(surprises(strong, &ada) >= 6, "{strong}: {}", surprises(strong, &ada));
        }
    }
}
