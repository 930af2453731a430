//! Templates: a set of windows, offers and blocks with parameters, read with its values at the times of one slot.
//!
//! A text that is `{name}` stands for the value of that parameter, as a number where the default is one; inside a
//! longer text it is put in its place. What comes out is read like any plan. Start at [`TemplateText`].

use std::collections::BTreeMap;

use dayshelf_core::refusal::{Flaw, Refusal};
use dayshelf_core::template::Parts;
use dayshelf_core::text::is_slug;
use dayshelf_ical::anchor::{Anchor, Edge};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::build::{Reader, below_field};
use super::doc::TemplateDoc;
use super::{Context, Mistake, Mistakes};
use crate::body;
use crate::problem::Problem;
use crate::time::Place;

/// A value of a parameter: text or a whole number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(untagged, expecting = "write a text or a whole number")]
pub enum ScalarDoc {
    /// A whole number.
    Number(i64),
    /// Text.
    Text(String),
}

/// A parameter of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ParameterDoc {
    /// Its name; `{name}` stands for its value.
    pub key: String,
    /// Its value where none is given.
    pub default: ScalarDoc,
    /// What it is, in words.
    #[serde(default)]
    pub about: String,
}

/// The text of a template, which is known to be one.
#[derive(Clone, Debug, PartialEq)]
pub struct TemplateText(Value);

impl ScalarDoc {
    /// As text.
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl TemplateText {
    /// A template as it came, if it can be read with the defaults of its parameters.
    ///
    /// # Errors
    /// Where it can't.
    pub fn new(value: Value) -> Result<Self, Problem> {
        let text = Self(value);
        let doc = text.filled(&BTreeMap::new())?;
        if text.0.get("key").is_none() {
            return Err(Problem::missing_field("key"));
        }
        text.has_all_parameters()?;
        ordered(&doc)?;
        Ok(text)
    }

    /// Each `{name}` in it stands for a parameter.
    fn has_all_parameters(&self) -> Result<(), Problem> {
        let fields = self.0.as_object().into_iter().flatten().filter(|(name, _)| *name != "parameters");
        for (field, value) in fields {
            if let Some((field, name)) = unfilled(value, field, &|name| self.has_parameter(name)) {
                let sentence = format!(
                    "no parameter is called {name:?}; add {{ key = \"{name}\", default = … }} to `parameters`, or \
                     write what it stands for"
                );
                return Err(Problem::value_wrong(&field, &sentence));
            }
        }
        Ok(())
    }

    /// What is kept of it.
    pub fn text(&self) -> String {
        self.0.to_string()
    }

    /// A template that was kept.
    ///
    /// # Errors
    /// When it is none, as one of another version of the program may be.
    pub fn kept(text: &str) -> Result<Self, Problem> {
        let value = serde_json::from_str(text);
        let text = Self(value.map_err(|error| Problem::body_not_json(error.line(), error.column()))?);
        text.filled(&BTreeMap::new())?;
        Ok(text)
    }

    /// As JSON.
    pub fn value(&self) -> &Value {
        &self.0
    }

    /// Its key and its title.
    pub fn names(&self) -> (String, String) {
        let name = |field: &str| self.0.get(field).and_then(Value::as_str).map(str::to_owned);
        let key = name("key").unwrap_or_default();
        (key.clone(), name("title").unwrap_or(key))
    }

    /// Whether it has a parameter of this name.
    pub fn has_parameter(&self, name: &str) -> bool {
        let all = self.0.get("parameters").and_then(Value::as_array).into_iter().flatten();
        all.filter_map(|one| one.get("key")).any(|key| key.as_str() == Some(name))
    }

    /// What it comes to with these values, at the times of a slot.
    ///
    /// # Errors
    /// All mistakes in it.
    pub fn parts(
        &self,
        values: &BTreeMap<String, String>,
        context: &Context<'_>,
        place: &Place,
    ) -> Result<Parts, Mistakes> {
        let doc = self.filled(values).map_err(|problem| Mistakes(vec![Mistake::new(problem)]))?;
        let mut reader = Reader::new(context);
        let parts = reader.template(&doc, place);
        reader.finish(parts)
    }

    /// The document with its values in their places.
    pub(super) fn filled(&self, values: &BTreeMap<String, String>) -> Result<TemplateDoc, Problem> {
        let given = self.0.get("parameters").cloned().unwrap_or_else(|| Value::Array(Vec::new()));
        let parameters: Vec<ParameterDoc> =
            body::read_value(given).map_err(|problem| below_field(problem, "parameters"))?;
        if let Some(name) = values.keys().find(|name| !parameters.iter().any(|known| known.key == **name)) {
            let names: Vec<&str> = parameters.iter().map(|known| known.key.as_str()).collect();
            let sentence = match names.as_slice() {
                [] => "the template has no parameters; leave it out".to_owned(),
                names => format!("there is no such parameter; there are: {}", names.join(", ")),
            };
            return Err(Problem::value_wrong(&format!("with.{name}"), &sentence));
        }
        let mut all: BTreeMap<&str, Value> = BTreeMap::new();
        for parameter in &parameters {
            let value = match (values.get(&parameter.key), &parameter.default) {
                (None, ScalarDoc::Number(number)) => Value::from(*number),
                (None, ScalarDoc::Text(text)) => Value::from(text.as_str()),
                (Some(text), ScalarDoc::Text(_)) => Value::from(text.as_str()),
                (Some(text), ScalarDoc::Number(_)) => {
                    let wrong =
                        || Problem::value_wrong(&format!("with.{}", parameter.key), "write a whole number");
                    Value::from(text.trim().parse::<i64>().map_err(|_| wrong())?)
                }
            };
            all.insert(&parameter.key, value);
        }
        let mut filled = self.0.clone();
        if let Some(fields) = filled.as_object_mut() {
            fields
                .iter_mut()
                .filter(|(name, _)| *name != "parameters")
                .for_each(|(_, value)| fill(value, &all));
        }
        body::read_value(filled)
    }

    /// As a plan file that another organiser can apply.
    pub fn toml(&self) -> String {
        let mut text = String::from("[[templates]]\n");
        for (name, value) in self.0.as_object().into_iter().flatten() {
            text.push_str(&format!("{} = {}\n", toml_key(name), toml(value)));
        }
        text
    }
}

/// The first `{name}` in a value that no parameter has, with the path of its text.
fn unfilled(value: &Value, path: &str, is_known: &impl Fn(&str) -> bool) -> Option<(String, String)> {
    match value {
        Value::String(text) => {
            let names = text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0));
            let mut unknown = names.filter(|name| is_slug(&name.replace('_', "-")) && !is_known(name));
            unknown.next().map(|name| (path.to_owned(), name.to_owned()))
        }
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(place, item)| unfilled(item, &format!("{path}[{place}]"), is_known)),
        Value::Object(fields) => {
            fields.iter().find_map(|(name, item)| unfilled(item, &format!("{path}.{name}"), is_known))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

/// Nothing ends before it begins at every slot, whatever its times.
fn ordered(doc: &TemplateDoc) -> Result<(), Problem> {
    let windows =
        doc.windows.iter().enumerate().map(|(place, part)| ("windows", place, &part.opens, &part.closes));
    let ways = doc.fulfilments.iter().enumerate();
    let ways = ways.map(|(place, part)| ("fulfilments", place, &part.opens, &part.closes));
    for (list, place, opens, closes) in windows.chain(ways) {
        let (Ok(from), Ok(until)) = (Anchor::parse(opens), Anchor::parse(closes)) else { continue };
        let plain = from.clock.is_none() && until.clock.is_none();
        let offset = |anchor: Anchor| i64::from(anchor.days) * 86_400 + anchor.seconds;
        let before = offset(until) <= offset(from);
        // A start is before its end, however long the slot is; the other way round it is the slot's length that counts.
        let never = match (from.edge, until.edge) {
            (Edge::Start, Edge::Start) | (Edge::End, Edge::End | Edge::Start) => plain && before,
            (Edge::Start, Edge::End) => false,
        };
        if never {
            let field = format!("{list}[{place}].closes");
            return Err(Problem::from(&Refusal::invalid(field, Flaw::Inverted)));
        }
    }
    Ok(())
}

/// Puts values where their names stand.
fn fill(value: &mut Value, values: &BTreeMap<&str, Value>) {
    match value {
        Value::String(text) => {
            let whole = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
            if let Some(known) = whole.and_then(|name| values.get(name)) {
                *value = known.clone();
                return;
            }
            for (name, known) in values {
                let place = format!("{{{name}}}");
                if text.contains(&place) {
                    let words = known.as_str().map_or_else(|| known.to_string(), str::to_owned);
                    *text = text.replace(&place, &words);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, values)),
        Value::Object(fields) => fields.values_mut().for_each(|field| fill(field, values)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn toml_key(name: &str) -> String {
    let is_bare =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if is_bare { name.to_owned() } else { Value::from(name).to_string() }
}

/// A value in one line of TOML. JSON's escapes in text are TOML's too.
fn toml(value: &Value) -> String {
    match value {
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| format!("    {}", toml(item))).collect();
            if items.is_empty() { "[]".to_owned() } else { format!("[\n{},\n]", items.join(",\n")) }
        }
        Value::Object(fields) => {
            let fields: Vec<String> =
                shown(fields).map(|(name, value)| format!("{} = {}", toml_key(name), toml(value))).collect();
            format!("{{ {} }}", fields.join(", "))
        }
        other => other.to_string(),
    }
}

/// TOML has no null: what is not there is not written.
fn shown(fields: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    fields.iter().filter(|(_, value)| !value.is_null())
}
