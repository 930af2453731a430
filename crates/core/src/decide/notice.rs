//! Who is told of a slot's time and place, and when: once, after it has been quiet, and nobody of what they
//! never saw. And who is told of a pickup that was edited by itself.
//!
//! What was shown is kept with the instant until which it was. Whoever bought within such a part of the past
//! and sees something else now is told; where nobody bought, the part is left out. So a change that is taken
//! back in time tells nobody, unless somebody bought meanwhile.

use std::collections::BTreeSet;

use super::change::slot_after;
use super::policy;
use crate::books::Books;
use crate::change::{Handover, Notice, Seen, Tell, Telling, Trail};
use crate::fact::Fact;
use crate::hold::FulfilmentChoice;
use crate::ids::{FulfilmentId, SlotId};
use crate::limits::{NOTICE_PICKUPS_MAX, QUIET_SPAN_WHOLE, SEEN_MAX};
use crate::order::{LineState, Order};
use crate::slot::{Slot, SlotState};
use crate::time::{Instant, Span};

/// One change, as customers see it.
pub(super) struct Step<'a> {
    pub before: &'a Slot,
    pub after: &'a Slot,
    pub facts: &'a [Fact],
    pub tell: Tell,
}

/// The trail after a change. The slot's orders must have been fetched if time or place is another.
pub(super) fn after(books: &Books, now: Instant, mut trail: Trail, step: &Step<'_>) -> Trail {
    let Step { before, after, facts, tell } = *step;
    if after.state.is_off() {
        // Every order is told of its end by itself; nothing is left to say about the time.
        trail.seen.clear();
        trail.notice = None;
        trail.sequence += u32::from(tell != Tell::Nobody && bought(books, before.id).next().is_some());
        return trail;
    }
    let (was, is) = (&before.spec, &after.spec);
    let handovers = handovers(books, before, facts);
    let same = was.times.same_as(&is.times) && was.place == is.place && handovers.is_empty();
    if same || before.state != SlotState::Published {
        return trail;
    }
    // Whoever bought at this very instant, before the change, is among those who saw what was before it; and so is, by
    // mistake, whoever buys in what is left of it.
    let just_now = bought(books, before.id).any(|at| at == now);
    let until = if just_now { now.plus(Span(1)) } else { now };
    trail.seen.push(Seen { until, times: was.times.clone(), place: was.place.clone(), handovers });
    if !crate::planted!(UnseenIsTold) {
        leave_out_unseen(books, before.id, &mut trail.seen);
    }
    let there = handovers_now(books, facts, &trail.seen);
    let owed = trail.seen.iter().any(|seen| {
        let elsewhere = |handover| !there.contains(handover);
        crate::planted!(TakenBackIsTold)
            || !seen.still(&is.times, &is.place)
            || seen.handovers.iter().any(elsewhere)
    });
    if !owed {
        trail.seen.clear();
        trail.notice = None;
        return trail;
    }
    let first = trail.notice.filter(|_| !crate::planted!(NoticePutOff));
    let since = first.map_or(now, |notice| notice.since);
    let latest = since.plus(QUIET_SPAN_WHOLE);
    match tell {
        Tell::Nobody => {}
        Tell::Now => trail.notice = Some(Notice { since, at: now }),
        Tell::AfterQuiet => {
            let at = now.plus(books.organiser.spec.changes.quiet).min(latest.max(now));
            trail.notice = Some(Notice { since, at });
        }
    }
    trail
}

/// What customers are told when a notice is due; nothing where none is.
pub(super) fn telling(books: &Books, step: &Step<'_>, trail: &Trail) -> Option<Telling> {
    trail.notice?;
    let slot = step.after;
    Some(Telling {
        slot: slot.id,
        sequence: trail.sequence + 1,
        seen: trail.seen.clone(),
        title: slot.spec.title.clone(),
        times: slot.spec.times.clone(),
        place: slot.spec.place.clone(),
        handovers: pickups(books, step, &trail.seen),
    })
}

/// Pickups that somebody has bought for and that facts leave elsewhere, as they were; not those that go along with
/// their slot, for who is told of the slot knows.
pub(super) fn handovers(books: &Books, slot: &Slot, facts: &[Fact]) -> Vec<Handover> {
    let moves = slot_after(facts, slot).is_some_and(|after| after.spec.times != slot.spec.times);
    if moves || slot.state != SlotState::Published {
        return Vec::new();
    }
    let put = policy::fulfilments_after(facts);
    if put.is_empty() {
        return Vec::new();
    }
    let mut all: Vec<Handover> = Vec::new();
    for choice in standing(books, slot.id).filter_map(|order| order.fulfilment) {
        if all.iter().any(|known| known.choice == choice) {
            continue;
        }
        let after = put.get(&choice.block).copied();
        let before = books.fulfilments.get(&choice.block).and_then(|block| Handover::of(block, choice));
        let (Some(before), Some(after)) = (before, after) else { continue };
        if after.and_then(|after| Handover::of(after, choice)).as_ref() != Some(&before) {
            all.push(before);
        }
    }
    all
}

/// The pickups of which customers saw something, as facts leave them; without those that are gone.
fn handovers_now(books: &Books, facts: &[Fact], seen: &[Seen]) -> Vec<Handover> {
    let put = policy::fulfilments_after(facts);
    let mut all: Vec<Handover> = Vec::new();
    for choice in seen.iter().flat_map(|seen| &seen.handovers).map(|handover| handover.choice) {
        if all.iter().any(|known| known.choice == choice) {
            continue;
        }
        let after = put.get(&choice.block).copied();
        let after = after.unwrap_or_else(|| books.fulfilments.get(&choice.block));
        all.extend(after.and_then(|block| Handover::of(block, choice)));
    }
    all
}

/// The pickups of a slot as facts leave it, those first of which customers saw something else.
fn pickups(books: &Books, step: &Step<'_>, seen: &[Seen]) -> Vec<Handover> {
    let mut all = handovers_now(books, step.facts, seen);
    let put = policy::fulfilments_after(step.facts);
    let standing = books.fulfilments_of(step.after.id).map(|block| block.id);
    let ids: BTreeSet<FulfilmentId> = standing.chain(put.keys().copied()).collect();
    for id in ids {
        let after = put.get(&id).copied().unwrap_or_else(|| books.fulfilments.get(&id));
        let Some(block) = after.filter(|block| block.spec.slot == step.after.id) else { continue };
        let boxes = block.spec.boxes.iter().map(|time_box| Some(time_box.pool));
        let whole = block.spec.boxes.is_empty().then_some(None);
        for places in boxes.chain(whole) {
            let choice = FulfilmentChoice { block: id, places };
            let known = all.iter().any(|known| known.choice == choice);
            all.extend(Handover::of(block, choice).filter(|_| !known));
        }
    }
    all.truncate(NOTICE_PICKUPS_MAX);
    all
}

/// The facts of a notice that is due.
pub(super) fn due(books: &Books, slot: SlotId) -> Vec<Fact> {
    let trail = books.trails.get(&slot);
    let telling = books.slots.get(&slot).zip(trail).and_then(|(slot, trail)| {
        let step = Step { before: slot, after: slot, facts: &[], tell: Tell::Now };
        telling(books, &step, trail)
    });
    telling.map(|telling| Fact::CustomersTold(Box::new(telling))).into_iter().collect()
}

/// When those bought whose orders stand.
pub(super) fn bought(books: &Books, slot: SlotId) -> impl Iterator<Item = Instant> + '_ {
    standing(books, slot).map(|order| order.confirmed_at)
}

/// Orders of a slot that stand.
pub(super) fn standing(books: &Books, slot: SlotId) -> impl Iterator<Item = &Order> + '_ {
    let orders = books.orders.values().filter(move |order| order.slot == slot);
    orders.filter(|order| order.lines.iter().any(|line| line.state == LineState::Confirmed))
}

/// Leaves out the parts of the past in which nobody bought. Those that stay reach over them, which concerns nobody.
fn leave_out_unseen(books: &Books, slot: SlotId, seen: &mut Vec<Seen>) {
    let mut has_buyers = vec![false; seen.len()];
    for at in bought(books, slot) {
        let part = seen.iter().position(|seen| at < seen.until);
        if let Some(part) = part.and_then(|part| has_buyers.get_mut(part)) {
            *part = true;
        }
    }
    let mut kept: Vec<Seen> = Vec::with_capacity(seen.len());
    for (part, has_buyers) in std::mem::take(seen).into_iter().zip(has_buyers) {
        match kept.last_mut() {
            _ if has_buyers => kept.push(part),
            // Whoever bought before saw that too.
            Some(earlier) => earlier.inherit(part.handovers),
            None => {}
        }
    }
    *seen = kept;
    if seen.len() > SEEN_MAX {
        // The oldest two become one: whoever saw the later of them is told of the earlier.
        let second = seen.remove(1);
        if let Some(first) = seen.first_mut() {
            first.until = second.until;
            first.inherit(second.handovers);
        }
    }
}
