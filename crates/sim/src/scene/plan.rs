//! A slot as a plan says it: by key.

use std::collections::BTreeMap;

use dayshelf_core::block::{Act, Block, BlockKind, Cue, Trigger};
use dayshelf_core::ids::{OfferId, PoolId, SlotId, WindowId};
use dayshelf_core::offer::{OfferKind, OfferSpec};
use dayshelf_core::plan::{
    Plan, PlanAct, PlanApplied, PlanAudience, PlanBlock, PlanBlockKind, PlanBox, PlanFulfilment, PlanOffer,
    PlanPool, PlanSlot, PlanStep, PlanTrigger, PlanUnsold, PlanWindow,
};
use dayshelf_core::pool::{PoolRole, PoolSpec};
use dayshelf_core::slot::{FulfilmentSpec, SlotState, SlotTimes};
use dayshelf_core::window::{Audience, Unsold, WindowSpec};

use super::slot::Draft;
use crate::auditor::Auditor;

/// The keys of what a plan may name.
struct Keys {
    pools: BTreeMap<PoolId, String>,
    offers: BTreeMap<OfferId, String>,
    windows: BTreeMap<WindowId, String>,
    slots: BTreeMap<SlotId, String>,
}

/// The plan of a slot that is not there yet.
pub fn of_draft(draft: &Draft, pools: &[(PoolId, PoolSpec)]) -> Plan {
    let keys = Keys {
        pools: pools.iter().map(|(id, spec)| (*id, spec.key.clone())).collect(),
        offers: draft.offers.iter().map(|(id, spec)| (*id, spec.key.clone())).collect(),
        windows: draft.windows.iter().map(|(id, spec)| (*id, spec.key.clone())).collect(),
        slots: BTreeMap::new(),
    };
    let slot = PlanSlot {
        id: draft.id,
        spec: draft.spec.clone(),
        publish: draft.publish,
        windows: draft.windows.iter().map(|(id, spec)| keys.window(*id, spec)).collect(),
        offers: draft.offers.iter().map(|(id, spec)| keys.offer(*id, spec)).collect(),
        fulfilments: draft.blocks.iter().map(|(id, spec)| block(*id, spec)).collect(),
        blocks: Vec::new(),
    };
    let pools = pools.iter().map(|(id, spec)| keys.pool(*id, spec)).collect();
    Plan {
        organiser: None,
        pools,
        lists: Vec::new(),
        codes: Vec::new(),
        templates: Vec::new(),
        slots: vec![slot],
        applied: Vec::new(),
        series: Vec::new(),
    }
}

/// The plan of a slot as it is.
pub fn of_slot(known: &Auditor, id: SlotId) -> Option<Plan> {
    let slot = known.slots.get(&id)?;
    // A plan has no name for what is thrown away.
    let thrown_away =
        |slot: &SlotId| known.slots.get(slot).is_some_and(|slot| slot.state == SlotState::Discarded);
    let bundles = known.offers_of(id).any(|(_, spec)| spec.slots.iter().any(thrown_away));
    let acts = known.parts_of(id).any(|part| match &part.spec.kind {
        BlockKind::Rule(rule) => match &rule.act {
            Act::Close(slots) => slots.iter().any(thrown_away),
            Act::Publish(slot) => thrown_away(slot),
            Act::Open(window) => known.windows.get(window).is_some_and(|frame| thrown_away(&frame.spec.slot)),
            Act::Shrink { .. } => false,
        },
        _ => false,
    });
    if bundles || acts {
        return None;
    }
    let stock = || known.pools.iter().filter(|(_, pool)| pool.role == PoolRole::Stock);
    let keys = Keys {
        pools: stock().map(|(id, pool)| (*id, pool.spec.key.clone())).collect(),
        offers: known.offers.iter().map(|(id, spec)| (*id, spec.key.clone())).collect(),
        windows: known.windows.iter().map(|(id, frame)| (*id, frame.spec.key.clone())).collect(),
        slots: known.slots.iter().map(|(id, slot)| (*id, slot.spec.slug.clone())).collect(),
    };
    let plan = PlanSlot {
        id,
        spec: slot.spec.clone(),
        publish: slot.state == SlotState::Published,
        windows: known.windows_of(id).map(|(id, frame)| keys.window(id, &frame.spec)).collect(),
        offers: known.offers_of(id).map(|(id, spec)| keys.offer(id, spec)).collect(),
        fulfilments: known.blocks_of(id).map(|(id, spec)| block(id, spec)).collect(),
        blocks: known.parts_of(id).map(|known| keys.part(known)).collect(),
    };
    let pools = stock().map(|(id, pool)| keys.pool(*id, &pool.spec)).collect();
    let applied = slot.template.as_deref().and_then(|applied| {
        let template = known.templates.get(&applied.template)?.key.clone();
        let (values, parts) = (applied.values.clone(), applied.parts.clone());
        Some(PlanApplied { slot: slot.spec.slug.clone(), template, values, parts })
    });
    Some(Plan {
        organiser: None,
        pools,
        lists: Vec::new(),
        codes: Vec::new(),
        templates: Vec::new(),
        slots: vec![plan],
        applied: applied.into_iter().collect(),
        series: Vec::new(),
    })
}

/// A planned slot with ids of its own: its offers, and the windows that sell them without a limit.
pub fn anew(plan: &mut PlanSlot, ids: &mut super::Ids) {
    plan.id = SlotId(ids.next());
    plan.blocks.clear();
    plan.fulfilments.clear();
    for window in &mut plan.windows {
        window.id = WindowId(ids.next());
        window.allotments.clear();
    }
    plan.offers.iter_mut().for_each(|offer| offer.id = OfferId(ids.next()));
}

/// Takes a planned slot to other times, with all that is anchored to it.
pub fn take_to(plan: &mut PlanSlot, times: SlotTimes) {
    let windows = plan.windows.iter_mut().flat_map(|window| [&mut window.opens, &mut window.closes]);
    let steps =
        plan.offers.iter_mut().flat_map(|offer| &mut offer.ladder).filter_map(|step| step.from.as_mut());
    let blocks = plan.fulfilments.iter_mut().flat_map(|block| {
        let boxes = block.boxes.iter_mut().flat_map(|place| [&mut place.from, &mut place.until]);
        boxes.chain([&mut block.opens, &mut block.closes])
    });
    for when in windows.chain(steps).chain(blocks) {
        when.at = super::slot::at(&times, when.anchor);
    }
    plan.spec.times = times;
}

impl Keys {
    fn pool_key(&self, id: PoolId) -> String {
        self.pools.get(&id).cloned().unwrap_or_else(|| "gone".into())
    }

    fn pool(&self, id: PoolId, spec: &PoolSpec) -> PlanPool {
        PlanPool {
            id,
            key: spec.key.clone(),
            title: spec.title.clone(),
            units: spec.units,
            buffer: spec.buffer,
            borrows: spec.borrows.iter().map(|pool| self.pool_key(*pool)).collect(),
            nights: spec.nights,
            place: spec.place.clone(),
            channel: spec.channel.clone(),
        }
    }

    fn window(&self, id: WindowId, spec: &WindowSpec) -> PlanWindow {
        let lent = spec.allotments.iter().map(|lent| (self.pool_key(lent.pool), lent.units, lent.lent));
        PlanWindow {
            id,
            key: spec.key.clone(),
            title: spec.title.clone(),
            audience: match &spec.audience {
                Audience::Public => PlanAudience::Public,
                Audience::Code(group) => PlanAudience::Code(group.clone()),
                Audience::List(_) => PlanAudience::List("friends".into()),
            },
            opens: spec.opens,
            closes: spec.closes,
            offers: spec.offers.iter().filter_map(|offer| self.offers.get(offer).cloned()).collect(),
            allotments: lent.collect(),
            unsold: match spec.unsold {
                Unsold::Return => PlanUnsold::Return,
                Unsold::Stay => PlanUnsold::Stay,
                Unsold::Roll(next) => PlanUnsold::Roll(self.windows.get(&next).cloned().unwrap_or_default()),
            },
            drip: spec.drip,
            lobby: spec.lobby,
            hold: spec.hold,
            turn: spec.turn,
        }
    }

    fn part(&self, block: &Block) -> PlanBlock {
        let spec = &block.spec;
        let window = |id: &WindowId| self.windows.get(id).cloned().unwrap_or_default();
        let slug = |id: &SlotId| self.slots.get(id).cloned().unwrap_or_default();
        let kind = match &spec.kind {
            BlockKind::Cue(cue @ Cue { offer: Some(offer), .. }) => {
                let key = self.offers.get(offer).cloned().unwrap_or_default();
                PlanBlockKind::Cue(Cue { offer: None, ..cue.clone() }, key)
            }
            BlockKind::Rule(rule) => {
                let trigger = match &rule.trigger {
                    Trigger::FreeBelow { pool, units } => {
                        PlanTrigger::FreeBelow(self.pool_key(*pool), *units)
                    }
                    Trigger::SoldOut(id) => PlanTrigger::SoldOut(window(id)),
                };
                let act = match &rule.act {
                    Act::Close(slots) => PlanAct::Close(slots.iter().map(slug).collect()),
                    Act::Shrink { pool, keep } => PlanAct::Shrink(self.pool_key(*pool), *keep),
                    Act::Open(id) => PlanAct::Open(window(id)),
                    Act::Publish(slot) => PlanAct::Publish(slug(slot)),
                };
                PlanBlockKind::Rule(trigger, act)
            }
            kind => PlanBlockKind::Plain(kind.clone()),
        };
        let (key, title) = (spec.key.clone(), spec.title.clone());
        PlanBlock { id: block.id, key, title, when: spec.when, until: spec.until, kind }
    }

    fn offer(&self, id: OfferId, spec: &OfferSpec) -> PlanOffer {
        let with = match &spec.kind {
            OfferKind::Main => Vec::new(),
            OfferKind::AddOn(mains) => {
                mains.iter().filter_map(|main| self.offers.get(main).cloned()).collect()
            }
        };
        let step = |step: &dayshelf_core::offer::Step| PlanStep {
            title: step.title.clone(),
            price: step.price,
            from: step.from,
            after_units: step.after_units,
        };
        PlanOffer {
            id,
            key: spec.key.clone(),
            title: spec.title.clone(),
            about: spec.about.clone(),
            image: spec.image.clone(),
            slots: spec.slots.iter().filter_map(|slot| self.slots.get(slot).cloned()).collect(),
            recipe: spec.recipe.iter().map(|part| (self.pool_key(part.pool), part.units)).collect(),
            ladder: spec.ladder.iter().map(step).collect(),
            with,
            units_max: spec.units_max,
        }
    }
}

fn block(id: dayshelf_core::ids::FulfilmentId, spec: &FulfilmentSpec) -> PlanFulfilment {
    let boxes = spec.boxes.iter();
    PlanFulfilment {
        id,
        key: spec.key.clone(),
        title: spec.title.clone(),
        kind: spec.kind,
        place: spec.place.clone(),
        opens: spec.opens,
        closes: spec.closes,
        boxes: boxes
            .map(|place| PlanBox {
                from: place.from,
                until: place.until,
                places: place.places,
                pool: place.pool,
            })
            .collect(),
    }
}
