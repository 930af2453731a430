//! Small values that are not numbers: digests, keys of people, names in addresses.

use std::fmt;

/// A SHA-256 digest, made outside. Secrets and codes are kept in this form only.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "digest {:02x}{:02x}…", self.0[0], self.0[1])
    }
}

/// Random bytes that must not be printed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Secret<const N: usize>(pub [u8; N]);

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("secret")
    }
}

/// Who buys, as limits and lists see it: a hash of the normalised mail address, made outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BuyerKey(pub u128);

/// How to reach a buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// The mail address as it was given, trimmed.
    pub email: String,
    /// The same person for limits and lists.
    pub key: BuyerKey,
}

/// The address of whoever was erased: no mail ever arrives in this domain (RFC 2606).
pub const ERASED_EMAIL: &str = "erased@erased.invalid";

impl Contact {
    /// Somebody of whom nothing is known any more but that it was one person.
    pub fn erased(key: BuyerKey) -> Self {
        Self { email: ERASED_EMAIL.to_owned(), key }
    }

    /// Whether it is somebody who was erased, whom nobody can reach.
    pub fn is_erased(&self) -> bool {
        self.email == ERASED_EMAIL
    }
}

/// A letter that nobody sees, or that has what follows it read from the other side. Pages, mails and calendars show
/// something else than what was written where one stands in a line.
///
/// ```
/// use dayshelf_core::text::is_unseen;
/// assert!(['\0', '\n', '\u{202e}', '\u{2066}'].into_iter().all(is_unseen));
/// assert!(!['a', ' ', 'é', '\u{200d}', 'א'].into_iter().any(is_unseen));
/// ```
pub fn is_unseen(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The same for a text of several lines, whose ends are no letters. Isolates keep words of two directions apart there.
pub fn is_unseen_in_lines(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}

/// Whether `text` is an address that a page may lead to: one of the web's, without spaces.
///
/// ```
/// use dayshelf_core::text::is_address;
/// assert!(is_address("https://example.org/cup.jpg"));
/// assert!(!is_address("cup.jpg") && !is_address("https://") && !is_address("https://a b"));
/// ```
pub fn is_address(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    host.is_some_and(|host| !host.is_empty())
        && !text.contains(|letter: char| letter.is_whitespace() || letter.is_control())
}

/// Whether `text` may stand as a name in an address: 1 to 64 of `a-z 0-9 -`, no hyphen at an end.
///
/// ```
/// use dayshelf_core::text::is_slug;
/// assert!(is_slug("first-drop"));
/// assert!(!is_slug("First drop") && !is_slug("-drop") && !is_slug(""));
/// ```
pub fn is_slug(text: &str) -> bool {
    (1..=crate::limits::SLUG_CHARS_MAX).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}
