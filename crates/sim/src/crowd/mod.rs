//! The crowd: buyers and bots, a provider, a till and the organiser. Each answer makes them do something later.
//!
//! What they do is drawn when its time comes, with a look at what is there; a life notes what was drawn, so that
//! it can be lived again from the list alone. Buyers are in `buyer`, money in `provider`, the organiser in
//! `organiser`, `writer` and `parts`, who hands over in `stall`, whoever gets everything wrong in `odd`.

mod buyer;
mod change;
mod library;
mod lobby;
mod odd;
mod organiser;
mod parts;
mod provider;
mod series;
mod stall;
mod writer;

use std::collections::BTreeMap;

use dayshelf_core::command::Command;
use dayshelf_core::ids::{OrderId, PoolId, SlotId};
use dayshelf_core::lobby::Number;
use dayshelf_core::text::Digest;
use dayshelf_core::time::{Instant, Span};

use crate::auditor::Auditor;
use crate::chance::Chance;
use crate::scene::{DAWN, DUSK, Ids, Scene};

/// Something that somebody will do.
#[derive(Clone, Debug)]
enum Act {
    /// These words.
    Say(Box<Command>),
    /// A buyer comes to a slot.
    Shop(u64, SlotId),
    /// The provider does what is next for an order's money.
    Settle(OrderId),
    /// The organiser changes something.
    Organise,
    /// A till reports what it counted.
    Report(PoolId, u32, u64),
    /// Somebody gets something wrong.
    Odd,
}

/// See the module.
#[derive(Clone, Debug)]
pub struct Crowd {
    chance: Chance,
    ids: Ids,
    codes: Vec<Digest>,
    buyers: u64,
    made: u64,
    plans: BTreeMap<(Instant, u64), Act>,
    /// The till's own count of its counts.
    counts: u64,
    /// Numbers that buyers have taken in lobbies.
    numbers: Vec<Number>,
}

impl Crowd {
    /// The crowd of a scene that is set.
    pub fn new(scene: &Scene, mut chance: Chance, known: &Auditor) -> Self {
        let seed = chance.bits();
        let mut crowd = Self {
            chance: Chance::new(seed),
            ids: scene.ids.clone(),
            codes: scene.codes.clone(),
            buyers: scene.buyers,
            made: 0,
            plans: BTreeMap::new(),
            counts: 0,
            numbers: Vec::new(),
        };
        crowd.arrive(known);
        crowd.queue(known);
        let edits = if chance.percent(20) { 0 } else { chance.between(5, 60) };
        for _ in 0..edits {
            let at = crowd.some_time(known);
            crowd.plan(at, Act::Organise);
        }
        for _ in 0..chance.between(0, 12) {
            let at = crowd.some_time(known);
            crowd.plan(at, Act::Odd);
        }
        crowd
    }

    /// When somebody does something next.
    pub fn next_time(&self) -> Option<Instant> {
        self.plans.first_key_value().map(|((at, _), _)| *at)
    }

    /// What is done next, if it comes to anything.
    pub fn next_act(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        let (_, act) = self.plans.pop_first()?;
        match act {
            Act::Say(command) => Some(*command),
            Act::Shop(buyer, slot) => self.shop(now, known, buyer, slot),
            Act::Settle(order) => self.settle(now, known, order),
            Act::Organise => self.organise(now, known),
            Act::Report(pool, units, version) => Some(self.report(pool, units, version)),
            Act::Odd => Some(self.odd(now, known)),
        }
    }

    fn plan(&mut self, at: Instant, act: Act) {
        self.made += 1;
        self.plans.insert((at, self.made), act);
    }

    fn say(&mut self, at: Instant, command: Command) {
        self.plan(at, Act::Say(Box::new(command)));
    }

    /// So many seconds from now, in milliseconds.
    fn after(&mut self, now: Instant, seconds: (u64, u64)) -> Instant {
        let wait = self.chance.between(seconds.0 * 1_000, seconds.1 * 1_000);
        now.plus(Span(wait as i64))
    }

    /// A time when something may be going on: mostly near a window, else any.
    fn some_time(&mut self, known: &Auditor) -> Instant {
        let window = self.chance.pick(known.windows.values());
        let Some(spec) = window.map(|frame| &frame.spec).filter(|_| self.chance.percent(80)) else {
            return DAWN.plus(Span::minutes(self.chance.between(1, 31 * 24 * 60) as i64));
        };
        let whole = spec.closes.at.since(spec.opens.at).0.max(1) as u64;
        // Half of it while the rush is on.
        let length = if self.chance.percent(50) { whole.min(900_000) } else { whole };
        let inside = spec.opens.at.plus(Span(self.chance.between(0, length) as i64));
        inside.max(DAWN.plus(Span::seconds(1))).min(DUSK)
    }
}
