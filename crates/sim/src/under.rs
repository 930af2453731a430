//! What the simulated crowd talks to: today the rules alone, later a desk over a store that may crash.

use dayshelf_core::books::Books;
use dayshelf_core::command::Command;
use dayshelf_core::decide::{Stop, pulse, transact};
use dayshelf_core::fact::Fact;
use dayshelf_core::organiser::Organiser;
use dayshelf_core::time::Instant;

/// Whatever is under test. It gets the instant of the simulated clock with each call.
pub trait Under {
    /// Sends one command and waits for its answer.
    ///
    /// # Errors
    /// The refusal, or that it is broken.
    fn submit(&mut self, now: Instant, command: &Command) -> Result<Vec<Fact>, Stop>;

    /// Does a bounded part of what is due; no facts means that nothing is.
    ///
    /// # Errors
    /// That it is broken.
    fn pulse(&mut self, now: Instant) -> Result<Vec<Fact>, Stop>;

    /// The books, where they can be looked at from outside: queries are compared on them.
    fn books(&self) -> Option<&Books> {
        None
    }
}

/// The rules alone, over books that forget nothing.
#[derive(Debug)]
pub struct CoreAlone(Books);

impl CoreAlone {
    /// The books of an organiser that has nothing yet.
    pub fn open(organiser: Organiser) -> Self {
        Self(Books::open(organiser))
    }
}

impl Under for CoreAlone {
    fn submit(&mut self, now: Instant, command: &Command) -> Result<Vec<Fact>, Stop> {
        transact(&mut self.0, now, command)
    }

    fn pulse(&mut self, now: Instant) -> Result<Vec<Fact>, Stop> {
        Ok(pulse(&mut self.0, now)?)
    }

    fn books(&self) -> Option<&Books> {
        Some(&self.0)
    }
}
