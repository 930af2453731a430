//! What was read, sent back: PUT takes what GET answers, so that one may read, change a little, and put.
//!
//! What is read says more than what is written: ids beside keys, instants beside the words that they follow from, spans
//! in seconds, and what nobody writes, such as counts. Here it becomes what the author would have written: ids become
//! keys, instants their words; what nobody writes may stand there as it was read, and not otherwise. Start at
//! [`as_written`].

use dayshelf_core::books::Books;
use dayshelf_core::ids::{Home, ListId, OfferId, PoolId, SlotId, WindowId};
use dayshelf_wire::body;
use dayshelf_wire::problem::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::author::look;
use crate::app::App;
use crate::no::No;

/// How a thing that is read differs from one that is written. Paths are without the numbers of lists.
#[derive(Debug)]
pub(super) struct Form {
    /// What nobody writes.
    pub read_only: &'static [&'static str],
    /// Spans that are read in seconds, and how they are called where they are written.
    pub spans: &'static [(&'static str, &'static str)],
    /// What is another by itself from one reading to the next, such as what is left: nobody writes it, and nobody can be
    /// asked to send it as it stands now.
    pub passing: &'static [&'static str],
}

impl Form {
    /// Where all is written as it is read, apart from what nobody writes.
    pub const fn plain(read_only: &'static [&'static str]) -> Self {
        Self { read_only, spans: &[], passing: &[] }
    }
}

/// Fields that name another thing by its key or slug where they are written, and by its id where they are read.
const NAMES: &[&str] = &[
    "pool", "borrows", "offers", "with", "slots", "roll", "list", "offer", "sold_out", "close", "open",
    "publish",
];

/// Reads what was sent in place of what is shown, as its author would have written it.
///
/// # Errors
/// When it changes what nobody writes, or is not of its shape: with the field.
pub(super) async fn as_written<T: DeserializeOwned>(
    app: &App,
    home: Home,
    form: &'static Form,
    (sent, shown): (Value, &(impl Serialize + Sync)),
) -> Result<T, No> {
    let shown = serde_json::to_value(shown).map_err(|fault| No::fault("what is shown is no JSON", &fault))?;
    let written = look(app, home, move |books| {
        let walk = Walk { books, form };
        Ok(walk.value(sent, &shown, &Place::default()))
    });
    Ok(body::read_value(written.await??)?)
}

/// Where in a thing the walk is: its path, and the same without the numbers of lists.
#[derive(Clone, Default)]
struct Place {
    path: String,
    plain: String,
}

impl Place {
    fn field(&self, name: &str) -> Self {
        let below = |path: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        Self { path: below(&self.path), plain: below(&self.plain) }
    }

    fn item(&self, number: usize) -> Self {
        Self { path: format!("{}[{number}]", self.path), plain: self.plain.clone() }
    }
}

struct Walk<'b> {
    books: &'b Books,
    form: &'static Form,
}

impl Walk<'_> {
    fn value(&self, sent: Value, shown: &Value, at: &Place) -> Result<Value, Problem> {
        match sent {
            Value::Object(fields) => self.object(fields, shown, at),
            Value::Array(items) => {
                let shown = |number: usize| shown.get(number).unwrap_or(&Value::Null);
                let items = items.into_iter().enumerate();
                let items = items.map(|(number, item)| self.value(item, shown(number), &at.item(number)));
                items.collect::<Result<_, _>>().map(Value::Array)
            }
            Value::String(text) if NAMES.contains(&last(&at.plain)) => {
                Ok(Value::String(self.name(&text).unwrap_or(text)))
            }
            other => Ok(other),
        }
    }

    fn object(&self, fields: Map<String, Value>, shown: &Value, at: &Place) -> Result<Value, Problem> {
        if let (2, Some(Value::String(anchor)), Some(instant)) =
            (fields.len(), fields.get("anchor"), fields.get("at"))
        {
            let follows = shown["anchor"] != anchor.as_str() || shown["at"] == *instant;
            let sentence = "this follows from `anchor`; change that, or write a time in place of both";
            return match follows {
                true => Ok(Value::from(anchor.as_str())),
                false => Err(Problem::value_wrong(&at.field("at").path, sentence)),
            };
        }
        let mut written = Map::new();
        for (name, value) in fields {
            let (at, shown) = (at.field(&name), &shown[&name]);
            if self.form.passing.contains(&at.plain.as_str()) {
                continue;
            }
            if self.form.read_only.contains(&at.plain.as_str()) {
                if self.lasting(&value, &at.plain) != self.lasting(shown, &at.plain) {
                    return Err(read_only(&at.path, shown));
                }
                continue;
            }
            let span = self.form.spans.iter().find(|(read, _)| *read == at.plain);
            let (name, value) = match (span, value.as_i64()) {
                (Some((_, name)), Some(seconds)) => ((*name).to_owned(), format!("{seconds}s").into()),
                _ => (name, self.value(value, shown, &at)?),
            };
            // A span that stands there in both forms counts as its author wrote it.
            if span.is_none() || !written.contains_key(&name) {
                written.insert(name, value);
            }
        }
        Ok(Value::Object(written))
    }

    /// What is read without what is another by itself.
    fn lasting(&self, value: &Value, plain: &str) -> Value {
        match value {
            Value::Object(fields) => {
                let lasting = fields.iter().filter_map(|(name, value)| {
                    let at = format!("{plain}.{name}");
                    let stays = !self.form.passing.contains(&at.as_str());
                    stays.then(|| (name.clone(), self.lasting(value, &at)))
                });
                Value::Object(lasting.collect())
            }
            Value::Array(items) => items.iter().map(|item| self.lasting(item, plain)).collect(),
            other => other.clone(),
        }
    }

    /// The key or slug of the thing that has this id.
    fn name(&self, text: &str) -> Option<String> {
        let books = self.books;
        let pool = PoolId::parse(text).and_then(|id| books.pools.get(&id)).map(|pool| &pool.spec.key);
        let offer = || OfferId::parse(text).and_then(|id| books.offers.get(&id)).map(|offer| &offer.spec.key);
        let window =
            || WindowId::parse(text).and_then(|id| books.windows.get(&id)).map(|window| &window.spec.key);
        let list = || ListId::parse(text).and_then(|id| books.lists.get(&id)).map(|list| &list.key);
        let slot = || SlotId::parse(text).and_then(|id| books.slots.get(&id)).map(|slot| &slot.spec.slug);
        pool.or_else(offer).or_else(window).or_else(list).or_else(slot).cloned()
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

fn read_only(field: &str, shown: &Value) -> Problem {
    if shown.is_null() || shown.is_array() || shown.is_object() {
        return Problem::value_wrong(
            field,
            "this is read and never written; leave it out, or send it as it was read",
        );
    }
    let sentence =
        format!("this is read and never written; leave it out, or send it as it was read: {shown}");
    Problem::value_wrong(field, &sentence)
}
