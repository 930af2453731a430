//! Webhooks out, by the Standard Webhooks specification 1.0: the payload, its two signatures, and their
//! check for those who receive.
//!
//! The key's text is `whsec_` for the shared secret (`v1`, HMAC-SHA256) and `whpk_` for the public half
//! of the Ed25519 pair (`v1a`). What is signed is `id.timestamp.body`, byte for byte as sent.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dayshelf_core::time::Instant;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use serde_json::Value;
use sha2::Sha256;
use utoipa::ToSchema;

use crate::time::At;

/// Bytes of a payload at most, as the specification advises.
pub const PAYLOAD_BYTES_MAX: usize = 20_000;
/// Seconds that a timestamp may be away from the receiver's clock.
pub const TOLERANCE_SECONDS: i64 = 300;

/// The header that names the message; it stays the same over all tries.
pub const HEADER_ID: &str = "webhook-id";
/// The header with the seconds since 1970 at which this try was signed.
pub const HEADER_TIMESTAMP: &str = "webhook-timestamp";
/// The header with the signatures, separated by spaces.
pub const HEADER_SIGNATURE: &str = "webhook-signature";

/// What is posted.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Payload {
    /// The type, in dotted lower case.
    #[serde(rename = "type")]
    #[schema(example = "hold.made")]
    pub kind: String,
    /// When it was decided.
    pub timestamp: At,
    /// The whole of it.
    pub data: Value,
}

/// One message to sign or to check.
#[derive(Clone, Copy, Debug)]
pub struct Message<'m> {
    /// Its id.
    pub id: &'m str,
    /// Seconds since 1970 at which it is signed.
    pub timestamp: i64,
    /// The body, byte for byte.
    pub body: &'m [u8],
}

/// Why a message is not accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unverified {
    /// Its timestamp is too far away from now.
    Stale,
    /// No signature in the header fits.
    Forged,
    /// The key's text is no key.
    KeyUnreadable,
}

impl Payload {
    /// The body to post. Where it would be larger than a payload may be, `data` says only at which
    /// address it can be read.
    pub fn body(&self, data_url: &str) -> Vec<u8> {
        let whole = serde_json::to_vec(self).unwrap_or_default();
        if whole.len() <= PAYLOAD_BYTES_MAX {
            return whole;
        }
        let short = Self { data: serde_json::json!({ "url": data_url }), ..self.clone() };
        serde_json::to_vec(&short).unwrap_or_default()
    }

    /// A payload of this type, decided at this instant.
    pub fn new(kind: &str, at: Instant, data: Value) -> Self {
        Self { kind: kind.to_owned(), timestamp: At(at), data }
    }
}

impl Message<'_> {
    /// The `v1` signature, for the header.
    pub fn sign(&self, secret: &[u8]) -> String {
        format!("v1,{}", STANDARD.encode(self.mac(secret).finalize().into_bytes()))
    }

    /// The `v1a` signature, for the header.
    pub fn sign_asymmetric(&self, seed: &[u8; 32]) -> String {
        let signature = SigningKey::from_bytes(seed).sign(&self.content());
        format!("v1a,{}", STANDARD.encode(signature.to_bytes()))
    }

    /// Checks the header against a `whsec_` or `whpk_` key: any one signature that fits is enough.
    ///
    /// # Errors
    /// When the message is too old or too new, or no signature fits.
    pub fn verify(&self, header: &str, key: &str, now: i64) -> Result<(), Unverified> {
        let key = Key::parse(key).ok_or(Unverified::KeyUnreadable)?;
        if now.abs_diff(self.timestamp) > TOLERANCE_SECONDS.unsigned_abs() {
            return Err(Unverified::Stale);
        }
        let fits = |signature: &str| match (&key, signature.split_once(',')) {
            (Key::Shared(secret), Some(("v1", text))) => {
                STANDARD.decode(text).is_ok_and(|bytes| self.mac(secret).verify_slice(&bytes).is_ok())
            }
            (Key::Public(public), Some(("v1a", text))) => {
                let bytes = STANDARD.decode(text).ok();
                let signature = bytes.and_then(|bytes| Signature::from_slice(&bytes).ok());
                signature.is_some_and(|signature| public.verify_strict(&self.content(), &signature).is_ok())
            }
            _ => false,
        };
        if header.split_ascii_whitespace().take(20).any(fits) { Ok(()) } else { Err(Unverified::Forged) }
    }

    fn mac(&self, secret: &[u8]) -> Hmac<Sha256> {
        // HMAC takes keys of every length; an empty one would only be a weaker key.
        let made = <Hmac<Sha256> as KeyInit>::new_from_slice(secret);
        let mut mac = made.unwrap_or_else(|_| <Hmac<Sha256> as KeyInit>::new(&Default::default()));
        mac.update(&self.content());
        mac
    }

    fn content(&self) -> Vec<u8> {
        let head = format!("{}.{}.", self.id, self.timestamp);
        [head.as_bytes(), self.body].concat()
    }
}

/// A key that checks.
enum Key {
    Shared(Vec<u8>),
    Public(Box<VerifyingKey>),
}

impl Key {
    fn parse(text: &str) -> Option<Self> {
        if let Some(text) = text.strip_prefix("whpk_") {
            let bytes = <[u8; 32]>::try_from(STANDARD.decode(text).ok()?).ok()?;
            return Some(Self::Public(Box::new(VerifyingKey::from_bytes(&bytes).ok()?)));
        }
        let secret = STANDARD.decode(text.strip_prefix("whsec_")?).ok()?;
        (!secret.is_empty()).then_some(Self::Shared(secret))
    }
}

/// The text of a shared secret.
pub fn shared_text(secret: &[u8]) -> String {
    format!("whsec_{}", STANDARD.encode(secret))
}

/// The text of the public half of an Ed25519 seed.
pub fn public_text(seed: &[u8; 32]) -> String {
    format!("whpk_{}", STANDARD.encode(crate::pass::public_key(seed)))
}

/// Whether an endpoint that asked for `kinds` wants a message of type `kind`. No kinds means all; `hold.*`
/// means all that begin with `hold.`.
pub fn wants(kinds: &[String], kind: &str) -> bool {
    let fits = |wanted: &String| match wanted.strip_suffix(".*") {
        Some(group) => kind.strip_prefix(group).is_some_and(|rest| rest.starts_with('.')),
        None => wanted == kind,
    };
    kinds.is_empty() || kinds.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const MESSAGE: Message<'static> = Message {
        id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
        timestamp: 1_614_265_330,
        body: br#"{"test": 2432232314}"#,
    };

    /// The specification's own vector.
    #[test]
    fn the_golden_vector() {
        let secret = STANDARD.decode(&KEY["whsec_".len()..]).unwrap();
        assert_eq!(MESSAGE.sign(&secret), SIGNATURE);
        assert_eq!(shared_text(&secret), KEY);
        assert_eq!(MESSAGE.verify(SIGNATURE, KEY, MESSAGE.timestamp), Ok(()));
    }

    /// Any signature of the list may fit; age, another body and another key are refused.
    #[test]
    fn checks_what_it_signs() {
        let (seed, now) = ([9; 32], MESSAGE.timestamp);
        let header = format!("v1,AAAA v9,x nonsense {SIGNATURE} {}", MESSAGE.sign_asymmetric(&seed));
        let public = public_text(&seed);
        assert_eq!(MESSAGE.verify(&header, KEY, now + 300), Ok(()));
        assert_eq!(MESSAGE.verify(&header, &public, now), Ok(()));
        assert_eq!(MESSAGE.verify(&header, &public, now - 301), Err(Unverified::Stale));
        assert_eq!(MESSAGE.verify(&header, &public, i64::MIN), Err(Unverified::Stale));
        assert_eq!(MESSAGE.verify(&header, &public_text(&[8; 32]), now), Err(Unverified::Forged));
        let other = Message { body: b"{}", ..MESSAGE };
        assert_eq!(other.verify(&header, KEY, now), Err(Unverified::Forged));
        assert_eq!(other.verify(&header, &public, now), Err(Unverified::Forged));
        assert_eq!(MESSAGE.verify(&header, "whsec_", now), Err(Unverified::KeyUnreadable));
        assert_eq!(MESSAGE.verify("", KEY, now), Err(Unverified::Forged));
    }

    /// A payload never grows past its bound; what is left out can be read at an address.
    #[test]
    fn payloads_are_bounded() {
        let data = serde_json::json!({ "story": "x".repeat(PAYLOAD_BYTES_MAX) });
        let body = Payload::new("slot.changed", Instant(0), data).body("/v1/journal?after=6");
        assert!(body.len() < 200);
        let json: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(json["data"]["url"], "/v1/journal?after=6");
        assert_eq!(
            (json["type"].as_str(), json["timestamp"].as_str()),
            (Some("slot.changed"), Some("1970-01-01T00:00:00.000Z"))
        );
    }

    /// Types are chosen one by one or by their group.
    #[test]
    fn endpoints_choose_types() {
        let kinds = ["hold.*".to_owned(), "slot.moved".to_owned()];
        assert!(wants(&kinds, "hold.made") && wants(&kinds, "slot.moved") && wants(&[], "x"));
        assert!(!wants(&kinds, "slot.put") && !wants(&kinds, "holding.made") && !wants(&kinds, "hold"));
    }
}
