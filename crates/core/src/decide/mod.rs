//! How a command is answered: facts, or a refusal.
//!
//! [`decide`] answers one command on books that stay as they are. [`transact`] decides, applies, and
//! lets the waitlist have what came back. [`pulse`] does what is due. The areas are in the files beside
//! this one; a decision reads as a ladder of guards, each with one refusal, and then the facts.

mod admission;
mod blocks;
mod breaker;
mod change;
mod confirm;
mod conflicts;
mod definitions;
mod draw;
mod foresight;
mod handover;
mod hang;
mod holds;
mod keys;
mod library;
mod line;
mod lobby;
mod notice;
mod offering;
mod orders;
mod payments;
mod placing;
mod planning;
mod policy;
mod pools;
mod preview;
mod pulse;
mod rules;
mod series;
mod single;
mod slots;
mod stake;
mod stock;
mod templates;
mod validate;
mod windows;

pub use admission::{Proof, admit, opened_by};
pub use confirm::pays;
pub use conflicts::{Conflict, ConflictKind};
pub use draw::{left, left_for_all};
pub use foresight::Foresight;
pub use hang::{marks, takes_pickups_along};
pub use keys::{block_spec, fulfilment_spec, offer_spec, pool_spec, window_spec};
pub use offering::{closed_by, is_gone, is_unreachable, slots_closed_by, withheld};
pub use placing::place_in_plan;
pub use planning::check_plan;
pub use preview::{Moved, MovedPart, Preview, Shift, preview};
pub use single::selling;
pub use stake::stake;
pub use stock::on_hand;
pub use windows::short_of;

use crate::apply::{Broken, apply};
use crate::books::Books;
use crate::command::{By, Command, Expect};
use crate::fact::Fact;
use crate::ids::{PoolId, SlotId};
use crate::limits::{PULSE_STEPS_MAX, SETTLE_STEPS_MAX};
use crate::pool::{Account, Draw, Move};
use crate::refusal::{Noun, Refusal};
use crate::text::Digest;
use crate::time::{Instant, Span};

/// What a decision yields.
pub type Decision = Result<Vec<Fact>, Refusal>;

/// Why a transaction yields no facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// An expected no; the books are as they were.
    Refused(Refusal),
    /// The books contradict themselves and must not be used any more.
    Broken(Broken),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Broken> for Stop {
    fn from(broken: Broken) -> Self {
        Self::Broken(broken)
    }
}

/// Answers a command on books that stay as they are.
///
/// What [`crate::books::needs`] names must have been fetched. Everything that is due by `now` must have
/// been done by [`pulse`] before.
pub fn decide(books: &Books, now: Instant, command: &Command) -> Decision {
    match command {
        Command::Found(_) => Err(Refusal::NameTaken { field: "organiser.slug".into() }),
        Command::ChangeOrganiser { expected, spec } => definitions::change_organiser(books, *expected, spec),
        Command::ChangeLook { expected, look } => definitions::change_look(books, *expected, *look),
        Command::IssueKey(key) => definitions::issue_key(books, key),
        Command::RevokeKey(key) => definitions::revoke_key(books, *key),
        Command::PutEndpoint { expected, endpoint } => definitions::put_endpoint(books, *expected, endpoint),
        Command::RemoveEndpoint(endpoint) => definitions::remove_endpoint(books, *endpoint),
        Command::PutCode { expected, code } => definitions::put_code(books, *expected, code),
        Command::RemoveCode(code) => definitions::remove_code(books, *code),
        Command::PutList { expected, list } => definitions::put_list(books, *expected, list),
        Command::ChangeCustomers { list, change } => definitions::change_customers(books, *list, change),
        Command::RemoveList(list) => definitions::remove_list(books, *list),
        Command::MakeSlot { id, spec } => slots::make(books, *id, spec),
        Command::PublishSlot { slot, expected } => slots::publish(books, now, *slot, *expected),
        Command::PauseSlot(slot) => slots::pause(books, now, *slot),
        Command::ResumeSlot(slot) => slots::resume(books, *slot),
        Command::ChangeSlot(ask) => change::change(books, now, ask),
        Command::AnswerChange(ask) => change::answer(books, now, ask),
        Command::UndoChange(ask) => change::undo(books, now, ask),
        Command::Unfreeze { credential, by } => breaker::unfreeze(books, *credential, *by),
        Command::RenewOverlay(slot) => slots::renew_overlay(books, *slot),
        Command::PutWindow { .. }
        | Command::RemoveWindow { .. }
        | Command::PutFulfilment { .. }
        | Command::RemoveFulfilment { .. }
        | Command::PutBlock { .. }
        | Command::RemoveBlock { .. }
        | Command::PutOffer { .. }
        | Command::RemoveOffer { .. } => single::at_once(books, now, command),
        Command::AnswerShift { block, answer } => blocks::answer(books, *block, *answer),
        Command::PutPool { id, expected, spec } => {
            rules::on_whole(books, *id, |books| pools::put(books, *id, *expected, spec))
        }
        Command::RemovePool(id) => pools::remove(books, *id),
        Command::PutPicture { .. }
        | Command::RemovePicture { .. }
        | Command::PutProduct { .. }
        | Command::RemoveProduct { .. } => library::decide(books, command),
        Command::PutTemplate { expected, template } => templates::put(books, *expected, template),
        Command::RemoveTemplate { id, expected } => templates::remove(books, *id, *expected),
        Command::PutSeries(ask) => series::put(books, now, ask),
        Command::GrowSeries(ask) => series::grow(books, now, ask),
        Command::ApplyPlan(ask) => planning::apply_plan(books, now, ask),
        _ => decide_trade(books, now, command),
    }
}

fn decide_trade(books: &Books, now: Instant, command: &Command) -> Decision {
    match command {
        Command::TakeNumber(ask) => lobby::take(books, now, ask),
        Command::MakeHold(make) => holds::make(books, now, make),
        Command::CheckOut { hold, by } => holds::check_out(books, now, *hold, *by),
        Command::ExtendHold { hold, by } => holds::extend(books, now, *hold, *by),
        Command::ReleaseHold { hold, by } => holds::release(books, *hold, *by),
        Command::Confirm(ask) => confirm::confirm(books, now, ask),
        Command::PaymentAuthorised { hold, payment, reference } => payments::authorised(
            books,
            now,
            &payments::Authorised { hold: *hold, payment: *payment, reference },
        ),
        Command::PaymentDeclined { hold, payment } => payments::declined(books, now, *hold, *payment),
        Command::PaymentCalledOff { hold, payment } => payments::called_off(books, *hold, *payment),
        Command::PaymentMoved { order, moved, amount, before } => payments::moved(
            books,
            *order,
            &payments::Moved { moved: *moved, amount: *amount, before: *before },
        ),
        Command::CancelOrder { order, by, lines } => {
            orders::cancel(books, now, &orders::Cancel { order: *order, by: *by, lines: lines.as_deref() })
        }
        Command::MoveOrder { order, by, slot } => {
            orders::relocate(books, now, &orders::Relocate { order: *order, by: *by, slot: *slot })
        }
        Command::HandOver(ask) => handover::hand_over(books, now, ask),
        Command::UndoHandOver { order, line } => handover::undo(books, now, *order, *line),
        Command::EditOrder { order, expected, buyer } => orders::edit(books, *order, (*expected, buyer)),
        Command::NoteOrder { order, by, text } => orders::note(books, now, *order, (*by, text)),
        Command::ResendOrder(order) => orders::resend(books, *order),
        Command::JoinWaitlist(join) => line::join(books, now, join),
        Command::LeaveWaitlist { entry, by } => line::leave(books, *entry, *by),
        Command::DeclineTurn { entry, by } => line::decline(books, *entry, *by),
        Command::MoveStock(movement) => stock::relocate(books, movement),
        Command::CountStock(count) => {
            rules::on_whole(books, count.pool, |books| stock::count(books, now, count))
        }
        _ => Ok(Vec::new()),
    }
}

/// Opens the books of a new organiser whose slug nobody has.
///
/// # Errors
/// A flaw in what the organiser says about itself.
pub fn found(command: &Command) -> Decision {
    let Command::Found(organiser) = command else { return Err(Refusal::Unknown(Noun::Organiser)) };
    validate::organiser(&organiser.spec)?;
    Ok(vec![Fact::OrganiserFounded(organiser.clone())])
}

/// Decides, applies, and lets the waitlist have what came back.
///
/// # Errors
/// The refusal, with the books as they were; or that the books are broken.
pub fn transact(books: &mut Books, now: Instant, command: &Command) -> Result<Vec<Fact>, Stop> {
    let mut facts = decide(books, now, command)?;
    for fact in &facts {
        apply(books, fact)?;
    }
    if settle(books, now, &mut facts)? {
        // A rule may have opened a window that was to open later.
        facts.extend(pulse(books, now)?);
    }
    Ok(facts)
}

/// Does what is due by `now`, a bounded number of steps of it. No facts means that nothing was due.
///
/// # Errors
/// That the books are broken.
pub fn pulse(books: &mut Books, now: Instant) -> Result<Vec<Fact>, Broken> {
    let mut facts = Vec::new();
    for _ in 0..PULSE_STEPS_MAX {
        let Some((at, due)) = books
            .agenda
            .first()
            .copied()
            .filter(|(at, _)| *at < now || (*at == now && !crate::planted!(LapsesLate)))
        else {
            break;
        };
        let step = pulse::due(books, at, due);
        if step.is_empty() {
            return Err(Broken(format!("{due:?} is due but nothing follows from it")));
        }
        for fact in &step {
            apply(books, fact)?;
        }
        facts.extend(step);
        settle(books, now, &mut facts)?;
    }
    settle(books, now, &mut facts)?;
    Ok(facts)
}

/// Goes on where books left off that were read anew, which look at every line: only those stay stirred in
/// which something is left over from a bounded step. Reading books anew passes nobody over and tells nobody
/// anything, for nothing has come back.
///
/// Nobody is served out of what is due by `now` and not done yet: a line is looked at as of the instant before it, too.
pub fn resume(books: &mut Books, now: Instant) {
    let before = books.next_due().map_or(now, |due| now.min(due.plus(Span(-1))));
    let stirred: Vec<SlotId> = books.stirred.keys().copied().collect();
    for slot in stirred {
        let step = line::serve(books, before, slot);
        let serves = |step: &[Fact]| !step.iter().all(|fact| line::asks_for_more(books, fact));
        if !serves(&step) || !serves(&line::serve(books, now, slot)) {
            line::recall(books, &step);
            books.stirred.remove(&slot);
        }
    }
}

/// Lets rules act, and serves waiters until nobody can be served by what is free.
///
/// Whether a rule acted.
fn settle(books: &mut Books, now: Instant, facts: &mut Vec<Fact>) -> Result<bool, Broken> {
    let mut turned = rules::Turned::default();
    rules::react(books, now, facts, &mut turned)?;
    for _ in 0..SETTLE_STEPS_MAX {
        let Some(slot) = books.stirred.first_key_value().map(|(slot, _)| *slot) else { break };
        let step = line::serve(books, now, slot);
        let served = |fact: &Fact| matches!(fact, Fact::TurnGiven { .. } | Fact::EntryGathered { .. });
        if !step.iter().any(served) {
            books.stirred.remove(&slot);
        }
        for fact in &step {
            apply(books, fact)?;
        }
        facts.extend(step);
        rules::react(books, now, facts, &mut turned)?;
    }
    Ok(turned.values().any(|turns| *turns > 0))
}

/// Of checks that do not build on each other, the refusal that comes first in the order of precedence.
fn earliest<const N: usize>(checks: [Result<(), Refusal>; N]) -> Result<(), Refusal> {
    checks.into_iter().filter_map(Result::err).min_by_key(Refusal::rank).map_or(Ok(()), Err)
}

/// Whether the sender has seen the current version.
fn expect(expected: Expect, current: Option<u32>, noun: Noun) -> Result<(), Refusal> {
    match (expected, current) {
        (Expect::Any, _) | (Expect::New, None) => Ok(()),
        (Expect::Version(seen), Some(version))
            if seen == version || crate::planted!(StaleVersionAccepted) =>
        {
            Ok(())
        }
        (Expect::New | Expect::Version(_), Some(current)) => Err(Refusal::VersionStale { current }),
        (Expect::Version(_), None) => Err(Refusal::Unknown(noun)),
    }
}

/// Whether `by` may act for the owner of `secret`.
fn authorise(by: By, secret: Digest) -> Result<(), Refusal> {
    match by {
        By::Bearer(digest) if digest != secret && !crate::planted!(AnySecretDoes) => {
            Err(Refusal::SecretWrong)
        }
        _ => Ok(()),
    }
}

/// Moves of all drawn units from one account to another.
fn moves(draws: impl IntoIterator<Item = Draw>, from: Account, to: Account) -> Vec<Move> {
    let mut moves: Vec<Move> = Vec::new();
    for draw in draws {
        match moves.iter_mut().find(|known| known.pool == draw.pool) {
            Some(known) => known.units += draw.units,
            None => moves.push(shift(draw.pool, from, to, draw.units)),
        }
    }
    moves
}

fn shift(pool: PoolId, from: Account, to: Account, units: u32) -> Move {
    Move { pool, from, to, units }
}
