//! The ways to receive the goods, block by block and box by box.

use dayshelf_core::slot::{Fulfilment, FulfilmentKind};
use dayshelf_pages::{FulfilmentChoice, FulfilmentGroup};

use super::super::map::on_map;
use super::super::shelf::Shelf;

/// The groups that can still be chosen; `chosen` is what the form said before.
pub(super) fn choices(shelf: &Shelf, chosen: &str) -> Vec<FulfilmentGroup> {
    let now = shelf.now();
    let blocks = shelf.card.sheet.fulfilments.iter().filter(|block| now < block.spec.closes.at);
    let mut groups: Vec<FulfilmentGroup> = blocks.filter_map(|block| group(shelf, block, chosen)).collect();
    let any = groups.iter().flat_map(|group| &group.choices).any(|choice| choice.chosen);
    if !any {
        // The first with room is chosen, as the desk would choose.
        let mut all = groups.iter_mut().flat_map(|group| &mut group.choices);
        if let Some(first) = all.find(|choice| !choice.full) {
            first.chosen = true;
        }
    }
    groups
}

fn group(shelf: &Shelf, block: &Fulfilment, chosen: &str) -> Option<FulfilmentGroup> {
    let choices = if block.spec.boxes.is_empty() { vec![whole(shelf, block)] } else { boxes(shelf, block) };
    if choices.is_empty() {
        return None;
    }
    let day = shelf.wall.day(block.spec.opens.at);
    let title = match block.spec.kind {
        FulfilmentKind::Pickup => format!("{}, {day}", block.spec.title),
        FulfilmentKind::Delivery | FulfilmentKind::Digital => block.spec.title.clone(),
    };
    let choices = choices
        .into_iter()
        .map(|choice| FulfilmentChoice { chosen: choice.value == chosen && !choice.full, ..choice });
    Some(FulfilmentGroup {
        title,
        note: block.spec.place.clone(),
        map: on_map(&block.spec.place),
        choices: choices.collect(),
    })
}

/// A block without boxes is one choice.
fn whole(shelf: &Shelf, block: &Fulfilment) -> FulfilmentChoice {
    let (opens, closes) = (block.spec.opens.at, block.spec.closes.at);
    let label = match block.spec.kind {
        FulfilmentKind::Pickup => {
            format!("{}–{}", shelf.wall.clock(opens), shelf.wall.when(closes, opens))
        }
        FulfilmentKind::Delivery => "Sent to you".to_owned(),
        FulfilmentKind::Digital => "Nothing to fetch".to_owned(),
    };
    let note = match block.spec.kind {
        FulfilmentKind::Delivery => {
            format!("Sent {}, included in the price", shelf.wall.days(opens, closes))
        }
        FulfilmentKind::Pickup | FulfilmentKind::Digital => String::new(),
    };
    let (full, chosen) = (false, false);
    FulfilmentChoice { value: block.id.to_string(), label, note, full, chosen }
}

fn boxes(shelf: &Shelf, block: &Fulfilment) -> Vec<FulfilmentChoice> {
    let day = block.spec.opens.at;
    let ahead = block.spec.boxes.iter().filter(|time_box| shelf.now() < time_box.until.at);
    let choice = ahead.map(|time_box| {
        let left = shelf.card.places.get(&time_box.pool).copied().unwrap_or(0);
        let (from, until) = (time_box.from.at, time_box.until.at);
        FulfilmentChoice {
            value: format!("{}.{}", block.id, time_box.pool),
            label: format!("{}–{}", shelf.wall.when(from, day), shelf.wall.when(until, from)),
            note: match left {
                0 => "Full".to_owned(),
                1 => "1 place left".to_owned(),
                left => format!("{left} places left"),
            },
            full: left == 0,
            chosen: false,
        }
    });
    choice.collect()
}
