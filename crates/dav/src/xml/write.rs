//! Writing answers. Well-known namespaces have fixed prefixes, others are declared where they stand.
//!
//! Start at [`Writer`].

use std::fmt::Write as _;

use super::{APPLE, CALDAV, DAV, Name, SERVER};

/// The start of every answer's outermost element: all prefixes that are used inside.
const SPACES: &str = " xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" \
    xmlns:S=\"http://calendarserver.org/ns/\" xmlns:A=\"http://apple.com/ns/ical/\"";

/// An answer while it is written.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// An answer whose outermost element is this one of `DAV:`.
    pub fn begin(root: &str) -> Self {
        let mut writer = Self::default();
        let head = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
        writer.raw(&format!("{head}<D:{root}{SPACES}>"));
        writer
    }

    /// The whole text, the outermost element closed.
    pub fn end(mut self, root: &str) -> String {
        self.raw(&format!("</D:{root}>\n"));
        self.out
    }

    /// XML as it is.
    pub fn raw(&mut self, xml: &str) {
        self.out.push_str(xml);
    }

    /// An element of `DAV:` with text in it.
    pub fn text(&mut self, local: &str, text: &str) {
        // Writing into a string can't fail.
        write!(self.out, "<D:{local}>{}</D:{local}>", escaped(text)).unwrap_or_default();
    }

    /// An element with XML in it, under its name.
    pub fn property(&mut self, name: &Name, inner: &str) {
        let (open, close) = tag(name);
        if inner.is_empty() {
            write!(self.out, "<{open}/>").unwrap_or_default();
        } else {
            write!(self.out, "<{open}>{inner}</{close}>").unwrap_or_default();
        }
    }

    /// The status line of an answer within an answer.
    pub fn status(&mut self, status: u16) {
        let reason = match status {
            200 => "OK",
            403 => "Forbidden",
            404 => "Not Found",
            424 => "Failed Dependency",
            507 => "Insufficient Storage",
            _ => "",
        };
        write!(self.out, "<D:status>HTTP/1.1 {status} {reason}</D:status>").unwrap_or_default();
    }

    /// What was written, where nothing was begun.
    pub fn into_inner(self) -> String {
        self.out
    }
}

/// A name as it is written in an opening and in a closing tag.
fn tag(name: &Name) -> (String, String) {
    let prefix = match name.space.as_str() {
        DAV => "D",
        CALDAV => "C",
        SERVER => "S",
        APPLE => "A",
        "" => return (format!("{} xmlns=\"\"", name.local), name.local.clone()),
        other => {
            let open = format!("X:{} xmlns:X=\"{}\"", name.local, escaped(other));
            return (open, format!("X:{}", name.local));
        }
    };
    let both = format!("{prefix}:{}", name.local);
    (both.clone(), both)
}

/// Text as it may stand in an element or an attribute; what XML can't say at all is left out.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A bare carriage return would be read as a line feed.
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' => out.push(letter),
            letter if (letter as u32) < 0x20 || matches!(letter, '\u{fffe}' | '\u{ffff}') => {}
            letter => out.push(letter),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::read;

    /// What is written reads back as the same names and texts.
    #[test]
    fn reads_back() {
        let mut writer = Writer::begin("multistatus");
        writer.text("href", "/a&b<c>\r\n\"");
        for name in [Name::new(APPLE, "calendar-color"), Name::new("urn:x", "y"), Name::new("", "z")] {
            writer.property(&name, &escaped("1\u{1}"));
            writer.property(&name, "");
        }
        let text = writer.end("multistatus");
        let tree = read(text.as_bytes()).unwrap().unwrap();
        assert_eq!(tree.children[0].text, "/a&b<c>\r\n\"");
        let names: Vec<_> = tree.children[1..].iter().map(|child| child.name.clone()).collect();
        assert_eq!(names[0], Name::new(APPLE, "calendar-color"));
        assert_eq!(names[3], Name::new("urn:x", "y"));
        assert_eq!(names[5], Name::new("", "z"));
        assert_eq!(tree.children[1].text, "1");
    }
}
