//! A plan: many definitions at once. How it comes about is not predicted; each of its facts is taken over and
//! checked by what it changes (versions, phases, counts, units), and in the end all is as the plan says.

use std::collections::BTreeSet;

use dayshelf_core::block::BlockSpec;
use dayshelf_core::change::{Answer as Word, Back, Part, PartsBack, Wish};
use dayshelf_core::command::{AnswerChange, Command};
use dayshelf_core::fact::{BlockChange, Fact};
use dayshelf_core::ids::{SeriesId, SlotId};
use dayshelf_core::plan::{Plan, PlanSlot};
use dayshelf_core::series::{Kept, Planned, Series, Standing};
use dayshelf_core::slot::{Slot, SlotState};
use dayshelf_core::template::Filling;
use dayshelf_core::time::{Instant, When};

use super::Auditor;

/// Whether no plan does it, but the time that has come or a threshold that was crossed.
const fn is_of_pulse(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::BlockPut { change: BlockChange::Fired | BlockChange::Began, .. }
            | Fact::WindowOpened(_)
            | Fact::WindowClosed { .. }
            | Fact::Dripped { .. }
            | Fact::StepBegan { .. }
    )
}

impl Auditor {
    /// Whether a command brings many definitions at once.
    pub(super) fn brings(&self, command: &Command) -> bool {
        match command {
            Command::ApplyPlan(_) | Command::PutSeries(_) | Command::GrowSeries(_) => true,
            Command::ChangeSlot(ask) => matches!(ask.wish, Wish::Template(_)),
            Command::AnswerChange(ask) => ask.answer == Word::Yes && self.filling_of(ask).is_some(),
            Command::UndoChange(ask) => self.parts_back(ask.slot).is_some(),
            _ => false,
        }
    }

    /// The slot and the template that a yes is to.
    fn filling_of(&self, ask: &AnswerChange) -> Option<(SlotId, &Filling)> {
        let pending = self.pendings.get(&ask.confirmation)?;
        match &pending.wish {
            Wish::Template(filling) => Some((pending.slot, filling)),
            _ => None,
        }
    }

    fn parts_back(&self, slot: SlotId) -> Option<&PartsBack> {
        match &self.trails.get(&slot)?.undo.as_deref()?.back {
            Back::Parts(parts) => Some(parts),
            Back::Edit(_) => None,
        }
    }

    /// Takes over what a plan brought, fact by fact, each said anew as the auditor would have it.
    pub(super) fn adopt_plan(&mut self, now: Instant, facts: &[Fact]) {
        for fact in facts {
            // What rules do about it in the end is predicted, and so is what was due by now and was done with it.
            if is_of_pulse(fact) {
                return;
            }
            self.adopt(now, fact);
        }
    }

    fn adopt(&mut self, now: Instant, fact: &Fact) {
        match fact {
            // What serves the line in the end is predicted.
            Fact::EntryPassed(_)
            | Fact::TurnGiven { .. }
            | Fact::EntryGathered { .. }
            | Fact::UnitsAnnounced { .. } => {}
            Fact::ChangeMade(_)
            | Fact::ConfirmationAsked(_)
            | Fact::ConfirmationEnded { .. }
            | Fact::CredentialFrozen { .. }
            | Fact::CustomersTold(_) => {
                self.adopt_change(fact);
            }
            Fact::SlotPut { slot, change } => {
                let version = self.slots.get(&slot.id).map_or(0, |slot| slot.version) + 1;
                let mut slot = slot.clone();
                slot.version = version;
                self.slots.insert(slot.id, (*slot).clone());
                self.say(Fact::SlotPut { slot, change: *change });
            }
            Fact::WindowPut { window, moves } => {
                let mut done = Vec::new();
                moves.iter().for_each(|one| self.shift(&mut done, *one));
                self.put_frame(now, window.id, window.spec.clone(), done);
            }
            Fact::WindowRemoved { window, moves } => {
                let mut done = Vec::new();
                moves.iter().for_each(|one| self.shift(&mut done, *one));
                let used = self.claims.values().flatten().any(|claim| claim.window == *window);
                if used {
                    self.flaw = Some(format!("{window} is in use"));
                }
                self.windows.remove(window);
                self.drips.remove(window);
                self.say(Fact::WindowRemoved { window: *window, moves: done });
            }
            Fact::BuyersCounted { window, .. } => self.count_buyers(*window),
            Fact::EntryLeft { entry, cause, .. } => self.leave_line(*entry, *cause),
            Fact::PoolPut { pool, role, spec, .. } => self.resupply(*pool, *role, (**spec).clone()),
            Fact::PoolRemoved { pool, .. } => self.drain(*pool),
            Fact::OfferPut(offer) => self.put_priced(now, offer.id, offer.spec.clone()),
            Fact::OfferRemoved(offer) => {
                self.offers.remove(offer);
                self.steps.retain(|(_, other, _)| other != offer);
                self.say(fact.clone());
            }
            Fact::FulfilmentPut(block) => {
                self.blocks.insert(block.id, block.spec.clone());
                self.say(fact.clone());
            }
            Fact::FulfilmentRemoved(block) => {
                self.blocks.remove(block);
                self.say(fact.clone());
            }
            Fact::BlockPut { block, change: BlockChange::Rearmed, .. } => self.rearm(block.id),
            Fact::BlockPut { block, change, .. } => {
                let block = self.placed(now, block.id, block.spec.clone());
                self.say_part(block, *change, Vec::new());
            }
            Fact::BlockRemoved(block) => {
                self.parts.remove(block);
                self.say(fact.clone());
            }
            other => self.adopt_written(other),
        }
    }

    /// What is kept as it was written.
    fn adopt_written(&mut self, fact: &Fact) {
        match fact {
            Fact::TemplatePut(template) => {
                self.templates.insert(template.id, (**template).clone());
                self.say(fact.clone());
            }
            Fact::SeriesPut(series) => {
                let version = self.series.get(&series.id).map_or(0, |known| known.version) + 1;
                let series = Series { version, ..(**series).clone() };
                self.series.insert(series.id, series.clone());
                self.say(Fact::SeriesPut(Box::new(series)));
            }
            Fact::OccurrencePut(tie) => {
                self.ties.insert(tie.slot, (**tie).clone());
                self.say(fact.clone());
            }
            Fact::CodePut(code) => {
                self.codes.insert(code.id, (**code).clone());
                self.say(fact.clone());
            }
            Fact::ListPut(list) => {
                self.lists.insert(list.id, (**list).clone());
                self.say(fact.clone());
            }
            Fact::OrganiserChanged(organiser) => {
                self.organiser = (**organiser).clone();
                self.say(fact.clone());
            }
            other => self.flaw = Some(format!("a plan can't bring {other:?}")),
        }
    }

    /// What the command was to bring is there. `before` is how it was, and `facts` what was told.
    pub(super) fn as_brought(
        &self,
        now: Instant,
        command: &Command,
        (before, facts): (&Self, &[Fact]),
    ) -> Result<(), String> {
        match command {
            Command::ApplyPlan(apply) => self.as_planned(&apply.plan),
            Command::PutSeries(ask) => self.as_of_series(now, ask.id, (&ask.planned, &ask.kept)),
            Command::GrowSeries(ask) => self.as_of_series(now, ask.id, (&ask.planned, &[])),
            Command::ChangeSlot(ask) => match &ask.wish {
                Wish::Template(filling) => self.as_filled(ask.slot, filling, facts),
                _ => Ok(()),
            },
            Command::AnswerChange(ask) => match before.filling_of(ask) {
                Some((slot, filling)) => self.as_of_template(slot, filling),
                None => Ok(()),
            },
            Command::UndoChange(ask) => match before.parts_back(ask.slot) {
                Some(back) => self.as_taken_back(ask.slot, back),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Nobody loses by a template what they have or were promised, unless somebody said yes to that. `self` is how it
    /// was, `then` how it is when the template was applied and nothing has followed from it yet.
    pub(super) fn nothing_unasked(
        &self,
        now: Instant,
        then: &Self,
        (command, facts): (&Command, &[Fact]),
    ) -> Result<(), String> {
        let slot = match command {
            Command::ChangeSlot(ask) => ask.slot,
            Command::AnswerChange(ask) => match self.filling_of(ask) {
                Some((slot, _)) => slot,
                None => return Ok(()),
            },
            _ => return Ok(()),
        };
        let granted = facts.iter().find_map(|fact| match fact {
            Fact::ChangeMade(made) => Some(made.granted.clone()),
            _ => None,
        });
        let lost = self.destroyed(now, slot, then);
        let same =
            |granted: &Vec<_>| granted.len() == lost.len() && granted.iter().all(|one| lost.contains(one));
        match granted {
            Some(granted) if !same(&granted) => {
                Err(format!("{slot}: {granted:?} was granted, {lost:?} lost"))
            }
            None if !lost.is_empty() => Err(format!("{slot}: {lost:?} was lost unasked")),
            _ => Ok(()),
        }
    }

    /// The template was applied, or waits for a yes, or its credential was stopped.
    fn as_filled(&self, slot: SlotId, filling: &Filling, facts: &[Fact]) -> Result<(), String> {
        let frozen = facts.iter().any(|fact| matches!(fact, Fact::CredentialFrozen { .. }));
        let made = facts.iter().any(|fact| matches!(fact, Fact::ChangeMade(_)));
        let waits = self.pendings.values().any(|pending| {
            pending.slot == slot && matches!(&pending.wish, Wish::Template(kept) if **kept == filling.kept())
        });
        if !made && (frozen || waits) { Ok(()) } else { self.as_of_template(slot, filling) }
    }

    /// Every part is as it was before the template, and so is what the slot remembers.
    fn as_taken_back(&self, slot: SlotId, back: &PartsBack) -> Result<(), String> {
        let is = |part: &Part| match part {
            Part::Window(id, spec) => self.windows.get(id).map(|frame| &frame.spec) == spec.as_ref(),
            Part::Offer(id, spec) => self.offers.get(id) == spec.as_ref(),
            Part::Fulfilment(id, spec) => self.blocks.get(id) == spec.as_ref(),
            Part::Block(id, spec) => self.parts.get(id).map(|block| &block.spec) == spec.as_ref(),
            Part::Pool(..) => false,
        };
        if let Some(part) = back.parts.iter().find(|part| !is(part)) {
            return Err(format!("{slot}: {part:?} is not as it was"));
        }
        let same = self.slots.get(&slot).is_some_and(|known| known.template == back.template);
        if same { Ok(()) } else { Err(format!("{slot} remembers another template than before")) }
    }

    /// Every occurrence has a slot, one and no more; those that were kept stand where the rule has them now, and no
    /// slot that the rule makes no more and that nobody wants is on the calendar.
    fn as_of_series(
        &self,
        now: Instant,
        id: SeriesId,
        (planned, kept): (&[Planned], &[Kept]),
    ) -> Result<(), String> {
        let mut places: Vec<_> =
            self.ties.values().filter(|tie| tie.series == id).map(|tie| tie.at).collect();
        places.sort_unstable();
        if places.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(format!("{id} has two slots for one occurrence"));
        }
        let wanted = planned.iter().map(|planned| planned.at);
        let wanted = wanted.chain(kept.iter().map(|kept| kept.at));
        for at in wanted {
            if places.binary_search(&at).is_err() {
                return Err(format!("{id} has no slot at {at:?}"));
            }
        }
        for at in kept.iter().filter(|kept| kept.now.is_none()).map(|kept| kept.at) {
            let tie = self.ties.values().find(|tie| tie.series == id && tie.at == at);
            let slot = tie.and_then(|tie| self.slots.get(&tie.slot));
            let gone = |slot: &Slot| super::slots::off(slot.state) || slot.spec.times.start <= now;
            let dropped = tie.is_some_and(|tie| tie.standing == Standing::Dropped);
            if !dropped || !slot.is_some_and(gone) {
                return Err(format!("{id} still has its occurrence at {at:?}"));
            }
        }
        Ok(())
    }

    /// What the plan names is there, as it says; its slots have nothing else.
    fn as_planned(&self, plan: &Plan) -> Result<(), String> {
        for wanted in &plan.pools {
            let known = self.pools.values().find(|pool| pool.spec.key == wanted.key);
            if known.is_none_or(|pool| pool.spec.units != wanted.units || pool.spec.buffer != wanted.buffer) {
                return Err(format!("the pool {} is not as planned", wanted.key));
            }
        }
        for wanted in &plan.slots {
            let known = self
                .slots
                .values()
                .find(|slot| slot.spec.slug == wanted.spec.slug && slot.state != SlotState::Discarded);
            let known = known.ok_or_else(|| format!("the slot {} is not there", wanted.spec.slug))?;
            if known.spec != wanted.spec || (wanted.publish && known.state != SlotState::Published) {
                return Err(format!("the slot {} is not as planned", wanted.spec.slug));
            }
            self.parts_as_planned(known.id, wanted)?;
        }
        Ok(())
    }

    /// The slot has every part of the template and remembers it; what it had of an older version is gone.
    fn as_of_template(&self, id: SlotId, filling: &Filling) -> Result<(), String> {
        let slot = self.slots.get(&id).ok_or_else(|| format!("{id} is not there"))?;
        let wrong = || format!("{id} is not as its template says");
        let known = slot.template.as_deref().ok_or_else(wrong)?;
        let windows = self.windows_of(id).map(|(_, frame)| format!("windows.{}", frame.spec.key));
        let offers = self.offers_of(id).map(|(_, spec)| format!("offers.{}", spec.key));
        let ways = self.blocks_of(id).map(|(_, spec)| format!("fulfilments.{}", spec.key));
        let parts = self.parts_of(id).map(|block| format!("blocks.{}", block.spec.key));
        let there: BTreeSet<String> = windows.chain(offers).chain(ways).chain(parts).collect();
        let same = (known.template, known.version) == (filling.template, filling.version)
            && known.values == filling.values;
        let newest =
            self.templates.get(&filling.template).is_some_and(|known| known.version == filling.version);
        if same && newest && known.parts.is_subset(&there) { Ok(()) } else { Err(wrong()) }
    }

    fn parts_as_planned(&self, slot: SlotId, plan: &PlanSlot) -> Result<(), String> {
        let windows: Vec<_> = self.windows_of(slot).map(|(_, frame)| &frame.spec).collect();
        let window = windows.len() == plan.windows.len()
            && plan.windows.iter().all(|wanted| {
                windows.iter().any(|known| {
                    let times = alike(known.opens, wanted.opens) && alike(known.closes, wanted.closes);
                    known.key == wanted.key && times && known.hold == wanted.hold
                })
            });
        let offers: Vec<_> = self.offers_of(slot).map(|(_, spec)| spec).collect();
        let offer = offers.len() == plan.offers.len()
            && plan.offers.iter().all(|wanted| {
                offers.iter().any(|known| {
                    let size = known.recipe.len() == wanted.recipe.len();
                    known.key == wanted.key && size && known.ladder.len() == wanted.ladder.len()
                })
            });
        let blocks: Vec<_> = self.blocks_of(slot).map(|(_, spec)| spec).collect();
        let block = blocks.len() == plan.fulfilments.len()
            && plan.fulfilments.iter().all(|wanted| {
                blocks.iter().any(|known| known.key == wanted.key && known.boxes.len() == wanted.boxes.len())
            });
        let parts: Vec<_> = self.parts_of(slot).map(|block| &block.spec).collect();
        let part = parts.len() == plan.blocks.len()
            && plan.blocks.iter().all(|wanted| {
                let same = |known: &&&BlockSpec| {
                    let until =
                        known.until.map(|until| until.anchor) == wanted.until.map(|until| until.anchor);
                    known.key == wanted.key && alike(known.when, wanted.when) && until
                };
                parts.iter().find(same).is_some()
            });
        if window && offer && block && part { Ok(()) } else { Err(format!("{slot} is not as planned")) }
    }
}

/// Whether something stands where the plan has it. Where it hangs on another part, the plan only says on what.
fn alike(known: When, wanted: When) -> bool {
    known.anchor == wanted.anchor && (known.at == wanted.at || known.anchor.hangs_on().is_some())
}
