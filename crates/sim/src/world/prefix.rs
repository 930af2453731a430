//! Restarts at every place of a journal: what is read from the rows there, and what the records make.

use dayshelf_core::apply::Broken;
use dayshelf_core::command::Command;
use dayshelf_core::decide::Stop;
use dayshelf_core::fact::Fact;
use dayshelf_core::time::Instant;

use super::World;
use crate::life::live_over;
use crate::under::Under;

/// A world that is left and opened anew after each command, calm but for that.
struct Restarted(World);

impl Restarted {
    fn restart(&mut self) -> Result<(), Stop> {
        let node = self.0.any_node();
        self.0.restart(node).map_err(|cause| Stop::Broken(Broken(cause)))
    }
}

impl Under for Restarted {
    fn submit(&mut self, now: Instant, command: &Command) -> Result<Vec<Fact>, Stop> {
        let answer = self.0.submit(now, command);
        self.restart()?;
        answer
    }

    fn pulse(&mut self, now: Instant) -> Result<Vec<Fact>, Stop> {
        let facts = self.0.pulse(now)?;
        if !facts.is_empty() {
            self.restart()?;
        }
        Ok(facts)
    }
}

/// Lives the life of a seed in a calm world, and starts a node at every place at which a batch ended: its books
/// are those that the journal makes up to there. Says how many places there were.
///
/// # Errors
/// Books that differ, or a life that fails.
pub fn prove_prefixes(seed: u64) -> Result<u64, String> {
    let mut world = Restarted(World::open_calm(seed)?);
    live_over(seed, &mut world).map_err(|cause| cause.to_string())?;
    world.0.rest()?;
    Ok(world.0.shadow.place())
}
