//! Names of things: one newtype per kind, and the `Home` that every name carries.
//!
//! An id is 128 bits in UUIDv7 layout. The random tail holds the organiser's home (shard and number),
//! so that any node can route any id without a look-up. Ids are made outside (`Id::mint` is given its
//! time and randomness); they say when a thing was made and are never secrets.
//! Start at [`Home`], then [`Id::mint`].

use std::fmt;

/// The alphabet of the text form: Crockford's base 32 in lower case, which sorts as the number does.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The value of each character of the text form, or [`NO_DIGIT`].
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < ALPHABET.len() {
        digits[ALPHABET[value] as usize] = value as u8;
        value += 1;
    }
    digits
};
const NO_DIGIT: u8 = u8::MAX;
/// Characters of an id's text form after the prefix: 130 bits hold 128.
const TEXT_CHARS: u32 = 26;
/// Bits of the shard within an id: at most 1,024 shards.
const SHARD_BITS: u32 = 10;
/// Bits of the organiser's number within its shard: at most 4,194,304 organisers a shard.
const NUMBER_BITS: u32 = 22;
/// Bits that stay random below the home.
const SALT_BITS: u32 = 30;

const _: () = assert!(SHARD_BITS + NUMBER_BITS + SALT_BITS == 62, "they fill UUIDv7's last field");

/// Where an organiser lives: a shard of the journal and a number within it.
///
/// Every id that belongs to the organiser carries it, so "is this mine?" is a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Home {
    /// The shard, 0 to 1,023.
    pub shard: u16,
    /// The organiser's number within the shard, 1 to 4,194,303; 0 is the shard itself.
    pub number: u32,
}

impl Home {
    /// The highest organiser's number that fits an id.
    pub const NUMBER_MAX: u32 = (1 << NUMBER_BITS) - 1;
    /// How many shards the id layout allows.
    pub const SHARDS_MAX: u16 = 1 << SHARD_BITS;
}

/// The random part of a new id, drawn outside the core.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Salt(pub u64);

/// A 128-bit name in UUIDv7 layout.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub u128);

impl Id {
    /// Makes an id from milliseconds since 1970, the organiser's home and 42 random bits.
    ///
    /// ```
    /// use dayshelf_core::ids::{Home, Id, Salt};
    /// let home = Home { shard: 3, number: 7 };
    /// let id = Id::mint(1_763_000_000_000, home, Salt(u64::MAX));
    /// assert_eq!(id.home(), home);
    /// assert_eq!(id.made_at_ms(), 1_763_000_000_000);
    /// ```
    pub const fn mint(at_ms: i64, home: Home, salt: Salt) -> Self {
        let time = (at_ms as u128 & 0xffff_ffff_ffff) << 80;
        let counter = ((salt.0 as u128 >> SALT_BITS) & 0xfff) << 64;
        let shard = (home.shard as u128 & ((1 << SHARD_BITS) - 1)) << (NUMBER_BITS + SALT_BITS);
        let number = (home.number as u128 & ((1 << NUMBER_BITS) - 1)) << SALT_BITS;
        let tail = salt.0 as u128 & ((1 << SALT_BITS) - 1);
        Self(time | (0x7 << 76) | counter | (0b10 << 62) | shard | number | tail)
    }

    /// The organiser's home that this id carries.
    pub const fn home(self) -> Home {
        Home {
            shard: ((self.0 >> (NUMBER_BITS + SALT_BITS)) & ((1 << SHARD_BITS) - 1)) as u16,
            number: ((self.0 >> SALT_BITS) & ((1 << NUMBER_BITS) - 1)) as u32,
        }
    }

    /// When the id was made, in milliseconds since 1970.
    pub const fn made_at_ms(self) -> i64 {
        (self.0 >> 80) as i64
    }

    /// The random bits of the id, with which it is minted again: at another time, or for another home.
    ///
    /// ```
    /// use dayshelf_core::ids::{Home, Id, Salt};
    /// let id = Id::mint(5, Home { shard: 3, number: 7 }, Salt(0x3ab_cdef_0123));
    /// assert_eq!(id.salt(), Salt(0x3ab_cdef_0123));
    /// assert_eq!(Id::mint(5, id.home(), id.salt()), id);
    /// ```
    pub const fn salt(self) -> Salt {
        let counter = ((self.0 >> 64) & 0xfff) << SALT_BITS;
        let tail = self.0 & ((1 << SALT_BITS) - 1);
        Salt((counter | tail) as u64)
    }

    /// The sixteen bytes of the stored form, which sort as the ids do.
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0.to_be_bytes()
    }

    /// The id behind the sixteen bytes of the stored form.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// Reads the 26 characters of the text form, without a prefix. `None` when they are not an id.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() != TEXT_CHARS as usize {
            return None;
        }
        let mut value: u128 = 0;
        for (place, byte) in text.bytes().enumerate() {
            let digit = DIGITS[usize::from(byte)];
            if digit == NO_DIGIT || (place == 0 && digit > 7) {
                return None;
            }
            value = (value << 5) | u128::from(digit);
        }
        Some(Self(value))
    }

    /// Appends the 26 characters of the text form, without a prefix.
    pub fn append_to(self, text: &mut String) {
        text.push_str(std::str::from_utf8(&self.digits()).unwrap_or_default());
    }

    fn digits(self) -> [u8; TEXT_CHARS as usize] {
        let mut digits = [0; TEXT_CHARS as usize];
        let mut rest = self.0;
        for digit in digits.iter_mut().rev() {
            *digit = ALPHABET[(rest & 31) as usize];
            rest >>= 5;
        }
        digits
    }
}

impl fmt::Display for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(std::str::from_utf8(&self.digits()).unwrap_or_default())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// Declares an id newtype with its public prefix.
macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Id);

        impl $name {
            /// The public prefix, as in `slot_…`.
            pub const PREFIX: &'static str = $prefix;

            /// The organiser's home that this id carries.
            pub const fn home(self) -> Home {
                self.0.home()
            }

            /// Reads the public text form, prefix included. `None` when it is not such an id.
            pub fn parse(text: &str) -> Option<Self> {
                let rest = text.strip_prefix(Self::PREFIX)?.strip_prefix('_')?;
                Id::parse(rest).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(concat!($prefix, "_"))?;
                fmt::Display::fmt(&self.0, out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, out)
            }
        }
    )*};
}

ids! {
    /// An organiser.
    OrganiserId = "org";
    /// A slot: a calendar entry that sells.
    SlotId = "slot";
    /// A change of a slot that waits for a yes.
    ConfirmationId = "confirm";
    /// An audience window of a slot.
    WindowId = "window";
    /// A fulfilment block of a slot.
    FulfilmentId = "fulfil";
    /// A block of a slot beside windows, offers and fulfilment.
    BlockId = "block";
    /// A template: a reusable set of blocks.
    TemplateId = "template";
    /// A picture of the library.
    PictureId = "picture";
    /// A product: the thing in the picture.
    ProductId = "product";
    /// A series: a slot that recurs.
    SeriesId = "series";
    /// A pool of counted units.
    PoolId = "pool";
    /// An offer.
    OfferId = "offer";
    /// A code that opens a window.
    CodeId = "code";
    /// A list of customers that a window may admit.
    ListId = "list";
    /// A hold.
    HoldId = "hold";
    /// An order.
    OrderId = "order";
    /// A waitlist entry.
    EntryId = "wait";
    /// A pass: the signed proof of one order line.
    PassId = "pass";
    /// One attempt to be paid.
    PaymentId = "pay";
    /// Somebody who runs organisers. Its home is the installation.
    PersonId = "person";
    /// Somebody's being signed in, in one browser.
    SessionId = "session";
    /// A link that lets somebody in.
    InvitationId = "invite";
    /// A passkey that somebody signs in with.
    PasskeyId = "passkey";
    /// A line of the audit log.
    AuditId = "audit";
    /// An API key.
    KeyId = "key";
    /// A webhook endpoint.
    EndpointId = "hook";
    /// A calendar of somebody else that is subscribed to.
    FeedId = "feed";
    /// A text that is kept to be used again.
    TextId = "text";
    /// A password of a calendar app.
    PasswordId = "app";
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text form must survive a round trip and keep the order of the numbers.
    #[test]
    fn text_round_trips_and_sorts() {
        let home = Home { shard: 1023, number: Home::NUMBER_MAX };
        let early = Id::mint(1, home, Salt(5));
        let late = Id::mint(2, home, Salt(3));
        for id in [early, late, Id(0), Id(u128::MAX)] {
            assert_eq!(Id::parse(&id.to_string()), Some(id));
        }
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.home(), home);
    }

    /// Foreign prefixes, wrong lengths and digits outside the alphabet are no ids.
    #[test]
    fn refuses_what_is_no_id() {
        let slot = SlotId(Id::mint(9, Home { shard: 0, number: 1 }, Salt(1)));
        assert_eq!(SlotId::parse(&slot.to_string()), Some(slot));
        assert_eq!(HoldId::parse(&slot.to_string()), None);
        assert_eq!(Id::parse("zzzzzzzzzzzzzzzzzzzzzzzzzz"), None);
        assert_eq!(Id::parse("0123456789abcdefghjkmnpqr"), None);
        assert_eq!(Id::parse("0123456789abcdefghjkmnpqru"), None);
    }
}
