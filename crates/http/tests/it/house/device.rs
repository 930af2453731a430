//! A device that keeps passkeys, in software: it answers as WebAuthn says, and lies where a test wants it to.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// Touched, by its owner, and able to be on several devices.
const SEEN: u8 = 0b1101;

/// A device with one passkey.
pub struct Device {
    key: EcdsaKeyPair,
    pub credential: Vec<u8>,
    /// Whose passkey it is, base64url.
    pub user: String,
    pub counter: u32,
    pub host: String,
    pub origin: String,
    pub flags: u8,
}

impl Device {
    pub fn new() -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref(), &random).unwrap();
        Self {
            key,
            credential: dayshelf_desk::random::<16>().to_vec(),
            user: String::new(),
            counter: 0,
            host: "localhost".into(),
            origin: "http://localhost".into(),
            flags: SEEN,
        }
    }

    /// Makes its passkey, as it was asked to.
    pub fn make(&mut self, options: &Value) -> Value {
        self.user = options["user"]["id"].as_str().unwrap().to_owned();
        let said = self.said("webauthn.create", options["challenge"].as_str().unwrap());
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let key = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat();
        let length = u16::try_from(self.credential.len()).unwrap().to_be_bytes();
        let made = [[0; 16].as_slice(), &length, &self.credential, &key].concat();
        let data = [self.data(self.flags | 1 << 6), made].concat();
        let size = u8::try_from(data.len()).unwrap();
        let object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".as_slice(), &[size], &data].concat();
        json!({
            "id": text(&self.credential), "rawId": text(&self.credential), "type": "public-key",
            "response": {"clientDataJSON": text(&said), "attestationObject": text(&object), "transports": ["internal"]},
            "clientExtensionResults": {}
        })
    }

    /// Signs with its passkey, and counts.
    pub fn sign(&mut self, options: &Value) -> Value {
        self.counter += 1;
        self.sign_again(options)
    }

    /// The same without counting, as a copy of the device would.
    pub fn sign_again(&self, options: &Value) -> Value {
        let said = self.said("webauthn.get", options["challenge"].as_str().unwrap());
        let data = self.data(self.flags);
        let signed = [data.clone(), Sha256::digest(&said).to_vec()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": text(&self.credential), "rawId": text(&self.credential), "type": "public-key",
            "response": {
                "clientDataJSON": text(&said), "authenticatorData": text(&data),
                "signature": text(signature.as_ref()), "userHandle": self.user
            },
            "clientExtensionResults": {}
        })
    }

    fn said(&self, purpose: &str, challenge: &str) -> Vec<u8> {
        json!({"type": purpose, "challenge": challenge, "origin": self.origin, "crossOrigin": false})
            .to_string()
            .into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let host = Sha256::digest(self.host.as_bytes()).to_vec();
        [host, vec![flags], self.counter.to_be_bytes().to_vec()].concat()
    }
}

pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
