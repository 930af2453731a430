//! Planted bugs: mistakes of the kind that others made, each behind a name, for the simulator to find.
//!
//! Without the feature `planted` nothing of this is compiled: `planted!(Name)` is the word `false`. With it,
//! the simulator names the one bug that is active on its own thread. Start at [`planted!`](crate::planted!).

/// Whether a planted bug is active: `if planted!(StaleHead) { … }`.
#[cfg(feature = "planted")]
#[macro_export]
macro_rules! planted {
    ($plant:ident) => {
        $crate::planted::is_active($crate::planted::Plant::$plant)
    };
}

/// Whether a planted bug is active: never, in what is shipped.
#[cfg(not(feature = "planted"))]
#[macro_export]
macro_rules! planted {
    ($plant:ident) => {
        false
    };
}

#[cfg(feature = "planted")]
pub use bugs::{Plant, Room, activate, is_active};

#[cfg(feature = "planted")]
mod bugs {
    use std::cell::Cell;

    /// Where a bug is planted, which says what must be under test to find it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
    pub enum Room {
        /// The rules.
        Core,
        /// The desk.
        Desk,
        /// The store.
        Store,
    }

    thread_local! {
        /// One life runs on one thread, so lives with different bugs may run beside each other.
        static ACTIVE: Cell<Option<Plant>> = const { Cell::new(None) };
    }

    /// Makes one bug active on this thread, or none.
    pub fn activate(plant: Option<Plant>) {
        ACTIVE.set(plant);
    }

    /// Whether a bug is active on this thread.
    pub fn is_active(plant: Plant) -> bool {
        ACTIVE.get() == Some(plant)
    }

    /// Declares the bugs and lists them.
    macro_rules! plants {
        ($($name:ident, $room:ident, $what:literal;)*) => {
            /// A planted bug.
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
            pub enum Plant {
                $(#[doc = $what] $name,)*
            }

            impl Plant {
                /// All of them.
                pub const ALL: &[Self] = &[$(Self::$name),*];

                /// Where it is planted.
                pub const fn room(self) -> Room {
                    match self { $(Self::$name => Room::$room,)* }
                }

                /// Its name, as the table of bugs and the command line have it.
                pub const fn name(self) -> &'static str {
                    match self { $(Self::$name => stringify!($name),)* }
                }

                /// The mistake, in words.
                pub const fn what(self) -> &'static str {
                    match self { $(Self::$name => $what,)* }
                }
            }
        };
    }

    plants! {
        // The rules.

        // The desk.
        CatchUpSkips, Desk, "of what another node wrote, the last record is not applied to the books";
        ClockBeforeLock, Desk, "the deciding clock is read before the lock is waited for";
        AnswerBeforeCommit, Desk, "the answer goes out before the commit";
        PublishBeforeCommit, Desk, "the board shows counts before they are committed";
        RetryDecidedAnew, Desk, "a retry with a known key is decided like a new request";
        KeysLostOnRestart, Desk, "a node that begins knows no keys that were used before";
        BooksKeptAfterFault, Desk, "the books of a batch that was not committed are decided on";
        OthersBooks, Desk, "a command is decided on the books of the organiser beside";
        DueLeftAfterRestart, Desk, "a node that begins does not look at what is due";

        // The store.
        HeadNotLocked, Store, "the head is read without its lock, which is taken with the first write";
        SeqOutsideLock, Store, "the place in the journal is taken before the lock";
        KeyBesideTransaction, Store, "the idempotency key is written after the commit, on its own";
        CounterRowSkipped, Store, "the counter of an offer or window is not written";
        PoolRowSkipped, Store, "of two pools that one batch changed, only the first is written";
        EndedHoldStaysLive, Store, "an ended hold's row stays in the table of live ones";
        TallyNotRemoved, Store, "what a buyer gave back still counts against the limit after a restart";
        SyncNormal, Store, "synchronous is normal: a commit is not synced";
        SyncOff, Store, "synchronous is off: nothing is ever synced";
        FailedSyncBelieved, Store, "a sync that failed is tried again, and that it succeeds now is believed";
        CursorPastGap, Store, "a consumer moves on to the head that it read last, past records it has not read";
        CursorBesideWork, Store, "a consumer moves on in a transaction of its own, before its work";
    }
}
