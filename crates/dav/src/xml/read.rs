//! Reading a request's body into a tree, within bounds.
//!
//! No document type and no entity but the five of XML itself: nothing is fetched and nothing grows. Start at
//! [`read`].

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use super::Name;

/// Elements in each other at most.
const DEPTH_MAX: usize = 32;
/// Elements in one body at most: a multiget of 20,000 entries fits.
const ELEMENTS_MAX: usize = 50_000;
/// Bytes of a namespace at most. It is said once and meant by every element, so a long one would grow with them.
const SPACE_BYTES_MAX: usize = 256;

/// An element with what is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// Its attributes, those that declare namespaces left out; names as they were written.
    pub attributes: Vec<(String, String)>,
    /// The elements directly in it.
    pub children: Vec<Element>,
    /// The text directly in it.
    pub text: String,
}

/// A body that is no XML, or more than is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreadable;

impl Element {
    fn begun(name: Name, attributes: Vec<(String, String)>) -> Self {
        Self { name, attributes, children: Vec::new(), text: String::new() }
    }

    /// Whether it has this name.
    pub fn is(&self, space: &str, local: &str) -> bool {
        self.name.parts() == (space, local)
    }

    /// The first child of this name.
    pub fn child(&self, space: &str, local: &str) -> Option<&Self> {
        self.all(space, local).next()
    }

    /// The children of this name.
    pub fn all(&self, space: &str, local: &str) -> impl Iterator<Item = &Self> {
        self.children.iter().filter(move |child| child.name.parts() == (space, local))
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Reads a body; `None` when it is empty.
///
/// # Errors
/// When it is no XML, names a namespace that it does not declare, or is beyond the bounds.
pub fn read(body: &[u8]) -> Result<Option<Element>, Unreadable> {
    let text = std::str::from_utf8(body).map_err(|_| Unreadable)?;
    let text = text.trim_start_matches('\u{feff}').trim();
    if text.is_empty() {
        return Ok(None);
    }
    let mut reader = NsReader::from_str(text);
    let mut tree = Tree::default();
    loop {
        let (space, event) = reader.read_resolved_event().map_err(|_| Unreadable)?;
        match event {
            Event::Start(tag) => tree.begin(element(space, &tag)?)?,
            Event::Empty(tag) => {
                tree.begin(element(space, &tag)?)?;
                tree.end()?;
            }
            Event::End(_) => tree.end()?,
            Event::Text(text) => tree.say(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(text) => tree.say(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => tree.say(letter(&reference)?.encode_utf8(&mut [0; 4])),
            Event::DocType(_) => return Err(Unreadable),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => return tree.root.filter(|_| tree.open.is_empty()).map(Some).ok_or(Unreadable),
        }
    }
}

/// What has been read so far.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    count: usize,
}

impl Tree {
    fn begin(&mut self, element: Element) -> Result<(), Unreadable> {
        self.count += 1;
        if self.open.len() >= DEPTH_MAX || self.count > ELEMENTS_MAX || self.root.is_some() {
            return Err(Unreadable);
        }
        self.open.push(element);
        Ok(())
    }

    fn end(&mut self) -> Result<(), Unreadable> {
        let element = self.open.pop().ok_or(Unreadable)?;
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
        Ok(())
    }

    fn say(&mut self, text: &str) {
        if let Some(element) = self.open.last_mut() {
            element.text.push_str(text);
        }
    }
}

fn element(space: ResolveResult<'_>, tag: &BytesStart<'_>) -> Result<Element, Unreadable> {
    let space = match space {
        ResolveResult::Bound(space) if space.as_ref().len() > SPACE_BYTES_MAX => return Err(Unreadable),
        ResolveResult::Bound(space) => space.as_ref().to_owned(),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(_) => return Err(Unreadable),
    };
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_| Unreadable)?;
        let name = attribute.key.as_ref();
        if name != "xmlns" && !name.starts_with("xmlns:") {
            let value = attribute.normalized_value(XmlVersion::Explicit1_0).map_err(|_| Unreadable)?;
            attributes.push((name.to_owned(), value.into_owned()));
        }
    }
    let local = tag.local_name().as_ref().to_owned();
    Ok(Element::begun(Name { space, local }, attributes))
}

/// The letter of a reference: one of XML's own five, or a number.
fn letter(reference: &BytesRef<'_>) -> Result<char, Unreadable> {
    if let Some(letter) = reference.resolve_char_ref().map_err(|_| Unreadable)? {
        return Ok(letter);
    }
    match &**reference {
        "amp" => Ok('&'),
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        _ => Err(Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xml::DAV;

    fn one(text: &str) -> Element {
        read(text.as_bytes()).unwrap().unwrap()
    }

    /// Prefixes don't count, namespaces do; references and CDATA are text.
    #[test]
    fn reads_names_and_text() {
        let tree = one(r#"<?xml version="1.0"?><a:propfind xmlns:a="DAV:"><prop xmlns="DAV:"><x xmlns="y"
            b="1 &lt; 2">&amp;&#x41;<![CDATA[<b>]]></x></prop></a:propfind>"#);
        assert!(tree.is(DAV, "propfind"));
        let x = &tree.child(DAV, "prop").unwrap().children[0];
        assert_eq!(x.name, Name::new("y", "x"));
        assert_eq!(x.text, "&A<b>");
        assert_eq!(x.attribute("b"), Some("1 < 2"));
    }

    /// What is broken, foreign or endless is refused; nothing at all is nothing.
    #[test]
    fn refuses_what_is_no_tree() {
        assert_eq!(read(b" \n"), Ok(None));
        let deep = "<a>".repeat(100) + &"</a>".repeat(100);
        let wide = format!("<a>{}</a>", "<b/>".repeat(ELEMENTS_MAX));
        let entities = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        for text in
            ["<a", "<a></b>", "<a>", "text", "<p:a/>", "<a>&b;</a>", "<a/><b/>", entities, &deep, &wide]
        {
            assert_eq!(read(text.as_bytes()), Err(Unreadable), "{}", &text[..text.len().min(40)]);
        }
        assert_eq!(read(b"\xff\xfe"), Err(Unreadable));
    }

    /// A namespace that is said once is in every name: a long one would make a small body a large tree.
    #[test]
    fn namespaces_do_not_grow() {
        let named = |bytes: usize| format!("<a xmlns=\"{}\"><b/></a>", "n".repeat(bytes));
        assert!(read(named(SPACE_BYTES_MAX).as_bytes()).is_ok());
        assert_eq!(read(named(SPACE_BYTES_MAX + 1).as_bytes()), Err(Unreadable));
    }
}
