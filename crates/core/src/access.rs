//! Codes and customer lists: what proves that someone belongs to an audience.

use std::collections::BTreeSet;

use crate::ids::{CodeId, ListId};
use crate::text::{BuyerKey, Digest};
use crate::time::Instant;

/// A code. Its text is kept as a keyed digest only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its id.
    pub id: CodeId,
    /// The group that windows name.
    pub group: String,
    /// The keyed digest of its text.
    pub digest: Digest,
    /// When it stops working, if ever.
    pub expires: Option<Instant>,
    /// Rises by one with every change.
    pub version: u32,
}

/// Who comes on a customer list, and who off it. Whoever is in both comes off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomersChange {
    /// Who comes on it; who is on it already stays.
    pub add: BTreeSet<BuyerKey>,
    /// Who comes off it; who is not on it stays off.
    pub remove: BTreeSet<BuyerKey>,
}

impl CustomersChange {
    /// Who is on a list after it.
    pub fn over(&self, customers: &BTreeSet<BuyerKey>) -> BTreeSet<BuyerKey> {
        customers.union(&self.add).filter(|customer| !self.remove.contains(customer)).copied().collect()
    }
}

/// A customer list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// Its id.
    pub id: ListId,
    /// Its name for plans and windows.
    pub key: String,
    /// Who is on it.
    pub customers: BTreeSet<BuyerKey>,
    /// Rises by one with every change.
    pub version: u32,
}
