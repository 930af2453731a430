//! The worker without its tasks: every payment that is due is brought as far as it goes, one after the other, for
//! whoever says what time it is.

use std::sync::Arc;

use dayshelf_core::ids::{Home, Id};
use dayshelf_store::{Settling, StoreFault};

use super::provider::{Callback, Provider};
use super::settle::{Progress, Teller, Trouble};
use crate::step::Step;

/// Payments that are looked at in one step.
const PAGE: usize = 100;

/// Whose a payment is.
pub fn home_of(item: Settling) -> Home {
    match item {
        Settling::Hold(hold) => hold.home(),
        Settling::Order(order) => order.home(),
    }
}

/// Looks for payments of an organiser that are due and makes their next steps. Unlike the worker in service it does not remember
/// what it has asked for, as one that was started a moment ago.
///
/// # Errors
/// What the store says.
pub async fn step(step: &Step, whose: Home, provider: Arc<dyn Provider>) -> Result<(), StoreFault> {
    let teller = Teller::new(Arc::clone(&step.office), &step.store, provider);
    let due = step.store.reader().settling(step.shard, Id(0), PAGE).await?;
    for item in due.into_iter().filter(|item| home_of(*item) == whose) {
        outcome(teller.settle(item, None).await)?;
    }
    Ok(())
}

/// Hears a call-back; says whether it need not come again.
///
/// # Errors
/// What the store says.
pub async fn hear(step: &Step, provider: Arc<dyn Provider>, callback: &Callback) -> Result<bool, StoreFault> {
    let teller = Teller::new(Arc::clone(&step.office), &step.store, provider);
    outcome(teller.hear(callback).await)
}

/// The desk is asked again at the next look.
fn outcome(went: Result<Progress, Trouble>) -> Result<bool, StoreFault> {
    match went {
        Ok(progress) => Ok(progress != Progress::Again),
        Err(Trouble::Desk(_)) => Ok(false),
        Err(Trouble::Store(fault)) => Err(fault),
    }
}
