//! Reading JSON bodies: strictly, and with the path of what is wrong.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;

mod direct;
pub(crate) mod strict;

/// Reads a body as `T`.
///
/// # Errors
/// When it is not JSON, or not of this shape: a problem with the path of the field.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Nearly every body is right. What is wrong with another is found out by the longer way.
    if let Some(read) = direct::read(body) {
        return Ok(read);
    }
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Problem::body_not_json(error.line(), error.column()))?;
    read_value(value)
}

/// Reads a JSON value as `T`, objects as objects only.
///
/// # Errors
/// When it is not of this shape: a problem with the path of the field.
pub fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(strict::Strict(value)).map_err(|error| {
        let path = error.path().to_string();
        shape_flaw(&path, &error.inner().to_string())
    })
}

/// What a shape's error means: serde tells the cases apart by their first words only.
pub(crate) fn shape_flaw(path: &str, sentence: &str) -> Problem {
    let path = if path == "." { "" } else { path };
    let field_in = |sentence: &str| sentence.split('`').nth(1).unwrap_or_default().to_owned();
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    if sentence.starts_with("unknown field") {
        // The path already ends in the field when the map was read key by key.
        let name = field_in(sentence);
        let known = sentence.split_once(", ").map_or("no fields are known here", |(_, known)| known);
        let field =
            if path == name || path.ends_with(&format!(".{name}")) { path.to_owned() } else { below(&name) };
        return Problem::unknown_field(&field, &format!("this field does not exist; {known}"));
    }
    if sentence.starts_with("missing field") {
        return Problem::missing_field(&below(&field_in(sentence)));
    }
    let field = if path.is_empty() { "body" } else { path };
    if sentence.starts_with("invalid type") {
        return Problem::wrong_type(field, sentence);
    }
    Problem::value_wrong(field, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Kind;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Basket {
        #[allow(dead_code, reason = "only its reading is tested")]
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Line {
        #[allow(dead_code, reason = "only its reading is tested")]
        quantity: u32,
    }

    #[derive(Debug, Deserialize, PartialEq)]
    #[serde(rename_all = "snake_case", deny_unknown_fields)]
    enum Choice {
        Plain,
        One(Box<Shape>),
        Named { size: i64, note: Option<String> },
    }

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(deny_unknown_fields, default)]
    struct Shape {
        count: u32,
        names: Vec<String>,
        map: std::collections::BTreeMap<String, i64>,
        inner: Option<Box<Shape>>,
        choice: Option<Box<Choice>>,
        ratio: Option<f64>,
    }

    /// Both ways say the same of the same bytes: what the short one takes, the long one reads alike, and the short
    /// one takes all that is right.
    #[test]
    fn both_ways_agree() {
        let table = [
            (r#"{}"#, true),
            (r#"{"count":1,"names":["a","b"],"map":{"x":-1},"inner":{"count":2,"inner":{}}}"#, true),
            (r#"{"choice":"plain","ratio":1.5}"#, true),
            (r#"{"choice":{"one":{"names":["\u00e9"]}},"inner":null}"#, true),
            (r#"{"choice":{"named":{"size":-3,"note":"x"}}}"#, true),
            (r#"{"choice":{"plain":null}}"#, true),
            (r#"[1,[],{},null,null,null]"#, false),
            (r#"{"inner":[1]}"#, false),
            (r#"{"choice":{"one":[1]}}"#, false),
            (r#"{"choice":{"named":[1,null]}}"#, false),
            (r#"{"choice":{"named":{"size":1,"more":2}}}"#, false),
            (r#"{"count":-1}"#, false),
            (r#"{"count":1.0}"#, false),
            (r#"{"count":"1"}"#, false),
            (r#"{"names":{}}"#, false),
            (r#"{} {}"#, false),
            (r#"{"count":1"#, false),
            (r#"null"#, false),
        ];
        for (body, right) in table {
            let short = direct::read::<Shape>(body.as_bytes());
            let value = serde_json::from_slice(body.as_bytes()).ok();
            let long = value.and_then(|value| read_value::<Shape>(value).ok());
            assert_eq!(short.is_some(), right, "{body}");
            assert_eq!(short, long, "{body}");
        }
        // Said twice, the last one counts, on either way in.
        assert_eq!(read::<Shape>(br#"{"count":1,"count":2}"#).unwrap().count, 2);
    }

    /// Each mistake has its own kind and the path of its field.
    #[test]
    fn mistakes_have_kinds_and_paths() {
        let table = [
            ("{", Kind::BodyNotJson, ""),
            ("", Kind::BodyNotJson, ""),
            (r#"{"lines":[]} x"#, Kind::BodyNotJson, ""),
            (r#"{"lines":[{"quantity":1}],"colour":2}"#, Kind::UnknownField, "colour"),
            (r#"{"lines":[{"quantity":1,"size":2}]}"#, Kind::UnknownField, "lines[0].size"),
            (r#"{"lines":[{}]}"#, Kind::MissingField, "lines[0].quantity"),
            ("{}", Kind::MissingField, "lines"),
            (r#"{"lines":[{"quantity":"1"}]}"#, Kind::WrongType, "lines[0].quantity"),
            (r#"{"lines":[{"quantity":-1}]}"#, Kind::ValueWrong, "lines[0].quantity"),
            ("[]", Kind::WrongType, "body"),
            (r#"{"lines":[[1]]}"#, Kind::WrongType, "lines[0]"),
            ("7", Kind::WrongType, "body"),
        ];
        for (body, kind, field) in table {
            let problem = read::<Basket>(body.as_bytes()).unwrap_err();
            let found = problem.members.get("field").and_then(|field| field.as_str()).unwrap_or_default();
            assert!(problem.kind == kind && found == field, "{body}: {problem:?}");
        }
        assert!(read::<Basket>(br#"{"lines":[{"quantity":1}]}"#).is_ok());
    }
}
