//! Changes of slots: what waits for a yes, who is told when, what can be taken back, whose credential is stopped.
//!
//! A wish is carried out on a copy first, and what it would destroy is seen by comparing the two; nothing of that
//! is done as long as nobody said yes.

use dayshelf_core::change::{
    Answer as Word, Back, Credential, Edit, Handover, Made, MadeKind, Notice, Part, Pending, PendingEnd,
    Reason, Seen, Tell, Telling, Trail, Undo, Wish,
};
use dayshelf_core::command::{AnswerChange, ChangeSlot, Expect, Resolutions, UndoChange};
use dayshelf_core::fact::{Fact, SlotChange};
use dayshelf_core::ids::{ConfirmationId, Id, SlotId};
use dayshelf_core::order::{LineState, Order};
use dayshelf_core::refusal::{Noun, Refusal};
use dayshelf_core::slot::{FulfilmentKind, Slot, SlotState, SlotTimes};
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::window::{Phase, WindowSpec};

use super::hang::Bound;
use super::single::{choices, noun};
use super::{Answer, Auditor, No, seen, unknown};

const DAY: Span = Span::hours(24);
/// The span in which slots are counted that a credential moves or calls off.
const MINUTES: Span = Span::minutes(5);
const TOLD_AT_LAST: Span = Span::minutes(20);

/// What a credential did lately.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watched {
    touched: Vec<(Instant, Id)>,
    frozen: Option<Instant>,
}

/// A wish, where its blocks stand then, and on whose word.
pub(super) struct Ask<'a> {
    pub slot: SlotId,
    pub expected: Expect,
    pub wish: &'a Wish,
    pub resolved: &'a Resolutions,
    pub tell: Tell,
    pub by: Credential,
}

/// What came of carrying a wish out.
pub(super) struct Outcome {
    pub kind: MadeKind,
    pub reasons: Vec<Reason>,
}

impl Auditor {
    pub(super) fn change_slot(&mut self, now: Instant, ask: &ChangeSlot) -> Answer {
        let known = self.slots.get(&ask.slot).ok_or(unknown(Noun::Slot))?.clone();
        self.may_change(ask.by)?;
        if matches!(ask.wish, Wish::Template(_)) {
            return Err(No::OfPlan);
        }
        let is_part = matches!(ask.wish, Wish::Part(_));
        if let Some(no) = seen(ask.expected, Some(known.version), Noun::Slot).filter(|_| !is_part) {
            return Err(no);
        }
        let (expected, tell, by) = (ask.expected, ask.tell, ask.by);
        let wanted = Ask { slot: ask.slot, expected, wish: &ask.wish, resolved: &ask.resolved, tell, by };
        let Some(outcome) = self.try_out(now, &wanted)? else { return Ok(()) };
        if self.is_too_much(now, ask, outcome.kind) {
            self.watched.entry(ask.by).or_default().frozen = Some(now);
            self.say(Fact::CredentialFrozen { credential: ask.by, at: now });
            return Ok(());
        }
        if outcome.reasons.is_empty() {
            return self.do_it(now, &wanted, (outcome.kind, Vec::new()));
        }
        let pending = Pending {
            id: ask.waits_as,
            slot: ask.slot,
            wish: ask.wish.clone(),
            tell: ask.tell,
            by: ask.by,
            reasons: outcome.reasons,
            asked_at: now,
            expires: now.plus(DAY),
        };
        let before = self.pendings.values().find(|pending| pending.slot == ask.slot).cloned();
        if let Some(before) = before {
            let same = (&before.wish, before.tell, &before.reasons);
            if same == (&pending.wish, pending.tell, &pending.reasons) {
                return Ok(());
            }
            self.end_pending(before.id, PendingEnd::Overtaken);
        }
        if let Some(touched) = touched(ask.slot, &ask.wish) {
            self.note_touch(ask.by, touched, now);
        }
        self.pendings.insert(pending.id, pending.clone());
        self.say(Fact::ConfirmationAsked(Box::new(pending)));
        Ok(())
    }

    pub(super) fn answer_change(&mut self, now: Instant, ask: &AnswerChange) -> Answer {
        let pending = self.pendings.get(&ask.confirmation).ok_or(unknown(Noun::Confirmation))?.clone();
        self.may_change(ask.by)?;
        if ask.answer == Word::No {
            self.end_pending(pending.id, PendingEnd::Declined(ask.by));
            return Ok(());
        }
        if matches!(pending.wish, Wish::Template(_)) {
            return Err(No::OfPlan);
        }
        if let Wish::Part(part) = &pending.wish
            && !matches!(**part, Part::Pool(..))
        {
            self.slot_that_has(part).ok_or(unknown(noun(part)))?;
        }
        let wanted = Ask {
            slot: pending.slot,
            expected: Expect::Any,
            wish: &pending.wish,
            resolved: &ask.resolved,
            tell: pending.tell,
            by: ask.by,
        };
        let outcome = self.try_out(now, &wanted)?;
        self.end_pending(pending.id, PendingEnd::Granted(ask.by));
        match outcome {
            Some(outcome) => self.do_it(now, &wanted, (outcome.kind, outcome.reasons)),
            None => Ok(()),
        }
    }

    pub(super) fn undo_change(&mut self, now: Instant, ask: &UndoChange) -> Answer {
        self.slots.get(&ask.slot).ok_or(unknown(Noun::Slot))?;
        self.may_change(ask.by)?;
        let nothing = || No::Exact(Refusal::NothingToUndo);
        let way = self.trails.get(&ask.slot).and_then(|trail| trail.undo.clone());
        let way = way.filter(|way| now < way.until).ok_or_else(nothing)?;
        let Back::Edit(back) = way.back else { return Err(No::OfPlan) };
        let wish = Wish::Edit(back);
        let tell = if way.tell == Tell::Nobody { Tell::Nobody } else { Tell::AfterQuiet };
        let (slot, expected, resolved, by) = (ask.slot, Expect::Any, &ask.resolved, ask.by);
        let wanted = Ask { slot, expected, wish: &wish, resolved, tell, by };
        self.try_out(now, &wanted)?.ok_or_else(nothing)?;
        self.do_it(now, &wanted, (MadeKind::Undone, Vec::new()))
    }

    pub(super) fn unfreeze(&mut self, credential: Credential, by: Credential) -> Answer {
        let is_there = match credential {
            Credential::Key(key) => self.keys.contains(&key),
            // Which calendar apps have a password is kept elsewhere.
            Credential::Password(_) => true,
            Credential::House | Credential::Person(_) | Credential::Link(_) => false,
        };
        if !is_there {
            return Err(unknown(Noun::Key));
        }
        self.may_change(by)?;
        if self.watched.get(&credential).is_some_and(|watched| watched.frozen.is_some()) {
            self.watched.remove(&credential);
            self.say(Fact::CredentialFreed { credential });
        }
        Ok(())
    }

    fn may_change(&self, by: Credential) -> Answer {
        let since = self.watched.get(&by).and_then(|watched| watched.frozen);
        since.map_or(Ok(()), |since| Err(Refusal::CredentialFrozen { since }.into()))
    }

    /// Whether this is a slot too many, or ten parts too many. Changing the same one again is not, nor is changing a
    /// draft.
    fn is_too_much(&self, now: Instant, ask: &ChangeSlot, kind: MadeKind) -> bool {
        let Some(watched) = self.watched.get(&ask.by).filter(|_| kind != MadeKind::Edited) else {
            return false;
        };
        if self.slots.get(&ask.slot).is_none_or(|slot| slot.state == SlotState::Draft) {
            return false;
        }
        let mine = touched(ask.slot, &ask.wish);
        let fresh = watched.touched.iter().filter(|(at, id)| now.0 - at.0 < MINUTES.0 && Some(*id) != mine);
        let weight = |id: &Id| if self.slots.contains_key(&SlotId(*id)) { 10 } else { 1 };
        let load: u64 = fresh.map(|(_, id)| weight(id)).sum();
        load >= u64::from(self.organiser.spec.changes.burst) * 10
    }

    fn note_touch(&mut self, by: Credential, slot: Id, at: Instant) {
        if matches!(by, Credential::Key(_) | Credential::Password(_)) {
            let watched = self.watched.entry(by).or_default();
            watched.touched.retain(|(then, known)| at.0 - then.0 < MINUTES.0 && *known != slot);
            watched.touched.push((at, slot));
        }
    }

    /// Carries a wish out on a copy; nothing where all is so already.
    pub(super) fn try_out(&self, now: Instant, ask: &Ask<'_>) -> Result<Option<Outcome>, No> {
        let mut copy = self.clone();
        copy.out.clear();
        let below = copy.carry_out(now, ask)?;
        if copy.out.is_empty() {
            return Ok(None);
        }
        let moved =
            copy.out.iter().any(|fact| matches!(fact, Fact::SlotPut { change: SlotChange::Moved, .. }));
        let kind = match ask.wish {
            Wish::Cancel => MadeKind::Cancelled,
            Wish::Edit(_) if moved => MadeKind::Moved,
            Wish::Edit(_) => MadeKind::Edited,
            Wish::Template(_) => return Err(No::OfPlan),
            Wish::Part(part) => {
                let on_calendar =
                    self.slots.get(&ask.slot).is_some_and(|slot| slot.state == SlotState::Published);
                part.removes().filter(|_| on_calendar).map_or(MadeKind::Edited, MadeKind::PartRemoved)
            }
        };
        let mut reasons = self.destroyed(now, ask.slot, &copy);
        reasons.extend(below);
        Ok(Some(Outcome { kind, reasons }))
    }

    fn carry_out(&mut self, now: Instant, ask: &Ask<'_>) -> Result<Option<Reason>, No> {
        let edit = match ask.wish {
            Wish::Edit(edit) => edit,
            Wish::Part(part) => {
                let part = self.hung_part(ask.slot, part)?;
                let below = self.put_single(now, (ask.slot, ask.expected), &part)?;
                self.follow(now, ask.slot, Bound::Nothing)?;
                return Ok(below);
            }
            Wish::Template(_) => return Err(No::OfPlan),
            Wish::Cancel => return self.cancel_slot(ask.slot).map(|()| None),
        };
        let before = self.slots.get(&ask.slot).ok_or(unknown(Noun::Slot))?.spec.clone();
        self.reshape(now, ask.slot, &edit.over(&before), ask.resolved)?;
        edit.units.map_or(Ok(None), |(pool, units)| self.capacity(now, ask.slot, pool, units))
    }

    /// What of this is gone or elsewhere in the copy, and people had it or were promised it.
    pub(super) fn destroyed(&self, now: Instant, slot: SlotId, then: &Self) -> Vec<Reason> {
        let (Some(was), Some(is)) = (self.slots.get(&slot), then.slots.get(&slot)) else { return Vec::new() };
        if was.state != SlotState::Published {
            return Vec::new();
        }
        if is.state == SlotState::Cancelled {
            let holds = self.holds.values().filter(|hold| hold.slot == slot).count() as u32;
            let orders = self.standing(slot).count() as u32;
            return if holds + orders == 0 { Vec::new() } else { vec![Reason::Bought { holds, orders }] };
        }
        let mut all = Vec::new();
        let moves = was.spec.times != is.spec.times;
        let gone = |was: Instant, is: Instant| was > now && is <= now;
        if gone(was.spec.times.start, is.spec.times.start) || gone(was.spec.times.end, is.spec.times.end) {
            all.push(Reason::IntoPast);
        }
        for (window, frame) in self.windows_of(slot) {
            let Some(after) = then.windows.get(&window) else { continue };
            let (before, after) = (phase(&frame.spec, now), phase(&after.spec, now));
            // Whoever edits the window itself means it, unless it closes on somebody.
            let holds = || self.holds.values().any(|hold| hold.window == window);
            if before != after && (moves || before == Phase::Open && holds()) {
                all.push(Reason::AcrossWindow { window, before, after });
            }
        }
        for (block, spec) in self.blocks_of(slot) {
            if spec.kind != FulfilmentKind::Pickup {
                continue;
            }
            match then.blocks.get(&block).filter(|after| after.kind == FulfilmentKind::Pickup) {
                Some(after) => self.missed(slot, block, (spec, after), &mut all),
                None if self.comes(slot, |choice| choice.block == block) => {
                    all.push(Reason::BeyondPromise { block, places: None });
                }
                None => {}
            }
        }
        all
    }

    /// Orders of a slot of which something is still to be had.
    pub(super) fn standing(&self, slot: SlotId) -> impl Iterator<Item = &Order> + '_ {
        let of_slot = self.orders.values().filter(move |order| order.slot == slot);
        of_slot.filter(|order| order.lines.iter().any(|line| line.state == LineState::Confirmed))
    }

    /// Does it, with what it leaves behind in front and whoever is told at once behind.
    pub(super) fn do_it(
        &mut self,
        now: Instant,
        ask: &Ask<'_>,
        (kind, granted): (MadeKind, Vec<Reason>),
    ) -> Answer {
        let before = self.slots.get(&ask.slot).ok_or(unknown(Noun::Slot))?.clone();
        let mut after = self.clone();
        after.carry_out(now, ask)?;
        let had = self.trails.get(&ask.slot).cloned().unwrap_or_else(|| Trail::new(ask.slot));
        let mut trail = self.trail_after(now, &before, &after, ask.tell);
        let after = after.slots.get(&ask.slot).ok_or(unknown(Noun::Slot))?.clone();
        if let Wish::Part(part) = ask.wish {
            let names = |undo: &Undo| matches!(&undo.back, Back::Parts(back) if back.parts.iter().any(|was| was.id() == part.id()));
            trail.undo = had.undo.clone().filter(|undo| !names(undo));
        }
        if matches!(ask.wish, Wish::Part(_)) && kind == MadeKind::Edited && trail == had && granted.is_empty()
        {
            // There is nothing to say of it but what it did.
            self.end_same_part(ask.slot, ask.wish);
            return self.carry_out(now, ask).map(drop);
        }
        trail.undo = match ask.wish {
            Wish::Part(_) => trail.undo.take(),
            Wish::Edit(edit) if kind != MadeKind::Undone => {
                Some(Box::new(self.way_back(now, &before, edit, ask.tell)))
            }
            _ => None,
        };
        match kind {
            MadeKind::Moved | MadeKind::Cancelled => self.note_touch(ask.by, ask.slot.0, now),
            MadeKind::PartRemoved(part) => self.note_touch(ask.by, part, now),
            MadeKind::Edited | MadeKind::Undone | MadeKind::Planned | MadeKind::Filled { .. } => {}
        }
        self.trails.insert(ask.slot, trail.clone());
        let (slot, by, at, tell) = (ask.slot, ask.by, now, ask.tell);
        self.say(Fact::ChangeMade(Box::new(Made {
            slot,
            kind,
            by,
            at,
            tell,
            granted,
            trail: trail.clone(),
        })));
        let moved = before.spec.times != after.spec.times || matches!(ask.wish, Wish::Cancel);
        let overtaken = self.pendings.values().find(|pending| pending.slot == slot).map(|pending| pending.id);
        if let Some(id) = overtaken.filter(|_| moved) {
            self.end_pending(id, PendingEnd::Overtaken);
        }
        self.end_same_part(ask.slot, ask.wish);
        self.carry_out(now, ask)?;
        if tell == Tell::Now {
            self.tell_customers(slot);
        }
        Ok(())
    }

    fn way_back(&self, now: Instant, before: &Slot, edit: &Edit, tell: Tell) -> Undo {
        let had = edit.units.and_then(|(pool, _)| self.pools.get(&pool)).map(|pool| pool.spec.units);
        let until = now.plus(self.organiser.spec.changes.quiet);
        Undo { back: Back::Edit(Box::new(edit.back(&before.spec, had))), until, tell }
    }

    fn trail_after(&self, now: Instant, before: &Slot, then: &Self, tell: Tell) -> Trail {
        let after = then.slots.get(&before.id).unwrap_or(before);
        let known = self.trails.get(&before.id).cloned();
        let mut trail = known.unwrap_or_else(|| Trail::new(before.id));
        let bought: Vec<Instant> = self.standing(before.id).map(|order| order.confirmed_at).collect();
        if super::slots::off(after.state) {
            (trail.seen, trail.notice) = (Vec::new(), None);
            trail.sequence += u32::from(tell != Tell::Nobody && !bought.is_empty());
            return trail;
        }
        let (was, is) = (&before.spec, &after.spec);
        let handovers = self.elsewhere(before.id, then);
        let same = alike(&was.times, &is.times) && was.place == is.place && handovers.is_empty();
        if before.state != SlotState::Published || same {
            return trail;
        }
        let until = if bought.contains(&now) { Instant(now.0 + 1) } else { now };
        trail.seen.push(Seen { until, times: was.times.clone(), place: was.place.clone(), handovers });
        let mut from = Instant(i64::MIN);
        let mut kept: Vec<Seen> = Vec::new();
        for part in trail.seen {
            let within = bought.iter().any(|at| from <= *at && *at < part.until);
            from = part.until;
            if within {
                kept.push(part);
            } else if let Some(last) = kept.last_mut() {
                // They saw these pickups too, unless they saw others of the same before.
                for one in part.handovers {
                    if last.handovers.iter().all(|known| known.choice != one.choice) {
                        last.handovers.push(one);
                    }
                }
            }
        }
        trail.seen = kept;
        let away = |one: &Handover| then.promise(one.choice).as_ref() != Some(one);
        let owed = |part: &Seen| {
            !alike(&part.times, &is.times) || part.place != is.place || part.handovers.iter().any(away)
        };
        if !trail.seen.iter().any(owed) {
            (trail.seen, trail.notice) = (Vec::new(), None);
            return trail;
        }
        let since = trail.notice.map_or(now, |notice| notice.since);
        let last = Instant((since.0 + TOLD_AT_LAST.0).max(now.0));
        trail.notice = match tell {
            Tell::Nobody => trail.notice,
            Tell::Now => Some(Notice { since, at: now }),
            Tell::AfterQuiet => {
                Some(Notice { since, at: now.plus(self.organiser.spec.changes.quiet).min(last) })
            }
        };
        trail
    }

    /// Tells a slot's customers, if they are to be told.
    pub(super) fn tell_customers(&mut self, slot: SlotId) {
        let (Some(trail), Some(known)) = (self.trails.get(&slot), self.slots.get(&slot)) else { return };
        let mut handovers: Vec<Handover> = Vec::new();
        for choice in trail.seen.iter().flat_map(|part| &part.handovers).map(|one| one.choice) {
            let news = !handovers.iter().any(|known| known.choice == choice);
            handovers.extend(self.promise(choice).filter(|_| news));
        }
        for choice in self.blocks_of(slot).flat_map(|(block, spec)| choices(block, spec)) {
            let news = !handovers.iter().any(|known| known.choice == choice);
            handovers.extend(self.promise(choice).filter(|_| news));
        }
        // As many as a block can have boxes.
        handovers.truncate(336);
        let Some(trail) = self.trails.get_mut(&slot).filter(|trail| trail.notice.is_some()) else { return };
        trail.notice = None;
        trail.sequence += 1;
        let telling = Telling {
            slot,
            sequence: trail.sequence,
            seen: std::mem::take(&mut trail.seen),
            title: known.spec.title.clone(),
            times: known.spec.times.clone(),
            place: known.spec.place.clone(),
            handovers,
        };
        self.say(Fact::CustomersTold(Box::new(telling)));
    }

    /// A change that waited waits no longer.
    pub(super) fn end_pending(&mut self, id: ConfirmationId, end: PendingEnd) {
        if let Some(pending) = self.pendings.remove(&id) {
            self.say(Fact::ConfirmationEnded { confirmation: id, slot: pending.slot, end });
        }
    }

    /// Takes over what a plan's change of a slot left behind. Who was told of it is checked where it is told.
    pub(super) fn adopt_change(&mut self, fact: &Fact) {
        match fact {
            Fact::ChangeMade(made) => {
                if made.kind == (MadeKind::Filled { removes: true }) {
                    self.note_touch(made.by, made.slot.0, made.at);
                }
                self.trails.insert(made.slot, made.trail.clone());
                self.say(fact.clone());
            }
            Fact::ConfirmationEnded { confirmation, end, .. } => self.end_pending(*confirmation, *end),
            Fact::ConfirmationAsked(pending) => {
                if let Some(touched) = touched(pending.slot, &pending.wish) {
                    self.note_touch(pending.by, touched, pending.asked_at);
                }
                self.pendings.insert(pending.id, (**pending).clone());
                self.say(fact.clone());
            }
            Fact::CustomersTold(telling) => self.tell_customers(telling.slot),
            Fact::CredentialFrozen { credential, at } => {
                self.watched.entry(*credential).or_default().frozen = Some(*at);
                self.say(fact.clone());
            }
            _ => {}
        }
    }
}

/// What a wish touches that is counted: a slot that moves or is called off, a part that goes.
fn touched(slot: SlotId, wish: &Wish) -> Option<Id> {
    match wish {
        Wish::Cancel => Some(slot.0),
        Wish::Edit(edit) => edit.times.is_some().then_some(slot.0),
        Wish::Part(part) => part.removes(),
        Wish::Template(_) => Some(slot.0),
    }
}

fn phase(spec: &WindowSpec, now: Instant) -> Phase {
    if now < spec.opens.at {
        Phase::Ahead
    } else if now < spec.closes.at {
        Phase::Open
    } else {
        Phase::Closed
    }
}

/// Whether a reader would see the same time.
fn alike(one: &SlotTimes, other: &SlotTimes) -> bool {
    let wall = |times: &SlotTimes| (times.zone.clone(), times.start_local, times.end_local);
    wall(one) == wall(other) && (one.start, one.end) == (other.start, other.end)
}
