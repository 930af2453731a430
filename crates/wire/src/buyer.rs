//! Buyers as they name themselves: mail addresses, names, and the key that stands for one person.

use dayshelf_core::hold::Buyer;
use dayshelf_core::ids::Home;
use dayshelf_core::text::{BuyerKey, Contact};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::problem::Problem;

/// Characters of a mail address at most (RFC 5321's path, without its brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Characters of a buyer's name at most.
pub const NAME_CHARS_MAX: usize = 200;

/// How to reach a buyer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactShape {
    /// The mail address.
    #[schema(example = "ann@example.org", max_length = 254)]
    pub email: String,
}

/// Who buys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuyerShape {
    /// The name for the pass.
    #[schema(example = "Ann Example", max_length = 200)]
    pub name: String,
    /// The mail address.
    #[schema(example = "ann@example.org", max_length = 254)]
    pub email: String,
}

impl ContactShape {
    /// The core's value. `field` is the path of this object, for the problem.
    ///
    /// # Errors
    /// When the address can't be one.
    pub fn contact(&self, home: Home, field: &str) -> Result<Contact, Problem> {
        contact(&self.email, home)
            .map_err(|sentence| Problem::value_wrong(&format!("{field}.email"), &sentence))
    }
}

impl BuyerShape {
    /// The core's value.
    ///
    /// # Errors
    /// When the name is empty or over-long, or the address can't be one.
    pub fn buyer(&self, home: Home) -> Result<Buyer, Problem> {
        let name = self.name.trim();
        if name.is_empty() {
            return Err(Problem::value_wrong("buyer.name", "write the name that the pass shall show"));
        }
        if name.chars().count() > NAME_CHARS_MAX {
            return Err(Problem::too_long("buyer.name", NAME_CHARS_MAX));
        }
        let contact = ContactShape { email: self.email.clone() }.contact(home, "buyer")?;
        Ok(Buyer { name: name.to_owned(), contact })
    }
}

impl From<&Buyer> for BuyerShape {
    fn from(buyer: &Buyer) -> Self {
        Self { name: buyer.name.clone(), email: buyer.contact.email.clone() }
    }
}

/// The contact of a mail address, for the organiser at `home`.
///
/// # Errors
/// When it can't be an address: a sentence. Only the outline is checked; a mail that arrives is the proof.
pub fn contact(email: &str, home: Home) -> Result<Contact, String> {
    let email = email.trim();
    if !is_address(email) {
        return Err("write a mail address, as ann@example.org".to_owned());
    }
    Ok(Contact { email: email.to_owned(), key: buyer_key(email, home) })
}

/// The person behind a mail address, as limits and lists of one organiser see it.
///
/// Keyed by the organiser's home, so that lists of two organisers can't be compared.
pub fn buyer_key(email: &str, home: Home) -> BuyerKey {
    let mut hash = Sha256::new();
    hash.update(b"dayshelf buyer\0");
    hash.update(home_bytes(home));
    hash.update(email.trim().to_lowercase().as_bytes());
    let digest: [u8; 32] = hash.finalize().into();
    let mut first = [0; 16];
    first.copy_from_slice(&digest[..16]);
    BuyerKey(u128::from_be_bytes(first))
}

/// The organiser's home as bytes, to key digests with.
pub(crate) fn home_bytes(home: Home) -> [u8; 6] {
    let (shard, number) = (home.shard.to_be_bytes(), home.number.to_be_bytes());
    [shard[0], shard[1], number[0], number[1], number[2], number[3]]
}

fn is_address(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else { return false };
    let plain =
        |letter: char| !letter.is_whitespace() && !letter.is_control() && !"<>,;:\"()[]\\".contains(letter);
    let label = |label: &str| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-');
    text.chars().count() <= EMAIL_CHARS_MAX
        && (1..=64).contains(&name.len())
        && !name.contains('@')
        && text.chars().all(plain)
        && host.contains('.')
        && host.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: Home = Home { shard: 0, number: 1 };

    /// One person has one key, however the address is typed; two organisers see two keys.
    #[test]
    fn one_key_per_person_and_organiser() {
        let ann = buyer_key("ann@example.org", HOME);
        assert_eq!(buyer_key("  Ann@Example.ORG ", HOME), ann);
        assert_ne!(buyer_key("bea@example.org", HOME), ann);
        assert_ne!(buyer_key("ann@example.org", Home { shard: 0, number: 2 }), ann);
        assert_eq!(contact(" Ann@example.org ", HOME).unwrap().email, "Ann@example.org");
    }

    /// What can't be an address is refused before it becomes one.
    #[test]
    fn refuses_what_is_no_address() {
        let long = format!("a@{}.org", "b".repeat(250));
        for text in [
            "", "ann", "ann@", "@b.c", "ann@host", "a b@c.de", "a@b@c.de", "a@b..de", "a@-b.de", "a\n@b.de",
            &long,
        ] {
            assert!(contact(text, HOME).is_err(), "{text:?}");
        }
        assert!(contact("jürgen+shop@bücher.example", HOME).is_ok());
    }
}
