//! The examples that Web Authentication Level 3 publishes (sections 16.2 and 16.11), and what spoils them.

use super::*;

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

fn party() -> Party {
    Party::of("https://example.org").unwrap()
}

/// A passkey of section 16.2: made without proof, ES256, its owner not seen.
mod es256 {
    pub const MADE_SAID: &str = "7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d507434557878475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c22657874726144617461223a22636c69656e74446174614a534f4e206d617920626520657874656e6465642077697468206164646974696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165446a646354427258426941774a544c453551227d";
    pub const MADE: &str = "a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220";
    pub const USED_SAID: &str = "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c5455506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
    pub const USED: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
    pub const SIGNATURE: &str = "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87";
}

/// A passkey of section 16.11: Ed25519. It was made with a certificate, which nobody here asks for; its key is the one
/// in there.
mod ed25519 {
    pub const KEY: &str =
        "a401010327200621582044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832";
    pub const USED_SAID: &str = "7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a2269566c583442786a4f6d6d44534b4c596f7870557439736e364d48454f7943413135726947514a6e763949222c226f726967696e223a2268747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
    pub const USED: &str = "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b50100000000";
    pub const SIGNATURE: &str = "f5c59c7e46c34f6f8cc197101ddf9934fa2595f68eb1913a637e8419eb9ba4cfdfc48f85393bc0d40b011f0d6fecb097d6607525713223a0dc0d453993dae00b";
}

fn used(party: &Party, said: &[u8], (data, signature): (&[u8], &[u8]), key: &[u8]) -> Result<Used, Flaw> {
    party.used_from(said, (data, signature), key, Owner::Any)
}

/// Both published passkeys are made and used as they are; with its owner unseen, neither would sign anybody in.
#[test]
fn the_published_examples() {
    let party = party();
    let made = party.made_from(&hex(es256::MADE_SAID), &hex(es256::MADE), Owner::Any).unwrap();
    assert_eq!(made.credential, hex("f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4"));
    assert_eq!((made.counter, made.backed_up), (0, true));
    let (said, data, signature) = (hex(es256::USED_SAID), hex(es256::USED), hex(es256::SIGNATURE));
    let expected = Used { counter: 0, backed_up: true };
    assert_eq!(used(&party, &said, (&data, &signature), &made.public_key), Ok(expected));
    assert_eq!(Party::challenge(&text(&said)).as_deref(), Ok("OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag"));
    let (said, data, signature) = (hex(ed25519::USED_SAID), hex(ed25519::USED), hex(ed25519::SIGNATURE));
    let expected = Used { counter: 0, backed_up: false };
    assert_eq!(used(&party, &said, (&data, &signature), &hex(ed25519::KEY)), Ok(expected));
    let strict = party.made_from(&hex(es256::MADE_SAID), &hex(es256::MADE), Owner::Seen);
    assert_eq!(strict, Err(Flaw::OwnerUnseen));
    let strict = party.used_from(&said, (&data, &signature), &hex(ed25519::KEY), Owner::Seen);
    assert_eq!(strict, Err(Flaw::OwnerUnseen));
}

/// What breaks off anywhere, or goes on behind its end, is refused; what any byte is put into does not panic.
#[test]
fn no_answer_is_too_odd() {
    let party = party();
    let (said, answer) = (hex(es256::MADE_SAID), hex(es256::MADE));
    for end in 0..answer.len() {
        assert!(
            party.made_from(&said, &answer[..end], Owner::Any).is_err(),
            "{end} bytes are read as a whole"
        );
        for odd in [0x00, 0x1b, 0x3b, 0x5b, 0x5f, 0x7b, 0x9b, 0x9f, 0xbb, 0xbf, 0xdb, 0xf6, 0xfb, 0xff] {
            let (mut changed, mut longer) = (answer.clone(), answer.clone());
            changed[end] = odd;
            longer.insert(end, odd);
            drop(party.made_from(&said, &changed, Owner::Any));
            drop(party.made_from(&said, &longer, Owner::Any));
        }
    }
    let behind = [answer.as_slice(), &[0]].concat();
    assert!(party.made_from(&said, &behind, Owner::Any).is_err(), "what follows an answer is read over");
}

/// Any changed byte of what was said or signed spoils it, by some flaw and never by a panic.
#[test]
fn every_changed_byte_is_refused() {
    let party = party();
    let made = party.made_from(&hex(es256::MADE_SAID), &hex(es256::MADE), Owner::Any).unwrap();
    for (key, parts) in [
        (made.public_key, [es256::USED_SAID, es256::USED, es256::SIGNATURE]),
        (hex(ed25519::KEY), [ed25519::USED_SAID, ed25519::USED, ed25519::SIGNATURE]),
    ] {
        let parts = parts.map(hex);
        for which in 0..3 {
            for at in 0..parts[which].len() {
                let mut changed = parts.clone();
                changed[which][at] ^= 1;
                let [said, data, signature] = &changed;
                assert!(used(&party, said, (data, signature), &key).is_err(), "byte {at} of part {which}");
            }
            let [said, data, signature] = &parts;
            let cut = |part: usize, bytes: &[u8]| bytes[..bytes.len() - usize::from(part == which)].to_vec();
            let (said, data, signature) = (cut(0, said), cut(1, data), cut(2, signature));
            assert!(used(&party, &said, (&data, &signature), &key).is_err(), "part {which} cut");
        }
    }
    let whole = hex(es256::MADE);
    for at in 0..whole.len() {
        assert!(party.made_from(&hex(es256::MADE_SAID), &whole[..at], Owner::Any).is_err(), "cut at {at}");
    }
}

/// What was asked for elsewhere, for something else, or in a frame, is named for what it is.
#[test]
fn other_sites_and_purposes() {
    let (said, data, signature) = (hex(es256::USED_SAID), hex(es256::USED), hex(es256::SIGNATURE));
    let key = party().made_from(&hex(es256::MADE_SAID), &hex(es256::MADE), Owner::Any).unwrap().public_key;
    let at = |url: &str| used(&Party::of(url).unwrap(), &said, (&data, &signature), &key);
    assert_eq!(at("https://example.org.evil"), Err(Flaw::OtherOrigin));
    assert_eq!(at("https://shop.example.org"), Err(Flaw::OtherOrigin));
    assert_eq!(at("http://example.org"), Err(Flaw::OtherOrigin));
    let elsewhere = Party { id: "example.net".to_owned(), ..party() };
    assert_eq!(used(&elsewhere, &said, (&data, &signature), &key), Err(Flaw::OtherHost));
    let made = party().made_from(&said, &hex(es256::MADE), Owner::Any);
    assert_eq!(made, Err(Flaw::OtherPurpose), "an answer to sign in makes no passkey");
    let words = String::from_utf8(said.clone()).unwrap();
    let framed = words.replace("\"crossOrigin\":false", "\"crossOrigin\":true");
    assert_eq!(used(&party(), framed.as_bytes(), (&data, &signature), &key), Err(Flaw::OtherOrigin));
    let other = used(&party(), &said, (&data, &signature), &hex(ed25519::KEY));
    assert_eq!(other, Err(Flaw::Signature));
    let weak = used(&party(), &said, (&data, &signature), &hex("a3010303390100"));
    assert_eq!(weak, Err(Flaw::OtherKey));
}

/// Hosts have passkeys, addresses have none, and this machine is called `localhost`.
#[test]
fn parties() {
    let id = |url: &str| Party::of(url).map(|party| party.id);
    assert_eq!(id("https://Shop.example:8443").as_deref(), Some("shop.example"));
    assert_eq!(id("http://127.0.0.1:8080").as_deref(), Some("localhost"));
    assert_eq!(id("http://[::1]:8080").as_deref(), Some("localhost"));
    assert_eq!(id("http://10.0.0.7:8080"), None);
    assert_eq!(Party::of("http://127.0.0.1:8080").unwrap().origin, "http://localhost:8080");
    assert_eq!(Party::of("https://Shop.example:443").unwrap().origin, "https://shop.example");
}
