//! What would come of a change, told without doing it: all that would move, whom it touches, what it gets in the
//! way of, and what the policy says.
//!
//! It is read off the facts that the change itself would be ([`super::change::weigh`]), so it can't say anything
//! else than what then happens. Start at [`preview`].

use std::collections::BTreeSet;

use super::change::{Weighed, slot_after, weigh};
use super::conflicts::{self, Conflict};
use super::notice;
use crate::books::Books;
use crate::change::{Reason, Tell, Telling, Verdict, Wish};
use crate::command::ChangeSlot;
use crate::fact::Fact;
use crate::ids::{BlockId, FulfilmentId, HoldId, OfferId, OrderId, PoolId, SlotId, WindowId};
use crate::order::Order;
use crate::refusal::{Noun, Refusal};
use crate::slot::Slot;
use crate::text::Contact;
use crate::time::{Anchor, Instant, When};

/// What would come of a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preview {
    /// What the policy says.
    pub verdict: Verdict,
    /// Why it would wait for a yes.
    pub reasons: Vec<Reason>,
    /// The slot as it is.
    pub before: Slot,
    /// The slot as it would be.
    pub after: Slot,
    /// All that would stand elsewhere in time.
    pub moved: Vec<Moved>,
    /// Holds that live and whose slot would be elsewhere, or that would end.
    pub holds: Vec<HoldId>,
    /// Orders that stand and whose slot would be elsewhere, or that would be cancelled.
    pub orders: Vec<OrderId>,
    /// Who would be told, each person once.
    pub customers: Vec<Contact>,
    /// When they would be told; none when nobody would be.
    pub told_at: Option<Instant>,
    /// What it would get in the way of.
    pub conflicts: Vec<Conflict>,
    /// The facts that it would be, once nothing holds it up.
    pub effect: Vec<Fact>,
}

/// A thing on the time axis that would stand elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// What.
    pub part: MovedPart,
    /// Its name for people.
    pub title: String,
    /// Its beginning.
    pub from: Shift,
    /// Its end, where it has one.
    pub until: Option<Shift>,
}

/// What can stand elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MovedPart {
    /// The slot itself.
    Slot(SlotId),
    /// A window.
    Window(WindowId),
    /// A fulfilment block.
    Fulfilment(FulfilmentId),
    /// A time box of a fulfilment block.
    Box(FulfilmentId, PoolId),
    /// A price step.
    Step(OfferId, u16),
    /// A block of another kind.
    Block(BlockId),
}

/// An instant before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shift {
    /// Before.
    pub before: Instant,
    /// After.
    pub after: Instant,
    /// What it hangs on; the slot itself hangs on nothing.
    pub anchor: Option<Anchor>,
}

impl Shift {
    fn of(before: When, after: When) -> Self {
        Self { before: before.at, after: after.at, anchor: Some(after.anchor) }
    }

    fn plain(before: Instant, after: Instant) -> Self {
        Self { before, after, anchor: None }
    }

    const fn moves(&self) -> bool {
        self.before.0 != self.after.0
    }
}

impl Moved {
    fn moves(&self) -> bool {
        self.from.moves() || self.until.is_some_and(|until| until.moves())
    }
}

/// What would come of a change request. The slot's orders must have been fetched, as for the change itself.
///
/// # Errors
/// The refusal that the change itself would get.
pub fn preview(books: &Books, now: Instant, ask: &ChangeSlot) -> Result<Preview, Refusal> {
    let Weighed { verdict, reasons, effect, .. } = weigh(books, now, ask)?;
    let before = books.slots.get(&ask.slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    let after = slot_after(&effect, before).unwrap_or(before);
    let elsewhere = is_elsewhere(before, after) || matches!(ask.wish, Wish::Cancel) && !effect.is_empty();
    Ok(Preview {
        verdict,
        reasons,
        moved: moved(books, before, after, &effect),
        holds: holds(books, before, elsewhere, &effect),
        orders: if elsewhere {
            notice::standing(books, before.id).map(|order| order.id).collect()
        } else {
            Vec::new()
        },
        customers: customers(books, before.id, &effect),
        told_at: told_at(&effect),
        conflicts: conflicts::all(books, after, &effect),
        before: before.clone(),
        after: after.clone(),
        effect,
    })
}

fn is_elsewhere(before: &Slot, after: &Slot) -> bool {
    !before.spec.times.same_as(&after.spec.times) || before.spec.place != after.spec.place
}

/// All that stands elsewhere after these facts.
fn moved(books: &Books, before: &Slot, after: &Slot, effect: &[Fact]) -> Vec<Moved> {
    let (was, is) = (&before.spec.times, &after.spec.times);
    let slot = Moved {
        part: MovedPart::Slot(after.id),
        title: after.spec.title.clone(),
        from: Shift::plain(was.start, is.start),
        until: Some(Shift::plain(was.end, is.end)),
    };
    let mut all = vec![slot];
    for fact in effect {
        match fact {
            Fact::WindowPut { window, .. } => all.extend(books.windows.get(&window.id).map(|was| Moved {
                part: MovedPart::Window(window.id),
                title: window.spec.title.clone(),
                from: Shift::of(was.spec.opens, window.spec.opens),
                until: Some(Shift::of(was.spec.closes, window.spec.closes)),
            })),
            Fact::FulfilmentPut(block) => all.extend(of_block(books, block)),
            Fact::OfferPut(offer) => all.extend(of_ladder(books, offer)),
            Fact::BlockPut { block, .. } => all.extend(books.blocks.get(&block.id).map(|was| Moved {
                part: MovedPart::Block(block.id),
                title: block.spec.title.clone(),
                from: Shift::of(was.spec.when, block.spec.when),
                until: was.spec.until.zip(block.spec.until).map(|(was, is)| Shift::of(was, is)),
            })),
            _ => {}
        }
    }
    all.retain(Moved::moves);
    all
}

fn of_block(books: &Books, block: &crate::slot::Fulfilment) -> Vec<Moved> {
    let Some(was) = books.fulfilments.get(&block.id) else { return Vec::new() };
    let whole = Moved {
        part: MovedPart::Fulfilment(block.id),
        title: block.spec.title.clone(),
        from: Shift::of(was.spec.opens, block.spec.opens),
        until: Some(Shift::of(was.spec.closes, block.spec.closes)),
    };
    let boxes = block.spec.boxes.iter().filter_map(|is| {
        let was = was.spec.boxes.iter().find(|was| was.pool == is.pool)?;
        Some(Moved {
            part: MovedPart::Box(block.id, is.pool),
            title: block.spec.title.clone(),
            from: Shift::of(was.from, is.from),
            until: Some(Shift::of(was.until, is.until)),
        })
    });
    std::iter::once(whole).chain(boxes).collect()
}

fn of_ladder(books: &Books, offer: &crate::offer::Offer) -> Vec<Moved> {
    let Some(was) = books.offers.get(&offer.id) else { return Vec::new() };
    let steps = was.spec.ladder.iter().zip(&offer.spec.ladder).zip(0_u16..);
    let timed = steps.filter_map(|((was, is), place)| {
        let from = Shift::of(was.from?, is.from?);
        let title = format!("{}: {}", offer.spec.title, is.title);
        Some(Moved { part: MovedPart::Step(offer.id, place), title, from, until: None })
    });
    timed.collect()
}

/// Holds that the change touches.
fn holds(books: &Books, slot: &Slot, elsewhere: bool, effect: &[Fact]) -> Vec<HoldId> {
    let all = books.parts.get(&slot.id).into_iter().flat_map(|parts| &parts.holds).copied();
    if elsewhere {
        return all.collect();
    }
    let ended = effect.iter().filter_map(|fact| match fact {
        Fact::HoldEnded { hold, .. } => Some(*hold),
        _ => None,
    });
    ended.collect()
}

/// Whoever would be told, each once.
fn customers(books: &Books, slot: SlotId, effect: &[Fact]) -> Vec<Contact> {
    let mut known = BTreeSet::new();
    let telling = effect.iter().find_map(|fact| match fact {
        Fact::CustomersTold(telling) => Some((**telling).clone()),
        Fact::ChangeMade(made) => {
            let before = books.slots.get(&slot)?;
            let after = slot_after(effect, before).unwrap_or(before);
            let step = notice::Step { before, after, facts: effect, tell: made.tell };
            notice::telling(books, &step, &made.trail)
        }
        _ => None,
    });
    let quiet = effect.iter().any(|fact| matches!(fact, Fact::ChangeMade(made) if made.tell == Tell::Nobody));
    let cancelled = effect.iter().filter_map(|fact| match fact {
        Fact::OrderCancelled { order, .. } if !quiet => Some(&order.buyer.contact),
        _ => None,
    });
    let concerned = notice::standing(books, slot).filter(|order| tells(telling.as_ref(), order));
    let all = concerned.map(|order| &order.buyer.contact).chain(cancelled);
    all.filter(|contact| known.insert(contact.key)).cloned().collect()
}

fn tells(telling: Option<&Telling>, order: &Order) -> bool {
    telling.is_some_and(|telling| telling.concerns(order))
}

fn told_at(effect: &[Fact]) -> Option<Instant> {
    effect.iter().find_map(|fact| match fact {
        Fact::ChangeMade(made) => made.trail.due(),
        _ => None,
    })
}
