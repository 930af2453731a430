//! Bodies that calendar apps send: XML, which has been many a server's undoing.
//!
//! What is read is no deeper than its bound, nothing in it stands for more than it says, and text that we write is
//! read as it was.

use dayshelf_dav::xml::{Element, escaped, read};

use crate::{samples, text};

/// Elements in each other at most.
const DEPTH_MAX: usize = 32;
/// What a namespace may make of a byte of a body: an element is four bytes at least, and names 256 at most.
const SPACE_TIMES_MAX: usize = 64;

/// Reads any bytes as a body, and any text as text of one.
pub fn body(bytes: &[u8]) {
    if let Ok(Some(root)) = read(bytes) {
        assert!(depth(&root) <= DEPTH_MAX, "deeper than its bound");
        assert!(letters(&root) <= bytes.len(), "it has grown");
        assert!(spaces(&root) <= bytes.len() * SPACE_TIMES_MAX, "its names have grown");
    }
    let said: String = text(bytes).chars().filter(|letter| can_be_said(*letter)).collect();
    let written = format!("<a>{}</a>", escaped(text(bytes)));
    let back = read(written.as_bytes()).ok().flatten().map(|element| element.text);
    assert_eq!(back, Some(said), "text that is read otherwise than it was written");
}

fn depth(element: &Element) -> usize {
    1 + element.children.iter().map(depth).max().unwrap_or(0)
}

fn spaces(element: &Element) -> usize {
    element.name.parts().0.len() + element.children.iter().map(spaces).sum::<usize>()
}

fn letters(element: &Element) -> usize {
    let attributes: usize = element.attributes.iter().map(|(name, value)| name.len() + value.len()).sum();
    element.text.len() + attributes + element.children.iter().map(letters).sum::<usize>()
}

/// What XML can say at all.
fn can_be_said(letter: char) -> bool {
    matches!(letter, '\t' | '\n' | '\r')
        || (letter as u32 >= 0x20 && !matches!(letter, '\u{fffe}' | '\u{ffff}'))
}

/// What apps ask.
pub fn samples_of_bodies() -> Vec<Vec<u8>> {
    samples(&[
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><d:propfind xmlns:d=\"DAV:\"><d:prop><d:getetag/>\
         <d:displayname/></d:prop></d:propfind>",
        "<C:calendar-query xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\"><D:prop><C:calendar-data/>\
         </D:prop><C:filter><C:comp-filter name=\"VCALENDAR\"><C:comp-filter name=\"VEVENT\">\
         <C:time-range start=\"20260101T000000Z\" end=\"20270101T000000Z\"/></C:comp-filter></C:comp-filter>\
         </C:filter></C:calendar-query>",
        "<mkcalendar xmlns=\"urn:ietf:params:xml:ns:caldav\"><set xmlns=\"DAV:\"><prop><displayname>A &amp; B \
         &#x1F600;</displayname><![CDATA[<b>]]></prop></set></mkcalendar>",
        &format!("<a xmlns=\"{}\">{}</a>", "n".repeat(300), "<b/>".repeat(50)),
        "<!DOCTYPE a [<!ENTITY b \"bb\">]><a>&b;</a>",
    ])
}
