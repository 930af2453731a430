//! What no life may come to: it ends, and what it leaves behind fits into memory.
//!
//! Each bound is many times what lives come to, so that whatever reaches it would go on for ever: a message that was
//! taken and is sent again and again, a file that only grows. That is a failure like any other, with a name of its own,
//! and never one of the machine that lives the life. Start at [`World::stay_within`].

use super::{Verdict, World};
use crate::life::ENDLESS;

/// Polls of nodes.
const POLLS_MAX: u64 = 500_000;
/// Times that somebody waits and nobody has anything to go on with.
const IDLE_MAX: u64 = 20_000;
/// Records of the journal.
const RECORDS_MAX: u64 = 50_000;
/// Bytes on the disk, those included that are not certain to be there.
const BYTES_MAX: usize = 256 << 20;
/// How often one message may come to a receiver that has taken it, or one mail to somebody who has it.
pub(super) const AGAIN_MAX: u32 = 100;
/// How often the provider may be asked about one payment.
pub(super) const ASKED_MAX: u32 = 2_000;

impl World {
    /// The life comes to no bound, and nobody outside has been told what they should not be.
    pub(super) fn stay_within(&self) -> Verdict {
        let reached = [
            (self.count.polls > POLLS_MAX, "polls"),
            (self.count.idle > IDLE_MAX, "waits for nobody"),
            (self.shadow.place() > RECORDS_MAX, "records"),
            (self.common.disk.state().bytes() > BYTES_MAX, "bytes on the disk"),
        ];
        if let Some((_, what)) = reached.into_iter().find(|(is_reached, _)| *is_reached) {
            return Err(format!("{ENDLESS}: there is no end of {what}"));
        }
        let outside = self.outside.books();
        match outside.wrong.first().or_else(|| outside.till.wrong.first()) {
            Some(wrong) => Err(wrong.clone()),
            None => Ok(()),
        }
    }
}
