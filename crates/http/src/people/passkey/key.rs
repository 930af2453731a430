//! The keys that passkeys sign with (COSE, RFC 9053), and their signatures.
//!
//! Three kinds, which cover the devices of today: EdDSA, ES256, and RS256 for older Windows machines. Start at
//! [`PublicKey::read`].

use ring::signature::{
    ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::cbor::Item;

const EDDSA: i32 = -8;
const ES256: i32 = -7;
const RS256: i32 = -257;
/// The kinds of key that are taken, the best first.
pub(crate) const ALGORITHMS: [i32; 3] = [EDDSA, ES256, RS256];
/// Bytes of a number on either curve.
const CURVE_BYTES: usize = 32;

/// A key that signatures are checked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey<'b> {
    Ed25519(&'b [u8]),
    /// A point of P-256, uncompressed.
    P256(Vec<u8>),
    Rsa {
        modulus: &'b [u8],
        exponent: &'b [u8],
    },
}

impl<'b> PublicKey<'b> {
    /// Reads a key; `None` where its kind is none of ours, or its numbers can't be.
    pub fn read(bytes: &'b [u8]) -> Option<Self> {
        let item = Item::read_whole(bytes)?;
        let int = |name| item.get_int(name).and_then(Item::as_int);
        let number = |name| item.get_int(name).and_then(Item::as_bytes);
        let coordinate = |name| number(name).filter(|bytes| bytes.len() == CURVE_BYTES);
        // The key's type, its algorithm and, for curves, which one: labels 1, 3 and -1.
        match (int(1)?, i32::try_from(int(3)?).ok()?) {
            (1, EDDSA) if int(-1) == Some(6) => Some(Self::Ed25519(coordinate(-2)?)),
            (2, ES256) if int(-1) == Some(1) => {
                Some(Self::P256([&[4], coordinate(-2)?, coordinate(-3)?].concat()))
            }
            (3, RS256) => Some(Self::Rsa { modulus: number(-1)?, exponent: number(-2)? }),
            _ => None,
        }
    }

    /// Its algorithm's number.
    pub const fn algorithm(&self) -> i32 {
        match self {
            Self::Ed25519(_) => EDDSA,
            Self::P256(_) => ES256,
            Self::Rsa { .. } => RS256,
        }
    }

    /// Whether it signed these bytes.
    pub fn verify(&self, signed: &[u8], signature: &[u8]) -> Option<()> {
        let checked = match self {
            Self::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(signed, signature),
            Self::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature)
            }
            Self::Rsa { modulus, exponent } => RsaPublicKeyComponents { n: modulus, e: exponent }.verify(
                &RSA_PKCS1_2048_8192_SHA256,
                signed,
                signature,
            ),
        };
        checked.ok()
    }
}
