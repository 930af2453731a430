//! Where an order may go: slots of the same organiser that sell the same, have room, and are open.

use std::sync::Arc;

use dayshelf_core::ids::OfferId;
use dayshelf_core::order::{LineState, Order};
use dayshelf_core::slot::{Fulfilment, FulfilmentKind, SlotState};
use dayshelf_core::time::Instant;
use dayshelf_core::window::{Audience, Phase, Window};
use dayshelf_desk::SlotCard;
use dayshelf_pages::MoveChoice;

use super::super::behind::Stage;
use super::super::wall::Wall;
use crate::app::App;
use crate::no::No;

/// Slots that are looked at; nobody moves an order further.
const LOOK_MAX: usize = 500;
/// Slots that are offered.
const CHOICES_MAX: usize = 50;

/// The slots to choose from, by start.
pub(super) fn choices(app: &App, order: &Order, stage: &Stage) -> Result<Vec<MoveChoice>, No> {
    let wanted = wanted(order, stage);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let Some(organiser) = app.board().organiser(order.id.home()) else { return Ok(Vec::new()) };
    // A slot that began before now may still sell; one that began a day ago is not moved to.
    let from = Instant(stage.now.0.saturating_sub(24 * 3_600_000));
    let first = organiser.slots.partition_point(|(start, _)| *start < from);
    let mut choices = Vec::new();
    for (_, id) in organiser.slots.iter().skip(first).take(LOOK_MAX).filter(|(_, id)| *id != order.slot) {
        let Some(card) = app.board().slot(*id) else { continue };
        let Some(room) = room(&card, order, stage, &wanted) else { continue };
        let times = &card.sheet.slot.spec.times;
        let wall = Wall::of(app, &times.zone)?;
        let (title, start) = (&card.sheet.slot.spec.title, times.start);
        let (day, clock) = (wall.day(start), wall.clock_zone(start));
        let mut label = format!("{day}, {clock} · {title} · {room} left");
        if let Some(lost) = lost_way(&card, order, stage) {
            label.push_str(" · ");
            label.push_str(lost);
        }
        choices.push(MoveChoice { slot: id.to_string(), label });
        if choices.len() == CHOICES_MAX {
            break;
        }
    }
    Ok(choices)
}

/// The keys of the offers that stand, and how many of each.
fn wanted(order: &Order, stage: &Stage) -> Vec<(String, u32)> {
    let standing = order.lines.iter().filter(|line| line.state == LineState::Confirmed);
    let key = |offer: OfferId| stage.card.sheet.offers.iter().find(|known| known.id == offer);
    let wanted = standing.map(|line| Some((key(line.offer)?.spec.key.clone(), line.quantity)));
    wanted.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// What the buyer would no longer have there: the pickup or the delivery that they chose.
fn lost_way(card: &SlotCard, order: &Order, stage: &Stage) -> Option<&'static str> {
    let chosen = &stage.block(order.fulfilment?)?.spec;
    let mut blocks: Vec<&Fulfilment> = card.sheet.fulfilments.iter().collect();
    blocks.sort_by_key(|block| (block.spec.opens.at, block.id));
    // As the desk chooses: the block of the same key, else the first that is not over.
    let twin = blocks.iter().find(|block| block.spec.key == chosen.key);
    let there = twin.or_else(|| blocks.iter().find(|block| stage.now < block.spec.closes.at));
    match (chosen.kind, there) {
        (kind, Some(there)) if there.spec.kind == kind => None,
        (FulfilmentKind::Pickup, _) => Some("no pickup"),
        (FulfilmentKind::Delivery, _) => Some("no delivery"),
        (FulfilmentKind::Digital, _) => None,
    }
}

/// Units left there of what is wanted, if there is room for all of it.
fn room(card: &Arc<SlotCard>, order: &Order, stage: &Stage, wanted: &[(String, u32)]) -> Option<u32> {
    let (slot, now) = (&card.sheet.slot, stage.now);
    if slot.state != SlotState::Published || slot.spec.times.end <= now {
        return None;
    }
    let audience = stage.card.sheet.windows.iter().find(|window| window.id == order.window);
    let audience = audience.map(|window| &window.spec.audience);
    let offers = wanted.iter().map(|(key, quantity)| {
        let offer = card.sheet.offers.iter().find(|offer| offer.spec.key == *key)?;
        Some((offer.id, *quantity))
    });
    let offers: Vec<(OfferId, u32)> = offers.collect::<Option<_>>()?;
    let fits = |window: &&Window| {
        let admitted = window.spec.audience == Audience::Public || Some(&window.spec.audience) == audience;
        admitted
            && window.phase_at(now) == Phase::Open
            && offers.iter().all(|(offer, _)| window.sells(*offer))
    };
    let window = card.sheet.windows.iter().find(fits)?;
    let left = |offer: OfferId| card.left(window.id, offer);
    let enough = offers.iter().all(|(offer, quantity)| left(*offer) >= *quantity);
    enough.then(|| offers.iter().map(|(offer, _)| left(*offer)).min().unwrap_or(0))
}
