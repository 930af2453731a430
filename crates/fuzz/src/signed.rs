//! What is signed: passes, and the header of webhooks.

use dayshelf_core::ids::{Home, Id, PassId, Salt, SlotId};
use dayshelf_core::organiser::PassKey;
use dayshelf_core::text::Secret;
use dayshelf_core::time::Instant;
use dayshelf_wire::pass::{Pass, PassSigner, public_key};
use dayshelf_wire::webhook::{Message, public_text, shared_text};

use crate::text;

const SEED: [u8; 32] = [7; 32];
const SECRET: [u8; 32] = [9; 32];
const AT: i64 = 1_764_000_000;

fn key() -> PassKey {
    PassKey { number: 3, seed: Secret(SEED), public: public_key(&SEED), made_at: Instant(0) }
}

/// A pass that verifies is one that the key signed, to the letter: there is no second text for it.
pub(crate) fn pass(bytes: &[u8]) {
    let text = text(bytes);
    if let Ok(pass) = Pass::verify_signature(text, &[(3, public_key(&SEED))]) {
        assert_eq!(pass.sign(&PassSigner::of(&key())), text, "a pass has a second text");
    }
}

pub(crate) fn pass_samples() -> Vec<Vec<u8>> {
    let id = |salt| Id::mint(AT * 1_000, Home { shard: 0, number: 1 }, Salt(salt));
    let pass = Pass {
        key: 3,
        slot: SlotId(id(1)),
        serial: PassId(id(2)),
        quantity: 2,
        from: Instant(AT * 1_000),
        until: Instant((AT + 3_600) * 1_000),
    };
    crate::samples(&[&pass.sign(&PassSigner::of(&key())), "DS1."])
}

/// A header that verifies has our signature in it; and no bytes are a key to somebody else's message.
pub(crate) fn webhook(bytes: &[u8]) {
    let message = Message { id: "msg_1", timestamp: AT, body: b"{}" };
    let header = text(bytes);
    let ours =
        [(shared_text(&SECRET), message.sign(&SECRET)), (public_text(&SEED), message.sign_asymmetric(&SEED))];
    for (key, signature) in &ours {
        if message.verify(header, key, AT).is_ok() {
            let there = header.split_ascii_whitespace().any(|one| one == signature);
            assert!(there, "a signature has a second text: {header}");
        }
        assert!(message.verify(header, key, AT + 100_000).is_err(), "an old message is taken");
    }
    // The same bytes as a key: it may be read, and fits nothing.
    assert!(message.verify(&ours[1].1, header, AT).is_err() || header == ours[1].0, "{header}");
    let far = Message { id: header, timestamp: i64::MIN, body: bytes };
    assert!(far.verify(header, header, i64::MAX).is_err(), "a message from the beginning of time is taken");
}

pub(crate) fn webhook_samples() -> Vec<Vec<u8>> {
    let message = Message { id: "msg_1", timestamp: AT, body: b"{}" };
    let both = format!("{} {}", message.sign(&SECRET), message.sign_asymmetric(&SEED));
    crate::samples(&[&both, &shared_text(&SECRET), &public_text(&SEED), "v1, v1a,x v2,"])
}
