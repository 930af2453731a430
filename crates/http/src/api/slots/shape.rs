//! A slot's shape from its card and a reading. Pages read the same two, so that they never differ.

use dayshelf_core::slot::Fulfilment;
use dayshelf_desk::SlotCard;
use dayshelf_relay::live::Reading;
use dayshelf_wire::library::ShownShape;
use dayshelf_wire::slot::{FulfilmentReading, SlotLine, SlotReading, SlotShape};

/// The whole slot.
pub(crate) fn whole(card: &SlotCard, reading: &Reading) -> SlotShape {
    let sheet = &card.sheet;
    SlotShape::of(&SlotReading {
        slot: &sheet.slot,
        sale: reading.sale(),
        now: reading.now,
        waiting: card.waiting.values().sum(),
        windows: sheet.windows.iter().collect(),
        offers: reading.offers(),
        blocks: sheet.blocks.iter().collect(),
        shown: ShownShape::of(&sheet.shown, &sheet.slot.spec, sheet.organiser.id),
        fulfilments: sheet.fulfilments.iter().map(|block| with_places(block, card)).collect(),
    })
}

/// The line of the calendar.
pub(crate) fn line(card: &SlotCard, reading: &Reading) -> SlotLine {
    SlotLine::of(&card.sheet.slot, reading.sale())
}

/// A fulfilment block with what is left in its boxes.
pub(crate) fn with_places<'r>(block: &'r Fulfilment, card: &SlotCard) -> FulfilmentReading<'r> {
    let left = block.spec.boxes.iter().map(|time_box| card.places.get(&time_box.pool).copied().unwrap_or(0));
    FulfilmentReading { block, left: left.collect() }
}
