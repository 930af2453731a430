//! JSON as a tree of values in which every name stands once.
//!
//! JSON's text may name a field twice, and readers differ in which one counts (RFC 8259, section 4): so it is a mistake
//! here, with the path of the field. Start at [`read`].

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::problem::Problem;

/// Reads JSON.
///
/// # Errors
/// When it is not JSON, or names a field of an object twice.
pub(super) fn read(body: &[u8]) -> Result<Value, Problem> {
    let walk = Walk::default();
    let mut source = serde_json::Deserializer::from_slice(body);
    let read = Branch(&walk).deserialize(&mut source).and_then(|value| source.end().map(|()| value));
    read.map_err(|error| match walk.repeated.take() {
        Some(path) => Problem::repeated_field(&path),
        None => Problem::body_not_json(error.line(), error.column()),
    })
}

/// Where the walk is, and what it stumbled over.
#[derive(Default)]
struct Walk {
    path: RefCell<String>,
    repeated: RefCell<Option<String>>,
}

/// A value at the place where the walk is.
#[derive(Clone, Copy)]
struct Branch<'w>(&'w Walk);

impl Branch<'_> {
    /// Goes one step further, reads, and comes back.
    fn within<T>(self, step: &str, read: impl FnOnce() -> T) -> T {
        let length = self.0.path.borrow().len();
        self.0.path.borrow_mut().push_str(step);
        let read = read();
        self.0.path.borrow_mut().truncate(length);
        read
    }

    fn field(self, name: &str) -> String {
        if self.0.path.borrow().is_empty() { name.to_owned() } else { format!(".{name}") }
    }
}

impl<'de> DeserializeSeed<'de> for Branch<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Branch<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = self.within(&format!("[{}]", list.len()), || items.next_element_seed(self))? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(name) = fields.next_key::<String>()? {
            let step = self.field(&name);
            if map.contains_key(&name) {
                let path = self.within(&step, || self.0.path.borrow().clone());
                self.0.repeated.replace(Some(path));
                return Err(A::Error::custom("a field stands here twice"));
            }
            let value = self.within(&step, || fields.next_value_seed(self))?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}
