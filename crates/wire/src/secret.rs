//! Bearer secrets and their text forms, and the digests under which secrets and codes are kept.
//!
//! A secret's text names what it opens: `hs_…` a hold, `os_…` an order, `ws_…` a waitlist entry, `dsk_…`
//! the API. The database keeps digests only. An order and a turn have the secret of the hold or entry
//! they came from, in a text that names their own id. Start at [`Bearer`].

use std::fmt;

use dayshelf_core::ids::{Home, Id};
use dayshelf_core::text::{Digest, Secret};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest as _, Sha256};

use crate::buyer::home_bytes;

/// Bytes of a bearer secret: 128 bits can't be guessed.
pub const SECRET_BYTES: usize = 16;

/// Characters of a bearer secret's text at most.
const BEARER_CHARS_MAX: usize = 3 + 2 * (1 + 26);

/// What a bearer secret opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opens {
    /// A hold.
    Hold,
    /// An order.
    Order,
    /// A waitlist entry.
    Entry,
    /// The API, for an organiser's own programs.
    Api,
}

impl Opens {
    const ALL: [Self; 4] = [Self::Hold, Self::Order, Self::Entry, Self::Api];

    /// The prefix of the text form.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Hold => "hs",
            Self::Order => "os",
            Self::Entry => "ws",
            Self::Api => "dsk",
        }
    }
}

/// A bearer secret with the id of what it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bearer {
    /// What it opens.
    pub opens: Opens,
    /// The id of that.
    pub id: Id,
    /// The secret part.
    pub secret: Secret<SECRET_BYTES>,
}

impl Bearer {
    /// Reads the text form. `None` when it is not one.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '_');
        let prefix = parts.next()?;
        let opens = Opens::ALL.into_iter().find(|opens| opens.prefix() == prefix)?;
        let id = Id::parse(parts.next()?)?;
        // Sixteen bytes are written as an id's number is, so one reader serves both.
        let secret = Secret(Id::parse(parts.next()?)?.to_bytes());
        Some(Self { opens, id, secret })
    }

    /// The text form. It is given to the bearer and never logged, so it is no `Display`.
    pub fn text(&self) -> String {
        let mut text = String::with_capacity(BEARER_CHARS_MAX);
        text.push_str(self.opens.prefix());
        for part in [self.id, Id::from_bytes(self.secret.0)] {
            text.push('_');
            part.append_to(&mut text);
        }
        text
    }

    /// What is kept of it.
    pub fn digest(&self) -> Digest {
        secret_digest(&self.secret)
    }
}

/// What is kept of a bearer secret.
pub fn secret_digest(secret: &Secret<SECRET_BYTES>) -> Digest {
    digest("dayshelf bearer", &[&secret.0])
}

/// The secret of something made under an idempotency key: the retry makes the same one again, while the
/// database keeps only the salt and the digest.
///
/// `purpose` is what is made, as `hold` or `entry`.
pub fn derive(salt: &[u8; 32], purpose: &str, idempotency_key: &str) -> Secret<SECRET_BYTES> {
    let mut secret = [0; SECRET_BYTES];
    // HMAC takes keys of every length, so there is no other branch to take.
    if let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(salt) {
        mac.update(b"dayshelf ");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(idempotency_key.as_bytes());
        secret.copy_from_slice(&mac.finalize().into_bytes()[..SECRET_BYTES]);
    }
    Secret(secret)
}

/// Bytes of a token that signs somebody in, or of a link that lets somebody in.
pub const TOKEN_BYTES: usize = 32;

/// A token's text.
pub fn token_text(token: &[u8; TOKEN_BYTES]) -> String {
    token.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// What is kept of a token, from its text. `purpose` keeps tokens of different kinds apart.
pub fn token_digest(purpose: &str, text: &str) -> Digest {
    digest("dayshelf token", &[purpose.as_bytes(), &[0], text.trim().as_bytes()])
}

/// What is kept of a code, keyed by the organiser's home: equal codes of two organisers differ.
///
/// Codes are typed by people: case and spaces do not count.
pub fn code_digest(code: &str, home: Home) -> Digest {
    digest("dayshelf code", &[&home_bytes(home), plain_code(code).as_bytes()])
}

/// A code as it counts, without spaces and with all its letters large.
pub(crate) fn plain_code(code: &str) -> String {
    code.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_uppercase()
}

/// What is kept of the sender's own id for a stock movement or count.
pub fn source_digest(source: &str, home: Home) -> Digest {
    digest("dayshelf source", &[&home_bytes(home), source.as_bytes()])
}

/// What is kept of a request's content, to tell a retry from another request under the same key.
pub fn content_digest(method: &str, path: &str, body: &[u8]) -> Digest {
    digest("dayshelf content", &[method.as_bytes(), &[0], path.as_bytes(), &[0], body])
}

/// What is kept of an idempotency key: the same text of another caller, or at another home, is another key.
pub fn key_fingerprint(caller: &str, home: Home, key: &str) -> Digest {
    digest("dayshelf key", &[&home_bytes(home), caller.as_bytes(), &[0], key.as_bytes()])
}

fn digest(domain: &str, parts: &[&[u8]]) -> Digest {
    let mut hash = Sha256::new();
    hash.update(domain.as_bytes());
    hash.update([0]);
    parts.iter().for_each(|part| hash.update(part));
    Digest(hash.finalize().into())
}

/// Whether two digests are equal, in a time that does not depend on where they differ.
pub fn same_digest(left: &Digest, right: &Digest) -> bool {
    let difference = left.0.iter().zip(&right.0).fold(0, |all, (one, other)| all | (one ^ other));
    std::hint::black_box(difference) == 0
}

/// Why an idempotency key can't be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyUnfit;

impl fmt::Display for KeyUnfit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "send {KEY_CHARS_MIN} to {KEY_CHARS_MAX} visible ASCII characters; a UUID is a good one")
    }
}

/// The shortest idempotency key. How hard a key is to guess is its sender's to see to: whoever sends the
/// same request with the same key gets the same answer, secret included. The documents ask for a UUID.
pub const KEY_CHARS_MIN: usize = 1;
/// The longest idempotency key.
pub const KEY_CHARS_MAX: usize = 255;

/// Checks an idempotency key.
///
/// # Errors
/// When it is too short, too long, or has characters other than visible ASCII.
pub fn idempotency_key(text: &str) -> Result<&str, KeyUnfit> {
    let fits = (KEY_CHARS_MIN..=KEY_CHARS_MAX).contains(&text.len());
    let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits && visible { Ok(text) } else { Err(KeyUnfit) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::Salt;

    const HOME: Home = Home { shard: 0, number: 1 };

    /// The text names what it opens, goes both ways, and the printed value hides the secret.
    #[test]
    fn text_round_trips() {
        let id = Id::mint(1_764_000_000_000, HOME, Salt(1));
        for opens in Opens::ALL {
            let bearer = Bearer { opens, id, secret: Secret([0xa5; 16]) };
            assert_eq!(Bearer::parse(&bearer.text()), Some(bearer));
            assert!(!format!("{bearer:?}").contains("a5"));
        }
        let hold = Bearer { opens: Opens::Hold, id, secret: Secret([1; 16]) };
        assert_eq!(hold.text().len(), 3 + 26 + 1 + 26);
        let order = Bearer { opens: Opens::Order, ..hold };
        assert_eq!(hold.digest(), order.digest(), "an order keeps its hold's secret");
        for text in ["", "hs", "hs__", "xx_a_b", &hold.text()[..50], &format!("{}0", hold.text())] {
            assert_eq!(Bearer::parse(text), None, "{text}");
        }
    }

    /// A retry derives the same secret; another salt, purpose or key does not.
    #[test]
    fn derived_secrets_depend_on_everything() {
        let secret = derive(&[7; 32], "hold", "key-1");
        assert_eq!(derive(&[7; 32], "hold", "key-1"), secret);
        assert_ne!(derive(&[8; 32], "hold", "key-1"), secret);
        assert_ne!(derive(&[7; 32], "entry", "key-1"), secret);
        assert_ne!(derive(&[7; 32], "hold", "key-2"), secret);
        assert_ne!(secret.0, [0; 16]);
    }

    /// Codes are forgiving in spelling and strict in owner; domains do not mix.
    #[test]
    fn digests_are_keyed() {
        let code = code_digest("Moon-Vase", HOME);
        assert_eq!(code_digest(" moon-vase ", HOME), code);
        assert_ne!(code_digest("moon-vase", Home { shard: 1, number: 1 }), code);
        assert_ne!(source_digest("MOON-VASE", HOME), code);
        assert!(same_digest(&code, &code) && !same_digest(&code, &source_digest("x", HOME)));
        let key = key_fingerprint("buyer", HOME, "0f8fad5b");
        assert_ne!(key_fingerprint("operator", HOME, "0f8fad5b"), key);
        assert_ne!(key_fingerprint("buyer", Home { shard: 1, number: 1 }, "0f8fad5b"), key);
        assert_ne!(
            key_fingerprint("buyer0", HOME, "f8fad5b"),
            key,
            "where one ends and the other begins counts"
        );
        assert!(idempotency_key("").is_err() && idempotency_key(&"k".repeat(256)).is_err());
        assert!(
            idempotency_key("0f8fad5b-d9cb-469f").is_ok() && idempotency_key("with space and more").is_err()
        );
    }
}
