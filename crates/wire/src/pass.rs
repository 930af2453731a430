//! The pass: a short signed text, shown as a QR code, that proves one line of an order without network.
//!
//! `DS1.` and base64url of 112 bytes: the key's number (4), the slot (16), the pass's serial (16), the
//! quantity (4), valid from and until in seconds since 1970 (4 and 4), all big-endian, then the Ed25519
//! signature (64) over a domain and those 48 bytes. Whoever has the organiser's published keys can
//! verify it. Whether a pass was handed over or given back is not in it; that is the books' business.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dayshelf_core::ids::{Id, PassId, SlotId};
use dayshelf_core::organiser::{Organiser, PassKey};
use dayshelf_core::time::Instant;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use fast_qr::convert::svg::SvgBuilder;
use fast_qr::convert::{Builder, Shape};
use fast_qr::{ECL, QRBuilder};
use serde::Serialize;
use utoipa::ToSchema;

use crate::time::At;

/// What every pass of this version begins with.
const PREFIX: &str = "DS1.";
/// What is signed begins with this, so that no other signature of the key can pass for a pass.
const DOMAIN: &[u8] = b"dayshelf pass 1\0";
const CONTENT_BYTES: usize = 48;
const PASS_BYTES: usize = CONTENT_BYTES + 64;
/// Modules of white around a QR code, as its standard asks for.
const QR_MARGIN: usize = 4;

/// What a pass says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pass {
    /// The number of the key that signed it; whoever signs sets it.
    pub key: u32,
    /// The slot.
    pub slot: SlotId,
    /// Its serial: the order line that it proves.
    pub serial: PassId,
    /// How many units.
    pub quantity: u32,
    /// From when it is valid, in whole seconds.
    pub from: Instant,
    /// Until when; the instant itself is no longer inside.
    pub until: Instant,
}

/// What signs passes. Working it out from its key's seed takes as long as signing one, so it is kept.
#[derive(Clone, Debug)]
pub struct PassSigner {
    number: u32,
    key: SigningKey,
}

impl PassSigner {
    /// The signer of a key.
    pub fn of(key: &PassKey) -> Self {
        Self { number: key.number, key: SigningKey::from_bytes(&key.seed.0) }
    }
}

/// Why a pass is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassFlaw {
    /// It is no pass.
    Unreadable,
    /// Signed with a key that is not among the organiser's.
    UnknownKey,
    /// Not signed by that key: forged or damaged.
    Forged,
    /// For another slot.
    OtherSlot,
    /// Not valid yet.
    Early,
    /// No longer valid.
    Late,
}

/// A published key: its number and the public half.
pub type PublishedKey = (u32, [u8; 32]);

impl Pass {
    /// The signed text, with the signer's number for its key.
    pub fn sign(&self, signer: &PassSigner) -> String {
        let content = Self { key: signer.number, ..*self }.content();
        let signature = signer.key.sign(&signed(&content));
        let mut bytes = [0; PASS_BYTES];
        bytes[..CONTENT_BYTES].copy_from_slice(&content);
        bytes[CONTENT_BYTES..].copy_from_slice(&signature.to_bytes());
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads a text, checks its signature, and that it is for this slot and valid at `now`.
    ///
    /// # Errors
    /// The first flaw, in the order of [`PassFlaw`].
    pub fn verify(text: &str, keys: &[PublishedKey], slot: SlotId, now: Instant) -> Result<Self, PassFlaw> {
        let pass = Self::verify_signature(text, keys)?;
        if pass.slot != slot {
            return Err(PassFlaw::OtherSlot);
        }
        if now < pass.from {
            return Err(PassFlaw::Early);
        }
        if now >= pass.until {
            return Err(PassFlaw::Late);
        }
        Ok(pass)
    }

    /// Reads a text and checks its signature alone.
    ///
    /// # Errors
    /// When it is no pass, or not one of these keys'.
    pub fn verify_signature(text: &str, keys: &[PublishedKey]) -> Result<Self, PassFlaw> {
        let encoded = text.strip_prefix(PREFIX).ok_or(PassFlaw::Unreadable)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| PassFlaw::Unreadable)?;
        let bytes = <[u8; PASS_BYTES]>::try_from(bytes).map_err(|_| PassFlaw::Unreadable)?;
        let (content, signature) = bytes.split_at(CONTENT_BYTES);
        let pass = Self::read(content);
        let (_, public) = keys.iter().find(|(number, _)| *number == pass.key).ok_or(PassFlaw::UnknownKey)?;
        let verifying = VerifyingKey::from_bytes(public).map_err(|_| PassFlaw::UnknownKey)?;
        let signature = Signature::from_slice(signature).map_err(|_| PassFlaw::Forged)?;
        verifying.verify_strict(&signed(content), &signature).map_err(|_| PassFlaw::Forged)?;
        Ok(pass)
    }

    fn content(&self) -> [u8; CONTENT_BYTES] {
        let mut bytes = [0; CONTENT_BYTES];
        bytes[..4].copy_from_slice(&self.key.to_be_bytes());
        bytes[4..20].copy_from_slice(&self.slot.0.to_bytes());
        bytes[20..36].copy_from_slice(&self.serial.0.to_bytes());
        bytes[36..40].copy_from_slice(&self.quantity.to_be_bytes());
        bytes[40..44].copy_from_slice(&seconds(self.from).to_be_bytes());
        bytes[44..].copy_from_slice(&seconds(self.until).to_be_bytes());
        bytes
    }

    fn read(content: &[u8]) -> Self {
        let number =
            |at: usize| content[at..at + 4].iter().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        let id = |at: usize| {
            Id(content[at..at + 16].iter().fold(0_u128, |sum, byte| sum << 8 | u128::from(*byte)))
        };
        let instant = |at: usize| Instant(i64::from(number(at)) * 1_000);
        Self {
            key: number(0),
            slot: SlotId(id(4)),
            serial: PassId(id(20)),
            quantity: number(36),
            from: instant(40),
            until: instant(44),
        }
    }
}

/// Whole seconds since 1970 in the 32 bits that last until 2106.
fn seconds(instant: Instant) -> u32 {
    u32::try_from(instant.0.div_euclid(1_000).max(0)).unwrap_or(u32::MAX)
}

fn signed(content: &[u8]) -> Vec<u8> {
    [DOMAIN, content].concat()
}

/// The public half of a seed.
pub fn public_key(seed: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(seed).verifying_key().to_bytes()
}

/// A text as a QR code in SVG, black on white with its margin. `None` when the text is too long for one.
pub fn qr_svg(text: &str) -> Option<String> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    Some(SvgBuilder::default().shape(Shape::Square).margin(QR_MARGIN).to_str(&code))
}

/// A text as the rows of a QR code, `0` for light and `1` for dark, without a margin: for whoever draws it. `None`
/// when the text is too long for one.
pub fn qr_rows(text: &str) -> Option<Vec<String>> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().ok()?;
    let row = |at: usize| code[at].iter().map(|module| if module.value() { '1' } else { '0' }).collect();
    Some((0..code.size).map(row).collect())
}

/// The keys that verify an organiser's passes, as published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassKeysShape {
    /// The organiser's name in addresses.
    pub organiser: String,
    /// The keys, newest last.
    pub keys: Vec<PassKeyShape>,
}

/// A published key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct PassKeyShape {
    /// The number that passes name it by.
    pub number: u32,
    /// The algorithm: always `Ed25519`.
    pub algorithm: &'static str,
    /// The public key, base64url without padding.
    pub public_key: String,
    /// When it was made.
    pub made_at: At,
}

impl PassKeysShape {
    /// The published keys of an organiser. Seeds stay where they are.
    pub fn of(organiser: &Organiser) -> Self {
        let keys = organiser.pass_keys.iter().map(|key| PassKeyShape {
            number: key.number,
            algorithm: "Ed25519",
            public_key: URL_SAFE_NO_PAD.encode(key.public),
            made_at: At(key.made_at),
        });
        Self { organiser: organiser.spec.slug.clone(), keys: keys.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::{Home, Salt};
    use dayshelf_core::text::Secret;

    fn key(number: u32, seed: u8) -> PassKey {
        let seed = [seed; 32];
        PassKey { number, seed: Secret(seed), public: public_key(&seed), made_at: Instant(0) }
    }

    fn id(salt: u64) -> Id {
        Id::mint(1_764_000_000_000, Home { shard: 0, number: 1 }, Salt(salt))
    }

    fn signer() -> PassSigner {
        PassSigner::of(&key(1, 7))
    }

    fn pass() -> Pass {
        Pass {
            key: 1,
            slot: SlotId(id(1)),
            serial: PassId(id(2)),
            quantity: 2,
            from: Instant(1_764_000_000_000),
            until: Instant(1_764_086_400_000),
        }
    }

    /// A pass proves what was signed, for its slot, from its first second until its last.
    #[test]
    fn round_trip_and_validity() {
        let keys = [(1, key(1, 7).public), (2, key(2, 8).public)];
        let text = pass().sign(&signer());
        assert_eq!(text.len(), 154);
        let verify = |slot: u64, now: i64| Pass::verify(&text, &keys, SlotId(id(slot)), Instant(now));
        assert_eq!(verify(1, pass().from.0), Ok(pass()));
        assert_eq!(verify(1, pass().until.0 - 1), Ok(pass()));
        assert_eq!(verify(1, pass().until.0), Err(PassFlaw::Late));
        assert_eq!(verify(1, pass().from.0 - 1), Err(PassFlaw::Early));
        assert_eq!(verify(9, pass().from.0), Err(PassFlaw::OtherSlot));
        assert_eq!(Pass::verify_signature(&text, &keys[1..]), Err(PassFlaw::UnknownKey));
        assert_eq!(Pass::verify_signature(&text, &[(1, keys[1].1)]), Err(PassFlaw::Forged));
    }

    /// The example of the guide is what is signed here, and whoever reads it by the guide's table gets what was signed.
    #[test]
    fn is_laid_out_as_the_guide_says() {
        let guide = include_str!("../../../docs/guide/stall.md");
        let (text, public) = (pass().sign(&signer()), URL_SAFE_NO_PAD.encode(key(1, 7).public));
        for said in [&text, &public, &pass().slot.to_string(), &pass().serial.to_string()] {
            assert!(guide.contains(said.as_str()), "{said}");
        }
        let bytes = URL_SAFE_NO_PAD.decode(&text[4..]).unwrap();
        assert_eq!((&text[..4], bytes.len()), ("DS1.", 112));
        let number = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
        assert_eq!([0, 36, 40, 44].map(number), [1, 2, 1_764_000_000, 1_764_086_400]);
        let spelled = |kind: &str, at: usize| {
            let number = u128::from_be_bytes(bytes[at..at + 16].try_into().unwrap());
            let digit = |shift: u32| b"0123456789abcdefghjkmnpqrstvwxyz"[(number >> shift) as usize & 31];
            let digits = (0..26).rev().map(|place| char::from(digit(5 * place)));
            format!("{kind}_{}", digits.collect::<String>())
        };
        assert_eq!(spelled("slot", 4), pass().slot.to_string());
        assert_eq!(spelled("pass", 20), pass().serial.to_string());
        let signed = [&b"dayshelf pass 1\0"[..], &bytes[..48]].concat();
        let signature = Signature::from_slice(&bytes[48..]).unwrap();
        let public = URL_SAFE_NO_PAD.decode(public).unwrap();
        let verifying = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
        assert!(verifying.verify_strict(&signed, &signature).is_ok());
    }

    /// Whatever single character is changed, the pass is refused.
    #[test]
    fn every_flipped_byte_is_refused() {
        let keys = [(1, key(1, 7).public)];
        let text = pass().sign(&signer());
        for place in 0..text.len() {
            for flip in [1_u8, 2, 4, 0x20] {
                let mut bytes = text.clone().into_bytes();
                bytes[place] ^= flip;
                let changed = String::from_utf8(bytes).unwrap();
                assert!(Pass::verify_signature(&changed, &keys).is_err(), "{place} {changed}");
            }
        }
        for end in 0..text.len() {
            assert!(Pass::verify_signature(&text[..end], &keys).is_err());
        }
        assert!(Pass::verify_signature(&format!("{text}A"), &keys).is_err());
    }

    /// The QR code is one picture; what is too long for one is no picture.
    #[test]
    fn draws_a_code() {
        let svg = qr_svg(&pass().sign(&signer())).unwrap();
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>") && svg.len() < 40_000);
        assert_eq!(qr_svg(&"x".repeat(5_000)), None);
        let rows = qr_rows("otpauth://totp/x").unwrap();
        assert!(rows.iter().all(|row| row.len() == rows.len()), "a square");
        assert!(rows[0].starts_with("11111110") && rows[1].starts_with("10000010"), "with its corner");
    }
}
