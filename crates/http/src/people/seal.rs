//! Sealing: what must be read again and is kept in the database, so that whoever has the database alone can't read it.
//!
//! The key is none of the database's: the program brings it. What is sealed is bound to whom it belongs to, so that it
//! opens in nobody else's row. Start at [`Seal`].

use dayshelf_core::ids::PersonId;
use dayshelf_desk::random;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

/// What sealed bytes begin with; another way to seal gets another number.
const VERSION: u8 = 1;
/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// A key that seals.
#[derive(Clone)]
pub struct Seal(std::sync::Arc<LessSafeKey>);

impl std::fmt::Debug for Seal {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Seal")
    }
}

impl Seal {
    /// From a key's text: 32 bytes in hexadecimal. `None` when it is none.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim().as_bytes();
        let digit = |letter: &u8| char::from(*letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
        let pairs = text.chunks(2).map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        });
        let bytes = pairs.collect::<Option<Vec<u8>>>().filter(|bytes| bytes.len() == KEY_BYTES)?;
        let key = UnboundKey::new(&CHACHA20_POLY1305, &bytes).ok()?;
        Some(Self(std::sync::Arc::new(LessSafeKey::new(key))))
    }

    /// Somebody's secret, sealed. `None` only if the library refuses to, which it never does for so little.
    pub(crate) fn close(&self, whose: PersonId, secret: &[u8]) -> Option<Vec<u8>> {
        let nonce = random::<NONCE_LEN>();
        let mut sealed = secret.to_vec();
        let (bound, once) = (Aad::from(whose.0.to_bytes()), Nonce::assume_unique_for_key(nonce));
        self.0.seal_in_place_append_tag(once, bound, &mut sealed).ok()?;
        Some([&[VERSION], nonce.as_slice(), &sealed].concat())
    }

    /// Somebody's secret, if it was sealed with this key for them.
    pub(crate) fn open(&self, whose: PersonId, kept: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = kept.strip_prefix(&[VERSION])?.split_at_checked(NONCE_LEN)?;
        let once = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut sealed = sealed.to_vec();
        let opened = self.0.open_in_place(once, Aad::from(whose.0.to_bytes()), &mut sealed).ok()?;
        Some(opened.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use dayshelf_core::ids::{Home, Id, Salt};

    use super::*;

    fn person(number: u64) -> PersonId {
        PersonId(Id::mint(number as i64, Home { shard: 0, number: 1 }, Salt(number)))
    }

    /// What is sealed opens with the same key for the same person, and never otherwise; no two seals are alike.
    #[test]
    fn sealed_is_for_one_key_and_one_person() {
        let (key, another) = (Seal::of(&"0f".repeat(32)).unwrap(), Seal::of(&"1F".repeat(32)).unwrap());
        let sealed = key.close(person(1), b"secret").unwrap();
        assert!(!sealed.windows(6).any(|window| window == b"secret"));
        assert_eq!(key.open(person(1), &sealed).unwrap(), b"secret");
        assert_ne!(key.close(person(1), b"secret").unwrap(), sealed);
        assert_eq!((key.open(person(2), &sealed), another.open(person(1), &sealed)), (None, None));
        for place in 0..sealed.len() {
            let mut flipped = sealed.clone();
            flipped[place] ^= 1;
            assert_eq!(key.open(person(1), &flipped), None, "byte {place}");
            assert_eq!(key.open(person(1), &sealed[..place]), None);
        }
        for wrong in ["", "0f", &"0g".repeat(32), &"0f".repeat(33), &format!("{}f", "0f".repeat(31))] {
            assert!(Seal::of(wrong).is_none(), "{wrong}");
        }
    }
}
