//! A whole calendar of somebody else, read entry by entry: what is clear, and what has to be asked.
//!
//! Nothing is guessed: an entry whose zone nobody knows, whose start can't be read or whose rule is not understood
//! comes with the questions that it raises. Overrides of a series stand beside it. Start at [`read`].

use std::collections::HashMap;
use std::fmt;

use crate::document::{ComponentAt, Document};
use crate::entry::{Entry, NoSpan, Span};
use crate::recur::rule::{NoRule, Rule};
use crate::zone::legend::{How, Legend, Question};
use crate::zone::{Zone, Zones};

/// Entries that are read at most; the rest is counted.
pub const ENTRIES_MAX: usize = 20_000;

/// What a calendar holds.
#[derive(Clone, Debug)]
pub struct Import {
    /// The name that the calendar gives itself.
    pub name: Option<String>,
    /// Its entries, in their order.
    pub entries: Vec<Imported>,
    /// Overrides of a series that is not in the calendar.
    pub strays: usize,
    /// Entries beyond [`ENTRIES_MAX`].
    pub left_out: usize,
    /// What its zones' names mean.
    pub legend: Legend,
}

/// One entry, with the overrides of its occurrences.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The entry.
    pub entry: Entry,
    /// Occurrences that differ from it.
    pub overrides: Vec<Entry>,
    /// When it is, where that is clear.
    pub span: Option<Span>,
    /// What is not.
    pub unclear: Vec<Unclear>,
}

/// Something about an entry that has to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unclear {
    /// Which zone?
    Zone(Question),
    /// When does it start?
    NoStart,
    /// The value of a property can't be read.
    Value(String),
    /// How does it recur?
    Rule(NoRule),
    /// It recurs but for rules that are no longer in use, and are not read.
    OldRule,
    /// It has no UID, so that it can't be found again when the calendar is read anew.
    NoUid,
}

impl Unclear {
    /// Whether nothing can be made of the entry before it is answered.
    pub const fn is_in_the_way(&self) -> bool {
        !matches!(self, Self::NoUid)
    }
}

/// Reads the entries of a document; a time without a zone is on the wall of `floating`.
///
/// ```
/// use dayshelf_ical::{document::Document, import, zone::Zones};
/// let text = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Middle of Nowhere:20261204T180000\n\
///     END:VEVENT\nEND:VCALENDAR\n";
/// let (document, zones) = (Document::read(text).unwrap(), Zones::bundled());
/// let read = import::read(&document, &zones, &zones.zone("Europe/Berlin").unwrap());
/// assert!(read.entries[0].span.is_none());
/// assert!(read.entries[0].unclear[0].to_string().starts_with("which zone is \"Middle of Nowhere\""));
/// ```
pub fn read(document: &Document, zones: &Zones, floating: &Zone) -> Import {
    read_with(document, Legend::of(document, zones, floating.clone()))
}

/// The same with zones' names that are known already, or were asked.
pub fn read_with(document: &Document, legend: Legend) -> Import {
    let name = |property: &str| {
        let texts = document.nodes("VCALENDAR").filter_map(|node| node.text(property));
        texts.map(|text| text.trim().to_owned()).find(|text| !text.is_empty())
    };
    let mut import = Import {
        name: name("NAME").or_else(|| name("X-WR-CALNAME")),
        entries: Vec::new(),
        strays: 0,
        left_out: 0,
        legend,
    };
    let mut overrides: HashMap<Option<String>, Vec<Entry>> = HashMap::new();
    for (place, node) in document.nodes("VEVENT").enumerate() {
        if place >= ENTRIES_MAX {
            import.left_out += 1;
            continue;
        }
        let entry = Entry::read(node);
        if entry.recurrence_id.is_some() {
            overrides.entry(entry.uid.clone()).or_default().push(entry);
        } else {
            let unclear = unclear(document, &entry);
            import.entries.push(Imported { entry, overrides: Vec::new(), span: None, unclear });
        }
    }
    for imported in &mut import.entries {
        imported.overrides = overrides.remove(&imported.entry.uid).unwrap_or_default();
        imported.place(&import.legend);
    }
    import.strays = overrides.values().map(Vec::len).sum();
    import
}

impl Imported {
    /// Where it is in the document.
    pub const fn at(&self) -> ComponentAt {
        self.entry.at
    }

    /// Whether nothing is in the way of making something of it.
    pub fn is_clear(&self) -> bool {
        self.span.is_some() && !self.unclear.iter().any(Unclear::is_in_the_way)
    }

    fn place(&mut self, legend: &Legend) {
        match self.entry.span(legend) {
            Ok(span) => self.span = Some(span),
            Err(NoSpan::Zone(question)) => self.unclear.push(Unclear::Zone(question)),
            // A start that can't be read has been named already.
            Err(NoSpan::NoStart) if !self.entry.unread.iter().any(|name| name == "DTSTART") => {
                self.unclear.push(Unclear::NoStart);
            }
            Err(NoSpan::NoStart) => {}
        }
    }
}

fn unclear(document: &Document, entry: &Entry) -> Vec<Unclear> {
    let mut found: Vec<Unclear> = entry.unread.iter().cloned().map(Unclear::Value).collect();
    found.extend(entry.rules.iter().filter_map(|text| Rule::parse(text).err()).map(Unclear::Rule));
    if document.node(entry.at).is_some_and(|node| node.property("EXRULE").is_some()) {
        found.push(Unclear::OldRule);
    }
    if entry.uid.is_none() {
        found.push(Unclear::NoUid);
    }
    found
}

impl fmt::Display for Unclear {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Zone(question) => {
                write!(out, "which zone is {:?}?", question.tzid)?;
                if !question.nearest.is_empty() {
                    write!(out, " Near to it are {}.", question.nearest.join(", "))?;
                }
                Ok(())
            }
            Self::NoStart => out.write_str("when does it start? It has no DTSTART."),
            Self::Value(name) => write!(out, "what does its {name} mean? The value can't be read."),
            Self::Rule(cause) => write!(out, "how does it recur? {cause}."),
            Self::OldRule => {
                out.write_str("when does it not take place? It has an EXRULE, which is not read.")
            }
            Self::NoUid => out.write_str("it has no UID: read again, it would be a new entry"),
        }
    }
}

impl fmt::Display for How {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Itself => "its own name",
            Self::Alias => "another name of it",
            Self::Rules => "its rules in the calendar",
            Self::Told => "what was answered",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Overrides find their series wherever they stand, and each question is asked once.
    #[test]
    fn series_and_questions() {
        let text = "BEGIN:VCALENDAR\nX-WR-CALNAME:Yard\nBEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20261205T180000Z\nDTSTART:20261205T190000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\nDTSTART:20261204T180000Z\nRRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nDTSTART:soon\nRRULE:FREQ=SOMETIMES\nEXRULE:FREQ=DAILY\nEND:VEVENT\nBEGIN:VEVENT\nUID:9\nRECURRENCE-ID:20261205T180000Z\nEND:VEVENT\nEND:VCALENDAR\n";
        let (document, zones) = (Document::read(text).unwrap(), Zones::bundled());
        let import = read(&document, &zones, &zones.zone("Europe/Berlin").unwrap());
        assert_eq!((import.name.as_deref(), import.entries.len(), import.strays), (Some("Yard"), 2, 1));
        assert!(import.entries[0].is_clear());
        assert_eq!(import.entries[0].overrides.len(), 1);
        let expected = [
            Unclear::Value("DTSTART".to_owned()),
            Unclear::Rule(NoRule::Frequency),
            Unclear::OldRule,
            Unclear::NoUid,
        ];
        assert_eq!(import.entries[1].unclear, expected);
        assert!(!import.entries[1].is_clear());
    }
}
