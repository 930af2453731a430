//! What is done to the program: one module for each kind of torture.
//!
//! A part runs rounds until its time is over and counts what it saw. Start at [`ALL`].

pub mod backup;
pub mod edge;
pub mod failover;
pub mod full;
pub mod kill;
pub mod power;
mod stage;
pub mod sweep;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::chance::Chance;

/// A part.
pub struct Part {
    /// Its name, for `--only`.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Whether it makes a network, for which it needs a network namespace of its own.
    pub network: bool,
    /// Runs it.
    pub run: fn(&Setting) -> Outcome<Tally>,
}

/// All parts, quick ones first.
pub const ALL: &[Part] = &[
    Part {
        name: "kill",
        about: "kill -9 under load, embedded database",
        network: false,
        run: kill::embedded,
    },
    Part {
        name: "kill-server",
        about: "kill -9 of nodes and of their database server, three nodes",
        network: false,
        run: kill::server,
    },
    Part {
        name: "power",
        about: "power cuts that lose what was not synced",
        network: false,
        run: power::cuts,
    },
    Part {
        name: "power-deaf",
        about: "a disk that does not hear the log's syncs must be found out",
        network: false,
        run: power::deaf,
    },
    Part {
        name: "power-lowered",
        about: "a build that does not wait for its disk must be found out",
        network: false,
        run: power::lowered,
    },
    Part {
        name: "sweep",
        about: "a power cut, EIO or ENOSPC at the n-th write or sync",
        network: false,
        run: sweep::faults,
    },
    Part {
        name: "full",
        about: "the disk fills up while selling, and is freed",
        network: false,
        run: full::disk,
    },
    Part { name: "files", about: "out of file descriptors", network: false, run: edge::files },
    Part {
        name: "slow",
        about: "a thousand connections that never finish a request",
        network: false,
        run: edge::slow,
    },
    Part {
        name: "backup",
        about: "a backup under load, restored elsewhere",
        network: false,
        run: backup::under_load,
    },
    Part {
        name: "failover",
        about: "the primary is lost, its synchronous standby takes over, three nodes",
        network: true,
        run: failover::failovers,
    },
];

/// How a part is run.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The program.
    pub program: PathBuf,
    /// Until when rounds may begin; nothing for the short form.
    pub until: Option<Instant>,
    /// The seed of everything that is drawn.
    pub seed: u64,
}

impl Setting {
    /// Chance that is different in each part.
    pub fn chance(&self, part: &str) -> Chance {
        let mixed =
            part.bytes().fold(self.seed, |mixed, byte| mixed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        Chance::seeded(mixed)
    }

    /// Whether another round is to be run, when so many have been, of which the short form has `short`.
    pub fn goes_on(&self, rounds: u64, short: u64) -> bool {
        match self.until {
            Some(until) => rounds == 0 || Instant::now() < until,
            None => rounds < short,
        }
    }
}

/// What a part saw.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Kills, cuts, points, failovers: whatever the part counts.
    pub rounds: u64,
    /// Acknowledgements that were checked.
    pub acknowledged: u64,
    /// Answers that settled nothing, and were asked for again.
    pub unsettled: u64,
    /// Histories that were put in order.
    pub histories: u64,
    /// Operations in them.
    pub operations: u64,
    /// What the program did wrong.
    pub violations: Vec<String>,
    /// Figures of the part's own, in words.
    pub notes: Vec<String>,
}

impl Tally {
    /// Adds what another saw.
    pub fn add(&mut self, other: Tally) {
        self.rounds += other.rounds;
        self.acknowledged += other.acknowledged;
        self.unsettled += other.unsettled;
        self.histories += other.histories;
        self.operations += other.operations;
        self.violations.extend(other.violations);
        self.notes.extend(other.notes);
    }
}

/// A runtime whose tasks are driven by the calling thread and a few others.
fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

/// A duration from a range.
fn between(chance: &mut Chance, from_ms: u64, to_ms: u64) -> Duration {
    Duration::from_millis(chance.within(from_ms, to_ms))
}
