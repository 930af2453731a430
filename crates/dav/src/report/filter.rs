//! Which entries a query means: by component, time, property and parameter.
//!
//! Start at [`Filter::of`]. An entry is one VCALENDAR with VEVENTs, so everything is asked of those.

use dayshelf_ical::document::{Document, Node};
use dayshelf_ical::text::property::Property;
use dayshelf_ical::time::Moment;
use dayshelf_ical::zone::{Zone, Zones};
use dayshelf_store::EntryHead;

use crate::no::No;
use crate::occur::{self, Range};
use crate::xml::{CALDAV, Element};

/// A test of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filter {
    /// All of them.
    All,
    /// None of them.
    Nothing,
    /// Those with an event that passes these tests.
    Events(Vec<Test>),
}

/// A test of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// Something of it lies in this time.
    In(Range),
    /// It has a component of this kind, or has none.
    Inside(String, bool),
    /// A property.
    Property(PropertyTest),
}

/// A test of an event's property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyTest {
    name: String,
    is_there: bool,
    text: Option<TextMatch>,
    params: Vec<(String, bool, Option<TextMatch>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct TextMatch {
    text: String,
    is_exact: bool,
    is_negated: bool,
}

impl Filter {
    /// What a query's filter asks for.
    ///
    /// # Errors
    /// When it asks for what nobody here can answer, or a time can't be read.
    pub fn of(body: &Element) -> Result<Self, No> {
        let Some(filter) = body.child(CALDAV, "filter") else { return Ok(Self::All) };
        let calendar = filter.child(CALDAV, "comp-filter");
        let Some(calendar) = calendar else { return Ok(Self::All) };
        if calendar.attribute("name") != Some("VCALENDAR") || is_not_defined(calendar) {
            return Ok(Self::Nothing);
        }
        let mut tests = Vec::new();
        for component in calendar.all(CALDAV, "comp-filter") {
            let is_event = component.attribute("name") == Some("VEVENT");
            match (is_event, is_not_defined(component)) {
                (true, false) => tests.extend(event_tests(component)?),
                (false, true) => {}
                // There is an event in everything here, and nothing else.
                (true, true) | (false, false) => return Ok(Self::Nothing),
            }
        }
        Ok(if tests.is_empty() { Self::All } else { Self::Events(tests) })
    }

    /// Whether an entry can pass, by what is known without its text.
    pub fn may_pass(&self, head: &EntryHead) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Events(tests) => tests.iter().all(|test| match test {
                // A moment without length at the very start still counts.
                Test::In(range) => head.from.0 < range.until.0 && range.from.0 <= head.until.0,
                _ => true,
            }),
        }
    }

    /// Whether the text has to be looked at.
    pub fn needs_text(&self) -> bool {
        matches!(self, Self::Events(_))
    }

    /// Whether an entry passes.
    pub fn passes(&self, body: &[u8], zones: &Zones, own: &Zone) -> bool {
        match self {
            Self::All => true,
            Self::Nothing => false,
            Self::Events(tests) => {
                let Ok(document) = Document::read(body) else { return false };
                let one = |node: Node<'_>| tests.iter().all(|test| test.is_met(node));
                let times = tests.iter().filter_map(|test| match test {
                    Test::In(range) => Some(*range),
                    _ => None,
                });
                let mut times = times;
                document.nodes("VEVENT").any(one) && times.all(|range| occur::any_in(body, range, zones, own))
            }
        }
    }
}

impl Test {
    /// Whether an event meets it; times are looked at for all occurrences at once, elsewhere.
    fn is_met(&self, node: Node<'_>) -> bool {
        match self {
            Self::In(_) => true,
            Self::Inside(kind, wanted) => node.children().any(|child| child.kind() == kind) == *wanted,
            Self::Property(test) => test.is_met(node),
        }
    }
}

impl PropertyTest {
    fn is_met(&self, node: Node<'_>) -> bool {
        let mut all = node.named(&self.name).peekable();
        if !self.is_there {
            return all.peek().is_none();
        }
        all.any(|property| {
            let value = dayshelf_ical::text::value::unescaped(&property.value);
            self.text.as_ref().is_none_or(|text| text.fits(&value))
                && self.params.iter().all(|param| param_fits(property, param))
        })
    }
}

fn param_fits(property: &Property, (name, is_there, text): &(String, bool, Option<TextMatch>)) -> bool {
    match (property.param(name), is_there) {
        (None, wanted) => !wanted,
        (Some(_), false) => false,
        (Some(value), true) => text.as_ref().is_none_or(|text| text.fits(value)),
    }
}

impl TextMatch {
    fn of(element: &Element) -> Result<Self, No> {
        let is_exact = match element.attribute("collation").unwrap_or("i;ascii-casemap") {
            "i;octet" => true,
            "i;ascii-casemap" | "i;unicode-casemap" | "default" => false,
            _ => return Err(No::caldav("supported-collation")),
        };
        let is_negated = element.attribute("negate-condition") == Some("yes");
        Ok(Self { text: element.text.clone(), is_exact, is_negated })
    }

    fn fits(&self, value: &str) -> bool {
        let has = if self.is_exact {
            value.contains(&self.text)
        } else {
            value.to_lowercase().contains(&self.text.to_lowercase())
        };
        has != self.is_negated
    }
}

fn is_not_defined(element: &Element) -> bool {
    element.child(CALDAV, "is-not-defined").is_some()
}

fn event_tests(component: &Element) -> Result<Vec<Test>, No> {
    let mut tests = Vec::new();
    for child in &component.children {
        match child.name.parts() {
            (CALDAV, "time-range") => tests.push(Test::In(range_of(child)?)),
            (CALDAV, "prop-filter") => tests.push(Test::Property(property_test(child)?)),
            (CALDAV, "comp-filter") => {
                if child.child(CALDAV, "time-range").is_some() || child.child(CALDAV, "prop-filter").is_some()
                {
                    return Err(No::caldav("supported-filter"));
                }
                let kind = child.attribute("name").unwrap_or_default().to_ascii_uppercase();
                tests.push(Test::Inside(kind, !is_not_defined(child)));
            }
            _ => {}
        }
    }
    Ok(tests)
}

fn property_test(element: &Element) -> Result<PropertyTest, No> {
    if element.child(CALDAV, "time-range").is_some() {
        return Err(No::caldav("supported-filter"));
    }
    let text = |element: &Element| element.child(CALDAV, "text-match").map(TextMatch::of).transpose();
    let mut params = Vec::new();
    for param in element.all(CALDAV, "param-filter") {
        let name = param.attribute("name").unwrap_or_default().to_ascii_uppercase();
        params.push((name, !is_not_defined(param), text(param)?));
    }
    Ok(PropertyTest {
        name: element.attribute("name").unwrap_or_default().to_ascii_uppercase(),
        is_there: !is_not_defined(element),
        text: text(element)?,
        params,
    })
}

/// A time with a start, an end, or both.
///
/// # Errors
/// When neither is there, or one can't be read.
pub fn range_of(element: &Element) -> Result<Range, No> {
    let wrong = || No::caldav("valid-filter");
    let moment = |name| element.attribute(name).map(|text| moment(text).ok_or_else(wrong)).transpose();
    let (start, end) = (moment("start")?, moment("end")?);
    if start.is_none() && end.is_none() {
        return Err(wrong());
    }
    let range = Range { from: start.unwrap_or(Moment(i64::MIN)), until: end.unwrap_or(Moment(i64::MAX)) };
    if range.until <= range.from { Err(wrong()) } else { Ok(range) }
}

/// `20261204T170000Z`.
fn moment(text: &str) -> Option<Moment> {
    match dayshelf_ical::text::value::Time::parse(text.trim(), None)? {
        dayshelf_ical::text::value::Time::Utc(moment) => Some(moment),
        _ => None,
    }
}
