//! A desk over any store, on which nothing fails: the measure for what fails, and for one engine beside another.

use dayshelf_core::apply::Broken;
use dayshelf_core::books::Books;
use dayshelf_core::command::Command;
use dayshelf_core::decide::Stop;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_core::time::Instant;
use dayshelf_desk::{Ask, Decided, Reply, Stepping, Went};
use dayshelf_store::{Config, Difference, Ground, Simulated, Store, Turn};

use super::clocks::Deciding;
use super::shadow::plain;
use crate::scene::{DAWN, HOME, Scene};
use crate::under::Under;

/// One desk, one command after the other.
pub struct Steady {
    runtime: tokio::runtime::Runtime,
    desk: Stepping,
    store: Store,
    deciding: Deciding,
}

impl Steady {
    /// A desk over the data that a configuration names, on a clock of ours, with the scene's organiser.
    ///
    /// # Errors
    /// It can't be opened.
    pub fn open(config: &Config) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|cause| cause.to_string())?;
        let deciding = Deciding::default();
        deciding.set(DAWN);
        let ground =
            Ground::simulated(Simulated { clock: deciding.time(), files: None, turn: Turn::default() });
        let opened = runtime.block_on(async {
            let store = Store::open_on(config, ground).await?;
            let desk = Stepping::open(&store, 0, deciding.time(), None).await?;
            Ok::<_, dayshelf_store::StoreFault>((store, desk))
        });
        let (store, desk) = opened.map_err(|fault| fault.to_string())?;
        let mut steady = Self { runtime, desk, store, deciding };
        let home = Home { shard: 0, number: 0 };
        let founded = steady.ask(home, Command::Found(Box::new(Scene::organiser())));
        founded.map_err(|stop| format!("no organiser: {stop:?}"))?;
        Ok(steady)
    }

    /// The books of the scene's organiser.
    pub fn books(&self) -> Option<Books> {
        self.desk.books(HOME).map(plain)
    }

    /// What doctor finds.
    ///
    /// # Errors
    /// It can't look.
    pub fn doctor(&self) -> Result<Vec<Difference>, String> {
        let mut found = self.runtime.block_on(self.store.doctor()).map_err(|fault| fault.to_string())?;
        // Here pictures are facts alone: nobody sends the files that they name.
        found.retain(|difference| difference.table != "picture_file");
        Ok(found)
    }

    fn ask(&mut self, home: Home, command: Command) -> Result<Vec<Fact>, Stop> {
        let broken = |what: String| Stop::Broken(Broken(what));
        let handed = self.desk.way_in().hand_in(Ask { home, command, key: None });
        let mut reply = handed.map_err(|fault| broken(fault.to_string()))?;
        for _ in 0..100 {
            if self.runtime.block_on(self.desk.step()) != Went::On {
                return Err(broken(format!("the desk fails: {:?}", self.desk.take_fault())));
            }
            match reply.try_recv() {
                Ok(Reply::Done(Decided { facts, .. })) => return Ok(facts.to_vec()),
                Ok(Reply::Refused { refusal, .. }) => return Err(Stop::Refused(refusal)),
                Ok(Reply::Fault(fault)) => return Err(broken(fault.to_string())),
                Err(_) => {}
            }
        }
        Err(broken("a command is never answered".to_owned()))
    }
}

impl Under for Steady {
    fn submit(&mut self, now: Instant, command: &Command) -> Result<Vec<Fact>, Stop> {
        self.deciding.set(now);
        self.ask(HOME, command.clone())
    }

    fn pulse(&mut self, now: Instant) -> Result<Vec<Fact>, Stop> {
        self.deciding.set(now);
        let due = self.desk.due_in().is_some_and(|due| due.0 <= 0);
        let before = self.desk.place().unwrap_or(0);
        if due && self.runtime.block_on(self.desk.step()) != Went::On {
            return Err(Stop::Broken(Broken("the desk fails".to_owned())));
        }
        let read = self.runtime.block_on(self.store.reader().journal(0, before, 1_000));
        let records = read.map_err(|fault| Stop::Broken(Broken(fault.to_string())))?;
        let facts = records.into_iter().filter_map(|record| match record.outcome {
            dayshelf_store::Outcome::Facts(facts) => Some(facts),
            dayshelf_store::Outcome::Refused(_) => None,
        });
        Ok(facts.flatten().collect())
    }
}
