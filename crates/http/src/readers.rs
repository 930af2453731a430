//! Readers of bytes from outside that no other crate has, laid open for whoever tries them with any bytes. No handler
//! starts here: see `people::passkey` and `pictures::draw`.

use dayshelf_wire::sign_in::{Asserted, Attested, NewPasskey, UsedPasskey};

use crate::people::passkey::{Party, text};
use crate::pictures::draw;

/// Whom passkeys are for here.
pub const PARTY: &str = "https://example.org";

/// What a browser and a device say of a new passkey: its id and its key, if they prove that there is one.
#[must_use]
pub fn made_passkey(said: &[u8], attestation: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    let response = Attested { client_data_json: text(said), attestation_object: text(attestation) };
    let made = Party::of(PARTY)?.made(&NewPasskey { response }).ok()?;
    Some((made.credential, made.public_key))
}

/// Whether what they say of one that was used is signed by its key.
#[must_use]
pub fn used_passkey(said: &[u8], (data, signature): (&[u8], &[u8]), key: &[u8]) -> bool {
    let response = Asserted {
        client_data_json: text(said),
        authenticator_data: text(data),
        signature: text(signature),
        user_handle: None,
    };
    let answer = UsedPasskey { id: String::new(), response };
    Party::of(PARTY).is_some_and(|party| party.used(&answer, key).is_ok())
}

/// The files that are drawn of a picture, if it is one.
#[must_use]
pub fn drawn(sent: &[u8]) -> Option<Vec<Vec<u8>>> {
    draw(sent).ok().map(|drawing| drawing.bodies)
}
