//! The reader of mails without its task: one look, for whoever says what time it is.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_store::StoreFault;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::clerk::{Clerk, Shared, Trouble};
use super::letter::Letters;
use super::post::Carrier;
use super::{Address, CONSUMER, Origins, waits};
use crate::step::Step;

/// The reader takes or keeps its turn, plans on, and sends what is due. Nothing happens while another holder has the
/// turn.
///
/// # Errors
/// What the store says.
pub async fn step(
    step: &Step,
    (from, public_url): (Address, String),
    post: Arc<dyn Carrier>,
) -> Result<(), StoreFault> {
    let shared = Arc::new(Shared {
        desk: Arc::clone(&step.office),
        store: step.store.clone(),
        post,
        letters: Letters::new(from.clone(), public_url.clone(), Origins::default()),
        from,
        public_url,
        clock: step.clock.clone(),
        schedule: waits(),
        pace: Duration::ZERO,
        rest: Duration::ZERO,
    });
    let consumer = step.store.consumer(step.shard, CONSUMER, step.holder)?;
    let (_ring, bell) = watch::channel(step.rung);
    let stop = CancellationToken::new();
    match (Clerk { shared, shard: step.shard, consumer, bell, turn: None, stop }).work().await {
        Err(Trouble::Store(fault)) => Err(fault),
        // The next step asks the desk again: nothing was moved on.
        Ok(()) | Err(Trouble::Desk(_)) => Ok(()),
    }
}
