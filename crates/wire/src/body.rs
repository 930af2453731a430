//! Reading JSON bodies: strictly, and with the path of what is wrong.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::problem::Problem;

mod direct;
pub(crate) mod flaw;
pub(crate) mod strict;
mod tree;

pub use flaw::nearest;

/// Reads a body as `T`.
///
/// # Errors
/// When it is not JSON, or not of this shape: a problem with the path of the field.
pub fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    // Nearly every body is right. What is wrong with another is found out by the longer way.
    if let Some(read) = direct::read(body) {
        return Ok(read);
    }
    read_value(tree(body)?)
}

/// Reads JSON as values, in which every name stands once.
///
/// # Errors
/// When it is not JSON, or names a field of an object twice.
pub fn tree(body: &[u8]) -> Result<Value, Problem> {
    tree::read(body)
}

/// Reads a JSON value as `T`, objects as objects only.
///
/// # Errors
/// When it is not of this shape: a problem with the path of the field.
pub fn read_value<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(strict::Strict(value)).map_err(|error| {
        let path = error.path().to_string();
        error.inner().at(&path)
    })
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
        let twice = [
            (r#"{"count":1,"count":2}"#, "count"),
            (r#"{"inner":{"inner":{"count":1,"names":[],"count":1}}}"#, "inner.inner.count"),
            (r#"{"map":{"x":1,"y":2,"x":3}}"#, "map.x"),
            (r#"{"choice":{"one":{"map":{"a":1,"\u0061":1}}}}"#, "choice.one.map.a"),
            (r#"{"names":["a"],"choice":{"named":{"size":1,"size":1}}}"#, "choice.named.size"),
            (r#"{"choice":{"plain":null,"plain":null}}"#, "choice.plain"),
        ];
        for (body, field) in twice {
            assert!(direct::read::<Shape>(body.as_bytes()).is_none(), "{body}");
            let problem = read::<Shape>(body.as_bytes()).unwrap_err();
            assert_eq!(
                (problem.kind, &problem.members["field"]),
                (Kind::RepeatedField, &field.into()),
                "{body}"
            );
        }
        assert_eq!(tree(br#"[{"a":1},{"a":1,"b":{"c":2,"c":3}}]"#).unwrap_err().members["field"], "[1].b.c");
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

    /// What is said of a mistake is what is there, what may be there, and what to do: in our words.
    #[test]
    fn mistakes_are_said_in_our_words() {
        let whole = "a whole number from 0 to 4294967295";
        let table = [
            (r#"{"count":-1}"#, format!("count: the number -1 can't be; write {whole}.")),
            (r#"{"count":4294967296}"#, format!("count: the number 4294967296 can't be; write {whole}.")),
            (r#"{"count":1e30}"#, format!("count: the number 1000000000000000000000000000000 can't be; write {whole}.")),
            (r#"{"count":1.5}"#, format!("count: this is the number 1.5; write {whole}.")),
            (r#"{"count":"2"}"#, format!("count: this is the text \"2\"; write {whole}, without quotes.")),
            (r#"{"count":true}"#, format!("count: this is true; write {whole}.")),
            (r#"{"count":null}"#, format!("count: this is null; write {whole}.")),
            (r#"{"names":"a"}"#, "names: this is the text \"a\"; write a list.".into()),
            (r#"{"names":[1]}"#, "names[0]: this is the number 1; write a text.".into()),
            (r#"{"map":[]}"#, "map: this is a list; write an object.".into()),
            (r#"{"ratio":"x"}"#, "ratio: this is the text \"x\"; write a number.".into()),
            (r#"{"inner":7}"#, "inner: this is the number 7; write an object with named fields.".into()),
            (
                r#"{"choice":"plian"}"#,
                "choice: \"plian\" is no choice here. Did you mean \"plain\"? Write one of: plain, one, named.".into(),
            ),
            (
                r#"{"choice":7}"#,
                "choice: this is the number 7; write one of: plain, one, named.".into(),
            ),
            (
                r#"{"choice":{"one":{},"named":{}}}"#,
                "choice: this is an object with several names; write one of: plain, one, named.".into(),
            ),
            (
                r#"{"choice":{}}"#,
                "choice: this is an object without a name; write one of: plain, one, named.".into(),
            ),
            (r#"{"choice":{"plain":1}}"#, "choice.plain: this choice takes no value; write its name alone.".into()),
            (
                r#"{"choice":"one"}"#,
                "choice.one: this choice needs a value: write an object of its name and the value.".into(),
            ),
            (r#"{"choice":{"named":{}}}"#, "choice.named.size is missing; add it.".into()),
            (
                r#"{"cuont":1}"#,
                "cuont: this field does not exist. Did you mean \"count\"? Use one of: count, names, map, inner, choice, \
                 ratio."
                    .into(),
            ),
        ];
        for (body, sentence) in table {
            let problem = read::<Shape>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.detail, sentence, "{body}");
        }
        let near = read::<Shape>(br#"{"cuont":1}"#).unwrap_err();
        assert_eq!(near.members["nearest"], "count");
        assert_eq!(near.members["allowed"][5], "ratio");
    }
}
