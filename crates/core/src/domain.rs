//! The name of its own that an organiser's pages are reached by: what may be one.
//!
//! Whose name it is stands in no books: it must be one organiser's in the whole installation, and books know of one
//! organiser alone. So the store keeps it, as it keeps who runs what. Start at [`Domain::parse`].

use std::fmt;

/// Characters of a whole name (RFC 1035, 2.3.4, without the dot of the root).
const NAME_CHARS_MAX: usize = 253;
/// Characters between two dots (RFC 1035, 2.3.4).
const LABEL_CHARS_MAX: usize = 63;

/// A host's name in lower case, with at least one dot in it, as a browser sends it: other scripts as `xn--`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Domain(String);

impl Domain {
    /// A name as somebody types it; `None` for what can't be one that people reach from outside.
    ///
    /// ```
    /// use dayshelf_core::domain::Domain;
    /// assert_eq!(Domain::parse(" Mugs.Example. ").unwrap().as_str(), "mugs.example");
    /// // An address of numbers is no name, and neither is one that leads nowhere but home.
    /// assert!(Domain::parse("192.0.2.7").is_none() && Domain::parse("localhost").is_none());
    /// ```
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim().to_ascii_lowercase();
        let name = name.strip_suffix('.').unwrap_or(&name);
        let (_, last) = name.rsplit_once('.')?;
        // The last part of a name is never a number: that would be an address (RFC 3696, 2).
        let fits = name.len() <= NAME_CHARS_MAX
            && name.split('.').all(is_label)
            && !last.bytes().all(|byte| byte.is_ascii_digit())
            && last != "localhost";
        fits.then(|| Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Domain {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_CHARS_MAX).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names that people reach are taken as browsers send them; what is none is refused.
    #[test]
    fn only_names_that_people_reach() {
        let named = |text: &str| Domain::parse(text).map(|domain| domain.to_string());
        for (typed, name) in [
            ("mugs.example", "mugs.example"),
            ("Shop.Mugs.Example.", "shop.mugs.example"),
            ("xn--tpferei-90a.example", "xn--tpferei-90a.example"),
            ("7.example", "7.example"),
        ] {
            assert_eq!(named(typed).as_deref(), Some(name), "{typed}");
        }
        let long = format!("{}.example", "a".repeat(64));
        let longer = format!("{}example", "abc.".repeat(62));
        for nothing in [
            "",
            ".",
            "mugs",
            "localhost",
            "shop.localhost",
            "192.0.2.7",
            "[::1]",
            "mugs..example",
            "-mugs.example",
            "mugs-.example",
            "mügs.example",
            "mugs.example:8080",
            "https://mugs.example",
            "mugs.example/shop",
            "mugs example.org",
            "*.mugs.example",
            "mugs_1.example",
            &long,
            &longer,
        ] {
            assert_eq!(named(nothing), None, "{nothing}");
        }
    }
}
