//! What is told of orders: bought, given back, moved, handed over, written about, paid.

use dayshelf_core::fact::{Fact, MovedFrom};
use dayshelf_core::order::Order;
use serde_json::{Value, json};

use super::shape;
use crate::order::{OrderBeside, OrderShape};
use crate::redeem::RedemptionShape;

/// The data of a fact about an order.
pub(super) fn data(fact: &Fact) -> Value {
    match fact {
        Fact::OrderConfirmed { order, late, .. } => json!({ "order": order_data(order), "late": late }),
        Fact::LatePaymentUnfilled { order } => json!({ "order": order_data(order) }),
        Fact::OrderCancelled { order, lines, .. } => json!({ "order": order_data(order), "lines": lines }),
        Fact::OrderMoved { order, from, .. } => moved_data(order, from),
        Fact::OrderHanded { order, line, .. } => handed_data(order, *line),
        Fact::RedeemedAgain { order, line, again } => {
            json!({ "order": order_data(order), "line": line, "again": RedemptionShape::from(&**again) })
        }
        Fact::HandOverUndone { order, line, .. } => json!({ "order": order_data(order), "line": line }),
        // What the team wrote down stays with the order, for those who may read it there.
        Fact::OrderEdited { order, .. } | Fact::OrderNoted(order) | Fact::OrderResent(order) => {
            json!({ "order": order_data(order) })
        }
        Fact::PaymentMoved { order, amount, .. } => payment_data(order, *amount),
        _ => json!({}),
    }
}

fn handed_data(order: &Order, line: u16) -> Value {
    let redeemed = order.lines.get(usize::from(line)).and_then(|line| line.redeemed.first());
    json!({ "order": order_data(order), "line": line, "redeemed": redeemed.map(RedemptionShape::from) })
}

fn moved_data(order: &Order, from: &MovedFrom) -> Value {
    json!({
        "order": order_data(order),
        "from": { "slot": from.slot.to_string(), "window": from.window.to_string() },
    })
}

fn payment_data(order: &Order, amount: i64) -> Value {
    json!({ "order": order_data(order), "amount": crate::hold::price(amount, order.total()) })
}

fn order_data(order: &Order) -> Value {
    shape(&OrderShape::of(order, OrderBeside::default()).without_address().with_redemptions(order))
}
