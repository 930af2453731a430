//! The gate that a desk passes at each of its steps: now and then it waits there, and once it does not come back.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use dayshelf_desk::{Probe, Step};

use crate::chance::Chance;

/// The gate of one node. All clones are the same gate.
#[derive(Clone)]
pub(super) struct Gate(Arc<Mutex<State>>);

struct State {
    chance: Chance,
    /// How often in a hundred steps others may go first.
    pauses: u64,
    end_at: Option<Step>,
    hold_at: Option<Step>,
    waits_at: Option<Step>,
    ended: bool,
}

impl Gate {
    pub(super) fn new(chance: Chance, pauses: u64) -> Self {
        let state = State { chance, pauses, end_at: None, hold_at: None, waits_at: None, ended: false };
        Self(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Nobody comes back from this step.
    pub(super) fn end_at(&self, step: Step) {
        self.state().end_at = Some(step);
    }

    /// Whoever comes to this step waits there until [`Gate::open`].
    pub(super) fn hold_at(&self, step: Step) {
        self.state().hold_at = Some(step);
    }

    /// Lets everybody pass again.
    pub(super) fn open(&self) {
        let mut state = self.state();
        (state.end_at, state.hold_at) = (None, None);
    }

    /// The step at which the desk waits.
    pub(super) fn waits_at(&self) -> Option<Step> {
        self.state().waits_at
    }

    /// Whether the desk has come to its last step.
    pub(super) fn has_ended(&self) -> bool {
        self.state().ended
    }

    /// A new process begins.
    pub(super) fn reset(&self) {
        let mut state = self.state();
        (state.end_at, state.hold_at, state.waits_at, state.ended) = (None, None, None, false);
    }
}

impl Probe for Gate {
    fn at(&self, step: Step) -> Poll<()> {
        let mut state = self.state();
        if state.end_at == Some(step) {
            state.ended = true;
            return Poll::Pending;
        }
        if state.hold_at == Some(step) {
            state.waits_at = Some(step);
            return Poll::Pending;
        }
        let waited = state.waits_at.take().is_some();
        let pauses = state.pauses;
        if !waited && state.chance.percent(pauses) {
            state.waits_at = Some(step);
            return Poll::Pending;
        }
        Poll::Ready(())
    }
}
