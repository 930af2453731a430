//! Where a shard's time comes from, and who may hold it up at its steps.
//!
//! In service the time is the machine's and nobody holds anything up. A simulator sets both. Not here: who
//! drives a shard without a thread (`stepping`).

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;

use dayshelf_core::time::Instant;

/// The steps of a batch at which it can be held up, or its node be gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Before the shard's lock is asked for.
    BeforeLock,
    /// The lock is had; nothing is read.
    AfterLock,
    /// Everything is decided, in memory.
    AfterDecide,
    /// There is something to write, and nothing of it is written.
    BeforeCommit,
    /// The batch is durable; nobody has heard of it.
    AfterCommit,
}

/// Is asked at each step whether the batch may go on.
pub trait Probe: Send + Sync {
    /// `Pending` holds the batch up until whoever drives the shard polls it again.
    fn at(&self, step: Step) -> Poll<()>;
}

/// The probe of a shard, if it has one.
#[derive(Clone, Default)]
pub(crate) struct Watch(pub Option<Arc<dyn Probe>>);

impl Watch {
    /// Comes back when the batch may go on: at once, where there is no probe.
    pub async fn pass(&self, step: Step) {
        if let Some(probe) = &self.0 {
            poll_fn(|_| probe.at(step)).await;
        }
    }
}

/// The time of a machine, as something that can be asked.
pub type Time = Arc<dyn Fn() -> Instant + Send + Sync>;

/// Where a shard reads its machine's time.
#[derive(Clone, Default)]
pub(crate) struct Clock(pub Option<Time>);

impl Clock {
    /// Now, by this machine.
    pub fn now(&self) -> Instant {
        self.0.as_ref().map_or_else(crate::mint::machine_time, |time| time())
    }
}
