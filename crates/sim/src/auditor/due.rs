//! What is due, and what follows from it.

use dayshelf_core::change::PendingEnd;
use dayshelf_core::fact::{Fact, HoldEnd};
use dayshelf_core::hold::{HoldState, LapseCause};
use dayshelf_core::ids::{BlockId, ConfirmationId, HoldId, OfferId, SlotId, WindowId};
use dayshelf_core::pool::Draw;
use dayshelf_core::time::{Instant, Span};
use dayshelf_core::window::{Phase, WindowSpec};

use super::Auditor;

/// Due things of one instant, in the order in which they are done: closings before openings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Due {
    Closes(WindowId),
    Hold(HoldId),
    Opens(WindowId),
    Step(OfferId, u16),
    Drip(WindowId),
    Tell(SlotId),
    Confirmation(ConfirmationId),
    Begins(BlockId),
}

impl Auditor {
    /// When the next thing is due, if anything is.
    pub fn next_due(&self) -> Option<Instant> {
        self.next_thing().map(|(at, _)| at)
    }

    fn next_thing(&self) -> Option<(Instant, Due)> {
        let windows = self.windows.iter().filter_map(|(id, frame)| match frame.phase {
            Phase::Ahead => Some((frame.spec.opens.at, Due::Opens(*id))),
            Phase::Open => Some((frame.spec.closes.at, Due::Closes(*id))),
            Phase::Closed => None,
        });
        let holds = self.holds.values().filter_map(|hold| match (hold.state, &hold.attempt) {
            (HoldState::Held | HoldState::Basket, _) => Some((hold.due, Due::Hold(hold.id))),
            (HoldState::Confirming, Some(attempt)) if !attempt.calling_off => {
                Some((attempt.until, Due::Hold(hold.id)))
            }
            _ => None,
        });
        let steps = self.steps.iter().map(|(at, offer, step)| (*at, Due::Step(*offer, *step)));
        let drips = self.drips.iter().map(|(window, at)| (*at, Due::Drip(*window)));
        let told = self.trails.values().filter_map(|trail| Some((trail.due()?, Due::Tell(trail.slot))));
        let waits = self.pendings.values();
        let waits = waits.map(|pending| (pending.expires, Due::Confirmation(pending.id)));
        let ahead = self.parts.values().filter(|block| !block.begun);
        let begins = ahead.map(|block| (block.spec.when.at, Due::Begins(block.id)));
        windows.chain(holds).chain(steps).chain(drips).chain(begins).chain(told).chain(waits).min()
    }

    /// Does everything that is due, one thing after the other, and serves the lines after each.
    pub(super) fn do_due(&mut self, now: Instant) {
        while let Some((at, due)) = self.next_thing().filter(|(at, _)| *at <= now) {
            self.do_one(at, due);
            self.settle(now);
            if self.flaw.is_some() {
                return;
            }
        }
        self.settle(now);
    }

    fn do_one(&mut self, at: Instant, due: Due) {
        match due {
            Due::Closes(window) => self.close(window),
            Due::Hold(id) => match self.holds.get_mut(&id) {
                Some(hold) if hold.state == HoldState::Confirming => {
                    if let Some(attempt) = &mut hold.attempt {
                        attempt.calling_off = true;
                    }
                    self.say(Fact::ConfirmCallingOff { hold: id });
                }
                _ => self.end(id, HoldEnd::Lapsed(LapseCause::Time)),
            },
            Due::Opens(window) => {
                if let Some(frame) = self.windows.get_mut(&window) {
                    frame.phase = Phase::Open;
                    let first = frame.spec.opens.at.max(frame.put_at);
                    self.schedule_drip(window, first);
                }
                self.say(Fact::WindowOpened(window));
            }
            Due::Step(offer, step) => {
                self.steps.remove(&(at, offer, step));
                self.say(Fact::StepBegan { offer, step });
            }
            Due::Tell(slot) => self.tell_customers(slot),
            Due::Confirmation(id) => self.end_pending(id, PendingEnd::Expired),
            Due::Begins(block) => self.begin_part(block),
            Due::Drip(window) => {
                self.schedule_drip(window, at);
                self.say(Fact::Dripped { window, at });
            }
        }
    }

    /// The portion after this instant, if one comes before the window closes.
    pub(super) fn schedule_drip(&mut self, window: WindowId, after: Instant) {
        self.drips.remove(&window);
        let Some(frame) = self.windows.get(&window).filter(|frame| frame.phase == Phase::Open) else {
            return;
        };
        if let Some(next) = next_portion(&frame.spec, after) {
            self.drips.insert(window, next);
        }
    }

    /// First whoever can't be served any more leaves, then the unsold go where the window says.
    fn close(&mut self, window: WindowId) {
        let Some(frame) = self.windows.get(&window) else { return };
        if self.leave_stranded(window, frame.spec.slot) {
            return;
        }
        let Some(frame) = self.windows.get_mut(&window) else { return };
        frame.phase = Phase::Closed;
        self.drips.remove(&window);
        let lent = frame.spec.allotments.clone();
        let mut moves = Vec::new();
        for lent in lent {
            let units = self.pools.get(&lent.lent).map_or(0, |pool| pool.has.free);
            self.send_on(&mut moves, Draw { pool: lent.lent, units });
        }
        self.say(Fact::WindowClosed { window, moves });
    }
}

/// The first portion of a drip after an instant, if one comes before the window closes.
pub(crate) fn next_portion(spec: &WindowSpec, after: Instant) -> Option<Instant> {
    let (every, opens) = (spec.drip?.every.0, spec.opens.at);
    let portions = (after.0 - opens.0).max(0) / every + 1;
    Some(opens.plus(Span(portions * every))).filter(|next| *next < spec.closes.at)
}
