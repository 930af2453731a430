//! The files that were asked for last, in memory: when a drop opens, everybody looks at the same few pictures, and
//! the database has other things to do.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use dayshelf_core::ids::OrganiserId;
use dayshelf_core::text::Digest;

/// Bytes that are kept. Beyond them everything is let go, and what is asked for comes back first.
const BYTES_MAX: usize = 32 * 1024 * 1024;

/// Files by whose they are and what is in them. A file never changes, so none is ever stale.
#[derive(Default)]
pub(crate) struct Files(Mutex<Held>);

#[derive(Default)]
struct Held {
    bytes: usize,
    files: HashMap<(OrganiserId, Digest), Bytes>,
}

impl Files {
    /// A file that is here.
    pub fn get(&self, whose: OrganiserId, digest: Digest) -> Option<Bytes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).files.get(&(whose, digest)).cloned()
    }

    /// Keeps a file for the next who asks.
    pub fn put(&self, whose: OrganiserId, digest: Digest, body: &Bytes) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.bytes + body.len() > BYTES_MAX {
            *held = Held::default();
        }
        if held.files.insert((whose, digest), body.clone()).is_none() {
            held.bytes += body.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dayshelf_core::ids::Id;

    /// It never holds more than it may, and always holds the last.
    #[test]
    fn holds_the_last_within_its_bound() {
        let (files, whose) = (Files::default(), OrganiserId(Id(1)));
        let body = Bytes::from(vec![0; BYTES_MAX / 3]);
        for name in 0..7 {
            files.put(whose, Digest([name; 32]), &body);
            assert_eq!(files.get(whose, Digest([name; 32])), Some(body.clone()));
            assert!(files.0.lock().unwrap().bytes <= BYTES_MAX);
        }
        assert_eq!(files.get(whose, Digest([0; 32])), None);
        assert_eq!(files.get(OrganiserId(Id(2)), Digest([6; 32])), None, "it is another's");
    }
}
