//! The one pipeline for changes of slots: weighed, then carried out or kept until somebody says yes.
//!
//! What a change does to the slot and its blocks is `slots`' to say, whether it may be done at once the
//! `policy`'s, who is told when the `notice`'s. [`super::preview`] tells what would come of it, by the same way.
//! Start at [`weigh`].

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Decision, breaker, expect, hang, notice, policy, rules, single, slots, stock, templates};
use crate::books::Books;
use crate::change::{
    Answer, Back, Credential, Edit, Made, MadeKind, Part, Pending, PendingEnd, Reason, Tell, Trail, Undo,
    Verdict, Wish,
};
use crate::command::{AnswerChange, ApplyPlan, ChangeSlot, Expect, Leave, Resolutions, UndoChange};
use crate::fact::{Fact, SlotChange};
use crate::ids::{Id, SlotId};
use crate::limits::{CONFIRMATION_SPAN, CONFIRMATIONS_MAX};
use crate::pool::PoolSpec;
use crate::refusal::{Noun, Refusal};
use crate::slot::{Slot, SlotState};
use crate::time::Instant;

/// What comes of a change request.
pub(super) struct Weighed {
    /// What the policy says.
    pub verdict: Verdict,
    /// Why it needs a yes.
    pub reasons: Vec<Reason>,
    /// What carrying it out does.
    pub effect: Vec<Fact>,
    /// What is decided now: the effect, or that it waits, or that its credential is frozen.
    pub facts: Vec<Fact>,
}

impl Weighed {
    const NOTHING: Self =
        Self { verdict: Verdict::Nothing, reasons: Vec::new(), effect: Vec::new(), facts: Vec::new() };
}

pub(super) fn change(books: &Books, now: Instant, ask: &ChangeSlot) -> Decision {
    Ok(weigh(books, now, ask)?.facts)
}

/// Whether the breaker looks at a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Watch {
    On,
    Off,
}

/// Weighs a change request. Both who only asks what would come of it and who means it come through here.
pub(super) fn weigh(books: &Books, now: Instant, ask: &ChangeSlot) -> Result<Weighed, Refusal> {
    weigh_watched(books, now, ask, Watch::On)
}

/// Weighs one of the changes that a deliberate act makes together: the breaker does not count them.
pub(super) fn weigh_in_whole(books: &Books, now: Instant, ask: &ChangeSlot) -> Result<Weighed, Refusal> {
    weigh_watched(books, now, ask, Watch::Off)
}

fn weigh_watched(books: &Books, now: Instant, ask: &ChangeSlot, watch: Watch) -> Result<Weighed, Refusal> {
    let known = books.slots.get(&ask.slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    breaker::let_through(books, ask.by)?;
    // A part may be new where its slot is not.
    if !matches!(ask.wish, Wish::Part(_)) {
        expect(ask.expected, Some(known.version), Noun::Slot)?;
    }
    let work = Work { books, now, slot: known, expected: ask.expected, resolved: &ask.resolved };
    let done = work.carry_out(&ask.wish)?;
    if done.facts.is_empty() {
        return Ok(Weighed::NOTHING);
    }
    let reasons = policy::reasons(books, now, known, &done.facts, done.below);
    let terms = Terms { tell: ask.tell, by: ask.by, granted: Vec::new() };
    let effect = work.with_trail(&ask.wish, &terms, done.facts);
    if watch == Watch::On && breaker::trips(books, now, ask, &effect) {
        let facts = vec![Fact::CredentialFrozen { credential: ask.by, at: now }];
        return Ok(Weighed { verdict: Verdict::Freeze, reasons, effect: Vec::new(), facts });
    }
    if reasons.is_empty() {
        let facts = effect.clone();
        return Ok(Weighed { verdict: verdict_of(&effect), reasons, effect, facts });
    }
    let facts = work.wait_for_yes(ask, &reasons)?;
    Ok(Weighed { verdict: Verdict::Confirm, reasons, effect, facts })
}

/// Whether somebody is told of what was carried out.
pub(super) fn verdict_of(effect: &[Fact]) -> Verdict {
    let tells = |fact: &Fact| match fact {
        Fact::CustomersTold(_) => true,
        Fact::ChangeMade(made) => made.trail.notice.is_some(),
        _ => false,
    };
    if effect.iter().any(tells) { Verdict::Settle } else { Verdict::Apply }
}

pub(super) fn answer(books: &Books, now: Instant, ask: &AnswerChange) -> Decision {
    let pending = books.pendings.get(&ask.confirmation).ok_or(Refusal::Unknown(Noun::Confirmation))?;
    breaker::let_through(books, ask.by)?;
    let ended = |end| Fact::ConfirmationEnded { confirmation: pending.id, slot: pending.slot, end };
    if ask.answer == Answer::No {
        return Ok(vec![ended(PendingEnd::Declined(ask.by))]);
    }
    let known = books.slots.get(&pending.slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    // What was removed meanwhile does not come back.
    if let Wish::Part(part) = &pending.wish
        && !matches!(**part, Part::Pool(..))
    {
        single::known_in(books, part)?;
    }
    let work = Work { books, now, slot: known, expected: Expect::Any, resolved: &ask.resolved };
    let wish = pending.wish.with_parts(ask.parts.as_deref());
    let done = work.carry_out(&wish)?;
    let mut facts = vec![ended(PendingEnd::Granted(ask.by))];
    if done.facts.is_empty() {
        return Ok(facts);
    }
    let granted = policy::reasons(books, now, known, &done.facts, done.below);
    let granted = if crate::planted!(GrantedUnseen) { Vec::new() } else { granted };
    let terms = Terms { tell: pending.tell, by: ask.by, granted };
    let mut effect = work.with_trail(&wish, &terms, done.facts);
    // It is this one that is done, so it is not overtaken.
    effect.retain(|fact| !matches!(fact, Fact::ConfirmationEnded { .. }));
    facts.extend(effect);
    Ok(facts)
}

/// Takes the last change back. No yes is needed for what was so a moment ago.
pub(super) fn undo(books: &Books, now: Instant, ask: &UndoChange) -> Decision {
    let known = books.slots.get(&ask.slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    breaker::let_through(books, ask.by)?;
    let way = books.trails.get(&ask.slot).and_then(|trail| trail.undo.as_deref());
    let way =
        way.filter(|way| now < way.until || crate::planted!(UndoForEver)).ok_or(Refusal::NothingToUndo)?;
    let work = Work { books, now, slot: known, expected: Expect::Any, resolved: &ask.resolved };
    // What it leaves behind is what an edit does.
    let (wish, facts) = match &way.back {
        Back::Edit(edit) => {
            let wish = Wish::Edit(edit.clone());
            let done = work.carry_out(&wish)?;
            (wish, done.facts)
        }
        Back::Parts(parts) => {
            let facts = templates::take_back(books, now, ask.slot, parts)?;
            (Wish::Edit(Box::default()), facts)
        }
    };
    if facts.is_empty() {
        return Err(Refusal::NothingToUndo);
    }
    let silent = way.tell == Tell::Nobody && !crate::planted!(UndoTellsAll);
    let tell = if silent { Tell::Nobody } else { Tell::AfterQuiet };
    let mut facts = work.with_trail(&wish, &Terms { tell, by: ask.by, granted: Vec::new() }, facts);
    if let Some(Fact::ChangeMade(made)) = facts.first_mut() {
        made.kind = MadeKind::Undone;
        made.trail.undo = None;
    }
    Ok(facts)
}

/// A plan's facts with what its changes of slots leave behind.
pub(super) fn of_plan(books: &Books, now: Instant, ask: &ApplyPlan, facts: Vec<Fact>) -> Decision {
    let resolved = Resolutions::new();
    let mut out = Vec::with_capacity(facts.len() + 1);
    let mut reasons = Vec::new();
    let mut by_slot: BTreeMap<SlotId, Vec<Fact>> = BTreeMap::new();
    for fact in &facts {
        // Slots that the plan makes have neither buyers nor promises.
        let slot = policy::slot_of(books, fact).filter(|slot| books.slots.contains_key(slot));
        by_slot.extend(slot.filter(|slot| !by_slot.contains_key(slot)).map(|slot| (slot, Vec::new())));
        slot.and_then(|slot| by_slot.get_mut(&slot)).into_iter().for_each(|all| all.push(fact.clone()));
    }
    for (slot, of_slot) in by_slot {
        let Some(known) = books.slots.get(&slot) else { continue };
        let needs = policy::reasons(books, now, known, &of_slot, None);
        let tells = !notice::handovers(books, known, &of_slot).is_empty();
        if !is_reshaped(known, &of_slot) && needs.is_empty() && !tells {
            let work = Work { books, now, slot: known, expected: Expect::Any, resolved: &resolved };
            out.extend(work.overtaken(&Wish::Edit(Box::default()), MadeKind::Edited, &of_slot));
            continue;
        }
        reasons.extend(needs);
        let Some(after) = slot_after(&of_slot, known) else { continue };
        let wish = Wish::Edit(Box::new(Edit::whole(after.spec.clone())));
        let terms = Terms { tell: ask.tell, by: ask.by, granted: Vec::new() };
        let work = Work { books, now, slot: known, expected: Expect::Any, resolved: &resolved };
        let beside = work.with_trail(&wish, &terms, of_slot);
        // What the plan did is in its own facts, in its own order. A plan is taken back by a plan.
        let beside = beside.into_iter().filter(is_of_pipeline);
        out.extend(beside.map(|fact| match fact {
            Fact::ChangeMade(mut made) => {
                made.kind = MadeKind::Planned;
                made.trail.undo = None;
                Fact::ChangeMade(made)
            }
            other => other,
        }));
    }
    if !reasons.is_empty() && ask.leave == Leave::NotAsked {
        return Err(Refusal::NeedsYes(reasons));
    }
    let (first, last): (Vec<Fact>, Vec<Fact>) =
        out.into_iter().partition(|fact| !matches!(fact, Fact::CustomersTold(_)));
    Ok(first.into_iter().chain(facts).chain(last).collect())
}

fn is_of_pipeline(fact: &Fact) -> bool {
    matches!(fact, Fact::ChangeMade(_) | Fact::ConfirmationEnded { .. } | Fact::CustomersTold(_))
}

/// Whether facts give a slot another shape than it has.
fn is_reshaped(slot: &Slot, facts: &[Fact]) -> bool {
    slot_after(facts, slot).is_some_and(|after| after.spec != slot.spec)
}

/// A slot as facts leave it, if they are about it.
pub(super) fn slot_after<'a>(facts: &'a [Fact], slot: &Slot) -> Option<&'a Slot> {
    facts.iter().rev().find_map(|fact| match fact {
        Fact::SlotPut { slot: after, .. } if after.id == slot.id => Some(&**after),
        _ => None,
    })
}

/// How a change is carried out.
struct Terms {
    tell: Tell,
    by: Credential,
    granted: Vec<Reason>,
}

/// What carrying a wish out does, before anyone is told.
pub(super) struct Done {
    pub facts: Vec<Fact>,
    /// Why it needs a yes for the units that it takes away, if it does.
    pub below: Option<Reason>,
}

/// A wish at work on a slot.
struct Work<'a> {
    books: &'a Books,
    now: Instant,
    slot: &'a Slot,
    expected: Expect,
    resolved: &'a Resolutions,
}

impl Work<'_> {
    fn carry_out(&self, wish: &Wish) -> Result<Done, Refusal> {
        let edit = match wish {
            Wish::Edit(edit) => edit,
            Wish::Part(part) => {
                let part = hang::placed(self.books, self.slot.id, part)?;
                let done = single::put(self.books, self.now, (self.slot.id, self.expected), &part)?;
                let facts = hang::hang(self.books, self.now, self.slot.id, done.facts)?;
                return Ok(Done { facts, ..done });
            }
            Wish::Template(filling) => {
                let facts = templates::fill(self.books, self.now, self.slot.id, filling)?;
                return Ok(Done { facts, below: None });
            }
            Wish::Cancel => return Ok(Done { facts: slots::cancel(self.books, self.slot)?, below: None }),
        };
        let shape = slots::Shape { spec: &edit.over(&self.slot.spec), resolved: self.resolved };
        let mut facts = slots::reshape(self.books, self.now, self.slot, &shape)?;
        let mut below = None;
        if let Some((pool, units)) = edit.units {
            let found = RefCell::new(None);
            facts.extend(rules::on_whole(self.books, pool, |books| {
                let known = books.pools.get(&pool).ok_or(Refusal::Unknown(Noun::Pool))?;
                let spec = PoolSpec { units, ..known.spec.clone() };
                let supply = stock::resupply(books, self.now, (self.slot.id, Expect::Any), (pool, &spec))?;
                found.replace(supply.below);
                Ok(supply.facts)
            })?);
            below = found.into_inner();
        }
        Ok(Done { facts, below })
    }

    /// The facts of a change that is carried out: what it leaves behind, what it does, and who hears of it now.
    fn with_trail(&self, wish: &Wish, terms: &Terms, facts: Vec<Fact>) -> Vec<Fact> {
        let trail = self.books.trails.get(&self.slot.id).cloned();
        let trail = trail.unwrap_or_else(|| Trail::new(self.slot.id));
        let after = slot_after(&facts, self.slot).unwrap_or(self.slot);
        let had = trail.clone();
        let step = notice::Step { before: self.slot, after, facts: &facts, tell: terms.tell };
        let mut trail = notice::after(self.books, self.now, trail, &step);
        let kind = kind_of(self.slot, &facts, wish);
        let overtaken = self.overtaken(wish, kind, &facts);
        if let Wish::Part(part) = wish {
            // A template is taken back part by part, and this one is its author's own now.
            let by_template = |undo: &Undo| matches!(&undo.back, Back::Parts(back) if back.parts.iter().any(|was| was.id() == part.id()));
            trail.undo = trail.undo.filter(|undo| !by_template(undo));
            // The way back from the slot's own last change stays open. A part that was put, and of which there is
            // nothing to say, leaves nothing behind.
            if kind == MadeKind::Edited && trail == had && terms.granted.is_empty() {
                return overtaken.into_iter().chain(facts).collect();
            }
        } else {
            trail.undo = self.way_back(wish, terms.tell, &facts).map(Box::new);
        }
        let telling = (terms.tell == Tell::Now).then(|| notice::telling(self.books, &step, &trail)).flatten();
        let made = Made {
            slot: self.slot.id,
            kind,
            by: terms.by,
            at: self.now,
            tell: terms.tell,
            granted: terms.granted.clone(),
            trail,
        };
        let mut all = vec![Fact::ChangeMade(Box::new(made))];
        all.extend(overtaken);
        all.extend(facts);
        all.extend(telling.map(|telling| Fact::CustomersTold(Box::new(telling))));
        all
    }

    /// The end of a wish that waits and that this one makes void: the slot is elsewhere, or the same part is otherwise,
    /// which a yes would take back unseen.
    fn overtaken(&self, wish: &Wish, kind: MadeKind, facts: &[Fact]) -> Option<Fact> {
        let pending = self.books.pending_of(self.slot.id).filter(|_| !crate::planted!(OvertakenStays))?;
        let waits = part_of(&pending.wish);
        let same_part = waits.is_some_and(|part| {
            // A template, what takes it back, and a plan say what their parts are by their facts alone.
            let by_facts = !matches!(wish, Wish::Part(_)) && templates::touches(self.books, facts, part);
            part_of(wish) == Some(part) || by_facts
        });
        // A template would write over what a part has become since it was asked for.
        let parts = matches!(pending.wish, Wish::Template(_)) && templates::touch_parts(self.books, facts);
        (same_part || parts || matches!(kind, MadeKind::Moved | MadeKind::Cancelled)).then_some(
            Fact::ConfirmationEnded {
                confirmation: pending.id,
                slot: pending.slot,
                end: PendingEnd::Overtaken,
            },
        )
    }

    /// The way back from an edit or a template. What was called off stays so: holds and orders are gone.
    fn way_back(&self, wish: &Wish, tell: Tell, facts: &[Fact]) -> Option<Undo> {
        let back = match wish {
            Wish::Edit(edit) => {
                let units = edit.units.and_then(|(pool, _)| self.books.pools.get(&pool));
                let back = edit.back(&self.slot.spec, units.map(|pool| pool.spec.units));
                Back::Edit(Box::new(back))
            }
            Wish::Template(_) => Back::Parts(Box::new(templates::way_back(self.books, self.slot, facts))),
            Wish::Part(_) | Wish::Cancel => return None,
        };
        let quiet = self.books.organiser.spec.changes.quiet;
        Some(Undo { back, until: self.now.plus(quiet), tell })
    }

    /// The facts of a change that waits. It takes the place of one that waited before.
    fn wait_for_yes(&self, ask: &ChangeSlot, reasons: &[Reason]) -> Decision {
        let before = self.books.pending_of(ask.slot);
        if before.is_none() && self.books.pendings.len() >= CONFIRMATIONS_MAX {
            let max = CONFIRMATIONS_MAX as u32;
            return Err(Refusal::LimitReached { noun: Noun::Confirmation, max });
        }
        let pending = Pending {
            id: ask.waits_as,
            slot: ask.slot,
            wish: ask.wish.kept(),
            tell: ask.tell,
            by: ask.by,
            reasons: reasons.to_vec(),
            asked_at: self.now,
            expires: self.now.plus(CONFIRMATION_SPAN),
        };
        // Asking for the same again, as a calendar app does that did not see its wish come true, is no news.
        let same = |before: &&Pending| {
            before.wish == pending.wish && before.tell == pending.tell && before.reasons == pending.reasons
        };
        if before.filter(same).is_some() {
            return Ok(Vec::new());
        }
        let end = PendingEnd::Overtaken;
        let ended =
            before.map(|before| Fact::ConfirmationEnded { confirmation: before.id, slot: before.slot, end });
        Ok(ended.into_iter().chain([Fact::ConfirmationAsked(Box::new(pending))]).collect())
    }
}

/// The one part that a wish is about, if it is about one.
fn part_of(wish: &Wish) -> Option<Id> {
    match wish {
        Wish::Part(part) => Some(part.id()),
        Wish::Edit(edit) => edit.units.map(|(pool, _)| pool.0),
        Wish::Template(_) | Wish::Cancel => None,
    }
}

fn kind_of(slot: &Slot, facts: &[Fact], wish: &Wish) -> MadeKind {
    let moved = |fact: &Fact| matches!(fact, Fact::SlotPut { change: SlotChange::Moved, .. });
    match wish {
        Wish::Cancel => MadeKind::Cancelled,
        Wish::Edit(_) if facts.iter().any(moved) => MadeKind::Moved,
        Wish::Edit(_) => MadeKind::Edited,
        Wish::Template(_) => {
            let removes = slot.state == SlotState::Published && templates::removes(facts);
            MadeKind::Filled { removes }
        }
        Wish::Part(part) => {
            // A draft is taken apart as its author likes.
            let gone = part.removes().filter(|_| slot.state == SlotState::Published);
            gone.map_or(MadeKind::Edited, MadeKind::PartRemoved)
        }
    }
}
