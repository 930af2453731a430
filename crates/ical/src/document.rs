//! A whole iCalendar text: its bytes as they came, and the components in them.
//!
//! Reading never fails for what is written, only for its size: what can't be made sense of is a [`Flaw`] and stays
//! where it is. Components are a flat list, so no depth of nesting can exhaust a stack. Edits replace single
//! lines and leave every other byte ([`edit`]). Start at [`Document::read`]; one calendar entry as CalDAV
//! wants it is a [`crate::object::Object`].

use std::collections::HashMap;
use std::fmt;

use crate::text::property::Property;
use crate::text::{Line, lines};

pub mod edit;

/// Bytes of a document that are read at most: a calendar of many years is smaller.
pub const DOCUMENT_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Flaws that are kept at most; one more says that there were more.
const FLAWS_MAX: usize = 100;

/// A text and what is where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    bytes: Vec<u8>,
    lines: Vec<Placed>,
    components: Vec<Component>,
    flaws: Vec<Flaw>,
}

/// A line with its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Placed {
    line: Line,
    /// What it says, when it is a property of the component.
    property: Option<Property>,
    /// The innermost component that is open at this line.
    component: Option<usize>,
}

/// A component from its BEGIN to its END.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Component {
    /// Its name in capital letters.
    kind: String,
    parent: Option<usize>,
    /// The line of its BEGIN.
    first: usize,
    /// The line of its END, or the line before which it was found to be left open.
    last: usize,
    is_closed: bool,
}

/// Which component of its document: valid until an edit makes another document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ComponentAt(usize);

/// A component to look at.
#[derive(Clone, Copy, Debug)]
pub struct Node<'d> {
    document: &'d Document,
    at: usize,
}

/// Something in the text that can't be read, and is left as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// The line, from 1, as an editor counts; folds count.
    pub line: usize,
    /// What is wrong with it.
    pub kind: FlawKind,
}

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlawKind {
    /// A line that is no property.
    NotAProperty,
    /// A property before the first or behind the last component.
    OutsideComponents,
    /// A component without its END.
    LeftOpen,
    /// An END whose component is not open.
    EndsNothing,
    /// There are more flaws than are listed.
    More,
}

/// A document that is bigger than [`DOCUMENT_BYTES_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooBig {
    /// Its size.
    pub bytes: usize,
}

impl Document {
    /// Reads a text.
    ///
    /// ```
    /// use dayshelf_ical::document::Document;
    /// let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Kiln\n  opening\nEND:VEVENT\nEND:VCALENDAR";
    /// let document = Document::read(text).unwrap();
    /// let entry = document.nodes("VEVENT").next().unwrap();
    /// assert_eq!(entry.property("SUMMARY").unwrap().value, "Kiln opening");
    /// assert_eq!(document.bytes(), text.as_bytes());
    /// ```
    ///
    /// # Errors
    /// When there are too many bytes.
    pub fn read(bytes: impl Into<Vec<u8>>) -> Result<Self, TooBig> {
        let bytes = bytes.into();
        if bytes.len() > DOCUMENT_BYTES_MAX {
            return Err(TooBig { bytes: bytes.len() });
        }
        let mut reading = Reading::default();
        for line in lines(&bytes) {
            reading.line(line, &bytes);
        }
        let (lines, components, flaws) = reading.end();
        Ok(Self { bytes, lines, components, flaws })
    }

    /// The bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes, for keeping.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// What can't be read in it.
    pub fn flaws(&self) -> &[Flaw] {
        &self.flaws
    }

    /// Its components of this kind at any depth, in their order.
    pub fn nodes<'d>(&'d self, kind: &str) -> impl Iterator<Item = Node<'d>> {
        self.all().filter(move |node| node.kind() == kind)
    }

    /// Its outermost components.
    pub fn roots(&self) -> impl Iterator<Item = Node<'_>> {
        self.all().filter(|node| node.parent().is_none())
    }

    /// One component.
    pub fn node(&self, at: ComponentAt) -> Option<Node<'_>> {
        (at.0 < self.components.len()).then_some(Node { document: self, at: at.0 })
    }

    fn all(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.components.len()).map(|at| Node { document: self, at })
    }
}

impl<'d> Node<'d> {
    /// Its name in capital letters, as `VEVENT`.
    pub fn kind(self) -> &'d str {
        &self.component().kind
    }

    /// Which one it is.
    pub const fn at(self) -> ComponentAt {
        ComponentAt(self.at)
    }

    /// The component around it.
    pub fn parent(self) -> Option<Self> {
        Some(Self { document: self.document, at: self.component().parent? })
    }

    /// The components directly inside it.
    pub fn children(self) -> impl Iterator<Item = Self> {
        // What is inside comes right behind, as long as it begins before this one's end.
        let last = self.component().last;
        let all = &self.document.components;
        let inside = all.iter().skip(self.at + 1).take_while(move |inner| inner.first < last).count();
        (self.at + 1..=self.at + inside)
            .filter(move |at| all[*at].parent == Some(self.at))
            .map(move |at| Self { document: self.document, at })
    }

    /// Its own properties in their order, those of the components inside it left out.
    pub fn properties(self) -> impl Iterator<Item = &'d Property> {
        let component = self.component();
        self.document.lines[component.first..component.last]
            .iter()
            .filter(move |placed| placed.component == Some(self.at))
            .filter_map(|placed| placed.property.as_ref())
    }

    /// Its properties of this name.
    pub fn named(self, name: &str) -> impl Iterator<Item = &'d Property> {
        self.properties().filter(move |property| property.name == name)
    }

    /// Its first property of this name.
    pub fn property(self, name: &str) -> Option<&'d Property> {
        self.named(name).next()
    }

    /// The text of its first property of this name, `None` when there is none.
    pub fn text(self, name: &str) -> Option<String> {
        self.property(name).map(|property| crate::text::value::unescaped(&property.value))
    }

    /// Its bytes from BEGIN to END, with the end of the last line.
    pub fn bytes(self) -> &'d [u8] {
        let component = self.component();
        let lines = &self.document.lines;
        let last = if component.is_closed { component.last } else { component.last.saturating_sub(1) };
        &self.document.bytes[lines[component.first].line.body.start..lines[last].line.span.end]
    }

    fn component(self) -> &'d Component {
        &self.document.components[self.at]
    }
}

impl fmt::Display for FlawKind {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotAProperty => "this line is no property: it has no colon behind its name",
            Self::OutsideComponents => "this property stands outside of any component",
            Self::LeftOpen => "this component has no END",
            Self::EndsNothing => "this END closes nothing that is open",
            Self::More => "there are more faults than these",
        })
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: {}", self.line, self.kind)
    }
}

/// The state while lines are read.
#[derive(Default)]
struct Reading {
    lines: Vec<Placed>,
    components: Vec<Component>,
    /// The components that are open, the innermost last.
    open: Vec<usize>,
    /// How many of each kind are open, so that an END that closes nothing costs no walk over all that are.
    open_of: HashMap<String, usize>,
    flaws: Vec<Flaw>,
    /// Physical lines so far.
    physical: usize,
}

impl Reading {
    fn line(&mut self, line: Line, bytes: &[u8]) {
        let text = line.unfolded(bytes);
        let property = Property::read(&text);
        let is_blank = text.trim().is_empty();
        let first_physical = self.physical + 1;
        self.physical += bytes[line.span.clone()].iter().filter(|byte| **byte == b'\n').count();
        let begins_or_ends = |name: &str| {
            let property = property.as_ref().filter(|property| property.name == name)?;
            Some(property.value.trim().to_ascii_uppercase())
        };
        if let Some(kind) = begins_or_ends("BEGIN") {
            return self.begin(kind, line);
        }
        if let Some(kind) = begins_or_ends("END") {
            return self.close(&kind, line, first_physical);
        }
        let component = self.open.last().copied();
        if property.is_none() && !is_blank {
            self.flaw(first_physical, FlawKind::NotAProperty);
        } else if component.is_none() && !is_blank {
            self.flaw(first_physical, FlawKind::OutsideComponents);
        }
        self.lines.push(Placed { line, property, component });
    }

    fn begin(&mut self, kind: String, line: Line) {
        let parent = self.open.last().copied();
        self.open.push(self.components.len());
        *self.open_of.entry(kind.clone()).or_default() += 1;
        let first = self.lines.len();
        self.components.push(Component { kind, parent, first, last: first, is_closed: false });
        self.lines.push(Placed { line, property: None, component: parent });
    }

    /// An END closes what it names, and what is still open inside that.
    fn close(&mut self, kind: &str, line: Line, physical: usize) {
        if self.open_of.get(kind).is_none_or(|count| *count == 0) {
            self.flaw(physical, FlawKind::EndsNothing);
            let component = self.open.last().copied();
            return self.lines.push(Placed { line, property: None, component });
        }
        while self.open.last().is_some_and(|at| self.components[*at].kind != kind) {
            self.leave_open(physical);
        }
        if let Some(at) = self.pop() {
            self.components[at].is_closed = true;
        }
        self.lines.push(Placed { line, property: None, component: self.open.last().copied() });
    }

    fn leave_open(&mut self, physical: usize) {
        if self.pop().is_some() {
            self.flaw(physical, FlawKind::LeftOpen);
        }
    }

    /// Ends the innermost open component before the line that comes next.
    fn pop(&mut self) -> Option<usize> {
        let at = self.open.pop()?;
        let component = &mut self.components[at];
        component.last = self.lines.len();
        if let Some(count) = self.open_of.get_mut(&component.kind) {
            *count -= 1;
        }
        Some(at)
    }

    fn end(mut self) -> (Vec<Placed>, Vec<Component>, Vec<Flaw>) {
        while !self.open.is_empty() {
            self.leave_open(self.physical);
        }
        (self.lines, self.components, self.flaws)
    }

    fn flaw(&mut self, line: usize, kind: FlawKind) {
        match self.flaws.len() {
            count if count < FLAWS_MAX => self.flaws.push(Flaw { line, kind }),
            FLAWS_MAX => self.flaws.push(Flaw { line, kind: FlawKind::More }),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Document {
        Document::read(text).unwrap()
    }

    /// Nested components keep their own properties, and a missing END is found where it is missed.
    #[test]
    fn nests_and_tolerates() {
        let text = "A:outside\nBEGIN:VCALENDAR\nBEGIN:vevent\nUID:1\nBEGIN:VALARM\nUID:alarm\nEND:VEVENT\nno property\nBEGIN:VEVENT\nUID:2\nEND:VTODO\n";
        let document = read(text);
        let uids: Vec<&str> = document
            .nodes("VEVENT")
            .filter_map(|node| node.property("UID"))
            .map(|uid| uid.value.as_str())
            .collect();
        assert_eq!(uids, ["1", "2"]);
        let calendar = document.roots().next().unwrap();
        assert_eq!(calendar.children().map(Node::kind).collect::<Vec<_>>(), ["VEVENT", "VEVENT"]);
        let first = document.nodes("VEVENT").next().unwrap();
        assert_eq!(first.bytes(), b"BEGIN:vevent\nUID:1\nBEGIN:VALARM\nUID:alarm\nEND:VEVENT\n");
        assert_eq!(document.nodes("VALARM").next().unwrap().bytes(), b"BEGIN:VALARM\nUID:alarm\n");
        let flaws: Vec<(usize, FlawKind)> =
            document.flaws().iter().map(|flaw| (flaw.line, flaw.kind)).collect();
        let expected = [
            (1, FlawKind::OutsideComponents),
            (7, FlawKind::LeftOpen),
            (8, FlawKind::NotAProperty),
            (11, FlawKind::EndsNothing),
            (11, FlawKind::LeftOpen),
            (11, FlawKind::LeftOpen),
        ];
        assert_eq!(flaws, expected);
    }

    /// However deep somebody nests, reading and walking end.
    #[test]
    fn depth_exhausts_nothing() {
        let text = "BEGIN:X\n".repeat(200_000);
        let document = read(&text);
        assert_eq!(document.roots().count(), 1);
        assert_eq!(document.flaws().len(), FLAWS_MAX + 1);
        assert_eq!(document.nodes("X").last().unwrap().children().count(), 0);
        assert!(Document::read(vec![b'A'; DOCUMENT_BYTES_MAX + 1]).is_err());
    }
}
