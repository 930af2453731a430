//! The world beneath the simulated crowd: one to three nodes with the real desk over the real store, on a disk
//! and clocks that fail.
//!
//! One thread does everything: nodes are futures that are polled in an order that follows from the seed. A
//! command is an errand whose client asks again with the same key until it knows. Here: how time goes on and
//! whose turn it is. What goes wrong is drawn in `mishaps`, the relay's workers are in `worker` and those they talk to
//! in `outside`; what must hold all the same is in `proof` and `told`, what no life may come to in `bounds`. Start at
//! [`World::open`] and [`live`].

mod beside;
mod bounds;
mod circulars;
mod clocks;
pub mod disk;
mod errand;
mod gate;
mod jobs;
mod locks;
mod mishaps;
mod newer;
mod node;
mod office;
mod outside;
mod prefix;
mod proof;
mod shadow;
mod steady;
mod stop;
mod takeover;
mod till;
mod told;
pub mod vfs;
mod worker;

use std::cell::Cell;
use std::collections::BTreeSet;

use dayshelf_core::apply::Broken;
use dayshelf_core::command::Command;
use dayshelf_core::decide::Stop;
use dayshelf_core::fact::Fact;
use dayshelf_core::ids::Home;
use dayshelf_core::organiser::Organiser;
use dayshelf_core::time::Instant;
use dayshelf_desk::{Ask, Key, Went};
use dayshelf_store::{FaultKind, Outcome, Turn};

use crate::chance::{Chance, fold};
use crate::life::{Trace, live_over};
use crate::scene::{DAWN, HOME, Scene};
use crate::under::Under;
use beside::Beside;
use clocks::{Deciding, Skewed};
use disk::Disk;
use errand::{Answer, Errand, News};
use gate::Gate;
use mishaps::Temper;
use node::{Common, Node, Polled};
use outside::Outside;
use shadow::Shadow;

pub use mishaps::Count;
pub use prefix::prove_prefixes;
pub use steady::Steady;
pub use stop::prove_stops;

/// How often a client asks before the world is called stuck. Nothing goes wrong any more long before.
const TRIES_MAX: u32 = 60;
/// Tries in which things may go wrong.
const TRIES_ROUGH: u32 = 12;
/// Polls in which an errand must come on.
const POLLS_MAX: u32 = 20_000;
/// Rounds in which everything due must be done.
const PULSES_MAX: u32 = 200;

/// What is wrong.
type Verdict<T = ()> = Result<T, String>;

/// How a life went, and what it went through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// The crowd's part.
    pub trace: Trace,
    /// What happened beneath.
    pub count: Count,
    /// A hash of everything that happened beneath, in order.
    pub hash: u64,
}

/// Lives the life of a seed over a world that fails as the seed says, to its end and to rest.
///
/// # Errors
/// What differs from a prediction, or what does not hold.
pub fn live(seed: u64) -> Result<Report, String> {
    let mut world = World::open(seed)?;
    let trace = live_over(seed, &mut world).map_err(|cause| world.blame(&cause.to_string()))?;
    world.rest().map_err(|cause| world.blame(&cause))?;
    Ok(Report { trace, count: world.count, hash: world.hash })
}

/// See the module.
pub struct World {
    common: Common,
    nodes: Vec<Node>,
    chance: Chance,
    temper: Temper,
    beside: Beside,
    outside: Outside,
    shadow: Shadow,
    /// The last place whose facts the crowd has heard.
    heard: u64,
    /// Errands that nobody waits for.
    errands: Vec<Errand>,
    /// Answered errands that may be asked again.
    past: Vec<Errand>,
    /// The next node that ends at a step takes the power with it.
    cuts_at_step: bool,
    /// The next start is looked at in full.
    prove_all: bool,
    /// Processes that something was done to, whose faults are no wonder.
    struck: BTreeSet<u64>,
    keys: u128,
    now: Instant,
    count: Count,
    hash: u64,
}

impl World {
    /// The world of a seed, with its organiser and another one beside.
    ///
    /// # Errors
    /// It can't be founded.
    pub fn open(seed: u64) -> Verdict<Self> {
        Self::open_with(seed, Temper::draw)
    }

    /// A world of one node in which nothing goes wrong.
    ///
    /// # Errors
    /// It can't be founded.
    pub fn open_calm(seed: u64) -> Verdict<Self> {
        Self::open_with(seed, |_| Temper::calm())
    }

    fn open_with(seed: u64, temper: impl FnOnce(&mut Chance) -> Temper) -> Verdict<Self> {
        // Not the stream of the crowd, which begins with the seed itself.
        let mut chance = Chance::new(seed ^ 0x05ee_d0fa_4077_1e55);
        let temper = temper(&mut chance);
        let common = Common {
            disk: Disk::new(Chance::new(chance.bits())),
            deciding: Deciding::default(),
            turn: Turn::default(),
            begun: Cell::new(0),
        };
        common.deciding.set(DAWN);
        let mut nodes = Vec::new();
        for _ in 0..temper.nodes {
            let skew = if temper.skewed { chance.between(0, 20_000) as i64 - 10_000 } else { 0 };
            let drift = if temper.skewed { chance.between(0, 400) as i64 - 200 } else { 0 };
            let clock = Skewed::new(&common.deciding, skew, drift);
            nodes.push(Node::new(Gate::new(Chance::new(chance.bits()), temper.pauses), clock));
        }
        let mut world = Self {
            common,
            nodes,
            outside: Outside::new(Chance::new(chance.bits())),
            chance,
            temper,
            beside: Beside::new(Home { shard: 0, number: 2 }),
            shadow: Shadow::default(),
            heard: 0,
            errands: Vec::new(),
            past: Vec::new(),
            cuts_at_step: false,
            prove_all: false,
            struck: BTreeSet::new(),
            keys: 0,
            now: DAWN,
            count: Count::default(),
            hash: 0xcbf2_9ce4_8422_2325,
        };
        world.found(Scene::organiser())?;
        world.found_beside()?;
        world.heard = world.shadow.place();
        Ok(world)
    }

    fn found(&mut self, organiser: Organiser) -> Verdict<Home> {
        let command = Command::Found(Box::new(organiser));
        let place = match self.send(Home { shard: 0, number: 0 }, &command)? {
            Answer::Done { seq, .. } => seq,
            Answer::Refused { refusal, .. } => return Err(format!("no organiser: {refusal:?}")),
        };
        self.shadow
            .record(place)
            .map(|record| record.home)
            .ok_or_else(|| "no record of an organiser".to_owned())
    }

    /// Writes down that something happened.
    fn note(&mut self, what: &str) {
        self.hash = fold(self.hash, what);
    }

    fn blame(&self, cause: &str) -> String {
        format!("{cause}\n  beneath: {} nodes, {:?}", self.nodes.len(), self.count)
    }

    /// A key that was never used.
    fn key(&mut self) -> Key {
        self.keys += 1;
        let fingerprint = self.keys.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
        Key { fingerprint, request: self.keys.to_be_bytes(), salt: [0; 16] }
    }

    /// One that is up or comes up.
    fn any_node(&mut self) -> usize {
        let node = self.chance.between(0, self.nodes.len() as u64 - 1) as usize;
        if self.nodes[node].is_down() {
            self.nodes[node].start(&self.common);
        }
        node
    }

    /// Hands an errand in at a node; polls until the node is open for it.
    fn hand_in(&mut self, errand: &mut Errand, node: usize) -> Verdict {
        for _ in 0..POLLS_MAX {
            if self.nodes[node].is_down() {
                self.nodes[node].start(&self.common);
            }
            let ask = errand.ask(&mut self.chance);
            match self.nodes[node].hand_in(ask) {
                Some(Ok(reply)) => {
                    errand.sent(self.now, self.nodes[node].process().unwrap_or_default(), reply);
                    return Ok(());
                }
                Some(Err(fault)) => return Err(format!("I13: a node turns away: {fault}")),
                None => self.poll_some()?,
            }
        }
        Err("I13: a node never opens".to_owned())
    }

    /// Sends a command with a key until its answer is known.
    fn send(&mut self, home: Home, command: &Command) -> Verdict<Answer> {
        let key = Some(self.key());
        let mut errand = Errand::new(Ask { home, command: command.clone(), key });
        self.carry(&mut errand)?;
        let answer = errand.answer().cloned();
        self.remember(errand);
        answer.ok_or_else(|| "an errand without an answer".to_owned())
    }

    /// Carries an errand until its answer is known for good.
    fn carry(&mut self, errand: &mut Errand) -> Verdict {
        for tries in 0..TRIES_MAX {
            if tries == TRIES_ROUGH {
                self.calm();
            }
            let rough = tries < TRIES_ROUGH;
            self.set_back();
            let node = self.any_node();
            self.hand_in(errand, node)?;
            if rough && self.chance.percent(self.temper.twins) {
                let other = self.any_node();
                self.note("twin");
                self.count.twins += 1;
                self.hand_in(errand, other)?;
            }
            while errand.is_under_way() && !self.listen(errand)? {
                self.poll_some()?;
            }
            if errand.answer().is_none() {
                continue;
            }
            if rough && self.chance.percent(self.temper.lost) {
                self.note("lost");
                self.count.lost += 1;
                continue;
            }
            return self.prove_answer(errand);
        }
        Err("I13: an errand is never answered".to_owned())
    }

    /// Whether an errand was answered.
    fn listen(&mut self, errand: &mut Errand) -> Verdict<bool> {
        match errand.listen()? {
            News::Waits | News::Gone => Ok(false),
            News::Answered => Ok(true),
            News::Fault(process, fault) => {
                self.excuse(Some(process), &format!("it answers: {fault}")).map(|()| false)
            }
        }
    }

    /// A fault of a node is no wonder if something was done to it.
    fn excuse(&mut self, process: Option<u64>, what: &str) -> Verdict {
        self.see_struck();
        match process {
            Some(process) if !self.struck.contains(&process) => {
                Err(format!("I13: a node fails and nothing was done to it: {what}"))
            }
            _ => Ok(()),
        }
    }

    /// Polls one of those that have something to go on with.
    fn poll_some(&mut self) -> Verdict {
        let busy: Vec<usize> = (0..self.nodes.len()).filter(|node| self.nodes[*node].is_busy()).collect();
        let Some(last) = busy.len().checked_sub(1) else {
            self.count.idle += 1;
            return self.stay_within();
        };
        let node = busy[self.chance.between(0, last as u64) as usize];
        self.poll(node)
    }

    /// Polls a node once and sees what came of it.
    fn poll(&mut self, node: usize) -> Verdict {
        self.count.polls += 1;
        self.stay_within()?;
        let task_first = self.chance.percent(50);
        let polled = self.nodes[node].poll(task_first);
        let process = self.nodes[node].process();
        self.see_struck();
        if !self.common.disk.is_powered() {
            return self.come_up_again();
        }
        if self.nodes[node].gate.has_ended() {
            return self.end_at_step(node);
        }
        let alive = process.is_some_and(|process| self.common.disk.is_live(process));
        if !alive {
            self.note("killed");
            self.nodes[node].end();
            return Ok(());
        }
        match polled {
            Polled::Waits => self.watch_boards(node),
            Polled::Started => self.prove_start(node),
            Polled::NotStarted(kind) => {
                self.known(kind)?;
                self.excuse(process, &format!("it does not start: {kind:?}"))?;
                self.nodes[node].end();
                Ok(())
            }
            Polled::Task(None) | Polled::Round(Went::On, _) => Ok(()),
            Polled::Task(Some(kind)) => match kind {
                // Another node had the turn, or has come further.
                FaultKind::Retry => Ok(()),
                kind => self.known(kind).and_then(|()| self.excuse(process, &format!("a task: {kind:?}"))),
            },
            Polled::Round(went, kind) => {
                kind.map_or(Ok(()), |kind| self.known(kind))?;
                self.excuse(process, &format!("{went:?}: {kind:?}"))?;
                if went == Went::Stopped {
                    self.note("stopped");
                    self.count.stopped += 1;
                    self.nodes[node].end();
                }
                Ok(())
            }
        }
    }

    /// Faults that are never the disk's.
    fn known(&self, kind: FaultKind) -> Verdict {
        match kind {
            FaultKind::Constraint | FaultKind::Incoherent | FaultKind::Schema => {
                Err(format!("I2: what was to be written or read contradicts itself: {kind:?}"))
            }
            _ => Ok(()),
        }
    }

    /// The facts of the first organiser that were recorded and not heard, but those of one record.
    fn overheard(&mut self, own: u64) -> Vec<Fact> {
        let mut facts = Vec::new();
        for record in self.shadow.after(self.heard) {
            if let (HOME, Outcome::Facts(more)) = (record.home, &record.outcome)
                && record.seq != own
            {
                facts.extend_from_slice(more);
            }
        }
        self.heard = self.shadow.place();
        facts
    }

    /// Carries out one command of the crowd.
    fn serve(&mut self, now: Instant, command: &Command) -> Verdict<Answer> {
        self.let_finish(now)?;
        let key = Some(self.key());
        let mut errand = Errand::new(Ask { home: HOME, command: command.clone(), key });
        if !self.hold_up(now, &mut errand)? {
            self.advance(now);
            self.befall(command)?;
        }
        self.carry(&mut errand)?;
        let answer = errand.answer().cloned().ok_or_else(|| "an errand without an answer".to_owned())?;
        let at = match &answer {
            Answer::Done { at, .. } | Answer::Refused { at, .. } => *at,
        };
        if at != now {
            return Err(format!("I7: decided at {at:?}, and it was {now:?}"));
        }
        self.remember(errand);
        Ok(answer)
    }

    /// Lets the nodes do what is due.
    fn do_due(&mut self, now: Instant) -> Verdict {
        self.let_finish(now)?;
        self.advance(now);
        for round in 0..PULSES_MAX {
            let due =
                self.shadow.books(HOME).and_then(|books| books.next_due()).is_some_and(|due| due <= now);
            let owed = self.nodes.iter().any(|node| {
                node.desk()
                    .is_some_and(|desk| desk.place().is_none() || desk.due_in().is_some_and(|due| due.0 <= 0))
            });
            if !(due || owed && round == 0) {
                return Ok(());
            }
            let node = self.any_node();
            // A node whose own clock is wrong may not know that it is time; whoever asks wakes it.
            if self.nodes[node].is_at_rest() && self.chance.percent(60) {
                self.nodes[node].poked = true;
                self.run_out(node)?;
            } else {
                let mut errand = Errand::new(Ask { home: HOME, command: Command::Pulse, key: None });
                self.hand_in(&mut errand, node)?;
                while errand.is_under_way() && !self.listen(&mut errand)? {
                    self.poll_some()?;
                }
            }
            self.read_on()?;
        }
        Err("I13: what is due is never done".to_owned())
    }

    /// Ends a node and starts it anew.
    fn restart(&mut self, node: usize) -> Verdict {
        self.nodes[node].end();
        self.nodes[node].start(&self.common);
        self.run_out(node)
    }

    /// Polls until a node has nothing to go on with.
    fn run_out(&mut self, node: usize) -> Verdict {
        for _ in 0..POLLS_MAX {
            if !self.nodes[node].is_busy() {
                return Ok(());
            }
            self.poll_some()?;
        }
        Err("I13: a node never comes to rest".to_owned())
    }
}

impl Under for World {
    fn submit(&mut self, now: Instant, command: &Command) -> Result<Vec<Fact>, Stop> {
        self.count.commands += 1;
        match self.serve(now, command).map_err(|cause| Stop::Broken(Broken(cause)))? {
            Answer::Refused { refusal, .. } => Err(Stop::Refused(refusal)),
            Answer::Done { seq, facts, .. } => {
                let mut facts = facts.to_vec();
                facts.extend(self.overheard(seq));
                Ok(facts)
            }
        }
    }

    fn pulse(&mut self, now: Instant) -> Result<Vec<Fact>, Stop> {
        self.do_due(now).map_err(|cause| Stop::Broken(Broken(cause)))?;
        Ok(self.overheard(0))
    }
}
