//! What is wrong with a body's shape, in our words: what is there, what may be there, what to do.
//!
//! Serde tells a source what went wrong through [`serde::de::Error`]; [`ShapeFlaw`] keeps it as values until the path is
//! known, and [`ShapeFlaw::at`] makes the problem of it. Not here: how values are walked (`strict`).

use std::fmt::{self, Display};

use serde::de::{Error, Expected, Unexpected};

use crate::problem::Problem;

/// Something that a shape can't be read from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum ShapeFlaw {
    /// A field that does not exist, and those that do.
    UnknownField(String, &'static [&'static str]),
    /// A field that is needed.
    MissingField(&'static str),
    /// A field that stands there twice.
    RepeatedField(&'static str),
    /// None of the choices.
    UnknownChoice(String, &'static [&'static str]),
    /// Another type than is needed: what is there, and what to write.
    WrongType(String, String),
    /// Of the right type, and out of range.
    OutOfRange(String, String),
    /// What a type of ours says itself.
    Said(String),
}

impl Display for ShapeFlaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{self:?}")
    }
}

impl std::error::Error for ShapeFlaw {}

impl Error for ShapeFlaw {
    fn custom<T: Display>(said: T) -> Self {
        Self::Said(said.to_string())
    }

    fn invalid_type(there: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        let wanted = wanted.to_string();
        let whole = integer(&wanted).is_some() || wanted.starts_with("a whole number");
        match there {
            // A number of JSON without a fraction, only beyond what any whole number here may be.
            Unexpected::Float(value) if whole && value.fract() == 0.0 => {
                Self::OutOfRange(said(&there), words(&wanted))
            }
            Unexpected::Str(text) if whole && text.parse::<f64>().is_ok() => {
                Self::WrongType(said(&there), format!("{}, without quotes", words(&wanted)))
            }
            _ => Self::WrongType(said(&there), words(&wanted)),
        }
    }

    fn invalid_value(there: Unexpected<'_>, wanted: &dyn Expected) -> Self {
        Self::OutOfRange(said(&there), words(&wanted.to_string()))
    }

    fn invalid_length(length: usize, wanted: &dyn Expected) -> Self {
        Self::OutOfRange(format!("a list of {length}"), words(&wanted.to_string()))
    }

    fn unknown_variant(name: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownChoice(name.to_owned(), known)
    }

    fn unknown_field(name: &str, known: &'static [&'static str]) -> Self {
        Self::UnknownField(name.to_owned(), known)
    }

    fn missing_field(name: &'static str) -> Self {
        Self::MissingField(name)
    }

    fn duplicate_field(name: &'static str) -> Self {
        Self::RepeatedField(name)
    }
}

impl ShapeFlaw {
    /// The problem, at this path.
    pub(super) fn at(&self, path: &str) -> Problem {
        let path = if path == "." { "" } else { path };
        let field = if path.is_empty() { "body" } else { path };
        match self {
            Self::UnknownField(name, known) => unknown_field(&ending_in(path, name), name, known),
            Self::MissingField(name) => Problem::missing_field(&below(path, name)),
            Self::RepeatedField(name) => Problem::repeated_field(&ending_in(path, name)),
            Self::UnknownChoice(name, known) => unknown_choice(field, name, known),
            Self::WrongType(there, wanted) => {
                Problem::wrong_type(field, &format!("this is {there}; write {wanted}"))
            }
            Self::OutOfRange(there, wanted) => {
                Problem::value_wrong(field, &format!("{there} can't be; write {wanted}"))
            }
            Self::Said(sentence) => Problem::value_wrong(field, sentence),
        }
    }
}

/// A field below a path.
fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The path of a field: it ends in the field already where the object was read key by key.
fn ending_in(path: &str, name: &str) -> String {
    let there = path == name || path.strip_suffix(name).is_some_and(|before| before.ends_with('.'));
    if there { path.to_owned() } else { below(path, name) }
}

fn unknown_field(field: &str, name: &str, known: &[&str]) -> Problem {
    if known.is_empty() {
        return Problem::unknown_field(field, "no fields are known here; leave it out");
    }
    let nearest = nearest(name, known);
    let hint = nearest.map(|near| format!(" Did you mean {near:?}?")).unwrap_or_default();
    let sentence = format!("this field does not exist.{hint} Use one of: {}", known.join(", "));
    with_known(Problem::unknown_field(field, &sentence), nearest, known)
}

fn unknown_choice(field: &str, name: &str, known: &[&str]) -> Problem {
    let nearest = nearest(name, known);
    let hint = nearest.map(|near| format!(" Did you mean {near:?}?")).unwrap_or_default();
    let sentence = format!("{:?} is no choice here.{hint} Write one of: {}", short(name), known.join(", "));
    with_known(Problem::value_wrong(field, &sentence), nearest, known)
}

fn with_known(problem: Problem, nearest: Option<&str>, known: &[&str]) -> Problem {
    let problem = problem.with("allowed", known.to_vec());
    match nearest {
        Some(nearest) => problem.with("nearest", nearest),
        None => problem,
    }
}

/// What is there, as its sender would call it.
fn said(there: &Unexpected<'_>) -> String {
    match there {
        Unexpected::Bool(value) => value.to_string(),
        Unexpected::Unsigned(value) => format!("the number {value}"),
        Unexpected::Signed(value) => format!("the number {value}"),
        Unexpected::Float(value) => format!("the number {value}"),
        Unexpected::Str(text) => format!("the text {:?}", short(text)),
        Unexpected::Unit | Unexpected::Option => "null".to_owned(),
        Unexpected::Seq => "a list".to_owned(),
        Unexpected::Map => "an object".to_owned(),
        Unexpected::Other(name) => (*name).to_owned(),
        _ => "something else".to_owned(),
    }
}

/// The beginning of a long text: whoever sent it knows the rest.
fn short(text: &str) -> String {
    const CHARS_MAX: usize = 40;
    if text.chars().count() <= CHARS_MAX {
        return text.to_owned();
    }
    text.chars().take(CHARS_MAX).chain(['…']).collect()
}

/// What a type of Rust's is called where nobody knows Rust.
fn words(wanted: &str) -> String {
    if let Some((from, to)) = integer(wanted) {
        return format!("a whole number from {from} to {to}");
    }
    match wanted {
        "a boolean" => "true or false",
        "a string" | "a borrowed string" | "a character" => "a text",
        "f64" | "f32" => "a number",
        "a sequence" => "a list",
        "a map" => "an object",
        "unit" => "null",
        other if other.starts_with("struct ") => "an object with named fields",
        other if other.starts_with("internally tagged enum") || other.contains("variant") => {
            "an object that names its kind"
        }
        other => return other.to_owned(),
    }
    .to_owned()
}

/// The bounds of a whole number's type.
fn integer(wanted: &str) -> Option<(i128, i128)> {
    Some(match wanted {
        "u8" => (0, u8::MAX.into()),
        "u16" => (0, u16::MAX.into()),
        "u32" => (0, u32::MAX.into()),
        "u64" | "usize" => (0, u64::MAX.into()),
        "i8" => (i8::MIN.into(), i8::MAX.into()),
        "i16" => (i16::MIN.into(), i16::MAX.into()),
        "i32" => (i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" => (i64::MIN.into(), i64::MAX.into()),
        _ => return None,
    })
}

/// The known name that somebody most likely meant: at most two slips away, and nearer than being another word.
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    const LENGTH_MAX: usize = 64;
    if name.len() > LENGTH_MAX {
        return None;
    }
    let plain = |text: &str| text.to_lowercase().replace(['-', ' '], "_");
    let name = plain(name);
    let ranked = known.iter().map(|known| (slips(&name, &plain(known)), *known));
    let (slips, nearest) = ranked.min_by_key(|(slips, _)| *slips)?;
    let same_stem = nearest.trim_end_matches('s') == name.trim_end_matches('s');
    (same_stem || slips <= 2 && slips * 2 < name.chars().count()).then_some(nearest)
}

/// Letters to put, take or change, or neighbours to swap, until one is the other.
fn slips(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let width = other.len() + 1;
    let mut table: Vec<usize> = vec![0; (one.len() + 1) * width];
    for i in 0..=one.len() {
        for j in 0..width {
            let at = |i: usize, j: usize| table[i * width + j];
            let best = if i == 0 || j == 0 {
                i + j
            } else {
                let changed = at(i - 1, j - 1) + usize::from(one[i - 1] != other[j - 1]);
                let best = changed.min(at(i - 1, j) + 1).min(at(i, j - 1) + 1);
                let swapped = i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
                if swapped { best.min(at(i - 2, j - 2) + 1) } else { best }
            };
            table[i * width + j] = best;
        }
    }
    table.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Near spellings lead to the name; other words lead nowhere.
    #[test]
    fn spellings() {
        let known = ["quantity", "offer", "units", "opens", "audience"];
        let near = |name| nearest(name, &known);
        assert_eq!(near("quantitiy"), Some("quantity"));
        assert_eq!(near("qauntity"), Some("quantity"));
        assert_eq!(near("Offers"), Some("offer"));
        assert_eq!(near("unit"), Some("units"));
        assert_eq!(near("open"), Some("opens"));
        assert_eq!(near("colour"), None);
        assert_eq!(near("x"), None);
        assert_eq!(near(&"quantity".repeat(50)), None);
        assert_eq!(nearest("x", &[]), None);
    }
}
