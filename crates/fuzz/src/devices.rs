//! What devices say: passkeys in CBOR, and pictures.

use dayshelf_http::readers::{PARTY, drawn, made_passkey, used_passkey};

/// Bytes of an id that a device may give a passkey.
const CREDENTIAL_BYTES_MAX: usize = 1_023;
/// Files that are drawn of one picture at most.
const FILES_MAX: usize = 3;
/// The passkey without proof that Web Authentication Level 3 publishes in section 16.2, whose owner is seen.
const ATTESTATION: &str = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4\
    bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b55d000000008446ccb9ab1db374750b2367ff6f3a1f0020\
    f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb6\
    4098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
/// What a device says when one is used.
const DATA: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51d00000000";
/// A picture of two pixels, as PNG.
const PNG: &str = "89504e470d0a1a0a0000000d4948445200000002000000010802000000\
    7b40e8dd0000000d49444154789c6338c100042700057f0191cefd57210000000049454e44ae426082";

/// The bytes are in two parts: what the browser says, as long as the first two bytes say, and what the device says. A
/// passkey that is taken has an id and a key, and nothing that nobody signed is taken for its word.
pub(crate) fn passkey(bytes: &[u8]) {
    let Some((head, rest)) = bytes.split_first_chunk::<2>() else { return };
    let (said, device) = rest.split_at(usize::from(u16::from_be_bytes(*head)).min(rest.len()));
    let made = made_passkey(said, device);
    if let Some((id, key)) = &made {
        assert!(
            !id.is_empty() && id.len() <= CREDENTIAL_BYTES_MAX && !key.is_empty(),
            "a passkey without id or key"
        );
    }
    let key = made.map_or_else(|| device.to_vec(), |(_, key)| key);
    assert!(!used_passkey(said, (device, &[]), &key), "what nobody signed is taken");
    let (data, signature) = device.split_at(device.len().min(37));
    assert!(!used_passkey(said, (data, signature), &key), "a signature was guessed");
}

pub(crate) fn passkey_samples() -> Vec<Vec<u8>> {
    let said = |kind: &str| format!(r#"{{"type":"webauthn.{kind}","challenge":"AMMP","origin":"{PARTY}"}}"#);
    let whole = |said: String, device: &str| {
        let length = u16::try_from(said.len()).unwrap_or_default();
        [&length.to_be_bytes()[..], said.as_bytes(), &hex(device)].concat()
    };
    vec![whole(said("create"), ATTESTATION), whole(said("get"), DATA)]
}

/// Whatever is drawn is drawn within its bounds, and the same each time.
pub(crate) fn picture(bytes: &[u8]) {
    let Some(files) = drawn(bytes) else { return };
    assert!(!files.is_empty() && files.len() <= FILES_MAX, "{} files", files.len());
    assert!(files.iter().all(|file| file.starts_with(b"RIFF")), "a file that is no WebP");
    assert_eq!(drawn(bytes).as_ref(), Some(&files), "drawn twice, and not the same");
}

pub(crate) fn picture_samples() -> Vec<Vec<u8>> {
    let png = hex(PNG);
    let webp = drawn(&png).unwrap_or_default();
    [vec![png], webp].concat()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).filter_map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The samples are what they are said to be: a fuzzer that begins with nothing gets nowhere.
    #[test]
    fn samples_are_taken() {
        let samples = passkey_samples();
        let (said, device) = samples[0][2..].split_at(usize::from(samples[0][1]));
        assert!(made_passkey(said, device).is_some());
        assert!(picture_samples().len() > 1 && picture_samples().iter().all(|one| drawn(one).is_some()));
    }
}
