//! XML as CalDAV uses it: request bodies as small trees, answers as text.
//!
//! Here: names with their namespaces, reading with bounds, writing with fixed prefixes. Not here: what any of
//! it means. Start at [`read()`] and [`Writer`].

mod read;
mod write;

pub use read::{Element, Unreadable, read};
pub use write::{Writer, escaped};

/// `DAV:`.
pub const DAV: &str = "DAV:";
/// CalDAV's.
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// The calendar server's extensions, for `getctag`.
pub const SERVER: &str = "http://calendarserver.org/ns/";
/// Apple's, for colour and order.
pub const APPLE: &str = "http://apple.com/ns/ical/";

/// A name with its namespace.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// The namespace; empty for none.
    pub space: String,
    /// The name in it.
    pub local: String,
}

impl Name {
    /// A name of a namespace.
    pub fn new(space: &str, local: &str) -> Self {
        Self { space: space.to_owned(), local: local.to_owned() }
    }

    /// Both parts, to be matched.
    pub fn parts(&self) -> (&str, &str) {
        (&self.space, &self.local)
    }
}
