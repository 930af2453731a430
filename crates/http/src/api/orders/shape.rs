//! An order with what comes with it: signed passes and the slot's extras.

use dayshelf_core::order::{Order, OrderLine};
use dayshelf_core::time::{Instant, Span};
use dayshelf_desk::SlotSheet;
use dayshelf_wire::order::{OrderBeside, OrderShape};
use dayshelf_wire::pass::Pass;

use crate::app::App;

/// How long after the last chance to fetch the goods a pass still verifies: stalls close late.
const PASS_GRACE: Span = Span::hours(24);

/// The order as its bearer and its organiser see it.
pub(crate) fn shape(app: &App, order: &Order, secret: Option<String>) -> OrderShape {
    let Some(card) = app.board().slot(order.slot) else {
        return OrderShape::of(order, OrderBeside { secret, ..OrderBeside::default() });
    };
    let sheet = &card.sheet;
    let passes = match sheet.organiser.pass_keys.last() {
        Some(key) => {
            let signer = app.signers.of(key);
            order.lines.iter().map(|line| Some(pass(order, line, sheet).sign(&signer))).collect()
        }
        None => Vec::new(),
    };
    OrderShape::of(order, OrderBeside { secret, extras: &sheet.slot.spec.extras, passes })
}

fn pass(order: &Order, line: &OrderLine, sheet: &SlotSheet) -> Pass {
    Pass {
        key: 0,
        slot: order.slot,
        serial: line.pass,
        quantity: line.quantity,
        from: order.confirmed_at,
        until: last_chance(order, sheet).plus(PASS_GRACE),
    }
}

/// The end of the slot, or of the way to receive the goods where that is later.
fn last_chance(order: &Order, sheet: &SlotSheet) -> Instant {
    let block =
        order.fulfilment.and_then(|choice| sheet.fulfilments.iter().find(|block| block.id == choice.block));
    let end = sheet.slot.spec.times.end;
    block.map_or(end, |block| end.max(block.spec.closes.at))
}
