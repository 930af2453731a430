//! The reader and the lanes without their tasks: one look of each, for whoever says what time it is.

use std::sync::Arc;
use std::time::Duration;

use dayshelf_core::time::Span;
use dayshelf_store::StoreFault;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::journal::{Scribe, Trouble};
use super::lane::Shared;
use super::lanes::Lanes;
use super::post::Receiver;
use super::schedule::Schedule;
use super::web::CONSUMER;
use crate::step::Step;

/// Rounds of one lane in a step.
const ROUNDS_MAX: usize = 1_000;

/// The reader gives its turn back, as one does that ends in good order: another holder need not wait for the turn's end.
///
/// # Errors
/// What the store says.
pub async fn leave(step: &Step) -> Result<(), StoreFault> {
    step.store.consumer(step.shard, CONSUMER, step.holder)?.take(Span(0)).await.map(drop)
}

/// The reader takes or keeps its turn and reads on; then every endpoint that is on is tried with what is due.
/// Nothing happens while another holder has the turn.
///
/// # Errors
/// What the store says.
pub async fn step(step: &Step, receiver: Arc<dyn Receiver>) -> Result<(), StoreFault> {
    let shared = Shared {
        desk: Arc::clone(&step.office),
        store: step.store.clone(),
        receiver,
        schedule: Schedule::default(),
        clock: step.clock.clone(),
        rest: Duration::ZERO,
    };
    let lanes = Lanes::by_hand(shared);
    let consumer = step.store.consumer(step.shard, CONSUMER, step.holder)?;
    let (_ring, bell) = watch::channel(step.rung);
    let (pace, stop) = (Duration::ZERO, CancellationToken::new());
    let mut scribe =
        Scribe { lanes: lanes.clone(), shard: step.shard, consumer, bell, pace, turn: None, stop };
    match scribe.work().await {
        Err(Trouble::Store(fault)) => return Err(fault),
        // The desk is asked again at the next look.
        Err(Trouble::Desk(_)) => return Ok(()),
        Ok(()) => {}
    }
    for endpoint in scribe.turn.iter().flat_map(|turn| turn.all_served()) {
        let lane = lanes.lane_by_hand(endpoint);
        for _ in 0..ROUNDS_MAX {
            if lane.round(endpoint).await? == 0 {
                break;
            }
        }
    }
    Ok(())
}
