//! Finding in the facts what an answer is rendered from.

use dayshelf_core::fact::Fact;
use dayshelf_desk::Decided;

use crate::no::No;

/// A command was carried out without the fact that it stands for.
#[derive(Debug)]
struct FactMissing;

impl std::fmt::Display for FactMissing {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("the facts do not have what was asked for")
    }
}

impl std::error::Error for FactMissing {}

/// The first fact of a kind.
///
/// # Errors
/// A fault when there is none, which is a bug.
pub(super) fn find<'d, T>(decided: &'d Decided, kind: impl Fn(&'d Fact) -> Option<T>) -> Result<T, No> {
    let found = decided.facts.iter().find_map(kind);
    found.ok_or_else(|| No::fault("a command was carried out without its fact", &FactMissing))
}

/// The version of the slot that an edit of its blocks raised.
pub(super) fn slot_version(decided: &Decided) -> Option<u32> {
    decided.facts.iter().find_map(|fact| match fact {
        Fact::SlotPut { slot, .. } => Some(slot.version),
        _ => None,
    })
}
