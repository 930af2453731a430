//! A life: a scene is set, a crowd acts, time goes on to whatever comes next, the auditor predicts and compares.
//!
//! What the crowd does is noted, so a life can be lived again from its list of acts ([`relive`]), and a list that
//! fails can be made shorter (`shrink`). A life ends when nobody plans anything any more and nothing is due; the
//! provider and the clock have then had all the time they need, so what is left open is left open for ever.

use std::collections::VecDeque;
use std::fmt::Write;

use dayshelf_core::books::Books;
use dayshelf_core::command::Command;
use dayshelf_core::decide::{Stop, resume};
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::refusal::Refusal;
use dayshelf_core::time::{Instant, Span};

use crate::auditor::Auditor;
use crate::chance::{Chance, fold};
use crate::crowd::Crowd;
use crate::queries::Inquiry;
use crate::scene::{DAWN, Scene, organiser};
use crate::seen::{Seen, command_name};
use crate::under::{CoreAlone, Under};

/// What a life is called that comes to no end.
pub const ENDLESS: &str = "a life without an end";
/// No life is so long that it needs more: what is said, and how often something is due.
const COMMANDS_MAX: u32 = 50_000;
const DUE_MAX: u32 = 400_000;
/// Pulses until nothing is due.
const PULSES_MAX: usize = 1_000;
/// Commands between two looks at everything.
const REST: u32 = 48;

/// Something said at an instant.
pub type Said = (Instant, Command);

/// What a life was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trace {
    /// A hash over every answer.
    pub hash: u64,
    /// Commands said.
    pub commands: u32,
    /// Of those, how many were refused.
    pub refused: u32,
    /// Holds that became orders.
    pub sold: u32,
    /// Holds that ended otherwise.
    pub lapsed: u32,
    /// Turns that were given.
    pub turns: u32,
    /// Late payments that found units, or did not.
    pub late: u32,
    /// Days that passed.
    pub days: u32,
    /// Kinds of commands, refusals and facts.
    pub seen: Seen,
}

/// What found a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Found {
    /// An answer differs from the prediction.
    Answer,
    /// What was due differs from the prediction.
    Pulse,
    /// Units, claims or money do not add up at rest.
    Rest,
    /// The books say otherwise than the auditor.
    Books,
    /// A query says otherwise than the auditor.
    Query,
    /// The books contradict themselves.
    Broken,
    /// Something is left open at the end.
    End,
    /// There is no end: more is said or due than in any life.
    Endless,
}

/// A life that went wrong.
#[derive(Clone, Debug)]
pub struct Failure {
    /// By what it was found.
    pub found: Found,
    /// What differs.
    pub cause: String,
    /// All that was said until then.
    pub said: Vec<Said>,
    /// Whether what was due was done at its instant.
    pub is_prompt: bool,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{}: {}", self.caught_by(), self.cause)
    }
}

impl Failure {
    /// What caught it, in words.
    pub fn caught_by(&self) -> String {
        let last = self.said.last().map_or("nothing", |(_, command)| command_name(command));
        match self.found {
            Found::Answer => format!("the answer to {last}"),
            Found::Pulse => "what was due".into(),
            Found::Rest => "units, claims and money at rest".into(),
            Found::Books => "the books beside the auditor's".into(),
            Found::Query => "a query".into(),
            Found::Broken => "an account below zero".into(),
            Found::End => "what is left open at the end".into(),
            Found::Endless => ENDLESS.into(),
        }
    }
}

/// Lives the life of a seed over the rules alone.
///
/// # Errors
/// What differs from the auditor's prediction, with all that was said.
pub fn live(seed: u64) -> Result<Trace, Failure> {
    live_over(seed, &mut CoreAlone::open(organiser()))
}

/// Lives the life of a seed over whatever is under test.
///
/// # Errors
/// What differs from the auditor's prediction, with all that was said.
pub fn live_over(seed: u64, under: &mut impl Under) -> Result<Trace, Failure> {
    let mut chance = Chance::new(seed);
    let scene = Scene::draw(&mut chance);
    let mut life = Life::new(scene.is_prompt);
    if under.books().is_none() {
        // What can be restarted may be restarted.
        life.auditor.forget_announcements();
    }
    let commands = scene.commands.iter().cloned().map(|command| (DAWN, command)).collect();
    life.run(under, &mut Source::List(commands))?;
    let crowd = Crowd::new(&scene, Chance::new(chance.bits()), &life.auditor);
    life.run(under, &mut Source::Crowd(Box::new(crowd)))?;
    life.end(under)
}

/// Lives again what was said, or a part of it, over the rules alone. What is open at the end is not looked at:
/// a part of a life may leave anything open.
///
/// # Errors
/// What differs from the auditor's prediction.
pub fn relive(said: &[Said], is_prompt: bool) -> Result<Trace, Failure> {
    let mut life = Life::new(is_prompt);
    // Few acts are left, so that everything can be looked at after each.
    life.rest = 1;
    let mut under = CoreAlone::open(organiser());
    life.run(&mut under, &mut Source::List(said.iter().cloned().collect()))?;
    Ok(life.trace)
}

/// Where the next words come from.
enum Source {
    Crowd(Box<Crowd>),
    List(VecDeque<Said>),
}

impl Source {
    fn next_time(&self) -> Option<Instant> {
        match self {
            Self::Crowd(crowd) => crowd.next_time(),
            Self::List(said) => said.front().map(|(at, _)| *at),
        }
    }

    fn next(&mut self, now: Instant, known: &Auditor) -> Option<Command> {
        match self {
            Self::Crowd(crowd) => crowd.next_act(now, known),
            Self::List(said) => said.pop_front().map(|(_, command)| command),
        }
    }
}

struct Life {
    auditor: Auditor,
    is_prompt: bool,
    now: Instant,
    said: Vec<Said>,
    trace: Trace,
    /// Commands between two looks at everything.
    rest: u32,
    /// How often something was asked to be done because it was due.
    due: u32,
}

type Step = Result<(), (Found, String)>;

impl Life {
    fn new(is_prompt: bool) -> Self {
        Self {
            auditor: Auditor::new(organiser()),
            is_prompt,
            now: DAWN,
            said: Vec::new(),
            trace: Trace::default(),
            rest: REST,
            due: 0,
        }
    }

    fn fail(&self, (found, cause): (Found, String)) -> Failure {
        Failure { found, cause, said: self.said.clone(), is_prompt: self.is_prompt }
    }

    /// Goes on until the source has nothing more to say; from a crowd, until nothing is due either.
    fn run(&mut self, under: &mut impl Under, source: &mut Source) -> Result<(), Failure> {
        loop {
            let due = self.auditor.next_due();
            match (source.next_time(), due) {
                (Some(at), Some(due)) if self.is_prompt && due < at => self.pulse(under, source, due),
                (Some(at), _) => self.act(under, source, at),
                (None, Some(due)) if matches!(source, Source::Crowd(_)) => self.pulse(under, source, due),
                (None, _) => return Ok(()),
            }
            .map_err(|cause| self.fail(cause))?;
            if self.trace.commands > COMMANDS_MAX {
                return Err(self.fail((Found::Endless, "the crowd never comes to rest".into())));
            }
        }
    }

    fn act(&mut self, under: &mut impl Under, source: &mut Source, at: Instant) -> Step {
        // No clock goes back for a crowd that speaks in the past; the rules alone would not notice that.
        assert!(self.now <= at, "somebody speaks at {at:?}, and it is {:?}", self.now);
        self.pulse(under, source, at)?;
        let Some(command) = source.next(at, &self.auditor) else { return Ok(()) };
        self.said.push((at, command.clone()));
        self.trace.commands += 1;
        self.ask_before(under, &command)?;
        let told = match under.submit(at, &command) {
            Ok(facts) => Ok(facts),
            Err(Stop::Refused(refusal)) => Err(refusal),
            Err(Stop::Broken(broken)) => return Err((Found::Broken, broken.to_string())),
        };
        self.trace.seen.note(&command, &told);
        self.fold_answer(&told);
        let compared = self.auditor.answer(at, &command, &told);
        compared.map_err(|cause| (Found::Answer, format!("{cause}\n  at {at:?} by {command:?}")))?;
        match &told {
            Ok(facts) => self.hear(source, facts),
            Err(refusal) => {
                self.trace.refused += 1;
                if let Source::Crowd(crowd) = source {
                    crowd.refused(at, &self.auditor, &command, refusal);
                }
            }
        }
        self.look(under, &command)
    }

    fn pulse(&mut self, under: &mut impl Under, source: &mut Source, at: Instant) -> Step {
        // An edit may make something due at an instant that is over, and it is done now.
        let at = at.max(self.now);
        self.now = at;
        if self.auditor.next_due().is_none_or(|due| at < due) && !matches!(source, Source::List(_)) {
            return Ok(());
        }
        let facts = self.all_due(under, at)?;
        self.auditor
            .pulse(at, &facts)
            .map_err(|cause| (Found::Pulse, format!("{cause}\n  due by {at:?}")))?;
        self.trace.seen.note_facts(&facts);
        self.fold_facts(&facts);
        self.hear(source, &facts);
        Ok(())
    }

    /// What is due, until nothing is any more.
    fn all_due(&mut self, under: &mut impl Under, at: Instant) -> Result<Vec<Fact>, (Found, String)> {
        let mut facts = Vec::new();
        for _ in 0..PULSES_MAX {
            self.due += 1;
            if self.due > DUE_MAX {
                break;
            }
            let more = under.pulse(at).map_err(|broken| (Found::Broken, format!("{broken:?}")))?;
            if more.is_empty() {
                return Ok(facts);
            }
            facts.extend(more);
        }
        Err((Found::Endless, format!("something is due for ever by {at:?}")))
    }

    fn hear(&mut self, source: &mut Source, facts: &[Fact]) {
        for fact in facts {
            match fact {
                Fact::OrderConfirmed { late, .. } => {
                    self.trace.sold += 1;
                    self.trace.late += u32::from(*late);
                }
                Fact::LatePaymentUnfilled { .. } => self.trace.late += 1,
                Fact::HoldEnded { end: HoldEnd::Lapsed(_), .. } => self.trace.lapsed += 1,
                Fact::TurnGiven { .. } => self.trace.turns += 1,
                _ => {}
            }
            if let Source::Crowd(crowd) = source {
                crowd.heard(self.now, &self.auditor, fact);
            }
        }
    }

    fn fold_answer(&mut self, told: &Result<Vec<Fact>, Refusal>) {
        match told {
            Ok(facts) => self.fold_facts(facts),
            Err(refusal) => self.trace.hash = folded(self.trace.hash, refusal),
        }
    }

    fn fold_facts(&mut self, facts: &[Fact]) {
        for fact in facts {
            self.trace.hash = folded(self.trace.hash, fact);
        }
    }

    /// Questions before a command is said: they change nothing.
    fn ask_before(&self, under: &impl Under, command: &Command) -> Step {
        let often = matches!(command, Command::ApplyPlan(_) | Command::Found(_) | Command::ChangeSlot(_));
        let Some(books) = under.books().filter(|_| often || self.trace.commands % 64 == 1) else {
            return Ok(());
        };
        let inquiry = Inquiry { books, known: &self.auditor, now: self.now };
        inquiry.beforehand(command).map_err(|cause| (Found::Query, cause))
    }

    /// A look at what is shown after each command, and at everything now and then.
    fn look(&mut self, under: &impl Under, command: &Command) -> Step {
        let turn = self.trace.commands;
        let is_rest = turn.is_multiple_of(self.rest);
        if is_rest {
            self.auditor.at_rest().map_err(|cause| (Found::Rest, cause))?;
            if let Some(entry) = self.auditor.first_unserved(self.now) {
                return Err((Found::Rest, format!("{entry} waits for what is there")));
            }
        }
        let Some(books) = under.books() else { return Ok(()) };
        let inquiry = Inquiry { books, known: &self.auditor, now: self.now };
        let query = |cause| (Found::Query, format!("{cause}\n  after {command:?}"));
        if turn.is_multiple_of(3) {
            inquiry.about_sale(turn as usize / 3, command).map_err(query)?;
        }
        if is_rest {
            self.auditor.same_books(books).map_err(|cause| (Found::Books, cause))?;
            read_anew(books, self.now).map_err(|cause| (Found::Books, cause))?;
            inquiry.about_purchases().map_err(query)?;
            inquiry.about_pools().map_err(query)?;
            let slots = self.auditor.slots.keys();
            if let Some(slot) = slots.clone().nth((turn / self.rest) as usize % slots.len().max(1)) {
                inquiry.about_plans(*slot).map_err(query)?;
                inquiry.about_foresight(*slot).map_err(query)?;
            }
        }
        Ok(())
    }

    fn end(mut self, under: &mut impl Under) -> Result<Trace, Failure> {
        self.look_at_end(under).map_err(|cause| self.fail(cause))?;
        self.trace.days = (self.now.since(DAWN).0 / Span::hours(24).0) as u32;
        Ok(self.trace)
    }

    fn look_at_end(&self, under: &impl Under) -> Step {
        self.auditor.at_rest().map_err(|cause| (Found::Rest, cause))?;
        if let Some(books) = under.books() {
            self.auditor.same_books(books).map_err(|cause| (Found::Books, cause))?;
            read_anew(books, self.now).map_err(|cause| (Found::Books, cause))?;
        }
        self.auditor.at_the_end(self.now).map_err(|cause| (Found::End, cause))
    }
}

/// Whatever keeps the books may stop and read them anew: what is due then follows from their rows alone, and
/// nobody in line is served who was not before.
fn read_anew(books: &Books, now: Instant) -> Result<(), String> {
    let mut read = books.clone();
    read.reindex();
    let lost: Vec<_> = books.agenda.symmetric_difference(&read.agenda).collect();
    if !lost.is_empty() {
        return Err(format!("due for one who reads anew, or for others: {lost:?}"));
    }
    resume(&mut read, now);
    match read.stirred.keys().find(|slot| !books.stirred.contains_key(slot)) {
        Some(slot) => Err(format!("one who reads anew serves the line of {slot}")),
        None => Ok(()),
    }
}

/// A hash of what came before and of all that a value says of itself.
fn folded(hash: u64, value: &impl std::fmt::Debug) -> u64 {
    struct Fold(u64);
    impl Write for Fold {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0 = fold(self.0, text);
            Ok(())
        }
    }
    let mut out = Fold(hash);
    // Writing to a number can't fail.
    let _ = write!(out, "{value:?}");
    out.0
}
