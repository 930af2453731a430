//! Buyers as they name themselves: mail addresses, names, and the key that stands for one person.

use dayshelf_core::hold::{Address, Buyer};
use dayshelf_core::ids::Home;
use dayshelf_core::text::{BuyerKey, Contact};
use dayshelf_ical::zone::Zones;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::country;
use crate::problem::Problem;
use crate::stock::on_one_line;

/// Characters of a mail address at most (RFC 5321's path, without its brackets).
pub const EMAIL_CHARS_MAX: usize = 254;
/// Characters of a buyer's name at most.
pub const NAME_CHARS_MAX: usize = 200;
/// Characters of a line of an address at most: labels have no room for more.
pub const ADDRESS_LINE_CHARS_MAX: usize = 120;
/// Characters of a postcode at most.
pub const POSTCODE_CHARS_MAX: usize = 20;
/// Characters of a zone's name at most; the longest has about half as many.
pub const ZONE_CHARS_MAX: usize = 64;

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
    /// Where the goods are sent. Needed where they are, and not kept where they are not. In answers it is
    /// shown to the buyer and to keys with the scope `sell` or more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<AddressShape>,
    /// The IANA zone that the buyer reads times in, as browsers say it: mails then show both where it differs from
    /// the slot's. One that the server does not know is not kept, and the sale goes on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "America/New_York", max_length = 64)]
    pub zone: String,
}

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddressShape {
    /// Street and number.
    #[schema(example = "Rua da Boavista 12", max_length = 120)]
    pub street: String,
    /// A second line, where one is needed.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "2nd floor, left", max_length = 120)]
    pub extra: String,
    /// The postcode; may be left out where there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(example = "1200-066", max_length = 20)]
    pub postcode: String,
    /// The city, town or village.
    #[schema(example = "Lisboa", max_length = 120)]
    pub city: String,
    /// The state or province, where an address needs it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[schema(max_length = 120)]
    pub region: String,
    /// The country's two letters in ISO 3166-1.
    #[schema(example = "PT", min_length = 2, max_length = 2)]
    pub country: String,
}

impl AddressShape {
    /// The core's value. `field` is the path of this object, for the problem.
    ///
    /// # Errors
    /// When a part is missing, over-long, or no country.
    pub fn address(&self, field: &str) -> Result<Address, Problem> {
        let part = |name: &str, text: &str, max: usize| {
            let text = text.trim();
            let path = || format!("{field}.{name}");
            if text.chars().count() > max {
                return Err(Problem::too_long(&path(), max));
            }
            on_one_line(&path(), text)?;
            Ok(text.to_owned())
        };
        let filled = |name: &str, text: &str, sentence: &str| match part(name, text, ADDRESS_LINE_CHARS_MAX)?
        {
            empty if empty.is_empty() => Err(Problem::value_wrong(&format!("{field}.{name}"), sentence)),
            text => Ok(text),
        };
        let country = self.country.trim().to_ascii_uppercase();
        if country::name(&country).is_none() {
            return Err(Problem::value_wrong(&format!("{field}.country"), &no_country(&country)));
        }
        Ok(Address {
            street: filled("street", &self.street, "write street and number")?,
            extra: part("extra", &self.extra, ADDRESS_LINE_CHARS_MAX)?,
            postcode: part("postcode", &self.postcode, POSTCODE_CHARS_MAX)?,
            city: filled("city", &self.city, "write the city, town or village")?,
            region: part("region", &self.region, ADDRESS_LINE_CHARS_MAX)?,
            country,
        })
    }
}

impl From<&Address> for AddressShape {
    fn from(address: &Address) -> Self {
        let Address { street, extra, postcode, city, region, country } = address.clone();
        Self { street, extra, postcode, city, region, country }
    }
}

/// What to write instead of something that is no country's two letters.
fn no_country(text: &str) -> String {
    let meant = match text {
        "UK" => Some("GB"),
        "EL" => Some("GR"),
        _ => country::code(text),
    };
    let meant = meant.map_or_else(String::new, |code| format!(". Did you mean {code}?"));
    if text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_alphabetic()) {
        return format!("{text} is no country of ISO 3166-1; write its two letters there, as PT{meant}");
    }
    format!("write the country's two letters, as PT{meant}")
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
        on_one_line("buyer.name", name)?;
        let contact = ContactShape { email: self.email.clone() }.contact(home, "buyer")?;
        let address = self.address.as_ref().map(|address| address.address("buyer.address")).transpose()?;
        let zone = if self.zone.len() > ZONE_CHARS_MAX {
            return Err(Problem::too_long("buyer.zone", ZONE_CHARS_MAX));
        } else {
            let known = Zones::bundled().known(self.zone.trim());
            known.map_or_else(String::new, |zone| zone.name().to_owned())
        };
        Ok(Buyer { name: name.to_owned(), contact, address: address.map(Box::new), zone })
    }
}

impl From<&Buyer> for BuyerShape {
    fn from(buyer: &Buyer) -> Self {
        let address = buyer.address.as_deref().map(AddressShape::from);
        let Buyer { name, contact, zone, .. } = buyer;
        Self { name: name.clone(), email: contact.email.clone(), address, zone: zone.clone() }
    }
}

/// The contact of a mail address, for the organiser at `home`.
///
/// # Errors
/// When it can't be an address: a sentence. Only the outline is checked; a mail that arrives is the proof.
pub fn contact(email: &str, home: Home) -> Result<Contact, String> {
    let email = email.trim();
    if email.chars().count() > EMAIL_CHARS_MAX {
        return Err(format!("a mail address has at most {EMAIL_CHARS_MAX} characters; write a shorter one"));
    }
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

    /// A postal address is trimmed, bounded, and names a country; what it lacks is named by its path.
    #[test]
    fn postal_addresses() {
        let good = AddressShape {
            street: " Rua da Boavista 12 ".into(),
            city: "Lisboa".into(),
            country: "pt".into(),
            ..AddressShape::default()
        };
        let kept = good.address("buyer.address").unwrap();
        assert_eq!((kept.street.as_str(), kept.country.as_str()), ("Rua da Boavista 12", "PT"));
        let long = "x".repeat(ADDRESS_LINE_CHARS_MAX + 1);
        let table = [
            (AddressShape { street: " ".into(), ..good.clone() }, "buyer.address.street"),
            (AddressShape { street: "a\nb".into(), ..good.clone() }, "buyer.address.street"),
            (AddressShape { city: String::new(), ..good.clone() }, "buyer.address.city"),
            (AddressShape { extra: long, ..good.clone() }, "buyer.address.extra"),
            (AddressShape { postcode: "1".repeat(21), ..good.clone() }, "buyer.address.postcode"),
            (AddressShape { country: "XX".into(), ..good.clone() }, "buyer.address.country"),
            (AddressShape { country: "Portugal".into(), ..good }, "buyer.address.country"),
        ];
        for (wrong, field) in table {
            assert_eq!(wrong.address("buyer.address").unwrap_err().members["field"], field);
        }
        assert!(
            no_country("UK").ends_with("Did you mean GB?")
                && no_country("XX").starts_with("XX is no country")
        );
        assert_eq!(no_country("NORWAY"), "write the country's two letters, as PT. Did you mean NO?");
        assert_eq!(no_country("ATLANTIS"), "write the country's two letters, as PT");
    }

    /// A zone is kept by its name in the database; one that nobody knows costs no sale.
    #[test]
    fn zones_of_buyers() {
        let of = |zone: &str| {
            let shape = BuyerShape {
                name: "Ann".into(),
                email: "ann@example.org".into(),
                address: None,
                zone: zone.into(),
            };
            shape.buyer(HOME)
        };
        assert_eq!(of("America/New_York").unwrap().zone, "America/New_York");
        assert_eq!(of(" America/New_York ").unwrap().zone, "America/New_York");
        assert_eq!((of("").unwrap().zone, of("Mars/Olympus").unwrap().zone), (String::new(), String::new()));
        assert_eq!(of(&"x".repeat(65)).unwrap_err().members["field"], "buyer.zone");
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
        assert!(contact(&long, HOME).unwrap_err().contains("at most 254 characters"));
    }
}
