//! A letter as the bytes of a message: words, and behind them the calendar entry, as mail programs look for it.
//!
//! The entry is the last part of a multipart/alternative and no attachment; its method stands in the content type
//! too. Start at [`message`].

use std::time::{Duration, SystemTime};

use dayshelf_core::time::Instant;
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, MultiPart, SinglePart};

/// Somebody's name and mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The name; may be empty.
    pub name: String,
    /// The address.
    pub address: String,
}

/// What goes into a message.
pub(super) struct Letter<'l> {
    pub from: &'l Address,
    pub to: &'l Address,
    /// Its own name, without a host.
    pub id: String,
    pub title: String,
    pub at: Instant,
    pub text: String,
    /// `REQUEST` or `CANCEL`.
    pub method: &'static str,
    /// The calendar entry.
    pub entry: String,
}

/// Why there is no letter.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoLetter {
    /// The slot's zone is in no database.
    #[error("the zone {0:?} is unknown")]
    Zone(String),
    /// An address that mail can't be sent to.
    #[error("an address can't be used")]
    Address(#[from] lettre::address::AddressError),
    /// The calendar's content type.
    #[error("the content type can't be used")]
    Type(#[from] lettre::message::header::ContentTypeErr),
    /// The parts do not make a message.
    #[error("the message can't be put together")]
    Message(#[from] lettre::error::Error),
}

impl Address {
    fn mailbox(&self) -> Result<Mailbox, lettre::address::AddressError> {
        let name = Some(one_line(&self.name)).filter(|name| !name.is_empty());
        Ok(Mailbox::new(name, self.address.parse()?))
    }
}

/// A text as it may stand in a header: the library does not write a name with a line break in it, it panics.
fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// The bytes as they are sent.
pub(super) fn message(letter: &Letter<'_>) -> Result<Vec<u8>, NoLetter> {
    let calendar = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", letter.method))?;
    let host = letter.from.address.rsplit('@').next().unwrap_or("localhost");
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(letter.at.0.unsigned_abs());
    let parts = MultiPart::alternative()
        .singlepart(SinglePart::plain(letter.text.clone()))
        .singlepart(SinglePart::builder().header(calendar).body(letter.entry.clone()));
    let message = Message::builder()
        .from(letter.from.mailbox()?)
        .to(letter.to.mailbox()?)
        .subject(one_line(&letter.title))
        .message_id(Some(format!("<{}@{host}>", letter.id)))
        .date(at)
        .multipart(parts)?;
    Ok(message.formatted())
}

/// A few words to somebody, without an entry for their calendar.
pub(super) struct Note<'n> {
    pub from: &'n Address,
    pub to: &'n Address,
    /// Its own name, without a host.
    pub id: String,
    pub title: &'n str,
    pub at: Instant,
    pub text: String,
}

/// The bytes of a note as they are sent.
pub(super) fn note(note: &Note<'_>) -> Result<Vec<u8>, NoLetter> {
    let host = note.from.address.rsplit('@').next().unwrap_or("localhost");
    let at = SystemTime::UNIX_EPOCH + Duration::from_millis(note.at.0.unsigned_abs());
    let message = Message::builder()
        .from(note.from.mailbox()?)
        .to(note.to.mailbox()?)
        .subject(one_line(note.title))
        .message_id(Some(format!("<{}@{host}>", note.id)))
        .date(at)
        .singlepart(SinglePart::plain(note.text.clone()))?;
    Ok(message.formatted())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever names a slot or themselves with a line break puts no header of their own into a mail.
    #[test]
    fn headers_stay_one_line() {
        let from =
            Address { name: "Shop\r\nBcc: all@example.org".into(), address: "shop@example.org".into() };
        let to = Address { name: "Ann\nBcc: all@example.org".into(), address: "ann@example.org".into() };
        let letter = Letter {
            from: &from,
            to: &to,
            id: "one".into(),
            title: "Cups\r\nBcc: all@example.org\r\n\r\nmore".into(),
            at: Instant(0),
            text: "text".into(),
            method: "REQUEST",
            entry: "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".into(),
        };
        let text = String::from_utf8(message(&letter).unwrap()).unwrap();
        let (head, _) = text.split_once("\r\n\r\n").unwrap();
        let names: Vec<&str> = head
            .split("\r\n")
            .filter(|line| !line.starts_with([' ', '\t']))
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert!(!names.contains(&"Bcc"), "{head}");
        assert!(!head.replace("\r\n", "").contains(['\r', '\n']), "{head:?}");
        assert_eq!(names.iter().filter(|name| **name == "Subject").count(), 1);
    }
}
