//! One life of a drop: the crowd acts, what is under test answers, the auditor compares.

use dayshelf_core::command::Command;
use dayshelf_core::decide::Stop;
use dayshelf_core::fact::Fact;
use dayshelf_core::time::Instant;

use crate::auditor::Auditor;
use crate::chance::{Chance, fold};
use crate::crowd::Crowd;
use crate::scene::{DAWN, Scene};
use crate::under::{CoreAlone, Under};

/// Commands of one life at most: a crowd that never comes to rest is a fault of the simulation.
const COMMANDS_MAX: u32 = 20_000;
/// Rounds of due things before one command at most.
const PULSES_MAX: u32 = 1_000;

/// What came of a life.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// A hash over every command, fact and refusal.
    pub hash: u64,
    /// Commands that were sent.
    pub commands: u32,
    /// Commands that were refused.
    pub refused: u32,
    /// Holds that became orders.
    pub sold: u32,
    /// Holds that lapsed.
    pub lapsed: u32,
    /// Turns that were given.
    pub turns: u32,
    /// Late payments that found units, or did not.
    pub late: u32,
}

/// Lives the life of a seed over the rules alone.
///
/// # Errors
/// What differs from the auditor's prediction, with the command that brought it to light.
pub fn live(seed: u64) -> Result<Trace, String> {
    live_over(seed, &mut CoreAlone::open(Scene::organiser()))
}

/// Lives the life of a seed over whatever is under test.
///
/// # Errors
/// What differs from the auditor's prediction, with the command that brought it to light.
pub fn live_over(seed: u64, under: &mut impl Under) -> Result<Trace, String> {
    let mut chance = Chance::new(seed);
    let scene = Scene::draw(&mut chance);
    let mut crowd = Crowd::new(&scene, Chance::new(chance.bits()));
    let mut life = Life { auditor: Auditor::new(&scene), trace: Trace::default() };
    for command in scene.commands() {
        let facts = under.submit(DAWN, &command).map_err(|stop| format!("the scene: {stop:?}"))?;
        life.auditor.founded(&facts)?;
    }
    while let Some((now, command)) = crowd.next_act() {
        life.step(under, &mut crowd, now, &command)
            .map_err(|cause| format!("{cause}\n  at {now:?} by {command:?}"))?;
        if life.trace.commands > COMMANDS_MAX {
            return Err("the crowd never comes to rest".into());
        }
    }
    Ok(life.trace)
}

struct Life {
    auditor: Auditor,
    trace: Trace,
}

impl Life {
    fn step(
        &mut self,
        under: &mut impl Under,
        crowd: &mut Crowd,
        now: Instant,
        command: &Command,
    ) -> Result<(), String> {
        for _ in 0..PULSES_MAX {
            let facts = under.pulse(now).map_err(|stop| format!("{stop:?}"))?;
            if facts.is_empty() {
                break;
            }
            self.hear(crowd, now, &facts)?;
        }
        self.auditor.nothing_is_due(now)?;
        let predicted = self.auditor.predict(now, command);
        let answer = under.submit(now, command);
        self.trace.commands += 1;
        match answer {
            Ok(facts) => {
                predicted.map_err(|code| format!("done, but {code} was predicted"))?;
                self.hear(crowd, now, &facts)?;
            }
            Err(Stop::Refused(refusal)) => {
                if predicted != Err(refusal.code()) {
                    return Err(format!("refused with {refusal:?}, but predicted was {predicted:?}"));
                }
                self.trace.refused += 1;
                self.trace.hash = fold(self.trace.hash, refusal.code());
                crowd.refused(now, command, &refusal);
            }
            Err(Stop::Broken(broken)) => return Err(broken.to_string()),
        }
        self.auditor.nobody_waits_for_nothing(now)
    }

    fn hear(&mut self, crowd: &mut Crowd, now: Instant, facts: &[Fact]) -> Result<(), String> {
        for fact in facts {
            self.auditor.hear(now, fact).map_err(|cause| format!("{cause}\n  in {fact:?}"))?;
            self.trace.hash = fold(self.trace.hash, &format!("{fact:?}"));
            match fact {
                Fact::OrderConfirmed { late, .. } => {
                    self.trace.sold += 1;
                    self.trace.late += u32::from(*late);
                }
                Fact::LatePaymentUnfilled { .. } => self.trace.late += 1,
                Fact::HoldEnded { .. } => self.trace.lapsed += 1,
                Fact::TurnGiven { .. } => self.trace.turns += 1,
                _ => {}
            }
            crowd.heard(now, fact);
        }
        self.auditor.balanced()
    }
}
