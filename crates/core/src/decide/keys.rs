//! From keys to ids: what a plan says about one thing, as the core's own value.
//!
//! A plan names things by key, and so does whoever changes one of them alone. What is there already keeps
//! what is counted for it: allotments and places.

use crate::block::{Act, BlockKind, BlockSpec, Cue, Rule, Trigger};
use crate::books::Books;
use crate::ids::{BlockId, FulfilmentId, ListId, OfferId, PoolId, SlotId, TemplateId, WindowId};
use crate::offer::{OfferKind, OfferSpec, Part, Step};
use crate::plan::{
    PlanAct, PlanAudience, PlanBlock, PlanBlockKind, PlanBox, PlanFulfilment, PlanOffer, PlanPool, PlanStep,
    PlanTrigger, PlanUnsold, PlanWindow,
};
use crate::pool::PoolSpec;
use crate::refusal::{Flaw, Refusal};
use crate::slot::{FulfilmentSpec, TimeBox};
use crate::window::{Allotment, Audience, Unsold, WindowSpec};

/// What a plan says about a pool.
///
/// # Errors
/// When it names a pool that is not there.
pub fn pool_spec(books: &Books, plan: &PlanPool) -> Result<PoolSpec, Refusal> {
    let lender = |(place, key): (usize, &String)| {
        let field = || format!("pools[{}].borrows[{place}]", plan.key);
        if *key == plan.key {
            return Err(Refusal::invalid(field(), Flaw::Cycle));
        }
        pool_id(books, key, field)
    };
    let borrows = plan.borrows.iter().enumerate().map(lender).collect::<Result<_, _>>()?;
    Ok(PoolSpec { borrows, ..pool_alone(plan) })
}

/// The same without the pools that it borrows from.
pub(super) fn pool_alone(plan: &PlanPool) -> PoolSpec {
    PoolSpec {
        key: plan.key.clone(),
        title: plan.title.clone(),
        units: plan.units,
        buffer: plan.buffer,
        borrows: Vec::new(),
        nights: plan.nights,
        place: plan.place.clone(),
        channel: plan.channel.clone(),
    }
}

/// What a plan says about an offer.
///
/// # Errors
/// When it names something that is not there.
pub fn offer_spec(books: &Books, slot: SlotId, plan: &PlanOffer) -> Result<OfferSpec, Refusal> {
    let at = |field: &str| format!("offers[{}].{field}", plan.key);
    let mut recipe = Vec::with_capacity(plan.recipe.len());
    for (place, (key, units)) in plan.recipe.iter().enumerate() {
        let pool = pool_id(books, key, || at(&format!("recipe[{place}].pool")))?;
        recipe.push(Part { pool, units: *units });
    }
    let none = |list: &str, place: usize, name: &str| no_such(at(&format!("{list}[{place}]")), name);
    let slot_of = |(place, slug): (usize, &String)| {
        books.slugs.get(slug).copied().ok_or_else(|| none("slots", place, slug))
    };
    let slots = plan.slots.iter().enumerate().map(slot_of);
    let main = |(place, key): (usize, &String)| {
        if *key == plan.key {
            return Err(Refusal::invalid(at(&format!("with[{place}]")), Flaw::AddOnToAddOn));
        }
        offer_id(books, slot, key).ok_or_else(|| none("with", place, key))
    };
    let with = plan.with.iter().enumerate().map(main);
    let with = with.collect::<Result<Vec<OfferId>, _>>()?;
    let step = |step: &PlanStep| Step {
        title: step.title.clone(),
        price: step.price,
        from: step.from,
        after_units: step.after_units,
    };
    Ok(OfferSpec {
        slot,
        slots: slots.collect::<Result<_, _>>()?,
        key: plan.key.clone(),
        title: plan.title.clone(),
        about: plan.about.clone(),
        image: plan.image.clone(),
        recipe,
        ladder: plan.ladder.iter().map(step).collect(),
        kind: if with.is_empty() { OfferKind::Main } else { OfferKind::AddOn(with) },
        units_max: plan.units_max,
    })
}

/// What a plan says about a fulfilment block. Time boxes of the one that it was keep their places.
pub fn fulfilment_spec(
    books: &Books,
    slot: SlotId,
    known: Option<FulfilmentId>,
    plan: &PlanFulfilment,
) -> FulfilmentSpec {
    let known = known.and_then(|id| books.fulfilments.get(&id));
    let before = known.map(|block| block.spec.boxes.as_slice()).unwrap_or_default();
    // A box is the same box while its anchors are: its places keep their count. Where there are as many as before, one
    // that stands elsewhere is the one that stood at its place in the list.
    let alike = |old: &TimeBox, new: &PlanBox| {
        (old.from.anchor, old.until.anchor) == (new.from.anchor, new.until.anchor)
    };
    let instead = |place: usize| {
        let old = before.get(place).filter(|_| before.len() == plan.boxes.len())?;
        let stays = plan.boxes.iter().any(|new| alike(old, new));
        (!stays).then_some(old)
    };
    let boxes = plan.boxes.iter().enumerate().map(|(place, new)| {
        let same = before.iter().find(|old| alike(old, new)).or_else(|| instead(place));
        let pool = same.map_or(new.pool, |old| old.pool);
        TimeBox { from: new.from, until: new.until, pool, places: new.places }
    });
    FulfilmentSpec {
        slot,
        key: plan.key.clone(),
        title: plan.title.clone(),
        kind: plan.kind,
        place: plan.place.clone(),
        opens: plan.opens,
        closes: plan.closes,
        boxes: boxes.collect(),
    }
}

/// What a plan says about a window. Allotments of the one that it was keep their units.
///
/// # Errors
/// When it names something that is not there.
pub fn window_spec(
    books: &Books,
    slot: SlotId,
    known: Option<WindowId>,
    plan: &PlanWindow,
) -> Result<WindowSpec, Refusal> {
    let known = known.and_then(|id| books.windows.get(&id));
    let at = |field: &str| format!("windows[{}].{field}", plan.key);
    let audience = match &plan.audience {
        PlanAudience::Public => Audience::Public,
        PlanAudience::Code(group) => Audience::Code(group.clone()),
        PlanAudience::List(key) => {
            Audience::List(list_id(books, key).ok_or_else(|| no_such(at("audience.list"), key))?)
        }
    };
    let unsold = match &plan.unsold {
        PlanUnsold::Return => Unsold::Return,
        PlanUnsold::Stay => Unsold::Stay,
        PlanUnsold::Roll(key) => {
            let flaw = if *key == plan.key { Flaw::Cycle } else { Flaw::RollsNowhere };
            let next = window_id(books, slot, key).ok_or_else(|| Refusal::invalid(at("unsold"), flaw))?;
            Unsold::Roll(next)
        }
    };
    let mut allotments = Vec::with_capacity(plan.allotments.len());
    for (place, (key, units, fresh)) in plan.allotments.iter().enumerate() {
        let pool = pool_id(books, key, || at(&format!("allotments[{place}].pool")))?;
        let lent = known.and_then(|window| window.lent_from(pool)).unwrap_or(*fresh);
        allotments.push(Allotment { pool, units: *units, lent });
    }
    let offers = plan.offers.iter().enumerate().map(|(place, key)| {
        offer_id(books, slot, key).ok_or_else(|| no_such(at(&format!("offers[{place}]")), key))
    });
    Ok(WindowSpec {
        slot,
        key: plan.key.clone(),
        title: plan.title.clone(),
        audience,
        opens: plan.opens,
        closes: plan.closes,
        offers: offers.collect::<Result<_, _>>()?,
        allotments,
        unsold,
        drip: plan.drip,
        lobby: plan.lobby,
        hold: plan.hold,
        turn: plan.turn,
    })
}

/// What a plan says about a block of another kind.
///
/// # Errors
/// When it names something that is not there.
pub fn block_spec(books: &Books, slot: SlotId, plan: &PlanBlock) -> Result<BlockSpec, Refusal> {
    let at = |field: &str| format!("blocks[{}].{field}", plan.key);
    let kind = match &plan.kind {
        PlanBlockKind::Plain(kind) => kind.clone(),
        PlanBlockKind::Cue(cue, offer) => {
            let offer = offer_id(books, slot, offer).ok_or_else(|| no_such(at("cue.offer"), offer))?;
            BlockKind::Cue(Cue { offer: Some(offer), ..cue.clone() })
        }
        PlanBlockKind::Rule(trigger, act) => {
            let window =
                |key: &str, field: &str| window_id(books, slot, key).ok_or_else(|| no_such(at(field), key));
            let slug = |slug: &String, field: &str| {
                books.slugs.get(slug).copied().ok_or_else(|| no_such(at(field), slug))
            };
            let trigger = match trigger {
                PlanTrigger::FreeBelow(key, units) => {
                    Trigger::FreeBelow { pool: pool_id(books, key, || at("rule.below.pool"))?, units: *units }
                }
                PlanTrigger::SoldOut(key) => Trigger::SoldOut(window(key, "rule.sold_out")?),
            };
            let act = match act {
                PlanAct::Close(slugs) => Act::Close(
                    slugs.iter().map(|other| slug(other, "rule.then.close")).collect::<Result<_, _>>()?,
                ),
                PlanAct::Shrink(key, keep) => {
                    Act::Shrink { pool: pool_id(books, key, || at("rule.then.shrink"))?, keep: *keep }
                }
                PlanAct::Open(key) => Act::Open(window(key, "rule.then.open")?),
                PlanAct::Publish(other) => Act::Publish(slug(other, "rule.then.publish")?),
            };
            BlockKind::Rule(Rule { trigger, act })
        }
    };
    let PlanBlock { key, title, when, until, .. } = plan;
    Ok(BlockSpec { slot, key: key.clone(), title: title.clone(), when: *when, until: *until, kind })
}

pub(super) fn pool_id(books: &Books, key: &str, field: impl Fn() -> String) -> Result<PoolId, Refusal> {
    books.pool_keys.get(key).copied().ok_or_else(|| no_such(field(), key))
}

pub(super) fn list_id(books: &Books, key: &str) -> Option<ListId> {
    books.lists.values().find(|list| list.key == key).map(|list| list.id)
}

pub(super) fn offer_id(books: &Books, slot: SlotId, key: &str) -> Option<OfferId> {
    books.offers_of(slot).find(|offer| offer.spec.key == key).map(|offer| offer.id)
}

pub(super) fn window_id(books: &Books, slot: SlotId, key: &str) -> Option<WindowId> {
    books.windows_of(slot).find(|window| window.spec.key == key).map(|window| window.id)
}

pub(super) fn template_id(books: &Books, key: &str) -> Option<TemplateId> {
    books.templates.values().find(|template| template.key == key).map(|template| template.id)
}

pub(super) fn block_id(books: &Books, slot: SlotId, key: &str) -> Option<BlockId> {
    books.blocks_of(slot).find(|block| block.spec.key == key).map(|block| block.id)
}

pub(super) fn fulfilment_id(books: &Books, slot: SlotId, key: &str) -> Option<FulfilmentId> {
    books.fulfilments_of(slot).find(|block| block.spec.key == key).map(|block| block.id)
}

fn no_such(field: String, key: &str) -> Refusal {
    Refusal::invalid(field, Flaw::NoSuch(key.into()))
}
