//! What goes wrong, and what goes on beside: drawn from the seed, before each command.

use dayshelf_core::command::{Command, CountStock, MoveStock, Sourced};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::{Ask, Step};
use dayshelf_store::Outcome;

use super::disk::{Act, Blow, Trap};
use super::errand::{Answer, Errand};
use super::node::FILE;
use super::vfs::Process;
use super::{POLLS_MAX, Verdict, World, jobs, newer};
use crate::chance::Chance;

/// How long a key surely answers; it is seven days in all.
const KEY_SPAN: Span = Span::hours(6 * 24);
/// Errands of the past that may be asked again.
const PAST_MAX: usize = 64;

/// How rough a life is, in hundredths of a chance for each command or each message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Temper {
    pub(super) nodes: u64,
    pub(super) skewed: bool,
    pub(super) pauses: u64,
    pub(super) twins: u64,
    pub(super) lost: u64,
    /// Kills and storage faults.
    blows: u64,
    /// Of them, power cuts.
    cuts: u64,
    beside: u64,
    jobs: u64,
    past: u64,
    /// In how many commands a newer program may come.
    newer: u64,
}

impl Temper {
    /// Nothing goes wrong, and nothing goes on beside.
    pub(super) fn calm() -> Self {
        Self {
            nodes: 1,
            skewed: false,
            pauses: 0,
            twins: 0,
            lost: 0,
            blows: 0,
            cuts: 0,
            beside: 0,
            jobs: 0,
            past: 0,
            newer: 0,
        }
    }

    pub(super) fn draw(chance: &mut Chance) -> Self {
        let rough = [0, 2, 5, 12][chance.between(0, 3) as usize];
        Self {
            nodes: chance.between(1, 3),
            skewed: chance.percent(60),
            pauses: [0, 20, 60][chance.between(0, 2) as usize],
            twins: [0, 5, 20][chance.between(0, 2) as usize],
            lost: [0, 3, 10][chance.between(0, 2) as usize],
            blows: rough,
            cuts: [0, 20, 60][chance.between(0, 2) as usize],
            beside: [0, 10, 30][chance.between(0, 2) as usize],
            jobs: [3, 15, 40][chance.between(0, 2) as usize],
            past: 5,
            newer: [0, 40, 400][chance.between(0, 2) as usize],
        }
    }
}

/// What a life went through beneath.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Commands of the crowd.
    pub commands: u64,
    /// Polls of nodes.
    pub polls: u64,
    /// Times that nobody had anything to go on with while somebody waited.
    pub idle: u64,
    /// Starts of nodes.
    pub starts: u64,
    /// Nodes that were killed at a step of their desk.
    pub kills: u64,
    /// Calls of the disk that were struck: failed, found no room, or were the last of their process.
    pub struck: u64,
    /// Power cuts.
    pub cuts: u64,
    /// Desks that stopped because the storage could not be trusted.
    pub stopped: u64,
    /// Answers that were lost.
    pub lost: u64,
    /// Requests that came twice at once.
    pub twins: u64,
    /// Requests of the past that came again.
    pub past: u64,
    /// Commands for another organiser's things.
    pub strangers: u64,
    /// Batches that waited for the lock while time went on.
    pub held_up: u64,
    /// Newer programs that widened the schema.
    pub newer: u64,
    /// Tasks beside the desk.
    pub tasks: u64,
    /// Of them, steps of the relay's workers.
    pub steps: u64,
    /// Tries to deliver that failed.
    pub refused_outside: u64,
    /// Deliveries and mails that came again though they had been taken.
    pub told_again: u64,
    /// Examinations by doctor.
    pub doctors: u64,
}

impl World {
    /// Draws what befalls the nodes around a command.
    pub(super) fn befall(&mut self, command: &Command) -> Verdict {
        if self.chance.percent(self.temper.blows) {
            self.strike();
        }
        if self.temper.skewed && self.chance.percent(2) {
            let node = self.chance.between(0, self.nodes.len() as u64 - 1) as usize;
            let millis = self.chance.between(0, 120_000) as i64 - 60_000;
            self.nodes[node].clock.step(millis);
        }
        if self.temper.newer > 0 && self.count.newer == 0 && self.chance.between(0, self.temper.newer) == 0 {
            self.newer_comes();
        }
        if self.chance.percent(self.temper.jobs) {
            self.job();
        }
        if self.chance.percent(self.temper.beside) {
            self.ask_beside()?;
        }
        if self.chance.percent(self.temper.past) {
            self.ask_again()?;
        }
        if self.nodes.len() > 2 && self.temper.beside > 0 && self.chance.percent(2) {
            self.hand_over()?;
        }
        if self.temper.blows > 0 && self.chance.percent(2) {
            self.end_at_work()?;
        }
        if self.chance.percent(3) {
            self.ask_as_stranger(command)?;
        }
        self.look_after()
    }

    /// Chooses a node, and what is done to it.
    fn strike(&mut self) {
        let node = self.any_node();
        let cut = self.chance.percent(self.temper.cuts);
        if self.chance.percent(40) {
            let steps =
                [Step::BeforeLock, Step::AfterLock, Step::AfterDecide, Step::BeforeCommit, Step::AfterCommit];
            let step = steps[self.chance.between(0, 4) as usize];
            self.note(&format!("end {node} at {step:?}, cut {cut}"));
            self.nodes[node].gate.end_at(step);
            self.cuts_at_step = cut;
            return;
        }
        let Some(process) = self.nodes[node].process() else { return };
        let acts = [None, None, Some(Act::Write), Some(Act::Sync), Some(Act::Truncate), Some(Act::Open)];
        let act = acts[self.chance.between(0, 5) as usize];
        let blow = match self.chance.between(0, 5) {
            _ if cut => Blow::Cut,
            0 => Blow::Fail,
            1 => Blow::Fill,
            2 | 3 => Blow::Starve,
            _ => Blow::Kill,
        };
        let after = self.chance.between(0, if act == Some(Act::Sync) { 2 } else { 20 }) as u32;
        self.note(&format!("trap {node} {act:?} {after} {blow:?}"));
        self.common.disk.trap(Trap { process, act, after, blow });
    }

    /// A node has come to its last step.
    pub(super) fn end_at_step(&mut self, node: usize) -> Verdict {
        self.count.kills += 1;
        if std::mem::take(&mut self.cuts_at_step) {
            self.common.disk.cut();
            return self.come_up_again();
        }
        self.note("ended at a step");
        self.struck.extend(self.nodes[node].process());
        self.nodes[node].end();
        Ok(())
    }

    /// Nothing goes wrong any more.
    pub(super) fn calm(&mut self) {
        self.see_struck();
        self.common.disk.disarm();
        self.nodes.iter().for_each(|node| node.gate.open());
    }

    /// Takes note of the traps that were sprung.
    pub(super) fn see_struck(&mut self) {
        for trap in self.common.disk.take_sprung() {
            self.count.struck += 1;
            self.note(&format!("sprung {:?} {:?}", trap.act, trap.blow));
            self.struck.insert(trap.process);
        }
    }

    /// A newer program starts beside the nodes, and widens the schema while they run.
    fn newer_comes(&mut self) {
        let process = Process::begin(&self.common.disk);
        let done = newer::widen(&process.path(FILE));
        process.kill();
        self.note(&format!("a newer program, {done}"));
        self.count.newer += u64::from(done);
    }

    /// Begins something beside a desk.
    fn job(&mut self) {
        let node = self.any_node();
        if self.nodes[node].has_task() {
            return;
        }
        self.count.tasks += 1;
        let limit = self.chance.between(1, 12) as usize;
        let holder = node as u128 + 1;
        match self.chance.between(0, 5) {
            0 | 1 => self.nodes[node].begin(|store| jobs::read_on(store, holder, limit)),
            2 => self.nodes[node].begin(jobs::checkpoint),
            _ => self.begin_worker(node),
        }
    }

    /// Looks after errands that nobody waits for: those that were not answered are sent again.
    pub(super) fn look_after(&mut self) -> Verdict {
        for mut errand in std::mem::take(&mut self.errands) {
            while errand.is_under_way() && self.listen(&mut errand)? {}
            match errand.answer() {
                Some(answer) => {
                    self.beside.heard(&errand.asked().command, answer)?;
                    self.prove_answer(&errand)?;
                    self.remember(errand);
                }
                None => {
                    if !errand.is_under_way() {
                        if errand.since().is_some_and(|since| self.now.since(since) > KEY_SPAN) {
                            self.give_up(&errand)?;
                            continue;
                        }
                        let node = self.any_node();
                        self.hand_in(&mut errand, node)?;
                    }
                    self.errands.push(errand);
                }
            }
        }
        Ok(())
    }

    /// Whoever sends knows how long a key answers: what is older is not sent again, and what became of it stands in the
    /// journal.
    fn give_up(&mut self, errand: &Errand) -> Verdict {
        self.read_on()?;
        let seq = errand.key().and_then(|key| self.shadow.keys().get(&key.fingerprint).copied());
        let outcome = seq.and_then(|seq| self.shadow.record(seq)).map(|record| &record.outcome);
        if matches!((&errand.asked().command, outcome), (Command::MoveStock(_), Some(Outcome::Facts(_)))) {
            self.beside.units += 1;
        }
        Ok(())
    }

    /// Keeps an answered errand, so that it may be asked again much later.
    pub(super) fn remember(&mut self, errand: Errand) {
        if self.past.len() < PAST_MAX {
            self.past.push(errand);
        } else {
            let place = self.chance.between(0, PAST_MAX as u64 - 1) as usize;
            self.past[place] = errand;
        }
    }

    /// A request of the past comes once more, as it was or with other content.
    fn ask_again(&mut self) -> Verdict {
        let Some(last) = self.past.len().checked_sub(1) else { return Ok(()) };
        let place = self.chance.between(0, last as u64) as usize;
        let mut errand = self.past.swap_remove(place);
        let since = match errand.answer() {
            Some(Answer::Done { at, .. } | Answer::Refused { at, .. }) => self.now.since(*at),
            None => Span(i64::MAX),
        };
        if since > KEY_SPAN {
            return Ok(());
        }
        self.count.past += 1;
        if self.chance.percent(20) {
            self.ask_otherwise(&errand)?;
        }
        let before = errand.answers;
        while errand.answers == before {
            let node = self.any_node();
            self.hand_in(&mut errand, node)?;
            while errand.is_under_way() {
                self.listen(&mut errand)?;
                self.poll_some()?;
            }
        }
        self.past.push(errand);
        Ok(())
    }

    /// A key that was used comes with another request.
    fn ask_otherwise(&mut self, errand: &Errand) -> Verdict {
        let mut ask = errand.asked().clone();
        if let Some(key) = &mut ask.key {
            key.request[0] ^= 0xff;
        }
        match self.ask_once(ask)? {
            Answer::Refused { refusal: Refusal::KeyReused, .. } => Ok(()),
            other => Err(format!("I10: a key with another request is answered {other:?}")),
        }
    }

    /// A command for the first organiser's things, with the credential of the one beside.
    fn ask_as_stranger(&mut self, command: &Command) -> Verdict {
        let reaches = matches!(
            command,
            Command::MakeHold(_)
                | Command::ReleaseHold { .. }
                | Command::ExtendHold { .. }
                | Command::Confirm(_)
                | Command::JoinWaitlist(_)
                | Command::CancelOrder { .. }
                | Command::MoveStock(_)
        );
        if !reaches {
            return Ok(());
        }
        self.count.strangers += 1;
        let ask = Ask { home: self.beside.home, command: command.clone(), key: None };
        // Sources are each organiser's own texts: one may have used the same for something of its own, and hears of that.
        let home = self.beside.home;
        let own = |known: &Sourced| match known {
            Sourced::Moved(MoveStock { pool, .. }) | Sourced::Counted(CountStock { pool, .. }) => {
                pool.home() == home
            }
        };
        match self.ask_once(ask)? {
            Answer::Refused { refusal: Refusal::Unknown(_), .. } => Ok(()),
            Answer::Refused { refusal: Refusal::SourceReused(known), .. } if own(&known) => Ok(()),
            other => Err(format!("I14: a stranger is answered {other:?}")),
        }
    }

    /// Asks until there is an answer; what it was is the caller's to judge.
    fn ask_once(&mut self, ask: Ask) -> Verdict<Answer> {
        let mut errand = Errand::new(ask);
        for _ in 0..POLLS_MAX {
            if !errand.is_under_way() {
                let node = self.any_node();
                self.hand_in(&mut errand, node)?;
            }
            self.poll_some()?;
            self.listen(&mut errand)?;
            if let Some(answer) = errand.answer() {
                return Ok(answer.clone());
            }
        }
        Err("I13: a question is never answered".to_owned())
    }

    /// Now and then somebody has the lock while a command waits for it, and time goes on meanwhile. Says
    /// whether the command is under way so.
    pub(super) fn hold_up(&mut self, now: Instant, errand: &mut Errand) -> Verdict<bool> {
        if self.nodes.len() < 2 || !self.chance.percent(8) {
            return Ok(false);
        }
        let at_rest: Vec<usize> = (0..self.nodes.len())
            .filter(|node| self.nodes[*node].is_at_rest() && !self.nodes[*node].is_busy())
            .collect();
        let [holder, waiter, ..] = at_rest[..] else { return Ok(false) };
        let (home, command) = (self.beside.home, self.beside.add());
        let key = Some(self.key());
        let mut beside = Errand::new(Ask { home, command, key });
        self.nodes[holder].gate.hold_at(Step::AfterLock);
        self.hand_in(&mut beside, holder)?;
        self.errands.push(beside);
        for _ in 0..100 {
            if self.nodes[holder].gate.waits_at() == Some(Step::AfterLock) {
                break;
            }
            self.poll(holder)?;
        }
        let holds = self.nodes[holder].gate.waits_at() == Some(Step::AfterLock);
        if holds && !self.nodes[waiter].is_down() {
            self.note(&format!("held up by {holder}, waits {waiter}"));
            self.hand_in(errand, waiter)?;
            for _ in 0..10 {
                self.poll(waiter)?;
            }
            self.count.held_up += 1;
        }
        self.advance(now);
        self.nodes[holder].gate.open();
        Ok(true)
    }
}
