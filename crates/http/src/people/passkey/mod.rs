//! Passkeys: what a browser and a device say when one is made or used, and whether it proves anything.
//!
//! Web Authentication Level 3, sections 7.1 and 7.2, for what is asked for here: passkeys that the device keeps,
//! whose owner it has seen, and no proof of its make. Signatures are checked by ring, which TLS brings along; the
//! libraries for servers need OpenSSL, or bring RSA code that has known weaknesses. Not here: that a challenge
//! is answered once (`store`). Start at [`Party::made`].

mod cbor;
mod data;
mod key;
#[cfg(test)]
mod tests;

use axum::http::Uri;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dayshelf_wire::sign_in::{NewPasskey, UsedPasskey};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use cbor::Item;
use data::AuthenticatorData;
pub(crate) use key::ALGORITHMS;
use key::PublicKey;

/// Bytes of a challenge.
pub(crate) const CHALLENGE_BYTES: usize = 32;
/// Bytes of what a device calls a passkey, at most (section 4, "credential ID").
const CREDENTIAL_BYTES_MAX: usize = 1_023;
/// Bytes of what a device says, at most. What is asked for has no certificates in it.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// Whom passkeys here are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Party {
    /// The host.
    pub id: String,
    /// Where our own pages come from.
    origin: String,
}

/// What a new passkey is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Made {
    pub credential: Vec<u8>,
    /// As COSE has it.
    pub public_key: Vec<u8>,
    pub counter: u32,
    pub backed_up: bool,
}

/// What a passkey said when it was used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Used {
    pub counter: u32,
    pub backed_up: bool,
}

/// Why an answer proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It can't be read.
    Unreadable,
    /// It is an answer to something else.
    OtherPurpose,
    /// Another site asked for it, or a frame of one.
    OtherOrigin,
    /// It is for another host.
    OtherHost,
    /// The device did not see its owner.
    OwnerUnseen,
    /// It contradicts itself.
    Contradiction,
    /// The kind of key is not taken.
    OtherKey,
    /// It brings a proof that nobody asked for.
    OtherProof,
    /// The signature is not the key's.
    Signature,
}

/// Whether the device must have seen its owner, by a finger or a number. Always, but for published examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Owner {
    Seen,
    #[cfg(test)]
    Any,
}

/// What the browser says about an answer, as far as it is looked at.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Client {
    #[serde(rename = "type")]
    purpose: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: bool,
}

impl Party {
    /// The party of a public address; `None` where it has no host name, since passkeys are for names alone.
    ///
    /// An address of this machine itself stands for `localhost`, which is where browsers allow passkeys on it.
    pub fn of(public_url: &str) -> Option<Self> {
        let uri: Uri = public_url.parse().ok()?;
        let host = uri.host()?.trim_matches(['[', ']']).to_lowercase();
        let id = match host.parse::<std::net::IpAddr>() {
            Ok(address) if address.is_loopback() => "localhost".to_owned(),
            Ok(_) => return None,
            Err(_) => host,
        };
        // As browsers write an origin: the scheme's own port is left out.
        let scheme = uri.scheme_str()?;
        let usual = if scheme == "https" { 443 } else { 80 };
        let port = uri.port_u16().filter(|port| *port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let origin = format!("{scheme}://{id}{port}");
        Some(Self { id, origin })
    }

    /// The challenge that an answer names, not yet looked up.
    pub fn challenge(client_data_json: &str) -> Result<String, Flaw> {
        Ok(client(&bytes(client_data_json)?)?.challenge)
    }

    /// What a new passkey is, if the answer is right. Whether its challenge was ours is the caller's to see.
    pub fn made(&self, answer: &NewPasskey) -> Result<Made, Flaw> {
        let said = bytes(&answer.response.client_data_json)?;
        self.made_from(&said, &bytes(&answer.response.attestation_object)?, Owner::Seen)
    }

    /// What a passkey said, if the answer is right and signed by its key.
    pub fn used(&self, answer: &UsedPasskey, public_key: &[u8]) -> Result<Used, Flaw> {
        let response = &answer.response;
        let (said, data) = (bytes(&response.client_data_json)?, bytes(&response.authenticator_data)?);
        self.used_from(&said, (&data, &bytes(&response.signature)?), public_key, Owner::Seen)
    }

    fn made_from(&self, said: &[u8], attestation: &[u8], owner: Owner) -> Result<Made, Flaw> {
        self.asked(said, "webauthn.create")?;
        let object = Item::read_whole(attestation).ok_or(Flaw::Unreadable)?;
        let raw = object.get_text("authData").and_then(Item::as_bytes).ok_or(Flaw::Unreadable)?;
        let data = AuthenticatorData::read(raw).ok_or(Flaw::Unreadable)?;
        self.seen(&data, owner)?;
        let made = data.made.ok_or(Flaw::Unreadable)?;
        if made.credential.is_empty() || made.credential.len() > CREDENTIAL_BYTES_MAX {
            return Err(Flaw::Unreadable);
        }
        let key = PublicKey::read(made.public_key).ok_or(Flaw::OtherKey)?;
        let proof = object.get_text("attStmt").ok_or(Flaw::Unreadable)?;
        match object.get_text("fmt").and_then(Item::as_text) {
            Some("none") if proof.is_empty_map() => {}
            // Devices without a maker's certificate sign with the new key itself, asked or not (section 8.2).
            Some("packed") if proof.get_text("x5c").is_none() => {
                let signature = proof.get_text("sig").and_then(Item::as_bytes).ok_or(Flaw::Unreadable)?;
                let algorithm = proof.get_text("alg").and_then(Item::as_int);
                if algorithm != Some(i64::from(key.algorithm())) {
                    return Err(Flaw::Contradiction);
                }
                key.verify(&signed(raw, said), signature).ok_or(Flaw::Signature)?;
            }
            _ => return Err(Flaw::OtherProof),
        }
        Ok(Made {
            credential: made.credential.to_vec(),
            public_key: made.public_key.to_vec(),
            counter: data.counter,
            backed_up: data.flags.backed_up(),
        })
    }

    fn used_from(
        &self,
        said: &[u8],
        (raw, signature): (&[u8], &[u8]),
        public_key: &[u8],
        owner: Owner,
    ) -> Result<Used, Flaw> {
        self.asked(said, "webauthn.get")?;
        let data = AuthenticatorData::read(raw).ok_or(Flaw::Unreadable)?;
        self.seen(&data, owner)?;
        let key = PublicKey::read(public_key).ok_or(Flaw::OtherKey)?;
        key.verify(&signed(raw, said), signature).ok_or(Flaw::Signature)?;
        Ok(Used { counter: data.counter, backed_up: data.flags.backed_up() })
    }

    /// Whether a page of ours asked for this purpose.
    fn asked(&self, said: &[u8], purpose: &str) -> Result<(), Flaw> {
        let client = client(said)?;
        if client.purpose != purpose {
            return Err(Flaw::OtherPurpose);
        }
        if client.cross_origin || client.origin != self.origin {
            return Err(Flaw::OtherOrigin);
        }
        Ok(())
    }

    /// Whether the device answered for our host, and saw its owner.
    fn seen(&self, data: &AuthenticatorData<'_>, owner: Owner) -> Result<(), Flaw> {
        if data.host != Sha256::digest(self.id.as_bytes()).as_slice() {
            return Err(Flaw::OtherHost);
        }
        if !data.flags.present() || (owner == Owner::Seen && !data.flags.verified()) {
            return Err(Flaw::OwnerUnseen);
        }
        if data.flags.backed_up() && !data.flags.may_be_backed_up() {
            return Err(Flaw::Contradiction);
        }
        Ok(())
    }
}

/// Base64url, without padding, of a bounded length.
pub(crate) fn bytes(text: &str) -> Result<Vec<u8>, Flaw> {
    if text.len() > ANSWER_BYTES_MAX / 3 * 4 {
        return Err(Flaw::Unreadable);
    }
    URL_SAFE_NO_PAD.decode(text).map_err(|_| Flaw::Unreadable)
}

/// As WebAuthn writes bytes in JSON.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn client(said: &[u8]) -> Result<Client, Flaw> {
    serde_json::from_slice(said).map_err(|_| Flaw::Unreadable)
}

/// What a device signs: its own data, and the digest of what the browser said.
fn signed(data: &[u8], said: &[u8]) -> Vec<u8> {
    [data, Sha256::digest(said).as_slice()].concat()
}
