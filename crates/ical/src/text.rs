//! Content lines of RFC 5545, section 3.1: where each begins and ends in the bytes, unfolded, and folded anew.
//!
//! Nothing is lost: the spans of the lines tile the bytes. What a line says is in [`property`], what a value
//! says in [`value`]; how lines nest is in [`crate::document`]. Start at [`lines`].

use std::borrow::Cow;
use std::ops::Range;

pub mod property;
pub mod value;

/// Octets of a line, without its end, that RFC 5545 allows.
pub(crate) const LINE_OCTETS_MAX: usize = 75;

/// A content line, with the folds in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// All of its bytes, with its folds and its end.
    pub span: Range<usize>,
    /// Its bytes without its end: what an edit replaces.
    pub body: Range<usize>,
}

impl Line {
    /// The line without its folds. Bytes that are no UTF-8 read as replacement characters; they stay as they are
    /// in the bytes themselves.
    pub fn unfolded<'b>(&self, bytes: &'b [u8]) -> Cow<'b, str> {
        let body = &bytes[self.body.clone()];
        if !body.contains(&b'\n') {
            return String::from_utf8_lossy(body);
        }
        // A fold may stand between two octets of one letter, so it goes before the letters are read.
        let mut joined = Vec::with_capacity(body.len());
        for (place, physical) in body.split(|byte| *byte == b'\n').enumerate() {
            let physical = without_returns(physical);
            joined.extend_from_slice(if place == 0 {
                physical
            } else {
                physical.get(1..).unwrap_or_default()
            });
        }
        Cow::Owned(String::from_utf8_lossy(&joined).into_owned())
    }
}

/// The content lines of a text. A byte order mark at its front belongs to the first line's span, not to its body.
pub fn lines(bytes: &[u8]) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let end =
            bytes[at..].iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |found| at + found + 1);
        let mark = if at == 0 && bytes.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        let from = at + mark;
        let physical = bytes[from..end].strip_suffix(b"\n").unwrap_or(&bytes[from..end]);
        let body = from..from + without_returns(physical).len();
        let goes_on = matches!(physical.first(), Some(b' ' | b'\t'));
        match found.last_mut() {
            Some(before) if goes_on && !before.body.is_empty() => {
                before.span.end = end;
                before.body.end = body.end;
            }
            _ => found.push(Line { span: at..end, body }),
        }
        at = end;
    }
    found
}

/// Some writers end their lines in two carriage returns.
fn without_returns(physical: &[u8]) -> &[u8] {
    let returns = physical.iter().rev().take_while(|byte| **byte == b'\r').count();
    &physical[..physical.len() - returns]
}

/// Appends a line, folded at 75 octets on UTF-8 borders, with this end behind it and behind each fold.
pub fn fold(out: &mut String, line: &str, end: &str) {
    fold_body(out, line, end);
    out.push_str(end);
}

/// The same without the end behind it.
pub(crate) fn fold_body(out: &mut String, line: &str, end: &str) {
    let mut octets = 0;
    for letter in line.chars() {
        if octets + letter.len_utf8() > LINE_OCTETS_MAX {
            out.push_str(end);
            out.push(' ');
            octets = 1;
        }
        out.push(letter);
        octets += letter.len_utf8();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> Vec<String> {
        lines(text).iter().map(|line| line.unfolded(text).into_owned()).collect()
    }

    /// Folds go, whatever ends the lines, and the spans tile the bytes.
    #[test]
    fn unfolds_and_tiles() {
        let text = b"\xef\xbb\xbfA:1\r\n 2\r\n\t3\r\n\r\nB:\n x\nC:\xc3\r\n \xa4\r\r\nD";
        assert_eq!(read(text), ["A:123", "", "B:x", "C:\u{e4}", "D"]);
        let found = lines(text);
        assert!(found.windows(2).all(|pair| pair[0].span.end == pair[1].span.start));
        assert_eq!((found[0].span.start, found[4].span.end), (0, text.len()));
    }

    /// What was folded unfolds to the same, at every length around the border.
    #[test]
    fn folds_on_letters() {
        for count in 0..60 {
            let line = format!("SUMMARY:{}", "a\u{1f319}\u{e4}".repeat(count));
            let mut folded = String::new();
            fold(&mut folded, &line, "\r\n");
            assert!(folded.split("\r\n").all(|physical| physical.len() <= LINE_OCTETS_MAX));
            assert_eq!(read(folded.as_bytes()), [line]);
        }
    }
}
