//! What signs organisers' passes, kept beside their keys: working it out takes as long as signing one.
//!
//! Start at [`Signers::of`].

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use dayshelf_core::organiser::PassKey;
use dayshelf_wire::pass::PassSigner;

/// Signers in memory, some 300 bytes each. Beyond that all are let go, and those come back that are needed.
const SIGNERS_MAX: usize = 4_096;

/// The signers, by the public half of their keys.
#[derive(Debug, Default)]
pub(crate) struct Signers(RwLock<HashMap<[u8; 32], Arc<PassSigner>>>);

impl Signers {
    /// The signer of a key.
    pub fn of(&self, key: &PassKey) -> Arc<PassSigner> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key.public).cloned();
        known.unwrap_or_else(|| self.learn(key))
    }

    fn learn(&self, key: &PassKey) -> Arc<PassSigner> {
        let signer = Arc::new(PassSigner::of(key));
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SIGNERS_MAX {
            known.clear();
        }
        known.insert(key.public, Arc::clone(&signer));
        signer
    }
}

#[cfg(test)]
mod tests {
    use dayshelf_core::text::Secret;
    use dayshelf_core::time::Instant;
    use dayshelf_wire::pass::public_key;

    use super::*;

    fn key(number: u32) -> PassKey {
        let mut seed = [7; 32];
        seed[..4].copy_from_slice(&number.to_be_bytes());
        PassKey { number, seed: Secret(seed), public: public_key(&seed), made_at: Instant(0) }
    }

    /// The same key has the same signer, and there are never more than there is room for.
    #[test]
    fn are_kept_within_a_bound() {
        let signers = Signers::default();
        let first = signers.of(&key(0));
        assert!(Arc::ptr_eq(&first, &signers.of(&key(0))));
        (0..SIGNERS_MAX as u32 + 5).for_each(|number| drop(signers.of(&key(number))));
        assert!(signers.0.read().unwrap().len() <= SIGNERS_MAX);
    }
}
