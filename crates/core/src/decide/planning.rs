//! A plan, turned into the commands that it stands for, all of which are done or none.
//!
//! Pools and slots that a plan does not name stay as they are. Within a slot that it names, windows,
//! offers and fulfilment blocks that it does not name are removed, if nobody uses them.

use std::collections::BTreeSet;

use super::keys::{
    block_id, block_spec, fulfilment_id, fulfilment_spec, list_id, offer_id, offer_spec, pool_alone, pool_id,
    pool_spec, template_id, window_id, window_spec,
};
use super::{Decision, breaker, change, decide, hang, series, single, slots, windows};
use crate::access::{Code, List};
use crate::apply::apply;
use crate::books::Books;
use crate::command::{ApplyPlan, Command, Expect, Resolutions};
use crate::fact::Fact;
use crate::ids::{BlockId, FulfilmentId, OfferId, SlotId, WindowId};
use crate::offer::OfferKind;
use crate::plan::{Plan, PlanApplied, PlanPool, PlanSlot, PlanUnsold, PlanWindow};
use crate::refusal::{Flaw, Noun, Refusal};
use crate::template::{Applied, Parts, Template};
use crate::time::Instant;
use crate::window::{Window, WindowSpec};

/// Books that a plan is tried on, and the facts so far.
pub(super) struct Trial {
    pub books: Books,
    pub now: Instant,
    pub facts: Vec<Fact>,
    /// The path of what is being put, for whoever has to say where a refusal was met.
    pub at: String,
}

/// Which parts of a slot go because they are not named.
pub(super) enum Leaving {
    /// All that the plan does not name.
    AllBut(BTreeSet<String>),
    /// These: what an earlier version of a template had put.
    These(BTreeSet<String>),
}

impl Leaving {
    /// Whether a part goes, by its list and key.
    fn has(&self, list: &str, key: &str) -> bool {
        let name = format!("{list}.{key}");
        match self {
            Self::AllBut(names) => !names.contains(&name),
            Self::These(names) => names.contains(&name),
        }
    }
}

impl Trial {
    pub fn on(books: &Books, now: Instant) -> Self {
        Self { books: books.clone(), now, facts: Vec::new(), at: String::new() }
    }

    fn run(&mut self, command: &Command) -> Result<(), Refusal> {
        let single = single::unweighed(&self.books, self.now, command);
        let facts = single.unwrap_or_else(|| decide(&self.books, self.now, command))?;
        self.take(facts);
        Ok(())
    }

    /// What comes next is of this list and has this key.
    fn at(&mut self, list: &str, key: &str) {
        self.at.clear();
        self.at.push_str(list);
        if !key.is_empty() {
            self.at.extend(["[", key, "]"]);
        }
    }

    /// What comes next is of this list of a slot and has this key.
    fn at_part(&mut self, slug: &str, list: &str, key: &str) {
        self.at("slots", slug);
        self.at.extend([".", list, "[", key, "]"]);
    }

    /// Everything of a slot that hangs on another part of it is where it hangs.
    pub fn hang(&mut self, slot: SlotId) -> Result<(), Refusal> {
        let facts = hang::hang(&self.books, self.now, slot, Vec::new())?;
        self.take(facts);
        Ok(())
    }

    pub fn take(&mut self, facts: Vec<Fact>) {
        for fact in facts {
            let broken = apply(&mut self.books, &fact);
            debug_assert!(broken.is_ok(), "a decided fact fits its books: {broken:?}");
            self.facts.push(fact);
        }
    }
}

/// What a plan would change, without changing it.
///
/// # Errors
/// The first refusal among the commands that the plan stands for.
pub fn check_plan(books: &Books, now: Instant, ask: &ApplyPlan) -> Decision {
    apply_plan(books, now, ask)
}

pub(super) fn apply_plan(books: &Books, now: Instant, ask: &ApplyPlan) -> Decision {
    breaker::let_through(books, ask.by)?;
    let facts = try_plan(books, now, &ask.plan)?;
    change::of_plan(books, now, ask, facts)
}

/// All that a plan changes, tried on a copy of the books.
fn try_plan(books: &Books, now: Instant, plan: &Plan) -> Decision {
    Ok(tried(books, now, plan)?.facts)
}

/// A copy of the books in which a plan is done.
pub(super) fn tried(books: &Books, now: Instant, plan: &Plan) -> Result<Trial, Refusal> {
    let mut trial = Trial::on(books, now);
    walk(&mut trial, plan)?;
    Ok(trial)
}

/// Does all that a plan stands for, in an order in which everything that is named is there.
pub(super) fn walk(trial: &mut Trial, plan: &Plan) -> Result<(), Refusal> {
    if let Some(spec) = &plan.organiser {
        trial.at("organiser", "");
        trial.run(&Command::ChangeOrganiser { expected: Expect::Any, spec: Box::new(spec.clone()) })?;
    }
    put_pools(trial, &plan.pools, Supply::Raised)?;
    for list in &plan.lists {
        trial.at("lists", &list.key);
        let id = list_id(&trial.books, &list.key).unwrap_or(list.id);
        let list = Box::new(List { id, ..list.clone() });
        trial.run(&Command::PutList { expected: Expect::Any, list })?;
    }
    for (place, code) in plan.codes.iter().enumerate() {
        trial.at("codes", &place.to_string());
        let known = trial.books.code_digests.get(&code.digest).and_then(|id| trial.books.codes.get(id));
        // Who has the code of another group would be let in elsewhere from now on, and nobody has said so.
        if known.is_some_and(|known| known.group != code.group) {
            return Err(Refusal::NameTaken { field: format!("codes[{place}].code") });
        }
        let id = known.map_or(code.id, |known| known.id);
        let code = Box::new(Code {
            id,
            group: code.group.clone(),
            digest: code.digest,
            expires: code.expires,
            version: 0,
        });
        trial.run(&Command::PutCode { expected: Expect::Any, code })?;
    }
    for template in &plan.templates {
        trial.at("templates", &template.key);
        let id = template_id(&trial.books, &template.key).unwrap_or(template.id);
        let template = Box::new(Template { id, ..template.clone() });
        trial.run(&Command::PutTemplate { expected: Expect::Any, template })?;
    }
    for slot in &plan.slots {
        trial.at("slots", &slot.spec.slug);
        put_slot(trial, slot)?;
    }
    // Offers may name slots that come later in the plan, so they are put when all slots are there.
    for slot in &plan.slots {
        trial.at("slots", &slot.spec.slug);
        fill_slot(trial, slot)?;
    }
    for slot in &plan.slots {
        trial.at("slots", &slot.spec.slug);
        let applied = plan.applied.iter().find(|applied| applied.slot == slot.spec.slug);
        let id = slot_of(&trial.books, slot);
        remember(trial, id, applied)?;
    }
    for series in &plan.series {
        trial.at("series", &series.spec.key);
        series::of_plan(trial, series)?;
    }
    // Windows may have given back what a pool has to give up.
    put_pools(trial, &plan.pools, Supply::Exact)
}

/// A slot remembers the template that it has parts of.
pub(super) fn remember(
    trial: &mut Trial,
    slot: SlotId,
    applied: Option<&PlanApplied>,
) -> Result<(), Refusal> {
    let applied = applied.map(|applied| remembered(&trial.books, applied)).transpose()?;
    trial.take(slots::remember(&trial.books, slot, applied).into_iter().collect());
    Ok(())
}

/// What a slot remembers of the template that its plan names.
fn remembered(books: &Books, plan: &PlanApplied) -> Result<Applied, Refusal> {
    let known = template_id(books, &plan.template).and_then(|id| books.templates.get(&id));
    let no_such = || {
        let field = format!("slots[{}].template", plan.slot);
        Refusal::invalid(field, Flaw::NoSuch(plan.template.clone()))
    };
    let template = known.ok_or_else(no_such)?;
    let (values, parts) = (plan.values.clone(), plan.parts.clone());
    Ok(Applied { template: template.id, version: template.version, values, parts })
}

/// Puts the parts of a template into a slot, and takes out what goes.
pub(super) fn fill_from_template(
    trial: &mut Trial,
    slot: SlotId,
    (parts, leaving): (&Parts, &Leaving),
) -> Result<(), Refusal> {
    let known = trial.books.slots.get(&slot).ok_or(Refusal::Unknown(Noun::Slot))?;
    let Parts { windows, offers, fulfilments, blocks } = parts.clone();
    let spec = known.spec.clone();
    let plan = PlanSlot { id: slot, spec, publish: false, windows, offers, fulfilments, blocks };
    put_parts(trial, slot, (&plan, leaving))?;
    drop_parts(trial, slot, leaving)?;
    trial.hang(slot)
}

/// How far pools go towards the units that the plan wants.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Supply {
    /// More, but not yet less.
    Raised,
    /// All the way.
    Exact,
}

/// Pools first without lenders, then with: they may name each other in any order.
fn put_pools(trial: &mut Trial, pools: &[PlanPool], supply: Supply) -> Result<(), Refusal> {
    for pool in pools {
        if !trial.books.pool_keys.contains_key(&pool.key) {
            trial.at("pools", &pool.key);
            let spec = pool_alone(pool);
            trial.run(&Command::PutPool { id: pool.id, expected: Expect::Any, spec: Box::new(spec) })?;
        }
    }
    for pool in pools {
        trial.at("pools", &pool.key);
        let id = pool_id(&trial.books, &pool.key, || format!("pools[{}].key", pool.key))?;
        let have = trial.books.pools.get(&id).map_or(0, |pool| pool.spec.units);
        let mut spec = pool_spec(&trial.books, pool)?;
        if supply == Supply::Raised {
            spec.units = spec.units.max(have);
        }
        trial.run(&Command::PutPool { id, expected: Expect::Any, spec: Box::new(spec) })?;
    }
    Ok(())
}

/// Pools that come with a slot of their own.
pub(super) fn pools_of(trial: &mut Trial, pools: &[PlanPool]) -> Result<(), Refusal> {
    put_pools(trial, pools, Supply::Exact)
}

pub(super) fn put_slot(trial: &mut Trial, plan: &PlanSlot) -> Result<(), Refusal> {
    let id = slot_of(&trial.books, plan);
    // A slot that moves takes its blocks along; they are then put where the plan wants them.
    let resolved: Resolutions = plan_anchors(plan).chain(kept_anchors(&trial.books, id)).rev().collect();
    let facts = match trial.books.slots.get(&id) {
        Some(known) => {
            let shape = slots::Shape { spec: &plan.spec, resolved: &resolved };
            slots::reshape_before_blocks(&trial.books, trial.now, known, &shape)
        }
        None => slots::make(&trial.books, id, &plan.spec),
    };
    trial.take(facts.map_err(|refusal| within(plan, refusal))?);
    Ok(())
}

fn slot_of(books: &Books, plan: &PlanSlot) -> SlotId {
    books.slugs.get(&plan.spec.slug).copied().unwrap_or(plan.id)
}

type Anchored = (crate::time::Anchor, Instant);

/// The anchors that the plan itself resolved.
fn plan_anchors(plan: &PlanSlot) -> impl DoubleEndedIterator<Item = Anchored> {
    plan.whens().into_iter().map(|when| (when.anchor, when.at))
}

/// The anchors of blocks that are there now, at their present instants: those that the plan drops.
fn kept_anchors(books: &Books, slot: SlotId) -> impl DoubleEndedIterator<Item = Anchored> {
    books.whens_of(slot).into_iter().map(|when| (when.anchor, when.at))
}

pub(super) fn fill_slot(trial: &mut Trial, plan: &PlanSlot) -> Result<(), Refusal> {
    let slot = slot_of(&trial.books, plan);
    let named = Parts {
        windows: plan.windows.clone(),
        offers: plan.offers.clone(),
        fulfilments: plan.fulfilments.clone(),
        blocks: plan.blocks.clone(),
    };
    let leaving = Leaving::AllBut(named.names());
    let filled = put_parts(trial, slot, (plan, &leaving));
    let filled = filled.and_then(|()| drop_parts(trial, slot, &leaving));
    let filled = filled.and_then(|()| trial.hang(slot));
    filled.map_err(|refusal| within(plan, refusal))?;
    trial.at("slots", &plan.spec.slug);
    if plan.publish {
        trial
            .run(&Command::PublishSlot { slot, expected: Expect::Any })
            .map_err(|refusal| within(plan, refusal))?;
    }
    Ok(())
}

/// No add-on of the plan belongs to another one of it, wherever that stands.
fn check_mains(plan: &PlanSlot) -> Result<(), Refusal> {
    let is_add_on =
        |key: &String| plan.offers.iter().any(|offer| offer.key == *key && !offer.with.is_empty());
    for offer in &plan.offers {
        if let Some(place) = offer.with.iter().position(is_add_on) {
            return Err(Refusal::invalid(format!("offers[{}].with[{place}]", offer.key), Flaw::AddOnToAddOn));
        }
    }
    Ok(())
}

fn put_parts(trial: &mut Trial, slot: SlotId, (plan, leaving): (&PlanSlot, &Leaving)) -> Result<(), Refusal> {
    let slug = &plan.spec.slug;
    check_mains(plan)?;
    for main_first in [true, false] {
        for offer in plan.offers.iter().filter(|offer| offer.with.is_empty() == main_first) {
            trial.at_part(slug, "offers", &offer.key);
            let id = offer_id(&trial.books, slot, &offer.key).unwrap_or(offer.id);
            let spec = Box::new(offer_spec(&trial.books, slot, offer)?);
            trial.run(&Command::PutOffer { id, expected: Expect::Any, spec })?;
        }
    }
    for block in &plan.fulfilments {
        trial.at_part(slug, "fulfilments", &block.key);
        let known = fulfilment_id(&trial.books, slot, &block.key);
        let (id, spec) = (known.unwrap_or(block.id), fulfilment_spec(&trial.books, slot, known, block));
        trial.run(&Command::PutFulfilment { id, expected: Expect::Any, spec: Box::new(spec) })?;
    }
    // The last window first: the unsold roll forward, so that the heir is always there.
    let mut windows: Vec<&PlanWindow> = plan.windows.iter().collect();
    windows.sort_by_key(|window| std::cmp::Reverse((window.closes.at, window.opens.at)));
    check_rolls(plan)?;
    take_back(trial, slot, (plan, leaving))?;
    let named = |window: &&Window| {
        let key = &window.spec.key;
        leaving.has("windows", key) || plan.windows.iter().any(|planned| planned.key == *key)
    };
    let mut later: Vec<WindowId> =
        trial.books.windows_of(slot).filter(named).map(|window| window.id).collect();
    for window in windows {
        trial.at_part(slug, "windows", &window.key);
        let known = window_id(&trial.books, slot, &window.key);
        let id = known.unwrap_or(window.id);
        let spec = window_spec(&trial.books, slot, known, window)?;
        later.retain(|other| *other != id);
        let put = windows::Put { id, expected: Expect::Any, spec: &spec, later: &later, fills: false };
        let facts = windows::put(&trial.books, trial.now, &put);
        let facts =
            facts.inspect_err(|_| trial.at.push_str(&short_part(&trial.books, (id, &spec), window)))?;
        trial.take(facts);
    }
    fill_windows(trial, slot, plan)?;
    for block in &plan.blocks {
        trial.at_part(slug, "blocks", &block.key);
        let id = block_id(&trial.books, slot, &block.key).unwrap_or(block.id);
        let spec = Box::new(block_spec(&trial.books, slot, block)?);
        trial.run(&Command::PutBlock { id, expected: Expect::Any, spec })?;
    }
    Ok(())
}

/// The windows of a plan are lent anew what they lack, when each has been lent what is new; the first to open comes
/// first.
fn fill_windows(trial: &mut Trial, slot: SlotId, plan: &PlanSlot) -> Result<(), Refusal> {
    let mut known: Vec<Window> = trial.books.windows_of(slot).cloned().collect();
    known.retain(|window| plan.windows.iter().any(|planned| planned.key == window.spec.key));
    known.sort_by_key(|window| (window.spec.opens.at, window.id));
    let later: Vec<WindowId> = trial.books.windows_of(slot).map(|window| window.id).collect();
    for Window { id, spec, .. } in &known {
        trial.at_part(&plan.spec.slug, "windows", &spec.key);
        let put = windows::Put { id: *id, expected: Expect::Any, spec, later: &later, fills: true };
        trial.take(windows::put(&trial.books, trial.now, &put)?);
    }
    Ok(())
}

/// What windows are lent less than before goes back first, so that others can be lent it.
fn take_back(trial: &mut Trial, slot: SlotId, (plan, leaving): (&PlanSlot, &Leaving)) -> Result<(), Refusal> {
    let known: Vec<Window> = trial.books.windows_of(slot).cloned().collect();
    let later: Vec<WindowId> = known.iter().map(|window| window.id).collect();
    for window in &known {
        let kept = plan.windows.iter().find(|kept| kept.key == window.spec.key);
        if kept.is_none() && !leaving.has("windows", &window.spec.key) {
            continue;
        }
        let mut spec = window.spec.clone();
        for lent in &mut spec.allotments {
            let key = trial.books.pools.get(&lent.pool).map(|pool| &pool.spec.key);
            let wanted = kept.and_then(|kept| kept.allotments.iter().find(|(pool, ..)| Some(pool) == key));
            lent.units = lent.units.min(wanted.map_or(0, |(_, units, _)| *units));
        }
        if spec.allotments == window.spec.allotments {
            continue;
        }
        trial.at_part(&plan.spec.slug, "windows", &window.spec.key);
        // The slot may have taken one of its times along, while the other is to hang elsewhere.
        if let Some(kept) = kept {
            (spec.opens, spec.closes) = (kept.opens, kept.closes);
        }
        let put =
            windows::Put { id: window.id, expected: Expect::Any, spec: &spec, later: &later, fills: false };
        match (windows::put(&trial.books, trial.now, &put), kept) {
            (Ok(facts), _) => trial.take(facts),
            (Err(refusal), Some(kept)) => {
                trial.at.push_str(&short_part(&trial.books, (window.id, &spec), kept));
                return Err(refusal);
            }
            // A window that goes gives back what it has when it goes.
            (Err(_), None) => {}
        }
    }
    Ok(())
}

/// The path, below the window, of the allotment that gives up more than is free, if that is what is wrong.
fn short_part(books: &Books, (id, spec): (WindowId, &WindowSpec), plan: &PlanWindow) -> String {
    let Some(short) = windows::short_of(books, id, spec) else { return String::new() };
    let key = books.pools.get(&short).map(|pool| &pool.spec.key);
    let place = plan.allotments.iter().position(|(pool, ..)| Some(pool) == key);
    place.map_or_else(|| ".allotments".to_owned(), |place| format!(".allotments[{place}]"))
}

/// A roll into a window that is over before this one, or into itself, is named before the order of
/// putting could hide it.
fn check_rolls(plan: &PlanSlot) -> Result<(), Refusal> {
    for window in &plan.windows {
        let mut at = window;
        for _ in 0..=plan.windows.len() {
            let PlanUnsold::Roll(next) = &at.unsold else { break };
            let field = || format!("windows[{}].unsold", window.key);
            let Some(heir) = plan.windows.iter().find(|other| other.key == *next) else { break };
            if heir.key == window.key {
                return Err(Refusal::invalid(field(), Flaw::Cycle));
            }
            at = heir;
        }
    }
    Ok(())
}

fn drop_parts(trial: &mut Trial, slot: SlotId, leaving: &Leaving) -> Result<(), Refusal> {
    let (expected, books) = (Expect::Any, &trial.books);
    let Some(slug) = books.slots.get(&slot).map(|slot| slot.spec.slug.clone()) else { return Ok(()) };
    // Rules and cues name windows and offers, so they go first.
    let gone = books.blocks_of(slot).filter(|known| leaving.has("blocks", &known.spec.key));
    let others: Vec<(BlockId, String)> = gone.map(|block| (block.id, block.spec.key.clone())).collect();
    let gone = books.windows_of(slot).filter(|known| leaving.has("windows", &known.spec.key));
    let windows: Vec<(WindowId, String)> = gone.map(|window| (window.id, window.spec.key.clone())).collect();
    let gone = books.offers_of(slot).filter(|known| leaving.has("offers", &known.spec.key));
    let mut offers: Vec<(OfferId, String)> = gone.map(|offer| (offer.id, offer.spec.key.clone())).collect();
    offers.sort_by_key(|(id, _)| books.offers.get(id).is_none_or(|offer| offer.spec.kind == OfferKind::Main));
    let gone = books.fulfilments_of(slot).filter(|known| leaving.has("fulfilments", &known.spec.key));
    let blocks: Vec<(FulfilmentId, String)> = gone.map(|block| (block.id, block.spec.key.clone())).collect();
    let mut drop = |list: &str, key: &str, command: Command| {
        trial.at_part(&slug, list, key);
        trial.run(&command)
    };
    for (id, key) in others {
        drop("blocks", &key, Command::RemoveBlock { id, expected })?;
    }
    for (id, key) in windows {
        drop("windows", &key, Command::RemoveWindow { id, expected })?;
    }
    for (id, key) in offers {
        drop("offers", &key, Command::RemoveOffer { id, expected })?;
    }
    for (id, key) in blocks {
        drop("fulfilments", &key, Command::RemoveFulfilment { id, expected })?;
    }
    Ok(())
}

/// A refusal with the slot in front of its field.
fn within(plan: &PlanSlot, refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::Invalid(mut invalid) => {
            invalid.field = format!("slots[{}].{}", plan.spec.slug, invalid.field);
            Refusal::Invalid(invalid)
        }
        Refusal::NameTaken { field } => {
            Refusal::NameTaken { field: format!("slots[{}].{field}", plan.spec.slug) }
        }
        other => other,
    }
}
