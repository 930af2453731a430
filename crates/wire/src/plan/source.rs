//! The text of a plan: TOML as a value, and the line and column of every field in it.

use serde_json::{Map, Number, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::syntax::sentence;

/// A line and a column, both counted from 1; the column in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

/// A plan's TOML, read but not yet understood.
pub(super) struct Source<'t> {
    text: &'t str,
    table: Spanned<DeTable<'t>>,
}

/// What is wrong with the text itself.
pub(super) struct SyntaxFlaw {
    pub at: Option<Position>,
    pub sentence: String,
}

impl<'t> Source<'t> {
    /// Reads the text.
    pub fn read(text: &'t str) -> Result<Self, Vec<SyntaxFlaw>> {
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Self { text, table });
        }
        let flaw = |error: &toml::de::Error| SyntaxFlaw {
            at: error.span().map(|span| position(text, span.start)),
            sentence: sentence(error.message(), text, error.span().map_or(text.len(), |span| span.start)),
        };
        let mut flaws: Vec<SyntaxFlaw> = errors.iter().map(flaw).collect();
        // What is wrong first makes the rest of its line wrong too.
        flaws.dedup_by(|next, first| {
            next.at.zip(first.at).is_some_and(|(next, first)| next.line == first.line)
        });
        Err(flaws)
    }

    /// The whole as a value; dates and times become text.
    pub fn value(&self) -> Value {
        table_value(self.table.get_ref())
    }

    /// Where the field of this path stands, as `slots[0].windows[vip].opens`; where it does not exist, the
    /// nearest thing around it. In brackets stands a number, or the key or slug of the thing.
    pub fn locate(&self, path: &str) -> Option<Position> {
        let mut at = self.table.span().start;
        let mut here = Here::Table(self.table.get_ref());
        for step in steps(path) {
            let Some((start, next)) = here.step(step) else { break };
            at = start;
            here = next;
        }
        Some(position(self.text, at))
    }
}

/// A place in the tree while a path is followed.
enum Here<'s, 't> {
    Table(&'s DeTable<'t>),
    Value(&'s DeValue<'t>),
}

impl<'s, 't> Here<'s, 't> {
    fn step(&self, step: Step<'_>) -> Option<(usize, Self)> {
        let table = match self {
            Here::Table(table) => Some(*table),
            Here::Value(value) => value.as_table(),
        };
        match step {
            Step::Field(name) => {
                let (key, value) = table?.get_key_value(name)?;
                Some((key.span().start, Here::Value(value.get_ref())))
            }
            Step::Item(name) => {
                let Here::Value(value) = self else { return None };
                let items = value.as_array()?;
                let named = |item: &&Spanned<DeValue<'t>>| {
                    let table = item.get_ref().as_table();
                    let key = table.and_then(|table| table.get("key").or_else(|| table.get("slug")));
                    key.and_then(|key| key.get_ref().as_str()) == Some(name)
                };
                let index = name.parse::<usize>().ok();
                let item = index.and_then(|index| items.get(index)).or_else(|| items.iter().find(named))?;
                Some((item.span().start, Here::Value(item.get_ref())))
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Field(&'p str),
    Item(&'p str),
}

/// `a[b].c` as the field a, the item b, the field c.
fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    path.split('.').flat_map(|part| {
        let (name, items) = part.split_once('[').unwrap_or((part, ""));
        let items = items.split('[').map(|item| item.trim_end_matches(']')).filter(|item| !item.is_empty());
        std::iter::once(Step::Field(name)).chain(items.map(Step::Item))
    })
}

fn position(text: &str, offset: usize) -> Position {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    Position { line, column }
}

fn table_value(table: &DeTable<'_>) -> Value {
    let fields = table.iter().map(|(key, value)| (key.get_ref().to_string(), value_of(value.get_ref())));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::from(text.as_ref()),
        DeValue::Integer(number) => {
            let digits = i64::from_str_radix(number.as_str(), number.radix());
            // A number beyond 64 bits stays text, which no field takes for a number.
            digits.map_or_else(|_| Value::from(number.as_str()), Value::from)
        }
        DeValue::Float(number) => {
            let number = number.as_str().parse().ok().and_then(Number::from_f64);
            number.map_or(Value::Null, Value::Number)
        }
        DeValue::Boolean(value) => Value::from(*value),
        DeValue::Datetime(time) => Value::from(time.to_string()),
        DeValue::Array(items) => items.iter().map(|item| value_of(item.get_ref())).collect(),
        DeValue::Table(table) => table_value(table),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\n[[slots]]\nslug = 'one'\n\n[[slots]]\nslug = 'two'\nstart = 2026-12-04T18:00\n\
                        [[slots.windows]]\nkey = 'vip'\n  opens = 'ö'\n";

    /// Paths lead to lines, by number and by name; a field that is missing leads to what would hold it.
    #[test]
    fn paths_lead_to_lines() {
        let source = Source::read(TEXT).ok().unwrap();
        let line = |path: &str| source.locate(path).map(|at| (at.line, at.column));
        assert_eq!(line("a"), Some((1, 1)));
        assert_eq!(line("slots[1].start"), Some((7, 1)));
        assert_eq!(line("slots[two].windows[vip].opens"), Some((10, 3)));
        assert_eq!(line("slots[0].end").map(|at| at.0), Some(2));
        assert_eq!(source.value()["slots"][1]["start"], "2026-12-04T18:00");
    }

    /// Broken text says where.
    #[test]
    fn broken_text_has_a_line() {
        let flaws = Source::read("a = 1\nb = [\nc = ]]").err().unwrap();
        assert!(flaws[0].at.is_some_and(|at| at.line >= 2), "{}", flaws[0].sentence);
    }
}
