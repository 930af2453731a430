//! Codes of an app that changes them every half minute (RFC 6238, with SHA-1 and six digits, as all such apps
//! have them), and recovery codes for when the app is away.
//!
//! Not here: that a code is taken once (`store`). Start at [`step_of`].

use dayshelf_core::ids::PersonId;
use dayshelf_core::text::Digest;
use dayshelf_core::time::Instant;
use dayshelf_desk::random;
use dayshelf_wire::secret::token_digest;
use ring::hmac::{HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key, sign};

/// Bytes of a secret: as many as the hash has, as RFC 4226 advises.
pub(crate) const SECRET_BYTES: usize = 20;
const STEP_MS: i64 = 30_000;
const DIGITS: usize = 6;
/// Steps before and after this one that count as well: clocks differ, and people are slow.
const DRIFT: i64 = 1;
/// How many recovery codes there are.
const CODES: usize = 10;
/// Bytes of a recovery code: 80 bits can't be guessed, so that a plain digest keeps them safe.
const CODE_BYTES: usize = 10;
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret.
pub(crate) fn new_secret() -> Vec<u8> {
    random::<SECRET_BYTES>().to_vec()
}

/// The step of a code, if the secret makes it about now.
pub(crate) fn step_of(secret: &[u8], typed: &str, now: Instant) -> Option<i64> {
    let typed: String = typed.chars().filter(|letter| !letter.is_whitespace()).collect();
    if typed.len() != DIGITS {
        return None;
    }
    let current = now.0.div_euclid(STEP_MS);
    // All of them are made, so that the time taken does not tell which fits.
    let steps = current - DRIFT..=current + DRIFT;
    steps.fold(None, |found, step| if same(&code(secret, step), &typed) { Some(step) } else { found })
}

/// The code of a step (RFC 4226, section 5.3).
fn code(secret: &[u8], step: i64) -> String {
    let tag = sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret), &step.to_be_bytes());
    let hash = tag.as_ref();
    let offset = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
    let four = hash.iter().skip(offset).take(4).fold(0, |value: u32, byte| value << 8 | u32::from(*byte));
    format!("{:0DIGITS$}", (four & 0x7fff_ffff) % 1_000_000)
}

fn same(one: &str, other: &str) -> bool {
    let difference = one.bytes().zip(other.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    std::hint::black_box(difference) == 0 && one.len() == other.len()
}

/// The address that an app opens.
pub(crate) fn address(secret: &[u8], email: &str, host: &str) -> String {
    let part =
        |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20");
    let (host, email) = (part(host), part(email));
    format!("otpauth://totp/Dayshelf%20{host}:{email}?secret={}&issuer=Dayshelf%20{host}", base32(secret))
}

/// Bytes as people type them (RFC 4648, without padding).
pub(crate) fn base32(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(5) * 8);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for byte in bytes {
        (bits, held) = (bits << 8 | u32::from(*byte), held + 8);
        while held >= 5 {
            held -= 5;
            text.push(char::from(BASE32[(bits >> held & 0x1f) as usize]));
        }
        bits &= (1 << held) - 1;
    }
    if held > 0 {
        text.push(char::from(BASE32[(bits << (5 - held) & 0x1f) as usize]));
    }
    text
}

/// Ten new recovery codes, in groups of four letters.
pub(crate) fn new_codes() -> Vec<String> {
    let grouped = |plain: String| {
        let groups: Vec<String> =
            plain.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
        groups.join("-")
    };
    (0..CODES).map(|_| grouped(base32(&random::<CODE_BYTES>()))).collect()
}

/// What is kept of a recovery code. Case, spaces and hyphens don't count.
pub(crate) fn code_digest(person: PersonId, typed: &str) -> Digest {
    let plain: String = typed.chars().filter(char::is_ascii_alphanumeric).collect();
    token_digest("recovery code", &format!("{person} {}", plain.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"12345678901234567890";

    /// The table of RFC 6238, appendix B, in six digits.
    #[test]
    fn the_published_codes() {
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(SECRET, seconds / 30), expected, "{seconds}");
            let at = |seconds: i64| step_of(SECRET, expected, Instant(seconds * 1_000));
            assert_eq!(at(seconds), Some(seconds / 30));
            assert_eq!((at(seconds - 30), at(seconds + 30)), (Some(seconds / 30), Some(seconds / 30)));
            assert_eq!((at(seconds - 90), at(seconds + 90)), (None, None), "too far off");
        }
        for typed in ["", "28708", "2870820", "287083", "abcdef"] {
            assert_eq!(step_of(SECRET, typed, Instant(59_000)), None, "{typed}");
        }
        assert_eq!(step_of(SECRET, "287 082", Instant(59_000)), Some(1));
    }

    /// RFC 4648's examples, without their padding.
    #[test]
    fn the_published_letters() {
        for (bytes, text) in
            [("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foobar", "MZXW6YTBOI")]
        {
            assert_eq!(base32(bytes.as_bytes()), text);
        }
        let address = address(SECRET, "ada+x@example.org", "shop.example");
        assert_eq!(
            address,
            "otpauth://totp/Dayshelf%20shop.example:ada%2Bx%40example.org\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Dayshelf%20shop.example"
        );
    }

    /// Recovery codes are many, differ, and are forgiving in spelling.
    #[test]
    fn recovery_codes() {
        let codes = new_codes();
        let unique: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(unique.len(), CODES);
        assert!(codes.iter().all(|code| code.len() == 19 && code.split('-').all(|four| four.len() == 4)));
        let (ann, bea) = (PersonId(dayshelf_core::ids::Id(1)), PersonId(dayshelf_core::ids::Id(2)));
        let sloppy = codes[0].replace('-', " ").to_lowercase();
        assert_eq!(code_digest(ann, &codes[0]), code_digest(ann, &sloppy));
        assert_ne!(code_digest(ann, &codes[0]), code_digest(bea, &codes[0]));
        assert_ne!(code_digest(ann, &codes[0]), code_digest(ann, &codes[1]));
    }
}
