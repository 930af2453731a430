//! Addresses below `/dav/`: what they name, and how they are written.
//!
//! `/dav/p/{user}/{calendar}/{entry}`. A slash at a collection's end does not count in what is asked and is
//! always there in what is answered; `@` and `%40` are the same. Start at [`Place::read`].

use dayshelf_wire::caldav::path_part;

/// Where everything stands.
pub const ROOT: &str = "/dav/";
/// Bytes of an entry's or a calendar's name.
pub const NAME_BYTES_MAX: usize = 255;

/// What an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The root, ours or the whole server's.
    Root,
    /// The collection of principals.
    Principals,
    /// A user: principal and calendar home in one.
    Home {
        /// The login name.
        user: String,
    },
    /// A calendar.
    Calendar {
        /// The login name.
        user: String,
        /// Its name.
        calendar: String,
    },
    /// An entry.
    Entry {
        /// The login name.
        user: String,
        /// The calendar's name.
        calendar: String,
        /// Its name.
        name: String,
    },
}

impl Place {
    /// Reads a path, or a whole address; `None` when nothing of ours can stand there.
    pub fn read(address: &str) -> Option<Self> {
        let path = path_of(address);
        let mut parts = Vec::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let part = decoded(part)?;
            let is_odd = part.len() > NAME_BYTES_MAX || part.chars().any(char::is_control);
            if is_odd || part == "." || part == ".." {
                return None;
            }
            parts.push(part);
        }
        let mut parts = parts.into_iter();
        match parts.next().as_deref() {
            None => return Some(Self::Root),
            Some("dav") => {}
            Some(_) => return None,
        }
        match parts.next().as_deref() {
            None => return Some(Self::Root),
            Some("p") => {}
            Some(_) => return None,
        }
        let (user, calendar, name) = (parts.next(), parts.next(), parts.next());
        if parts.next().is_some() {
            return None;
        }
        Some(match (user.map(|user| login(&user).to_owned()), calendar, name) {
            (Some(user), Some(calendar), Some(name)) => Self::Entry { user, calendar, name },
            (Some(user), Some(calendar), None) => Self::Calendar { user, calendar },
            (Some(user), None, _) => Self::Home { user },
            (None, ..) => Self::Principals,
        })
    }

    /// Whose it is, where it is somebody's.
    pub fn user(&self) -> Option<&str> {
        match self {
            Self::Root | Self::Principals => None,
            Self::Home { user } | Self::Calendar { user, .. } | Self::Entry { user, .. } => Some(user),
        }
    }
}

/// The login name in what somebody typed: apps that look for a server by a mail address put one behind it.
pub fn login(typed: &str) -> &str {
    typed.split('@').next().unwrap_or(typed).trim()
}

/// The address of a user's home.
pub fn home(user: &str) -> String {
    format!("{ROOT}p/{}/", path_part(user))
}

/// The address of a calendar.
pub fn calendar(user: &str, calendar: &str) -> String {
    format!("{}{}/", home(user), path_part(calendar))
}

/// The address of an entry.
pub fn entry(user: &str, in_calendar: &str, name: &str) -> String {
    format!("{}{}", calendar(user, in_calendar), path_part(name))
}

/// The path of an address that may be whole, without its query.
fn path_of(address: &str) -> &str {
    let address = address.trim();
    let path = match address.find("://") {
        Some(scheme) => {
            let rest = &address[scheme + 3..];
            rest.find('/').map_or("/", |slash| &rest[slash..])
        }
        None => address,
    };
    path.split(['?', '#']).next().unwrap_or(path)
}

fn decoded(part: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = digit(rest.next())? * 16 + digit(rest.next())?;
        bytes.push(u8::try_from(value).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Slashes at the end, whole addresses and both spellings of `@` lead to the same place.
    #[test]
    fn reads_places() {
        let home = Some(Place::Home { user: "kiln".into() });
        for text in [
            "/dav/p/kiln/",
            "/dav/p/kiln",
            "/dav//p/kiln@x.org/",
            "/dav/p/kiln%40x.org",
            "http://h:1/dav/p/kiln/?a=b",
        ] {
            assert_eq!(Place::read(text), home, "{text}");
        }
        assert_eq!(Place::read("http://h"), Some(Place::Root));
        assert_eq!(Place::read("/dav"), Some(Place::Root));
        assert_eq!(Place::read("/dav/p/"), Some(Place::Principals));
        let entry = Place::Entry { user: "kiln".into(), calendar: "slots".into(), name: "ü b.ics".into() };
        assert_eq!(Place::read("/dav/p/kiln/slots/%C3%BC%20b.ics"), Some(entry));
        for text in
            ["/dav/x", "/else", "/dav/p/a/b/c/d", "/dav/p/%zz", "/dav/p/../b", "/dav/p/%2e%2e", "/dav/p/a%00"]
        {
            assert_eq!(Place::read(text), None, "{text}");
        }
    }

    /// What is written reads back.
    #[test]
    fn writes_places() {
        let text = entry("kiln", "slots", "a/b?ü%.ics");
        assert_eq!(text, "/dav/p/kiln/slots/a%2Fb%3F%C3%BC%25.ics");
        let (user, calendar, name) = ("kiln".into(), "slots".into(), "a/b?ü%.ics".into());
        assert_eq!(Place::read(&text), Some(Place::Entry { user, calendar, name }));
    }
}
