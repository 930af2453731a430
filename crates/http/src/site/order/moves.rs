//! Where an order may go: slots of the same organiser that sell the same, have room, and are open.

use std::sync::Arc;

use dayshelf_core::ids::OfferId;
use dayshelf_core::order::{LineState, Order};
use dayshelf_core::slot::{FulfilmentKind, SlotState};
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
        let lost = otherwise(&card, order, stage).map(|lost| format!(" · {lost}")).unwrap_or_default();
        let label = format!("{}, {} · {title} · {room} left{lost}", wall.day(start), wall.clock_zone(start));
        choices.push(MoveChoice { slot: id.to_string(), label });
        if choices.len() == CHOICES_MAX {
            break;
        }
    }
    Ok(choices)
}

/// How the goods are received there, where it is otherwise than here.
fn otherwise(card: &SlotCard, order: &Order, stage: &Stage) -> Option<String> {
    let here = &stage.block(order.fulfilment?)?.spec;
    let there = &card.sheet.fulfilments;
    if there.iter().any(|block| block.spec.key == here.key) {
        return None;
    }
    let word = match here.kind {
        FulfilmentKind::Pickup => "pickup",
        FulfilmentKind::Delivery => "delivery",
        FulfilmentKind::Digital => "download",
    };
    let first = there.iter().min_by_key(|block| (block.spec.opens.at, block.id));
    Some(first.map_or_else(|| format!("without {word}"), |first| format!("{} instead", first.spec.title)))
}

/// The keys of the offers that stand, and how many of each.
fn wanted(order: &Order, stage: &Stage) -> Vec<(String, u32)> {
    let standing = order.lines.iter().filter(|line| line.state == LineState::Confirmed);
    let key = |offer: OfferId| stage.card.sheet.offers.iter().find(|known| known.id == offer);
    let wanted = standing.map(|line| Some((key(line.offer)?.spec.key.clone(), line.quantity)));
    wanted.collect::<Option<Vec<_>>>().unwrap_or_default()
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
