//! Where and when a worker without a task takes its next step: for a simulator, who polls it, says what time it is,
//! and may let it end anywhere. The steps are those of the workers in service (`webhooks::step`, `mail::step`,
//! `payments::step`).

use std::sync::Arc;

use dayshelf_store::Store;

use crate::office::Office;
use crate::webhooks::Clock;

/// See the module.
#[derive(Clone)]
pub struct Step {
    /// The desk.
    pub office: Arc<dyn Office>,
    /// The store.
    pub store: Store,
    /// The shard.
    pub shard: u16,
    /// Who takes the readers' turns.
    pub holder: u128,
    /// The place of the journal that the board has come to.
    pub rung: u64,
    /// The clock for what is due.
    pub clock: Clock,
}
