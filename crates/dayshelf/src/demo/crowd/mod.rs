//! Simulated buyers, who know nothing but the public API.
//!
//! Here: the crowd as a whole. Not here: what one buyer does (`buyer`), what a buyer sees (`scene`), what
//! is counted (`tally`). Start at [`Crowd::send`].

mod buyer;
mod chance;
mod scene;
mod tally;

use std::sync::Arc;

use tokio::task::JoinSet;

use crate::client::Client;
use crate::failure::Failure;

use chance::Chance;
use scene::Scene;
pub use tally::Counts;
use tally::Tally;

/// Buyers at once at most: more would measure this machine rather than show a drop.
pub const BUYERS_MAX: usize = 5_000;

/// A crowd before one slot.
pub struct Crowd {
    client: Client,
    scene: Scene,
    tally: Tally,
    /// The code that some of them have.
    code: &'static str,
}

impl Crowd {
    /// A crowd before a slot.
    ///
    /// # Errors
    /// When the slot can't be seen, or has no public window.
    pub async fn before(client: &Client, slot: &str, code: &'static str) -> Result<Self, Failure> {
        let scene = Scene::look(client, slot).await?;
        let scene =
            scene.ok_or_else(|| Failure::new(format!("{slot} has no public window to buy through")))?;
        Ok(Self { client: client.clone(), scene, tally: Tally::default(), code })
    }

    /// Sends so many buyers, and waits until the last one has gone home.
    pub async fn send(self, count: usize) -> Counts {
        let crowd = Arc::new(self);
        let mut buyers = JoinSet::new();
        for number in 0..count.min(BUYERS_MAX) {
            buyers.spawn(buyer::live(Arc::clone(&crowd), number, Chance::new()));
        }
        while buyers.join_next().await.is_some() {}
        crowd.tally.counts()
    }
}
