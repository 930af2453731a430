//! The plan file: a whole drop as TOML or JSON, read into the core's plan.
//!
//! Reading checks what needs a zone database, a currency table or a file; whether the drop itself makes
//! sense is the core's to say. Mistakes are collected, and each names its field, its line and column
//! where there are lines, and what to write instead. Start at [`read_toml`].

use std::fmt;

use dayshelf_core::ids::{Home, Id};
use dayshelf_core::money::Currency;
use dayshelf_core::plan::Plan;
use dayshelf_core::time::Instant;
use dayshelf_ical::zone::Zones;
use serde_json::{Map, Value};

use crate::body;
use crate::problem::{Kind, Problem};

mod access;
mod blocks;
mod build;
pub mod diff;
pub mod doc;
mod first;
mod kinds;
mod meant;
mod once;
mod pool;
pub mod price;
mod products;
pub mod series;
pub mod single;
mod source;
mod syntax;
pub mod template;

pub use blocks::Blocks;
pub(crate) use build::extra;
pub use first::foresee_first;
pub use source::Position;

use doc::PlanDoc;
use source::Source;

/// Mistakes that are shown at once; whoever has more will come back.
const MISTAKES_MAX: usize = 50;

/// What reading a plan needs from outside.
pub struct Context<'c> {
    /// The zone database.
    pub zones: &'c Zones,
    /// What `now` in the plan means.
    pub now: Instant,
    /// Where the organiser lives: codes and customers are kept under keyed digests.
    pub home: Home,
    /// The organiser's zone, where the plan does not say it.
    pub zone: Option<&'c str>,
    /// The organiser's currency, where the plan does not say it.
    pub currency: Option<Currency>,
    /// Makes a new id.
    pub mint: &'c dyn Fn() -> Id,
    /// Reads a file that the plan names, or says in a sentence why not.
    pub read_file: &'c dyn Fn(&str) -> Result<String, String>,
}

/// A mistake in a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Mistake {
    /// What is wrong, at which field, and what to write instead.
    pub problem: Problem,
    /// The file, where it is not the plan itself.
    pub file: Option<String>,
    /// Where, in a plan or file that has lines.
    pub at: Option<Position>,
}

/// Everything that was found wrong.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistake {
    /// A mistake whose place is not known yet.
    pub fn new(problem: Problem) -> Self {
        Self { problem, file: None, at: None }
    }

    fn json(&self) -> Value {
        let mut json = Map::new();
        json.insert("code".to_owned(), self.problem.kind.code().into());
        json.insert("detail".to_owned(), self.problem.detail.as_str().into());
        if let Some(at) = self.at {
            json.insert("line".to_owned(), at.line.into());
            json.insert("column".to_owned(), at.column.into());
        }
        if let Some(file) = &self.file {
            json.insert("file".to_owned(), file.as_str().into());
        }
        json.extend(self.problem.members.clone());
        Value::Object(json)
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.file, self.at) {
            (Some(file), Some(at)) => write!(out, "{file}, line {}: ", at.line)?,
            (Some(file), None) => write!(out, "{file}: ")?,
            (None, Some(at)) => write!(out, "line {}, column {}: ", at.line, at.column)?,
            (None, None) => {}
        }
        out.write_str(&self.problem.detail)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = self.0.iter();
        lines.next().map_or(Ok(()), |first| write!(out, "{first}"))?;
        lines.try_for_each(|mistake| write!(out, "\n{mistake}"))
    }
}

impl std::error::Error for Mistakes {}

impl From<Mistakes> for Problem {
    /// A single mistake keeps its own kind; several become one problem that lists them.
    fn from(mistakes: Mistakes) -> Self {
        let list: Vec<Value> = mistakes.0.iter().map(Mistake::json).collect();
        let mut problem = match mistakes.0.as_slice() {
            [only] => Self { detail: only.to_string(), ..only.problem.clone() },
            many => Self::new(
                Kind::PlanWrong,
                format!("The plan has {} mistakes; nothing was applied.", many.len()),
            ),
        };
        problem.members.insert("mistakes".to_owned(), list.into());
        problem
    }
}

/// Reads a plan from TOML.
///
/// # Errors
/// All mistakes that could be found in one reading, with their lines and columns.
pub fn read_toml(text: &str, context: &Context<'_>) -> Result<Plan, Mistakes> {
    let source = source(text)?;
    read_value(source.value(), context).map_err(|mistakes| located(mistakes, &source))
}

/// Reads a plan from a JSON body.
///
/// # Errors
/// All mistakes that could be found in one reading.
pub fn read_json(text: &[u8], context: &Context<'_>) -> Result<Plan, Mistakes> {
    let value = body::tree(text).map_err(|problem| Mistakes(vec![Mistake::new(problem)]))?;
    read_value(value, context)
}

/// A TOML plan as the JSON that the API takes, with its product table inside.
///
/// # Errors
/// When it is not TOML, or the product table can't be read.
pub fn toml_to_json(
    text: &str,
    read_file: &dyn Fn(&str) -> Result<String, String>,
) -> Result<Value, Mistakes> {
    let source = source(text)?;
    let mut value = source.value();
    let Some(products) = value.get_mut("products").and_then(Value::as_object_mut) else { return Ok(value) };
    // The file's name goes along: what is wrong in the table is told by it.
    if let Some(name) = products.get("file").and_then(Value::as_str) {
        let table = read_file(name).map_err(|sentence| {
            let problem = Problem::value_wrong("products.file", &sentence);
            located(Mistakes(vec![Mistake::new(problem)]), &source)
        })?;
        products.insert("csv".to_owned(), table.into());
    }
    Ok(value)
}

/// Where a field stands in a TOML plan, for mistakes that are found later. In brackets stands a number,
/// or the key or slug of the thing: `slots[first-drop].windows[vip].opens`.
pub fn locate(text: &str, field: &str) -> Option<Position> {
    source(text).ok()?.locate(field)
}

fn source(text: &str) -> Result<Source<'_>, Mistakes> {
    Source::read(text).map_err(|flaws| {
        let mistake = |flaw: source::SyntaxFlaw| Mistake {
            problem: Problem::new(Kind::PlanWrong, format!("This is not TOML: {}.", flaw.sentence)),
            file: None,
            at: flaw.at,
        };
        Mistakes(flaws.into_iter().take(MISTAKES_MAX).map(mistake).collect())
    })
}

fn read_value(value: Value, context: &Context<'_>) -> Result<Plan, Mistakes> {
    let doc: PlanDoc = body::read_value(value).map_err(|problem| Mistakes(vec![Mistake::new(problem)]))?;
    let mut reader = build::Reader::new(context);
    let plan = reader.plan(&doc);
    reader.finish(plan)
}

fn located(mut mistakes: Mistakes, source: &Source<'_>) -> Mistakes {
    for mistake in mistakes.0.iter_mut().filter(|mistake| mistake.at.is_none() && mistake.file.is_none()) {
        let field = mistake.problem.members.get("field").and_then(Value::as_str);
        mistake.at = field.and_then(|field| source.locate(field));
    }
    mistakes
}
