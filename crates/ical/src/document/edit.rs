//! Edits of single lines: every byte that an edit does not name stays.
//!
//! A line that says the same already is left alone. New lines are folded, and end as the lines around them do.
//! Start at [`Document::edited`].

use std::ops::Range;

use super::{ComponentAt, Document, Node};
use crate::text::fold_body;
use crate::text::property::Property;

/// One change to a component's own properties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The first property of this name says this, with these parameters; when there is none it is added.
    Set(Property),
    /// The same, but parameters that the line has and this one does not name stay, as a text's language.
    SetValue(Property),
    /// One more property, even if there is one of this name.
    Add(Property),
    /// No property of this name.
    Remove(String),
    /// No property that says exactly this.
    RemoveOne(Property),
}

/// Bytes to put in the place of others.
struct Splice {
    at: Range<usize>,
    bytes: Vec<u8>,
}

impl Document {
    /// The document after edits of one component, done in their order; all of them look at what was there before.
    ///
    /// ```
    /// use dayshelf_ical::document::{Document, edit::Edit};
    /// use dayshelf_ical::text::property::Property;
    /// let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY;LANGUAGE=en:Kiln\nEND:VEVENT\nEND:VCALENDAR\n";
    /// let document = Document::read(text).unwrap();
    /// let entry = document.nodes("VEVENT").next().unwrap().at();
    /// let edited = document.edited(entry, &[Edit::SetValue(Property::text("SUMMARY", "Kiln, open"))]);
    /// let expected = text.replace("Kiln", "Kiln\\, open");
    /// assert_eq!(edited.bytes(), expected.as_bytes());
    /// ```
    #[must_use]
    pub fn edited(&self, at: ComponentAt, edits: &[Edit]) -> Self {
        let Some(node) = self.node(at) else { return self.clone() };
        let splices: Vec<Splice> = edits.iter().flat_map(|edit| self.splices(node, edit)).collect();
        self.spliced(splices)
    }

    /// The document with a component more, given as its lines without ends, as the last of this one's children.
    #[must_use]
    pub fn with_component(&self, inside: ComponentAt, lines: &[String]) -> Self {
        let Some(node) = self.node(inside) else { return self.clone() };
        self.spliced(vec![self.insertion(self.end_of(node), node, lines)])
    }

    /// The document with a component more, before the first child of this one.
    #[must_use]
    pub fn with_component_first(&self, inside: ComponentAt, lines: &[String]) -> Self {
        let Some(node) = self.node(inside) else { return self.clone() };
        self.spliced(vec![self.insertion(self.end_of_properties(node), node, lines)])
    }

    /// The document without a component.
    #[must_use]
    pub fn without_component(&self, at: ComponentAt) -> Self {
        let Some(node) = self.node(at) else { return self.clone() };
        let from = self.lines[node.component().first].line.body.start;
        self.spliced(vec![Splice { at: from..from + node.bytes().len(), bytes: Vec::new() }])
    }

    fn splices(&self, node: Node<'_>, edit: &Edit) -> Vec<Splice> {
        let wanted = match edit {
            Edit::Remove(name) => return self.removals(node, |property| property.name == *name),
            Edit::RemoveOne(gone) => return self.removals(node, |property| property == gone),
            Edit::Add(property) => property.clone(),
            Edit::Set(property) | Edit::SetValue(property) => {
                let there = self.own(node).find(|(_, there)| there.name == property.name);
                let Some((line, there)) = there else {
                    return vec![self.addition(node, property)];
                };
                let wanted = match edit {
                    Edit::SetValue(_) => with_params_of(there, property),
                    _ => property.clone(),
                };
                return if wanted == *there {
                    Vec::new()
                } else {
                    vec![self.replacement(line, node, &wanted)]
                };
            }
        };
        vec![self.addition(node, &wanted)]
    }

    /// A component's own properties, with the place of their lines.
    fn own(&self, node: Node<'_>) -> impl Iterator<Item = (usize, &Property)> {
        let component = &self.components[node.at];
        (component.first..component.last)
            .filter(move |line| self.lines[*line].component == Some(node.at))
            .filter_map(|line| Some((line, self.lines[line].property.as_ref()?)))
    }

    fn removals(&self, node: Node<'_>, fits: impl Fn(&Property) -> bool) -> Vec<Splice> {
        let going = self.own(node).filter(|(_, property)| fits(property));
        going.map(|(line, _)| Splice { at: self.lines[line].line.span.clone(), bytes: Vec::new() }).collect()
    }

    fn replacement(&self, line: usize, node: Node<'_>, property: &Property) -> Splice {
        let mut text = String::new();
        fold_body(&mut text, &property.to_string(), self.line_end(node));
        Splice { at: self.lines[line].line.body.clone(), bytes: text.into_bytes() }
    }

    fn addition(&self, node: Node<'_>, property: &Property) -> Splice {
        self.insertion(self.end_of_properties(node), node, &[property.to_string()])
    }

    /// New lines before a place, which is the start of a line or the end of the bytes.
    fn insertion(&self, at: usize, node: Node<'_>, lines: &[String]) -> Splice {
        let end = self.line_end(node);
        let mut text = String::new();
        if at > 0 && self.bytes.get(at - 1) != Some(&b'\n') {
            text.push_str(end);
        }
        for line in lines {
            crate::text::fold(&mut text, line, end);
        }
        Splice { at: at..at, bytes: text.into_bytes() }
    }

    /// Behind the component's own properties: before its first child, else before its END.
    fn end_of_properties(&self, node: Node<'_>) -> usize {
        match node.children().next() {
            Some(child) => self.start_of(self.components[child.at].first),
            None => self.end_of(node),
        }
    }

    fn end_of(&self, node: Node<'_>) -> usize {
        self.start_of(self.components[node.at].last)
    }

    fn start_of(&self, line: usize) -> usize {
        self.lines.get(line).map_or(self.bytes.len(), |placed| placed.line.span.start)
    }

    /// How lines end here, as the component's BEGIN shows.
    fn line_end(&self, node: Node<'_>) -> &'static str {
        let span = &self.bytes[self.lines[self.components[node.at].first].line.span.clone()];
        if span.ends_with(b"\n") && !span.ends_with(b"\r\n") { "\n" } else { "\r\n" }
    }

    fn spliced(&self, mut splices: Vec<Splice>) -> Self {
        if splices.is_empty() {
            return self.clone();
        }
        // Stable, so that what is added at one place keeps the order in which it was asked for.
        splices.sort_by_key(|splice| splice.at.start);
        let mut bytes = Vec::with_capacity(self.bytes.len() + 256);
        let mut from = 0;
        for splice in splices {
            // Of two edits of one line the first wins; the second would cut into what is gone.
            if splice.at.start < from {
                continue;
            }
            bytes.extend_from_slice(&self.bytes[from..splice.at.start]);
            bytes.extend_from_slice(&splice.bytes);
            from = splice.at.end;
        }
        bytes.extend_from_slice(&self.bytes[from..]);
        // An edit adds a few lines to a text that was small enough; if it no longer is, it stays as it was.
        Self::read(bytes).unwrap_or_else(|_| self.clone())
    }
}

/// The wanted value with the parameters that the line had, those that are named replaced.
fn with_params_of(there: &Property, wanted: &Property) -> Property {
    let mut made = there.clone();
    made.value.clone_from(&wanted.value);
    for param in &wanted.params {
        match made.params.iter_mut().find(|old| old.name == param.name) {
            Some(old) => old.values.clone_from(&param.values),
            None => made.params.push(param.clone()),
        }
    }
    made
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY;LANGUAGE=de:Of\r\n fen\r\nX-OWN:a\r\nBEGIN:VALARM\r\nSUMMARY:alarm\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR";

    fn edited(text: &str, edits: &[Edit]) -> String {
        let document = Document::read(text).unwrap();
        let entry = document.nodes("VEVENT").next().unwrap().at();
        String::from_utf8(document.edited(entry, edits).into_bytes()).unwrap()
    }

    /// One line changes; the alarm's line of the same name, the folds and the missing last end stay.
    #[test]
    fn changes_one_line() {
        let made = edited(TEXT, &[Edit::SetValue(Property::text("SUMMARY", "Zu"))]);
        assert_eq!(made, TEXT.replace("Of\r\n fen", "Zu"));
        let made = edited(TEXT, &[Edit::Set(Property::text("SUMMARY", "Zu"))]);
        assert_eq!(made, TEXT.replace(";LANGUAGE=de:Of\r\n fen", ":Zu"));
        assert_eq!(edited(TEXT, &[Edit::Set(Property::plain("UID", "1"))]), TEXT);
    }

    /// What is added stands before the alarm, in the order asked for, with the line ends of its surroundings.
    #[test]
    fn adds_and_removes() {
        let add =
            [Edit::Set(Property::plain("STATUS", "CONFIRMED")), Edit::Add(Property::plain("X-OWN", "b"))];
        let made = edited(TEXT, &add);
        assert_eq!(made, TEXT.replace("X-OWN:a\r\n", "X-OWN:a\r\nSTATUS:CONFIRMED\r\nX-OWN:b\r\n"));
        let plain = TEXT.replace('\r', "");
        let made = edited(&plain, &[Edit::Set(Property::text("DESCRIPTION", &"long ".repeat(30)))]);
        assert!(
            !made.contains('\r') && made.contains("\n long") || made.lines().all(|line| line.len() <= 75)
        );
        assert_eq!(edited(&made, &[Edit::Remove("DESCRIPTION".to_owned())]), plain);
        let gone = edited(TEXT, &[Edit::RemoveOne(Property::plain("X-OWN", "a"))]);
        assert_eq!(gone, TEXT.replace("X-OWN:a\r\n", ""));
    }

    /// A component that was left open at the end of a text without a last line end can still be edited.
    #[test]
    fn edits_what_is_left_open() {
        let made = edited("BEGIN:VEVENT\nUID:1", &[Edit::Set(Property::plain("STATUS", "CONFIRMED"))]);
        assert_eq!(made, "BEGIN:VEVENT\nUID:1\nSTATUS:CONFIRMED\n");
    }

    /// A component comes and goes, and the rest is as it was.
    #[test]
    fn components_come_and_go() {
        let document = Document::read(TEXT).unwrap();
        let calendar = document.roots().next().unwrap().at();
        let lines = ["BEGIN:VEVENT", "UID:2", "END:VEVENT"].map(str::to_owned);
        for made in
            [document.with_component(calendar, &lines), document.with_component_first(calendar, &lines)]
        {
            let two = made.nodes("VEVENT").find(|node| node.text("UID").as_deref() == Some("2")).unwrap();
            assert_eq!(made.nodes("VEVENT").count(), 2);
            assert_eq!(made.without_component(two.at()), document);
        }
    }
}
